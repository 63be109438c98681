//! String's character sets: tr, tr_s, delete, squeeze, count.

use super::{bang_methods, derive, text};
use crate::Args;
use crate::core::convert;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Receiver, method, variadic};
use crate::runtime::value::Value;

pub(super) const METHODS: &[NativeMethod] = &[
    method("tr", tr, 2..=2).of(Receiver::Characters),
    method("tr!", tr_bang, 2..=2).of(Receiver::Characters),
    method("tr_s", tr_s, 2..=2).of(Receiver::Characters),
    method("tr_s!", tr_s_bang, 2..=2).of(Receiver::Characters),
    variadic("delete", delete, 1).of(Receiver::Characters),
    variadic("delete!", delete_bang, 1).of(Receiver::Characters),
    variadic("squeeze", squeeze, 0).of(Receiver::Characters),
    variadic("squeeze!", squeeze_bang, 0).of(Receiver::Characters),
    variadic("count", count, 1).of(Receiver::Characters),
];

bang_methods! {
    tr_bang => tr,
    tr_s_bang => tr_s,
    delete_bang => delete,
    squeeze_bang => squeeze,
}

/// A set as `tr` writes it: `a-z`, `^...`, backslash before what would mean something.
struct Set {
    negated: bool,
    ranges: Vec<(char, char)>,
}

impl Set {
    fn parse(interpreter: &mut Interpreter, text: &str) -> Eval<Self> {
        let chars: Vec<char> = text.chars().collect();
        let negated = chars.len() > 1 && chars[0] == '^';
        let mut at = usize::from(negated);
        let mut ranges = Vec::new();
        while at < chars.len() {
            if chars[at] == '\\' && at + 1 < chars.len() {
                at += 1;
            }
            let first = chars[at];
            if chars.get(at + 1) == Some(&'-') && at + 2 < chars.len() {
                let escaped = chars[at + 2] == '\\' && at + 3 < chars.len();
                let last = if escaped { chars[at + 3] } else { chars[at + 2] };
                if first > last {
                    let message = format!("invalid range \"{first}-{last}\" in string transliteration");
                    return Err(interpreter.argument_error(message));
                }
                ranges.push((first, last));
                at += 3 + usize::from(escaped);
            } else {
                ranges.push((first, first));
                at += 1;
            }
        }
        Ok(Self { negated, ranges })
    }

    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|&(first, last)| (first..=last).contains(&c)) != self.negated
    }

    /// The place of a character in the set, counted through its ranges.
    fn position(&self, c: char) -> Option<usize> {
        let (mut before, mut found) = (0, None);
        for &(first, last) in &self.ranges {
            if (first..=last).contains(&c) {
                found = Some(before + (first..c).count());
            }
            before += (last as usize) - (first as usize) + 1;
        }
        found
    }

    /// The character at a place; the last one stands for all beyond.
    fn at(&self, position: usize) -> Option<char> {
        let mut rest = position;
        for &(first, last) in &self.ranges {
            let size = (last as usize) - (first as usize) + 1;
            if rest < size {
                return char::from_u32(first as u32 + rest as u32);
            }
            rest -= size;
        }
        self.ranges.last().map(|&(_, last)| last)
    }
}

/// Each character is looked for in each range.
fn spend<S: std::borrow::Borrow<Set>>(interpreter: &mut Interpreter, text: &str, sets: &[S]) -> Eval<()> {
    let ranges: usize = sets.iter().map(|set| set.borrow().ranges.len()).sum();
    convert::spend(interpreter, text.len().saturating_mul(ranges + 1) / 8)
}

fn transliterate(interpreter: &mut Interpreter, this: &Value, args: &Args, squeezing: bool) -> Eval {
    let from = convert::string(interpreter, &args.first())?;
    let to = convert::string(interpreter, &args.get(1))?;
    let (from, to) = (Set::parse(interpreter, &from)?, Set::parse(interpreter, &to)?);
    // In the target, a leading ^ is a character like any other.
    let to = if to.negated { Set { negated: false, ranges: [vec![('^', '^')], to.ranges].concat() } } else { to };
    let string = text(this);
    let (mut out, mut last) = (String::new(), None);
    spend(interpreter, &string.borrow(), &[&from, &to])?;
    for c in string.borrow().chars() {
        let new = if from.negated {
            from.holds(c).then(|| to.ranges.last().map(|&(_, last)| last))
        } else {
            from.position(c).map(|position| to.at(position))
        };
        match new {
            None => {
                out.push(c);
                last = None;
            }
            Some(new) => {
                if let Some(new) = new
                    && !(squeezing && last == Some(new))
                {
                    out.push(new);
                }
                last = new;
            }
        }
    }
    Ok(derive(&string, out))
}

fn tr(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    transliterate(interpreter, this, &args, false)
}

fn tr_s(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    transliterate(interpreter, this, &args, true)
}

fn sets(interpreter: &mut Interpreter, args: &Args) -> Eval<Vec<Set>> {
    let mut sets = Vec::new();
    for value in &args.positional {
        let text = convert::string(interpreter, value)?;
        sets.push(Set::parse(interpreter, &text)?);
    }
    Ok(sets)
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let sets = sets(interpreter, &args)?;
    let string = text(this);
    spend(interpreter, &string.borrow(), &sets)?;
    let kept: String = string.borrow().chars().filter(|&c| !sets.iter().all(|set| set.holds(c))).collect();
    Ok(derive(&string, kept))
}

fn squeeze(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let sets = sets(interpreter, &args)?;
    let string = text(this);
    spend(interpreter, &string.borrow(), &sets)?;
    let (mut out, mut last) = (String::new(), None);
    for c in string.borrow().chars() {
        if last != Some(c) || !sets.iter().all(|set| set.holds(c)) {
            out.push(c);
        }
        last = Some(c);
    }
    Ok(derive(&string, out))
}

fn count(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let sets = sets(interpreter, &args)?;
    let string = text(this);
    spend(interpreter, &string.borrow(), &sets)?;
    let total = string.borrow().chars().filter(|&c| sets.iter().all(|set| set.holds(c))).count();
    Ok(total.into())
}
