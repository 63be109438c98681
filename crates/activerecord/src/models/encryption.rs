//! The declaration of `encrypts`. The keys are the application's, which no migration sees here: a value that would be encrypted
//! or decrypted ends the run, all else goes on.

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, method, variadic};

use crate::ground::arguments::wrap;
use crate::ground::calls::no_block;
use crate::models::attributes::encrypt;
use crate::models::generated::inherited;
use crate::models::model_schema::class;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("encrypts", encrypts, 0).with_keywords(),
    method("encrypted_attributes", encrypted_attributes, 0..=0),
    method(
        "deterministic_encrypted_attributes",
        |i, _, _| Err(i.unsupported("`deterministic_encrypted_attributes` is not supported yet")),
        0..=0,
    ),
];

pub(crate) const METHODS: &[NativeMethod] = &[
    method("encrypt", |i, this, _| refuse(i, this, "encrypt").map(|()| Value::Nil), 0..=0),
    method("decrypt", |i, this, _| refuse(i, this, "decrypt").map(|()| Value::Nil), 0..=0),
    method("encrypted_attribute?", |i, this, _| refuse(i, this, "encrypted_attribute?").map(|()| false.into()), 1..=1),
];

/// `ActiveRecord::Encryption`: without an encrypted value there is nothing that these could change.
const MODULE_METHODS: &[NativeMethod] =
    &[method("without_encryption", run_block, 0..=0), method("protecting_encrypted_data", run_block, 0..=0)];

const DECLARED: &str = "@_encrypted_attributes";

pub(crate) fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("ActiveRecord::Encryption");
    interpreter.define_singleton(&module, MODULE_METHODS);
}

fn run_block(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    match &args.block {
        Some(block) => interpreter.call_block(block, Args::none()),
        None => Err(no_block(interpreter)),
    }
}

fn encrypts(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.keyword("ignore_case").is_some_and(|ignores| ignores.truthy()) {
        return Err(interpreter.unsupported("`encrypts` with `ignore_case:` is not supported yet"));
    }
    let class = class(interpreter, this)?;
    let set = Value::Class(interpreter.class_at("Set"));
    let above = encrypted_attributes(interpreter, this, Args::none())?;
    let above = if above.is_nil() { Vec::new() } else { wrap_set(interpreter, &above)? };
    let all = interpreter.call(&set, "new", Args::one(Value::array(above)))?;
    for name in &args.positional {
        encrypt(interpreter, this, Args::one(name.clone()))?;
        let name = interpreter.call(name, "to_sym", Args::none())?;
        interpreter.call(&all, "add", Args::one(name))?;
    }
    class.ivars.borrow_mut().insert(ruby::Symbol::new(DECLARED), all);
    Ok(Value::Nil)
}

fn wrap_set(interpreter: &mut Interpreter, set: &Value) -> Eval<Vec<Value>> {
    let items = interpreter.call(set, "to_a", Args::none())?;
    wrap(interpreter, &items)
}

/// Those of the class; nil where there are none.
fn encrypted_attributes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(inherited(&class(interpreter, this)?, DECLARED).pop().unwrap_or_default())
}

fn refuse(interpreter: &mut Interpreter, this: &Value, what: &str) -> Eval<()> {
    if inherited(&interpreter.class_of(this), DECLARED).is_empty() {
        return Ok(());
    }
    Err(interpreter.unsupported(format!("`{what}` of a record with encrypted attributes is not supported yet")))
}
