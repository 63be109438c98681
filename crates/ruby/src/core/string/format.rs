//! `format`: the engine behind Kernel#format, Kernel#sprintf and String#%.

use std::rc::Rc;

use super::number;
use crate::Args;
use crate::core::convert;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, variadic};
use crate::runtime::value::{RHash, Value};

const KERNEL_METHODS: &[NativeMethod] = &[variadic("format", format_method, 1), variadic("sprintf", format_method, 1)];

pub fn define(interpreter: &mut Interpreter) {
    let kernel = Rc::clone(&interpreter.classes.kernel);
    kernel.define(KERNEL_METHODS);
    interpreter.define_singleton(&kernel, KERNEL_METHODS);
}

fn format_method(interpreter: &mut Interpreter, _this: &Value, mut args: Args) -> Eval {
    let pattern = args.positional.remove(0);
    let pattern = convert::string(interpreter, &pattern)?;
    format(interpreter, &pattern, args.positional).map(Value::str)
}

/// Flags, width and precision of one directive.
#[derive(Clone, Default)]
struct Directive {
    minus: bool,
    plus: bool,
    space: bool,
    zero: bool,
    alternative: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// The value of `%<name>`.
    value: Option<Value>,
}

struct Formatter {
    chars: Vec<char>,
    at: usize,
    values: Vec<Value>,
    next: usize,
    out: String,
}

/// `format`: each length is charged before the text is made.
pub fn format(interpreter: &mut Interpreter, pattern: &str, values: Vec<Value>) -> Eval<String> {
    let mut formatter = Formatter { chars: pattern.chars().collect(), at: 0, values, next: 0, out: String::new() };
    while let Some(c) = formatter.take() {
        if c == '%' {
            formatter.directive(interpreter)?;
        } else {
            formatter.out.push(c);
        }
    }
    Ok(formatter.out)
}

