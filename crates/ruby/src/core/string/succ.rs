//! String's counting: `succ`, and `upto`, which ranges of strings follow.

use std::rc::Rc;

use super::{bang_methods, derive, text};
use crate::Args;
use crate::core::convert::{self, block_or_enumerator};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

pub const METHODS: &[NativeMethod] = &[
    method("succ", succ_method, 0..=0),
    method("next", succ_method, 0..=0),
    method("succ!", succ_bang_method, 0..=0),
    method("next!", succ_bang_method, 0..=0),
    method("upto", upto, 1..=2),
];

bang_methods! { succ_bang => succ_method }

fn succ_bang_method(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    succ_bang(interpreter, this, args)?;
    Ok(this.clone())
}

/// The next string: the rightmost alphanumeric counts up and carries to the next one on its left; where
/// there is none, the rightmost character itself does.
pub fn succ(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let Some(last) = chars.iter().rposition(char::is_ascii_alphanumeric) else {
        return succ_of_others(chars);
    };
    let mut position = last;
    loop {
        let carry = match chars[position] {
            'z' => 'a',
            'Z' => 'A',
            '9' => '0',
            c => {
                chars[position] = char::from_u32(c as u32 + 1).unwrap_or(c);
                return chars.into_iter().collect();
            }
        };
        chars[position] = carry;
        // Other characters between alphanumerics are passed over, but only to one of their kind.
        let left = chars[..position].iter().rposition(char::is_ascii_alphanumeric);
        match left {
            Some(next) if next + 1 == position || carries_over(&chars, next, position) => position = next,
            _ => {
                chars.insert(position, if carry == '0' { '1' } else { carry });
                return chars.into_iter().collect();
            }
        }
    }
}

/// Whether a carry jumps from one alphanumeric to another over what is neither: digits and letters do not
/// mix over a gap.
fn carries_over(chars: &[char], next: usize, position: usize) -> bool {
    chars[next].is_ascii_digit() == chars[position].is_ascii_digit()
}

fn succ_of_others(mut chars: Vec<char>) -> String {
    let mut position = chars.len();
    while position > 0 {
        position -= 1;
        let next = (chars[position] as u32 + 1..=0x0010_ffff).find_map(char::from_u32);
        if let Some(next) = next {
            chars[position] = next;
            return chars.into_iter().collect();
        }
        chars[position] = '\u{1}';
    }
    if !chars.is_empty() {
        chars.insert(0, '\u{1}');
    }
    chars.into_iter().collect()
}

fn succ_method(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let next = succ(&string.borrow());
    Ok(derive(&string, next))
}

/// Calls `each` for the strings from `first` to `last`, until it answers false.
pub fn each_upto(
    interpreter: &mut Interpreter,
    first: &str,
    last: Option<&str>,
    exclusive: bool,
    each: &mut dyn FnMut(&mut Interpreter, Value) -> Eval<bool>,
) -> Eval<()> {
    let Some(last) = last else {
        let mut current = first.to_owned();
        loop {
            convert::spend(interpreter, 1)?;
            if !each(interpreter, Value::str(current.clone()))? {
                return Ok(());
            }
            current = succ(&current);
        }
    };
    let is_number = |text: &str| !text.is_empty() && text.len() < 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(first) && is_number(last) && (first.len() == last.len() || !first.starts_with('0')) {
        let (from, to): (u64, u64) = (first.parse().unwrap_or(0), last.parse().unwrap_or(0));
        let to = if exclusive { to } else { to + 1 };
        for number in from..to {
            convert::spend(interpreter, 1)?;
            if !each(interpreter, Value::str(format!("{number:0width$}", width = first.len())))? {
                return Ok(());
            }
        }
        return Ok(());
    }
    let length = |text: &str| text.chars().count();
    if first.len() == 1 && last.len() == 1 {
        let (from, to) = (first.as_bytes()[0], last.as_bytes()[0]);
        for byte in from..=to {
            if exclusive && byte == to || !each(interpreter, Value::str(char::from(byte)))? {
                return Ok(());
            }
        }
        return Ok(());
    }
    if first > last {
        return Ok(());
    }
    let after = succ(last);
    let mut current = first.to_owned();
    loop {
        convert::spend(interpreter, 1)?;
        let at_end = current == last;
        if (at_end && exclusive) || current == after || length(&current) > length(last) {
            return Ok(());
        }
        if !each(interpreter, Value::str(current.clone()))? || at_end {
            return Ok(());
        }
        current = succ(&current);
    }
}

fn upto(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "upto");
    let last = convert::string(interpreter, &args.first())?;
    let first = text(this).to_string();
    let exclusive = args.get(1).truthy();
    each_upto(interpreter, &first, Some(&last), exclusive, &mut |interpreter, value| {
        interpreter.yield_value(&Rc::clone(&block), value)?;
        Ok(true)
    })?;
    Ok(this.clone())
}
