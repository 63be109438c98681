//! abstract/database_statements.rb, as methods of the connection. Asynchronous queries are absent.

use std::rc::Rc;

use adapters::{Adapter, Arg, Change, QueryResult};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Value, method, variadic};

use super::result;
use crate::connection::Asked;
use crate::connection::arel;
use crate::ground::arguments::{check_keywords, optional_string, string, to_arg, to_strings, to_value};
use crate::ground::calls::no_block;
use crate::ground::state::{state, with_adapter};
use crate::ground::{internal_metadata, schema_migration};

const METHODS: &[NativeMethod] = &[
    method("execute", execute, 1..=2).with_keywords(),
    method("exec_query", exec_query, 1..=3).with_keywords(),
    method("internal_exec_query", exec_query, 1..=3).with_keywords(),
    method("query", query, 1..=2).with_keywords(),
    method("query_value", query_value, 1..=2).with_keywords(),
    method("query_values", query_values, 1..=2).with_keywords(),
    method("select_all", select_all, 1..=3).with_keywords(),
    method("select_one", select_one, 1..=3).with_keywords(),
    method("select_value", select_value, 1..=3).with_keywords(),
    method("select_values", select_values, 1..=3),
    method("select_rows", select_rows, 1..=3).with_keywords(),
    method("insert", insert, 1..=6).with_keywords(),
    method("create", insert, 1..=6).with_keywords(),
    method("update", update, 1..=3),
    method("delete", delete, 1..=3),
    method("exec_insert", exec_insert, 1..=5).with_keywords(),
    method("exec_update", update, 1..=3),
    method("exec_delete", delete, 1..=3),
    method("explain", explain, 1..=3),
    method("truncate", truncate, 1..=2),
    variadic("truncate_tables", truncate_tables, 0),
    method("to_sql", |interpreter, _, args| statement(interpreter, &args).map(Value::from), 1..=2),
    method("disable_referential_integrity", disable_referential_integrity, 0..=0),
    method("write_query?", write_query, 1..=1),
    method("reset_sequence!", reset_sequence, 2..=3),
    method("default_sequence_name", default_sequence_name, 2..=2),
    method(
        "empty_insert_statement_value",
        |i, _, _| with_adapter(i, |a| Ok(a.empty_insert_statement_value(None).into())),
        0..=1,
    ),
];

/// What statements that are no texts are.
#[derive(Clone, Copy)]
pub(crate) struct Statements {
    /// The statement that an object stands for.
    pub node: fn(&mut Interpreter, &Value) -> Eval<Option<arel::Node>>,
    /// What Rails calls the class of an object, where that is a relation.
    pub class_of_relation: fn(&Value) -> Option<String>,
}

impl Default for Statements {
    fn default() -> Self {
        Self { node: |_, _| Ok(None), class_of_relation: |_| None }
    }
}

pub(super) fn define(class: &Rc<RClass>) {
    class.define(METHODS);
}

/// The SQL of a call's first argument.
fn statement(interpreter: &mut Interpreter, args: &Args) -> Eval<String> {
    match args.first() {
        Value::Str(sql) if !sql.is_plain() => match String::from_utf8(sql.bytes()) {
            Ok(sql) => Ok(sql),
            Err(_) => Err(interpreter.unsupported("a statement that is not text in UTF-8")),
        },
        Value::Str(sql) => Ok(sql.to_string()),
        Value::Nil => Err(interpreter.type_error("no implicit conversion of nil into String")),
        other if interpreter.responds_to(&other, "to_sql") => {
            let sql = interpreter.call(&other, "to_sql", Args::none())?;
            interpreter.to_s(&sql)
        }
        other => interpreter.to_s(&other),
    }
}

fn binds(interpreter: &mut Interpreter, args: &Args, index: usize) -> Eval<Vec<Arg>> {
    let Value::Array(binds) = args.get(index) else { return Ok(Vec::new()) };
    // The names of a statement that was made and not sent are not theirs.
    with_adapter(interpreter, |adapter| {
        adapter.base().bind_names.take();
        Ok(())
    })?;
    binds.to_vec().iter().map(|bind| to_arg(interpreter, bind)).collect()
}

