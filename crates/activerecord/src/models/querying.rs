//! What a model class is asked: querying.rb, scoping/named.rb, scoping/default.rb, attributes.rb, enum.rb. Most of it goes to
//! `all`; a message that is neither is a scope's name or nothing.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use crate::connection::arel::Node;
use crate::ground::arguments::to_strings;
use crate::ground::state::with_adapter;
use crate::models::attribute_methods::{self, dangerous};
use crate::models::attribute_set::Record;
use crate::models::model_schema::{class, lineage, load_schema, schema};
use crate::models::{relation, scoping};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method(
        "all",
        |i, this, _| {
            let class = class(i, this)?;
            scoping::all(i, &class)
        },
        0..=0,
    ),
    method("unscoped", unscoped, 0..=0),
    method(
        "dangerous_attribute_method?",
        |i, _, args| {
            let is_symbol = matches!(args.first(), Value::Symbol(_));
            let of = if is_symbol { dangerous::is_instance_method } else { dangerous::is_attribute_method };
            is_dangerous(i, &args, of)
        },
        1..=1,
    ),
    method("dangerous_class_method?", |i, _, args| is_dangerous(i, &args, dangerous::is_class_method), 1..=1),
    method("scope", scope, 2..=2),
    variadic("find", find, 0).with_keywords(),
    method("find_by_sql", find_by_sql, 1..=2),
    method("count_by_sql", count_by_sql, 1..=1),
    method("update_counters", update_counters, 2..=2),
    method("increment_counter", count_one, 2..=2).with_keywords(),
    method("decrement_counter", count_one, 2..=2).with_keywords(),
    method("arel_table", |i, this, _| crate::models::arel_bindings::table_of(i, this), 0..=0),
    method("alias_attribute", alias_attribute, 2..=2),
    method("attribute_aliases", attribute_aliases, 0..=0),
    method("attribute_alias", attribute_alias, 1..=1),
    method("attribute_alias?", |i, this, args| Ok(attribute_alias(i, this, args)?.truthy().into()), 1..=1),
    variadic("connects_to", |i, _, _| refuse(i, "connects_to"), 0).with_keywords(),
    method("respond_to_missing?", responds, 1..=2),
    variadic("method_missing", method_missing, 1).with_keywords(),
];

/// QUERYING_METHODS, and those of relations that classes answer to otherwise.
const DELEGATED: &[&str] = &[
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
    "async_count",
    "async_sum",
    "async_average",
    "async_minimum",
    "async_maximum",
    "async_pluck",
    "async_pick",
    "async_ids",
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
    "scoping",
];

/// A table of them, as a world takes one.
pub(crate) const DELEGATED_METHODS: &[NativeMethod] = &{
    let mut methods = [variadic("", delegate, 0).with_keywords(); DELEGATED.len()];
    let mut index = 0;
    while index < DELEGATED.len() {
        methods[index] = variadic(DELEGATED[index], delegate, 0).with_keywords();
        index += 1;
    }
    methods
};

fn refuse(interpreter: &mut Interpreter, what: &str) -> Eval {
    Err(interpreter.unsupported(format!("`{what}` in a model is not supported yet")))
}

fn delegate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(name) = interpreter.called_name() else { return Ok(Value::Nil) };
    let class = class(interpreter, this)?;
    let all = scoping::all(interpreter, &class)?;
    interpreter.call(&all, name, args)
}

/// `find` of core.rb. A relation takes apart what it is given for a composite key; the class binds it as it is.
fn find(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if let [id] = &args.positional[..]
        && args.block.is_none()
        && !matches!(id, Value::Nil | Value::Array(_) | Value::Range(_) | Value::Hash(_))
        && id.data::<Record>().is_none()
        && id.data::<relation::Relation>().is_none()
        && load_schema(interpreter, &class)?.is_composite()
        && !scoping::has_scope(&class)
    {
        return find_by_first_column(interpreter, &class, id);
    }
    delegate(interpreter, this, args)
}

/// `cached_find_by`: what has no value is bound as NULL.
fn find_by_first_column(interpreter: &mut Interpreter, class: &Rc<RClass>, id: &Value) -> Eval {
    let columns = load_schema(interpreter, class)?;
    let all = scoping::all(interpreter, class)?;
    let mut predicates = Vec::new();
    for (place, name) in columns.key_columns().iter().enumerate() {
        let value = if place == 0 { id.clone() } else { Value::Nil };
        let value = relation::type_of(&columns, name).serialize(interpreter, &value)?;
        let bind = Node::BoundSql(vec![Node::Bind(value)]);
        predicates.push(Node::attribute(&*columns.table_name, name.as_str()).equal(bind));
    }
    let found = relation::spawn(interpreter, &all, |values| values.wheres.extend(predicates))?;
    let found = interpreter.call(&found, "take", Args::none())?;
    if found.is_nil() {
        let shown = interpreter.inspect(id)?;
        let key = columns.primary_key.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = crate::models::model_schema::said_name(interpreter, class)?;
        let message = format!("Couldn't find {name} with '{key}'={shown}");
        return Err(interpreter.error("ActiveRecord::RecordNotFound", message));
    }
    Ok(found)
}

