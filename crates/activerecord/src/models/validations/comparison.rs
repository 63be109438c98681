//! `comparison:`, and the comparisons that `numericality:` makes too.

use ruby::active_support::object::is_blank;
use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, RHash, Value, method};

use super::validator::{details, options_of, report, resolve};

pub(super) const METHODS: &[NativeMethod] =
    &[method("check_validity!", check, 0..=0), method("validate_each", expect, 3..=3)];

/// The options, in the order in which they are looked at, and the operator of each.
pub(super) const COMPARISONS: [(&str, &str); 6] = [
    ("greater_than", ">"),
    ("greater_than_or_equal_to", ">="),
    ("equal_to", "=="),
    ("less_than", "<"),
    ("less_than_or_equal_to", "<="),
    ("other_than", "!="),
];

const OPTIONS: [&str; 6] =
    [COMPARISONS[0].0, COMPARISONS[1].0, COMPARISONS[2].0, COMPARISONS[3].0, COMPARISONS[4].0, COMPARISONS[5].0];

/// The comparisons that options ask for: their names, operators and what to compare with.
pub(super) fn asked(options: &RHash) -> Vec<(&'static str, &'static str, Value)> {
    COMPARISONS.iter().filter_map(|(name, operator)| Some((*name, *operator, options.get_symbol(name)?))).collect()
}

fn check(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    if asked(&options_of(this)).is_empty() {
        let message = "Expected one of :greater_than, :greater_than_or_equal_to, :equal_to, :less_than, \
                       :less_than_or_equal_to, or :other_than option to be supplied.";
        return Err(interpreter.argument_error(message));
    }
    Ok(Value::Nil)
}

fn expect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (record, attribute, value, options) = (args.first(), args.get(1), args.get(2), options_of(this));
    for (name, operator, limit) in asked(&options) {
        let limit = resolve(interpreter, &record, &limit)?;
        let details = with_limit(&options, &limit, &value);
        if is_blank(interpreter, &value)? {
            report(interpreter, &record, &attribute, Value::symbol("blank"), details)?;
            break;
        }
        match interpreter.call_public(&value, operator, Args::one(limit)) {
            Ok(holds) if holds.truthy() => {}
            Ok(_) => report(interpreter, &record, &attribute, Value::symbol(name), details)?,
            Err(flow) => {
                // What cannot be compared is wrong, in the words of the exception.
                let message = argument_error(interpreter, flow)?;
                report(interpreter, &record, &attribute, message, RHash::new())?;
            }
        }
    }
    Ok(Value::Nil)
}

fn with_limit(options: &RHash, limit: &Value, value: &Value) -> RHash {
    let all = details(options, &OPTIONS, value);
    all.remove(&Value::symbol("value"));
    all.insert_symbol("count", limit.clone());
    all.insert_symbol("value", value.clone());
    all
}

fn argument_error(interpreter: &mut Interpreter, flow: Box<Flow>) -> Eval {
    let class = interpreter.class_at("ArgumentError");
    match &*flow {
        Flow::Raise(error) if interpreter.is_a(error, &class) => Ok(Value::str(interpreter.message_of(error)?)),
        _ => Err(flow),
    }
}
