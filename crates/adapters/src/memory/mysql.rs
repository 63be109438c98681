//! MySQL's and MariaDB's way of keeping a table: types with their widths, defaults as their type prints them, an index for
//! each foreign key.

mod expressions;
pub(super) mod options;

use super::create;
use super::model::{Aspect, Schema, Server, StoredCheck, StoredColumn, StoredIndex, Table, generated};
use crate::abstract_mysql_adapter::introspection::check_expression;
use crate::column::Generated;
use crate::schema_definitions::{
    ChangeColumnDefinition, CheckConstraintDefinition, ColumnDefinition, ForeignKeyDefinition, IndexDefinition,
    TableDefinition,
};
use crate::{Arg, Options};

/// The column, and whether it is the primary key.
pub(super) fn stored(server: &Server, table: &Table, definition: &ColumnDefinition) -> (StoredColumn, bool) {
    let options = &definition.options;
    let written = definition.sql_type.clone().unwrap_or_default();
    let mut column = StoredColumn { name: definition.name.clone(), ..StoredColumn::default() };
    if definition.r#type.is_symbol("primary_key") {
        column.sql_type = canonical(server, "bigint").unwrap_or_default();
        column.auto_increment = true;
        "auto_increment".clone_into(&mut column.extra);
        return (column, true);
    }
    column.null = !options.get("null").is_false() && !options.get("primary_key").is_true();
    column.auto_increment = options.get("auto_increment").is_true();
    if column.auto_increment {
        "auto_increment".clone_into(&mut column.extra);
    }
    match canonical(server, &written) {
        Some(sql_type) => column.sql_type = sql_type,
        None if is_json(server, definition) => {
            "longtext".clone_into(&mut column.sql_type);
            column.collation = Some("utf8mb4_bin".to_owned());
        }
        None => {
            column.sql_type = written;
            column.doubts.extend([Aspect::Type, Aspect::Default, Aspect::Collation]);
        }
    }
    set_collation(server, table, &mut column, options);
    let comment = options.get("comment");
    column.comment = comment.is_present().then(|| comment.to_s());
    column.generated = generated(options);
    if let Some((kind, _)) = &column.generated {
        let words = if *kind == Generated::Stored { "STORED GENERATED" } else { "VIRTUAL GENERATED" };
        words.clone_into(&mut column.extra);
    } else if definition.default_sql.is_some() {
        set_default(server, table, &mut column, definition.default_sql.as_deref(), options.get("default"));
    }
    (column, options.get("primary_key").is_true())
}

/// MariaDB's `json` is a text that is checked.
fn is_json(server: &Server, definition: &ColumnDefinition) -> bool {
    server.is_mariadb && definition.sql_type.as_deref() == Some("json")
}

pub(super) fn check_of_json(server: &Server, table: &mut Table, definition: &ColumnDefinition) {
    if is_json(server, definition) {
        let name_of_check = definition.name.clone();
        let options = Options::from([("name", name_of_check.as_str())]);
        let expression = format!("json_valid(`{name_of_check}`)");
        let definition = CheckConstraintDefinition { table_name: String::new(), expression, options };
        let column = Some(name_of_check.clone());
        table.checks.push(StoredCheck { definition, is_doubtful: false, column });
    }
}

fn is_text(sql_type: &str) -> bool {
    ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"]
        .iter()
        .any(|name| sql_type.split(['(', ' ']).next() == Some(name))
}

fn set_collation(server: &Server, table: &Table, column: &mut StoredColumn, options: &Options) {
    let (given, charset) = (options.get("collation"), options.get("charset"));
    if !is_text(&column.sql_type) || column.collation.is_some() {
        return;
    }
    column.collation = Some(match (given.is_truthy(), charset.is_truthy()) {
        (true, _) => options::full_collation(&given.to_s()),
        (false, true) => options::collation_of(server, &charset.to_s()),
        (false, false) => options::collation(server, table),
    });
}

