//! Statements that change rows, built by hand: arel/{tree,update,delete,insert}_manager.rb, and what arel/crud.rb makes of a
//! SELECT. `comment` and `to_dot` are absent.

use std::cell::RefCell;
use std::rc::Rc;

use adapters::Dialect;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method, variadic};

use super::{ArelTable, node, select_manager, visited, wrap_plain};
use crate::connection::arel::{Assignments, Change, Collector, Node, Select, Source, Table};
use crate::ground::arguments::to_arg;
use crate::ground::state::with_adapter;

/// `UpdateManager` or `DeleteManager`.
#[derive(Default)]
struct ChangeManager {
    select: RefCell<Select>,
    assignments: RefCell<Option<Assignments>>,
    /// What it was set to, which may be nil: `build_quoted` makes a key of that, too.
    key: RefCell<Option<Value>>,
}

impl NativeData for ChangeManager {}

struct InsertManager {
    table: RefCell<Option<Table>>,
    /// An Array, which Ruby code appends to.
    columns: Value,
    rows: RefCell<Option<Node>>,
}

impl NativeData for InsertManager {}

const CHANGE_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_change, 0..=1),
    method("where", where_, 1..=1),
    method("wheres=", set_wheres, 1..=1),
    variadic("order", order, 0),
    method("take", take, 1..=1),
    method("offset", offset, 1..=1),
    method("group", group, 1..=1),
    method("having", having, 1..=1),
    method("key", |i, this, _| Ok(change(i, this)?.key.borrow().clone().unwrap_or_default()), 0..=0),
    method("key=", set_key, 1..=1),
    method("to_sql", change_to_sql, 0..=1),
];

const UPDATE_METHODS: &[NativeMethod] = &[method("table", set_table, 1..=1), method("set", set, 1..=1)];
const DELETE_METHODS: &[NativeMethod] = &[method("from", set_table, 1..=1)];

const INSERT_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_insert, 0..=1),
    method("into", into, 1..=1),
    method("columns", |i, this, _| Ok(insertion(i, this)?.columns.clone()), 0..=0),
    method("values=", set_values, 1..=1),
    method("select", insert_select, 1..=1),
    method("insert", insert, 1..=1),
    method("create_values", create_values, 1..=1),
    method("create_values_list", create_values_list, 1..=1),
    method("to_sql", insert_to_sql, 0..=1),
];

pub(super) const SELECT_METHODS: &[NativeMethod] = &[
    method("compile_update", compile_update, 1..=2),
    method("compile_delete", compile_delete, 0..=1),
    method("compile_insert", compile_insert, 1..=1),
    method("create_insert", |i, _, _| new_manager(i, INSERT), 0..=0),
];

const UPDATE: &str = "Arel::UpdateManager";
const DELETE: &str = "Arel::DeleteManager";
const INSERT: &str = "Arel::InsertManager";

pub(super) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let manager = interpreter.define_class("Arel::TreeManager", &object);
    for (name, own) in [(UPDATE, UPDATE_METHODS), (DELETE, DELETE_METHODS)] {
        let class = interpreter.define_class(name, &manager);
        class.define(CHANGE_METHODS);
        class.define(own);
        class.allocator.set(Some(|_, class| Ok(Value::native(class, ChangeManager::default()))));
    }
    let insert = interpreter.define_class(INSERT, &manager);
    insert.define(INSERT_METHODS);
    insert.allocator.set(Some(|_, class| {
        let columns = Value::array(Vec::new());
        let manager = InsertManager { table: RefCell::default(), columns, rows: RefCell::default() };
        Ok(Value::native(class, manager))
    }));
}

fn new_manager(interpreter: &mut Interpreter, class: &str) -> Eval {
    let class = Value::Class(interpreter.class_at(class));
    interpreter.call(&class, "new", Args::none())
}

