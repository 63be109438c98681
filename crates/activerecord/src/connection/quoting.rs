//! abstract/quoting.rb, as methods of the connection.

use std::rc::Rc;

use adapters::{Arg, Dialect};
use ruby::core::string;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Value, method};

use crate::ground::arguments::{self, bindable, to_arg, to_value};
use crate::ground::state::{self, with_adapter};

const METHODS: &[NativeMethod] = &[
    method("quote", quote, 1..=1),
    method("type_cast", type_cast, 1..=1),
    method("quote_string", quote_string, 1..=1),
    method("quote_column_name", quote_column_name, 1..=1),
    method("quote_table_name", quote_table_name, 1..=1),
    method("quote_table_name_for_assignment", quote_table_name_for_assignment, 2..=2),
    method("quoted_true", quoted_true, 0..=0),
    method("quoted_false", quoted_false, 0..=0),
    method("unquoted_true", unquoted_true, 0..=0),
    method("unquoted_false", unquoted_false, 0..=0),
    method("quoted_date", quoted_date, 1..=1),
    method("quoted_time", quoted_time, 1..=1),
    method("cast_bound_value", cast_bound_value, 1..=1),
    method("quoted_binary", quoted_binary, 1..=1),
    method("quote_default_expression", quote_default_expression, 2..=2),
];

/// What an adapter's class answers without a connection.
const CLASS_METHODS: &[NativeMethod] = &[
    method("quote_column_name", of_class, 1..=1),
    method("quote_table_name", of_class, 1..=1),
    method("valid_type?", of_class, 1..=1),
];

pub(super) fn define(interpreter: &mut Interpreter, class: &Rc<RClass>) {
    class.define(METHODS);
    interpreter.define_singleton(class, CLASS_METHODS);
}

/// The class of the connection answers as that does; another adapter's would answer otherwise.
fn of_class(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let connection = crate::ground::state::connection(interpreter)?;
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let own = interpreter.class_of(&connection);
    match interpreter.called_name() {
        Some(name) if Rc::ptr_eq(class, &own) => interpreter.call(&connection, name, args),
        _ => Err(interpreter.unsupported("what the class of another adapter answers")),
    }
}

/// `quote`
pub(crate) fn quote(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let value = bindable(interpreter, &args.first())?;
    if matches!(value, Arg::Bytes(_)) {
        return Err(interpreter.unsupported("`quote` of a string that is not text in UTF-8"));
    }
    let quoted = with_adapter(interpreter, |adapter| adapter.quote(&value))?;
    // These are constants of Rails'.
    Ok(if matches!(value, Arg::Bool(_)) { string::frozen(&quoted) } else { quoted.into() })
}

fn quoted_true(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    with_adapter(interpreter, |adapter| Ok(string::frozen(adapter.quoted_true())))
}

fn quoted_false(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    with_adapter(interpreter, |adapter| Ok(string::frozen(adapter.quoted_false())))
}

/// On the first of January 2000, which SQLite keeps and the others leave out.
fn quoted_time(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let day = RHash::new();
    for (part, number) in [("year", 2000), ("month", 1), ("day", 1)] {
        day.insert_symbol(part, Value::Int(number));
    }
    let time = interpreter.call(&args.first(), "change", Args::none().with_keywords(Some(Rc::new(day))))?;
    let quoted = quoted_date(interpreter, this, Args::one(time))?;
    let quoted = interpreter.to_s(&quoted)?;
    let time = quoted.split_once(' ').map_or(quoted.as_str(), |(_, time)| time);
    let is_sqlite = state::dialect(interpreter)? == Dialect::Sqlite;
    Ok(if is_sqlite { format!("2000-01-01 {time}").into() } else { time.into() })
}

