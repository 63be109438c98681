//! MySQL's and MariaDB's way of keeping a table: types with their widths, defaults as their type prints them, an index for
//! each foreign key.

use super::create;
use super::model::{Aspect, Server, StoredColumn, StoredIndex, Table, generated};
use crate::column::Generated;
use crate::schema_definitions::{
    ChangeColumnDefinition, CheckConstraintDefinition, ColumnDefinition, ForeignKeyDefinition, IndexDefinition,
    TableDefinition,
};
use crate::{Arg, Options};

/// The column, and whether it is the primary key.
pub(super) fn stored(server: &Server, definition: &ColumnDefinition) -> (StoredColumn, bool) {
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
    set_collation(server, &mut column, options);
    let comment = options.get("comment");
    column.comment = comment.is_present().then(|| comment.to_s());
    column.generated = generated(options);
    if let Some((kind, _)) = &column.generated {
        let words = if *kind == Generated::Stored { "STORED GENERATED" } else { "VIRTUAL GENERATED" };
        words.clone_into(&mut column.extra);
    } else if definition.default_sql.is_some() {
        set_default(server, &mut column, definition.default_sql.as_deref(), options.get("default"));
    }
    (column, options.get("primary_key").is_true())
}

/// MariaDB's `json` is a text that is checked.
fn is_json(server: &Server, definition: &ColumnDefinition) -> bool {
    server.is_mariadb && definition.sql_type.as_deref() == Some("json")
}

pub(super) fn check_of_json(server: &Server, table: &mut Table, definition: &ColumnDefinition) {
    if is_json(server, definition) {
        let options = Options::from([("name", definition.name.as_str())]);
        let expression = format!("json_valid(`{}`)", definition.name);
        let definition = CheckConstraintDefinition { table_name: String::new(), expression, options };
        table.checks.push(super::model::StoredCheck { definition, is_doubtful: false });
    }
}

fn is_text(sql_type: &str) -> bool {
    ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"]
        .iter()
        .any(|name| sql_type.split(['(', ' ']).next() == Some(name))
}

fn set_collation(server: &Server, column: &mut StoredColumn, options: &Options) {
    let (given, charset) = (options.get("collation"), options.get("charset"));
    if given.is_truthy() {
        column.collation = Some(given.to_s());
    } else if charset.is_truthy() {
        column.doubts.push(Aspect::Collation);
    } else if is_text(&column.sql_type) && column.collation.is_none() {
        column.collation = Some(server.collation.clone());
    }
}

/// The server's own name of a type, and the width that it puts to it; none where that is not known.
fn canonical(server: &Server, written: &str) -> Option<String> {
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
        name if TYPES.contains(&name) => name,
        _ => return None,
    };
    let modifier = modifier_of(server, own, modifier, unsigned)?;
    let name = if modifier.is_empty() { own.to_owned() } else { format!("{own}({modifier})") };
    Some(with_sign(&name, unsigned))
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

pub(super) fn set_default(server: &Server, column: &mut StoredColumn, sql: Option<&str>, value: &Arg) {
    column.doubts.retain(|aspect| *aspect != Aspect::Default);
    column.default = None;
    let Some(sql) = sql.filter(|sql| !sql.eq_ignore_ascii_case("null")) else { return };
    match printed_default(server, &column.sql_type, sql, value) {
        Some(default) => column.default = Some(default),
        None => {
            column.default = Some(sql.to_owned());
            column.doubts.push(Aspect::Default);
            // It is part of `Extra`, which goes with the type.
            if sql.to_ascii_lowercase().contains("on update") {
                column.doubts.push(Aspect::Type);
            }
        }
    }
}

