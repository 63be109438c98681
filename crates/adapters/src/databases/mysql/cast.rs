//! From the server's text to values, as mysql2's result.c casts them and Trilogy's cast.c but for a detail or two.
//! `cast_booleans` is not here: Rails leaves it off and knows booleans by their columns.

use bigdecimal::BigDecimal;
use jiff::civil::{Date, Time};
use mysql_common::constants::{ColumnFlags, ColumnType};
use mysql_common::packets::Column;
use num_bigint::BigInt;

use super::client::ResultSet;
use crate::{Arg, Bounds, Error, QueryResult, Result};

/// The pseudo-charset `binary`.
const BINARY: u16 = 63;

/// What the gem's client makes of a result: values cast by the columns' types. Err where there is no memory for it.
pub fn query_result(result: ResultSet, bounds: Bounds) -> Result<QueryResult> {
    let names: Vec<String> = result.columns.iter().map(|column| column.name_str().into_owned()).collect();
    let mut rows = Vec::with_capacity(result.rows.len());
    for row in result.rows {
        bounds.charge_row(row.len())?;
        let values = row.into_iter().zip(&result.columns).map(|(value, column)| cast(value, column));
        rows.push(values.collect::<Result<Vec<Arg>>>()?);
    }
    // Rails counts the rows of a result as affected.
    let affected_rows = if names.is_empty() { result.affected_rows } else { rows.len() as u64 };
    Ok(QueryResult {
        columns: names,
        rows,
        affected_rows,
        last_insert_id: result.last_insert_id,
        ..QueryResult::default()
    })
}

fn cast(value: Option<Vec<u8>>, column: &Column) -> Result<Arg> {
    #[allow(clippy::enum_glob_use)]
    use ColumnType::*;
    let Some(value) = value else { return Ok(Arg::Nil) };
    match column.column_type() {
        MYSQL_TYPE_NULL => Ok(Arg::Nil),
        MYSQL_TYPE_BIT => Ok(Arg::Bytes(value)),
        MYSQL_TYPE_TINY | MYSQL_TYPE_SHORT | MYSQL_TYPE_LONG | MYSQL_TYPE_INT24 | MYSQL_TYPE_LONGLONG
        | MYSQL_TYPE_YEAR => numeric(value, integer),
        MYSQL_TYPE_DECIMAL | MYSQL_TYPE_NEWDECIMAL if column.decimals() == 0 => numeric(value, integer),
        MYSQL_TYPE_DECIMAL | MYSQL_TYPE_NEWDECIMAL => numeric(value, decimal),
        MYSQL_TYPE_FLOAT | MYSQL_TYPE_DOUBLE => numeric(value, |text| text.parse().ok().map(Arg::Float)),
        MYSQL_TYPE_TIME => time(&value),
        MYSQL_TYPE_TIMESTAMP | MYSQL_TYPE_DATETIME => date_time(&value, column),
        MYSQL_TYPE_DATE | MYSQL_TYPE_NEWDATE => date(&value, column),
        _ => Ok(string(value, column)),
    }
}

/// What the server calls a number and cannot be read as one stays text.
fn numeric(value: Vec<u8>, parse: impl Fn(&str) -> Option<Arg>) -> Result<Arg> {
    let text = String::from_utf8_lossy(&value);
    Ok(parse(&text).unwrap_or_else(|| Arg::Str(text.into_owned())))
}

fn integer(text: &str) -> Option<Arg> {
    match text.parse() {
        Ok(number) => Some(Arg::Int(number)),
        Err(_) => text.parse::<BigInt>().ok().map(Arg::BigInt),
    }
}

fn decimal(text: &str) -> Option<Arg> {
    text.parse::<BigDecimal>().ok().map(Arg::Decimal)
}

fn string(value: Vec<u8>, column: &Column) -> Arg {
    if column.character_set() == BINARY && column.flags().contains(ColumnFlags::BINARY_FLAG) {
        return Arg::Bytes(value);
    }
    match String::from_utf8(value) {
        Ok(text) => Arg::Str(text),
        Err(error) => Arg::Bytes(error.into_bytes()),
    }
}

/// A time of day is a time on the first day of 2000; one that no clock shows is nil.
fn time(value: &[u8]) -> Result<Arg> {
    let Some(([hour, minute, second], micros)) = parts::<3>(value).filter(|_| value.get(2) == Some(&b':')) else {
        return Ok(Arg::Nil);
    };
    match [hour, minute, second] {
        [24, 0, 0] => moment(Date::constant(2000, 1, 2), [0, 0, 0], micros),
        clock => moment(Date::constant(2000, 1, 1), clock, micros),
    }
}

