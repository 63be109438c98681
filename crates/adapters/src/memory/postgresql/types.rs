//! How PostgreSQL writes types, constants and the plainest conditions: format_type and pg_get_expr.

use crate::Arg;

/// Names it has for a type beside its own; of PostgreSQL's documentation, table "Data Types".
const ALIASES: [(&str, &str); 21] = [
    ("varchar", "character varying"),
    ("char", "character"),
    ("bpchar", "character"),
    ("decimal", "numeric"),
    ("float", "double precision"),
    ("float8", "double precision"),
    ("float4", "real"),
    ("int", "integer"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("int2", "smallint"),
    ("bool", "boolean"),
    ("varbit", "bit varying"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("time", "time without time zone"),
    ("timetz", "time with time zone"),
    ("timestamp without time zone", "timestamp without time zone"),
    ("timestamp with time zone", "timestamp with time zone"),
    ("time without time zone", "time without time zone"),
    ("time with time zone", "time with time zone"),
];

/// Types under their own names.
const OWN: [&str; 41] = [
    "bigint",
    "bit",
    "bit varying",
    "boolean",
    "box",
    "bytea",
    "character",
    "character varying",
    "cidr",
    "circle",
    "date",
    "daterange",
    "double precision",
    "inet",
    "int4range",
    "int8range",
    "integer",
    "interval",
    "json",
    "jsonb",
    "line",
    "lseg",
    "macaddr",
    "money",
    "numeric",
    "numrange",
    "oid",
    "path",
    "point",
    "polygon",
    "real",
    "smallint",
    "text",
    "timestamp with time zone",
    "timestamp without time zone",
    "tsquery",
    "tsrange",
    "tstzrange",
    "tsvector",
    "uuid",
    "xml",
];

/// What a serial type really is.
pub(super) fn serial(written: &str) -> Option<&'static str> {
    match written.to_ascii_lowercase().as_str() {
        "serial" | "serial4" => Some("integer"),
        "bigserial" | "serial8" => Some("bigint"),
        "smallserial" | "serial2" => Some("smallint"),
        _ => None,
    }
}

/// `format_type` of what was written; none where that is not known. Types that are not the server's own are asked for.
pub(super) fn canonical(written: &str, is_there: &dyn Fn(&str) -> bool) -> Option<String> {
    let written = written.trim();
    if let Some(element) = written.strip_suffix("[]") {
        return canonical(element, is_there).map(|element| format!("{}[]", element.trim_end_matches("[]")));
    }
    let (name, modifier, rest) = parts(&written.to_ascii_lowercase())?;
    let name = if rest.is_empty() { name } else { format!("{name} {rest}") };
    if name == "float" && modifier.is_some() {
        let bits: u32 = modifier?.parse().ok()?;
        return Some(if bits <= 24 { "real" } else { "double precision" }.to_owned());
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, own)| own);
    let is_known = OWN.contains(&alias) || alias.starts_with("time ") || is_there(alias);
    is_known.then(|| with_modifier(alias, modifier.as_deref()))
}

/// Name, what stands in parentheses, and what follows them.
fn parts(written: &str) -> Option<(String, Option<String>, String)> {
    let Some((name, rest)) = written.split_once('(') else { return Some((written.to_owned(), None, String::new())) };
    let (modifier, rest) = rest.split_once(')')?;
    let modifier = modifier.split(',').map(str::trim).collect::<Vec<_>>().join(",");
    Some((name.trim().to_owned(), Some(modifier), rest.trim().to_owned()))
}

fn with_modifier(name: &str, modifier: Option<&str>) -> String {
    match (name, modifier) {
        ("bit" | "character", None) => format!("{name}(1)"),
        ("numeric", Some(precision)) if !precision.contains(',') => format!("numeric({precision},0)"),
        (name, None) => name.to_owned(),
        (name, Some(modifier)) => match name.split_once(' ') {
            // The precision stands behind the first word.
            Some((first @ ("time" | "timestamp"), rest)) => format!("{first}({modifier}) {rest}"),
            _ => format!("{name}({modifier})"),
        },
    }
}

/// `pg_get_expr` of a default; none where that is not known.
pub(super) fn printed_default(sql: &str, value: &Arg, sql_type: &str) -> Option<String> {
    if let Arg::Function(_) = value {
        return printed_call(sql);
    }
    let name = sql_type.split('(').next().unwrap_or_default().trim();
    let of_type = match sql_type.find('(') {
        // Timestamps lose their precision, not their zone.
        Some(_) if sql_type.starts_with("time") => {
            let rest = sql_type.split_once(')').map_or("", |(_, rest)| rest);
            format!("{name}{rest}")
        }
        _ => name.to_owned(),
    };
    if let Some(text) = sql.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return printed_text(text, &of_type, sql_type);
    }
    if let ("bit", Some(bits)) = (of_type.as_str(), sql.strip_prefix("B'")) {
        return Some(format!("'{bits}::\"bit\""));
    }
    let is_number = sql.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.') && !sql.is_empty();
    match sql.to_ascii_uppercase().as_str() {
        "TRUE" | "FALSE" if of_type == "boolean" => Some(sql.to_ascii_lowercase()),
        _ if is_number => printed_number(sql),
        _ => printed_call(sql),
    }
}

