//! What a model class is asked: querying.rb, scoping/named.rb, scoping/default.rb, attributes.rb, enum.rb. Most of it goes to
//! `all`; a message that is neither is a scope's name or nothing.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use crate::attribute_methods;
use crate::attribute_set::{AttributeType, EnumMapping, Kind};
use crate::bindings::arguments::{to_arg, to_strings};
use crate::model_schema::{Decoration, class, schema};
use crate::relation;
use crate::state::with_adapter;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method(
        "all",
        |i, this, _| {
            let class = class(i, this)?;
            relation::all(i, &class)
        },
        0..=0,
    ),
    method("unscoped", unscoped, 0..=0),
    method(
        "default_scoped",
        |i, this, _| {
            let class = class(i, this)?;
            relation::default_scoped(i, &class)
        },
        0..=0,
    ),
    method("scope", scope, 2..=2),
    method("default_scope", default_scope, 0..=1),
    method("find_by_sql", find_by_sql, 1..=2),
    method("count_by_sql", count_by_sql, 1..=1),
    method("update_counters", update_counters, 2..=2),
    method("increment_counter", count_one, 2..=2),
    method("decrement_counter", count_one, 2..=2),
    method("arel_table", |i, this, _| crate::arel_bindings::table_of(i, this), 0..=0),
    method("alias_attribute", alias_attribute, 2..=2),
    variadic("enum", declare_enum, 0).with_keywords(),
    variadic("attribute", attribute, 1).with_keywords(),
    variadic("attr_readonly", |i, _, _| refuse(i, "attr_readonly"), 0),
    variadic("serialize", |i, _, _| refuse(i, "serialize"), 0).with_keywords(),
    variadic("store", |i, _, _| refuse(i, "store"), 0).with_keywords(),
    variadic("store_accessor", |i, _, _| refuse(i, "store_accessor"), 0).with_keywords(),
    variadic("encrypts", |i, _, _| refuse(i, "encrypts"), 0).with_keywords(),
    variadic("normalizes", |i, _, _| refuse(i, "normalizes"), 0).with_keywords(),
    variadic("has_secure_password", |i, _, _| refuse(i, "has_secure_password"), 0).with_keywords(),
    variadic("has_secure_token", |i, _, _| refuse(i, "has_secure_token"), 0).with_keywords(),
    variadic("delegated_type", |i, _, _| refuse(i, "delegated_type"), 0).with_keywords(),
    variadic("accepts_nested_attributes_for", |i, _, _| refuse(i, "accepts_nested_attributes_for"), 0).with_keywords(),
    variadic("composed_of", |i, _, _| refuse(i, "composed_of"), 0).with_keywords(),
    variadic("locking_column=", |i, _, _| refuse(i, "locking_column="), 0),
    variadic("connects_to", |i, _, _| refuse(i, "connects_to"), 0).with_keywords(),
    variadic("reflect_on_association", |i, _, _| refuse(i, "reflect_on_association"), 0),
    variadic("reflect_on_all_associations", |i, _, _| refuse(i, "reflect_on_all_associations"), 0),
    method("respond_to_missing?", responds, 1..=2),
    variadic("method_missing", method_missing, 1).with_keywords(),
];

