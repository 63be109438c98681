//! What statements answer: `ActiveRecord::Result` (active_record/result.rb), and the drivers' own results where `execute`
//! hands one out: `Mysql2::Result`, `PG::Result`. SQLite's is an Array of hashes.

use std::rc::Rc;

use adapters::QueryResult;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RHash, Value, method, variadic};

use super::database_statements::rows as rows_value;
use crate::ground::arguments::{string, strings_to_value, to_value};
use crate::ground::state::adapter_name;

const METHODS: &[NativeMethod] = &[
    method("columns", columns, 0..=0),
    method("rows", rows, 0..=0),
    method("affected_rows", affected_rows, 0..=0),
    method("length", length, 0..=0),
    method("size", length, 0..=0),
    method("empty?", |interpreter, this, _| Ok(data(interpreter, this)?.is_empty().into()), 0..=0),
    method("each", each, 0..=0),
    method("to_a", to_a, 0..=0),
    method("to_ary", to_a, 0..=0),
    method("[]", at, 1..=1),
    method("last", |i, this, args| on_hashes(i, this, "last", args), 0..=1),
    method("includes_column?", includes_column, 1..=1),
    method("column_types", |_, _, _| Ok(Value::hash(RHash::new())), 0..=0),
    method("column_indexes", column_indexes, 0..=0),
];

const MYSQL2_METHODS: &[NativeMethod] = &[
    method("each", each_row, 0..=0).with_keywords(),
    method("fields", columns, 0..=0),
    method("count", length, 0..=0),
    method("size", length, 0..=0),
    method("to_a", rows, 0..=0),
    method("free", |_, _, _| Ok(Value::Nil), 0..=0),
];

const PG_METHODS: &[NativeMethod] = &[
    method("each", each, 0..=0),
    variadic("map", |i, this, args| on_hashes(i, this, "map", args), 0),
    method("each_row", each_row, 0..=0),
    method("to_a", to_a, 0..=0),
    method("[]", tuple, 1..=1),
    method("values", rows, 0..=0),
    method("fields", columns, 0..=0),
    method("ntuples", length, 0..=0),
    method("num_tuples", length, 0..=0),
    method("nfields", |i, this, _| Ok(data(i, this)?.columns.len().into()), 0..=0),
    method("num_fields", |i, this, _| Ok(data(i, this)?.columns.len().into()), 0..=0),
    method("getvalue", getvalue, 2..=2),
    method("getisnull", getisnull, 2..=2),
    method("column_values", column_values, 1..=1),
    method("field_values", field_values, 1..=1),
    method("cmd_tuples", affected_rows, 0..=0),
    method("cmdtuples", affected_rows, 0..=0),
    method("clear", |_, _, _| Ok(Value::Nil), 0..=0),
    method("check", |_, _, _| Ok(Value::Nil), 0..=0),
];

/// The answer behind an `ActiveRecord::Result`.
pub(crate) struct ResultData(QueryResult);

impl NativeData for ResultData {}

impl std::ops::Deref for ResultData {
    type Target = QueryResult;

    fn deref(&self) -> &QueryResult {
        &self.0
    }
}

pub(super) fn define(interpreter: &mut Interpreter, adapter_name: &str) {
    let object = Rc::clone(&interpreter.classes.object);
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    let mut define = |name: &str, methods: &'static [NativeMethod]| {
        let class = interpreter.define_class(name, &object);
        class.include(&enumerable);
        class.define(methods);
    };
    define("ActiveRecord::Result", METHODS);
    match adapter_name {
        "Mysql2" => define("Mysql2::Result", MYSQL2_METHODS),
        "Trilogy" => define("Trilogy::Result", MYSQL2_METHODS),
        "PostgreSQL" => define("PG::Result", PG_METHODS),
        _ => {}
    }
}

/// An `ActiveRecord::Result`. Err where there is no memory for it.
pub(super) fn new(interpreter: &mut Interpreter, result: QueryResult) -> Eval {
    let class = interpreter.class_at("ActiveRecord::Result");
    Ok(Value::native(&class, ResultData(result)))
}

/// What `execute` answers.
pub(crate) fn raw(interpreter: &mut Interpreter, result: QueryResult) -> Eval {
    let class = match adapter_name(interpreter)? {
        "SQLite" => return Ok(Value::array(hashes(interpreter, &result)?)),
        // mysql2 has no result for a statement that has no columns.
        "Mysql2" if result.columns.is_empty() => return Ok(Value::Nil),
        "Mysql2" => "Mysql2::Result",
        "Trilogy" => "Trilogy::Result",
        _ => "PG::Result",
    };
    let class = interpreter.class_at(class);
    Ok(Value::native(&class, ResultData(result)))
}

