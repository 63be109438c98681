//! The rows of one owner's association, as a relation: associations/association_scope.rb with what alias_tracker.rb says of
//! its tables. `disable_joins:` stands in disable_joins_association_scope.rs.

use std::collections::HashMap;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RClass, RHash, Value};

use crate::connection::arel::{self, Join, JoinKind, Node, Source, Table};
use crate::ground::state::with_adapter;
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::read_named;
use crate::models::inheritance;
use crate::models::model_schema;
use crate::models::reflection::{self, Link, Reflection};
use crate::models::relation::association_relation::{for_association, with_constraints};
use crate::models::relation::{self, JoinValue, Values};
use crate::models::scoping;

/// A table of the statement: the association's own first, that which names the owner last.
pub(super) struct Step {
    pub link: Link,
    pub class: Rc<RClass>,
    pub table: Table,
}

/// The relation of `association`, whose owner this is.
pub(crate) fn scope(
    interpreter: &mut Interpreter,
    reflection: &Rc<Reflection>,
    owner: &Value,
    class: &Rc<RClass>,
    association: &Value,
) -> Eval {
    let steps = steps(interpreter, reflection, class)?;
    let mut rows = scoping::default_scoped(interpreter, class)?;
    let modules = crate::ground::arguments::wrap(interpreter, &reflection.option("extend"))?;
    if !modules.is_empty() {
        rows = interpreter.call(&rows, "extending", Args::new(modules))?;
    }
    if let Some(last) = steps.last() {
        rows = of_owner(interpreter, rows, last, owner, class)?;
    }
    if steps.len() > 1 {
        rows = join(interpreter, rows, &steps)?;
    }
    for (place, step) in steps.iter().enumerate().rev() {
        rows = narrow(interpreter, rows, step, owner, place == 0)?;
    }
    for_association(interpreter, &rows, association, false)
}

/// From the model to the owner, table by table.
pub(super) fn steps(interpreter: &mut Interpreter, reflection: &Rc<Reflection>, class: &Rc<RClass>) -> Eval<Vec<Step>> {
    let mut steps = Vec::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for link in reflection::chain(interpreter, reflection)? {
        let class = if steps.is_empty() { Rc::clone(class) } else { link.reflection.class(interpreter)? };
        let name = model_schema::required_table_name(interpreter, &class)?;
        let taken = counts.contains_key(&name);
        let alias = if taken { Some(alias(interpreter, &link, reflection, &mut counts)?) } else { None };
        if !taken {
            counts.insert(name.clone(), 1);
        }
        steps.push(Step { link, class, table: Table { name, alias } });
    }
    Ok(steps)
}

/// The name of a table that is in the statement already.
fn alias(
    interpreter: &mut Interpreter,
    link: &Link,
    reflection: &Reflection,
    counts: &mut HashMap<String, usize>,
) -> Eval<String> {
    let room = with_adapter(interpreter, |adapter| Ok(adapter.table_alias_length()))?;
    let plural = interpreter.inflector().pluralize(&link.reflection.name.to_string());
    let cut = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let name = cut(&format!("{plural}_{}", reflection.name), room).replace('.', "_");
    let count = counts.entry(name.clone()).or_default();
    *count += 1;
    Ok(if *count > 1 { format!("{}_{count}", cut(&name, room - 2)) } else { name })
}

/// `where` of a column of one of the tables.
fn compare(
    interpreter: &mut Interpreter,
    rows: &Value,
    class: &Rc<RClass>,
    table: &Table,
    pairs: Vec<(Value, Value)>,
) -> Eval {
    let own = model_schema::required_table_name(interpreter, class)?;
    let mut conditions = Value::hash(RHash::from_pairs(pairs));
    if table.qualifier() != own {
        conditions = Value::hash(RHash::from_pairs(vec![(Value::str(table.qualifier()), conditions)]));
    }
    interpreter.call(rows, "where", Args::one(conditions))
}

