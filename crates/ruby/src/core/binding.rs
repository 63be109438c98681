//! Binding: the variables and `self` of a place in the code, for templates. `eval` and `irb` are absent, as evaluating
//! strings is. What is set and was not there before belongs to this binding alone.

use std::rc::Rc;

use super::names_array;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::frame::{Binding, Frame, FrameKind};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::Value;
use crate::syntax::parser;
use crate::syntax::symbol::Symbol;

const METHODS: &[NativeMethod] = &[
    method("local_variable_get", local_variable_get, 1..=1),
    method("local_variable_set", local_variable_set, 2..=2),
    method("local_variable_defined?", local_variable_defined, 1..=1),
    method("local_variables", local_variables, 0..=0),
    method("receiver", receiver, 0..=0),
    method("source_location", source_location, 0..=0),
    method("dup", dup, 0..=0),
    method("clone", dup, 0..=0),
    variadic("eval", eval, 0).absent(),
    variadic("irb", eval, 0).absent(),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("Binding", &object);
    class.define(METHODS);
    super::undefine_new(interpreter, &class);
}

/// `Kernel#binding`
pub(crate) fn of_caller(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let line = interpreter.backtrace().first().map_or(0, |location| location.line);
    match interpreter.caller_frame().cloned() {
        Some(frame) => Ok(new(interpreter, frame, line)),
        None => Err(interpreter.unsupported("a binding outside of any code")),
    }
}

/// `binding` of a frame, at the line of the call.
pub(crate) fn new(interpreter: &mut Interpreter, frame: Rc<Frame>, line: u32) -> Value {
    interpreter.remember(&frame);
    let class = interpreter.class_at("Binding");
    Value::native(&class, Binding { frame: frame.into(), line })
}

fn binding(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Binding>> {
    match this.data::<Binding>() {
        Some(binding) => Ok(binding),
        None => {
            let class = interpreter.class_of(this).name();
            Err(interpreter.type_error(format!("wrong argument type {class} (expected binding)")))
        }
    }
}

/// The names that are seen from a frame, innermost first, each once.
pub(crate) fn visible(frame: &Rc<Frame>) -> Vec<Symbol> {
    let mut names = Vec::new();
    let mut next = Some(frame);
    while let Some(frame) = next {
        for name in frame.names() {
            if is_variable(&name.to_str()) && !names.contains(&name) {
                names.push(name);
            }
        }
        next = frame.outer.as_ref();
    }
    names
}

fn is_variable(name: &str) -> bool {
    let first = name.starts_with(|first: char| first == '_' || first.is_lowercase() || !first.is_ascii());
    first
        && name.chars().all(|character| character == '_' || character.is_ascii_alphanumeric() || !character.is_ascii())
}

/// The name that a call was given; NameError where no variable can be called so.
fn name(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Symbol> {
    let name = super::name_argument(interpreter, &args.first())?;
    if is_variable(&name.to_str()) {
        return Ok(name);
    }
    let shown = interpreter.inspect(this)?;
    Err(interpreter.error("NameError", format!("wrong local variable name `{name}' for {shown}")))
}

fn local_variable_get(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = name(interpreter, this, &args)?;
    let own = binding(interpreter, this)?;
    let found = own.frame.borrow().variable(name);
    if let Some(value) = found {
        return Ok(value);
    }
    let shown = interpreter.inspect(this)?;
    Err(interpreter.error("NameError", format!("local variable `{name}' is not defined for {shown}")))
}

fn local_variable_set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = name(interpreter, this, &args)?;
    let own = binding(interpreter, this)?;
    let frame = Rc::clone(&own.frame.borrow());
    if !frame.set_variable(name, args.get(1)) {
        let inner = inside(interpreter, &frame, &Rc::from([name]), &frame.file);
        inner.set_variable(name, args.get(1));
        *own.frame.borrow_mut() = inner;
    }
    Ok(args.get(1))
}

fn local_variable_defined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = name(interpreter, this, &args)?;
    let own = binding(interpreter, this)?;
    let found = own.frame.borrow().variable(name).is_some();
    Ok(found.into())
}

fn local_variables(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = binding(interpreter, this)?;
    let names = visible(&own.frame.borrow());
    Ok(names_array(names))
}

fn receiver(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = binding(interpreter, this)?;
    let receiver = own.frame.borrow().receiver.clone();
    Ok(receiver)
}

fn source_location(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = binding(interpreter, this)?;
    let path = own.frame.borrow().file.path.clone();
    Ok(Value::array(vec![path.into(), Value::Int(i64::from(own.line))]))
}

fn dup(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = binding(interpreter, this)?;
    let frame = Rc::clone(&own.frame.borrow());
    Ok(new(interpreter, frame, own.line))
}

fn eval(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("evaluating a string is not supported"))
}

/// A frame for more variables, inside another.
fn inside(
    interpreter: &mut Interpreter,
    outer: &Rc<Frame>,
    names: &Rc<[Symbol]>,
    file: &Rc<crate::syntax::source::SourceFile>,
) -> Rc<Frame> {
    let id = interpreter.new_frame_id();
    let (receiver, definee, scope) = (outer.receiver.clone(), outer.definee.clone(), Rc::clone(&outer.scope));
    let frame = Frame::new(id, FrameKind::Evaluation, receiver, definee, scope, Rc::clone(file));
    frame.default_visibility.set(outer.default_visibility.get());
    let frame = Rc::new(frame.inside(outer).with_locals(names));
    interpreter.remember(&frame);
    frame
}

impl Interpreter {
    /// Runs a template's code where a binding stands. Its first line has the number `line`.
    pub(crate) fn evaluate_in(&mut self, target: &Value, path: &str, source: &str, line: u32) -> Eval {
        let own = binding(self, target)?;
        let outer = Rc::clone(&own.frame.borrow());
        let names = std::iter::successors(Some(&outer), |frame| frame.outer.as_ref()).map(|frame| frame.names());
        let mut scopes: Vec<_> = names.collect();
        scopes.reverse();
        let place = parser::Place { line, scopes };
        let program = match parser::parse_at(path, source.as_bytes(), place) {
            Ok(program) => program,
            Err(error) => return Err(self.error("SyntaxError", error.to_string())),
        };
        let body = &program.body;
        let frame = inside(self, &outer, &body.locals, &body.file);
        if !body.locals.is_empty() {
            *own.frame.borrow_mut() = Rc::clone(&frame);
        }
        self.enter_frame(&frame, body.node.span.line, |interpreter| interpreter.evaluate(&body.node, &frame))
    }

    /// A binding of the program's top level, with no variables.
    pub(crate) fn top_level_binding(&mut self) -> Value {
        let object = Rc::clone(&self.classes.object);
        let scope = Rc::new(crate::runtime::frame::LexicalScope { module: Rc::clone(&object), outer: None });
        let file = Rc::new(crate::syntax::source::SourceFile::new("(erb)", Vec::new()));
        let definee = crate::runtime::frame::Definee::Class(object);
        let frame = Frame::new(self.new_frame_id(), FrameKind::Top, self.main.clone(), definee, scope, file);
        frame
            .default_visibility
            .set(crate::runtime::frame::DefaultVisibility::Is(crate::runtime::method::Visibility::Private));
        new(self, Rc::new(frame), 1)
    }
}