/// The server's own name of a type, and the width that it puts to it; none where that is not known.
fn canonical(server: &Server, written: &str) -> Option<String> {
    if let Some(values) = values_of(written) {
        return Some(values);
    }
    let lower = written.to_ascii_lowercase();
    let (lower, unsigned) = match lower.strip_suffix(" unsigned") {
        Some(name) => (name.to_owned(), true),
        None => (lower, false),
    };
    let (name, modifier) = match lower.split_once('(') {
        Some((name, rest)) => (name.trim().to_owned(), Some(rest.strip_suffix(')')?.replace(' ', ""))),
        None => (lower, None),
    };
    let own = match name.as_str() {
        "integer" | "int" => "int",
        "bool" | "boolean" => return Some("tinyint(1)".to_owned()),
        "float" => {
            let is_double = modifier.as_deref().is_some_and(|bits| bits.parse::<u32>().is_ok_and(|bits| bits > 24));
            let is_plain = modifier.as_deref().is_none_or(|bits| bits.parse::<u32>().is_ok());
            return is_plain.then(|| with_sign(if is_double { "double" } else { "float" }, unsigned));
        }
        "double precision" | "real" => "double",
        "numeric" => "decimal",
        "json" if server.is_mariadb => return None,
        "uuid" if server.is_mariadb && server.version.at_least("10.7.0") && modifier.is_none() => "uuid",
        "year" if server.is_mariadb => return modifier.is_none_or(|width| width == "4").then(|| "year(4)".to_owned()),
        "year" => "year",
        "bit" => return Some(format!("bit({})", modifier.unwrap_or_else(|| "1".to_owned()))),
        name if TYPES.contains(&name) => name,
        _ => return None,
    };
    let modifier = modifier_of(server, own, modifier, unsigned)?;
    let name = if modifier.is_empty() { own.to_owned() } else { format!("{own}({modifier})") };
    Some(with_sign(&name, unsigned))
}

/// `enum('a','b')` and `set`, of plain values.
fn values_of(written: &str) -> Option<String> {
    let (name, rest) = written.split_once('(')?;
    let name = name.trim().to_ascii_lowercase();
    let inner = rest.trim_end().strip_suffix(')')?;
    let values: Vec<&str> = inner.split(',').map(str::trim).collect();
    let is_plain = |value: &&str| {
        let inner = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
        inner.is_some_and(|inner| !inner.contains(['\'', '\\']) && !inner.ends_with(' '))
    };
    let is_it = matches!(name.as_str(), "enum" | "set") && values.iter().all(is_plain);
    is_it.then(|| format!("{name}({})", values.join(",")))
}

/// Types under their own names, `int` and `float` aside.
const TYPES: [&str; 23] = [
    "tinyint",
    "smallint",
    "mediumint",
    "bigint",
    "double",
    "decimal",
    "char",
    "varchar",
    "varbinary",
    "binary",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
    "date",
    "datetime",
    "timestamp",
    "time",
    "json",
];

/// Whether a type begins with a word; of the manuals of MySQL 9 and MariaDB 11, "Data Types".
pub(super) fn is_type(word: &str) -> bool {
    const OTHERS: [&str; 46] = [
        "int",
        "integer",
        "bool",
        "boolean",
        "float",
        "float4",
        "float8",
        "real",
        "numeric",
        "dec",
        "fixed",
        "number",
        "bit",
        "year",
        "enum",
        "set",
        "serial",
        "character",
        "national",
        "nchar",
        "nvarchar",
        "long",
        "raw",
        "clob",
        "varchar2",
        "varcharacter",
        "int1",
        "int2",
        "int3",
        "int4",
        "int8",
        "middleint",
        "uuid",
        "inet4",
        "inet6",
        "xmltype",
        "vector",
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometrycollection",
        "geomcollection",
    ];
    TYPES.contains(&word) || OTHERS.contains(&word)
}