impl Formatter {
    fn take(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied();
        self.at += 1;
        c
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn argument(&mut self, interpreter: &mut Interpreter) -> Eval {
        self.next += 1;
        match self.values.get(self.next - 1) {
            Some(value) => Ok(value.clone()),
            None => Err(interpreter.argument_error("too few arguments")),
        }
    }

    fn value(&mut self, interpreter: &mut Interpreter, directive: &Directive) -> Eval {
        match &directive.value {
            Some(value) => Ok(value.clone()),
            None => self.argument(interpreter),
        }
    }

    fn number(&mut self) -> usize {
        let mut number = 0_usize;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit as usize);
            self.at += 1;
        }
        number
    }

    /// The value of `%<name>` or `%{name}`.
    fn named(&mut self, interpreter: &mut Interpreter, end: char) -> Eval {
        let start = self.at;
        while self.peek().is_some_and(|c| c != end) {
            self.at += 1;
        }
        let name: String = self.chars[start..self.at.min(self.chars.len())].iter().collect();
        if self.take().is_none() {
            return Err(interpreter.argument_error("malformed name - unmatched parenthesis"));
        }
        let Some(Value::Hash(hash)) = self.values.first().cloned() else {
            return Err(interpreter.argument_error("one hash required"));
        };
        let key = Value::symbol(&name);
        let present = hash.get(&key);
        if let Some(value) = present {
            return Ok(value);
        }
        if hash.default_value().is_nil() && hash.default_proc().is_nil() {
            let open = if end == '>' { '<' } else { '{' };
            return Err(interpreter.error("KeyError", format!("key{open}{name}{end} not found")));
        }
        default_of(interpreter, &hash, &key)
    }

    fn directive(&mut self, interpreter: &mut Interpreter) -> Eval<()> {
        let mut directive = Directive::default();
        loop {
            let Some(c) = self.take() else {
                return Err(interpreter.argument_error("incomplete format specifier; use %% (double %) instead"));
            };
            match c {
                '-' => directive.minus = true,
                '+' => directive.plus = true,
                ' ' => directive.space = true,
                '0' => directive.zero = true,
                '#' => directive.alternative = true,
                '1'..='9' => {
                    self.at -= 1;
                    let number = self.number();
                    if self.peek() == Some('$') {
                        self.at += 1;
                        match self.values.get(number - 1) {
                            Some(value) => directive.value = Some(value.clone()),
                            None => return Err(interpreter.argument_error("too few arguments")),
                        }
                    } else {
                        interpreter.check_size(number)?;
                        directive.width = Some(number);
                    }
                }
                '*' => {
                    let width = self.argument(interpreter)?;
                    let width = convert::int(interpreter, &width)?;
                    directive.minus |= width < 0;
                    let width = width.unsigned_abs() as usize;
                    interpreter.check_size(width)?;
                    directive.width = Some(width);
                }
                '.' => {
                    let precision = if self.peek() == Some('*') {
                        self.at += 1;
                        let precision = self.argument(interpreter)?;
                        usize::try_from(convert::int(interpreter, &precision)?).ok()
                    } else {
                        Some(self.number())
                    };
                    interpreter.check_size(precision.unwrap_or(0))?;
                    directive.precision = precision;
                }
                '<' => directive.value = Some(self.named(interpreter, '>')?),
                '{' => {
                    let value = self.named(interpreter, '}')?;
                    let shown = interpreter.to_s(&value)?;
                    self.pad(&shown, &directive);
                    return Ok(());
                }
                '%' => {
                    self.out.push('%');
                    return Ok(());
                }
                '\n' | '\0' => {
                    self.out.push('%');
                    self.out.push(c);
                    return Ok(());
                }
                kind => return self.convert(interpreter, kind, &directive),
            }
        }
    }

    fn pad(&mut self, text: &str, directive: &Directive) {
        let cut: String;
        let text = match directive.precision {
            Some(precision) => {
                cut = text.chars().take(precision).collect();
                &cut
            }
            None => text,
        };
        self.fill(text, directive);
    }

    /// Blank padding to the width.
    fn fill(&mut self, text: &str, directive: &Directive) {
        let missing = directive.width.unwrap_or(0).saturating_sub(text.chars().count());
        if !directive.minus {
            self.out.extend(std::iter::repeat_n(' ', missing));
        }
        self.out.push_str(text);
        if directive.minus {
            self.out.extend(std::iter::repeat_n(' ', missing));
        }
    }

    /// Sign and digits, padded with zeros after the sign where asked.
    fn fill_number(&mut self, sign: &str, digits: &str, directive: &Directive, zeros: bool) {
        let mut digits = digits.to_owned();
        if zeros && directive.zero && !directive.minus {
            let missing = directive.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
            digits.insert_str(0, &"0".repeat(missing));
        }
        self.fill(&format!("{sign}{digits}"), directive);
    }

    fn convert(&mut self, interpreter: &mut Interpreter, kind: char, directive: &Directive) -> Eval<()> {
        match kind {
            's' => {
                let value = self.value(interpreter, directive)?;
                let shown = interpreter.to_s(&value)?;
                self.pad(&shown, directive);
            }
            'p' => {
                let value = self.value(interpreter, directive)?;
                let shown = interpreter.inspect(&value)?;
                self.pad(&shown, directive);
            }
            'c' => {
                let value = self.value(interpreter, directive)?;
                let shown = match &value {
                    Value::Str(text) => text.borrow().chars().take(1).collect(),
                    other => {
                        let code = convert::int(interpreter, other)?;
                        u32::try_from(code).ok().and_then(char::from_u32).map(String::from).unwrap_or_default()
                    }
                };
                self.fill(&shown, directive);
            }
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' | 'b' | 'B' => {
                let value = self.value(interpreter, directive)?;
                let value = to_integer(interpreter, value)?;
                self.integer(interpreter, kind, &value, directive)?;
            }
            'f' | 'e' | 'E' | 'g' | 'G' | 'a' | 'A' => {
                let value = self.value(interpreter, directive)?;
                self.float(interpreter, kind, &value, directive)?;
            }
            other => return Err(interpreter.argument_error(format!("malformed format string - %{other}"))),
        }
        Ok(())
    }

    fn integer(&mut self, interpreter: &mut Interpreter, kind: char, value: &Value, directive: &Directive) -> Eval<()> {
        let (radix, prefix) = match kind {
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            'o' => (8, "0"),
            'b' => (2, "0b"),
            'B' => (2, "0B"),
            _ => (10, ""),
        };
        let shown = integer_text(interpreter, value, radix)?;
        let negative = shown.starts_with('-');
        let mut digits = shown.trim_start_matches('-').to_owned();
        let signed = radix == 10 || directive.plus || directive.space;
        let sign = match (negative, directive.plus, directive.space) {
            (true, ..) if signed => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        };
        let complement = negative && !signed;
        let filler = complement_filler(radix);
        if complement {
            digits = complement_digits(interpreter, value, radix)?;
        }
        if kind == 'X' {
            digits = digits.to_uppercase();
        }
        let filler = if kind == 'X' { filler.to_ascii_uppercase() } else { filler };
        if let Some(precision) = directive.precision {
            let missing = precision.saturating_sub(digits.len());
            let with = if complement { filler } else { '0' };
            digits.insert_str(0, &with.to_string().repeat(missing));
            if complement && missing == 0 {
                digits.insert_str(0, "..");
            }
        } else if complement && !(directive.zero && directive.width.is_some() && !directive.minus) {
            digits.insert_str(0, "..");
        }
        let zero = matches!(value, Value::Int(0));
        let sign = if directive.alternative && !zero { format!("{sign}{prefix}") } else { sign.to_owned() };
        if complement && directive.zero && directive.precision.is_none() && !directive.minus {
            let missing = directive.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
            digits.insert_str(0, &filler.to_string().repeat(missing));
            self.fill(&format!("{sign}{digits}"), directive);
            return Ok(());
        }
        self.fill_number(&sign, &digits, directive, directive.precision.is_none());
        Ok(())
    }

    fn float(&mut self, interpreter: &mut Interpreter, kind: char, value: &Value, directive: &Directive) -> Eval<()> {
        let exact =
            if kind == 'f' { exact_decimal(interpreter, value, directive.precision.unwrap_or(6))? } else { None };
        if let Some(digits) = exact {
            let sign = sign_of(digits.starts_with('-'), directive);
            self.fill_number(sign, digits.trim_start_matches('-'), directive, true);
            return Ok(());
        }
        let number = to_float(interpreter, value)?;
        let sign = sign_of(number.is_sign_negative() && !number.is_nan(), directive);
        if !number.is_finite() {
            let shown = if number.is_nan() { "NaN" } else { "Inf" };
            self.fill(&format!("{sign}{shown}"), directive);
            return Ok(());
        }
        let magnitude = number.abs();
        let precision = directive.precision.unwrap_or(6);
        let mut digits = match kind {
            'f' => fixed(magnitude, precision),
            'e' | 'E' => exponential(magnitude, precision),
            'g' | 'G' => general(magnitude, precision, directive.alternative),
            _ => return Err(interpreter.unsupported("format of `%a`")),
        };
        if directive.alternative && precision == 0 && kind == 'f' {
            digits.push('.');
        }
        if kind.is_ascii_uppercase() {
            digits = digits.to_uppercase();
        }
        self.fill_number(sign, &digits, directive, true);
        Ok(())
    }
}

