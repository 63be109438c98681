//! ActiveSupport::NumberHelper and Numeric#to_fs, after active_support/number_helper/*: English formats.
//! Absent: other locales, units named by a translation, `delimiter_pattern:`.

use std::rc::Rc;

use crate::core::bigdecimal::{self, Decimal};
use crate::core::numeric_tower::{Number, to_int};
use crate::core::rounding::Rounding;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::{RHash, Value};

const FUNCTIONS: &[NativeMethod] = &[
    method("number_to_phone", number_to_phone, 1..=2),
    method("number_to_currency", number_to_currency, 1..=2),
    method("number_to_percentage", number_to_percentage, 1..=2),
    method("number_to_delimited", number_to_delimited, 1..=2),
    method("number_to_rounded", number_to_rounded, 1..=2),
    method("number_to_human_size", number_to_human_size, 1..=2),
    method("number_to_human", number_to_human, 1..=2),
];

const NUMERIC: &[NativeMethod] = &[method("to_fs", to_fs, 0..=2), method("to_formatted_s", to_fs, 0..=2)];

pub fn define(interpreter: &mut Interpreter) {
    let module = interpreter.define_module("ActiveSupport::NumberHelper");
    module.define(FUNCTIONS);
    interpreter.define_singleton(&module, FUNCTIONS);
    interpreter.classes.numeric.define(NUMERIC);
}

/// The options of a format, each at its default until given.
struct Options {
    given: Option<Rc<RHash>>,
    precision: Option<i64>,
    significant: bool,
    strip: bool,
    delimiter: String,
    separator: String,
    mode: Rounding,
}

impl Options {
    fn read(
        interpreter: &mut Interpreter,
        given: &Value,
        precision: Option<i64>,
        (significant, strip): (bool, bool),
        delimiter: &str,
    ) -> Eval<Self> {
        let given = match given {
            Value::Hash(hash) => Some(Rc::clone(hash)),
            _ => None,
        };
        let mut options = Self {
            given,
            precision,
            significant,
            strip,
            delimiter: delimiter.to_owned(),
            separator: ".".to_owned(),
            mode: Rounding::HalfUp,
        };
        options.refuse(interpreter)?;
        if let Some(precision) = options.option("precision") {
            options.precision = if precision.is_nil() { None } else { Some(to_int(interpreter, &precision)?) };
        }
        if let Some(flag) = options.option("significant") {
            options.significant = flag.truthy();
        }
        if let Some(flag) = options.option("strip_insignificant_zeros") {
            options.strip = flag.truthy();
        }
        if let Some(text) = options.text("delimiter") {
            options.delimiter = text;
        }
        if let Some(text) = options.text("separator") {
            options.separator = text;
        }
        options.mode = match options.text("round_mode").as_deref() {
            None | Some("default" | "half_up") => Rounding::HalfUp,
            Some("up") => Rounding::Up,
            Some("down" | "truncate") => Rounding::Down,
            Some("half_down") => Rounding::HalfDown,
            Some("half_even" | "banker") => Rounding::HalfEven,
            Some("ceiling" | "ceil") => Rounding::Ceiling,
            Some("floor") => Rounding::Floor,
            Some(_) => return Err(interpreter.argument_error("invalid rounding mode")),
        };
        Ok(options)
    }

    /// What asks for a translation other than the English one.
    fn refuse(&self, interpreter: &mut Interpreter) -> Eval<()> {
        if let Some(locale) = self.option("locale").filter(Value::truthy)
            && locale.as_name().as_deref() != Some("en")
        {
            return Err(interpreter.unsupported("a number's `locale:` other than `:en`"));
        }
        if self.option("delimiter_pattern").is_some() {
            return Err(interpreter.unsupported("a number's `delimiter_pattern:`"));
        }
        Ok(())
    }

    fn option(&self, name: &str) -> Option<Value> {
        self.given.as_ref()?.get_symbol(name)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.option(name)?.as_name()
    }

    /// Half up and the like at the places that the precision means, without a negative zero.
    fn round(&self, number: &Decimal) -> Decimal {
        let Some(precision) = self.precision else { return number.clone() };
        let places = if self.significant && precision > 0 { precision - digit_count(number) } else { precision };
        let rounded = number.round_at(places, self.mode);
        if rounded.is_zero() { rounded.abs() } else { rounded }
    }

    fn rounded(&self, number: &Decimal) -> String {
        let rounded = self.round(number);
        let Some(precision) = self.precision else {
            return self.strip_zeros(&self.delimit(&rounded.to_plain()));
        };
        let places =
            if self.significant && precision > 0 { (precision - digit_count(&rounded)).max(0) } else { precision };
        let plain = rounded.to_plain();
        if !rounded.is_finite() {
            return plain.replace("Infinity", "Inf");
        }
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let text = if places > 0 {
            let places = places.min(1 << 12) as usize;
            format!("{whole}.{fraction:0<places$.places$}")
        } else {
            whole.to_owned()
        };
        self.strip_zeros(&self.delimit(&text))
    }

