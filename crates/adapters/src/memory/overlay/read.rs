//! What a server has said, as a memory keeps it. Types, names and texts are the server's own already; a default is put back into
//! a form that says the same.

use super::super::model::{Sequence, StoredCheck, StoredColumn, StoredExclusion, StoredIndex, Table};
use super::super::postgresql::{self, sequences};
use super::super::{Memory, Server};
use super::Answers;
use crate::catalogue::Catalogue;
use crate::column::Column;
use crate::name::extract_schema_qualified_name;
use crate::schema_definitions::CheckConstraintDefinition;
use crate::{Arg, Dialect, Result};

/// A column, and the name of the sequence that is its own.
pub(super) type Owned = (String, String);

/// What is no table's.
pub(super) fn begin(memory: &mut Memory, below: &mut dyn Catalogue, views: &[String]) -> Result<()> {
    let schema = &mut memory.schema;
    if memory.server.dialect == Dialect::PostgreSql {
        schema.schemas = below.schema_names()?;
        schema.search_path = Some(below.schema_search_path()?);
        let current = below.current_schema()?.unwrap_or_default();
        let with_schema = |name: &str| match name.split_once('.') {
            Some((schema, name)) => (schema.to_owned(), name.to_owned()),
            None => (current.clone(), name.to_owned()),
        };
        schema.extensions = below.extensions()?.iter().map(|name| with_schema(name)).collect();
        for found in below.enum_types()? {
            let (within, name) = with_schema(&found.name);
            schema.enums.insert(format!("{within}.{name}"), found.values);
        }
    }
    for view in views {
        let key = schema.new_table_key(view, false);
        schema.views.insert(key, String::new());
    }
    Ok(())
}

/// The sequences that are columns' own.
pub(super) fn sequences(below: &mut dyn Catalogue, table: &str, columns: &[Column]) -> Result<Vec<Owned>> {
    let mut owned = Vec::new();
    for column in columns {
        if let Arg::Str(sequence) = below.serial_sequence(table, &column.name)? {
            let name = extract_schema_qualified_name(&sequence);
            owned.push((column.name.clone(), name.to_string()));
        }
    }
    Ok(owned)
}

pub(super) fn take_in(memory: &mut Memory, key: &str, answers: Answers, owned: Vec<Owned>) {
    let Memory { server, schema, .. } = memory;
    for (column, sequence) in owned {
        let owner = Some((key.to_owned(), column));
        schema.sequences.push(Sequence { key: sequence, owner });
    }
    let columns = answers.columns.unwrap_or_default();
    let mut table = Table { primary_key: answers.primary_keys.unwrap_or_default(), ..Table::default() };
    for column in &columns {
        let mut stored = stored(server, column);
        if server.dialect == Dialect::PostgreSql {
            let enum_key = schema.enum_key(column.sql_type().trim_end_matches("[]").trim_matches('"'));
            stored.enum_key = schema.enums.contains_key(&enum_key).then_some(enum_key);
            let counted = stored.default.as_deref().and_then(|text| sequences::of_nextval(schema, text));
            if counted.is_some() {
                (stored.counted_by, stored.default) = (counted, None);
            }
        }
        table.columns.push(stored);
    }
    let uniques = answers.uniques.unwrap_or_default();
    let exclusions = answers.exclusions.unwrap_or_default();
    let mut indexes = answers.indexes.unwrap_or_default();
    if server.dialect == Dialect::Sqlite {
        // The newest stands first.
        indexes.reverse();
    }
    for definition in indexes {
        let brought = uniques.iter().any(|unique| unique.name() == definition.name)
            || exclusions.iter().any(|exclusion| exclusion.name() == definition.name);
        let constraint = brought.then(|| definition.name.clone());
        table.indexes.push(StoredIndex { definition, constraint, is_doubtful: false });
    }
    table.foreign_keys = answers.foreign_keys.unwrap_or_default();
    if server.dialect == Dialect::Sqlite {
        table.foreign_keys.reverse();
    }
    for foreign_key in &mut table.foreign_keys {
        foreign_key.to_table = schema.key(&foreign_key.to_table);
    }
    let checks = answers.checks.unwrap_or_default();
    table.checks = checks.into_iter().map(|definition| stored_check(server, definition)).collect();
    table.uniques = uniques;
    table.exclusions =
        exclusions.into_iter().map(|definition| StoredExclusion { definition, is_doubtful: false }).collect();
    table.comment = answers.comment.flatten();
    take_options(server, schema, &mut table, answers.options.unwrap_or_default());
    schema.tables.insert(key.to_owned(), table);
}