/// QUERYING_METHODS, and those of relations that classes answer to otherwise.
const DELEGATED: &[&str] = &[
    "find",
    "find_by",
    "find_by!",
    "take",
    "take!",
    "sole",
    "find_sole_by",
    "first",
    "first!",
    "last",
    "last!",
    "second",
    "second!",
    "third!",
    "fourth!",
    "fifth!",
    "forty_two",
    "second_to_last",
    "third_to_last",
    "excluding",
    "without",
    "with_recursive",
    "strict_loading",
    "find_or_initialize_by",
    "structurally_compatible?",
    "third",
    "fourth",
    "fifth",
    "exists?",
    "any?",
    "many?",
    "none?",
    "one?",
    "first_or_create",
    "first_or_create!",
    "first_or_initialize",
    "find_or_create_by",
    "find_or_create_by!",
    "find_or_initialize_by",
    "create_or_find_by",
    "create_or_find_by!",
    "destroy_all",
    "delete_all",
    "update_all",
    "touch_all",
    "destroy_by",
    "delete_by",
    "find_each",
    "find_in_batches",
    "in_batches",
    "select",
    "reselect",
    "order",
    "in_order_of",
    "reorder",
    "group",
    "regroup",
    "limit",
    "offset",
    "joins",
    "left_joins",
    "left_outer_joins",
    "where",
    "rewhere",
    "invert_where",
    "preload",
    "extract_associated",
    "eager_load",
    "includes",
    "from",
    "lock",
    "readonly",
    "and",
    "or",
    "annotate",
    "optimizer_hints",
    "extending",
    "having",
    "create_with",
    "distinct",
    "references",
    "none",
    "unscope",
    "merge",
    "except",
    "only",
    "count",
    "average",
    "minimum",
    "maximum",
    "sum",
    "calculate",
    "pluck",
    "pick",
    "ids",
    "with",
    "insert",
    "insert!",
    "insert_all",
    "insert_all!",
    "upsert",
    "upsert_all",
    "delete",
    "destroy",
    "to_a",
    "records",
    "each",
    "map",
    "empty?",
    "size",
    "scoping",
];

pub(crate) fn define(interpreter: &mut Interpreter, base: &Rc<RClass>) {
    let singleton = interpreter.singleton_class(base);
    for name in DELEGATED {
        let native = NativeMethod { name: "query", function: delegate, min: 0, max: None, keywords: true };
        singleton.set_method(Symbol::new(name), MethodBody::Native(native), Visibility::Public);
    }
    // What only relations have.
    for name in ["to_a", "records", "each", "map", "empty?", "size"] {
        singleton.remove_method(Symbol::new(name));
    }
}

fn refuse(interpreter: &mut Interpreter, what: &str) -> Eval {
    Err(interpreter.unsupported(format!("`{what}` in a model is not supported yet")))
}

fn delegate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(name) = interpreter.called_name() else { return Ok(Value::Nil) };
    let class = class(interpreter, this)?;
    let all = relation::all(interpreter, &class)?;
    interpreter.call(&all, name, args)
}

fn unscoped(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let unscoped = relation::unscoped(interpreter, &class)?;
    match &args.block {
        Some(block) => relation::with_scope(interpreter, &class, &unscoped, |interpreter| {
            interpreter.call_block(block, Args::none())
        }),
        None => Ok(unscoped),
    }
}

fn scope(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    if !matches!(args.get(1), Value::Proc(_)) && !interpreter.responds_to(&args.get(1), "call") {
        return Err(interpreter.argument_error("The scope body needs to be callable."));
    }
    schema(&class).scopes.borrow_mut().insert(Symbol::new(&name), args.get(1));
    Ok(Value::symbol(&name))
}

fn default_scope(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let body = match args.block {
        Some(block) => Value::Proc(block),
        None => args.first(),
    };
    if !matches!(body, Value::Proc(_)) {
        let message = "Support for calling #default_scope without a block is removed. For example instead of `default_scope \
                       where(color: 'red')`, please use `default_scope { where(color: 'red') }`. (Alternatively you can just \
                       redefine self.default_scope.)";
        return Err(interpreter.argument_error(message));
    }
    schema(&class).default_scopes.borrow_mut().push(body);
    Ok(Value::Nil)
}