fn execute(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["allow_retry"])?;
    let sql = statement(interpreter, &args)?;
    let name = optional_string(interpreter, &args, 1)?;
    let answer = with_adapter(interpreter, |adapter| adapter.execute(&sql, name.as_deref()))?;
    result::raw(interpreter, answer)
}

fn exec_query(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    let name = if args.has(1) { optional_string(interpreter, &args, 1)? } else { Some("SQL".to_owned()) };
    let binds = binds(interpreter, &args, 2)?;
    let answer = with_adapter(interpreter, |adapter| adapter.exec_query(&sql, name.as_deref(), &binds))?;
    result::new(interpreter, answer)
}

fn query(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    let name = optional_string(interpreter, &args, 1)?;
    let answer = with_adapter(interpreter, |adapter| adapter.query(&sql, name.as_deref()))?;
    rows(interpreter, answer.rows)
}

fn query_value(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    let name = optional_string(interpreter, &args, 1)?;
    let value = with_adapter(interpreter, |adapter| adapter.query_value(&sql, name.as_deref()))?;
    Ok(to_value(interpreter, &value))
}

fn query_values(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    let name = optional_string(interpreter, &args, 1)?;
    let values = with_adapter(interpreter, |adapter| adapter.query_values(&sql, name.as_deref()))?;
    Ok(to_value(interpreter, &Arg::Array(values)))
}

/// `to_sql_and_binds` of a relation or an Arel statement, or a string with its binds.
fn prepared(interpreter: &mut Interpreter, args: &Args, index: usize) -> Eval<(String, Vec<Arg>)> {
    let statements = state(interpreter)?.kept::<Asked>().statements.get();
    if let Some(node) = (statements.node)(interpreter, &args.first())? {
        let statement =
            with_adapter(interpreter, |adapter| arel::compile(adapter, |collector| collector.visit(&node)))?;
        return Ok((statement.sql, statement.binds));
    }
    Ok((statement(interpreter, args)?, binds(interpreter, args, index)?))
}

fn select(interpreter: &mut Interpreter, args: &Args) -> Eval<QueryResult> {
    let (sql, binds) = prepared(interpreter, args, 2)?;
    let name = optional_string(interpreter, args, 1)?;
    with_adapter(interpreter, |adapter| adapter.select_all(&sql, name.as_deref(), &binds))
}

fn select_all(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let answer = select(interpreter, &args)?;
    result::new(interpreter, answer)
}

fn select_one(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let answer = select(interpreter, &args)?;
    Ok(result::hashes(interpreter, &answer)?.into_iter().next().unwrap_or_default())
}

fn select_value(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let answer = select(interpreter, &args)?;
    Ok(to_value(interpreter, &answer.single_value()))
}

fn select_values(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let answer = select(interpreter, &args)?;
    let first = answer.rows.iter().map(|row| row.first().map_or(Value::Nil, |value| to_value(interpreter, value)));
    Ok(Value::array(first.collect()))
}

fn select_rows(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let answer = select(interpreter, &args)?;
    rows(interpreter, answer.rows)
}

/// Each row is charged before it becomes a value, and given up when it has.
pub(super) fn rows(interpreter: &mut Interpreter, rows: Vec<Vec<Arg>>) -> Eval {
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        interpreter.check_size(size_of_val(row.as_slice()))?;
        values.push(to_value(interpreter, &Arg::Array(row)));
    }
    Ok(Value::array(values))
}

/// `insert(sql, name = nil, pk = nil, id_value = nil, ...)`
fn insert(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    let name = optional_string(interpreter, &args, 1)?;
    let pk = to_arg(interpreter, &args.get(2))?;
    let id = with_adapter(interpreter, |adapter| adapter.insert(&Change::Opaque, &sql, name.as_deref(), &pk))?;
    Ok(if args.get(3).truthy() { args.get(3) } else { to_value(interpreter, &id) })
}

