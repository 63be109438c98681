//! For tests: evaluates a script and answers what it printed.

use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

use crate::exception::{Abort, ExceptionData, Flow};
use crate::stack;
use crate::{Host, Interpreter, Limits};

/// A host that keeps what is printed and has nothing else.
#[derive(Default)]
pub struct Recorder {
    output: Rc<RefCell<String>>,
    random: u8,
}

impl Recorder {
    pub fn output(&self) -> Rc<RefCell<String>> {
        Rc::clone(&self.output)
    }
}

impl Host for Recorder {
    fn random(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.random = self.random.wrapping_mul(167).wrapping_add(13);
            *byte = self.random;
        }
    }

    fn write(&mut self, text: &str) {
        self.output.borrow_mut().push_str(text);
    }

    fn write_error(&mut self, _: &str) {}

    fn root(&mut self) -> String {
        "/app".to_owned()
    }
}

/// Evaluates a script in a world of its own, on a large stack. Answers its standard output; what ended it early
/// follows as a last line: `-- ` and the error with its first place.
pub fn eval_str(source: &str) -> String {
    eval_file("test.rb", source)
}

/// As [`eval_str`], under a name that backtraces show.
pub fn eval_file(path: &str, source: &str) -> String {
    eval_within(path, source, Limits::default())
}

/// As [`eval_file`], within limits.
pub fn eval_within(path: &str, source: &str, limits: Limits) -> String {
    let run = || {
        let host = Recorder::default();
        let output = host.output();
        let mut interpreter = Interpreter::new(Box::new(host), limits);
        let result = interpreter.eval(path, source);
        let ending = result.err().map(|flow| describe(&mut interpreter, &flow));
        drop(interpreter);
        let mut output = output.take();
        if let Some(ending) = ending {
            let _ = writeln!(output, "-- {ending}");
        }
        output
    };
    stack::on_large_stack(run).unwrap_or_else(|error| format!("-- {error}\n"))
}

fn describe(interpreter: &mut Interpreter, flow: &Flow) -> String {
    match flow {
        Flow::Raise(error) => {
            let class = interpreter.class_of(error).name();
            let message = interpreter.message_of(error).unwrap_or_default();
            let place =
                error.data::<ExceptionData>().and_then(|data| data.backtrace.borrow().first().map(ToString::to_string));
            format!("{}: {message} ({class})", place.unwrap_or_default())
        }
        Flow::Abort(Abort { kind, backtrace }) => {
            format!("{}: {kind} (abort)", backtrace.first().map(ToString::to_string).unwrap_or_default())
        }
        _ => "a stray jump".to_owned(),
    }
}

/// Evaluates an expression; what `inspect` shows of its value.
pub fn inspect_str(source: &str) -> String {
    eval_str(&format!("p(begin\n{source}\nend)"))
}
