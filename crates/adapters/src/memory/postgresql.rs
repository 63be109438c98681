//! PostgreSQL's way of keeping a table: types under their own names, constants with their types, sequences behind serial
//! columns. An expression is kept as the server understood it, and printed anew; what that would be is known for the plainest
//! only.

use super::create;
use super::model::{Aspect, Schema, Server, StoredColumn, Table, generated};
use crate::catalogue::KeySequence;
use crate::name::{Name, extract_schema_qualified_name, quote_ident};
use crate::schema_definitions::{
    ChangeColumnDefinition, CheckConstraintDefinition, ColumnDefinition, ExclusionConstraintDefinition,
    ForeignKeyDefinition, IndexDefinition, TableDefinition, UniqueConstraintDefinition,
};
use crate::schema_statements::options_for_index_columns;
use crate::{Arg, Options};

mod columns;
mod expressions;
pub(super) mod types;

pub(super) use columns::{column, type_oid, type_rows};

/// The longest name, in bytes.
const LONGEST: usize = 63;

/// The column, and whether it is the primary key.
pub(super) fn stored(schema: &mut Schema, key: &str, definition: &ColumnDefinition) -> (StoredColumn, bool) {
    let options = &definition.options;
    let written = definition.sql_type.clone().unwrap_or_default();
    let lower = written.to_ascii_lowercase();
    let is_key = lower.ends_with(" primary key") || options.get("primary_key").is_true();
    let written =
        if lower.ends_with(" primary key") { &written[..written.len() - " primary key".len()] } else { &written };
    let mut column = StoredColumn { name: definition.name.clone(), ..StoredColumn::default() };
    column.null = !(options.get("null").is_false() || is_key);
    if let Some(integer) = types::serial(written) {
        integer.clone_into(&mut column.sql_type);
        column.null = false;
        let sequence = new_sequence(schema, key, &definition.name);
        column.default = Some(nextval(&sequence));
        return (column, is_key);
    }
    set_type(schema, &mut column, written, options);
    let collation = options.get("collation");
    column.collation = collation.is_truthy().then(|| collation.to_s());
    column.generated = generated(options);
    if column.generated.is_some() {
        column.doubts.push(Aspect::Default);
    } else if definition.default_sql.is_some() {
        set_default(schema, &mut column, definition.default_sql.as_deref(), options.get("default"));
    }
    (column, is_key)
}

fn set_type(schema: &Schema, column: &mut StoredColumn, written: &str, _options: &Options) {
    column.doubts.retain(|aspect| *aspect != Aspect::Type);
    match types::canonical(written, &schema.enums) {
        Some(sql_type) => column.sql_type = sql_type,
        None => {
            written.clone_into(&mut column.sql_type);
            column.doubts.push(Aspect::Type);
        }
    }
}

/// What the server prints of a default.
pub(super) fn set_default(_: &Schema, column: &mut StoredColumn, sql: Option<&str>, value: &Arg) {
    column.doubts.retain(|aspect| *aspect != Aspect::Default);
    column.default = None;
    let Some(sql) = sql.filter(|sql| !sql.eq_ignore_ascii_case("null")) else { return };
    match types::printed_default(sql, value, &column.sql_type) {
        Some(printed) => column.default = Some(printed),
        None => {
            column.default = Some(sql.to_owned());
            column.doubts.push(Aspect::Default);
        }
    }
}

