//! Shellwords: words as a Bourne shell reads and writes them.

use crate::core::convert::{self, spend};
use crate::core::define_with;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::library::Autoload;
use crate::runtime::method::{NativeMethod, Visibility, method};
use crate::runtime::value::Value;

/// Defined when its constant is first met.
pub const PART: Autoload =
    Autoload { module: "Object", constants: &["Shellwords"], library: Some("shellwords"), define };

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("split", split, 1..=1),
    method("shellsplit", split, 1..=1),
    method("shellwords", split, 1..=1),
    method("escape", escape, 1..=1),
    method("shellescape", escape, 1..=1),
    method("join", join, 1..=1),
    method("shelljoin", join, 1..=1),
];

/// What a class that includes the module has.
const PRIVATE: &[NativeMethod] = &[
    method("shellsplit", split, 1..=1),
    method("shellwords", split, 1..=1),
    method("shellescape", escape, 1..=1),
    method("shelljoin", join, 1..=1),
];

const OF_STRINGS: &[NativeMethod] = &[
    method("shellsplit", |i, this, _| split(i, this, Args::one(this.clone())), 0..=0),
    method("shellescape", |i, this, _| escape(i, this, Args::one(this.clone())), 0..=0),
];

const OF_ARRAYS: &[NativeMethod] = &[method("shelljoin", |i, this, _| join(i, this, Args::one(this.clone())), 0..=0)];

fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("Shellwords");
    interpreter.define_singleton(&module, SINGLETON_METHODS);
    define_with(&module, PRIVATE, Visibility::Private);
    interpreter.classes.string.define(OF_STRINGS);
    interpreter.classes.array.define(OF_ARRAYS);
}

fn split(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let line = convert::string(interpreter, &args.first())?;
    spend(interpreter, line.len())?;
    if line.contains('\0') {
        return Err(interpreter.argument_error("NUL character"));
    }
    match words(&line) {
        Some(words) => Ok(Value::array(words.into_iter().map(Value::str).collect())),
        None => {
            let shown = interpreter.inspect(&Value::str(line))?;
            Err(interpreter.argument_error(format!("Unmatched quote: {shown}")))
        }
    }
}

/// None: a quote was opened and not closed.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start_matches(is_space).chars();
    let mut word: Option<String> = None;
    while let Some(char) = rest.next() {
        if is_space(char) {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match char {
            '\'' => loop {
                match rest.next()? {
                    '\'' => break,
                    quoted => word.push(quoted),
                }
            },
            '"' => loop {
                match rest.next()? {
                    '"' => break,
                    '\\' => {
                        let escaped = rest.next()?;
                        // Between double quotes a backslash is one, but for what would mean something there.
                        if !matches!(escaped, '$' | '`' | '"' | '\\' | '\n') {
                            word.push('\\');
                        }
                        word.push(escaped);
                    }
                    quoted => word.push(quoted),
                }
            },
            '\\' => word.push(rest.next().unwrap_or('\\')),
            plain => word.push(plain),
        }
    }
    words.extend(word);
    Some(words)
}

/// A regular expression's `\s`.
fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

fn escape(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let word = interpreter.to_s(&args.first())?;
    spend(interpreter, word.len())?;
    Ok(Value::str(escaped(&word)))
}

fn escaped(word: &str) -> String {
    if word.is_empty() {
        return "''".to_owned();
    }
    let mut out = String::with_capacity(word.len());
    for char in word.chars() {
        match char {
            // A backslash before the end of a line would take both away.
            '\n' => out.push_str("'\n'"),
            'A'..='Z' | 'a'..='z' | '0'..='9' | '_' | '-' | '.' | ',' | ':' | '+' | '/' | '@' => out.push(char),
            special => out.extend(['\\', special]),
        }
    }
    out
}

fn join(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let mut words = Vec::new();
    for word in convert::array(interpreter, &args.first())? {
        let word = interpreter.to_s(&word)?;
        spend(interpreter, word.len())?;
        words.push(escaped(&word));
    }
    Ok(Value::str(words.join(" ")))
}