/// What `execute` answers of a statement that has no rows.
pub(super) fn none(interpreter: &mut Interpreter) -> Eval {
    raw(interpreter, QueryResult::default())
}

/// The rows as hashes of column names.
pub(super) fn hashes(interpreter: &mut Interpreter, result: &QueryResult) -> Eval<Vec<Value>> {
    let mut values = Vec::with_capacity(result.rows.len());
    for row in &result.rows {
        interpreter.check_size(size_of_val(row.as_slice()))?;
        values.push(hash(interpreter, &result.columns, row));
    }
    Ok(values)
}

fn hash(interpreter: &mut Interpreter, columns: &[String], row: &[adapters::Arg]) -> Value {
    let hash = RHash::new();
    for (column, value) in columns.iter().zip(row) {
        hash.insert(Value::str(column.as_str()), to_value(interpreter, value));
    }
    Value::hash(hash)
}

/// The answer; a TypeError where it is none.
pub(crate) fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<ResultData>> {
    match this.data::<ResultData>() {
        Some(data) => Ok(data),
        None => Err(interpreter.unsupported("a result that no statement made")),
    }
}

fn columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(strings_to_value(data(interpreter, this)?.columns.clone()))
}

fn rows(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let rows = data(interpreter, this)?.rows.clone();
    rows_value(interpreter, rows)
}

fn affected_rows(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(data(interpreter, this)?.affected_rows.cast_signed()))
}

fn length(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(data(interpreter, this)?.len().into())
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let data = data(interpreter, this)?;
    Ok(Value::array(hashes(interpreter, &data)?))
}

fn on_hashes(interpreter: &mut Interpreter, this: &Value, name: &str, args: Args) -> Eval {
    let hashes = to_a(interpreter, this, Args::none())?;
    interpreter.call(&hashes, name, args)
}

/// `each` over hashes.
fn each(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let answer = on_hashes(interpreter, this, "each", args.clone())?;
    Ok(if args.block.is_some() { this.clone() } else { answer })
}

/// `each` over arrays.
fn each_row(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.keyword("as").is_some_and(|kind| kind.as_name().as_deref() == Some("hash")) {
        return each(interpreter, this, Args::none().with_block(args.block));
    }
    let rows = rows(interpreter, this, Args::none())?;
    interpreter.call(&rows, "each", Args::none().with_block(args.block))
}

fn at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    on_hashes(interpreter, this, "[]", args)
}

fn includes_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    Ok(data(interpreter, this)?.columns.contains(&name).into())
}

fn column_indexes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let result = data(interpreter, this)?;
    let pairs = result.columns.iter().enumerate().map(|(index, name)| (Value::str(name.as_str()), index.into()));
    Ok(Value::hash(RHash::from_pairs(pairs)))
}

// PG::Result

fn tuple(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let result = data(interpreter, this)?;
    let index = index(interpreter, &args, 0, result.rows.len(), "tuple number")?;
    Ok(hash(interpreter, &result.columns, &result.rows[index]))
}

fn getvalue(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let result = data(interpreter, this)?;
    let row = index(interpreter, &args, 0, result.rows.len(), "tuple number")?;
    let column = index(interpreter, &args, 1, result.columns.len(), "column number")?;
    Ok(to_value(interpreter, &result.rows[row][column]))
}

fn getisnull(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(getvalue(interpreter, this, args)?.is_nil().into())
}

fn column_values(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let result = data(interpreter, this)?;
    let column = index(interpreter, &args, 0, result.columns.len(), "column number")?;
    Ok(Value::array(result.rows.iter().map(|row| to_value(interpreter, &row[column])).collect()))
}

fn field_values(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let result = data(interpreter, this)?;
    let name = string(interpreter, &args, 0)?;
    match result.columns.iter().position(|column| *column == name) {
        Some(column) => Ok(Value::array(result.rows.iter().map(|row| to_value(interpreter, &row[column])).collect())),
        None => Err(interpreter.error("IndexError", format!("no such field '{name}' in result"))),
    }
}

fn index(interpreter: &mut Interpreter, args: &Args, at: usize, length: usize, what: &str) -> Eval<usize> {
    let Value::Int(number) = args.get(at) else {
        return Err(interpreter.type_error("no implicit conversion into Integer"));
    };
    match usize::try_from(number) {
        Ok(index) if index < length => Ok(index),
        _ if what == "tuple number" => Err(interpreter.error("IndexError", format!("Index {number} is out of range"))),
        _ => Err(interpreter.argument_error(format!("invalid {what} {number}"))),
    }
}