/// `ALTER COLUMN ... TYPE`, with what else is said.
pub(super) fn change_column(schema: &mut Schema, table: &mut Table, change: &ChangeColumnDefinition) {
    let definition = &change.column;
    let Some(mut column) = table.column(&change.name).cloned() else { return };
    let old_type = column.sql_type.clone();
    set_type(schema, &mut column, definition.sql_type.as_deref().unwrap_or_default(), &definition.options);
    let collation = definition.options.get("collation");
    column.collation = collation.is_truthy().then(|| collation.to_s());
    if definition.options.key("default") {
        let sql = definition.default_sql.as_deref();
        set_default(schema, &mut column, sql, definition.options.get("default"));
    } else if column.default.is_some() && old_type != column.sql_type {
        // The old default is cast, and printed with the cast or without.
        column.doubts.push(Aspect::Default);
    }
    if let Some(null) = definition.options.get_opt("null") {
        column.null = null.is_truthy();
    }
    if old_type != column.sql_type {
        for index in table.indexes.iter_mut().filter(|index| !matches!(index.definition.columns, Arg::Array(_))) {
            index.is_doubtful = true;
        }
        table.checks.iter_mut().for_each(|check| check.is_doubtful = true);
    }
    super::alter::replace(table, column);
}

// --- sequences -------------------------------------------------------------------------------------------------------

/// `table_column_seq`, both parts cut where it is too long, and numbered where there is one.
fn new_sequence(schema: &mut Schema, key: &str, column: &str) -> String {
    let (prefix, table) = key.rsplit_once('.').map_or((None, key), |(schema, table)| (Some(schema), table));
    let name = (0..).find_map(|number: usize| {
        let suffix = if number == 0 { "seq".to_owned() } else { format!("seq{number}") };
        let name = object_name(table, column, &suffix);
        let name = prefix.map_or(name.clone(), |prefix| format!("{prefix}.{name}"));
        (!schema.sequences.contains(&name)).then_some(name)
    });
    let name = name.unwrap_or_default();
    schema.sequences.push(name.clone());
    name
}

/// The server's `makeObjectName`: the longer of the two parts is cut first.
fn object_name(first: &str, second: &str, suffix: &str) -> String {
    let room = LONGEST.saturating_sub(suffix.len() + 2);
    let (mut one, mut two) = (first.len(), second.len());
    while one + two > room {
        if one > two { one -= 1 } else { two -= 1 }
    }
    let cut = |text: &str, length: usize| {
        let end = (0..=length).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text[..end].to_owned()
    };
    format!("{}_{}_{suffix}", cut(first, one), cut(second, two))
}

fn nextval(sequence: &str) -> String {
    let quoted: Vec<_> = sequence.split('.').map(quoted_if_needed).collect();
    format!("nextval('{}'::regclass)", quoted.join("."))
}

fn quoted_if_needed(name: &str) -> String {
    let is_plain =
        name.chars().all(|character| character == '_' || character.is_ascii_lowercase() || character.is_ascii_digit())
            && !name.starts_with(|character: char| character.is_ascii_digit());
    if is_plain { name.to_owned() } else { quote_ident(name) }
}

/// What counts a table's primary key, by its default.
pub(super) fn key_sequence(table: &Table) -> Option<KeySequence> {
    let [primary_key] = table.primary_key.as_slice() else { return None };
    let default = table.column(primary_key)?.default.as_deref()?;
    let sequence = default.strip_prefix("nextval('")?.strip_suffix("'::regclass)")?;
    let name = extract_schema_qualified_name(sequence);
    let schema = name.schema.as_deref().unwrap_or("public");
    let sequence = Some(Name::new(Some(schema), &name.identifier));
    Some(KeySequence { primary_key: primary_key.clone(), sequence })
}

pub(super) fn rename_sequence(schema: &mut Schema, from: &str, to: &str) {
    schema.sequences.iter_mut().filter(|name| *name == from).for_each(|name| to.clone_into(name));
    let (old, new) = (nextval(from), nextval(to));
    for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        if column.default.as_ref() == Some(&old) {
            column.default = Some(new.clone());
        }
    }
}

/// What goes with a table that is dropped.
pub(super) fn forget_table(schema: &mut Schema, key: &str) {
    for table in schema.tables.values_mut() {
        table.foreign_keys.retain(|definition| definition.to_table != key);
    }
    let used: Vec<String> =
        schema.tables.values().flat_map(|table| &table.columns).filter_map(|c| c.default.clone()).collect();
    schema.sequences.retain(|sequence| used.contains(&nextval(sequence)));
}

