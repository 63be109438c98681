//! `inclusion:` and `exclusion:`.

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method};

use super::validator::{details, options_of, report, resolve};
use super::{is_callable, option};

pub(super) const INCLUSION: &[NativeMethod] = &[
    method("check_validity!", check, 0..=0),
    method("validate_each", |i, this, args| expect(i, this, &args, true), 3..=3),
];

pub(super) const EXCLUSION: &[NativeMethod] = &[
    method("check_validity!", check, 0..=0),
    method("validate_each", |i, this, args| expect(i, this, &args, false), 3..=3),
];

/// Two names for one option.
const LIST: [&str; 2] = ["in", "within"];

fn list(options: &RHash) -> Value {
    LIST.iter().map(|name| option(options, name)).find(Value::truthy).unwrap_or_default()
}

fn check(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let list = list(&options_of(this));
    let knows = is_callable(interpreter, &list)
        || ["include?", "to_sym"].iter().any(|name| interpreter.responds_to(&list, name));
    if knows {
        return Ok(Value::Nil);
    }
    let message = "An object with the method #include? or a proc, lambda or symbol is required, and must be supplied as the \
                   :in (or :within) option of the configuration hash";
    Err(interpreter.argument_error(message))
}

fn expect(interpreter: &mut Interpreter, this: &Value, args: &Args, inclusion: bool) -> Eval {
    let (record, value, options) = (args.first(), args.get(2), options_of(this));
    let members = resolve(interpreter, &record, &list(&options))?;
    let asks = if spans(interpreter, &members)? { "cover?" } else { "include?" };
    let wanted = match &value {
        Value::Array(items) => items.to_vec(),
        one => vec![one.clone()],
    };
    let mut all = true;
    for one in wanted {
        all = all && interpreter.call_public(&members, asks, Args::one(one))?.truthy();
    }
    if all != inclusion {
        let kind = Value::symbol(if inclusion { "inclusion" } else { "exclusion" });
        report(interpreter, &record, &args.get(1), kind, details(&options, &LIST, &value))?;
    }
    Ok(Value::Nil)
}

/// Whether it is a range of numbers or times, in which a value may stand between two steps.
fn spans(interpreter: &mut Interpreter, members: &Value) -> Eval<bool> {
    let Value::Range(range) = members else { return Ok(false) };
    let bound = if range.begin.truthy() { &range.begin } else { &range.end };
    for class in ["Numeric", "Time", "Date"] {
        let class = Value::Class(interpreter.class_at(class));
        if interpreter.case_equal(&class, bound)? {
            return Ok(true);
        }
    }
    Ok(false)
}
