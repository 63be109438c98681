//! The application as the ERB of config/database.yml finds it where there is none: its credentials, which are decrypted, and
//! for everything else something that stands for a value that is not known. Only where such a value is used does anybody
//! hear of it.

use std::cell::RefCell;
use std::rc::Rc;

use ruby::core::hash::other_entries;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RHash, Symbol, Value, method, variadic};

use crate::ground::database_configurations::UNREADABLE;

/// Why values are not known, each by the number that follows [`UNREADABLE`] in what stands for it.
pub type Reasons = Rc<RefCell<Vec<String>>>;

const UNKNOWN: &str = "MaglevUnreadable";
const CREDENTIALS: &str = "ActiveSupport::EncryptedConfiguration";
const APPLICATION: &str = "Rails::Application";

const UNKNOWN_METHODS: &[NativeMethod] = &[
    method("to_s", mark, 0..=0),
    method("to_str", mark, 0..=0),
    method("nil?", |_, _, _| Ok(false.into()), 0..=0),
    method("respond_to?", |_, _, _| Ok(true.into()), 1..=2),
    variadic("method_missing", |_, this, _| Ok(this.clone()), 1).with_keywords(),
];

const CREDENTIALS_METHODS: &[NativeMethod] = &[
    method("config", |i, this, _| Ok(i.instance_variable(this, Symbol::new("@config"))), 0..=0),
    method("[]", from_options, 1..=1),
    variadic("dig", from_options, 1),
    method("respond_to_missing?", |_, _, _| Ok(true.into()), 1..=2),
    variadic("method_missing", option_named, 1).with_keywords(),
];

const APPLICATION_METHODS: &[NativeMethod] =
    &[method("credentials", credentials, 0..=0), variadic("method_missing", unknown_part, 1).with_keywords()];

const CONSTANTS: &[NativeMethod] = &[method("const_missing", unknown_constant, 1..=1)];

/// What stands for a value; the class has the list of why.
struct Mark(String);

impl NativeData for Mark {}

struct Whys(Reasons);

impl NativeData for Whys {}

pub(crate) fn define(interpreter: &mut Interpreter, credentials: Result<Value, String>) -> Eval<Reasons> {
    let reasons = Reasons::default();
    let (object, basic) = (Rc::clone(&interpreter.classes.object), Rc::clone(&interpreter.classes.basic_object));
    let unknown = interpreter.define_class(UNKNOWN, &basic);
    unknown.define(UNKNOWN_METHODS);
    *unknown.data.borrow_mut() = Some(Rc::new(Whys(Rc::clone(&reasons))));
    interpreter.define_class(CREDENTIALS, &object).define(CREDENTIALS_METHODS);
    super::configuration(interpreter, &Value::Nil, Args::none())?;
    let application = interpreter.class_at(APPLICATION);
    application.define(APPLICATION_METHODS);
    let known = match credentials {
        Ok(content) => credentials_of(interpreter, &content)?,
        // It is not yet known whether anybody asks.
        Err(why) => Value::str(why),
    };
    interpreter.set_instance_variable(&Value::Class(application), Symbol::new("@credentials"), known)?;
    interpreter.define_singleton(&object, CONSTANTS);
    Ok(reasons)
}

/// Something for a value that is not known.
fn unknown(interpreter: &mut Interpreter, why: String) -> Value {
    let class = interpreter.class_at(UNKNOWN);
    let reasons = class.data::<Whys>().map(|whys| Rc::clone(&whys.0)).unwrap_or_default();
    let mut reasons = reasons.borrow_mut();
    let number = reasons.iter().position(|other| *other == why).unwrap_or_else(|| {
        reasons.push(why);
        reasons.len() - 1
    });
    Value::native(&class, Mark(format!("{UNREADABLE}{number}_")))
}

fn mark(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    match this.data::<Mark>() {
        Some(mark) => Ok(Value::str(mark.0.as_str())),
        None => Err(interpreter.type_error("nothing is marked")),
    }
}

fn unknown_constant(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    Ok(unknown(interpreter, format!("`{name}` is the application's")))
}

fn unknown_part(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    Ok(unknown(interpreter, format!("`Rails.application.{name}` needs the application")))
}

fn credentials(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let application = Value::Class(interpreter.class_at(APPLICATION));
    match interpreter.instance_variable(&application, Symbol::new("@credentials")) {
        Value::Str(why) => Ok(unknown(interpreter, why.to_string())),
        known => Ok(known),
    }
}

/// Credentials of this content: by their names, each level below with names too.
fn credentials_of(interpreter: &mut Interpreter, content: &Value) -> Eval {
    let content = if content.truthy() { content.clone() } else { Value::hash(RHash::new()) };
    let config = interpreter.call(&content, "deep_symbolize_keys", Args::none())?;
    let options = options_of(interpreter, &config)?;
    let class = Value::Class(interpreter.class_at(CREDENTIALS));
    let made = interpreter.call(&class, "new", Args::none())?;
    for (name, value) in [("@config", config), ("@options", options)] {
        interpreter.set_instance_variable(&made, Symbol::new(name), value)?;
    }
    Ok(made)
}

fn options_of(interpreter: &mut Interpreter, value: &Value) -> Eval {
    let Some(entries) = other_entries(value) else { return Ok(value.clone()) };
    interpreter.nested(|interpreter| {
        let options = super::ordered_options::empty(interpreter)?;
        for (name, inner) in entries.pairs() {
            let inner = options_of(interpreter, &inner)?;
            interpreter.call(&options, "[]=", Args::new(vec![name, inner]))?;
        }
        Ok(options)
    })
}

fn from_options(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().unwrap_or_else(|| Symbol::new("[]"));
    let options = interpreter.instance_variable(this, Symbol::new("@options"));
    interpreter.call_public(&options, name, args)
}

fn option_named(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let name = args.positional.remove(0).as_name().unwrap_or_default();
    let options = interpreter.instance_variable(this, Symbol::new("@options"));
    interpreter.call_public(&options, name.as_str(), args)
}