// --- enums -----------------------------------------------------------------------------------------------------------

pub(super) fn rename_enum(schema: &mut Schema, from: &str, to: &str) {
    let Some(values) = schema.enums.shift_remove(from) else { return };
    schema.enums.insert(to.to_owned(), values);
    let (old, new) = (quoted_if_needed(from), quoted_if_needed(to));
    for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        if let Some(rest) = column.sql_type.strip_prefix(&old).filter(|rest| rest.is_empty() || *rest == "[]") {
            column.sql_type = format!("{new}{rest}");
            column.default = column.default.take().map(|text| text.replace(&format!("::{old}"), &format!("::{new}")));
        }
    }
}

pub(super) fn rename_enum_value(schema: &mut Schema, name: &str, from: &str, to: &str) {
    let name = quoted_if_needed(name);
    let (old, new) = (format!("'{from}'::{name}"), format!("'{to}'::{name}"));
    for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        if column.default.as_ref() == Some(&old) {
            column.default = Some(new.clone());
        }
    }
}

// --- indexes and constraints -----------------------------------------------------------------------------------------

pub(super) fn finish_table(_: &mut Schema, table: &mut Table, definition: &TableDefinition) {
    let server = Server::new(crate::Dialect::PostgreSql);
    definition.exclusion_constraints.iter().for_each(|constraint| add_exclusion(&server, table, constraint));
    definition.unique_constraints.iter().for_each(|constraint| add_unique(&server, table, constraint));
    if let Some(options) = &definition.options {
        table.options.insert("options", options.as_str());
        table.is_doubtful = true;
    }
}

/// An index as Rails reads it from the server's printed definition.
pub(super) fn index(table: &Table, given: &IndexDefinition) -> (IndexDefinition, bool) {
    let mut index = IndexDefinition::new(&given.table, &given.name, given.unique, given.columns.clone());
    index.using = Some(given.using.as_deref().unwrap_or("btree").to_lowercase());
    index.nulls_not_distinct = Some(given.nulls_not_distinct == Some(true));
    index.include = if given.include.is_truthy() { Arg::from(given.include.to_strings()) } else { Arg::Nil };
    let mut is_doubtful = matches!(given.include, Arg::Str(_));
    if let Some(condition) = &given.r#where {
        let printed = expressions::condition(condition, table);
        is_doubtful |= printed.is_none();
        index.r#where = Some(printed.map_or_else(|| condition.clone(), |printed| printed.of_index));
    }
    if let Arg::Array(_) = given.columns {
        let (mut orders, mut opclasses) = (Options::new(), Options::new());
        for name in given.column_names() {
            if let Some(order) =
                options_for_index_columns(&given.orders, &name).and_then(|order| printed_order(&order.to_s()))
            {
                orders.insert(&name, order);
            }
            let opclass = options_for_index_columns(&given.opclasses, &name);
            if let Some(opclass) = opclass.filter(|opclass| opclass.to_s() != "text_ops") {
                opclasses.insert(&name, Arg::symbol(opclass.to_s()));
            }
        }
        index.orders = Arg::Hash(orders);
        index.opclasses = Arg::Hash(opclasses);
    } else {
        let printed = expressions::call(&given.columns.to_s(), table);
        is_doubtful |= printed.is_none();
        index.columns = Arg::Str(printed.unwrap_or_else(|| given.columns.to_s()));
    }
    (index.concise(), is_doubtful)
}

/// What is the default goes unsaid: NULLS FIRST behind DESC, NULLS LAST otherwise.
fn printed_order(order: &str) -> Option<Arg> {
    let order = order.to_uppercase();
    let words: Vec<&str> = order.split_whitespace().filter(|word| *word != "ASC").collect();
    match words.as_slice() {
        ["DESC"] | ["DESC", "NULLS", "FIRST"] => Some(Arg::symbol("desc")),
        [] | ["NULLS", "LAST"] => None,
        words => Some(Arg::Str(words.join(" "))),
    }
}

