//! For tests: evaluates a script and answers what it printed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;
use std::time::Duration;

use crate::runtime::exception::{Abort, ExceptionData, Flow};
use crate::syntax::stack;
use crate::{Entry, Host, Interpreter, Limits, Sight};

/// A host that keeps what is printed and has nothing else.
#[derive(Default)]
pub struct Recorder {
    output: Rc<RefCell<String>>,
    random: u8,
    files: Files,
}

/// An app's files, by their paths from its root; all of it may be seen.
pub type Files = BTreeMap<String, Vec<u8>>;

impl Recorder {
    /// What the program has printed so far.
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

    /// Long enough for a time limit of a test to pass.
    fn sleep(&mut self, duration: Duration) {
        std::thread::sleep(duration.min(Duration::from_millis(500)));
    }

    fn write(&mut self, text: &str) {
        self.output.borrow_mut().push_str(text);
    }

    fn write_error(&mut self, _: &str) {}

    fn read_file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.get(path).cloned()
    }

    fn look(&mut self, path: &str) -> Sight {
        if path.starts_with('/') {
            return Sight::Outside;
        }
        if self.files.contains_key(path) {
            return Sight::File;
        }
        let below = format!("{path}/");
        let is_folder = path.is_empty() || self.files.keys().any(|file| file.starts_with(&below));
        if is_folder { Sight::Folder } else { Sight::Nothing }
    }

    fn children(&mut self, path: &str) -> Option<Vec<Entry>> {
        let below = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut entries: Vec<Entry> = self
            .files
            .keys()
            .filter_map(|file| file.strip_prefix(&below))
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
                None => Entry { name: rest.to_owned(), is_folder: false },
            })
            .collect();
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        entries.dedup();
        Some(entries)
    }

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
    eval_among(path, source, limits, &Files::new())
}

/// As [`eval_within`], in an app that has files.
pub fn eval_among(path: &str, source: &str, limits: Limits, files: &Files) -> String {
    let run = || {
        let host = Recorder { files: files.clone(), ..Recorder::default() };
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
