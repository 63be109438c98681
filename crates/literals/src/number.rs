//! Floats and decimals as Ruby writes them.

/// `Float#to_s`: the fewest digits that read back as the same number; with an exponent where the point is far away.
pub fn float(float: f64) -> String {
    if float.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if float.is_sign_negative() { "-" } else { "" };
    if float.is_infinite() {
        return format!("{sign}Infinity");
    }
    if float == 0.0 {
        return format!("{sign}0.0");
    }
    let (digits, point) = shortest_digits(float.abs());
    // Of sixteen digits before the point all are written where one follows it.
    if (-3..=15).contains(&point) || (0 < point && point < digits.len() as i64) {
        return format!("{sign}{}", placed(&digits, point));
    }
    let (first, rest) = digits.split_at(1);
    let rest = if rest.is_empty() { "0" } else { rest };
    let exponent = point - 1;
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{first}.{rest}e{exponent_sign}{:02}", exponent.abs())
}

/// The fewest digits that read back as this positive float, and where the point stands among them.
pub fn shortest_digits(float: f64) -> (String, i64) {
    let text = format!("{float:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse::<i64>().unwrap_or(0) + 1)
}

/// `BigDecimal#to_s("F")`, which is also what Active Support makes of a plain `to_s`. The digits are those after `0.` in
/// [`scientific`], without zeros at either end; the number is zero where there are none.
pub fn decimal(is_negative: bool, digits: &str, exponent: i64) -> String {
    if digits.is_empty() {
        return "0.0".to_owned();
    }
    let sign = if is_negative { "-" } else { "" };
    format!("{sign}{}", placed(digits, exponent))
}

/// `BigDecimal#inspect`: `0.15e1`.
pub fn scientific(is_negative: bool, digits: &str, exponent: i64) -> String {
    if digits.is_empty() {
        return "0.0".to_owned();
    }
    let sign = if is_negative { "-" } else { "" };
    format!("{sign}0.{digits}e{exponent}")
}

/// With a point after so many of the digits, and a digit on each side of it.
fn placed(digits: &str, point: i64) -> String {
    if point <= 0 {
        return format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize));
    }
    let whole = point as usize;
    match digits.split_at_checked(whole) {
        Some((whole, fraction)) if !fraction.is_empty() => format!("{whole}.{fraction}"),
        _ => format!("{digits}{}.0", "0".repeat(whole - digits.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Recorded from Ruby 3.3.
    #[test]
    fn floats() {
        for (number, expected) in [
            (1e14, "100000000000000.0"),
            (1e15, "1.0e+15"),
            (123_456_789_012_345.0, "123456789012345.0"),
            (999_999_999_999_999.9, "999999999999999.9"),
            (1_000_000_000_000_000.5, "1000000000000000.5"),
            (1_234_567_890_123_456.0, "1.234567890123456e+15"),
            (12_345_678_901_234_567.0, "1.2345678901234568e+16"),
            (0.0001, "0.0001"),
            (0.00009, "9.0e-05"),
            (-0.0, "-0.0"),
            (1.5e300, "1.5e+300"),
            (-12.25, "-12.25"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(float(number), expected);
        }
    }

    #[test]
    fn decimals() {
        for ((negative, digits, exponent), inspected, text) in [
            ((true, "123", -2), "-0.123e-2", "-0.00123"),
            ((false, "12345678", 5), "0.12345678e5", "12345.678"),
            ((false, "1", 3), "0.1e3", "100.0"),
            ((false, "", 0), "0.0", "0.0"),
        ] {
            assert_eq!(scientific(negative, digits, exponent), inspected);
            assert_eq!(decimal(negative, digits, exponent), text);
        }
    }
}
