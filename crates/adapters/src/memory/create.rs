//! Tables and indexes about to be, as the server keeps them.

use super::model::{Kind, Schema, Server, StoredCheck, StoredColumn, StoredIndex, Table};
use super::{mysql, postgresql, sqlite};
use crate::schema_definitions::{
    CheckConstraintDefinition, ColumnDefinition, ForeignKeyDefinition, IndexDefinition, TableDefinition,
};
use crate::{Arg, Dialect, Options};

pub(super) fn table(schema: &mut Schema, server: &Server, definition: &TableDefinition, indexes: &[IndexDefinition]) {
    let key = schema.new_table_key(&definition.name, definition.temporary);
    if definition.if_not_exists && schema.table(&key).is_some() {
        return;
    }
    let mut table = Table { is_doubtful: definition.r#as.is_some(), ..Table::default() };
    if definition.temporary {
        table.kind = Kind::Temporary;
    }
    if server.dialect == Dialect::MySql {
        mysql::begin_table(server, &mut table, definition);
    }
    for definition in definition.columns() {
        let column = stored_column(schema, server, &key, &mut table, definition);
        table.columns.push(column);
    }
    if let Some(primary_key) = &definition.primary_keys {
        table.primary_key.clone_from(&primary_key.name);
        if server.dialect != Dialect::Sqlite {
            table
                .columns
                .iter_mut()
                .filter(|column| primary_key.name.contains(&column.name))
                .for_each(|c| c.null = false);
        }
    }
    for definition in indexes {
        index(schema, server, &mut table, definition, None);
    }
    if server.uses_foreign_keys {
        definition.foreign_keys.iter().for_each(|key| foreign_key(schema, server, &mut table, key));
    }
    definition.check_constraints.iter().for_each(|check| self::check(schema, server, &mut table, check));
    match server.dialect {
        Dialect::Sqlite => {}
        Dialect::PostgreSql => postgresql::finish_table(schema, server, &mut table, definition),
        Dialect::MySql => mysql::finish_table(server, &mut table, definition),
    }
    schema.tables.insert(key, table);
}

/// A column that is added to a table.
pub(super) fn add_column(
    schema: &mut Schema,
    server: &Server,
    key: &str,
    table: &mut Table,
    definition: &ColumnDefinition,
) {
    let column = stored_column(schema, server, key, table, definition);
    if server.dialect == Dialect::MySql {
        place(&mut table.columns, column, &definition.options);
        mysql::print_generated(server, table);
    } else {
        // The others do not know where a column is to stand, and are not told.
        table.columns.push(column);
    }
}

/// A column, and what comes with it.
fn stored_column(
    schema: &mut Schema,
    server: &Server,
    key: &str,
    table: &mut Table,
    definition: &ColumnDefinition,
) -> StoredColumn {
    let (column, is_primary_key) = match server.dialect {
        Dialect::Sqlite => sqlite::stored(definition),
        Dialect::PostgreSql => postgresql::stored(schema, server, key, table, definition),
        Dialect::MySql => mysql::stored(server, table, definition),
    };
    if server.dialect == Dialect::MySql {
        mysql::check_of_json(server, table, definition);
    }
    if is_primary_key {
        table.primary_key.push(column.name.clone());
    }
    column
}

/// MySQL's FIRST and AFTER.
fn place(columns: &mut Vec<StoredColumn>, column: StoredColumn, options: &Options) {
    let after = options.get("after");
    let at = if options.get("first").is_truthy() {
        0
    } else if after.is_truthy() {
        let after = after.to_s();
        columns.iter().position(|other| other.name == after).map_or(columns.len(), |at| at + 1)
    } else {
        columns.len()
    };
    columns.insert(at, column);
}

pub(super) fn index(
    schema: &Schema,
    server: &Server,
    table: &mut Table,
    definition: &IndexDefinition,
    constraint: Option<&str>,
) {
    // Names may have been given as symbols.
    let columns = match &definition.columns {
        Arg::Array(names) => Arg::Array(names.iter().map(|name| Arg::Str(name.to_s())).collect()),
        text => text.clone(),
    };
    let given = IndexDefinition { columns, ..definition.clone() };
    let (definition, is_doubtful) = match server.dialect {
        Dialect::Sqlite => sqlite::index(table, &given),
        Dialect::PostgreSql => postgresql::index(schema, server, table, &given),
        Dialect::MySql => mysql::index(server, table, &given),
    };
    let constraint = constraint.map(str::to_owned);
    table.indexes.push(StoredIndex { definition, constraint, is_doubtful });
    if server.dialect == Dialect::MySql {
        mysql::sort_indexes(table);
    }
}

pub(super) fn foreign_key(schema: &Schema, server: &Server, table: &mut Table, definition: &ForeignKeyDefinition) {
    let key = match server.dialect {
        Dialect::Sqlite => sqlite::foreign_key(definition),
        Dialect::PostgreSql => postgresql::foreign_key(schema, definition),
        Dialect::MySql => mysql::foreign_key(definition),
    };
    table.foreign_keys.push(key);
    if server.dialect == Dialect::MySql {
        mysql::index_of_foreign_key(schema, server, table, definition);
    }
}

pub(super) fn check(schema: &Schema, server: &Server, table: &mut Table, definition: &CheckConstraintDefinition) {
    let check = match server.dialect {
        Dialect::Sqlite => sqlite::check(definition),
        Dialect::PostgreSql => Some(postgresql::check(schema, server, table, definition)),
        Dialect::MySql => Some(mysql::check(server, table, definition)),
    };
    table.checks.extend(check.map(|(definition, is_doubtful)| StoredCheck { definition, is_doubtful, column: None }));
}
