//! `presence:` and `absence:`, of values and, in models, of associated records, among which those that a save is about to
//! remove do not count.

use ruby::active_support::object::is_blank;
use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value, method};

use super::validator::{options_of, report};
use super::without;
use crate::ground::arguments::wrap;
use crate::models::reflection;

pub(super) const PRESENCE: &[NativeMethod] =
    &[method("validate_each", |i, this, args| expect(i, this, &args, true), 3..=3)];

pub(super) const ABSENCE: &[NativeMethod] =
    &[method("validate_each", |i, this, args| expect(i, this, &args, false), 3..=3)];

pub(super) const PRESENCE_OF_RECORDS: &[NativeMethod] =
    &[method("validate_each", |i, this, args| expect_of_record(i, this, args, true), 3..=3)];

pub(super) const ABSENCE_OF_RECORDS: &[NativeMethod] =
    &[method("validate_each", |i, this, args| expect_of_record(i, this, args, false), 3..=3)];

fn expect(interpreter: &mut Interpreter, this: &Value, args: &Args, presence: bool) -> Eval {
    if is_blank(interpreter, &args.get(2))? == presence {
        let kind = Value::symbol(if presence { "blank" } else { "present" });
        report(interpreter, &args.first(), &args.get(1), kind, without(&options_of(this), &[]))?;
    }
    Ok(Value::Nil)
}

fn expect_of_record(interpreter: &mut Interpreter, this: &Value, mut args: Args, presence: bool) -> Eval {
    let name = args.get(1).as_name().unwrap_or_default();
    if reflection::find(&interpreter.class_of(&args.first()), Symbol::new(&name)).is_some() {
        let staying = staying(interpreter, &args.get(2))?;
        args.positional[2] = Value::array(staying);
    }
    expect(interpreter, this, &args, presence)
}

/// The records of an association that a save leaves there.
pub(super) fn staying(interpreter: &mut Interpreter, records: &Value) -> Eval<Vec<Value>> {
    let mut staying = Vec::new();
    for record in wrap(interpreter, records)? {
        if !interpreter.call_public(&record, "marked_for_destruction?", Args::none())?.truthy() {
            staying.push(record);
        }
    }
    Ok(staying)
}
