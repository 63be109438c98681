//! Strings as the evaluator meets them: the text behind a receiver, and whether those of different encodings go together.

use std::rc::Rc;

use crate::runtime::encoding::Encoding;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::Receiver;
use crate::runtime::value::{NativeData, RString, Value};

/// An instance of a subclass of String: the string is its native data.
pub struct StringObject(pub Rc<RString>);

impl NativeData for StringObject {
    fn eql_key(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// The string behind a receiver.
pub fn text(this: &Value) -> Rc<RString> {
    match this {
        Value::Str(string) => Rc::clone(string),
        Value::Symbol(symbol) => Rc::new(RString::new(&*symbol.to_str())),
        other => other.data::<StringObject>().map_or_else(Default::default, |object| Rc::clone(&object.0)),
    }
}

/// Whether a string is in ASCII, whatever its encoding.
pub(crate) fn is_ascii(string: &RString) -> bool {
    string.encoding().is_ascii_compatible() && string.borrow().is_ascii()
}

/// The encoding of two strings put together; None where they do not go together.
pub(crate) fn common(a: &RString, b: &RString) -> Option<Encoding> {
    let (first, second) = (a.encoding(), b.encoding());
    if first == second || b.borrow().is_empty() {
        return Some(first);
    }
    if a.borrow().is_empty() {
        let keeps = first.is_ascii_compatible() && is_ascii(b);
        return Some(if keeps { first } else { second });
    }
    if !first.is_ascii_compatible() || !second.is_ascii_compatible() {
        return None;
    }
    if b.borrow().is_ascii() {
        return Some(first);
    }
    a.borrow().is_ascii().then_some(second)
}

/// The encoding of two strings put together; CompatibilityError where they cannot be.
pub(crate) fn joined(interpreter: &mut Interpreter, a: &RString, b: &RString) -> Eval<Encoding> {
    if let Some(encoding) = common(a, b) {
        return Ok(encoding);
    }
    let (a, b) = (a.encoding().name(), b.encoding().name());
    Err(interpreter.error("Encoding::CompatibilityError", format!("incompatible character encodings: {a} and {b}")))
}

/// Ruby's ArgumentError where a string has bytes that are no characters.
pub(crate) fn expect_valid(interpreter: &mut Interpreter, string: &RString) -> Eval<()> {
    if !string.is_broken() {
        return Ok(());
    }
    let name = string.encoding().name();
    Err(interpreter.argument_error(format!("invalid byte sequence in {name}")))
}

/// What a method asks of its receiver.
pub(crate) fn expect(interpreter: &mut Interpreter, this: &Value, receiver: Receiver) -> Eval<()> {
    let string = text(this);
    match receiver {
        Receiver::Letters if string.is_broken() => Err(interpreter.argument_error("input string invalid")),
        Receiver::Stripped if string.is_broken() => {
            let message = format!("invalid byte sequence in {}", string.encoding().name());
            Err(interpreter.error("Encoding::CompatibilityError", message))
        }
        Receiver::Characters => expect_valid(interpreter, &string),
        _ => Ok(()),
    }
}
