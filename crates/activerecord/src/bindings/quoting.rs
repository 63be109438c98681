//! abstract/quoting.rb, as methods of the connection.

use std::rc::Rc;

use adapters::Arg;
use ruby::builtins::string;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Value, method};

use super::arguments::{self, bindable, to_arg, to_value};
use crate::state::with_adapter;

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
    method("quoted_binary", quoted_binary, 1..=1),
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
    let connection = crate::state::connection(interpreter)?;
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let own = interpreter.class_of(&connection);
    match interpreter.called_name() {
        Some(name) if Rc::ptr_eq(class, &own) => interpreter.call(&connection, name, args),
        _ => Err(interpreter.unsupported("what the class of another adapter answers")),
    }
}

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

fn type_cast(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let value = bindable(interpreter, &args.first())?;
    let cast = with_adapter(interpreter, |adapter| adapter.type_cast(&value))?;
    Ok(to_value(interpreter, &cast))
}

fn quote_string(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = arguments::string(interpreter, &args, 0)?;
    with_adapter(interpreter, |adapter| Ok(adapter.quote_string(&text).into()))
}

pub(crate) fn quote_column_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = arguments::string(interpreter, &args, 0)?;
    with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name(&name).into()))
}

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