/// What stands in a type's parentheses, empty where they are left out; none where that is not known.
fn modifier_of(server: &Server, own: &str, modifier: Option<String>, unsigned: bool) -> Option<String> {
    let width = match (own, unsigned) {
        ("tinyint", false) => "4",
        ("tinyint", true) => "3",
        ("smallint", false) => "6",
        ("smallint", true) => "5",
        ("mediumint", false) => "9",
        ("mediumint", true) => "8",
        ("int", false) => "11",
        ("int", true) => "10",
        ("bigint", _) => "20",
        ("decimal", _) => "10,0",
        ("char" | "binary", _) => "1",
        _ => "",
    };
    let is_integer = own.ends_with("int");
    match (own, modifier) {
        (_, None) if is_integer && !server.is_mariadb => Some(String::new()),
        (_, None) => Some(width.to_owned()),
        ("decimal", Some(precision)) if !precision.contains(',') => Some(format!("{precision},0")),
        ("datetime" | "timestamp" | "time", Some(precision)) if precision == "0" => Some(String::new()),
        // A text's length picks one of four.
        ("text" | "blob", Some(_)) => None,
        (_, modifier) => modifier,
    }
}

fn with_sign(name: &str, unsigned: bool) -> String {
    if unsigned { format!("{name} unsigned") } else { name.to_owned() }
}

pub(super) fn set_default(server: &Server, table: &Table, column: &mut StoredColumn, sql: Option<&str>, value: &Arg) {
    column.doubts.retain(|aspect| *aspect != Aspect::Default);
    column.default = None;
    column.default_function = None;
    if !column.auto_increment {
        column.extra.clear();
    }
    let Some(sql) = sql else { return };
    if sql.eq_ignore_ascii_case("null") {
        return;
    }
    let (sql, updates) = match split_ignoring_case(sql, " on update ") {
        Some((default, update)) => (default, Some(update)),
        None => (sql, None),
    };
    if let Some(update) = updates.map(|update| printed_current_timestamp(server, &column.sql_type, update)) {
        match update {
            Some(update) => column.extra = format!("on update {update}"),
            None => column.doubts.extend([Aspect::Default, Aspect::Type]),
        }
    }
    let is_constant =
        !matches!(value, Arg::Function(_)) && printed_current_timestamp(server, &column.sql_type, sql).is_none();
    let literal = sql.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|_| server.is_mariadb);
    let literal = literal.filter(|text| is_literal(text));
    let printed = if is_constant || literal.is_some() {
        printed_default(server, &column.sql_type, literal.unwrap_or(sql))
    } else if let Some(sum) = printed_sum(server, table, sql) {
        // Rails takes what begins with a parenthesis for no function.
        Some(sum)
    } else {
        let function =
            printed_current_timestamp(server, &column.sql_type, sql).or_else(|| printed_function(server, table, sql));
        let shown = function.clone().unwrap_or_else(|| sql.to_owned());
        column.default_function = Some(match updates {
            Some(_) => format!("{shown} ON UPDATE {shown}"),
            None => shown,
        });
        if !server.is_mariadb {
            let updates = std::mem::take(&mut column.extra);
            column.extra = if updates.is_empty() { GENERATED.to_owned() } else { format!("{GENERATED} {updates}") };
        }
        function
    };
    if printed.is_none() {
        column.doubts.push(Aspect::Default);
    }
    column.default = Some(printed.unwrap_or_else(|| sql.to_owned()));
}

/// What MySQL's `Extra` has of a default that is computed.
const GENERATED: &str = "DEFAULT_GENERATED";

/// `ALTER COLUMN ... SET DEFAULT`: of a text MariaDB computes the default then, and tells so even of none.
pub(super) fn alter_default(server: &Server, table: &Table, column: &mut StoredColumn, sql: Option<&str>, value: &Arg) {
    set_default(server, table, column, sql, value);
    // Here the current time keeps its own precision.
    if let (true, Some(sql), Some(_)) = (server.is_mariadb, sql, &column.default_function)
        && let Some(precision) = sql.to_ascii_lowercase().strip_prefix("current_timestamp")
        && !sql.contains(' ')
    {
        let printed = format!("current_timestamp{}", if precision.is_empty() { "()" } else { precision });
        (column.default, column.default_function) = (Some(printed.clone()), Some(printed));
    }
    let is_null = sql.is_some_and(|sql| sql.eq_ignore_ascii_case("null"));
    if is_null && server.is_mariadb && (column.sql_type.ends_with("text") || column.sql_type.ends_with("blob")) {
        (column.default, column.default_function) = (Some("NULL".to_owned()), Some("NULL".to_owned()));
    }
}

