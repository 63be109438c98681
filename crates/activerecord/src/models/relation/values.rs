//! The methods that change a relation in place (`where!`, `merge!`), and those that tell what it was built of
//! (`limit_value`, `references_values`): relation/query_methods.rb.
//!
//! A change in place makes a relation of this one and takes over what that was built of. Of the values those are absent
//! that Active Record keeps as they were given and this does not (`joins_values`, `where_clause`).

use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method, variadic};

use super::{Relation, Values, relation, wrap};
use crate::connection::arel::Node;
use crate::ground::arguments::{strings_to_value, to_value};
use crate::models::arel_bindings;
use crate::models::model_schema;

pub(crate) const METHODS: &[NativeMethod] = &[
    variadic("where!", change, 0),
    variadic("having!", change, 1),
    variadic("order!", change, 0),
    variadic("reorder!", change, 0),
    method("reverse_order!", change, 0..=0),
    variadic("reselect!", change, 0),
    variadic("group!", change, 0),
    variadic("regroup!", change, 0),
    method("limit!", change, 1..=1),
    method("offset!", change, 1..=1),
    method("distinct!", change, 0..=1),
    variadic("joins!", change, 0),
    variadic("left_outer_joins!", change, 0),
    variadic("includes!", change, 0),
    variadic("eager_load!", change, 0),
    variadic("preload!", change, 0),
    variadic("references!", change, 0),
    variadic("with!", change, 0),
    variadic("with_recursive!", change, 0),
    variadic("annotate!", change, 0),
    variadic("optimizer_hints!", change, 0),
    method("excluding!", change, 1..=1),
    method("from!", change, 1..=2),
    method("lock!", change, 0..=1),
    method("readonly!", change, 0..=1),
    method("strict_loading!", change, 0..=1),
    method("none!", change, 0..=0),
    method("or!", change, 1..=1),
    method("and!", change, 1..=1),
    method("create_with!", change, 1..=1),
    method("invert_where!", change, 0..=0),
    variadic("unscope!", change, 0),
    method("merge!", change, 1..=1),
    variadic("extending!", extend, 0),
    method("skip_preloading!", skip_preloading, 0..=0),
    method("uniq!", unique, 1..=1),
    // There is no cache of queries in a run.
    method("skip_query_cache!", |_, this, _| Ok(this.clone()), 0..=1),
    method("eager_loading?", eager_loads, 0..=0),
    method("limit_value", |i, this, _| number(i, this, |values| values.limit.as_ref()), 0..=0),
    method("offset_value", |i, this, _| number(i, this, |values| values.offset.as_ref()), 0..=0),
    method("lock_value", lock, 0..=0),
    method("locked?", lock, 0..=0),
    method("select_values", |i, this, _| Ok(Value::array(relation(i, this)?.values.fields.clone())), 0..=0),
    method("distinct_value", |i, this, _| flag(i, this, |values| values.distinct), 0..=0),
    method("readonly_value", |i, this, _| flag(i, this, |values| values.readonly), 0..=0),
    method("reordering_value", |i, this, _| flag(i, this, |values| values.reordering), 0..=0),
    method(
        "strict_loading_value",
        |i, this, _| Ok(relation(i, this)?.values.strict_loading.map(Value::Bool).into()),
        0..=0,
    ),
    method("references_values", references, 0..=0),
    method("annotate_values", |i, this, _| texts(i, this, |values| &values.annotations), 0..=0),
    method("optimizer_hints_values", |i, this, _| texts(i, this, |values| &values.hints), 0..=0),
    method("order_values", |i, this, _| nodes(i, this, |values| &values.orders), 0..=0),
    method("extending_values", |i, this, _| Ok(Value::array(relation(i, this)?.values.extending.clone())), 0..=0),
    method("extensions", |i, this, _| Ok(Value::array(relation(i, this)?.values.extending.clone())), 0..=0),
    method("create_with_value", create_with, 0..=0),
    method("create_with_value=", set_create_with, 1..=1),
];

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 1..=1)];

/// `Relation.new(Model)`: every row of its table.
fn new(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let model = model_schema::class(interpreter, &args.first())?;
    Ok(wrap(interpreter, &model, Values::default()))
}

