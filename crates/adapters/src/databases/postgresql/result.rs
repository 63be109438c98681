//! Rows as the `pg` gem decodes them for Rails: the coders of `add_pg_decoders` in postgresql_adapter.rb. What has no coder
//! stays text.

use bigdecimal::BigDecimal;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use super::client::PgResult;
use super::oid::{Bytea, Money};
use crate::types::{CastType, string_to_i};
use crate::{Arg, Bounds, QueryResult, Result};

const BOOL: u32 = 16;
const BYTEA: u32 = 17;
const INT8: u32 = 20;
const INT2: u32 = 21;
const INT4: u32 = 23;
const OID: u32 = 26;
const FLOAT4: u32 = 700;
const FLOAT8: u32 = 701;
const MONEY: u32 = 790;
const DATE: u32 = 1082;
const TIMESTAMP: u32 = 1114;
const TIMESTAMPTZ: u32 = 1184;
const NUMERIC: u32 = 1700;

/// Row by row, each given up as it is decoded, so that a large result is not there twice.
pub fn decode(result: PgResult, decode_dates: bool, bounds: Bounds) -> Result<QueryResult> {
    let columns = result.fields.iter().map(|field| field.name.clone()).collect();
    let affected_rows = result.command_tuples();
    let value = |(value, oid): (Option<bytes::Bytes>, u32)| match value {
        None => Arg::Nil,
        Some(bytes) => match std::str::from_utf8(&bytes) {
            Ok(text) => decode_value(text, oid, decode_dates).unwrap_or_else(|| Arg::str(text)),
            Err(_) => Arg::Bytes(bytes.to_vec()),
        },
    };
    let type_oids: Vec<_> = result.fields.iter().map(|field| (field.type_oid, field.type_modifier)).collect();
    let oids = || type_oids.iter().map(|(oid, _)| *oid);
    let mut rows = Vec::with_capacity(result.rows.len());
    for row in result.rows {
        bounds.charge_row(row.len())?;
        rows.push(row.into_iter().zip(oids()).map(value).collect());
    }
    Ok(QueryResult { columns, rows, affected_rows, type_oids, ..QueryResult::default() })
}

/// `map_types!(@type_map_for_results)`: what `query` answers has two decoders more.
pub fn map_types(mut result: QueryResult) -> Result<QueryResult> {
    for (index, (oid, _)) in result.type_oids.iter().enumerate() {
        let decoder: &dyn CastType = match *oid {
            BYTEA => &Bytea::default(),
            MONEY => &Money,
            _ => continue,
        };
        for value in result.rows.iter_mut().filter_map(|row| row.get_mut(index)) {
            *value = decoder.deserialize(value)?;
        }
    }
    Ok(result)
}

/// None for what stays text.
fn decode_value(text: &str, oid: u32, decode_dates: bool) -> Option<Arg> {
    match oid {
        BOOL => Some(Arg::Bool(text == "t")),
        INT2 | INT4 | INT8 | OID => {
            let number = string_to_i(text);
            Some(i64::try_from(&number).map_or(Arg::BigInt(number), Arg::Int))
        }
        FLOAT4 | FLOAT8 => match text {
            "Infinity" => Some(Arg::Float(f64::INFINITY)),
            "-Infinity" => Some(Arg::Float(f64::NEG_INFINITY)),
            text => text.parse().ok().map(Arg::Float),
        },
        NUMERIC if text == "NaN" => Some(Arg::Float(f64::NAN)),
        NUMERIC if text == "Infinity" => Some(Arg::Float(f64::INFINITY)),
        NUMERIC if text == "-Infinity" => Some(Arg::Float(f64::NEG_INFINITY)),
        NUMERIC => text.parse::<BigDecimal>().ok().map(Arg::Decimal),
        TIMESTAMP => text.parse::<DateTime>().ok().map(Arg::DateTime),
        TIMESTAMPTZ => timestamp_with_time_zone(text),
        DATE if decode_dates => text.parse::<Date>().ok().map(Arg::Date),
        _ => None,
    }
}

fn timestamp_with_time_zone(text: &str) -> Option<Arg> {
    let sign = text.rfind(['+', '-']).filter(|index| *index > "2000-01-01".len())?;
    let (time, offset) = text.split_at(sign);
    let negative = offset.starts_with('-');
    let mut seconds = 0;
    for (part, unit) in offset[1..].split(':').zip([3600, 60, 1]) {
        seconds += i32::from(part.parse::<u8>().ok()?) * unit;
    }
    let offset = Offset::from_seconds(if negative { -seconds } else { seconds }).ok()?;
    let zoned = time.parse::<DateTime>().ok()?.to_zoned(TimeZone::fixed(offset)).ok()?;
    Some(Arg::Time(zoned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_by_oid() {
        let check = |oid: u32, text: &str, expected: &str| {
            assert_eq!(decode_value(text, oid, false).unwrap_or_else(|| Arg::str(text)).inspect(), expected, "{text}");
        };
        check(INT8, "9223372036854775807", "9223372036854775807");
        check(NUMERIC, "1.50", "0.15e1");
        check(BOOL, "f", "false");
        check(TIMESTAMP, "2020-01-02 03:04:05.5", "2020-01-02 03:04:05.5 UTC");
        check(TIMESTAMPTZ, "2020-01-02 03:04:05+05:30", "2020-01-02 03:04:05 +0530");
        check(TIMESTAMPTZ, "2020-01-02 03:04:05+99999999", "\"2020-01-02 03:04:05+99999999\"");
        check(TIMESTAMP, "infinity", "\"infinity\"");
        check(DATE, "2020-01-02", "\"2020-01-02\"");
    }
}