fn split_ignoring_case<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let at = text.to_ascii_lowercase().find(separator)?;
    Some((text[..at].trim(), text[at + separator.len()..].trim()))
}

/// A text or a whole number, and nothing else.
fn is_literal(text: &str) -> bool {
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    inner.is_some_and(|inner| !inner.contains('\'')) || (!text.is_empty() && text.chars().all(|c| c.is_ascii_digit()))
}

/// A default that is computed of numbers by signs alone: it keeps its parentheses.
fn printed_sum(server: &Server, table: &Table, sql: &str) -> Option<String> {
    let is_sum = |text: &str| text.chars().all(|c| c.is_ascii_digit() || " +-*".contains(c)) && text.contains(' ');
    let printed = expressions::printed(sql, server, table).filter(|_| server.is_mariadb)?;
    is_sum(&printed).then(|| format!("({printed})"))
}

/// A default that is computed, without the parentheses that it may be in.
fn printed_function(server: &Server, table: &Table, sql: &str) -> Option<String> {
    let is_call = |text: &str| text.starts_with(|character: char| character.is_ascii_alphabetic());
    if !server.is_mariadb {
        return None;
    }
    expressions::printed(sql, server, table).filter(|text| is_call(text))
}

/// What SHOW FULL FIELDS has as a default: a constant without its quotes, as its type prints it.
fn printed_default(server: &Server, sql_type: &str, sql: &str) -> Option<String> {
    let name = sql_type.split(['(', ' ']).next().unwrap_or_default();
    if let Some(text) = sql.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        let mut text = unescaped(text)?;
        if server.is_mariadb {
            // It tells of defaults in a character set that has no more.
            text = text.chars().map(|character| if character > '\u{ffff}' { '?' } else { character }).collect();
        }
        return match name {
            "varchar" | "char" | "enum" | "set" => Some(text),
            "date" if text.len() == 10 => Some(text),
            "time" => printed_clock(&text, sql_type),
            "datetime" | "timestamp" => {
                let (day, clock) = text.split_once(' ').unwrap_or((&text, "00:00:00"));
                let clock = printed_clock(clock, sql_type)?;
                (day.len() == 10).then(|| format!("{day} {clock}"))
            }
            "text" | "tinytext" | "mediumtext" | "longtext"
                if server.is_mariadb && !text.contains(['\\', '\n', '\r']) =>
            {
                Some(format!("'{}'", text.replace('\'', "\\'")))
            }
            _ => None,
        };
    }
    let is_integer = sql.trim_start_matches('-').chars().all(|character| character.is_ascii_digit());
    match (name, sql.to_ascii_uppercase().as_str()) {
        ("tinyint", "TRUE") => Some("1".to_owned()),
        ("tinyint", "FALSE") => Some("0".to_owned()),
        ("tinyint" | "smallint" | "mediumint" | "int" | "bigint", _) if is_integer => Some(sql.to_owned()),
        ("float" | "double", _) if !sql.contains(['e', 'E']) => {
            sql.parse::<f64>().ok().map(|number| number.to_string())
        }
        ("decimal", _) => printed_decimal(sql_type, sql),
        _ => None,
    }
}

/// With as many digits of a fraction as the type has; more would be rounded.
fn printed_clock(text: &str, sql_type: &str) -> Option<String> {
    let digits: usize = sql_type.split(['(', ')']).nth(1).map_or(Some(0), |digits| digits.parse().ok())?;
    let (time, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let is_known = time.len() == 8 && fraction.len() <= digits && fraction.chars().all(|c| c.is_ascii_digit());
    let fraction = if digits > 0 { format!(".{fraction:0<digits$}") } else { String::new() };
    is_known.then(|| format!("{time}{fraction}"))
}

/// What a text's escapes stand for; none where one is not known.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => match characters.next()? {
                escaped @ ('\\' | '\'' | '"') => escaped,
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            // Doubled.
            '\'' => characters.next().filter(|next| *next == '\'')?,
            plain => plain,
        });
    }
    Some(out)
}

