//! ActiveSupport::Duration, after active_support/duration.rb: a value in seconds and the parts that it was
//! written in, so that a month is a month. Numeric#seconds to #years are here too.

mod iso8601;
mod scalar;

use std::rc::Rc;

use num_traits::ToPrimitive;

use super::calculations::{self, Shift};
use crate::core::numeric_tower::{Number, Op, arithmetic};
use crate::core::time::moment_of;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::{NativeData, RHash, Value};
use iso8601::{iso8601, parse};
use scalar::{
    Scalar, scalar_add, scalar_coerce, scalar_compare, scalar_divide, scalar_modulo, scalar_multiply, scalar_negate,
    scalar_subtract, scalar_to_f, scalar_to_i, scalar_to_s, scalar_value,
};

const METHODS: &[NativeMethod] = &[
    method("value", value_of, 0..=0),
    method("parts", parts, 0..=0),
    method("_parts", parts, 0..=0),
    method("variable?", variable, 0..=0),
    method("coerce", coerce, 1..=1),
    method("<=>", compare, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", eql, 1..=1),
    method("hash", hash, 0..=0),
    method("+", add, 1..=1),
    method("-", subtract, 1..=1),
    method("*", multiply, 1..=1),
    method("/", divide, 1..=1),
    method("%", modulo, 1..=1),
    method("-@", negate, 0..=0),
    method("+@", itself, 0..=0),
    method("is_a?", is_a, 1..=1),
    method("kind_of?", is_a, 1..=1),
    method("instance_of?", instance_of, 1..=1),
    method("respond_to?", respond_to, 1..=2),
    method("to_s", to_s, 0..=1),
    method("to_i", to_i, 0..=0),
    method("in_seconds", to_i, 0..=0),
    method("in_minutes", in_minutes, 0..=0),
    method("in_hours", in_hours, 0..=0),
    method("in_days", in_days, 0..=0),
    method("in_weeks", in_weeks, 0..=0),
    method("in_months", in_months, 0..=0),
    method("in_years", in_years, 0..=0),
    method("since", since, 0..=1),
    method("from_now", since, 0..=1),
    method("after", since, 0..=1),
    method("ago", ago, 0..=1),
    method("until", ago, 0..=1),
    method("before", ago, 0..=1),
    method("inspect", inspect, 0..=0),
    method("as_json", to_i, 0..=1),
    method("iso8601", iso8601, 0..=0).taking(&["precision"]),
    variadic("method_missing", method_missing, 1),
];

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("parse", parse, 1..=1),
    method("===", case_equal, 1..=1),
    method("build", build, 1..=1),
    method("seconds", seconds, 1..=1),
    method("minutes", minutes, 1..=1),
    method("hours", hours, 1..=1),
    method("days", days, 1..=1),
    method("weeks", weeks, 1..=1),
    method("months", months, 1..=1),
    method("years", years, 1..=1),
];

const NUMERIC: &[NativeMethod] = &[
    method("second", number_seconds, 0..=0),
    method("seconds", number_seconds, 0..=0),
    method("minute", number_minutes, 0..=0),
    method("minutes", number_minutes, 0..=0),
    method("hour", number_hours, 0..=0),
    method("hours", number_hours, 0..=0),
    method("day", number_days, 0..=0),
    method("days", number_days, 0..=0),
    method("week", number_weeks, 0..=0),
    method("weeks", number_weeks, 0..=0),
    method("fortnight", number_fortnights, 0..=0),
    method("fortnights", number_fortnights, 0..=0),
    method("in_milliseconds", number_in_milliseconds, 0..=0),
];

const INTEGER: &[NativeMethod] = &[
    method("month", number_months, 0..=0),
    method("months", number_months, 0..=0),
    method("year", number_years, 0..=0),
    method("years", number_years, 0..=0),
];

const SCALAR: &[NativeMethod] = &[
    method("value", scalar_value, 0..=0),
    method("to_i", scalar_to_i, 0..=0),
    method("to_f", scalar_to_f, 0..=0),
    method("to_s", scalar_to_s, 0..=0),
    method("coerce", scalar_coerce, 1..=1),
    method("-@", scalar_negate, 0..=0),
    method("<=>", scalar_compare, 1..=1),
    method("+", scalar_add, 1..=1),
    method("-", scalar_subtract, 1..=1),
    method("*", scalar_multiply, 1..=1),
    method("/", scalar_divide, 1..=1),
    method("%", scalar_modulo, 1..=1),
];