fn change(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<ChangeManager>> {
    match this.data::<ChangeManager>() {
        Some(manager) => Ok(manager),
        None => Err(interpreter.type_error("not a statement")),
    }
}

fn insertion(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<InsertManager>> {
    match this.data::<InsertManager>() {
        Some(manager) => Ok(manager),
        None => Err(interpreter.type_error("not a statement")),
    }
}

fn table_of(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Table>> {
    match value.data::<ArelTable>().map(|table| table.source.clone()) {
        Some(Source::Table(table)) => Ok(Some(table)),
        _ if value.is_nil() => Ok(None),
        _ => Err(interpreter.unsupported("a statement that changes what is no table")),
    }
}

/// What is set or inserted: a node as it is, everything else quoted, whatever its column's type.
fn value_of(interpreter: &mut Interpreter, value: &Value) -> Eval<Node> {
    if node(value).is_some() { visited(interpreter, value) } else { Ok(Node::Quoted(to_arg(interpreter, value)?)) }
}

// UPDATE and DELETE

fn initialize_change(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set_table(interpreter, this, args)
}

fn set_table(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table_of(interpreter, &args.first())?;
    change(interpreter, this)?.select.borrow_mut().from = table.map(Source::Table);
    Ok(this.clone())
}

fn set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = args.first();
    let assignments = match (node(&given), &given) {
        (Some(Node::Sql(sql)), _) => Assignments::Sql(sql),
        (Some(_), _) | (None, Value::Str(_)) => return Err(unsupported_visit(interpreter, &given)),
        (None, _) => Assignments::Attributes(assigned(interpreter, &given)?),
    };
    *change(interpreter, this)?.assignments.borrow_mut() = Some(assignments);
    Ok(this.clone())
}

/// Pairs of a column and a value.
fn assigned(interpreter: &mut Interpreter, given: &Value) -> Eval<Vec<(Node, Node)>> {
    let mut values = Vec::new();
    for (column, value) in pairs(interpreter, given)? {
        let Some(column @ Node::Attribute(..)) = node(&column) else {
            return Err(interpreter.unsupported("setting what is no attribute of a table"));
        };
        values.push((column, value_of(interpreter, &value)?));
    }
    Ok(values)
}

fn pairs(interpreter: &mut Interpreter, given: &Value) -> Eval<Vec<(Value, Value)>> {
    let items = interpreter.call(given, "to_a", Args::none())?;
    let mut pairs = Vec::new();
    for item in ruby::core::convert::array(interpreter, &items)? {
        let pair = ruby::core::convert::array(interpreter, &item)?;
        pairs.push((pair.first().cloned().unwrap_or_default(), pair.get(1).cloned().unwrap_or_default()));
    }
    Ok(pairs)
}

fn unsupported_visit(interpreter: &mut Interpreter, value: &Value) -> Box<ruby::Flow> {
    let class = interpreter.class_of(value).name();
    let message = format!("Unsupported argument type: {class}. Construct an Arel node instead.");
    interpreter.error("Arel::Visitors::UnsupportedVisitError", message)
}

/// A condition as Arel visits it: SQL stands without parentheses.
fn condition(interpreter: &mut Interpreter, value: &Value) -> Eval<Node> {
    Ok(match visited(interpreter, value)? {
        Node::Sql(sql) => Node::BoundSql(vec![Node::Sql(sql)]),
        other => other,
    })
}

fn where_(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let condition = condition(interpreter, &args.first())?;
    change(interpreter, this)?.select.borrow_mut().wheres.push(condition);
    Ok(this.clone())
}

fn set_wheres(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut wheres = Vec::new();
    for value in ruby::core::convert::array(interpreter, &args.first())? {
        wheres.push(condition(interpreter, &value)?);
    }
    change(interpreter, this)?.select.borrow_mut().wheres = wheres;
    Ok(args.first())
}

fn order(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let orders = args.positional.iter().map(|value| visited(interpreter, value)).collect::<Eval<Vec<_>>>()?;
    change(interpreter, this)?.select.borrow_mut().orders = orders;
    Ok(this.clone())
}

fn take(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().truthy() {
        let limit = to_arg(interpreter, &args.first())?;
        change(interpreter, this)?.select.borrow_mut().limit = Some(limit);
    }
    Ok(this.clone())
}

fn offset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.first().truthy() {
        let offset = to_arg(interpreter, &args.first())?;
        change(interpreter, this)?.select.borrow_mut().offset = Some(offset);
    }
    Ok(this.clone())
}

fn group(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for value in ruby::core::convert::array(interpreter, &args.first())? {
        let group = match &value {
            Value::Str(_) | Value::Symbol(_) => Node::Sql(interpreter.to_s(&value)?),
            value => visited(interpreter, value)?,
        };
        change(interpreter, this)?.select.borrow_mut().groups.push(group);
    }
    Ok(this.clone())
}

fn having(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let condition = condition(interpreter, &args.first())?;
    change(interpreter, this)?.select.borrow_mut().havings.push(condition);
    Ok(this.clone())
}

fn set_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    *change(interpreter, this)?.key.borrow_mut() = Some(args.first());
    Ok(args.first())
}