fn unscoped(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let unscoped = relation::unscoped(interpreter, &class)?;
    match &args.block {
        Some(block) => scoping::with_scope(interpreter, &class, &unscoped, |interpreter| {
            interpreter.call_block(block, Args::none())
        }),
        None => Ok(unscoped),
    }
}

fn is_dangerous(interpreter: &mut Interpreter, args: &Args, of: fn(&str) -> bool) -> Eval {
    Ok(of(&interpreter.to_s(&args.first())?).into())
}

fn scope(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    if !matches!(args.get(1), Value::Proc(_)) && !interpreter.responds_to(&args.get(1), "call") {
        return Err(interpreter.argument_error("The scope body needs to be callable."));
    }
    let taken = if dangerous::is_class_method(&name) {
        Some("Active Record already defined a class method")
    } else {
        dangerous::is_relation_method(&name).then_some("ActiveRecord::Relation already defined an instance method")
    };
    if let Some(taken) = taken {
        let model = class.name();
        let message = format!(
            "You tried to define a scope named \"{name}\" on the model \"{model}\", but {taken} with the same name."
        );
        return Err(interpreter.argument_error(message));
    }
    let mut body = args.get(1);
    if args.block.is_some() {
        let module = Value::Class(interpreter.class_at("Module"));
        let extension = interpreter.call(&module, "new", Args::none().with_block(args.block.clone()))?;
        body = Value::array(vec![body, extension]);
    }
    schema(&class).scopes.borrow_mut().insert(Symbol::new(&name), body);
    Ok(Value::symbol(&name))
}

fn method_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let class = class(interpreter, this)?;
    let rest = Args { positional: args.positional[1..].to_vec(), ..args };
    if let Some(scope) = relation::find_scope(&class, Symbol::new(&name)) {
        let all = scoping::all(interpreter, &class)?;
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
    let loaded = crate::models::model_schema::load_schema(interpreter, class)?;
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
    let sql = crate::models::base::sanitize(interpreter, &args.first())?;
    let sql = interpreter.to_s(&sql)?;
    let name = format!("{} Load", class.name());
    let result = with_adapter(interpreter, |adapter| adapter.select_all(&sql, Some(&name), &[]))?;
    Ok(Value::array(relation::instantiate(interpreter, &class, result)?))
}

fn count_by_sql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let sql = crate::models::base::sanitize(interpreter, &args.first())?;
    let sql = interpreter.to_s(&sql)?;
    let name = format!("{} Count", class.name());
    let value = with_adapter(interpreter, |adapter| adapter.select_value(&sql, Some(&name), &[]))?;
    let value = crate::ground::arguments::to_value(interpreter, &value);
    interpreter.call(&value, "to_i", Args::none())
}

fn update_counters(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let unscoped = relation::unscoped(interpreter, &class)?;
    let rows = relation::writing::where_key(interpreter, &unscoped, args.first())?;
    interpreter.call(&rows, "update_counters", Args::one(args.get(1)))
}

fn count_one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let up = interpreter.called_name().is_some_and(|name| name.is("increment_counter"));
    let by = match args.keyword("by") {
        Some(Value::Int(by)) => by,
        _ => 1,
    };
    let counters = RHash::from_pairs(vec![(args.first(), Value::Int(if up { by } else { -by }))]);
    if let Some(touch) = args.keyword("touch") {
        counters.insert_symbol("touch", touch);
    }
    let counters = Value::hash(counters);
    update_counters(interpreter, this, Args::new(vec![args.get(1), counters]))
}

// attributes.rb, enum.rb

fn alias_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let names = to_strings(interpreter, &args.positional)?;
    schema(&class).aliases.borrow_mut().insert(names[0].clone(), names[1].clone());
    Ok(Value::Nil)
}

/// By their new names, what was declared first in front.
fn attribute_aliases(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let aliases = RHash::new();
    for one in lineage(&class).into_iter().rev() {
        for (new, old) in &*schema(&one).aliases.borrow() {
            aliases.insert(Value::str(new.as_str()), Value::str(old.as_str()));
        }
    }
    Ok(Value::hash(aliases))
}

fn attribute_alias(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    Ok(crate::models::attribute_methods::alias(&class, &name).map(Value::str).into())
}
