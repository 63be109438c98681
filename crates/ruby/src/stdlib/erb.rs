//! ERB: templates that become Ruby source, evaluated at the top level or where a binding stands. What makes methods of
//! templates (`def_method`) is absent.

mod compiler;

use std::cell::RefCell;
use std::rc::Rc;

use self::compiler::{TrimMode, compile};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{NativeData, Value};

const METHODS: &[NativeMethod] = &[
    method("result", result, 0..=1),
    method("result_with_hash", result_with_hash, 1..=1),
    method("run", run, 0..=1),
    method("src", |i, this, _| Ok(template(i, this)?.source.clone().into()), 0..=0),
    method("filename", |i, this, _| Ok(template(i, this)?.filename.borrow().clone()), 0..=0),
    method("filename=", set_filename, 1..=1),
    method("lineno", |i, this, _| Ok(template(i, this)?.line.borrow().clone()), 0..=0),
    method("lineno=", set_line, 1..=1),
    method("location=", set_location, 1..=1),
];

const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 1..=4).taking(&["trim_mode", "eoutvar"])];

const UTIL: &[NativeMethod] = &[
    method("html_escape", html_escape, 1..=1),
    method("h", html_escape, 1..=1),
    method("url_encode", url_encode, 1..=1),
    method("u", url_encode, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("ERB", &object);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    let util = interpreter.define_module("ERB::Util");
    util.define(UTIL);
    interpreter.define_singleton(&util, UTIL);
}

struct Template {
    source: String,
    filename: RefCell<Value>,
    line: RefCell<Value>,
}

impl NativeData for Template {}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Str(text) = args.first() else {
        return interpreter.call_public(&args.first(), "encoding", Args::none());
    };
    if !text.is_plain() {
        return Err(interpreter.unsupported("a template that is not text in UTF-8"));
    }
    let positional = |index: usize| args.has(index).then(|| args.get(index));
    let mode = positional(2).or_else(|| args.keyword("trim_mode")).unwrap_or_default();
    let mode = trim_mode(interpreter, &mode)?;
    let out = match positional(3).or_else(|| args.keyword("eoutvar")) {
        Some(name) => interpreter.to_s(&name)?,
        None => "_erbout".to_owned(),
    };
    let text = text.to_string();
    interpreter.check_size(text.len().saturating_mul(4))?;
    let source = compile(&text, mode, &out);
    match this {
        Value::Class(class) => {
            Ok(Value::native(class, Template { source, filename: RefCell::default(), line: Value::Int(0).into() }))
        }
        _ => Ok(Value::Nil),
    }
}

fn trim_mode(interpreter: &mut Interpreter, mode: &Value) -> Eval<TrimMode> {
    match mode {
        Value::Nil | Value::Int(0) => return Ok(TrimMode::default()),
        Value::Int(1) => return Ok(TrimMode::named(">")),
        Value::Int(2) => return Ok(TrimMode::named("<>")),
        Value::Str(name) if TrimMode::is_known(&name.to_string()) => return Ok(TrimMode::named(&name.to_string())),
        _ => {}
    }
    let shown = interpreter.inspect(mode)?;
    let place = interpreter.backtrace().first().map(|place| format!("{}:{}: ", place.path, place.line));
    let warning = format!("{}warning: Invalid ERB trim mode: {shown}", place.unwrap_or_default());
    crate::core::io::to_stderr(interpreter, Args::one(warning.into()))?;
    Ok(match mode {
        Value::Str(name) => TrimMode::named(&name.to_string()),
        _ => TrimMode::default(),
    })
}

fn template(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Template>> {
    match this.data::<Template>() {
        Some(template) => Ok(template),
        None => Err(interpreter.argument_error("not initialized")),
    }
}

fn set_filename(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    *template(interpreter, this)?.filename.borrow_mut() = args.first();
    Ok(args.first())
}

fn set_line(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    *template(interpreter, this)?.line.borrow_mut() = args.first();
    Ok(args.first())
}

fn set_location(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let parts = crate::core::convert::wrap(interpreter, &args.first())?;
    let own = template(interpreter, this)?;
    *own.filename.borrow_mut() = parts.first().cloned().unwrap_or_default();
    if let Some(line) = parts.get(1).filter(|line| line.truthy()) {
        *own.line.borrow_mut() = line.clone();
    }
    Ok(args.first())
}

fn result(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let target = if args.has(0) { args.first() } else { interpreter.top_level_binding() };
    evaluate(interpreter, this, &target)
}

fn run(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = result(interpreter, this, args)?;
    crate::core::io::to_stdout(interpreter, "print", Args::one(text))
}

fn evaluate(interpreter: &mut Interpreter, this: &Value, target: &Value) -> Eval {
    let own = template(interpreter, this)?;
    let filename = own.filename.borrow().clone();
    let path = if filename.truthy() { interpreter.to_s(&filename)? } else { "(erb)".to_owned() };
    let before = match &*own.line.borrow() {
        Value::Int(line) => u32::try_from(*line).unwrap_or(0),
        _ => 0,
    };
    interpreter.evaluate_in(target, &path, &own.source, before)
}

/// Each pair becomes a local variable of the template.
fn result_with_hash(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Hash(hash) = args.first() else {
        return interpreter.call_public(&args.first(), "keys", Args::none());
    };
    let target = interpreter.top_level_binding();
    for (name, value) in hash.pairs() {
        interpreter.call(&target, "local_variable_set", Args::new(vec![name, value]))?;
    }
    evaluate(interpreter, this, &target)
}

/// The characters that HTML reads as its own, escaped.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn html_escape(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::str(escape_html(&interpreter.to_s(&args.first())?)))
}

fn url_encode(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = interpreter.to_s(&args.first())?;
    Ok(Value::str(super::uri::percent_encode(&text, b"-_.~", false)))
}