/// With as many digits as the scale.
fn printed_decimal(sql_type: &str, sql: &str) -> Option<String> {
    let scale: usize = sql_type.split([',', ')']).nth(1)?.parse().ok()?;
    let (whole, fraction) = sql.split_once('.').unwrap_or((sql, ""));
    let is_number = whole.trim_start_matches('-').chars().chain(fraction.chars()).all(|c| c.is_ascii_digit());
    if !is_number || fraction.len() > scale {
        return None;
    }
    Some(if scale == 0 { whole.to_owned() } else { format!("{whole}.{fraction:0<scale$}") })
}

/// MariaDB writes it with parentheses and in small letters, MySQL in capitals.
///
/// Its precision is the column's, whatever it was.
fn printed_current_timestamp(server: &Server, sql_type: &str, sql: &str) -> Option<String> {
    let lower = sql.to_ascii_lowercase();
    let precision = ["current_timestamp", "now"].iter().find_map(|name| lower.strip_prefix(name))?;
    let is_it = matches!(precision.as_bytes(), [] | [b'(', b')'] | [b'(', b'0'..=b'6', b')']);
    let kind = sql_type.split('(').next().unwrap_or_default();
    if !is_it || !matches!(kind, "datetime" | "timestamp") {
        return None;
    }
    let precision = &sql_type[kind.len()..];
    Some(match (server.is_mariadb, precision) {
        (true, "") => "current_timestamp()".to_owned(),
        (true, precision) => format!("current_timestamp{precision}"),
        (false, precision) => format!("CURRENT_TIMESTAMP{precision}"),
    })
}

/// CHANGE says all of a column again.
pub(super) fn change_column(server: &Server, table: &mut Table, change: &ChangeColumnDefinition) {
    let (column, _) = stored(server, table, &change.column);
    let Some(at) = table.columns.iter().position(|other| other.name == change.name) else { return };
    table.columns.remove(at);
    let options = &change.column.options;
    let after = options.get("after").is_truthy().then(|| options.get("after").to_s());
    let at = match after {
        _ if options.get("first").is_truthy() => 0,
        Some(after) => table.columns.iter().position(|other| other.name == after).map_or(at, |at| at + 1),
        None => at,
    };
    let name = column.name.clone();
    table.columns.insert(at, column);
    // What stood with the column goes with its definition.
    table.checks.retain(|check| check.column.as_ref() != Some(&change.name));
    check_of_json(server, table, &change.column);
    rename_in_texts(table, &change.name, &name);
    print_generated(server, table);
    shorten(server, table);
}

/// Where others are made of the column, it is called by the name that it has.
pub(super) fn rename_in_texts(table: &mut Table, from: &str, to: &str) {
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let named = |text: &str| super::expressions::renamed(text, &quoted(from), &quoted(to));
    for check in &mut table.checks {
        check.definition.expression = named(&check.definition.expression);
        if check.column.as_deref() == Some(from) {
            check.column = Some(to.to_owned());
        }
    }
    for (_, text) in table.columns.iter_mut().filter_map(|column| column.generated.as_mut()) {
        *text = named(text);
    }
}

/// Of a text that became too long for an index, MariaDB keeps its beginning there.
fn shorten(server: &Server, table: &mut Table) {
    let known = table.clone();
    for index in table.indexes.iter_mut().filter(|index| index.definition.r#type.is_none()) {
        let definition = &mut index.definition;
        let names = definition.column_names();
        let mut lengths = of_columns(&definition.lengths, &names);
        add_prefixes(server, &known, &names, &mut lengths, definition);
        definition.lengths = Arg::Hash(lengths);
        *definition = definition.clone().concise();
    }
}

/// Before its columns are made.
pub(super) fn begin_table(server: &Server, table: &mut Table, definition: &TableDefinition) {
    options::take(server, table, definition);
}

pub(super) fn finish_table(server: &Server, table: &mut Table, definition: &TableDefinition) {
    table.comment = definition.comment.clone().filter(|comment| !comment.trim().is_empty());
    print_generated(server, table);
}