pub fn define(interpreter: &mut Interpreter) {
    let object = interpreter.classes.object.clone();
    let class = interpreter.define_class("ActiveSupport::Duration", &object);
    let comparable = interpreter.classes.comparable.clone();
    class.include(&comparable);
    class.define(METHODS);
    interpreter.define_singleton(&class, SINGLETON_METHODS);
    for part in Part::ALL {
        let name = part.name().trim_end_matches('s').to_uppercase();
        if part != Part::Seconds {
            class.set_constant(&format!("SECONDS_PER_{name}"), Value::Int(part.seconds()));
        }
    }
    let numeric = interpreter.classes.numeric.clone();
    let scalar = interpreter.define_class("ActiveSupport::Duration::Scalar", &numeric);
    scalar.define(SCALAR);
    numeric.define(NUMERIC);
    interpreter.classes.integer.define(INTEGER);
}

/// What a length of time is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Part {
    Years,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
}

impl Part {
    const ALL: [Self; 7] =
        [Self::Years, Self::Months, Self::Weeks, Self::Days, Self::Hours, Self::Minutes, Self::Seconds];

    /// In the plural, as `parts` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Years => "years",
            Self::Months => "months",
            Self::Weeks => "weeks",
            Self::Days => "days",
            Self::Hours => "hours",
            Self::Minutes => "minutes",
            Self::Seconds => "seconds",
        }
    }

    /// As Active Support reckons: a month is a twelfth of a year of 365.2425 days.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Years => 31_556_952,
            Self::Months => 2_629_746,
            Self::Weeks => 604_800,
            Self::Days => 86_400,
            Self::Hours => 3600,
            Self::Minutes => 60,
            Self::Seconds => 1,
        }
    }

    /// Whether its length in seconds depends on the calendar.
    fn is_variable(self) -> bool {
        self <= Self::Days
    }
}

/// The data of a Duration.
#[derive(Clone)]
pub struct Duration {
    /// The seconds in all.
    pub value: Value,
    /// In the order in which they were added.
    pub parts: Vec<(Part, Value)>,
    pub variable: bool,
}

impl NativeData for Duration {
    fn is_duration(&self) -> bool {
        true
    }

    fn eql_key(&self) -> Option<String> {
        Number::of(&self.value).map(|number| format!("{number:?}"))
    }
}

fn is_zero(value: &Value) -> bool {
    Number::of(value).is_some_and(|number| number.is_zero())
}

/// A Duration object; parts of zero are dropped, and without a word on it the parts tell whether it varies.
pub fn object(interpreter: &mut Interpreter, value: Value, parts: Vec<(Part, Value)>, variable: Option<bool>) -> Value {
    let mut parts = parts;
    if !is_zero(&value) {
        parts.retain(|(_, number)| !is_zero(number));
    }
    let variable = variable.unwrap_or_else(|| parts.iter().any(|(part, _)| part.is_variable()));
    let class = interpreter.class_at("ActiveSupport::Duration");
    Value::native(&class, Duration { value, parts, variable })
}