fn date_time(value: &[u8], column: &Column) -> Result<Arg> {
    let Some(([year, month, day, hour, minute, second], micros)) = parts::<6>(value) else { return Ok(Arg::Nil) };
    if [year, month, day, hour, minute, second] == [0; 6] {
        return Ok(Arg::Nil);
    }
    moment(civil_date([year, month, day], value, column)?, [hour, minute, second], micros)
}

fn moment(date: Date, [hour, minute, second]: [u16; 3], micros: i32) -> Result<Arg> {
    let time = Time::new(hour as i8, minute as i8, second as i8, micros * 1000);
    time.map(|time| Arg::DateTime(date.to_datetime(time))).map_err(|_| Error::argument("hour out of range"))
}

fn date(value: &[u8], column: &Column) -> Result<Arg> {
    match parts::<3>(value) {
        None | Some(([0, 0, 0], _)) => Ok(Arg::Nil),
        Some((numbers, _)) => civil_date(numbers, value, column).map(Arg::Date),
    }
}

fn civil_date([year, month, day]: [u16; 3], value: &[u8], column: &Column) -> Result<Date> {
    if month < 1 || day < 1 {
        let value = String::from_utf8_lossy(value);
        let message = format!("Mysql2::Error: Invalid date in field '{}': {value}", column.name_str());
        return Err(Error::statement_invalid(message));
    }
    Date::new(year as i16, month as i8, day as i8).map_err(|_| Error::argument("invalid date"))
}

/// N numbers with one separator between each, then perhaps a point and up to six digits of a second.
fn parts<const N: usize>(value: &[u8]) -> Option<([u16; N], i32)> {
    let text = std::str::from_utf8(value).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut numbers = [0; N];
    let mut pieces = whole.split(['-', ' ', ':']);
    for number in &mut numbers {
        *number = pieces.next()?.parse().ok()?;
    }
    let micros = format!("{fraction:0<6.6}").parse().ok()?;
    pieces.next().is_none().then_some((numbers, micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(column_type: ColumnType, decimals: u8, value: &str, expected: &str) {
        let column = Column::new(column_type).with_decimals(decimals).with_name(b"c").with_character_set(45);
        let cast = cast(Some(value.as_bytes().to_vec()), &column);
        assert_eq!(cast.map_or_else(|error| error.message().to_owned(), |value| value.inspect()), expected, "{value}");
    }

    #[test]
    fn values() {
        #[allow(clippy::enum_glob_use)]
        use ColumnType::*;
        check(MYSQL_TYPE_LONG, 0, "-00012", "-12");
        check(MYSQL_TYPE_LONGLONG, 0, "18446744073709551615", "18446744073709551615");
        check(MYSQL_TYPE_NEWDECIMAL, 0, "7", "7");
        check(MYSQL_TYPE_NEWDECIMAL, 2, "1.50", "0.15e1");
        check(MYSQL_TYPE_DOUBLE, 31, "1e20", "1.0e+20");
        check(MYSQL_TYPE_DATE, 0, "2024-02-29", "Thu, 29 Feb 2024");
        check(MYSQL_TYPE_DATE, 0, "0000-00-00", "nil");
        check(MYSQL_TYPE_DATE, 0, "2024-00-01", "Mysql2::Error: Invalid date in field 'c': 2024-00-01");
        check(MYSQL_TYPE_DATETIME, 6, "2024-02-29 01:02:03.5", "2024-02-29 01:02:03.5 UTC");
        check(MYSQL_TYPE_DATETIME, 0, "0000-00-00 00:00:00", "nil");
        check(MYSQL_TYPE_TIME, 0, "01:02:03", "2000-01-01 01:02:03 UTC");
        check(MYSQL_TYPE_TIME, 0, "24:00:00", "2000-01-02 00:00:00 UTC");
        check(MYSQL_TYPE_TIME, 0, "25:00:00", "hour out of range");
        check(MYSQL_TYPE_TIME, 0, "-01:02:03", "nil");
        check(MYSQL_TYPE_TIME, 0, "838:59:59", "nil");
        check(MYSQL_TYPE_VAR_STRING, 0, "é", "\"é\"");
    }
}
