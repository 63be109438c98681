//! String's parts: `[]`, `[]=`, `slice!`, `insert`, `index` and `rindex`. Positions are characters.

use super::{check_frozen, derive, text};
use crate::Args;
use crate::core::convert::{self, absolute, range_bounds};
use crate::core::match_data::Subject;
use crate::core::regexp::{self, RegexpData};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RString, Value};

pub const METHODS: &[NativeMethod] = &[
    method("[]", slice, 1..=2),
    method("slice", slice, 1..=2),
    method("[]=", assign, 2..=3),
    method("slice!", slice_bang, 1..=2),
    method("insert", insert, 2..=2),
    method("index", index, 1..=2),
    method("rindex", rindex, 1..=2),
    method("byteindex", byteindex, 1..=2),
    method("byteslice", byteslice, 1..=2),
    method("byterindex", byterindex, 1..=2),
];

/// The bytes of the `count` characters from the character `start`; None where `start` is out of reach.
pub fn span(text: &str, start: usize, count: usize) -> Option<(usize, usize)> {
    if text.is_ascii() {
        return (start <= text.len()).then(|| (start, start.saturating_add(count).min(text.len())));
    }
    let mut places = text.char_indices().map(|(byte, _)| byte).chain(std::iter::once(text.len())).skip(start);
    let first = places.next()?;
    if count == 0 {
        return Some((first, first));
    }
    Some((first, places.nth(count - 1).unwrap_or(text.len())))
}

fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// Where the part that the arguments name stands, in bytes. A regexp sets `$~`.
fn locate(interpreter: &mut Interpreter, string: &RString, args: &[Value]) -> Eval<Option<(usize, usize)>> {
    let subject = args[0].data::<RegexpData>();
    if subject.is_some() {
        let Some(found) = regexp::search_and_set(interpreter, &args[0], &Subject::of(string), 0)? else {
            return Ok(None);
        };
        let number = match args.get(1) {
            None => 0,
            Some(group) => match group.as_name() {
                Some(name) => match found.number_of(&name) {
                    Some(number) => number,
                    None => {
                        return Err(interpreter.error("IndexError", format!("undefined group name reference: {name}")));
                    }
                },
                None => {
                    let number = convert::int(interpreter, group)?;
                    absolute(number, found.groups.len()).unwrap_or(usize::MAX)
                }
            },
        };
        return Ok(found.groups.get(number).copied().flatten());
    }
    let text = string.to_string();
    if let Some(count) = args.get(1) {
        let start = convert::int(interpreter, &args[0])?;
        let count = convert::int(interpreter, count)?;
        let (Some(start), Ok(count)) = (absolute(start, length(&text)), usize::try_from(count)) else {
            return Ok(None);
        };
        return Ok(span(&text, start, count));
    }
    match &args[0] {
        Value::Str(part) => Ok(text.find(&*part.borrow()).map(|at| (at, at + part.borrow().len()))),
        range @ Value::Range(_) => {
            let bounds = range_bounds(interpreter, range, length(&text))?;
            Ok(bounds.and_then(|(start, count)| span(&text, start, count)))
        }
        position => {
            let position = convert::int(interpreter, position)?;
            let found = absolute(position, length(&text)).and_then(|start| span(&text, start, 1));
            Ok(found.filter(|(start, end)| start < end))
        }
    }
}

/// `[]`
pub fn slice(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = text(this);
    let found = locate(interpreter, &string, &args.positional)?;
    Ok(found.map(|(start, end)| derive(&string, &string.borrow()[start..end])).unwrap_or_default())
}

fn slice_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let string = text(this);
    let Some((start, end)) = locate(interpreter, &string, &args.positional)? else { return Ok(Value::Nil) };
    let part = derive(&string, &string.borrow()[start..end]);
    string.borrow_mut().replace_range(start..end, "");
    Ok(part)
}

fn assign(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let value = args.positional.pop().unwrap_or_default();
    let new = convert::string(interpreter, &value)?;
    let string = text(this);
    let mut place = locate(interpreter, &string, &args.positional)?;
    if place.is_none()
        && let [Value::Int(position)] = args.positional.as_slice()
        && *position == length(&string.borrow()) as i64
    {
        place = Some((string.borrow().len(), string.borrow().len()));
    }
    let Some((start, end)) = place else {
        let message = match &args.positional[0] {
            Value::Str(_) => "string not matched".to_owned(),
            Value::Range(_) => {
                let shown = interpreter.inspect(&args.positional[0])?;
                return Err(interpreter.error("RangeError", format!("{shown} out of range")));
            }
            pattern if pattern.data::<RegexpData>().is_some() => "regexp not matched".to_owned(),
            _ if matches!(args.get(1), Value::Int(count) if count < 0) => {
                format!("negative length {}", interpreter.to_s(&args.get(1))?)
            }
            position => format!("index {} out of string", interpreter.inspect(position)?),
        };
        return Err(interpreter.error("IndexError", message));
    };
    string.borrow_mut().replace_range(start..end, &new);
    Ok(value)
}