/// `1.day` and its like.
pub fn of_part(interpreter: &mut Interpreter, part: Part, count: &Value) -> Eval {
    let value = arithmetic(interpreter, Op::Mul, count, &Value::Int(part.seconds()))?;
    Ok(object(interpreter, value, vec![(part, count.clone())], Some(part.is_variable())))
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Duration>> {
    match this.data::<Duration>() {
        Some(duration) => Ok(duration),
        None => Err(interpreter.type_error("uninitialized Duration")),
    }
}

/// The number of a Duration, a Scalar or a number.
fn plain(value: &Value) -> Option<Value> {
    if let Some(duration) = value.data::<Duration>() {
        return Some(duration.value.clone());
    }
    if let Some(scalar) = value.data::<Scalar>() {
        return Some(scalar.0.clone());
    }
    Number::of(value).map(|_| value.clone())
}

fn no_conversion(interpreter: &mut Interpreter, this: &Value, other: &Value) -> Box<crate::runtime::exception::Flow> {
    let (from, to) = (interpreter.class_of(other).name(), interpreter.class_of(this).name());
    interpreter.type_error(format!("no implicit conversion of {from} into {to}"))
}

fn seconds(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    of_part(interpreter, Part::Seconds, &args.first())
}

fn minutes(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    of_part(interpreter, Part::Minutes, &args.first())
}

fn hours(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    of_part(interpreter, Part::Hours, &args.first())
}

fn days(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    of_part(interpreter, Part::Days, &args.first())
}

fn weeks(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    of_part(interpreter, Part::Weeks, &args.first())
}

fn months(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    of_part(interpreter, Part::Months, &args.first())
}

fn years(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    of_part(interpreter, Part::Years, &args.first())
}

fn number_seconds(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of_part(interpreter, Part::Seconds, this)
}

fn number_minutes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of_part(interpreter, Part::Minutes, this)
}

fn number_hours(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of_part(interpreter, Part::Hours, this)
}

fn number_days(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of_part(interpreter, Part::Days, this)
}

fn number_weeks(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of_part(interpreter, Part::Weeks, this)
}

fn number_fortnights(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let weeks = arithmetic(interpreter, Op::Mul, this, &Value::Int(2))?;
    of_part(interpreter, Part::Weeks, &weeks)
}

fn number_months(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of_part(interpreter, Part::Months, this)
}

fn number_years(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    of_part(interpreter, Part::Years, this)
}

fn number_in_milliseconds(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    arithmetic(interpreter, Op::Mul, this, &Value::Int(1000))
}

/// A Duration of whole parts, the largest first.
fn build(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    build_from(interpreter, &args.first())
}

fn build_from(interpreter: &mut Interpreter, value: &Value) -> Eval {
    if Number::of(value).is_none() {
        let class = interpreter.class_of(value).name();
        return Err(interpreter.type_error(format!("can't build an ActiveSupport::Duration from a {class}")));
    }
    let negative = Number::of(value).is_some_and(|number| number.is_negative());
    let sign = Value::Int(if negative { -1 } else { 1 });
    let mut rest = interpreter.call(value, "round", Args::one(Value::Int(9)))?;
    rest = interpreter.call(&rest, "abs", Args::none())?;
    let mut parts = Vec::new();
    let mut varies = false;
    for part in Part::ALL.into_iter().filter(|part| *part != Part::Seconds && !is_zero(value)) {
        let unit = Value::Int(part.seconds());
        let count = interpreter.call(&rest, "div", Args::one(unit.clone()))?;
        rest = arithmetic(interpreter, Op::Mod, &rest, &unit)?;
        varies |= part.is_variable() && !is_zero(&count);
        parts.push((part, arithmetic(interpreter, Op::Mul, &count, &sign)?));
    }
    parts.push((Part::Seconds, arithmetic(interpreter, Op::Mul, &rest, &sign)?));
    Ok(object(interpreter, value.clone(), parts, Some(varies)))
}

fn case_equal(_: &mut Interpreter, _: &Value, args: Args) -> Eval {
    Ok(Value::Bool(args.first().data::<Duration>().is_some()))
}

fn value_of(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(data(interpreter, this)?.value.clone())
}

fn parts(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let duration = data(interpreter, this)?;
    let pairs = duration.parts.iter().map(|(part, number)| (Value::symbol(part.name()), number.clone()));
    Ok(Value::hash(RHash::from_pairs(pairs)))
}

fn variable(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(data(interpreter, this)?.variable))
}

fn scalar(interpreter: &mut Interpreter, value: Value) -> Value {
    let class = interpreter.class_at("ActiveSupport::Duration::Scalar");
    Value::native(&class, Scalar(value))
}

