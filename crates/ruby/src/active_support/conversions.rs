//! to_fs of Date, Time and DateTime with their DATE_FORMATS, after core_ext/{date,time,date_time}/conversions.rb;
//! Numeric's bytes, Integer#multiple_of?, BigDecimal#to_s in the plain form.

use crate::core::bigdecimal::{self, Decimal};
use crate::core::date;
use crate::core::numeric_tower::{Number, Op, arithmetic};
use crate::core::time::{Moment, moment_of, strftime, xmlschema};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RHash, RProc, Value};
use crate::syntax::symbol::Symbol;

const TIME: &[NativeMethod] = &[method("to_fs", time_to_fs, 0..=1), method("to_formatted_s", time_to_fs, 0..=1)];

const FORMATTED_OFFSET: &[NativeMethod] = &[method("formatted_offset", formatted_offset, 0..=2)];

const DATE: &[NativeMethod] = &[method("to_fs", date_to_fs, 0..=1), method("to_formatted_s", date_to_fs, 0..=1)];

const NUMERIC: &[NativeMethod] = &[
    method("byte", bytes::<0>, 0..=0),
    method("bytes", bytes::<0>, 0..=0),
    method("kilobyte", bytes::<1>, 0..=0),
    method("kilobytes", bytes::<1>, 0..=0),
    method("megabyte", bytes::<2>, 0..=0),
    method("megabytes", bytes::<2>, 0..=0),
    method("gigabyte", bytes::<3>, 0..=0),
    method("gigabytes", bytes::<3>, 0..=0),
    method("terabyte", bytes::<4>, 0..=0),
    method("terabytes", bytes::<4>, 0..=0),
    method("petabyte", bytes::<5>, 0..=0),
    method("petabytes", bytes::<5>, 0..=0),
    method("exabyte", bytes::<6>, 0..=0),
    method("exabytes", bytes::<6>, 0..=0),
    method("zettabyte", bytes::<7>, 0..=0),
    method("zettabytes", bytes::<7>, 0..=0),
];

const INTEGER: &[NativeMethod] = &[method("multiple_of?", multiple_of, 1..=1)];

const BIG_DECIMAL: &[NativeMethod] = &[method("to_s", decimal_to_s, 0..=1)];

const TIME_FORMATS: &[(&str, &str)] = &[
    ("db", "%Y-%m-%d %H:%M:%S"),
    ("inspect", "%Y-%m-%d %H:%M:%S.%9N %z"),
    ("number", "%Y%m%d%H%M%S"),
    ("nsec", "%Y%m%d%H%M%S%9N"),
    ("usec", "%Y%m%d%H%M%S%6N"),
    ("time", "%H:%M"),
    ("short", "%d %b %H:%M"),
    ("long", "%B %d, %Y %H:%M"),
];

const DATE_FORMATS: &[(&str, &str)] = &[
    ("short", "%d %b"),
    ("long", "%B %d, %Y"),
    ("db", "%Y-%m-%d"),
    ("inspect", "%Y-%m-%d"),
    ("number", "%Y%m%d"),
    ("rfc822", "%d %b %Y"),
    ("rfc2822", "%d %b %Y"),
];

pub fn define(interpreter: &mut Interpreter) {
    let time = interpreter.class_at("Time");
    let date = interpreter.class_at("Date");
    let date_time = interpreter.class_at("DateTime");
    let zoned = interpreter.class_at("ActiveSupport::TimeWithZone");
    for class in [&time, &date_time, &zoned] {
        class.define(TIME);
    }
    time.define(FORMATTED_OFFSET);
    date_time.define(FORMATTED_OFFSET);
    date.define(DATE);
    let formats = formats(TIME_FORMATS);
    formats.insert_symbol("long_ordinal", formatter(|moment| long_ordinal(moment, true)));
    let rfc822 = formatter(|moment| strftime::strftime(moment, "%a, %d %b %Y %H:%M:%S %z"));
    formats.insert_symbol("rfc822", rfc822.clone());
    formats.insert_symbol("rfc2822", rfc822);
    formats.insert_symbol("iso8601", formatter(|moment| xmlschema(moment, 0, moment.zone == "UTC")));
    time.set_constant("DATE_FORMATS", Value::hash(formats));
    let formats = self::formats(DATE_FORMATS);
    formats.insert_symbol("long_ordinal", formatter(|moment| long_ordinal(moment, false)));
    formats.insert_symbol("iso8601", formatter(|moment| strftime::strftime(moment, "%Y-%m-%d")));
    date.set_constant("DATE_FORMATS", Value::hash(formats));
    interpreter.classes.numeric.define(NUMERIC);
    interpreter.classes.integer.define(INTEGER);
    interpreter.class_at("BigDecimal").define(BIG_DECIMAL);
    for (name, size) in [("KILOBYTE", 10), ("MEGABYTE", 20), ("GIGABYTE", 30), ("TERABYTE", 40)] {
        interpreter.classes.numeric.set_constant(name, Value::Int(1 << size));
    }
}

