//! Strings in other encodings than UTF-8: what they answer to. They are there to be read and converted; what is not known to
//! be right for them is refused by name.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::texts::{is_ascii, joined};
use crate::runtime::value::{RString, Value};

/// Methods that do not look at characters, or do so whatever their encoding is.
const ANSWERED: &[&str] = &[
    "!=",
    "<=>",
    "==",
    "===",
    "+",
    "<<",
    "ascii_only?",
    "b",
    "between?",
    "bytes",
    "bytesize",
    "concat",
    "dup",
    "each_byte",
    "empty?",
    "encode",
    "encode!",
    "encoding",
    "eql?",
    "equal?",
    "force_encoding",
    "freeze",
    "getbyte",
    "hash",
    "inspect",
    "itself",
    "length",
    "replace",
    "scrub",
    "scrub!",
    "setbyte",
    "size",
    "to_s",
    "to_str",
    "unpack",
    "unpack1",
    "valid_encoding?",
    "-@",
    "+@",
];

/// Methods whose answers are strings of the same encoding.
const LABELLED: &[&str] = &[
    "[]",
    "byteslice",
    "center",
    "chars",
    "chomp",
    "chop",
    "chr",
    "delete_prefix",
    "delete_suffix",
    "end_with?",
    "include?",
    "index",
    "lines",
    "ljust",
    "lstrip",
    "partition",
    "reverse",
    "rindex",
    "rjust",
    "rpartition",
    "rstrip",
    "slice",
    "split",
    "start_with?",
    "strip",
];

/// Whether a string is in an encoding other than UTF-8, ASCII and binary.
pub(crate) fn is_foreign(string: &RString) -> bool {
    !matches!(string.encoding(), Encoding::UTF_8 | Encoding::BINARY | Encoding::US_ASCII)
}

/// What a String method of this name may do with such a receiver. True: its answer takes the receiver's encoding.
pub(crate) fn expect_answer(interpreter: &mut Interpreter, this: &RString, name: &str, args: &Args) -> Eval<bool> {
    if ANSWERED.contains(&name) {
        return Ok(false);
    }
    if !LABELLED.contains(&name) || args.block.is_some() {
        let encoding = this.encoding().name();
        return Err(
            interpreter.unsupported(format!("String#{name} of a String in {encoding}; encode it to UTF-8 first"))
        );
    }
    for argument in &args.positional {
        if let Value::Str(argument) = argument {
            joined(interpreter, this, argument)?;
        }
    }
    Ok(true)
}

/// Gives strings the encoding of what they were taken from.
pub(crate) fn label(value: &Value, encoding: Encoding) -> Value {
    match value {
        Value::Str(string) if string.encoding() != encoding => {
            Value::Str(Rc::new(RString::encoded(string.to_string(), encoding)))
        }
        Value::Array(items) => Value::array(items.to_vec().iter().map(|item| label(item, encoding)).collect()),
        other => other.clone(),
    }
}

/// Refuses a string where its text will be taken for UTF-8.
pub(crate) fn expect_text(interpreter: &mut Interpreter, string: &RString) -> Eval<()> {
    if !is_foreign(string) || is_ascii(string) {
        return Ok(());
    }
    let encoding = string.encoding().name();
    Err(interpreter.unsupported(format!("a String in {encoding} where one in UTF-8 is needed; encode it first")))
}