fn coerce(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let first = if other.data::<Scalar>().is_some() {
        other
    } else {
        let number = plain(&other).unwrap_or(other);
        scalar(interpreter, number)
    };
    Ok(Value::array(vec![first, this.clone()]))
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    match plain(&args.first()) {
        Some(other) => interpreter.call(&value, "<=>", Args::one(other)),
        None => Ok(Value::Nil),
    }
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    match plain(&args.first()) {
        Some(other) => Ok(Value::Bool(interpreter.equal(&other, &value)?)),
        None => Ok(Value::Bool(false)),
    }
}

fn eql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    match args.first().data::<Duration>() {
        Some(other) => interpreter.call(&other.value, "eql?", Args::one(value)),
        None => Ok(Value::Bool(false)),
    }
}

fn hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    interpreter.call(&value, "hash", Args::none())
}

/// The parts of both, those of the same kind added up.
fn merge(interpreter: &mut Interpreter, parts: &[(Part, Value)], more: &[(Part, Value)]) -> Eval<Vec<(Part, Value)>> {
    let mut merged = parts.to_vec();
    for (part, number) in more {
        match merged.iter_mut().find(|(own, _)| own == part) {
            Some((_, own)) => *own = arithmetic(interpreter, Op::Add, own, number)?,
            None => merged.push((*part, number.clone())),
        }
    }
    Ok(merged)
}

fn map_parts(
    interpreter: &mut Interpreter,
    parts: &[(Part, Value)],
    op: Op,
    number: &Value,
) -> Eval<Vec<(Part, Value)>> {
    parts.iter().map(|(part, own)| Ok((*part, arithmetic(interpreter, op, own, number)?))).collect()
}

fn add(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let duration = data(interpreter, this)?;
    let other = args.first();
    let (number, more, varies) = if let Some(other) = other.data::<Duration>() {
        (other.value.clone(), other.parts.clone(), other.variable)
    } else {
        // `1.day + Time.now` is a TypeError of the number's own.
        let number = plain(&other).unwrap_or_else(|| other.clone());
        (number.clone(), vec![(Part::Seconds, number)], false)
    };
    let value = arithmetic(interpreter, Op::Add, &duration.value, &number)?;
    let merged = merge(interpreter, &duration.parts, &more)?;
    Ok(object(interpreter, value, merged, Some(duration.variable || varies)))
}

fn subtract(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let negated = interpreter.call(&args.first(), "-@", Args::none())?;
    add(interpreter, this, Args::one(negated))
}

fn negated(interpreter: &mut Interpreter, duration: &Duration) -> Eval {
    let value = interpreter.call(&duration.value, "-@", Args::none())?;
    let mut parts = Vec::new();
    for (part, number) in &duration.parts {
        parts.push((*part, interpreter.call(number, "-@", Args::none())?));
    }
    Ok(object(interpreter, value, parts, Some(duration.variable)))
}

fn multiply(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let duration = data(interpreter, this)?;
    let other = args.first();
    let Some(number) = plain(&other) else {
        return Err(no_conversion(interpreter, this, &other));
    };
    let varies = other.data::<Duration>().is_some_and(|other| other.variable);
    let value = arithmetic(interpreter, Op::Mul, &duration.value, &number)?;
    let parts = map_parts(interpreter, &duration.parts, Op::Mul, &number)?;
    Ok(object(interpreter, value, parts, Some(duration.variable || varies)))
}

fn divide(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let duration = data(interpreter, this)?;
    let other = args.first();
    let Some(number) = plain(&other) else {
        return Err(no_conversion(interpreter, this, &other));
    };
    let value = arithmetic(interpreter, Op::Div, &duration.value, &number)?;
    if other.data::<Duration>().is_some() {
        return Ok(value);
    }
    let parts = map_parts(interpreter, &duration.parts, Op::Div, &number)?;
    Ok(object(interpreter, value, parts, Some(duration.variable)))
}

fn modulo(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let duration = data(interpreter, this)?;
    let other = args.first();
    let Some(number) = plain(&other) else {
        return Err(no_conversion(interpreter, this, &other));
    };
    let value = arithmetic(interpreter, Op::Mod, &duration.value, &number)?;
    build_from(interpreter, &value)
}

fn negate(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let duration = data(interpreter, this)?;
    negated(interpreter, &duration)
}

fn itself(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(this.clone())
}

