//! callbacks.rb: what runs before and after a record is written, by name, block or proc. `around_` callbacks and those after
//! a commit are refused.

use ruby::{Args, Eval, Interpreter, NativeMethod, Value, variadic};

use crate::model_schema::{class, lineage, schema};

/// What to run, under which conditions.
#[derive(Clone)]
pub(crate) struct Callback {
    body: Value,
    condition: Value,
    unless: Value,
}

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("before_validation", add, 0).with_keywords(),
    variadic("after_validation", add, 0).with_keywords(),
    variadic("before_save", add, 0).with_keywords(),
    variadic("after_save", add, 0).with_keywords(),
    variadic("before_create", add, 0).with_keywords(),
    variadic("after_create", add, 0).with_keywords(),
    variadic("before_update", add, 0).with_keywords(),
    variadic("after_update", add, 0).with_keywords(),
    variadic("before_destroy", add, 0).with_keywords(),
    variadic("after_destroy", add, 0).with_keywords(),
    variadic("after_initialize", add, 0).with_keywords(),
    variadic("after_find", add, 0).with_keywords(),
    variadic("around_save", refuse, 0).with_keywords(),
    variadic("around_create", refuse, 0).with_keywords(),
    variadic("around_update", refuse, 0).with_keywords(),
    variadic("around_destroy", refuse, 0).with_keywords(),
    variadic("after_commit", refuse, 0).with_keywords(),
    variadic("after_create_commit", refuse, 0).with_keywords(),
    variadic("after_update_commit", refuse, 0).with_keywords(),
    variadic("after_save_commit", refuse, 0).with_keywords(),
    variadic("after_destroy_commit", refuse, 0).with_keywords(),
    variadic("after_rollback", refuse, 0).with_keywords(),
    variadic("after_touch", refuse, 0).with_keywords(),
    variadic("set_callback", refuse, 0).with_keywords(),
    variadic("skip_callback", refuse, 0).with_keywords(),
    variadic("validates", refuse, 0).with_keywords(),
    variadic("validates!", refuse, 0).with_keywords(),
    variadic("validate", refuse, 0).with_keywords(),
    variadic("validates_with", refuse, 0).with_keywords(),
    variadic("validates_each", refuse, 0).with_keywords(),
    variadic("validates_presence_of", refuse, 0).with_keywords(),
    variadic("validates_absence_of", refuse, 0).with_keywords(),
    variadic("validates_uniqueness_of", refuse, 0).with_keywords(),
    variadic("validates_length_of", refuse, 0).with_keywords(),
    variadic("validates_size_of", refuse, 0).with_keywords(),
    variadic("validates_format_of", refuse, 0).with_keywords(),
    variadic("validates_inclusion_of", refuse, 0).with_keywords(),
    variadic("validates_exclusion_of", refuse, 0).with_keywords(),
    variadic("validates_numericality_of", refuse, 0).with_keywords(),
    variadic("validates_acceptance_of", refuse, 0).with_keywords(),
    variadic("validates_confirmation_of", refuse, 0).with_keywords(),
    variadic("validates_comparison_of", refuse, 0).with_keywords(),
    variadic("validates_associated", refuse, 0).with_keywords(),
];

fn refuse(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    Err(interpreter.unsupported(format!("`{name}` in a model is not supported yet")))
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    if let Some(keywords) = &args.keywords {
        for (key, _) in keywords.pairs() {
            if !matches!(key.as_name().as_deref(), Some("if" | "unless")) {
                return refuse(interpreter, this, args);
            }
        }
    }
    let class = class(interpreter, this)?;
    let mut bodies = args.positional.clone();
    bodies.extend(args.block.clone().map(Value::Proc));
    for body in bodies {
        let callback = Callback {
            body,
            condition: args.keyword("if").unwrap_or_default(),
            unless: args.keyword("unless").unwrap_or_default(),
        };
        schema(&class).callbacks.borrow_mut().push((name.clone(), callback));
    }
    Ok(Value::Nil)
}

/// Runs a record's callbacks of a kind; `throw :abort` passes through.
pub(crate) fn run(interpreter: &mut Interpreter, this: &Value, kind: &str) -> Eval<()> {
    let class = interpreter.class_of(this);
    let mut found = Vec::new();
    for ancestor in lineage(&class).iter().rev() {
        let own = schema(ancestor);
        found.extend(own.callbacks.borrow().iter().filter(|(name, _)| name == kind).map(|(_, c)| c.clone()));
    }
    for callback in found {
        if !callback.condition.is_nil() && !ask(interpreter, this, &callback.condition)?.truthy() {
            continue;
        }
        if !callback.unless.is_nil() && ask(interpreter, this, &callback.unless)?.truthy() {
            continue;
        }
        ask(interpreter, this, &callback.body)?;
    }
    Ok(())
}

fn ask(interpreter: &mut Interpreter, this: &Value, body: &Value) -> Eval {
    match body {
        Value::Symbol(name) => interpreter.call(this, *name, Args::none()),
        Value::Str(name) => {
            let name = name.to_string();
            interpreter.call(this, name.as_str(), Args::none())
        }
        Value::Proc(block) => {
            let arguments = if block.lambda { Args::none() } else { Args::one(this.clone()) };
            interpreter.instance_exec(block, this, arguments)
        }
        _ => Err(interpreter.unsupported("a callback that is an object")),
    }
}