fn exec_insert(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    let name = optional_string(interpreter, &args, 1)?;
    let binds = binds(interpreter, &args, 2)?;
    let pk = to_arg(interpreter, &args.get(3))?;
    let answer =
        with_adapter(interpreter, |adapter| adapter.exec_insert(&Change::Opaque, &sql, name.as_deref(), &binds, &pk))?;
    result::new(interpreter, answer)
}

fn update(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    let name = optional_string(interpreter, &args, 1)?;
    let binds = binds(interpreter, &args, 2)?;
    let rows = with_adapter(interpreter, |adapter| adapter.exec_update(&sql, name.as_deref(), &binds))?;
    Ok(Value::Int(rows.cast_signed()))
}

fn delete(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    let name = optional_string(interpreter, &args, 1)?;
    let binds = binds(interpreter, &args, 2)?;
    let rows = with_adapter(interpreter, |adapter| adapter.exec_delete(&sql, name.as_deref(), &binds))?;
    Ok(Value::Int(rows.cast_signed()))
}

/// `explain(arel, binds = [], options = [])`: what the database's own shell would show.
fn explain(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let statements = state(interpreter)?.kept::<Asked>().statements.get();
    if let Some(class) = (statements.class_of_relation)(&args.first()) {
        return Err(interpreter.type_error(format!("no implicit conversion of {class} into String")));
    }
    let (sql, _) = prepared(interpreter, &args, 1)?;
    let binds = binds(interpreter, &args, 1)?;
    let options = explain_options(interpreter, &args.get(2))?;
    Ok(with_adapter(interpreter, |adapter| adapter.explain(&sql, &binds, &options))?.into())
}

/// What `explain` was given.
pub(crate) fn explain_options(interpreter: &mut Interpreter, given: &Value) -> Eval<Vec<String>> {
    match given {
        Value::Array(options) => to_strings(interpreter, &options.to_vec()),
        _ => Ok(Vec::new()),
    }
}

fn truncate(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let table = string(interpreter, &args, 0)?;
    let name = optional_string(interpreter, &args, 1)?;
    let answer = with_adapter(interpreter, |adapter| adapter.truncate(&table, name.as_deref()))?;
    result::raw(interpreter, answer)
}

fn truncate_tables(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let tables = to_strings(interpreter, &args.positional)?;
    with_adapter(interpreter, |adapter| empty_tables(adapter, tables))?;
    Ok(Value::Nil)
}

/// `truncate_tables(*table_names)`: leaves Rails' own tables alone.
pub fn empty_tables(adapter: &mut dyn Adapter, mut tables: Vec<String>) -> adapters::Result<()> {
    let internal = [schema_migration::table_name(adapter), internal_metadata::table_name(adapter)];
    tables.retain(|table| !internal.contains(table));
    if tables.is_empty() {
        return Ok(());
    }
    let suspended = adapter.suspend_referential_integrity()?;
    let statements = adapter.build_truncate_statements(&tables);
    let done = adapter.execute_batch(&Change::truncate(&tables), &statements, Some("Truncate Tables"));
    adapter.restore_referential_integrity(suspended)?;
    done
}

fn disable_referential_integrity(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let suspended = with_adapter(interpreter, |adapter| adapter.suspend_referential_integrity())?;
    let answer = interpreter.call_block(block, Args::none());
    with_adapter(interpreter, |adapter| adapter.restore_referential_integrity(suspended))?;
    answer
}

fn write_query(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql = statement(interpreter, &args)?;
    with_adapter(interpreter, |adapter| Ok(adapter.write_query(&sql).into()))
}

fn reset_sequence(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    let sequence = optional_string(interpreter, &args, 2)?;
    with_adapter(interpreter, |adapter| adapter.reset_sequence(&table, &column, sequence.as_deref()))?;
    Ok(Value::Nil)
}

fn default_sequence_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, column) = (string(interpreter, &args, 0)?, string(interpreter, &args, 1)?);
    Ok(with_adapter(interpreter, |adapter| adapter.default_sequence_name(&table, &column))?.into())
}
