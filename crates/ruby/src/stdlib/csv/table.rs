//! CSV::Table: rows with headers, by row or by column.

use std::cell::RefCell;
use std::rc::Rc;

use super::options::{OF_TABLES, Options, TAKEN};
use super::row::Row;
use super::writer;
use crate::core::convert::block_or_enumerator;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, Value};

pub(super) const METHODS: &[NativeMethod] = &[
    method("<<", push, 1..=1),
    method("==", equal, 1..=1),
    method("[]", get, 1..=1),
    method("[]=", set, 2..=2),
    method("by_col", by_column, 0..=0),
    method("by_col_or_row", by_either, 0..=0),
    method("by_row", by_row, 0..=0),
    method("delete", delete, 1..=1),
    method("delete_if", delete_if, 0..=0),
    variadic("dig", dig, 1),
    method("each", each, 0..=0),
    method("headers", headers, 0..=0),
    method("inspect", inspect, 0..=0),
    method("length", size, 0..=0),
    method("mode", mode, 0..=0),
    variadic("push", push, 1),
    method("size", size, 0..=0),
    method("to_a", to_a, 0..=0),
    method("to_csv", to_csv, 0..=0).taking(TAKEN).lacking(OF_TABLES),
    method("to_s", to_csv, 0..=0).taking(TAKEN).lacking(OF_TABLES),
    variadic("values_at", values_at, 0),
];

pub(super) const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 1..=1).taking(&["headers"])];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Either,
    Row,
    Column,
}

/// The rows of a file, and how `[]` reads them.
pub(super) struct Table {
    rows: Rc<RefCell<Vec<Value>>>,
    headers: Rc<Vec<Value>>,
    mode: Mode,
}

impl NativeData for Table {}

/// A table of rows; `headers` are those of a table that has none.
pub(super) fn of(interpreter: &mut Interpreter, rows: Vec<Value>, headers: Vec<Value>) -> Value {
    let class = interpreter.class_at("CSV::Table");
    Value::native(&class, Table { rows: Rc::new(RefCell::new(rows)), headers: Rc::new(headers), mode: Mode::Either })
}

fn table(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Table>> {
    this.data::<Table>().ok_or_else(|| interpreter.type_error("uninitialized CSV::Table"))
}

impl Table {
    fn rows(&self) -> Vec<Value> {
        self.rows.borrow().clone()
    }

    fn headers(&self) -> Vec<Value> {
        let first = self.rows.borrow().first().and_then(Value::data::<Row>);
        first.map_or_else(|| self.headers.to_vec(), |row| row.headers().to_vec())
    }

    fn column(&self, name: &Value) -> Vec<Value> {
        let field = |row: &Value| row.data::<Row>().and_then(|row| row.get(name)).unwrap_or_default();
        self.rows().iter().filter(|row| !row.data::<Row>().is_some_and(|row| row.is_header_row())).map(field).collect()
    }
}

fn new(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Array(rows) = args.first() else {
        return Err(interpreter.type_error("CSV::Table.new takes an Array of rows"));
    };
    let headers = match args.keyword("headers") {
        Some(Value::Array(headers)) => headers.to_vec(),
        _ => Vec::new(),
    };
    Ok(of(interpreter, rows.to_vec(), headers))
}

fn with_mode(interpreter: &mut Interpreter, this: &Value, mode: Mode) -> Eval {
    let table = table(interpreter, this)?;
    let class = interpreter.class_at("CSV::Table");
    // Ruby copies: what is changed in one is not in the other.
    let rows = Rc::new(RefCell::new(table.rows()));
    Ok(Value::native(&class, Table { rows, headers: Rc::clone(&table.headers), mode }))
}

fn by_column(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    with_mode(interpreter, this, Mode::Column)
}

fn by_row(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    with_mode(interpreter, this, Mode::Row)
}

fn by_either(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    with_mode(interpreter, this, Mode::Either)
}

fn mode(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::symbol(match table(interpreter, this)?.mode {
        Mode::Either => "col_or_row",
        Mode::Row => "row",
        Mode::Column => "col",
    }))
}

fn get(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table(interpreter, this)?;
    match (args.first(), table.mode) {
        (Value::Int(_) | Value::Range(_), Mode::Either | Mode::Row) => {
            interpreter.call(&Value::array(table.rows()), "[]", args)
        }
        (Value::Int(_), Mode::Column) => {
            let headers = Value::array(table.headers());
            let name = interpreter.call(&headers, "[]", args)?;
            Ok(Value::array(table.column(&name)))
        }
        (name, _) => Ok(Value::array(table.column(&name))),
    }
}