fn change_to_sql(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let manager = change(interpreter, this)?;
    let mut select = manager.select.borrow().clone();
    let Some(Source::Table(table)) = select.from.take() else {
        return Err(unsupported_visit(interpreter, &Value::Nil));
    };
    let (keys, key_is_list) = keys(interpreter, manager.key.borrow().as_ref())?;
    let whole = Change { table, keys, key_is_list, select };
    check(interpreter, &whole)?;
    let deletes = interpreter.class_of(this).name() == DELETE;
    let assignments = manager.assignments.borrow().clone().unwrap_or(Assignments::Attributes(Vec::new()));
    written(
        interpreter,
        |collector| if deletes { whole.delete(collector) } else { whole.update(collector, &assignments) },
    )
}

/// The key's attributes, and whether they are a list. What was set to nil is a key without a name.
fn keys(interpreter: &mut Interpreter, key: Option<&Value>) -> Eval<(Vec<Node>, bool)> {
    let (given, is_list) = match key {
        None => return Ok((Vec::new(), false)),
        Some(Value::Nil) => return Ok((vec![Node::Quoted(adapters::Arg::Nil)], false)),
        Some(Value::Array(keys)) => (keys.to_vec(), true),
        Some(key) => (vec![key.clone()], false),
    };
    let keys: Vec<_> = given.iter().filter_map(node).collect();
    if keys.len() != given.len() || keys.iter().any(|key| key.as_attribute().is_none()) {
        return Err(interpreter.unsupported("a key that is no attribute of a table"));
    }
    Ok((keys, is_list))
}

/// For MySQL, `build_subselect` asks the key for its name, which not every one has.
pub(crate) fn check(interpreter: &mut Interpreter, change: &Change) -> Eval<()> {
    let mysql = crate::ground::state::dialect(interpreter)? == Dialect::MySql;
    if !mysql || !change.needs_subselect(mysql) {
        return Ok(());
    }
    let class = match change.keys.first() {
        _ if change.key_is_list => "Array",
        Some(Node::Quoted(_)) => "Arel::Nodes::Quoted",
        _ => return Ok(()),
    };
    Err(interpreter.error("NoMethodError", format!("undefined method `name' for an instance of {class}")))
}

fn written(interpreter: &mut Interpreter, visit: impl Fn(&mut Collector<'_>) -> adapters::Result<()>) -> Eval {
    Ok(with_adapter(interpreter, |adapter| crate::connection::arel::to_sql(adapter, visit))?.into())
}

// From a SELECT

fn compile_update(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let manager = changing(interpreter, this, UPDATE, &args.get(1))?;
    interpreter.call(&manager, "set", Args::one(args.first()))
}

fn compile_delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    changing(interpreter, this, DELETE, &args.first())
}

/// A manager for what the SELECT finds.
fn changing(interpreter: &mut Interpreter, this: &Value, class: &str, key: &Value) -> Eval {
    let own = select_manager::select(interpreter, this)?;
    let manager = new_manager(interpreter, class)?;
    let kept = Select { projections: Vec::new(), lock: None, ctes: Vec::new(), hints: Vec::new(), ..own };
    let change = change(interpreter, &manager)?;
    *change.select.borrow_mut() = kept;
    *change.key.borrow_mut() = Some(key.clone());
    Ok(manager)
}

