//! String#unpack and Array#pack, for the directives that scripts use: C c S s L l Q q N n V v U w(no) a A Z
//! H h B b m M(no) u(no) x, with counts, `*`, and the `<` and `>` byte orders.

use super::text;
use crate::Args;
use crate::core::convert;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method};
use crate::runtime::value::Value;

pub const METHODS: &[NativeMethod] =
    &[method("unpack", unpack, 1..=1).taking(&["offset"]), method("unpack1", unpack1, 1..=1).taking(&["offset"])];

pub const ARRAY_METHODS: &[NativeMethod] = &[method("pack", pack, 1..=1).taking(&["buffer"])];

#[derive(Clone, Copy)]
enum Count {
    None,
    Number(usize),
    Star,
}

struct Directive {
    kind: char,
    big_endian: bool,
    count: Count,
}

fn parse(interpreter: &mut Interpreter, template: &str) -> Eval<Vec<Directive>> {
    let mut out = Vec::new();
    let mut chars = template.chars().peekable();
    while let Some(kind) = chars.next() {
        if kind.is_ascii_whitespace() {
            continue;
        }
        if !"CcSsLlQqJjNnVvUaAZHhBbmxGgEeDdFf".contains(kind) {
            return Err(interpreter.unsupported(format!("the pack directive `{kind}`")));
        }
        let mut big_endian = matches!(kind, 'N' | 'n' | 'G' | 'g');
        while let Some(modifier) = chars.next_if(|c| "<>_!".contains(*c)) {
            big_endian |= modifier == '>';
        }
        let mut count = Count::None;
        if chars.next_if_eq(&'*').is_some() {
            count = Count::Star;
        }
        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
            chars.next();
            let so_far = if let Count::Number(number) = count { number } else { 0 };
            count = Count::Number(so_far.saturating_mul(10).saturating_add(digit as usize));
        }
        if let Count::Number(number) = count {
            interpreter.check_size(number)?;
        }
        out.push(Directive { kind, big_endian, count });
    }
    Ok(out)
}

/// Bytes of an integer directive.
fn width(kind: char) -> Option<usize> {
    Some(match kind {
        'C' | 'c' => 1,
        'S' | 's' | 'n' | 'v' => 2,
        'L' | 'l' | 'N' | 'V' => 4,
        'Q' | 'q' | 'J' | 'j' => 8,
        _ => return None,
    })
}