fn insert(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_frozen(interpreter, this)?;
    let position = convert::int(interpreter, &args.first())?;
    let new = convert::string(interpreter, &args.get(1))?;
    let string = text(this);
    // A negative position counts the place after that character.
    let from_start = if position < 0 { position + 1 + length(&string.borrow()) as i64 } else { position };
    let place = usize::try_from(from_start).ok().and_then(|start| span(&string.borrow(), start, 0));
    match place {
        Some((byte, _)) => string.borrow_mut().insert_str(byte, &new),
        None => return Err(interpreter.error("IndexError", format!("index {position} out of string"))),
    }
    Ok(this.clone())
}

fn index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let subject = Subject::of(&text(this));
    let pattern = args.first();
    let is_regexp = pattern.data::<RegexpData>().is_some();
    let Some(start) = regexp::start_byte(interpreter, &subject, &args.get(1))? else {
        if is_regexp {
            interpreter.last_match = Value::Nil;
        }
        return Ok(Value::Nil);
    };
    let byte = if is_regexp {
        regexp::search_and_set(interpreter, &pattern, &subject, start)?.map(|found| found.span().0)
    } else {
        let pattern = convert::string(interpreter, &pattern)?;
        subject.text[start..].find(&pattern).map(|at| start + at)
    };
    Ok(byte.map(|byte| subject.char_of(byte)).into())
}

fn byteindex(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let subject = Subject::of(&text(this));
    let start = if args.has(1) { convert::int(interpreter, &args.get(1))? } else { 0 };
    let Some(start) = absolute(start, subject.text.len()).filter(|&start| subject.text.is_char_boundary(start)) else {
        return Ok(Value::Nil);
    };
    if args.first().data::<RegexpData>().is_some() {
        let found = regexp::search_and_set(interpreter, &args.first(), &subject, start)?;
        return Ok(found.map(|found| found.span().0).into());
    }
    let pattern = convert::string(interpreter, &args.first())?;
    Ok(subject.text[start..].find(&pattern).map(|at| start + at).into())
}

fn rindex(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let subject = Subject::of(&text(this));
    let total = subject.text.chars().count();
    let limit = match args.get(1) {
        Value::Nil => total,
        position => {
            let position = convert::int(interpreter, &position)?;
            match absolute(position, total) {
                Some(position) => position.min(total),
                None => return Ok(Value::Nil),
            }
        }
    };
    let limit = subject.byte_at(limit as i64).unwrap_or(subject.text.len());
    if args.first().data::<RegexpData>().is_some() {
        for start in (0..=limit).rev().filter(|&byte| subject.text.is_char_boundary(byte)) {
            let found = regexp::search(interpreter, &args.first(), &subject, start)?;
            if found.as_ref().is_some_and(|found| found.span().0 == start) {
                regexp::set_last_match(interpreter, found);
                return Ok(subject.char_of(start).into());
            }
        }
        interpreter.last_match = Value::Nil;
        return Ok(Value::Nil);
    }
    let pattern = convert::string(interpreter, &args.first())?;
    let end = (limit + pattern.len()).min(subject.text.len());
    let found = (0..=end)
        .rev()
        .find(|&end| subject.text.is_char_boundary(end))
        .and_then(|end| subject.text[..end].rfind(&pattern));
    Ok(found.map(|byte| subject.char_of(byte)).into())
}

fn byterindex(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.has(1) {
        return Err(interpreter.unsupported("String#byterindex from a position"));
    }
    let position = rindex(interpreter, this, args)?;
    let Value::Int(position) = position else { return Ok(Value::Nil) };
    Ok(Subject::of(&text(this)).byte_at(position).into())
}

fn byteslice(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = text(this);
    let bytes = string.bytes();
    let bounds = if let range @ Value::Range(_) = args.first() {
        range_bounds(interpreter, &range, bytes.len())?
    } else {
        let start = convert::int(interpreter, &args.first())?;
        let count = if args.has(1) { convert::int(interpreter, &args.get(1))? } else { 1 };
        absolute(start, bytes.len())
            .filter(|&start| start < bytes.len() || (args.has(1) && start == bytes.len()))
            .and_then(|start| usize::try_from(count).ok().map(|count| (start, count)))
    };
    let Some((start, count)) = bounds else { return Ok(Value::Nil) };
    let part = &bytes[start..start.saturating_add(count).min(bytes.len())];
    let part = super::encoding::encoded_text(interpreter, string.encoding(), part)?;
    Ok(derive(&string, part))
}