fn compile_insert(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let manager = new_manager(interpreter, INSERT)?;
    insert(interpreter, &manager, args)?;
    Ok(manager)
}

// INSERT

fn initialize_insert(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    into(interpreter, this, args)
}

fn into(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table_of(interpreter, &args.first())?;
    *insertion(interpreter, this)?.table.borrow_mut() = table;
    Ok(this.clone())
}

fn insert(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let manager = insertion(interpreter, this)?;
    let given = args.first();
    if interpreter.call(&given, "empty?", Args::none())?.truthy() {
        return Ok(Value::Nil);
    }
    if let Value::Str(sql) = &given {
        *manager.rows.borrow_mut() = Some(Node::Sql(sql.to_string()));
        return Ok(this.clone());
    }
    if let Some(sql @ Node::Sql(_)) = node(&given) {
        *manager.rows.borrow_mut() = Some(sql);
        return Ok(this.clone());
    }
    let mut row = Vec::new();
    for (column, value) in pairs(interpreter, &given)? {
        let Some(Node::Attribute(table, _)) = node(&column) else {
            return Err(interpreter.unsupported("inserting into what is no attribute of a table"));
        };
        manager.table.borrow_mut().get_or_insert_with(|| Table::named(table));
        interpreter.call(&manager.columns, "<<", Args::one(column))?;
        row.push(inserted(interpreter, &value)?);
    }
    *manager.rows.borrow_mut() = Some(Node::Values(vec![row]));
    Ok(this.clone())
}

/// A value of a list of values: of nodes, only SQL may stand there.
fn inserted(interpreter: &mut Interpreter, value: &Value) -> Eval<Node> {
    match node(value) {
        None | Some(Node::Sql(_)) => value_of(interpreter, value),
        Some(other) => {
            let class = super::class_name(&other);
            Err(interpreter.type_error(format!("can't quote {class}")))
        }
    }
}

fn set_values(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let manager = insertion(interpreter, this)?;
    let rows = if args.first().is_nil() { None } else { Some(visited(interpreter, &args.first())?) };
    *manager.rows.borrow_mut() = rows;
    Ok(args.first())
}

fn insert_select(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let manager = insertion(interpreter, this)?;
    let select = visited(interpreter, &args.first())?;
    // Values that are there go before it.
    manager.rows.borrow_mut().get_or_insert(select);
    Ok(args.first())
}

fn create_values(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let values = row(interpreter, &args.first())?;
    Ok(wrap_plain(interpreter, Node::Values(vec![values])))
}

fn create_values_list(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut rows = Vec::new();
    for given in ruby::core::convert::array(interpreter, &args.first())? {
        rows.push(row(interpreter, &given)?);
    }
    Ok(wrap_plain(interpreter, Node::Values(rows)))
}

fn row(interpreter: &mut Interpreter, given: &Value) -> Eval<Vec<Node>> {
    let values = ruby::core::convert::array(interpreter, given)?;
    values.iter().map(|value| inserted(interpreter, value)).collect()
}

fn insert_to_sql(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let manager = insertion(interpreter, this)?;
    let Some(table) = manager.table.borrow().clone() else {
        return Err(unsupported_visit(interpreter, &Value::Nil));
    };
    let mut columns = Vec::new();
    for column in ruby::core::convert::array(interpreter, &manager.columns)? {
        let name = interpreter.call(&column, "name", Args::none())?;
        columns.push(interpreter.to_s(&name)?);
    }
    let rows = manager.rows.borrow().clone();
    written(interpreter, |collector| {
        collector.push("INSERT INTO ");
        collector.table_with_alias(&table);
        for (index, name) in columns.iter().enumerate() {
            collector.push(if index == 0 { " (" } else { ", " });
            collector.column(name);
        }
        collector.push(if columns.is_empty() { "" } else { ")" });
        match &rows {
            Some(rows) => {
                collector.push(" ");
                collector.visit(rows)
            }
            None => Ok(()),
        }
    })
}
