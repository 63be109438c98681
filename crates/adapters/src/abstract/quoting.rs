//! Values as literals: abstract/quoting.rb. Matchers for column names are absent; they guard `order` and `pluck`.

use crate::abstract_adapter::{ColumnRef, Quoting};
use crate::arg::decimal_to_s;
use crate::{Arg, Error, ErrorClass, Result};

/// `quote`: a value as a literal. Err where Ruby's class has none, as for a Hash.
pub fn quote<A: Quoting + ?Sized>(adapter: &A, value: &Arg) -> Result<String> {
    Ok(match value {
        Arg::Str(text) | Arg::Symbol(text) => format!("'{}'", adapter.quote_string(text)),
        Arg::Sql(sql) => sql.clone(),
        Arg::Bool(true) => adapter.quoted_true().to_owned(),
        Arg::Bool(false) => adapter.quoted_false().to_owned(),
        Arg::Nil => "NULL".to_owned(),
        Arg::Decimal(number) => decimal_to_s(number),
        Arg::Int(number) => number.to_string(),
        Arg::BigInt(number) => number.to_string(),
        Arg::Float(number) => literals::float(*number),
        Arg::Bytes(bytes) => adapter.quoted_binary(bytes),
        Arg::Date(_) | Arg::DateTime(_) | Arg::Time(_) => format!("'{}'", adapter.quoted_date(value)),
        Arg::Array(_) => return Err(cannot("quote", "Array")),
        Arg::Hash(_) => return Err(cannot("quote", "Hash")),
        Arg::Range { .. } => return Err(cannot("quote", "Range")),
        Arg::Function(_) => return Err(cannot("quote", "Proc")),
        Arg::Literal { quoted, .. } | Arg::Object { quoted: Some(quoted), .. } => quoted.clone(),
        Arg::Object { class, quoted: None } => return Err(cannot("quote", class)),
        Arg::NoTime(shown) => return Err(no_time(shown)),
    })
}

/// For a bind parameter.
pub fn type_cast<A: Quoting + ?Sized>(adapter: &A, value: &Arg) -> Result<Arg> {
    Ok(match value {
        Arg::Symbol(text) | Arg::Sql(text) => Arg::Str(text.clone()),
        Arg::Bool(true) => adapter.unquoted_true(),
        Arg::Bool(false) => adapter.unquoted_false(),
        Arg::Decimal(number) => Arg::Str(decimal_to_s(number)),
        Arg::Date(_) | Arg::DateTime(_) | Arg::Time(_) => Arg::Str(adapter.quoted_date(value)),
        Arg::Array(_) => return Err(cannot("cast", "Array")),
        Arg::Hash(_) => return Err(cannot("cast", "Hash")),
        Arg::Range { .. } => return Err(cannot("cast", "Range")),
        Arg::Function(_) => return Err(cannot("cast", "Proc")),
        Arg::Literal { text, .. } => Arg::Str(text.clone()),
        Arg::Object { class, .. } => return Err(cannot("cast", class)),
        Arg::NoTime(shown) => return Err(no_time(shown)),
        other => other.clone(),
    })
}

fn cannot(verb: &str, class: &str) -> Error {
    Error::new(ErrorClass::TypeError, format!("can't {verb} {class}"))
}

/// `quoted_time` of what is no time.
pub(crate) fn no_time(shown: &str) -> Error {
    Error::new(ErrorClass::NoMethodError, format!("undefined method `change' for {shown}"))
}

/// `quote_string`: what stands between a literal's quotes.
pub fn quote_string(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "''")
}

/// `quote_default_expression`: the default as the column's type writes it; a Proc's answer as it is.
pub fn quote_default_expression<A: Quoting + ?Sized>(
    adapter: &mut A,
    value: &Arg,
    column: ColumnRef<'_>,
) -> Result<String> {
    if let Arg::Function(expression) = value {
        return Ok(expression.clone());
    }
    let value = column.fetch_cast_type(adapter)?.serialize(value)?;
    adapter.quote(&value)
}

/// The time of day alone.
pub fn quoted_time<A: Quoting + ?Sized>(adapter: &A, value: &Arg) -> String {
    let quoted = adapter.quoted_date(value);
    quoted.split_once(' ').map_or(quoted.clone(), |(_, time)| time.to_owned())
}

/// `unpack1("H*")`
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// `sanitize_as_sql_comment`
pub fn sanitize_as_sql_comment(comment: &str) -> String {
    let start = comment.trim_start();
    let comment = match start.strip_prefix("/*") {
        Some(rest) => {
            let rest = rest.strip_prefix('+').unwrap_or(rest);
            rest.strip_prefix(char::is_whitespace).unwrap_or(rest)
        }
        None => comment,
    };
    let end = comment.trim_end();
    let comment = match end.strip_suffix("*/") {
        Some(rest) => rest.strip_suffix(char::is_whitespace).unwrap_or(rest),
        None => comment,
    };
    comment.replace("*/", "* /").replace("/*", "/ *")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sqlite;

    // Recorded from Active Record 8.1.3.1 on SQLite.
    #[test]
    fn values_are_quoted() {
        let (adapter, _) = sqlite();
        let check = |value: Arg, expected: &str| assert_eq!(quote(&adapter, &value).unwrap(), expected);
        check(Arg::str("it's"), "'it''s'");
        check(Arg::symbol("sym"), "'sym'");
        check(Arg::Nil, "NULL");
        check(Arg::Bool(true), "TRUE");
        check(Arg::Decimal("1.50".parse().unwrap()), "1.5");
        check(Arg::Date(jiff::civil::date(2020, 1, 2)), "'2020-01-02'");
        check(Arg::DateTime(jiff::civil::date(2020, 1, 2).at(3, 4, 5, 0)), "'2020-01-02 03:04:05'");
        let time: jiff::Zoned = "2020-01-02T03:04:05.25+02:00[+02:00]".parse().unwrap();
        check(Arg::Time(time), "'2020-01-02 01:04:05.250000'");
        check(Arg::Bytes(vec![1, 255]), "x'01ff'");
        assert_eq!(adapter.quote(&Arg::Float(f64::INFINITY)).unwrap(), "'Infinity'");
        assert_eq!(quote(&adapter, &Arg::Array(Vec::new())).unwrap_err().message(), "can't quote Array");
        assert_eq!(adapter.quote_table_name("a.b\"c"), r#""a"."b""c""#);
        assert_eq!(adapter.quote_column_name("a.b\"c"), r#""a.b""c""#);
    }

    #[test]
    fn comments_are_made_harmless() {
        let check = |comment: &str, expected: &str| assert_eq!(sanitize_as_sql_comment(comment), expected);
        check("plain", "plain");
        check("/*+ hint */", "hint");
        check("a */ b /* c", "a * / b / * c");
    }
}