pub(super) fn index(server: &Server, table: &mut Table, given: &IndexDefinition) -> (IndexDefinition, bool) {
    let mut index = IndexDefinition::new(&given.table, &given.name, given.unique, given.columns.clone());
    index.comment = given.comment.clone().filter(|comment| !comment.trim().is_empty());
    index.enabled = Some(given.enabled != Some(false));
    match given.r#type.as_deref().map(str::to_lowercase) {
        Some(kind) if kind == "fulltext" || kind == "spatial" => index.r#type = Some(kind),
        Some(kind) => index.unique = kind == "unique",
        None => {}
    }
    let names = given.column_names();
    let is_special = index.r#type.is_some();
    let is_spatial = index.r#type.as_deref() == Some("spatial");
    let is_doubtful = is_spatial || !matches!(given.columns, Arg::Array(_));
    if !is_special {
        // InnoDB knows but one kind, whatever it is asked for.
        index.using = Some("btree".to_owned());
        let mut lengths = of_columns(&given.lengths, &names);
        let mut orders = of_columns(&given.orders, &names);
        orders = orders.iter().filter(|(_, order)| order.to_s().eq_ignore_ascii_case("desc")).fold(
            Options::new(),
            |mut kept, (name, _)| {
                kept.insert(name, Arg::symbol("desc"));
                kept
            },
        );
        drop_full_lengths(table, &mut lengths);
        add_prefixes(server, table, &names, &mut lengths, &mut index);
        index.lengths = Arg::Hash(lengths);
        index.orders = Arg::Hash(orders);
    }
    drop_implicit(server, table, &names);
    (index.concise(), is_doubtful)
}

/// Each column's own option, or the one for all.
fn of_columns(options: &Arg, names: &[String]) -> Options {
    let own = names.iter().filter_map(|name| {
        let option = match options {
            Arg::Hash(options) => options.get(name),
            option => option,
        };
        option.is_present().then(|| (name.as_str(), option.clone()))
    });
    own.collect()
}

/// MariaDB keeps a unique key that is too long for a tree as a hash, and of another's parts the beginnings: so many bytes, four
/// for each character.
fn add_prefixes(server: &Server, table: &Table, names: &[String], lengths: &mut Options, index: &mut IndexDefinition) {
    const LONGEST: usize = 3072;
    if !server.is_mariadb {
        return;
    }
    let bytes_of = |column: &StoredColumn, lengths: &Options| {
        let (kind, rest) = column.sql_type.split_once('(').unwrap_or((&column.sql_type, ""));
        let length: usize = rest.split(')').next().and_then(|length| length.parse().ok()).unwrap_or(0);
        let of_prefix = lengths.get(&column.name).as_int().and_then(|length| usize::try_from(length).ok());
        match kind {
            "varchar" | "char" => of_prefix.unwrap_or(length) * 4,
            "varbinary" | "binary" => of_prefix.unwrap_or(length),
            kind if kind.ends_with("text") => of_prefix.map_or(usize::MAX / 64, |length| length * 4),
            kind if kind.ends_with("blob") => of_prefix.unwrap_or(usize::MAX / 64),
            _ => 8,
        }
    };
    let columns: Vec<&StoredColumn> = names.iter().filter_map(|name| table.column(name)).collect();
    let bytes: usize = columns.iter().map(|column| bytes_of(column, lengths)).sum();
    if index.unique {
        index.using = Some(if bytes > LONGEST { "hash" } else { "btree" }.to_owned());
        return;
    }
    for column in columns.iter().filter(|column| bytes_of(column, lengths) > LONGEST).copied().collect::<Vec<_>>() {
        let length = if is_text(&column.sql_type) { LONGEST / 4 } else { LONGEST };
        lengths.insert(&column.name, Arg::Int(i64::try_from(length).unwrap_or(0)));
    }
}

/// A length that is all of a column's goes unsaid.
fn drop_full_lengths(table: &Table, lengths: &mut Options) {
    let is_full = |name: &str, length: &Arg| {
        table.column(name).is_some_and(|column| column.sql_type.ends_with(&format!("({})", length.to_s())))
    };
    *lengths = lengths.iter().filter(|(name, length)| !is_full(name, length)).map(|(n, l)| (n, l.clone())).collect();
}