/// `assert_modifiable!`
fn check_modifiable(interpreter: &mut Interpreter, own: &Relation) -> Eval<()> {
    if own.records.borrow().is_some() || own.is_built.get() {
        let name = "ActiveRecord::UnmodifiableRelation";
        return Err(interpreter.error(name, name));
    }
    Ok(())
}

/// `x!` as what `x` makes, taken over.
fn change(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    check_modifiable(interpreter, &own)?;
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let made = interpreter.call(this, name.trim_end_matches('!'), args)?;
    let Some(made) = made.data::<Relation>() else { return Ok(made) };
    replace(this, &own, made.values.clone());
    Ok(this.clone())
}

fn replace(this: &Value, own: &Relation, values: Values) {
    if let Value::Object(object) = this {
        let values = Values { is_proxy: own.values.is_proxy, ..values };
        object.set_data(Rc::new(Relation::new(&own.model, values)));
    }
}

fn extend(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    change(interpreter, this, args)?;
    let modules = relation(interpreter, this)?.values.extending.clone();
    if !modules.is_empty() {
        interpreter.call(this, "extend", Args::new(modules))?;
    }
    Ok(this.clone())
}

/// Each value of a list once.
fn unique(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    fn once<T: Clone + PartialEq>(list: &mut Vec<T>) {
        let mut seen = Vec::with_capacity(list.len());
        super::spawn_methods::add_missing(&mut seen, list);
        *list = seen;
    }
    let own = relation(interpreter, this)?;
    check_modifiable(interpreter, &own)?;
    let mut values = own.values.clone();
    match args.first().as_name().unwrap_or_default().as_str() {
        "group" => once(&mut values.groups),
        "order" => once(&mut values.orders),
        "annotate" => once(&mut values.annotations),
        "optimizer_hints" => once(&mut values.hints),
        "references" => once(&mut values.references),
        // The others hold nothing twice.
        _ => {}
    }
    replace(this, &own, values);
    Ok(this.clone())
}

fn skip_preloading(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    check_modifiable(interpreter, &own)?;
    replace(this, &own, Values { skip_preloading: true, ..own.values.clone() });
    Ok(this.clone())
}

// What it was built of

fn eager_loads(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    Ok(super::is_eager_loading(interpreter, &own)?.into())
}

fn number(interpreter: &mut Interpreter, this: &Value, of: fn(&Values) -> Option<&Arg>) -> Eval {
    let own = relation(interpreter, this)?;
    Ok(of(&own.values).map_or(Value::Nil, |number| to_value(interpreter, number)))
}

/// What was never said is nil.
fn flag(interpreter: &mut Interpreter, this: &Value, of: fn(&Values) -> bool) -> Eval {
    let own = relation(interpreter, this)?;
    Ok(if of(&own.values) { true.into() } else { Value::Nil })
}

fn texts(interpreter: &mut Interpreter, this: &Value, of: fn(&Values) -> &Vec<String>) -> Eval {
    Ok(strings_to_value(of(&relation(interpreter, this)?.values).clone()))
}

/// A name is a symbol where it was given as one.
fn references(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    let values = &own.values;
    let name = |name: &String| {
        if values.symbol_references.contains(name) { Value::symbol(name) } else { Value::str(name.as_str()) }
    };
    Ok(Value::array(values.references.iter().map(name).collect()))
}

fn nodes(interpreter: &mut Interpreter, this: &Value, of: fn(&Values) -> &Vec<Node>) -> Eval {
    let own = relation(interpreter, this)?;
    let all = of(&own.values).iter().map(|node| match node {
        Node::Sql(text) => Value::str(text.as_str()),
        node => arel_bindings::wrap_plain(interpreter, node.clone()),
    });
    Ok(Value::array(all.collect()))
}

fn lock(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    Ok(match own.values.lock.as_deref() {
        None => Value::Nil,
        Some("FOR UPDATE") => true.into(),
        Some(text) => Value::str(text),
    })
}

fn create_with(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = relation(interpreter, this)?;
    Ok(Value::hash(ruby::RHash::from_pairs(own.values.create_with.clone())))
}

fn set_create_with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = relation(interpreter, this)?;
    check_modifiable(interpreter, &own)?;
    let mut values = own.values.clone();
    values.create_with.clear();
    if let Value::Hash(hash) = args.first() {
        values.create_with = hash.pairs();
    }
    replace(this, &own, values);
    Ok(args.first())
}