fn formats(table: &[(&str, &str)]) -> RHash {
    RHash::from_pairs(table.iter().map(|(name, format)| (Value::symbol(name), Value::str(*format))))
}

fn formatter(function: fn(&Moment) -> String) -> Value {
    RProc::native(move |_, args: Args| {
        Ok(moment_of(&args.first()).map_or(Value::Nil, |moment| Value::str(function(&moment))))
    })
}

fn long_ordinal(moment: &Moment, with_time: bool) -> String {
    let suffix = match (moment.day % 100, moment.day % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    let date = strftime::strftime(moment, &format!("%B %-d{suffix}, %Y"));
    if with_time { format!("{date} {}", strftime::strftime(moment, "%H:%M")) } else { date }
}

fn formatted(interpreter: &mut Interpreter, this: &Value, format: &Value, class: &str) -> Eval {
    let class = interpreter.class_at(class);
    let Some(Value::Hash(formats)) = class.constant(Symbol::new("DATE_FORMATS")) else {
        return interpreter.call(this, "to_s", Args::none());
    };
    let found = match format {
        Value::Nil => formats.get_symbol("default"),
        format => formats.get(format),
    };
    match found {
        Some(Value::Proc(formatter)) => {
            let text = interpreter.call_block(&formatter, Args::one(this.clone()))?;
            Ok(Value::str(interpreter.to_s(&text)?))
        }
        Some(format) => interpreter.call(this, "strftime", Args::one(format)),
        None => interpreter.call(this, "to_s", Args::none()),
    }
}

/// A TimeWithZone shows the database its UTC clock.
fn time_to_fs(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let format = args.first();
    let is_db = matches!(&format, Value::Symbol(name) if name.is("db"));
    if is_db && this.data::<super::time_with_zone::Zoned>().is_some() {
        let utc = interpreter.call(this, "utc", Args::none())?;
        return formatted(interpreter, &utc, &format, "Time");
    }
    formatted(interpreter, this, &format, "Time")
}

fn date_to_fs(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = if date::date_time(this).is_some() { "Time" } else { "Date" };
    formatted(interpreter, this, &args.first(), class)
}

fn formatted_offset(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(moment) = moment_of(this) else { return Ok(Value::Nil) };
    let is_utc = interpreter.call(this, "utc?", Args::none())?.truthy();
    if is_utc && args.get(1).truthy() {
        return Ok(args.get(1));
    }
    let colon = !args.has(0) || args.first().truthy();
    let separator = if colon { ":" } else { "" };
    Ok(Value::str(crate::core::time::moment::format_offset(moment.offset, separator)))
}

fn bytes<const POWER: u32>(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let mut value = this.clone();
    for _ in 0..POWER {
        value = arithmetic(interpreter, Op::Mul, &value, &Value::Int(1024))?;
    }
    Ok(value)
}

fn multiple_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let number = args.first();
    if Number::of(&number).is_some_and(|number| number.is_zero()) {
        return Ok(Value::Bool(interpreter.equal(this, &number)?));
    }
    let rest = arithmetic(interpreter, Op::Mod, this, &number)?;
    Ok(Value::Bool(Number::of(&rest).is_some_and(|rest| rest.is_zero())))
}

/// core_ext/big_decimal/conversions.rb: `F` unless told otherwise.
fn decimal_to_s(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let decimal = this.data::<Decimal>().map_or(Decimal::NaN, |decimal| (*decimal).clone());
    interpreter.check_size(decimal.exponent().unsigned_abs() as usize)?;
    let format = match args.first() {
        Value::Nil => "F".to_owned(),
        format => interpreter.to_s(&format)?,
    };
    Ok(Value::str(bigdecimal::format(&decimal, &format)))
}
