//! String's letter case, padding and stripping.

use super::{bang_methods, derive, text};
use crate::Args;
use crate::core::convert;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Receiver, method, variadic};
use crate::runtime::value::Value;

pub const METHODS: &[NativeMethod] = &[
    variadic("upcase", upcase, 0).of(Receiver::Letters),
    variadic("upcase!", upcase_bang, 0).of(Receiver::Letters),
    variadic("downcase", downcase, 0).of(Receiver::Letters),
    variadic("downcase!", downcase_bang, 0).of(Receiver::Letters),
    variadic("capitalize", capitalize, 0).of(Receiver::Letters),
    variadic("capitalize!", capitalize_bang, 0).of(Receiver::Letters),
    variadic("swapcase", swapcase, 0).of(Receiver::Letters),
    variadic("swapcase!", swapcase_bang, 0).of(Receiver::Letters),
    method("center", center, 1..=2),
    method("ljust", ljust, 1..=2),
    method("rjust", rjust, 1..=2),
    method("strip", strip, 0..=0).of(Receiver::Stripped),
    method("strip!", strip_bang, 0..=0).of(Receiver::Stripped),
    method("lstrip", lstrip, 0..=0),
    method("lstrip!", lstrip_bang, 0..=0),
    method("rstrip", rstrip, 0..=0).of(Receiver::Stripped),
    method("rstrip!", rstrip_bang, 0..=0).of(Receiver::Stripped),
    method("chomp", chomp, 0..=1),
    method("chomp!", chomp_bang, 0..=1),
    method("chop", chop, 0..=0),
    method("chop!", chop_bang, 0..=0),
    method("chr", chr, 0..=0),
];

bang_methods! {
    upcase_bang => upcase,
    downcase_bang => downcase,
    capitalize_bang => capitalize,
    swapcase_bang => swapcase,
    strip_bang => strip,
    lstrip_bang => lstrip,
    rstrip_bang => rstrip,
    chomp_bang => chomp,
    chop_bang => chop,
}

/// Which letters a change of case is to know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letters {
    All,
    Ascii,
    Turkic,
    Folded,
}

/// The options of `upcase` and its kin.
fn letters(interpreter: &mut Interpreter, this: &Value, args: &Args, downcases: bool) -> Eval<Letters> {
    if args.len() > 2 {
        return Err(interpreter.argument_error("too many options"));
    }
    let option = |index: usize| match args.get(index) {
        Value::Symbol(name) => name.to_string(),
        _ => String::new(),
    };
    let (found, second) = match option(0).as_str() {
        _ if args.is_empty() => (if text(this).is_binary() { Letters::Ascii } else { Letters::All }, ""),
        "ascii" => (Letters::Ascii, ""),
        "fold" if !downcases => return Err(interpreter.argument_error("option :fold only allowed for downcasing")),
        "fold" => (Letters::Folded, ""),
        "turkic" => (Letters::Turkic, "lithuanian"),
        // Ruby does nothing for it either.
        "lithuanian" if args.len() == 2 => (Letters::Turkic, "turkic"),
        "lithuanian" => (Letters::All, ""),
        _ => return Err(interpreter.argument_error("invalid option")),
    };
    match (args.len(), second) {
        (0 | 1, _) => Ok(found),
        (_, "") => Err(interpreter.argument_error("too many options")),
        (_, second) if option(1) == second => Ok(found),
        _ => Err(interpreter.argument_error("invalid second argument")),
    }
}

fn upcase(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let letters = letters(interpreter, this, &args, false)?;
    let string = text(this);
    let text = string.borrow();
    let new = match letters {
        Letters::Ascii => text.to_ascii_uppercase(),
        Letters::Turkic => text.replace('i', "İ").to_uppercase(),
        Letters::All | Letters::Folded => text.to_uppercase(),
    };
    Ok(derive(&string, new))
}

fn downcase(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let letters = letters(interpreter, this, &args, true)?;
    let string = text(this);
    let text = string.borrow();
    let new = match letters {
        Letters::Ascii => text.to_ascii_lowercase(),
        Letters::Turkic => lowercase(&text.replace('I', "ı").replace('İ', "i")),
        Letters::Folded => folded(&text),
        Letters::All => lowercase(&text),
    };
    Ok(derive(&string, new))
}

/// Only ASCII letters, or all; refused for what has letters of its own there.
fn is_ascii_only(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<bool> {
    match letters(interpreter, this, args, false)? {
        Letters::Turkic if text(this).borrow().contains(['i', 'I', 'ı', 'İ']) => {
            Err(interpreter.unsupported("the option `:turkic` of such a change of case"))
        }
        found => Ok(found == Letters::Ascii),
    }
}

/// Each character down by itself: Ruby knows no final sigma.
pub fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// What `casecmp?` compares: a letter's small forms after its capital ones.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            'ẞ' => folded.push_str("ss"),
            'ı' => folded.push('ı'),
            c => folded.extend(c.to_uppercase().flat_map(char::to_lowercase)),
        }
    }
    folded
}