fn method_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let class = class(interpreter, this)?;
    let rest = Args { positional: args.positional[1..].to_vec(), ..args };
    if let Some(scope) = relation::find_scope(&class, Symbol::new(&name)) {
        let all = relation::all(interpreter, &class)?;
        return relation::run_scope(interpreter, &all, &scope, rest);
    }
    if let Some((finder, columns)) = dynamic_finder(interpreter, &class, &name)? {
        if rest.positional.len() != columns.len() {
            return Err(interpreter.wrong_number(rest.positional.len(), columns.len(), Some(columns.len())));
        }
        let pairs = columns.into_iter().map(Value::str).zip(rest.positional).collect::<Vec<_>>();
        let conditions = Value::hash(RHash::from_pairs(pairs));
        return interpreter.call(this, finder, Args::one(conditions));
    }
    for (column, mapping) in schema(&class).enums.borrow().clone() {
        if interpreter.inflector.pluralize(&column) == name {
            let pairs = mapping.values.iter().map(|(label, value)| (Value::str(label.as_str()), value.clone()));
            let pairs = pairs.collect::<Vec<_>>();
            return ruby::builtins::hash::indifferent_copy(interpreter, &RHash::from_pairs(pairs));
        }
        for (label, value) in &mapping.values {
            let not = format!("not_{label}");
            if *label == name || not == name {
                let conditions = Value::hash(RHash::from_pairs(vec![(Value::str(column), value.clone())]));
                let target = relation::all(interpreter, &class)?;
                return interpreter.call(&target, if not == name { "not" } else { "where" }, Args::one(conditions));
            }
        }
    }
    attribute_methods::undefined_method(interpreter, this, &name)
}

/// `find_by_name_and_age(!)`, where the attributes are the model's.
fn dynamic_finder(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    name: &str,
) -> Eval<Option<(&'static str, Vec<String>)>> {
    let Some(rest) = name.strip_prefix("find_by_") else { return Ok(None) };
    let (finder, rest) = rest.strip_suffix('!').map_or(("find_by", rest), |rest| ("find_by!", rest));
    let columns: Vec<String> = rest.split("_and_").map(str::to_owned).collect();
    let loaded = crate::model_schema::load_schema(interpreter, class)?;
    let known =
        |column: &String| loaded.shape.index(column).is_some() || attribute_methods::alias(class, column).is_some();
    Ok(columns.iter().all(known).then_some((finder, columns)))
}

fn responds(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let class = class(interpreter, this)?;
    if relation::find_scope(&class, Symbol::new(&name)).is_some() {
        return Ok(true.into());
    }
    Ok((name.starts_with("find_by_") && dynamic_finder(interpreter, &class, &name)?.is_some()).into())
}

// Statements

fn find_by_sql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let sql = crate::base::sanitize(interpreter, &args.first())?;
    let sql = interpreter.to_s(&sql)?;
    let name = format!("{} Load", class.name());
    let result = with_adapter(interpreter, |adapter| adapter.select_all(&sql, Some(&name), &[]))?;
    Ok(Value::array(relation::instantiate(interpreter, &class, result)?))
}

fn count_by_sql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let sql = crate::base::sanitize(interpreter, &args.first())?;
    let sql = interpreter.to_s(&sql)?;
    let name = format!("{} Count", class.name());
    let value = with_adapter(interpreter, |adapter| adapter.select_value(&sql, Some(&name), &[]))?;
    let value = crate::bindings::arguments::to_value(interpreter, &value);
    interpreter.call(&value, "to_i", Args::none())
}

fn update_counters(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let unscoped = relation::unscoped(interpreter, &class)?;
    let rows = relation::writing::where_key(interpreter, &unscoped, args.first())?;
    interpreter.call(&rows, "update_counters", Args::one(args.get(1)))
}

fn count_one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let by = if interpreter.called_name().is_some_and(|name| name.is("increment_counter")) { 1 } else { -1 };
    let counters = Value::hash(RHash::from_pairs(vec![(args.first(), Value::Int(by))]));
    update_counters(interpreter, this, Args::new(vec![args.get(1), counters]))
}

// attributes.rb, enum.rb

fn alias_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let names = to_strings(interpreter, &args.positional)?;
    schema(&class).aliases.borrow_mut().insert(names[0].clone(), names[1].clone());
    Ok(Value::Nil)
}

fn attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    if let Some(keywords) = &args.keywords {
        for (key, _) in keywords.pairs() {
            if key.as_name().as_deref() != Some("default") {
                return refuse(interpreter, "attribute with such options");
            }
        }
    }
    let kind = match args.get(1).as_name() {
        Some(kind) => named_type(interpreter, &kind)?,
        None if args.has(1) => return refuse(interpreter, "attribute of a type that is an object"),
        None => return refuse(interpreter, "attribute without a type"),
    };
    schema(&class).decorations.borrow_mut().push((name, Decoration::Type(kind, args.keyword("default"))));
    Ok(Value::Nil)
}