/// What SHOW FULL FIELDS has as a default: a constant without its quotes, as its type prints it.
fn printed_default(server: &Server, sql_type: &str, sql: &str, value: &Arg) -> Option<String> {
    let name = sql_type.split(['(', ' ']).next().unwrap_or_default();
    if let Arg::Function(_) = value {
        return printed_current_timestamp(sql);
    }
    if let Some(text) = sql.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        let is_plain = !text.contains(['\\', '\'']);
        return match name {
            "varchar" | "char" if is_plain => Some(text.to_owned()),
            "date" if text.len() == 10 => Some(text.to_owned()),
            "time" if text.len() == 8 && !sql_type.contains('(') => Some(text.to_owned()),
            "datetime" | "timestamp" if text.len() == 19 && sql_type.ends_with("(6)") => Some(format!("{text}.000000")),
            "datetime" | "timestamp" if text.len() == 19 && !sql_type.contains('(') => Some(text.to_owned()),
            "text" | "tinytext" | "mediumtext" | "longtext" if is_plain && server.is_mariadb => {
                Some(format!("'{text}'"))
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

/// MariaDB writes it with parentheses and in small letters, MySQL as it was.
fn printed_current_timestamp(sql: &str) -> Option<String> {
    let lower = sql.to_ascii_lowercase();
    let precision = lower.strip_prefix("current_timestamp")?;
    match precision.as_bytes() {
        [] | [b'(', b')'] => Some("current_timestamp()".to_owned()),
        [b'(', b'0'..=b'6', b')'] => Some(lower),
        _ => None,
    }
}

/// CHANGE says all of a column again.
pub(super) fn change_column(server: &Server, table: &mut Table, change: &ChangeColumnDefinition) {
    let (column, _) = stored(server, &change.column);
    let Some(at) = table.columns.iter().position(|other| other.name == change.name) else { return };
    table.columns.remove(at);
    let options = &change.column.options;
    let after = options.get("after").is_truthy().then(|| options.get("after").to_s());
    let at = match after {
        _ if options.get("first").is_truthy() => 0,
        Some(after) => table.columns.iter().position(|other| other.name == after).map_or(at, |at| at + 1),
        None => at,
    };
    table.columns.insert(at, column);
}

pub(super) fn finish_table(server: &Server, table: &mut Table, definition: &TableDefinition) {
    table.comment = definition.comment.clone().filter(|comment| !comment.trim().is_empty());
    let has_options = definition.options.is_some() || definition.charset.is_some();
    let collation = definition.collation.clone();
    if has_options {
        // They may set the collation of every column.
        table.columns.iter_mut().filter(|column| is_text(&column.sql_type)).for_each(|column| {
            column.doubts.push(Aspect::Collation);
        });
    } else if let Some(collation) = collation {
        for column in table.columns.iter_mut().filter(|column| column.collation.as_ref() == Some(&server.collation)) {
            column.collation = Some(collation.clone());
        }
    }
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
    let mut is_doubtful = is_special || !matches!(given.columns, Arg::Array(_));
    if !is_special {
        // InnoDB knows but one kind, whatever it is asked for.
        index.using = Some("btree".to_owned());
        let lengths = of_columns(&given.lengths, &names);
        let mut orders = of_columns(&given.orders, &names);
        orders = orders.iter().filter(|(_, order)| order.to_s().eq_ignore_ascii_case("desc")).fold(
            Options::new(),
            |mut kept, (name, _)| {
                kept.insert(name, Arg::symbol("desc"));
                kept
            },
        );
        is_doubtful |= has_full_lengths(table, &lengths);
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

/// A length that is all of a column's goes unsaid.
fn has_full_lengths(table: &Table, lengths: &Options) -> bool {
    lengths.iter().any(|(name, length)| {
        table.column(name).is_some_and(|column| column.sql_type.ends_with(&format!("({})", length.to_s())))
    })
}

/// An index that a foreign key brought goes when another begins with its columns.
fn drop_implicit(_: &Server, table: &mut Table, names: &[String]) {
    table.indexes.retain(|index| index.constraint.is_none() || !names.starts_with(&index.definition.column_names()));
}

pub(super) fn index_of_foreign_key(server: &Server, table: &mut Table, definition: &ForeignKeyDefinition) {
    let columns = definition.column().to_strings();
    let is_covered = table.primary_key.starts_with(&columns)
        || table.indexes.iter().any(|index| index.definition.column_names().starts_with(&columns));
    if is_covered {
        return;
    }
    let name = definition.name().unwrap_or_default();
    let index = IndexDefinition::new(&definition.from_table, &name, false, Arg::from(columns));
    create::index(server, table, &index, Some(&name));
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

/// The server prints the expression anew, with its own quotes: what that is, is known of the plainest.
pub(super) fn check(table: &Table, given: &CheckConstraintDefinition) -> (CheckConstraintDefinition, bool) {
    let options = Options::from([("name", Arg::Str(given.name().unwrap_or_default()))]);
    let words: Vec<&str> = given.expression.split_whitespace().collect();
    let printed = match words.as_slice() {
        [column, operator @ ("=" | "<" | ">" | "<=" | ">=" | "<>"), number] if number.parse::<u32>().is_ok() => {
            table.column(column).map(|column| format!("`{}` {operator} {number}", column.name))
        }
        _ => None,
    };
    let is_doubtful = printed.is_none();
    let expression = printed.unwrap_or_else(|| given.expression.clone());
    (CheckConstraintDefinition { table_name: given.table_name.clone(), expression, options }, is_doubtful)
}
