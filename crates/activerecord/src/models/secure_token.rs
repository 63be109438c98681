//! `has_secure_token`: an attribute that gets a random text of its own.

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, RProc, Value, method};

use crate::ground::arguments::check_keywords;
use crate::models::generated::define as define_method;
use crate::models::library::{Library, require};
use crate::models::model_schema::class;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("has_secure_token", has_secure_token, 0..=1).with_keywords(),
    method("generate_unique_secure_token", generate, 0..=0).with_keywords(),
];

const MINIMUM_LENGTH: i64 = 24;
const MODULE: &str = "ActiveRecord::SecureToken";

pub(crate) fn define(interpreter: &mut Interpreter) {
    let error = interpreter.class_at("StandardError");
    let module = interpreter.define_module(MODULE);
    module.set_constant("MINIMUM_TOKEN_LENGTH", Value::Int(MINIMUM_LENGTH));
    interpreter.define_class(&format!("{MODULE}::MinimumLengthError"), &error);
}

fn has_secure_token(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["length", "on"])?;
    require(interpreter, Library::SecureToken)?;
    let name = args.first().as_name().unwrap_or_else(|| "token".to_owned());
    let length = args.keyword("length").unwrap_or(Value::Int(MINIMUM_LENGTH));
    if let Value::Int(length) = &length
        && *length < MINIMUM_LENGTH
    {
        let message = format!("Token requires a minimum length of {MINIMUM_LENGTH} characters.");
        return Err(interpreter.error(&format!("{MODULE}::MinimumLengthError"), message));
    }
    let (attribute, own_length) = (name.clone(), length.clone());
    define_method(&*class(interpreter, this)?, &format!("regenerate_{name}"), 0..=0, move |interpreter, record, _| {
        let token = token(interpreter, record, &own_length)?;
        let change = RHash::from_pairs([(Value::symbol(&attribute), token)]);
        interpreter.call(record, "update!", Args::one(Value::hash(change)))
    });
    let when = args.keyword("on").unwrap_or_else(|| Value::symbol("create"));
    let kind = if when.as_name().as_deref() == Some("initialize") { "after" } else { "before" };
    let fill = RProc::native(move |interpreter, args| {
        let record = args.first();
        let is_new = interpreter.call(&record, "new_record?", Args::none())?.truthy();
        if is_new && !interpreter.call(&record, "query_attribute", Args::one(Value::str(&*name)))?.truthy() {
            let token = token(interpreter, &record, &length)?;
            interpreter.call(&record, format!("{name}=").as_str(), Args::one(token))?;
        }
        Ok(Value::Nil)
    });
    interpreter.call(this, "set_callback", Args::new(vec![when, Value::symbol(kind), fill]))
}

/// A new one, by the class' own way of making them.
fn token(interpreter: &mut Interpreter, record: &Value, length: &Value) -> Eval {
    let class = Value::Class(interpreter.class_of(record));
    let options = RHash::from_pairs([(Value::symbol("length"), length.clone())]);
    let arguments = Args::none().with_keywords(Some(std::rc::Rc::new(options)));
    interpreter.call_public(&class, "generate_unique_secure_token", arguments)
}

fn generate(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["length"])?;
    let length = args.keyword("length").unwrap_or(Value::Int(MINIMUM_LENGTH));
    let random = Value::Class(interpreter.class_at("SecureRandom"));
    interpreter.call(&random, "base58", Args::one(length))
}
