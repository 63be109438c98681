//! SQLite's way of keeping a table: it keeps the text, so that types and defaults are as they were written.

use super::model::{Aspect, StoredColumn, Table, generated};
use crate::column::{Column, SqlTypeMetadata};
use crate::schema_definitions::{CheckConstraintDefinition, ColumnDefinition, ForeignKeyDefinition, IndexDefinition};
use crate::schema_statements::options_for_index_columns;
use crate::sqlite3::{self, extract_value_from_default, has_default_function, is_word};
use crate::types::TypeMap;
use crate::{Arg, Options, Result};

/// Types that it knows by themselves are not kept as they were written.
const STANDARD_TYPES: [&str; 6] = ["ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"];
/// Where a type that was given as text goes on with more than a type.
const CONSTRAINTS: [&str; 8] = ["NOT ", "NULL", "PRIMARY ", "UNIQUE", "CHECK", "DEFAULT ", "COLLATE ", "REFERENCES "];

/// The column, and whether it is the primary key.
pub(super) fn stored(definition: &ColumnDefinition) -> (StoredColumn, bool) {
    let options = &definition.options;
    let written = definition.sql_type.clone().unwrap_or_default();
    let is_primary_key = definition.r#type.is_symbol("primary_key");
    let mut column = StoredColumn { name: definition.name.clone(), ..StoredColumn::default() };
    if is_primary_key {
        "INTEGER".clone_into(&mut column.sql_type);
        column.auto_increment = true;
        return (column, true);
    }
    let upper = written.to_ascii_uppercase();
    if CONSTRAINTS.iter().any(|word| upper.contains(&format!(" {word}"))) {
        column.doubts.extend([Aspect::Type, Aspect::Default]);
    }
    column.sql_type = if STANDARD_TYPES.contains(&upper.as_str()) { upper } else { written };
    column.default = definition.default_sql.as_deref().map(without_parentheses);
    column.null = !options.get("null").is_false();
    let collation = options.get("collation");
    column.collation = collation.is_truthy().then(|| collation.to_s());
    column.generated = generated(options);
    (column, options.get("primary_key").is_true())
}

/// `DEFAULT (expression)` is kept without the parentheses.
fn without_parentheses(default: &str) -> String {
    default.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(default).to_owned()
}

/// An index as Rails reads it from the text it was made with.
pub(super) fn index(table: &Table, given: &IndexDefinition) -> (IndexDefinition, bool) {
    let mut index = IndexDefinition::new(&given.table, &given.name, given.unique, given.columns.clone());
    index.r#where.clone_from(&given.r#where);
    let mut orders = Options::new();
    if let Arg::Array(_) = given.columns {
        for name in given.column_names() {
            let order = options_for_index_columns(&given.orders, &name).map(|order| order.to_s().to_uppercase());
            if order.as_deref() == Some("DESC") {
                orders.insert(name, Arg::symbol("desc"));
            }
        }
    } else {
        let text = given.columns.to_s();
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        if names.iter().all(|name| table.column(name).is_some()) {
            index.columns = Arg::Array(names.into_iter().map(Arg::str).collect());
        }
    }
    // What is no column is read as a text in double quotes, and so as an expression.
    let is_doubtful =
        matches!(given.columns, Arg::Array(_)) && given.column_names().iter().any(|name| table.column(name).is_none());
    index.orders = Arg::Hash(orders);
    (index.concise(), is_doubtful)
}

/// Names are not kept.
pub(super) fn foreign_key(given: &ForeignKeyDefinition) -> ForeignKeyDefinition {
    let action = |key: &str| match given.options.get(key) {
        action if action.is_truthy() => action.clone(),
        _ => Arg::Nil,
    };
    let deferrable = given.deferrable();
    let is_composite = matches!(given.column(), Arg::Array(names) if names.len() > 1);
    let deferrable = match deferrable {
        _ if is_composite => Arg::Nil,
        value if value.is_truthy() => Arg::symbol(value.to_s().to_lowercase()),
        _ => Arg::Bool(false),
    };
    let columns = |value: &Arg| {
        let mut names = value.to_strings();
        if names.len() == 1 { Arg::Str(names.remove(0)) } else { Arg::from(names) }
    };
    let options = Options::from([
        ("on_delete", action("on_delete")),
        ("on_update", action("on_update")),
        ("deferrable", deferrable),
        ("column", columns(given.column())),
        ("primary_key", columns(&given.primary_key())),
    ]);
    ForeignKeyDefinition { options, ..given.clone() }
}

/// As Rails finds it in the table's text; it finds not all of them.
pub(super) fn check(given: &CheckConstraintDefinition) -> Option<(CheckConstraintDefinition, bool)> {
    let name = given.name().unwrap_or_default();
    let found = sqlite3::check_constraints_in(&format!("CONSTRAINT {name} CHECK ({})", given.expression));
    let (name, expression) = found.into_iter().next()?;
    let options = Options::from([("name", name)]);
    Some((CheckConstraintDefinition { table_name: given.table_name.clone(), expression, options }, false))
}

pub(super) fn column(types: &TypeMap, table: &Table, stored: &StoredColumn) -> Result<Column> {
    let default = stored.generated.as_ref().map(|(_, text)| text.clone()).or_else(|| stored.default.clone());
    let value = extract_value_from_default(default.as_deref());
    let is_function = |default: &String| stored.generated.is_some() || has_default_function(&value, default);
    let default_function = default.as_ref().filter(|default| is_function(default)).cloned();
    let cast_type = types.lookup(&stored.sql_type);
    let metadata = SqlTypeMetadata {
        r#type: cast_type.type_name().map(str::to_owned),
        limit: cast_type.limit(),
        precision: cast_type.precision(),
        scale: cast_type.scale(),
        sql_type: stored.sql_type.clone(),
        ..SqlTypeMetadata::default()
    };
    let rowid = stored.sql_type.to_ascii_lowercase().contains("integer") && table.primary_key == [stored.name.as_str()];
    let column = Column::new(&stored.name, Some(cast_type), value, metadata, stored.null, default_function)?;
    Ok(Column {
        collation: stored.collation.clone(),
        auto_increment: stored.auto_increment,
        rowid,
        is_default_word: is_word(default.as_deref()),
        generated: stored.generated.as_ref().map(|(kind, _)| *kind),
        ..column
    })
}
