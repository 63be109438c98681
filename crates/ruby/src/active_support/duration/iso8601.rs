//! Durations as ISO 8601 writes them.

use super::{Part, data, is_zero, merge, object};
use crate::core::numeric_tower::{Number, Op, arithmetic};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::Value;

/// After active_support/duration/iso8601_serializer.rb.
pub(super) fn iso8601(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let duration = data(interpreter, this)?;
    let precision = args.keyword("precision").and_then(|precision| match precision {
        Value::Int(precision) => usize::try_from(precision).ok(),
        _ => None,
    });
    let mut parts: Vec<(Part, Value)> = Vec::new();
    for (part, number) in &duration.parts {
        if !is_zero(number) {
            parts.push((*part, number.clone()));
        }
    }
    // Weeks stand alone, or become days.
    let mixed = parts.iter().any(|(part, _)| *part == Part::Weeks)
        && parts.iter().any(|(part, _)| matches!(part, Part::Years | Part::Months | Part::Days));
    if mixed {
        let weeks = parts.iter().position(|(part, _)| *part == Part::Weeks);
        if let Some((_, weeks)) = weeks.map(|at| parts.remove(at)) {
            let days = arithmetic(interpreter, Op::Mul, &weeks, &Value::Int(7))?;
            parts = merge(interpreter, &parts, &[(Part::Days, days)])?;
        }
    }
    if parts.is_empty() {
        return Ok(Value::str("PT0S"));
    }
    let mut out = "P".to_owned();
    let mut has_time = false;
    let order = [Part::Years, Part::Months, Part::Days, Part::Weeks, Part::Hours, Part::Minutes, Part::Seconds];
    for wanted in order {
        let Some((_, number)) = parts.iter().find(|(part, _)| *part == wanted) else { continue };
        if wanted >= Part::Hours && !has_time {
            out.push('T');
            has_time = true;
        }
        let shown = match (wanted, precision, Number::of(number)) {
            (Part::Seconds, Some(digits), Some(number)) => {
                format!("{:.digits$}", number.to_f64(), digits = digits.min(30))
            }
            _ => interpreter.to_s(number)?,
        };
        out.push_str(&shown);
        out.push(wanted.name().as_bytes()[0].to_ascii_uppercase().into());
    }
    Ok(Value::str(out))
}

/// After active_support/duration/iso8601_parser.rb.
pub(super) fn parse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = args.first().as_string().unwrap_or_default();
    let Some(parts) = parse_iso8601(&text) else {
        return Err(interpreter.error(
            "ActiveSupport::Duration::ISO8601Parser::ParsingError",
            format!("Invalid ISO 8601 duration: {text:?}"),
        ));
    };
    let mut total = Value::Int(0);
    for (part, number) in &parts {
        let seconds = arithmetic(interpreter, Op::Mul, number, &Value::Int(part.seconds()))?;
        total = arithmetic(interpreter, Op::Add, &total, &seconds)?;
    }
    Ok(object(interpreter, total, parts, None))
}

fn parse_iso8601(text: &str) -> Option<Vec<(Part, Value)>> {
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text).strip_prefix('P')?;
    let mut parts = Vec::new();
    let mut in_time = false;
    let mut last = None;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            if in_time || after.is_empty() {
                return None;
            }
            (in_time, rest) = (true, after);
            continue;
        }
        let length = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))?;
        let number = rest[..length].replace(',', ".");
        let part = match (in_time, rest.as_bytes()[length]) {
            (false, b'Y') => Part::Years,
            (false, b'M') => Part::Months,
            (false, b'W') => Part::Weeks,
            (false, b'D') => Part::Days,
            (true, b'H') => Part::Hours,
            (true, b'M') => Part::Minutes,
            (true, b'S') => Part::Seconds,
            _ => return None,
        };
        if last.is_some_and(|last| last >= part) {
            return None;
        }
        last = Some(part);
        let value = if number.contains('.') {
            let float: f64 = number.parse().ok()?;
            Value::Float(if negative { -float } else { float })
        } else {
            let whole: i64 = number.parse().ok()?;
            Value::Int(if negative { -whole } else { whole })
        };
        parts.push((part, value));
        rest = &rest[length + 1..];
    }
    (!parts.is_empty()).then_some(parts)
}