fn default_of(interpreter: &mut Interpreter, hash: &Rc<RHash>, key: &Value) -> Eval {
    interpreter.hash_get(hash, key)
}

fn sign_of(negative: bool, directive: &Directive) -> &'static str {
    match (negative, directive.plus, directive.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    }
}

/// What `%d` makes an Integer of, as Kernel#Integer does.
fn to_integer(interpreter: &mut Interpreter, value: Value) -> Eval {
    match &value {
        Value::Int(_) => Ok(value),
        Value::Float(number) if number.is_finite() => {
            let floor = number.floor();
            if floor.abs() < 9.0e18 {
                return Ok(Value::Int(floor as i64));
            }
            interpreter.call(&value, "floor", Args::none())
        }
        Value::Nil => Err(interpreter.type_error("can't convert nil into Integer")),
        Value::Object(_) if interpreter.class_of(&value).is_named("Integer") => Ok(value),
        Value::Object(_) if matches!(interpreter.class_of(&value).name().as_str(), "Rational" | "BigDecimal") => {
            interpreter.call(&value, "floor", Args::none())
        }
        _ => {
            let main = interpreter.main.clone();
            interpreter.call(&main, "Integer", Args::one(value))
        }
    }
}

fn integer_text(interpreter: &mut Interpreter, value: &Value, radix: u32) -> Eval<String> {
    if let (Value::Int(number), 10) = (value, radix) {
        return Ok(number.to_string());
    }
    let text = interpreter.call(value, "to_s", Args::one(Value::Int(radix.into())))?;
    Ok(text.as_string().unwrap_or_default())
}

fn complement_filler(radix: u32) -> char {
    match radix {
        16 => 'f',
        8 => '7',
        _ => '1',
    }
}

/// Two's complement digits of a negative number, as few as tell it apart.
fn complement_digits(interpreter: &mut Interpreter, value: &Value, radix: u32) -> Eval<String> {
    let Value::Int(number) = value else {
        return Err(interpreter.unsupported("format of a big negative number in this base"));
    };
    let bits = match radix {
        16 => 4,
        8 => 3,
        _ => 1,
    };
    let mut digits = Vec::new();
    let mut rest = i128::from(*number);
    let mask = i128::from(radix) - 1;
    loop {
        digits.push(std::char::from_digit((rest & mask) as u32, radix).unwrap_or('0'));
        rest >>= bits;
        if rest == -1 {
            break;
        }
    }
    let filler = complement_filler(radix);
    if digits.last() != Some(&filler) {
        digits.push(filler);
    }
    Ok(digits.into_iter().rev().collect())
}