fn printed_number(sql: &str) -> Option<String> {
    let kind = if sql.contains('.') {
        "numeric"
    } else {
        match sql.parse::<i64>() {
            Ok(number) if i32::try_from(number).is_ok() => "integer",
            Ok(_) => "bigint",
            Err(_) => "numeric",
        }
    };
    let is_plain = !sql.starts_with('-') && kind != "bigint";
    Some(if is_plain { sql.to_owned() } else { format!("'{sql}'::{kind}") })
}

/// A text constant is read by its type once, and printed as that type prints it.
fn printed_text(text: &str, of_type: &str, sql_type: &str) -> Option<String> {
    let array = of_type.ends_with("[]") || sql_type.ends_with("[]");
    let element = of_type.trim_end_matches("[]");
    let is_plain_list = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).is_some_and(|inner| {
        inner.chars().all(|character| character == ',' || character.is_ascii_lowercase() || character.is_ascii_digit())
    });
    let is_kept = is_plain_list && !text.contains("null");
    let text = if array { is_kept.then(|| text.to_owned()) } else { printed_as(text, element) }?;
    let suffix = if array { "[]" } else { "" };
    // Its own name is longer than the one that is printed.
    let element = if element == "character" && !array { "bpchar" } else { element };
    Some(format!("'{text}'::{element}{suffix}"))
}

/// A text as its type prints it; none where that is not known.
pub(super) fn printed_as(text: &str, name: &str) -> Option<String> {
    let is_kept = match name {
        "character varying" | "text" | "citext" | "json" | "bytea" | "character" => true,
        // An address with all of its bits loses them.
        "inet" => is_ipv4(text) && !text.ends_with("/32"),
        "cidr" => is_ipv4(text) && text.contains('/'),
        "time without time zone" => return printed_clock(text),
        "date" => is_date(text),
        "jsonb" if is_json_text(text) => true,
        "jsonb" | "hstore" => matches!(text, "{}" | "[]" | ""),
        "uuid" => text.len() == 36 && !text.chars().any(|character| character.is_ascii_uppercase()),
        name if name.starts_with("timestamp without") => return printed_time(text),
        // Enums, whose values are names.
        name => !OWN.contains(&name) && !name.starts_with("time"),
    };
    is_kept.then(|| text.to_owned())
}

/// A text of JSON's without escapes is kept as it is.
fn is_json_text(text: &str) -> bool {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.contains(['"', '\\', '\'']) && !inner.chars().any(char::is_control))
}

fn is_ipv4(text: &str) -> bool {
    let (address, bits) = text.split_once('/').unwrap_or((text, "0"));
    let parts: Vec<&str> = address.split('.').collect();
    let is_number = |part: &&str| part.parse::<u8>().is_ok() && (part.len() == 1 || !part.starts_with('0'));
    parts.len() == 4 && parts.iter().all(is_number) && bits.parse::<u8>().is_ok_and(|bits| bits <= 32)
}

/// A day alone begins at midnight.
fn printed_time(text: &str) -> Option<String> {
    if is_date(text) {
        return Some(format!("{text} 00:00:00"));
    }
    let (day, clock) = text.split_once(' ')?;
    is_date(day).then_some(())?;
    Some(format!("{day} {}", printed_clock(clock)?))
}

/// Without the zeros that a fraction ends with.
fn printed_clock(text: &str) -> Option<String> {
    let (time, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_time = time.len() == 8
        && time.char_indices().all(|(at, c)| if at == 2 || at == 5 { c == ':' } else { c.is_ascii_digit() });
    let is_fraction = fraction.len() <= 6 && fraction.chars().all(|character| character.is_ascii_digit());
    let fraction = fraction.trim_end_matches('0');
    let printed = if fraction.is_empty() { time.to_owned() } else { format!("{time}.{fraction}") };
    (is_time && is_fraction).then_some(printed)
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.char_indices().all(|(at, c)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() })
}

/// Calls without arguments, and the current time.
fn printed_call(sql: &str) -> Option<String> {
    const CONSTANTS: [&str; 2] = ["CURRENT_TIMESTAMP", "CURRENT_DATE"];
    let precise = sql.to_ascii_uppercase();
    let digits = precise.strip_prefix("CURRENT_TIMESTAMP(").and_then(|rest| rest.strip_suffix(')'));
    if digits.is_some_and(|digits| matches!(digits.as_bytes(), [b'0'..=b'6'])) {
        return Some(precise);
    }
    if let Some(constant) = CONSTANTS.iter().find(|constant| constant.eq_ignore_ascii_case(sql)) {
        return Some((*constant).to_owned());
    }
    let name = sql.strip_suffix("()")?;
    let is_plain = !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit());
    is_plain.then(|| sql.to_owned())
}