/// `ActiveRecord::Type.lookup`
fn named_type(interpreter: &mut Interpreter, name: &str) -> Eval<AttributeType> {
    use adapters::types;
    let kind: types::Type = match name {
        "integer" => Rc::new(types::Integer::new(None)),
        "big_integer" => Rc::new(types::Integer::big()),
        "string" => Rc::new(types::Text::string(None)),
        "text" => Rc::new(types::Text::text(None)),
        "boolean" => Rc::new(types::Boolean::default()),
        "float" => Rc::new(types::Float::default()),
        "date" => Rc::new(types::Date),
        "datetime" => Rc::new(types::DateTime::new(None)),
        "json" => Rc::new(types::Json { type_name: "json" }),
        "jsonb" => Rc::new(types::Json { type_name: "jsonb" }),
        "binary" => Rc::new(types::Binary::default()),
        other => return Err(interpreter.unsupported(format!("`attribute` of the type `{other}`"))),
    };
    Ok(AttributeType::plain(kind))
}

/// `enum :status, { .. }`, `enum :status, [..]`, and the older `enum status: { .. }`, which Rails 8 took away.
fn declare_enum(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if args.is_empty() {
        return Err(interpreter.wrong_number(0, 1, Some(2)));
    }
    let name = interpreter.to_s(&args.first())?;
    let mut options = Vec::new();
    let mut values = args.get(1);
    if let Some(keywords) = &args.keywords {
        if values.is_nil() {
            let own = keywords.pairs().into_iter().filter(|(key, _)| {
                !["prefix", "suffix", "scopes", "default", "instance_methods", "validate"]
                    .contains(&key.as_name().unwrap_or_default().as_str())
            });
            values = Value::hash(RHash::from_pairs(own.collect::<Vec<_>>()));
        }
        options.extend(keywords.pairs().into_iter().filter_map(|(key, _)| key.as_name()));
    }
    if options.iter().any(|name| ["prefix", "suffix", "default", "validate"].contains(&name.as_str())) {
        return refuse(interpreter, "enum with such options");
    }
    let mut mapping = Vec::new();
    match &values {
        Value::Hash(hash) => {
            for (label, value) in hash.pairs() {
                mapping.push((interpreter.to_s(&label)?, value));
            }
        }
        Value::Array(items) => {
            for (index, label) in items.to_vec().iter().enumerate() {
                mapping.push((interpreter.to_s(label)?, Value::Int(index as i64)));
            }
        }
        _ => return refuse(interpreter, "enum without values"),
    }
    for (_, value) in &mapping {
        to_arg(interpreter, value)?;
    }
    for (label, _) in &mapping {
        for suffix in ["?", "!"] {
            class.set_method(
                Symbol::new(&format!("{label}{suffix}")),
                MethodBody::Native(method("enum", enum_method, 0..=0)),
                Visibility::Public,
            );
        }
    }
    let mapping = Rc::new(EnumMapping { name: name.clone(), values: mapping });
    schema(&class).enums.borrow_mut().push((name.clone(), Rc::clone(&mapping)));
    schema(&class).decorations.borrow_mut().push((name, Decoration::Wrap(Kind::Enum(mapping))));
    Ok(Value::Nil)
}

/// `active?` and `active!`
fn enum_method(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let called = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let label = called.trim_end_matches(['?', '!']).to_owned();
    let class = interpreter.class_of(this);
    for ancestor in crate::model_schema::lineage(&class) {
        for (column, mapping) in schema(&ancestor).enums.borrow().clone() {
            if !mapping.has(&label) {
                continue;
            }
            if called.ends_with('?') {
                let value = attribute_methods::read_named(interpreter, this, &column)?;
                return Ok((value.as_name() == Some(label)).into());
            }
            let attributes = Value::hash(RHash::from_pairs(vec![(Value::str(column), Value::str(label))]));
            return interpreter.call(this, "update!", Args::one(attributes));
        }
    }
    attribute_methods::undefined_method(interpreter, this, &called)
}