/// On MySQL numbers and booleans are bound as text, for what a column of text compares with them.
fn cast_bound_value(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let value = args.first();
    if !is_mysql(interpreter)? {
        return Ok(value);
    }
    let class = interpreter.class_of(&value).name();
    match (&value, class.as_str()) {
        (Value::Bool(value), _) => Ok(Value::str(if *value { "1" } else { "0" })),
        (_, "Rational") => {
            let float = interpreter.call(&value, "to_f", Args::none())?;
            interpreter.call(&float, "to_s", Args::none())
        }
        (Value::Int(_) | Value::Float(_), _) | (_, "Integer" | "BigDecimal" | "Complex") => {
            interpreter.call(&value, "to_s", Args::none())
        }
        _ => Ok(value),
    }
}

fn is_mysql(interpreter: &mut Interpreter) -> Eval<bool> {
    Ok(state::dialect(interpreter)? == Dialect::MySql)
}

/// MySQL's driver takes times and dates themselves.
fn taken_by_driver(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Value>> {
    let class = interpreter.class_of(value).name();
    if !is_mysql(interpreter)?
        || !matches!(class.as_str(), "Date" | "DateTime" | "Time" | "ActiveSupport::TimeWithZone")
    {
        return Ok(None);
    }
    if class.starts_with("Date") {
        return Ok(Some(value.clone()));
    }
    let is_local = with_adapter(interpreter, |adapter| Ok(adapter.base().local_times))?;
    let zone = if is_local { "getlocal" } else { "getutc" };
    interpreter.call(value, zone, Args::none()).map(Some)
}

fn type_cast(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if let Some(value) = taken_by_driver(interpreter, &args.first())? {
        return Ok(value);
    }
    let value = bindable(interpreter, &args.first())?;
    let cast = with_adapter(interpreter, |adapter| adapter.type_cast(&value))?;
    Ok(to_value(interpreter, &cast))
}

fn quote_string(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = arguments::string(interpreter, &args, 0)?;
    with_adapter(interpreter, |adapter| Ok(adapter.quote_string(&text).into()))
}

/// `quote_column_name`
pub(crate) fn quote_column_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = arguments::string(interpreter, &args, 0)?;
    with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name(&name).into()))
}

/// `quote_table_name`
pub(crate) fn quote_table_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = arguments::string(interpreter, &args, 0)?;
    with_adapter(interpreter, |adapter| Ok(adapter.quote_table_name(&name).into()))
}

fn quote_table_name_for_assignment(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let (table, attribute) = (arguments::string(interpreter, &args, 0)?, arguments::string(interpreter, &args, 1)?);
    with_adapter(interpreter, |adapter| Ok(adapter.quote_table_name_for_assignment(&table, &attribute).into()))
}

fn unquoted_true(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let value = with_adapter(interpreter, |adapter| Ok(adapter.unquoted_true()))?;
    Ok(to_value(interpreter, &value))
}

fn unquoted_false(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let value = with_adapter(interpreter, |adapter| Ok(adapter.unquoted_false()))?;
    Ok(to_value(interpreter, &value))
}

fn quoted_date(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let value = to_arg(interpreter, &args.first())?;
    with_adapter(interpreter, |adapter| Ok(adapter.quoted_date(&value).into()))
}

fn quoted_binary(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let bytes = match args.first() {
        Value::Str(text) => text.bytes(),
        other => interpreter.to_s(&other)?.into_bytes(),
    };
    with_adapter(interpreter, |adapter| Ok(adapter.quoted_binary(&bytes).into()))
}

/// `quote_default_expression(value, column)`
fn quote_default_expression(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    if let Value::Proc(expression) = args.first() {
        return interpreter.call_block(&expression, Args::none());
    }
    let value = to_arg(interpreter, &args.first())?;
    let Some(quoted) = super::definitions::with_column(&args.get(1), |column| {
        with_adapter(interpreter, |adapter| adapter.quote_default_expression(&value, column))
    }) else {
        return Err(interpreter.unsupported("`quote_default_expression` of what is no column"));
    };
    Ok(quoted?.into())
}
