//! What each macro may be told: the lists of associations/builder/*.rb, in the order in which their errors name them, as
//! Active Record 8.1.3.1 has them.

use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, RHash, Value};

use crate::ground::errors::set_first_cause;
use crate::models::reflection::Macro;

const OF_ALL: &[&str] = &[
    "anonymous_class",
    "primary_key",
    "foreign_key",
    "dependent",
    "validate",
    "inverse_of",
    "strict_loading",
    "query_constraints",
    "deprecated",
    "autosave",
];
const OF_BELONGS_TO: &[&str] = &["required", "touch", "polymorphic", "counter_cache", "optional", "default"];
const OF_HAS_ONE: &[&str] = &["required", "touch", "class_name", "as", "through"];
const OF_HAS_MANY: &[&str] = &[
    "class_name",
    "before_add",
    "after_add",
    "before_remove",
    "after_remove",
    "extend",
    "counter_cache",
    "join_table",
    "index_errors",
    "as",
    "through",
];
const OF_THROUGH: &[&str] = &["source", "source_type", "disable_joins"];

/// Whether an option may be given to the macro at all, whatever stands beside it.
pub(crate) fn may_be_known(kind: Macro, option: &str) -> bool {
    let own: &[&[&str]] = match kind {
        Macro::BelongsTo => &[OF_BELONGS_TO, &["class_name"]],
        Macro::HasOne => &[OF_HAS_ONE, OF_THROUGH],
        Macro::HasMany | Macro::HasAndBelongsToMany => &[OF_HAS_MANY, OF_THROUGH],
    };
    // `ensuring_owner_was` goes with `dependent: :destroy_async`.
    OF_ALL.contains(&option)
        || own.iter().any(|list| list.contains(&option))
        || matches!(option, "foreign_type" | "ensuring_owner_was")
}

fn known(kind: Macro, options: &RHash) -> Vec<&'static str> {
    let is_given = |name: &str| options.get_symbol(name).unwrap_or_default().truthy();
    let is_async = matches!(options.get_symbol("dependent"), Some(Value::Symbol(how)) if how.is("destroy_async"));
    let of_jobs: &[&str] = if is_async { &["ensuring_owner_was"] } else { &[] };
    let of_through = if is_given("through") { OF_THROUGH } else { &[] };
    let of_polymorphic: &[&str] = if is_given("as") { &["foreign_type"] } else { &[] };
    let type_or_name: &[&str] = if is_given("polymorphic") { &["foreign_type"] } else { &["class_name"] };
    let parts = match kind {
        Macro::BelongsTo => [OF_BELONGS_TO, type_or_name, of_jobs, &[]],
        Macro::HasOne => [OF_HAS_ONE, of_polymorphic, of_jobs, of_through],
        Macro::HasMany | Macro::HasAndBelongsToMany => [OF_HAS_MANY, of_polymorphic, of_through, of_jobs],
    };
    [OF_ALL].into_iter().chain(parts).flatten().copied().collect()
}

/// ArgumentError for an option that the macro does not have.
pub(super) fn check(interpreter: &mut Interpreter, kind: Macro, options: &Rc<RHash>) -> Eval<()> {
    let known = known(kind, options).into_iter().map(Value::symbol).collect();
    interpreter.call(&Value::Hash(Rc::clone(options)), "assert_valid_keys", Args::one(Value::array(known)))?;
    if matches!(options.get_symbol("class_name"), Some(Value::Class(_))) {
        let message = "A class was passed to `:class_name` but we are expecting a string.";
        return Err(interpreter.argument_error(message));
    }
    Ok(())
}

/// Gives options that may be written in several ways the one form in which they are kept.
pub(super) fn settle(interpreter: &mut Interpreter, kind: Macro, options: &RHash) -> Eval<()> {
    if let Some(counter) = options.remove(&Value::symbol("counter_cache")).filter(Value::truthy) {
        let kept = RHash::new();
        let (active, column) = match &counter {
            Value::Hash(said) => {
                (said.get_symbol("active").unwrap_or(true.into()), said.get_symbol("column").unwrap_or_default())
            }
            Value::Str(_) | Value::Symbol(_) => (true.into(), counter.clone()),
            _ => (true.into(), Value::Nil),
        };
        kept.insert_symbol("active", active);
        kept.insert_symbol("column", if column.is_nil() { Value::Nil } else { Value::str(interpreter.to_s(&column)?) });
        options.insert_symbol("counter_cache", Value::hash(kept));
    }
    if let Some(columns @ Value::Array(_)) = options.get_symbol("foreign_key") {
        options.remove(&Value::symbol("foreign_key"));
        options.insert_symbol("query_constraints", columns);
    }
    if kind == Macro::BelongsTo
        && let Some(required) = options.remove(&Value::symbol("required"))
    {
        options.insert_symbol("optional", (!required.truthy()).into());
    }
    Ok(())
}

/// ArgumentError for a `dependent:` that the macro does not have.
pub(super) fn check_dependent(interpreter: &mut Interpreter, kind: Macro, dependent: &Value) -> Eval<()> {
    let known: &[&str] = match kind {
        Macro::BelongsTo => &["destroy", "delete", "destroy_async"],
        Macro::HasOne => {
            &["destroy", "destroy_async", "delete", "nullify", "restrict_with_error", "restrict_with_exception"]
        }
        _ => &["destroy", "delete_all", "nullify", "restrict_with_error", "restrict_with_exception", "destroy_async"],
    };
    if matches!(dependent, Value::Symbol(name) if name.is("destroy_async")) {
        return Err(no_job(interpreter));
    }
    if matches!(dependent, Value::Symbol(name) if known.contains(&&*name.to_str())) {
        return Ok(());
    }
    let known = known.iter().map(|name| format!(":{name}")).collect::<Vec<_>>().join(", ");
    let shown = interpreter.to_s(dependent)?;
    Err(interpreter.argument_error(format!("The :dependent option must be one of [{known}], but is :{shown}")))
}

/// `destroy_association_async_job`, in a process without Active Job.
fn no_job(interpreter: &mut Interpreter) -> Box<Flow> {
    let missing = "uninitialized constant ActiveRecord::ActiveJob";
    let first = interpreter.error("NameError", missing);
    let flow = interpreter.error("NameError", format!("Unable to load destroy_association_async_job: {missing}"));
    if let (Flow::Raise(error), Flow::Raise(first)) = (&*flow, &*first) {
        set_first_cause(error, first);
    }
    flow
}