/// The decimal digits of an Integer or Rational, which `%f` does not round through a Float.
fn exact_decimal(interpreter: &mut Interpreter, value: &Value, precision: usize) -> Eval<Option<String>> {
    let class = interpreter.class_of(value).name();
    let scaled = match class.as_str() {
        "Integer" => {
            let whole = integer_text(interpreter, value, 10)?;
            let point = if precision > 0 { format!(".{}", "0".repeat(precision)) } else { String::new() };
            return Ok(Some(whole + &point));
        }
        "Rational" => {
            let power = interpreter.call(&Value::Int(10), "**", Args::one(Value::from(precision)))?;
            let scaled = interpreter.call(value, "*", Args::one(power))?;
            interpreter.call(&scaled, "round", Args::none())?
        }
        _ => return Ok(None),
    };
    let digits = integer_text(interpreter, &scaled, 10)?;
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| ("-", digits));
    let digits = format!("{}{digits}", "0".repeat((precision + 1).saturating_sub(digits.len())));
    let (whole, fraction) = digits.split_at(digits.len() - precision);
    let point = if precision > 0 { "." } else { "" };
    Ok(Some(format!("{sign}{whole}{point}{fraction}")))
}

fn to_float(interpreter: &mut Interpreter, value: &Value) -> Eval<f64> {
    match value {
        Value::Float(number) => Ok(*number),
        Value::Int(number) => Ok(*number as f64),
        Value::Nil => Err(interpreter.type_error("can't convert nil into Float")),
        Value::Str(text) => {
            let text = text.to_string();
            let clean = text.trim().replace('_', "");
            match number::float_prefix(&clean).parse::<f64>() {
                Ok(number) if clean.parse::<f64>().is_ok() => Ok(number),
                _ => {
                    let shown = literals::string(&text);
                    Err(interpreter.argument_error(format!("invalid value for Float(): {shown}")))
                }
            }
        }
        Value::Object(_) => match interpreter.call(value, "to_f", Args::none())? {
            Value::Float(number) => Ok(number),
            _ => Err(convert::no_conversion(interpreter, value, "Float")),
        },
        other => {
            let label = interpreter.name_for_conversion(other);
            Err(interpreter.type_error(format!("can't convert {label} into Float")))
        }
    }
}

/// No Float has more decimals than this; Rust formats up to 65535.
const EXACT: usize = 1100;

/// `ddd.dd`, correctly rounded but where C Ruby's own digit generator, which tries floating point first, takes
/// a number very close to a half for one: then an odd last digit goes up, an even one stays.
fn fixed(number: f64, precision: usize) -> String {
    if precision > EXACT && number.is_finite() {
        return fixed(number, EXACT) + &"0".repeat(precision - EXACT);
    }
    let exact = format!("{number:.precision$}");
    let exponent = exact.find('.').unwrap_or(exact.len()) as i32 - 1;
    let digits = precision + 1 + exponent.max(0) as usize;
    if number < 1.0 || exponent > 15 || digits > 14 {
        return exact;
    }
    let mut rest = number / 10_f64.powi(exponent);
    let error = (2.0 * rest + 7.0) * f64::EPSILON * 10_f64.powi(digits as i32 - 1);
    let mut last = 0.0;
    for place in 0..digits {
        if place > 0 {
            rest *= 10.0;
        }
        last = rest.trunc();
        rest -= last;
    }
    if (rest - 0.5).abs() > error {
        return exact;
    }
    let scale = 10_f64.powi(precision as i32);
    let settled = format!("{:.precision$}", ((number * scale).trunc() + last % 2.0) / scale);
    if settled.len() == exact.len() { settled } else { exact }
}

/// `d.ddde+dd`.
fn exponential(number: f64, precision: usize) -> String {
    let kept = precision.min(EXACT);
    let shown = format!("{number:.kept$e}");
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let zeros = "0".repeat(precision - kept);
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}{zeros}e{sign}{:02}", exponent.abs())
}

/// `%g`: the shorter of `%e` and `%f`, trailing zeros dropped.
fn general(number: f64, precision: usize, keep_zeros: bool) -> String {
    let precision = precision.max(1);
    let scientific = exponential(number, precision - 1);
    let exponent: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let trim = |text: &str| {
        if keep_zeros || !text.contains('.') {
            return text.to_owned();
        }
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if exponent < -4 || exponent >= precision as i32 {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
        return format!("{}e{exponent}", trim(mantissa));
    }
    let decimals = (precision as i32 - 1 - exponent).max(0) as usize;
    let kept = decimals.min(EXACT);
    trim(&(format!("{number:.kept$}") + &"0".repeat(decimals - kept)))
}