/// An index that a foreign key brought goes when another begins with its columns.
fn drop_implicit(_: &Server, table: &mut Table, names: &[String]) {
    table.indexes.retain(|index| index.constraint.is_none() || !names.starts_with(&index.definition.column_names()));
}

pub(super) fn index_of_foreign_key(
    schema: &Schema,
    server: &Server,
    table: &mut Table,
    definition: &ForeignKeyDefinition,
) {
    let columns = definition.column().to_strings();
    let is_covered = table.primary_key.starts_with(&columns)
        || table.indexes.iter().any(|index| index.definition.column_names().starts_with(&columns));
    if is_covered {
        return;
    }
    let name = definition.name().unwrap_or_default();
    let index = IndexDefinition::new(&definition.from_table, &name, false, Arg::from(columns));
    create::index(schema, server, table, &index, Some(&name));
}

/// Unique ones stand before the others, and full texts behind.
pub(super) fn sort_indexes(table: &mut Table) {
    let Table { columns, indexes, .. } = table;
    let allows_null = |index: &StoredIndex| {
        let names = index.definition.column_names();
        columns.iter().any(|column| column.null && names.contains(&column.name))
    };
    indexes.sort_by_key(|index| match (&index.definition.r#type, index.definition.unique) {
        (Some(_), _) => 3,
        (None, true) if !allows_null(index) => 0,
        (None, true) => 1,
        (None, false) => 2,
    });
}

pub(super) fn drop_from_indexes(table: &mut Table, name: &str) {
    for index in &mut table.indexes {
        let definition = &mut index.definition;
        if let Arg::Array(names) = &mut definition.columns {
            names.retain(|column| column.as_str() != Some(name));
        }
        for options in [&mut definition.lengths, &mut definition.orders] {
            if let Arg::Hash(hash) = options {
                hash.delete(name);
            }
        }
    }
    table.checks.retain(|check| check.column.as_deref() != Some(name));
    table.indexes.retain(|index| index.definition.columns.as_array().is_none_or(|names| !names.is_empty()));
    sort_indexes(table);
}

pub(super) fn foreign_key(given: &ForeignKeyDefinition) -> ForeignKeyDefinition {
    let one_or_all = |value: &Arg| {
        let mut names = value.to_strings();
        if names.len() == 1 { Arg::Str(names.remove(0)) } else { Arg::from(names) }
    };
    // RESTRICT is the default, and goes unsaid.
    let action = |key: &str| match given.options.get(key) {
        action if action.is_truthy() && !action.is_symbol("restrict") => action.clone(),
        _ => Arg::Nil,
    };
    let options = Options::from([
        ("name", Arg::Str(given.name().unwrap_or_default())),
        ("on_update", action("on_update")),
        ("on_delete", action("on_delete")),
        ("column", one_or_all(given.column())),
        ("primary_key", one_or_all(&given.primary_key())),
    ]);
    ForeignKeyDefinition { options, ..given.clone() }
}

/// The server prints the expression anew; what that is, is not always known.
pub(super) fn check(
    server: &Server,
    table: &Table,
    given: &CheckConstraintDefinition,
) -> (CheckConstraintDefinition, bool) {
    let options = Options::from([("name", Arg::Str(given.name().unwrap_or_default()))]);
    let printed = expressions::printed(&given.expression, server, table);
    let printed = printed.map(|text| check_expression(server.is_mariadb, &text));
    let is_doubtful = printed.is_none();
    let expression = printed.unwrap_or_else(|| given.expression.clone());
    (CheckConstraintDefinition { table_name: given.table_name.clone(), expression, options }, is_doubtful)
}

/// What columns are computed from, which may be others of the table, is printed anew too.
pub(super) fn print_generated(server: &Server, table: &mut Table) {
    let known = table.clone();
    for column in &mut table.columns {
        let Some((_, text)) = &mut column.generated else { continue };
        column.doubts.retain(|aspect| *aspect != Aspect::Expression);
        match expressions::printed(text, server, &known).filter(|_| server.is_mariadb) {
            Some(printed) => *text = printed,
            None => column.doubts.push(Aspect::Expression),
        }
    }
}