fn is_a(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    let Value::Class(class) = args.first() else {
        return Err(interpreter.type_error("class or module required"));
    };
    let own = interpreter.class_at("ActiveSupport::Duration");
    Ok(Value::Bool(Rc::ptr_eq(&own, &class) || interpreter.is_a(&value, &class)))
}

fn instance_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    let Value::Class(class) = args.first() else {
        return Err(interpreter.type_error("class or module required"));
    };
    let own = interpreter.class_at("ActiveSupport::Duration");
    Ok(Value::Bool(Rc::ptr_eq(&own, &class) || Rc::ptr_eq(&interpreter.class_of(&value), &class)))
}

fn respond_to(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    let name = args.first().as_name().unwrap_or_default();
    Ok(Value::Bool(interpreter.responds_to(this, &name) || interpreter.responds_to(&value, &name)))
}

fn method_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    let mut args = args;
    let name = args.positional.remove(0).as_name().unwrap_or_default();
    interpreter.call(&value, name.as_str(), args)
}

fn to_s(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    interpreter.call(&value, "to_s", args)
}

fn to_i(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let value = data(interpreter, this)?.value.clone();
    interpreter.call(&value, "to_i", Args::none())
}

fn in_unit(interpreter: &mut Interpreter, this: &Value, part: Part) -> Eval {
    let seconds = to_i(interpreter, this, Args::none())?;
    arithmetic(interpreter, Op::Div, &seconds, &Value::Float(part.seconds() as f64))
}

fn in_minutes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    in_unit(interpreter, this, Part::Minutes)
}

fn in_hours(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    in_unit(interpreter, this, Part::Hours)
}

fn in_days(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    in_unit(interpreter, this, Part::Days)
}

fn in_weeks(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    in_unit(interpreter, this, Part::Weeks)
}

fn in_months(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    in_unit(interpreter, this, Part::Months)
}

fn in_years(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    in_unit(interpreter, this, Part::Years)
}

fn since(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    sum(interpreter, this, &args, 1)
}

fn ago(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    sum(interpreter, this, &args, -1)
}

/// Part after part, in the order in which they were added.
fn sum(interpreter: &mut Interpreter, this: &Value, args: &Args, sign: i64) -> Eval {
    let duration = data(interpreter, this)?;
    let mut time = if args.has(0) { args.first() } else { super::time_zone::current_time(interpreter)? };
    if moment_of(&time).is_none() {
        let shown = interpreter.inspect(&time)?;
        return Err(interpreter.argument_error(format!("expected a time or date, got {shown}")));
    }
    let sign = Value::Int(sign);
    if duration.parts.is_empty() {
        let seconds = arithmetic(interpreter, Op::Mul, &duration.value, &sign)?;
        return calculations::since(interpreter, &time, &seconds);
    }
    for (part, number) in &duration.parts {
        let number = arithmetic(interpreter, Op::Mul, number, &sign)?;
        time = if part.is_variable() {
            calculations::advance(interpreter, &time, &Shift::of_part(*part, number))?
        } else {
            let seconds = arithmetic(interpreter, Op::Mul, &number, &Value::Int(part.seconds()))?;
            calculations::since(interpreter, &time, &seconds)?
        };
    }
    Ok(time)
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let duration = data(interpreter, this)?;
    if duration.parts.is_empty() {
        let value = interpreter.to_s(&duration.value)?;
        return Ok(Value::str(format!("{value} seconds")));
    }
    let mut parts = duration.parts.clone();
    parts.sort_by_key(|(part, _)| *part);
    let mut words = Vec::new();
    for (part, number) in &parts {
        let shown = interpreter.to_s(number)?;
        let one = Number::of(number).and_then(|number| number.compare(&Number::Int(1)));
        let name = part.name();
        let name = if one == Some(std::cmp::Ordering::Equal) { &name[..name.len() - 1] } else { name };
        words.push(format!("{shown} {name}"));
    }
    Ok(Value::str(match words.as_slice() {
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
        [] => String::new(),
    }))
}

/// The whole seconds of a Duration.
pub fn whole_seconds(value: &Value) -> Option<i64> {
    Number::of(&value.data::<Duration>()?.value)?.truncate()?.to_i64()
}
