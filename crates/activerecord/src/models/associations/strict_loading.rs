//! Strict loading: records that refuse to load what they are associated with by statements of their own. After core.rb and
//! associations/association.rb.

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use super::association::{Handle, ivar, set_ivar};
use crate::models::class_attributes;
use crate::models::model_schema;
use crate::models::reflection::object::of;
use crate::models::reflection::{Macro, Reflection};

const STRICT: &str = "@strict_loading";
const MODE: &str = "@strict_loading_mode";
const MODES: [&str; 2] = ["all", "n_plus_one_only"];

pub(crate) const METHODS: &[NativeMethod] = &[
    method("strict_loading?", |i, this, _| Ok(strictness(i, this)), 0..=0),
    method("strict_loading!", set, 0..=1).with_keywords(),
    method("strict_loading_mode", |i, this, _| Ok(mode(i, this)), 0..=0),
    method("strict_loading_all?", |i, this, _| Ok(has_mode(i, this, "all").into()), 0..=0),
    method("strict_loading_n_plus_one_only?", |i, this, _| Ok(has_mode(i, this, "n_plus_one_only").into()), 0..=0),
];

pub(crate) const SINGLETON_METHODS: &[NativeMethod] =
    &[method("strict_loading_violation!", violation, 0..=0).taking(&["owner", "reflection"])];

fn strictness(interpreter: &mut Interpreter, this: &Value) -> Value {
    match ivar(this, STRICT) {
        Value::Nil => class_attributes::of(&interpreter.class_of(this), "strict_loading_by_default"),
        own => own,
    }
}

fn mode(interpreter: &mut Interpreter, this: &Value) -> Value {
    match ivar(this, MODE) {
        Value::Nil => class_attributes::of(&interpreter.class_of(this), "strict_loading_mode"),
        own => own,
    }
}

/// Whether `strict_loading_mode` is this one.
pub(crate) fn has_mode(interpreter: &mut Interpreter, this: &Value, name: &str) -> bool {
    matches!(mode(interpreter, this), Value::Symbol(mode) if mode.is(name))
}

/// `strict_loading?`
pub(crate) fn is_strict(interpreter: &mut Interpreter, this: &Value) -> bool {
    strictness(interpreter, this).truthy()
}

/// Whether `reload` reads again what was loaded.
pub(crate) fn reloads_strictly(interpreter: &mut Interpreter, this: &Value) -> bool {
    is_strict(interpreter, this) && !has_mode(interpreter, this, "n_plus_one_only")
}

/// `strict_loading!(value = true, mode: :all)`
fn set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    crate::ground::arguments::check_keywords(interpreter, &args, &["mode"])?;
    let mode = args.keyword("mode").unwrap_or_else(|| Value::symbol("all"));
    if !matches!(mode, Value::Symbol(mode) if MODES.iter().any(|known| mode.is(known))) {
        let shown = interpreter.inspect(&mode)?;
        let message = format!("The :mode option must be one of [:all, :n_plus_one_only] but {shown} was provided.");
        return Err(interpreter.argument_error(message));
    }
    set_ivar(this, MODE, mode);
    let strict = if args.has(0) { args.first() } else { true.into() };
    set_ivar(this, STRICT, strict.clone());
    Ok(strict)
}

/// The records that an association found are as strict as its owner.
pub(super) fn hand_on(interpreter: &mut Interpreter, own: &Handle, other: &Value) -> Eval<()> {
    let owner = own.owner();
    let tells = match own.tells.get() {
        Some(tells) => tells,
        None => {
            let class = own.known_class(interpreter)?;
            let tells = is_strict(interpreter, &owner)
                || !has_mode(interpreter, &owner, "all")
                || class_attributes::of(&class, "strict_loading_by_default").truthy()
                || class_attributes::of(&class, "strict_loading_mode").as_name().is_some_and(|mode| mode != "all");
            own.tells.set(Some(tells));
            tells
        }
    };
    if tells {
        let is_of_many = own.kind() == Macro::HasMany && has_mode(interpreter, &owner, "n_plus_one_only");
        let mode = if is_of_many { Value::symbol("all") } else { mode(interpreter, &owner) };
        set_ivar(other, MODE, mode);
        set_ivar(other, STRICT, is_of_many.into());
    }
    Ok(())
}

/// Refuses to load, where that is what was asked for.
pub(super) fn check(interpreter: &mut Interpreter, own: &Handle) -> Eval<()> {
    if own.lenient.get() {
        return Ok(());
    }
    let owner = own.owner();
    let is_strict = match own.reflection.options.get_symbol("strict_loading") {
        Some(said) => said.truthy(),
        None => reloads_strictly(interpreter, &owner),
    };
    // What a validation looks at is loaded.
    if !is_strict || !interpreter.call(&owner, "validation_context", Args::none())?.is_nil() {
        return Ok(());
    }
    let class = Value::Class(interpreter.class_of(&owner));
    Err(refuse(interpreter, &class, &own.reflection)?)
}

fn refuse(interpreter: &mut Interpreter, owner: &Value, reflection: &Reflection) -> Eval<Box<ruby::Flow>> {
    let owner = interpreter.to_s(owner)?;
    let what =
        if reflection.is_polymorphic() { "polymorphic".to_owned() } else { reflection.class(interpreter)?.name() };
    let message = format!(
        "`{owner}` is marked for strict_loading. The {what} association named `:{}` cannot be lazily loaded.",
        reflection.name
    );
    Ok(interpreter.error("ActiveRecord::StrictLoadingViolationError", message))
}

fn violation(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    model_schema::class(interpreter, this)?;
    let reflection = of(interpreter, &args.keyword("reflection").unwrap_or_default())?;
    Err(refuse(interpreter, &args.keyword("owner").unwrap_or_default(), &reflection)?)
}
