//! `length:`, of whatever has one, and of an association's records.

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method};

use super::presence::staying;
use super::validator::{begin, options_of, report, resolve};
use super::{option, own_hash, without};

pub(super) const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 1..=1),
    method("check_validity!", check, 0..=0),
    method("validate_each", expect, 3..=3),
];

pub(super) const OF_RECORDS: &[NativeMethod] = &[method("validate_each", expect_of_records, 3..=3)];

struct Bound {
    name: &'static str,
    operator: &'static str,
    /// The error, and the option that may bring its message.
    error: &'static str,
}

const BOUNDS: [Bound; 3] = [
    Bound { name: "is", operator: "==", error: "wrong_length" },
    Bound { name: "minimum", operator: ">=", error: "too_short" },
    Bound { name: "maximum", operator: "<=", error: "too_long" },
];

/// What stays out of an error's details.
const OWN: [&str; 6] = ["minimum", "maximum", "within", "is", "too_short", "too_long"];

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = own_hash(&args.first());
    take_range(interpreter, &options)?;
    let has = |name: &str| !option(&options, name).is_nil();
    if matches!(option(&options, "allow_blank"), Value::Bool(false)) && !has("minimum") && !has("is") {
        options.insert_symbol("minimum", Value::Int(1));
    }
    begin(interpreter, this, options)
}

/// A range stands for a minimum and a maximum.
fn take_range(interpreter: &mut Interpreter, options: &RHash) -> Eval<()> {
    let within = options.remove(&Value::symbol("in")).filter(Value::truthy);
    let within = within.or_else(|| options.remove(&Value::symbol("within")).filter(Value::truthy));
    let range = match within {
        None => return Ok(()),
        Some(Value::Range(range)) => range,
        Some(_) => return Err(interpreter.argument_error(":in and :within must be a Range")),
    };
    if range.begin.truthy() {
        let least = match &range.end {
            Value::Nil => range.begin.clone(),
            _ => interpreter.call(&Value::Range(std::rc::Rc::clone(&range)), "min", Args::none())?,
        };
        options.insert_symbol("minimum", least);
    }
    if range.end.truthy() {
        let most = match &range.end {
            end if range.exclusive => interpreter.call(end, "-", Args::one(Value::Int(1)))?,
            end => end.clone(),
        };
        options.insert_symbol("maximum", most);
    }
    Ok(())
}

fn check(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let options = options_of(this);
    let given: Vec<_> = BOUNDS.iter().filter_map(|bound| Some((bound.name, options.get_symbol(bound.name)?))).collect();
    if given.is_empty() {
        let message = "Range unspecified. Specify the :in, :within, :maximum, :minimum, or :is option.";
        return Err(interpreter.argument_error(message));
    }
    for (name, bound) in given {
        let fits = match bound {
            Value::Int(number) => number >= 0,
            Value::Float(number) => number.is_infinite(),
            Value::Symbol(_) | Value::Proc(_) => true,
            _ => false,
        };
        if !fits {
            let message = format!(":{name} must be a non-negative Integer, Infinity, Symbol, or Proc");
            return Err(interpreter.argument_error(message));
        }
    }
    Ok(Value::Nil)
}

fn expect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (record, value, options) = (args.first(), args.get(2), options_of(this));
    let length = length(interpreter, &value)?;
    // Nothing is short of any length, and too long for none, unless it was said whether it may be nothing.
    let nothing_has_length = option(&options, "allow_nil").is_nil() && option(&options, "allow_blank").is_nil();
    let mut message = None;
    for bound in BOUNDS {
        let mut limit = option(&options, bound.name);
        if !limit.truthy() {
            continue;
        }
        if !value.is_nil() || bound.name == "maximum" && nothing_has_length {
            limit = resolve(interpreter, &record, &limit)?;
            if interpreter.call_public(&length, bound.operator, Args::one(limit.clone()))?.truthy() {
                continue;
            }
        }
        let details = without(&options, &OWN);
        details.insert_symbol("count", limit);
        // The first message that was given serves the errors after it too.
        let given = option(&options, "message");
        if !given.truthy() {
            let own = Some(option(&options, bound.error)).filter(Value::truthy);
            message = message.or(own);
            if let Some(message) = &message {
                details.insert_symbol("message", message.clone());
            }
        }
        report(interpreter, &record, &args.get(1), Value::symbol(bound.error), details)?;
    }
    Ok(Value::Nil)
}

fn length(interpreter: &mut Interpreter, value: &Value) -> Eval {
    if interpreter.responds_to(value, "length") {
        return interpreter.call_public(value, "length", Args::none());
    }
    let text = interpreter.to_s(value)?;
    Ok(text.chars().count().into())
}

/// Of an association that is loaded, those records count that a save leaves there.
fn expect_of_records(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let value = args.get(2);
    let is_loaded = matches!(value, Value::Object(_))
        && interpreter.responds_to(&value, "loaded?")
        && interpreter.call_public(&value, "loaded?", Args::none())?.truthy();
    if is_loaded {
        let target = interpreter.call_public(&value, "target", Args::none())?;
        args.positional[2] = Value::array(staying(interpreter, &target)?);
    }
    expect(interpreter, this, args)
}