/// The first character of a word as capitals begin it: its title case where that is not its upper case.
pub fn title(c: char) -> String {
    match c {
        'ß' => "Ss".to_owned(),
        'ǆ' | 'Ǆ' => "ǅ".to_owned(),
        'ǉ' | 'Ǉ' => "ǈ".to_owned(),
        'ǌ' | 'Ǌ' => "ǋ".to_owned(),
        'ǳ' | 'Ǳ' => "ǲ".to_owned(),
        'ﬀ' => "Ff".to_owned(),
        'ﬁ' => "Fi".to_owned(),
        'ﬂ' => "Fl".to_owned(),
        c => c.to_uppercase().collect(),
    }
}

/// The first letter up, the rest down.
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => title(first) + &lowercase(chars.as_str()),
        None => String::new(),
    }
}

fn capitalize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = text(this);
    if !is_ascii_only(interpreter, this, &args)? {
        let new = capitalized(&string.borrow());
        return Ok(derive(&string, new));
    }
    let mut new = string.borrow().to_ascii_lowercase();
    if let Some(first) = new.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Ok(derive(&string, new))
}

fn swapcase(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = text(this);
    let ascii = is_ascii_only(interpreter, this, &args)?;
    let mut new = String::new();
    for c in string.borrow().chars() {
        match c {
            c if ascii && !c.is_ascii() => new.push(c),
            c if c.is_lowercase() => new.extend(c.to_uppercase()),
            c if c.is_uppercase() => new.extend(c.to_lowercase()),
            c => new.push(c),
        }
    }
    Ok(derive(&string, new))
}

/// Pads to a width, with `share` saying how much of the padding goes left.
fn pad(interpreter: &mut Interpreter, this: &Value, args: &Args, share: fn(usize) -> usize) -> Eval {
    let width = convert::int(interpreter, &args.first())?;
    let filler = if args.has(1) { convert::string(interpreter, &args.get(1))? } else { " ".to_owned() };
    if filler.is_empty() {
        return Err(interpreter.argument_error("zero width padding"));
    }
    let string = text(this);
    let missing = usize::try_from(width).unwrap_or(0).saturating_sub(string.borrow().chars().count());
    interpreter.check_size(missing.saturating_mul(4))?;
    let left = share(missing);
    let mut new: String = filler.chars().cycle().take(left).collect();
    new.push_str(&string.borrow());
    new.extend(filler.chars().cycle().take(missing - left));
    Ok(derive(&string, new))
}

fn center(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    pad(interpreter, this, &args, |missing| missing / 2)
}

fn ljust(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    pad(interpreter, this, &args, |_| 0)
}

fn rjust(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    pad(interpreter, this, &args, |missing| missing)
}

fn is_space(c: char) -> bool {
    matches!(c, '\0' | '\t'..='\r' | ' ')
}

fn strip(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let text = string.borrow();
    Ok(derive(&string, text.trim_matches(is_space)))
}

fn lstrip(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let text = string.borrow();
    Ok(derive(&string, text.trim_start_matches(is_space)))
}

fn rstrip(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let text = string.borrow();
    Ok(derive(&string, text.trim_end_matches(is_space)))
}

/// `text` without its line end: one `\n`, `\r\n` or `\r`.
pub fn chomped(text: &str) -> &str {
    match text.strip_suffix('\n') {
        Some(rest) => rest.strip_suffix('\r').unwrap_or(rest),
        None => text.strip_suffix('\r').unwrap_or(text),
    }
}

fn chomp(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let string = text(this);
    let text = string.to_string();
    let new = match args.first() {
        Value::Nil if args.has(0) => text.as_str(),
        Value::Nil => chomped(&text),
        separator => match convert::string(interpreter, &separator)?.as_str() {
            "\n" => chomped(&text),
            "" => {
                let mut rest = text.as_str();
                while let Some(shorter) = rest.strip_suffix('\n') {
                    rest = shorter.strip_suffix('\r').unwrap_or(shorter);
                }
                rest
            }
            separator => text.strip_suffix(separator).unwrap_or(&text),
        },
    };
    Ok(derive(&string, new))
}

fn chop(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let mut new = string.to_string();
    if new.ends_with("\r\n") {
        new.pop();
    }
    new.pop();
    Ok(derive(&string, new))
}

fn chr(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let first: String = string.borrow().chars().take(1).collect();
    Ok(derive(&string, first))
}