/// MariaDB's of a column's JSON came with the column.
fn stored_check(server: &Server, definition: CheckConstraintDefinition) -> StoredCheck {
    let inner = definition.expression.strip_prefix("json_valid(`").and_then(|rest| rest.strip_suffix("`)"));
    let column = inner.filter(|_| server.is_mariadb).map(str::to_owned);
    StoredCheck { definition, is_doubtful: false, column }
}

fn take_options(server: &Server, schema: &super::Schema, table: &mut Table, mut options: crate::Options) {
    options.delete("comment");
    let raw = options.get("options").to_s();
    if let Some(parents) = raw.strip_prefix("INHERITS (").and_then(|rest| rest.strip_suffix(')')) {
        table.parents = parents.split(", ").map(|name| schema.key(name)).collect();
    } else if let Some(definition) = raw.strip_prefix("PARTITION BY ") {
        table.partition = Some(definition.to_owned());
    } else {
        let told = options.get("collation").to_s();
        // Of what is not told it is the character set's own.
        table.collation = Some(if told.is_empty() {
            super::super::mysql::options::collation_of(server, &options.get("charset").to_s())
        } else {
            told
        });
        table.options = options;
    }
}

fn stored(server: &Server, column: &Column) -> StoredColumn {
    let expression = column.default_function.clone().filter(|_| column.generated.is_some());
    let generated = column.generated.map(|kind| (kind, expression.unwrap_or_default()));
    let default = match server.dialect {
        Dialect::MySql => column.default_function.clone().or_else(|| mysql_default(server, column)),
        Dialect::PostgreSql => column.default_function.clone().or_else(|| postgresql_default(column)),
        Dialect::Sqlite => column.default_function.clone().or_else(|| sqlite_default(column)),
    };
    StoredColumn {
        name: column.name.clone(),
        sql_type: column.sql_type().to_owned(),
        default: default.filter(|_| generated.is_none()),
        default_function: column.default_function.clone().filter(|_| server.dialect == Dialect::MySql),
        null: column.null,
        collation: column.collation.clone(),
        comment: column.comment.clone(),
        auto_increment: column.auto_increment,
        generated,
        identity: column.identity.clone(),
        extra: column.metadata.extra.clone().unwrap_or_default(),
        ..StoredColumn::default()
    }
}

fn text_of(column: &Column) -> Option<String> {
    match &column.default {
        Arg::Nil => None,
        Arg::Str(text) => Some(text.clone()),
        // With the zeros that it ends with.
        Arg::Decimal(number) => Some(number.to_plain_string()),
        other => Some(other.to_s()),
    }
}

/// A text's is quoted by MariaDB, and by nobody else.
fn mysql_default(server: &Server, column: &Column) -> Option<String> {
    let text = text_of(column)?;
    let is_quoted = server.is_mariadb && column.r#type() == Some("text");
    Some(if is_quoted { format!("'{}'", text.replace('\'', "\\'")) } else { text })
}

fn postgresql_default(column: &Column) -> Option<String> {
    let text = text_of(column)?;
    let is_bare =
        matches!(column.r#type(), Some("boolean" | "integer" | "float" | "decimal")) && !text.starts_with('-');
    let name = column.sql_type();
    Some(if is_bare { text } else { format!("'{}'::{}", text.replace('\'', "''"), postgresql::bare_type(name)) })
}

fn sqlite_default(column: &Column) -> Option<String> {
    match &column.default {
        Arg::Bytes(bytes) => {
            let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
            let digits: String = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
            Some(format!("x'{digits}'"))
        }
        _ => text_of(column).map(|text| match text.as_str() {
            "TRUE" | "FALSE" => text,
            _ => format!("'{}'", text.replace('\'', "''")),
        }),
    }
}
