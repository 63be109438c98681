//! `acceptance:` and `confirmation:`, which bring accessors for what no column holds: a box that was ticked, a second entry.

use std::rc::Rc;

use ruby::method::{MethodBody, NativeFn, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method};

use super::validator::{begin, options_of, report};
use super::{model, option, own_hash, read, without, write};
use crate::ground::arguments::wrap;
use crate::models::attribute_methods::{read_named, write_named};
use crate::models::attribute_set::Record;

pub(super) const ACCEPTANCE: &[NativeMethod] =
    &[method("initialize", initialize_acceptance, 1..=1), method("validate_each", expect_acceptance, 3..=3)];

pub(super) const CONFIRMATION: &[NativeMethod] =
    &[method("initialize", initialize_confirmation, 1..=1), method("validate_each", expect_confirmation, 3..=3)];

fn initialize_acceptance(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let accepted = Value::array(vec![Value::str("1"), true.into()]);
    let defaults = [(Value::symbol("allow_nil"), true.into()), (Value::symbol("accept"), accepted)];
    initialize(interpreter, this, &args, defaults, "")
}

fn initialize_confirmation(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    initialize(interpreter, this, &args, [(Value::symbol("case_sensitive"), true.into())], "_confirmation")
}

fn initialize(
    interpreter: &mut Interpreter,
    this: &Value,
    args: &Args,
    defaults: impl IntoIterator<Item = (Value, Value)>,
    suffix: &str,
) -> Eval {
    let given = own_hash(&args.first());
    let options = RHash::from_pairs(defaults.into_iter().chain(given.pairs()));
    begin(interpreter, this, options)?;
    if let Value::Class(class) = option(&given, "class") {
        for attribute in wrap(interpreter, &read(this, "@attributes"))? {
            let name = interpreter.to_s(&attribute)?;
            define_accessors(interpreter, &class, &format!("{name}{suffix}"));
        }
    }
    Ok(Value::Nil)
}

/// Whatever the class has already stays. Whether there is a column of the name is asked when it is read or written, for the
/// table may not be there yet.
fn define_accessors(interpreter: &mut Interpreter, class: &Rc<RClass>, name: &str) {
    for (name, function, arity) in
        [(name.to_owned(), read_accessor as NativeFn, 0..=0), (format!("{name}="), write_accessor, 1..=1)]
    {
        let name = Symbol::new(&name);
        if interpreter.find_method(class, name).is_none() {
            class.set_method(name, MethodBody::Native(method("accessor", function, arity)), Visibility::Public);
        }
    }
}

/// The name of the attribute that the running accessor is for, and whether the record has it.
fn accessed(interpreter: &mut Interpreter, this: &Value) -> (String, bool) {
    let called = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let name = called.trim_end_matches('=').to_owned();
    let has = this.data::<Record>().is_some_and(|record| record.index(&name).is_some());
    (name, has)
}

fn read_accessor(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let (name, is_attribute) = accessed(interpreter, this);
    if is_attribute { read_named(interpreter, this, &name) } else { Ok(read(this, &format!("@{name}"))) }
}

fn write_accessor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (name, is_attribute) = accessed(interpreter, this);
    if is_attribute {
        return write_named(interpreter, this, &name, args.first());
    }
    write(this, &format!("@{name}"), args.first());
    Ok(args.first())
}

fn expect_acceptance(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = options_of(this);
    for accepted in wrap(interpreter, &option(&options, "accept"))? {
        if interpreter.equal(&accepted, &args.get(2))? {
            return Ok(Value::Nil);
        }
    }
    let details = without(&options, &["accept", "allow_nil"]);
    report(interpreter, &args.first(), &args.get(1), Value::symbol("accepted"), details)?;
    Ok(Value::Nil)
}

fn expect_confirmation(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (record, options) = (args.first(), options_of(this));
    let name = args.get(1).as_name().unwrap_or_default();
    let second = format!("{name}_confirmation");
    let given = interpreter.call_public(&record, second.as_str(), Args::none())?;
    if given.is_nil() || is_same(interpreter, &options, &args.get(2), &given)? {
        return Ok(Value::Nil);
    }
    // The error is the second entry's, and names the first one.
    let (_, class) = model(interpreter, &record);
    let human = interpreter.call_public(&class, "human_attribute_name", Args::one(args.get(1)))?;
    let details = without(&options, &["case_sensitive"]);
    details.insert_symbol("attribute", human);
    report(interpreter, &record, &Value::symbol(&second), Value::symbol("confirmation"), details)?;
    Ok(Value::Nil)
}

fn is_same(interpreter: &mut Interpreter, options: &RHash, value: &Value, second: &Value) -> Eval<bool> {
    if matches!(value, Value::Str(_)) && !option(options, "case_sensitive").truthy() {
        let order = interpreter.call(value, "casecmp", Args::one(second.clone()))?;
        return Ok(matches!(order, Value::Int(0)));
    }
    interpreter.equal(value, second)
}