fn set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table(interpreter, this)?;
    if matches!(args.first(), Value::Int(_)) || table.mode == Mode::Row {
        return Err(interpreter.unsupported("setting a row of a CSV::Table"));
    }
    for (index, row) in table.rows().iter().enumerate() {
        let Some(row) = row.data::<Row>() else { continue };
        let value = match args.get(1) {
            Value::Array(items) => items.to_vec().get(index).cloned().unwrap_or_default(),
            one => one,
        };
        row.set(&args.first(), if row.is_header_row() { args.first() } else { value });
    }
    Ok(args.get(1))
}

fn push(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table(interpreter, this)?;
    for given in args.positional {
        let row = match given {
            Value::Array(fields) => {
                let class = interpreter.class_at("CSV::Row");
                Value::native(&class, Row::new(&Rc::new(table.headers()), fields.to_vec(), false))
            }
            row => row,
        };
        table.rows.borrow_mut().push(row);
    }
    Ok(this.clone())
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table(interpreter, this)?;
    match (args.first(), table.mode) {
        (Value::Int(_), Mode::Either | Mode::Row) => {
            let rows = Value::array(table.rows());
            let deleted = interpreter.call(&rows, "delete_at", args)?;
            if let Value::Array(rows) = rows {
                *table.rows.borrow_mut() = rows.to_vec();
            }
            Ok(deleted)
        }
        (name, Mode::Either | Mode::Column) if !matches!(name, Value::Int(_)) => {
            let rows = table.rows();
            let removed = rows.iter().map(|row| row.data::<Row>().and_then(|row| row.remove(&name)));
            Ok(Value::array(removed.map(Option::unwrap_or_default).collect()))
        }
        _ => Err(interpreter.unsupported("this way to delete of a CSV::Table")),
    }
}

fn delete_if(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "delete_if");
    let table = table(interpreter, this)?;
    if table.mode == Mode::Column {
        return Err(interpreter.unsupported("this way to delete of a CSV::Table"));
    }
    let mut kept = Vec::new();
    for row in table.rows() {
        if !interpreter.yield_value(&block, row.clone())?.truthy() {
            kept.push(row);
        }
    }
    *table.rows.borrow_mut() = kept;
    Ok(this.clone())
}

fn dig(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let first = args.positional.remove(0);
    let found = get(interpreter, this, Args::one(first))?;
    if args.is_empty() || found.is_nil() { Ok(found) } else { interpreter.call(&found, "dig", args) }
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    let table = table(interpreter, this)?;
    if table.mode == Mode::Column {
        for name in table.headers() {
            let column = Value::array(table.column(&name));
            interpreter.yield_pair(&block, name, column)?;
        }
        return Ok(this.clone());
    }
    for row in table.rows() {
        interpreter.yield_value(&block, row)?;
    }
    Ok(this.clone())
}

fn headers(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::array(table(interpreter, this)?.headers()))
}

fn size(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(table(interpreter, this)?.rows.borrow().len().into())
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let mode = mode(interpreter, this, Args::none())?;
    let mode = interpreter.to_s(&mode)?;
    let count = table(interpreter, this)?.rows.borrow().len() + 1;
    let text = to_csv(interpreter, this, Args::none())?;
    let text = interpreter.to_s(&text)?;
    let first: Vec<&str> = text.lines().take(6).collect();
    Ok(Value::str(format!("#<CSV::Table mode:{mode} row_count:{count}>\n{}", first.join("\n")) + "\n"))
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = Value::array(table(interpreter, this)?.rows());
    let other = args.first().data::<Table>().map(|table| Value::array(table.rows()));
    interpreter.equal(&own, &other.unwrap_or_else(|| args.first())).map(Value::Bool)
}

/// The headers, and each row's fields.
fn to_a(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let table = table(interpreter, this)?;
    let mut lines = vec![Value::array(table.headers())];
    for row in table.rows().iter().filter_map(Value::data::<Row>).filter(|row| !row.is_header_row()) {
        lines.push(Value::array(row.fields()));
    }
    Ok(Value::array(lines))
}

fn to_csv(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = Options::of(interpreter, &args)?;
    let table = table(interpreter, this)?;
    let mut text = String::new();
    if args.keyword("write_headers").is_none_or(|flag| flag.truthy()) {
        text = writer::line(interpreter, table.headers(), &options)?;
    }
    for row in table.rows().iter().filter_map(Value::data::<Row>).filter(|row| !row.is_header_row()) {
        text.push_str(&writer::line(interpreter, row.fields(), &options)?);
    }
    Ok(Value::str(text))
}

fn values_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let table = table(interpreter, this)?;
    let by_rows = args.positional.iter().all(|index| matches!(index, Value::Int(_) | Value::Range(_)));
    if by_rows && table.mode != Mode::Column {
        return interpreter.call(&Value::array(table.rows()), "values_at", args);
    }
    let mut lines = Vec::new();
    for row in table.rows() {
        lines.push(interpreter.call(&row, "values_at", args.clone())?);
    }
    Ok(Value::array(lines))
}
