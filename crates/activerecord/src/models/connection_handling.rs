//! `while_preventing_writes`: connection_handling.rb. A run has one connection, that of ActiveRecord::Base, so that another
//! class' block prevents nothing.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Value, method};

use crate::ground::calls::no_block;
use crate::ground::state::with_adapter;
use crate::models::model_schema::{class, is_base, schema};
use crate::models::relation::Relation;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("while_preventing_writes", while_preventing_writes, 0..=1),
    method("current_preventing_writes", preventing_writes, 0..=0),
    method("current_role", |_, _, _| Ok(Value::symbol("writing")), 0..=0),
    method("current_shard", |_, _, _| Ok(Value::symbol("default")), 0..=0),
];

/// What the connection knows of it.
pub(crate) const CONNECTION_METHODS: &[NativeMethod] = &[method("preventing_writes?", preventing_writes, 0..=0)];

fn preventing_writes(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    with_adapter(interpreter, |adapter| Ok(adapter.base().preventing_writes.into()))
}

fn while_preventing_writes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    check_owner(interpreter, &class)?;
    let Some(block) = &args.block else { return Err(no_block(interpreter)) };
    let enabled = if args.has(0) { args.first() } else { true.into() };
    let before = if is_base(&class) && !enabled.is_nil() { Some(set(interpreter, enabled.truthy())?) } else { None };
    let answer = interpreter.call_block(block, Args::none()).and_then(|answer| {
        if answer.data::<Relation>().is_some() {
            interpreter.call(&answer, "load", Args::none())?;
        }
        Ok(answer)
    });
    if let Some(before) = before {
        // What ends the run leaves no connection to ask.
        let restored = set(interpreter, before);
        if answer.is_ok() {
            restored?;
        }
    }
    answer
}

/// Sets it, and answers what it was. A replica takes no writes whatever is said.
fn set(interpreter: &mut Interpreter, prevents: bool) -> Eval<bool> {
    with_adapter(interpreter, |adapter| {
        let is_replica = adapter.base().config.boolean("replica").unwrap_or(false);
        Ok(std::mem::replace(&mut adapter.base_mut().preventing_writes, prevents || is_replica))
    })
}

fn check_owner(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<()> {
    let owners = if !is_base(class) && !schema(class).abstract_class.get() {
        "ActiveRecord::Base or abstract classes"
    } else if !is_base(class) && !class.is_named("ApplicationRecord") {
        "the abstract class that established the connection"
    } else {
        return Ok(());
    };
    let message = format!("calling `connected_to` is only allowed on {owners}.");
    Err(interpreter.error("NotImplementedError", message))
}