pub(super) fn foreign_key(given: &ForeignKeyDefinition) -> ForeignKeyDefinition {
    let one_or_all = |value: &Arg| {
        let mut names = value.to_strings();
        if names.len() == 1 { Arg::Str(names.remove(0)) } else { Arg::from(names) }
    };
    let action = |key: &str| match given.options.get(key) {
        action if action.is_truthy() => action.clone(),
        _ => Arg::Nil,
    };
    let deferrable = given.deferrable();
    let deferrable = if deferrable.is_truthy() { deferrable.clone() } else { Arg::Bool(false) };
    let to_table = Server::new(crate::Dialect::PostgreSql).key(&given.to_table);
    let options = Options::from([
        ("column", one_or_all(given.column())),
        ("name", Arg::Str(given.name().unwrap_or_default())),
        ("primary_key", one_or_all(&given.primary_key())),
        ("on_delete", action("on_delete")),
        ("on_update", action("on_update")),
        ("deferrable", deferrable),
        ("validate", Arg::Bool(given.is_validate())),
    ]);
    ForeignKeyDefinition { from_table: given.from_table.clone(), to_table, options }
}

pub(super) fn check(table: &Table, given: &CheckConstraintDefinition) -> (CheckConstraintDefinition, bool) {
    let printed = expressions::condition(&given.expression, table);
    let is_doubtful = printed.is_none();
    let options = Options::from([
        ("name", Arg::Str(given.name().unwrap_or_default())),
        ("validate", Arg::Bool(given.is_validate())),
    ]);
    let expression = printed.map_or_else(|| given.expression.clone(), |printed| printed.of_check);
    (CheckConstraintDefinition { table_name: given.table_name.clone(), expression, options }, is_doubtful)
}

pub(super) fn add_exclusion(server: &Server, table: &mut Table, given: &ExclusionConstraintDefinition) {
    let mut index = IndexDefinition::new(&given.table_name, given.name(), false, given.expression.as_str());
    let using = given.options.get("using");
    index.using = using.is_truthy().then(|| using.to_s());
    create::index(server, table, &index, Some(&given.name()));
    if let Some(index) = table.indexes.last_mut() {
        index.is_doubtful = true;
    }
    table.exclusions.push(given.clone());
}

/// Its index is one of the table's; one that was there already becomes the constraint's and gets its name.
pub(super) fn add_unique(server: &Server, table: &mut Table, given: &UniqueConstraintDefinition) {
    let mut given = given.clone();
    let name = given.name();
    let using_index = given.options.get("using_index");
    let wanted = using_index.is_truthy().then(|| using_index.to_s());
    if let Some(index) = table.indexes.iter_mut().find(|index| Some(&index.definition.name) == wanted.as_ref()) {
        index.definition.name.clone_from(&name);
        index.constraint = Some(name);
        given.column = index.definition.columns.clone();
    } else {
        given.column = Arg::from(given.column.to_strings());
        let mut index = IndexDefinition::new(&given.table_name, &name, true, given.column.clone());
        index.nulls_not_distinct = Some(given.options.get("nulls_not_distinct").is_truthy());
        create::index(server, table, &index, Some(&name));
    }
    let deferrable = given.options.get("deferrable");
    given.options = Options::from([
        ("name", given.options.get("name").clone()),
        ("nulls_not_distinct", Arg::Bool(given.options.get("nulls_not_distinct").is_truthy())),
        ("deferrable", if deferrable.is_truthy() { deferrable.clone() } else { Arg::Bool(false) }),
    ]);
    table.uniques.push(given);
}

/// Whether a text has a word of this name.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    text.split(|character: char| !(character == '_' || character.is_alphanumeric())).any(|word| word == name)
}