    fn strip_zeros(&self, text: &str) -> String {
        match text.split_once(&self.separator) {
            Some((whole, fraction)) if self.strip && !self.separator.is_empty() => {
                let kept = fraction.trim_end_matches('0');
                if kept.is_empty() { whole.to_owned() } else { format!("{whole}{}{kept}", self.separator) }
            }
            _ => text.to_owned(),
        }
    }

    /// A delimiter between thousands, the separator before the fraction.
    fn delimit(&self, text: &str) -> String {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let start = whole.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let (head, digits) = whole.split_at(start);
        let mut out = head.to_owned();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index) % 3 == 0 {
                out.push_str(&self.delimiter);
            }
            out.push(digit);
        }
        match fraction {
            Some(fraction) => format!("{out}{}{fraction}", self.separator),
            None => out,
        }
    }
}

/// Digits before the point, as a logarithm counts them: 0.05 has -1.
fn digit_count(number: &Decimal) -> i64 {
    if number.is_zero() { 1 } else { number.exponent() }
}

/// The number of a number or of a text; None for what is none.
fn decimal(interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Decimal>> {
    if let Value::Str(text) = value {
        crate::core::numeric_tower::charge_text(interpreter, &text.borrow())?;
    }
    Ok(plain_decimal(value))
}

fn plain_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Str(text) => {
            let text = text.to_string();
            let (number, used) = Decimal::parse_prefix(&text)?;
            text[used..].trim().is_empty().then_some(number)
        }
        _ => match Number::of(value)? {
            Number::Float(number) => Some(bigdecimal::prefix(&literals::float(number))),
            Number::Decimal(number) => Some(number),
            Number::Rational(ratio) => Some(Decimal::from_ratio(&ratio, 32)),
            number => Some(Decimal::from_big(number.as_big()?)),
        },
    }
}

fn number_to_rounded(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let number = args.first();
    let Some(value) = decimal(interpreter, &number)? else { return unconverted(interpreter, &number) };
    let options = Options::read(interpreter, &args.get(1), Some(3), (false, false), "")?;
    Ok(Value::str(options.rounded(&value)))
}

/// nil stays nil, and what is no number is shown as it is.
fn unconverted(interpreter: &mut Interpreter, number: &Value) -> Eval {
    if number.is_nil() {
        return Ok(Value::Nil);
    }
    Ok(Value::str(interpreter.to_s(number)?))
}

fn number_to_delimited(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let number = args.first();
    if decimal(interpreter, &number)?.is_none() {
        return unconverted(interpreter, &number);
    }
    let options = Options::read(interpreter, &args.get(1), None, (false, false), ",")?;
    let text = interpreter.to_s(&number)?;
    Ok(Value::str(options.delimit(&text)))
}

fn number_to_percentage(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let number = args.first();
    let options = Options::read(interpreter, &args.get(1), Some(3), (false, false), "")?;
    let text = match decimal(interpreter, &number)? {
        Some(number) => options.rounded(&number),
        None if number.is_nil() => return Ok(Value::Nil),
        None => interpreter.to_s(&number)?,
    };
    let format = options.text("format").unwrap_or_else(|| "%n%".to_owned());
    Ok(Value::str(format.replace("%n", &text)))
}

fn number_to_currency(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let number = args.first();
    if number.is_nil() {
        return Ok(Value::Nil);
    }
    let options = Options::read(interpreter, &args.get(1), Some(2), (false, false), ",")?;
    let format = options.text("format").unwrap_or_else(|| "%u%n".to_owned());
    let negative = options.text("negative_format").unwrap_or_else(|| format!("-{format}"));
    let unit = options.text("unit").unwrap_or_else(|| "$".to_owned());
    let (text, below_zero) = if let Some(number) = decimal(interpreter, &number)? {
        let rounded = number.round_at(options.precision.unwrap_or(0), Rounding::HalfUp);
        (options.rounded(&number.clone().abs()), number.is_negative() && !rounded.is_zero())
    } else {
        let text = interpreter.to_s(&number)?.trim().to_owned();
        match text.strip_prefix('-') {
            Some(rest) => (rest.to_owned(), true),
            None => (text, false),
        }
    };
    let format = if below_zero { negative } else { format };
    Ok(Value::str(format.replace("%n", &text).replace("%u", &unit)))
}

const STORAGE_UNITS: [&str; 8] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB", "ZB"];

fn number_to_human_size(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let number = args.first();
    let Some(value) = decimal(interpreter, &number)? else { return unconverted(interpreter, &number) };
    let options = Options::read(interpreter, &args.get(1), Some(3), (true, true), "")?;
    let size = value.to_f64();
    if size.trunc().abs() < 1024.0 {
        let whole = size.trunc() as i64;
        return Ok(Value::str(format!("{whole} {}", if whole == 1 { "Byte" } else { "Bytes" })));
    }
    let exponent = ((size.abs().ln() / 1024f64.ln()) as usize).min(STORAGE_UNITS.len() - 1);
    let scaled = bigdecimal::prefix(&literals::float(size / 1024f64.powi(exponent as i32)));
    Ok(Value::str(format!("{} {}", options.rounded(&scaled), STORAGE_UNITS[exponent])))
}

