//! `ActiveSupport::TaggedLogging`: a logger that writes the tags that are on before each message
//! (active_support/tagged_logging.rb). What it is made of is left as it was.

use std::cell::RefCell;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RProc, Value, method, variadic};

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 1..=1), method("logger", logger, 0..=1)];

const METHODS: &[NativeMethod] = &[
    method("debug", log, 0..=1),
    method("info", log, 0..=1),
    method("warn", log, 0..=1),
    method("error", log, 0..=1),
    method("fatal", log, 0..=1),
    method("unknown", log, 0..=1),
    variadic("tagged", tagged, 0),
    variadic("push_tags", push_tags, 0),
    method("pop_tags", pop_tags, 0..=1),
    method("clear_tags!", clear_tags, 0..=0),
    method("flush", clear_tags, 0..=0),
    method("respond_to_missing?", responds, 1..=2),
    variadic("method_missing", forward, 1).with_keywords(),
];

struct Tagged {
    logger: Value,
    tags: Rc<RefCell<Vec<String>>>,
}

impl NativeData for Tagged {}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("ActiveSupport::TaggedLogging", &object);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
}

/// A copy of a logger, whose lines are the messages alone unless it has a form of its own.
fn new(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let logger = interpreter.call(&args.first(), "clone", Args::none())?;
    if interpreter.responds_to(&logger, "formatter=") {
        let own = interpreter.call(&logger, "formatter", Args::none())?;
        if own.is_nil() {
            let plain = RProc::native(|interpreter, args| {
                let message = args.get(3);
                let text = match &message {
                    Value::Str(text) => text.to_string(),
                    other => interpreter.inspect(other)?,
                };
                Ok(format!("{text}\n").into())
            });
            interpreter.call(&logger, "formatter=", Args::one(plain))?;
        }
    }
    Ok(object(interpreter, logger, Vec::new()))
}

/// `TaggedLogging.logger(..)`: of a new logger of Active Support's.
fn logger(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = Value::Class(interpreter.class_at("Logger"));
    let logger = interpreter.call(&class, "new", args)?;
    new(interpreter, this, Args::one(logger))
}

fn object(interpreter: &mut Interpreter, logger: Value, tags: Vec<String>) -> Value {
    let class = interpreter.class_at("ActiveSupport::TaggedLogging");
    Value::native(&class, Tagged { logger, tags: Rc::new(RefCell::new(tags)) })
}

fn own(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Tagged>> {
    match this.data::<Tagged>() {
        Some(tagged) => Ok(tagged),
        None => Err(interpreter.type_error("not a tagged logger")),
    }
}

fn log(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let tagged = own(interpreter, this)?;
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let tags = tagged.tags.borrow().iter().fold(String::new(), |all, tag| all + "[" + tag + "] ");
    if tags.is_empty() {
        return interpreter.call(&tagged.logger, name.as_str(), args);
    }
    let message = match &args.block {
        Some(block) => {
            // A message that is not written is not made.
            let asks = format!("{name}?");
            if interpreter.responds_to(&tagged.logger, &asks)
                && !interpreter.call(&tagged.logger, asks.as_str(), Args::none())?.truthy()
            {
                return Ok(true.into());
            }
            interpreter.call_block(block, Args::none())?
        }
        None => args.first(),
    };
    let text = format!("{tags}{}", interpreter.to_s(&message)?);
    interpreter.call(&tagged.logger, name.as_str(), Args::one(text.into()))
}

/// The tags of a call, flat and without what is blank.
fn given(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<String>> {
    let all = Value::array(args.positional.clone());
    let flat = interpreter.call(&all, "flatten", Args::none())?;
    let mut tags = Vec::new();
    for tag in ruby::core::convert::array(interpreter, &flat)? {
        let text = interpreter.to_s(&tag)?;
        if !text.trim().is_empty() {
            tags.push(text);
        }
    }
    Ok(tags)
}

/// With a block the tags are on while it runs; without, a logger that has them for good.
fn tagged(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let tagged = own(interpreter, this)?;
    let tags = given(interpreter, &args)?;
    let Some(block) = &args.block else {
        let all = tagged.tags.borrow().iter().cloned().chain(tags).collect();
        return Ok(object(interpreter, tagged.logger.clone(), all));
    };
    let count = tags.len();
    tagged.tags.borrow_mut().extend(tags);
    let answer = interpreter.yield_value(block, this.clone());
    let mut now = tagged.tags.borrow_mut();
    let left = now.len().saturating_sub(count);
    now.truncate(left);
    answer
}

fn strings(tags: Vec<String>) -> Value {
    Value::array(tags.into_iter().map(Value::from).collect())
}

fn push_tags(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let tagged = own(interpreter, this)?;
    let tags = given(interpreter, &args)?;
    tagged.tags.borrow_mut().extend(tags.iter().cloned());
    Ok(strings(tags))
}

fn pop_tags(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let tagged = own(interpreter, this)?;
    let count = match args.first() {
        Value::Int(count) => usize::try_from(count).unwrap_or(0),
        _ => 1,
    };
    let mut tags = tagged.tags.borrow_mut();
    let left = tags.len().saturating_sub(count);
    Ok(strings(tags.split_off(left)))
}

fn clear_tags(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    own(interpreter, this)?.tags.borrow_mut().clear();
    Ok(Value::array(Vec::new()))
}

fn responds(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let tagged = own(interpreter, this)?;
    interpreter.call(&tagged.logger, "respond_to?", Args::one(args.first()))
}

fn forward(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let tagged = own(interpreter, this)?;
    let name = args.positional.remove(0);
    let name = interpreter.to_s(&name)?;
    interpreter.call_public(&tagged.logger, name.as_str(), args)
}
