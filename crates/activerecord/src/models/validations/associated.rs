//! `validates_associated`.

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method};

use super::records::custom_context;
use super::validator::{details, options_of, report};
use crate::ground::arguments::wrap;

pub(super) const METHODS: &[NativeMethod] = &[method("validate_each", expect, 3..=3)];

/// Every record is asked, also after one that is not valid, for each is to know its errors.
fn expect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (record, value) = (args.first(), args.get(2));
    let context = custom_context(interpreter, &record)?;
    let mut all = true;
    for one in wrap(interpreter, &value)? {
        let is_leaving = interpreter.responds_to(&one, "marked_for_destruction?")
            && interpreter.call_public(&one, "marked_for_destruction?", Args::none())?.truthy();
        if !is_leaving {
            all &= interpreter.call_public(&one, "valid?", Args::one(context.clone()))?.truthy();
        }
    }
    if !all {
        let options = options_of(this);
        report(interpreter, &record, &args.get(1), Value::symbol("invalid"), details(&options, &[], &value))?;
    }
    Ok(Value::Nil)
}