const DECIMAL_UNITS: [(i64, &str, &str); 6] = [
    (15, "quadrillion", "Quadrillion"),
    (12, "trillion", "Trillion"),
    (9, "billion", "Billion"),
    (6, "million", "Million"),
    (3, "thousand", "Thousand"),
    (0, "unit", ""),
];

fn number_to_human(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let number = args.first();
    let Some(value) = decimal(interpreter, &number)? else { return unconverted(interpreter, &number) };
    let options = Options::read(interpreter, &args.get(1), Some(3), (true, true), "")?;
    let units = match options.option("units") {
        Some(Value::Hash(units)) => Some(units),
        None | Some(Value::Nil) => None,
        Some(_) => return Err(interpreter.unsupported("`units` named by a translation")),
    };
    let rounded = options.round(&value);
    let size = digit_count(&rounded) - 1;
    let known = |name: &str| units.as_ref().is_none_or(|units| units.get_symbol(name).is_some());
    let unit = DECIMAL_UNITS.iter().find(|(exponent, name, _)| size >= *exponent && known(name));
    let (exponent, name, english) = unit.copied().unwrap_or((0, "unit", ""));
    let scaled = bigdecimal::prefix(&literals::float(rounded.to_f64() / 10f64.powi(exponent as i32)));
    let unit = match &units {
        Some(units) => units.get_symbol(name).and_then(|unit| unit.as_name()).unwrap_or_default(),
        None => english.to_owned(),
    };
    let format = options.text("format").unwrap_or_else(|| "%n %u".to_owned());
    let text = format.replace("%n", &options.rounded(&scaled)).replace("%u", &unit);
    Ok(Value::str(text.trim()))
}

fn number_to_phone(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let number = args.first();
    if number.is_nil() {
        return Ok(Value::Nil);
    }
    let options = Options::read(interpreter, &args.get(1), None, (false, false), "-")?;
    let text = interpreter.to_s(&number)?.trim().to_owned();
    let delimiter = &options.delimiter;
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let area_code = options.option("area_code").is_some_and(|flag| flag.truthy());
    let number = if let Some(pattern) = options.option("pattern") {
        by_pattern(interpreter, text, pattern, area_code, delimiter)?
    } else if digits < if area_code { 8 } else { 7 } {
        text
    } else {
        let area = (digits - 7).min(3);
        let start = text.len() - 7 - area;
        let (head, area) = (&text[..start], &text[start..start + area]);
        let (middle, last) = (&text[text.len() - 7..text.len() - 4], &text[text.len() - 4..]);
        if area_code {
            format!("{head}({area}) {middle}{delimiter}{last}")
        } else {
            let whole = format!("{head}{area}{delimiter}{middle}{delimiter}{last}");
            match whole.strip_prefix(delimiter.as_str()) {
                // One character goes, however long the delimiter is.
                Some(_) if !delimiter.trim().is_empty() => whole.chars().skip(1).collect(),
                _ => whole,
            }
        }
    };
    let mut out = String::new();
    if let Some(code) = options.option("country_code").filter(Value::truthy) {
        let code = interpreter.to_s(&code)?;
        if !code.trim().is_empty() {
            out.push_str(&format!("+{code}{delimiter}"));
        }
    }
    out.push_str(&number);
    if let Some(extension) = options.option("extension").filter(|extension| !extension.is_nil()) {
        let extension = interpreter.to_s(&extension)?;
        if !extension.trim().is_empty() {
            out.push_str(&format!(" x {extension}"));
        }
    }
    Ok(Value::str(out))
}

/// A phone number whose three groups are those of a pattern.
fn by_pattern(
    interpreter: &mut Interpreter,
    text: String,
    pattern: Value,
    area_code: bool,
    delimiter: &str,
) -> Eval<String> {
    let replacement =
        if area_code { format!("(\\1) \\2{delimiter}\\3") } else { format!("\\1{delimiter}\\2{delimiter}\\3") };
    let number = interpreter.call(&Value::str(text), "gsub", Args::new(vec![pattern, Value::str(replacement)]))?;
    let number = interpreter.to_s(&number)?;
    if area_code || delimiter.trim().is_empty() || !number.starts_with(delimiter) {
        return Ok(number);
    }
    Ok(number.chars().skip(1).collect())
}

fn to_fs(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let format = args.first();
    let function: crate::runtime::method::NativeFn = match &format {
        Value::Symbol(name) => match &*name.to_str() {
            "phone" => number_to_phone,
            "currency" => number_to_currency,
            "percentage" => number_to_percentage,
            "delimited" => number_to_delimited,
            "rounded" => number_to_rounded,
            "human" => number_to_human,
            "human_size" => number_to_human_size,
            _ => return interpreter.call(this, "to_s", Args::none()),
        },
        Value::Nil => return interpreter.call(this, "to_s", Args::none()),
        _ => return interpreter.call(this, "to_s", Args::one(format)),
    };
    function(interpreter, this, Args::new(vec![this.clone(), args.get(1)]))
}