/// The rows whose key, and whose type where they may belong to several classes, is the owner's.
fn of_owner(interpreter: &mut Interpreter, rows: Value, last: &Step, owner: &Value, class: &Rc<RClass>) -> Eval {
    let own = &last.link.reflection;
    let key = if own.is_polymorphic() {
        own.referred_key(interpreter, &last.class)?
    } else {
        own.join_primary_key(interpreter)?
    };
    let foreign_key = own.join_foreign_key(interpreter)?;
    let mut rows = rows;
    for (column, foreign) in key.columns().iter().zip(foreign_key.columns()) {
        let value = read_named(interpreter, owner, foreign)?;
        rows = compare(interpreter, &rows, class, &last.table, vec![(Value::str(column.as_str()), value)])?;
    }
    if let Some(column) = own.type_column(interpreter)? {
        let name = polymorphic_name(interpreter, &Value::Class(interpreter.class_of(owner)))?;
        rows = compare(interpreter, &rows, class, &last.table, vec![(Value::str(column), name)])?;
    }
    Ok(rows)
}

/// `polymorphic_name`
pub(super) fn polymorphic_name(interpreter: &mut Interpreter, class: &Value) -> Eval {
    interpreter.call(class, "polymorphic_name", Args::none())
}

/// Joins each table to the one before it, and takes over the default scopes of what is gone through.
fn join(interpreter: &mut Interpreter, rows: Value, steps: &[Step]) -> Eval {
    let mut rows = rows;
    for pair in steps.windows(2) {
        let [step, next] = pair else { continue };
        let own = &step.link.reflection;
        let (key, foreign_key) = (own.join_primary_key(interpreter)?, own.join_foreign_key(interpreter)?);
        let condition = matching(&step.table, &key, &next.table, &foreign_key);
        let source = Source::Table(next.table.clone());
        rows = relation::spawn(interpreter, &rows, |values| {
            values.joins.push(JoinValue::Join(Join::On { kind: JoinKind::Inner, source, on: Some(condition) }));
        })?;
        if let Some(column) = own.type_column(interpreter)? {
            let name = polymorphic_name(interpreter, &Value::Class(Rc::clone(&next.class)))?;
            rows = compare(interpreter, &rows, &steps[0].class, &step.table, vec![(Value::str(column), name)])?;
        }
    }
    for step in &steps[1..] {
        if scoping::is_scoped(&step.class) || inheritance::type_condition(interpreter, &step.class)?.is_some() {
            let default = scoping::default_scoped(interpreter, &step.class)?;
            rows = interpreter.call(&rows, "merge", Args::one(default))?;
        }
    }
    Ok(rows)
}

/// `one.key = other.foreign_key`, of each column.
fn matching(table: &Table, key: &Key, other: &Table, foreign_key: &Key) -> Node {
    let equal = |(column, foreign): (&String, &String)| {
        Node::attribute(table.qualifier(), column.as_str()).equal(Node::attribute(other.qualifier(), foreign.as_str()))
    };
    let all: Vec<Node> = key.columns().iter().zip(foreign_key.columns()).map(equal).collect();
    arel::ast(&all)
}

/// What the scopes say of a step's rows: the association's own speak of the whole relation, others of their table.
fn narrow(interpreter: &mut Interpreter, rows: Value, step: &Step, owner: &Value, is_own: bool) -> Eval {
    let mut rows = rows;
    for body in step.link.reflection.scopes(interpreter)? {
        rows = if is_own {
            within(interpreter, rows, &body, owner)?
        } else {
            let plain = relation::unscoped(interpreter, &step.class)?;
            let item = within(interpreter, plain, &body, owner)?;
            with_constraints(interpreter, &rows, &item, step.table.qualifier())?
        };
    }
    if let Some((column, kind)) = step.link.source_type(interpreter)? {
        let condition = Value::hash(RHash::from_pairs(vec![(Value::str(column), kind)]));
        let plain = relation::wrap(interpreter, &step.class, Values::default());
        let item = interpreter.call(&plain, "where", Args::one(condition))?;
        rows = with_constraints(interpreter, &rows, &item, step.table.qualifier())?;
    }
    Ok(rows)
}

/// A scope's body, which may ask for the owner; nil and false mean the relation itself.
pub(super) fn within(interpreter: &mut Interpreter, rows: Value, body: &Value, owner: &Value) -> Eval {
    let Value::Proc(block) = body else { return Ok(rows) };
    let args = if block.arity() == 0 { Args::none() } else { Args::one(owner.clone()) };
    let answer = interpreter.instance_exec(block, &rows, args)?;
    Ok(if answer.truthy() { answer } else { rows })
}