fn float_width(kind: char) -> Option<usize> {
    Some(match kind {
        'g' | 'e' | 'F' | 'f' => 4,
        'G' | 'E' | 'D' | 'd' => 8,
        _ => return None,
    })
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// On one line, with its padding.
pub fn encode_base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = u32::from(chunk[0]) << 16
            | u32::from(chunk.get(1).copied().unwrap_or(0)) << 8
            | u32::from(chunk.get(2).copied().unwrap_or(0));
        for position in 0..4 {
            if position <= chunk.len() {
                out.push(char::from(BASE64[(group >> (18 - 6 * position) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// What is no digit is passed over, as `unpack("m")` does.
pub fn decode_base64(text: &[u8]) -> Vec<u8> {
    let (mut out, mut group, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text {
        if *byte == b'=' {
            break;
        }
        let Some(value) = BASE64.iter().position(|c| c == byte) else { continue };
        group = group << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((group >> bits) as u8);
            group &= (1 << bits) - 1;
        }
    }
    out
}

struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    fn take(&mut self, count: usize) -> Option<&[u8]> {
        let end = self.at.checked_add(count)?;
        let part = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(part)
    }

    fn rest(&self) -> usize {
        self.bytes.len() - self.at
    }
}

fn unpack_values(interpreter: &mut Interpreter, this: &Value, args: &mut Args) -> Eval<Vec<Value>> {
    let options = args.take_options();
    let template = convert::string(interpreter, &args.first())?;
    let offset = match options.and_then(|options| options.get_symbol("offset")) {
        Some(offset) => convert::count(interpreter, &offset, "offset can't be negative")?,
        None => 0,
    };
    let bytes = text(this).bytes();
    if offset > bytes.len() {
        return Err(interpreter.argument_error("offset outside of string"));
    }
    let mut reader = Reader { bytes, at: offset };
    let mut out = Vec::new();
    for directive in parse(interpreter, &template)? {
        unpack_one(interpreter, &mut reader, &directive, &mut out)?;
    }
    Ok(out)
}

fn unpack_one(
    interpreter: &mut Interpreter,
    reader: &mut Reader,
    directive: &Directive,
    out: &mut Vec<Value>,
) -> Eval<()> {
    if let Some(width) = width(directive.kind).or(float_width(directive.kind)) {
        let count = match directive.count {
            Count::None => 1,
            Count::Number(count) => count,
            Count::Star => reader.rest() / width,
        };
        charge(interpreter, out.len(), count)?;
        for _ in 0..count {
            let value = match reader.take(width) {
                Some(part) => number_of(interpreter, part, directive)?,
                None => Value::Nil,
            };
            out.push(value);
        }
        return Ok(());
    }
    let rest = reader.rest();
    let count = match directive.count {
        Count::None => 1,
        Count::Number(count) => count,
        Count::Star => usize::MAX,
    };
    charge(interpreter, out.len(), count.min(rest))?;
    match directive.kind {
        'U' => {
            let text = String::from_utf8_lossy(&reader.bytes[reader.at..]).into_owned();
            for c in text.chars().take(count) {
                out.push(Value::Int(i64::from(c as u32)));
                reader.at += c.len_utf8();
            }
        }
        'x' => {
            reader.take(count.min(rest));
        }
        'm' => {
            let part = reader.take(rest).unwrap_or_default();
            out.push(Value::binary(&decode_base64(part)));
        }
        'a' | 'A' | 'Z' => {
            let part = reader.take(count.min(rest)).unwrap_or_default().to_vec();
            let kept: &[u8] = match directive.kind {
                'A' => {
                    let end = part.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |at| at + 1);
                    &part[..end]
                }
                'Z' => {
                    let end = part.iter().position(|&byte| byte == 0);
                    if let (Some(end), Count::Star) = (end, directive.count) {
                        reader.at -= part.len() - end - 1;
                    }
                    &part[..end.unwrap_or(part.len())]
                }
                _ => &part,
            };
            out.push(Value::binary(kept));
        }
        kind => {
            let per_byte = if matches!(kind, 'H' | 'h') { 2 } else { 8 };
            let digits = count.min(rest * per_byte);
            let part = reader.take(digits.div_ceil(per_byte)).unwrap_or_default();
            let mut text = String::new();
            for byte in part {
                text.push_str(&match kind {
                    'H' => format!("{byte:02x}"),
                    'h' => format!("{:02x}", byte.rotate_left(4)),
                    'B' => format!("{byte:08b}"),
                    _ => format!("{:08b}", byte.reverse_bits()),
                });
            }
            text.truncate(digits);
            out.push(Value::str(text));
        }
    }
    Ok(())
}

fn number_of(interpreter: &mut Interpreter, part: &[u8], directive: &Directive) -> Eval {
    let mut bytes = part.to_vec();
    if directive.big_endian {
        bytes.reverse();
    }
    let unsigned = bytes.iter().rev().fold(0_u64, |total, &byte| total << 8 | u64::from(byte));
    Ok(match directive.kind {
        'G' | 'E' | 'D' | 'd' => Value::Float(f64::from_bits(unsigned)),
        'g' | 'e' | 'F' | 'f' => Value::Float(f32::from_bits(unsigned as u32).into()),
        'c' | 's' | 'l' | 'q' | 'j' => {
            let shift = 64 - 8 * part.len();
            Value::Int(((unsigned << shift) as i64) >> shift)
        }
        _ => match i64::try_from(unsigned) {
            Ok(number) => Value::Int(number),
            Err(_) => super::number::integer(interpreter, &unsigned.to_string(), 10, false)?,
        },
    })
}

/// For the array that has `held` values and is about to have `more`.
fn charge(interpreter: &mut Interpreter, held: usize, more: usize) -> Eval<()> {
    interpreter.check_size(held.saturating_add(more).saturating_mul(size_of::<Value>()))?;
    interpreter.budget.steps(more as u64).map_err(|kind| interpreter.abort(kind))
}

fn unpack(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let values = unpack_values(interpreter, this, &mut args)?;
    match args.block {
        Some(block) => {
            for value in values {
                interpreter.yield_value(&block, value)?;
            }
            Ok(Value::Nil)
        }
        None => Ok(Value::array(values)),
    }
}

fn unpack1(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let values = unpack_values(interpreter, this, &mut args)?;
    Ok(values.into_iter().next().unwrap_or_default())
}

fn pack(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let template = convert::string(interpreter, &args.first())?;
    let items = convert::array(interpreter, this)?;
    let (mut bytes, mut next, mut is_text) = (Vec::new(), 0, None);
    for directive in parse(interpreter, &template)? {
        let text_kind = matches!(directive.kind, 'U');
        is_text = Some(is_text.unwrap_or(text_kind));
        pack_one(interpreter, &items, &mut next, &directive, &mut bytes)?;
    }
    if let Some(buffer) = args.keyword("buffer") {
        if !matches!(buffer, Value::Str(_)) {
            let class = interpreter.class_of(&buffer).name();
            return Err(interpreter.type_error(format!("buffer must be String, not {class}")));
        }
        let packed = Value::binary(&bytes);
        return interpreter.call(&buffer, "<<", Args::one(packed));
    }
    let ascii_kind = template.starts_with(['m', 'M', 'u']) && bytes.is_ascii();
    match String::from_utf8(bytes) {
        Ok(text) if is_text == Some(true) || ascii_kind => Ok(Value::str(text)),
        Ok(text) => Ok(Value::binary(text.as_bytes())),
        Err(error) => Ok(Value::binary(error.as_bytes())),
    }
}

fn pack_one(
    interpreter: &mut Interpreter,
    items: &[Value],
    next: &mut usize,
    directive: &Directive,
    bytes: &mut Vec<u8>,
) -> Eval<()> {
    let mut take = |interpreter: &mut Interpreter| -> Eval {
        *next += 1;
        items.get(*next - 1).cloned().ok_or_else(|| interpreter.argument_error("too few arguments"))
    };
    let text_kind = "aAZHhBbm".contains(directive.kind);
    if text_kind {
        let value = take(interpreter)?;
        convert::string(interpreter, &value)?;
        return pack_text(interpreter, &text(&value).bytes(), directive, bytes);
    }
    let count = match directive.count {
        Count::None => 1,
        Count::Number(count) => count,
        Count::Star => items.len().saturating_sub(*next),
    };
    for _ in 0..count {
        if directive.kind == 'x' {
            bytes.push(0);
            continue;
        }
        *next += 1;
        let Some(value) = items.get(*next - 1).cloned() else {
            return Err(interpreter.argument_error("too few arguments"));
        };
        if directive.kind == 'U' {
            let code = convert::int(interpreter, &value)?;
            let Some(c) = u32::try_from(code).ok().and_then(char::from_u32) else {
                return Err(interpreter.error("RangeError", "pack(U): value out of range"));
            };
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let mut encoded = encode_number(interpreter, &value, directive.kind)?;
        if directive.big_endian {
            encoded.reverse();
        }
        bytes.extend(encoded);
    }
    Ok(())
}

/// The little-endian bytes of a number.
fn encode_number(interpreter: &mut Interpreter, value: &Value, kind: char) -> Eval<Vec<u8>> {
    if let Some(width) = float_width(kind) {
        let number = match value {
            Value::Float(number) => *number,
            other => convert::int(interpreter, other)? as f64,
        };
        return Ok(if width == 8 { number.to_le_bytes().to_vec() } else { (number as f32).to_le_bytes().to_vec() });
    }
    let number = match value {
        Value::Object(_) => {
            let mask = interpreter.call(&Value::Int(2), "**", Args::one(Value::Int(64)))?;
            let rest = interpreter.call(value, "%", Args::one(mask))?;
            interpreter.to_s(&rest)?.parse::<u64>().unwrap_or(0)
        }
        other => convert::int(interpreter, other)? as u64,
    };
    Ok(number.to_le_bytes()[..width(kind).unwrap_or(1)].to_vec())
}

fn pack_text(interpreter: &mut Interpreter, part: &[u8], directive: &Directive, bytes: &mut Vec<u8>) -> Eval<()> {
    match directive.kind {
        'm' => {
            let size = match directive.count {
                Count::Number(0) => usize::MAX,
                Count::Number(count) if count >= 3 => count / 3 * 3,
                _ => 45,
            };
            for chunk in part.chunks(size) {
                bytes.extend_from_slice(encode_base64(chunk).as_bytes());
                if size != usize::MAX {
                    bytes.push(b'\n');
                }
            }
        }
        'a' | 'A' | 'Z' => {
            let count = match directive.count {
                Count::None => 1,
                Count::Number(count) => count,
                Count::Star => part.len() + usize::from(directive.kind == 'Z'),
            };
            let filler = if directive.kind == 'A' { b' ' } else { 0 };
            bytes.extend(part.iter().copied().chain(std::iter::repeat(filler)).take(count));
        }
        kind => {
            let per_byte = if matches!(kind, 'H' | 'h') { 2 } else { 8 };
            let count = match directive.count {
                Count::None => 1,
                Count::Number(count) => count.min(part.len()),
                Count::Star => part.len(),
            };
            for chunk in part[..count].chunks(per_byte) {
                let mut digits: String = chunk.iter().map(|&byte| char::from(byte)).collect();
                while digits.len() < per_byte {
                    digits.push('0');
                }
                let radix = if per_byte == 2 { 16 } else { 2 };
                let Ok(byte) = u8::from_str_radix(&digits, radix) else {
                    return Err(interpreter.unsupported("packing digits that are none"));
                };
                bytes.push(match kind {
                    'h' => byte.rotate_left(4),
                    'b' => byte.reverse_bits(),
                    _ => byte,
                });
            }
        }
    }
    Ok(())
}
