//! What each change makes of a schema in memory: the parts that are alike on all databases. The parts of an ALTER TABLE are in
//! alter.rs, and what a definition is for the server's eyes in sqlite.rs, postgresql.rs and mysql.rs.

use super::model::{Kind, Schema, Server, StoredIndex, Table};
use super::{alter, create, postgresql};
use crate::Dialect;
use crate::change::{
    Change, Commented, DropTable, EnumChange, ExtensionChange, Place, SchemaChange, SequenceChange, Setting, ViewChange,
};

pub(super) fn apply(schema: &mut Schema, server: &Server, change: &Change<'_>, sql: &str) {
    match change {
        Change::CreateTable { table, indexes } => create::table(schema, server, table, indexes),
        Change::CreateVirtualTable { table, module, arguments } => {
            let module = Some((module.to_string(), arguments.join(", ")));
            let made = Table { kind: Kind::Virtual, module, is_doubtful: true, ..Table::default() };
            schema.tables.entry(table.to_string()).or_insert(made);
        }
        Change::DropTable(drop) => drop_tables(schema, server, drop),
        Change::RenameTable { from, to } => rename_table(schema, server, from, to),
        Change::AlterTable { table, alterations } => {
            let key = server.key(table);
            for alteration in alterations {
                alter::alter(schema, server, &key, alteration);
            }
        }
        Change::CreateIndex(create) => {
            let key = server.key(&create.index.table);
            let Some(table) = schema.table_mut(&key) else { return };
            if !(create.if_not_exists && table.indexes.iter().any(|index| index.definition.name == create.index.name)) {
                create::index(server, table, &create.index, None);
            }
        }
        Change::DropIndex { table, name } => drop_index(schema, server, table.as_deref(), name),
        Change::RenameIndex { from, to, .. } => rename_index(schema, &server.key(from), to),
        Change::Comment { on, comment } => comment_on(schema, server, on, comment.as_ref()),
        Change::Sequence(SequenceChange::Rename { from, to }) => {
            postgresql::rename_sequence(schema, &server.key(from), &server.key(to));
        }
        Change::Enum(change) => change_enum(schema, server, change),
        Change::Extension(change) => change_extension(schema, change),
        Change::Schema(change) => change_schema(schema, change),
        Change::View(change) => change_view(schema, server, change),
        Change::Several(changes) => changes.iter().for_each(|change| apply(schema, server, change, sql)),
        Change::Opaque => read(schema, server, sql),
        // Which tables a name means is another matter from here on.
        Change::Session(Setting::SearchPath(_)) => schema.lost_at = Some(sql.to_owned()),
        Change::Read
        | Change::Rows { .. }
        | Change::Transaction(_)
        | Change::Session(_)
        | Change::Sequence(SequenceChange::Set(_))
        | Change::Routine(_)
        | Change::Upkeep
        | Change::Database(_) => {}
    }
}

/// An opaque text counts as what can be read in it; where nothing can, nothing is known any more.
fn read(schema: &mut Schema, server: &Server, sql: &str) {
    match Change::read(sql, server.dialect) {
        Some(changes) => changes.iter().for_each(|change| apply(schema, server, change, sql)),
        None => schema.lost_at = Some(sql.to_owned()),
    }
}

fn drop_tables(schema: &mut Schema, server: &Server, drop: &DropTable) {
    for name in &drop.tables {
        let key = server.key(name);
        let Some(found) = schema.tables.keys().find(|other| other.eq_ignore_ascii_case(&key)).cloned() else {
            continue;
        };
        let exact = if schema.tables.contains_key(&key) { key } else { found };
        schema.tables.shift_remove(&exact);
        if server.dialect == Dialect::PostgreSql {
            postgresql::forget_table(schema, &exact);
        }
    }
}

fn rename_table(schema: &mut Schema, server: &Server, from: &str, to: &str) {
    let (from, to) = (server.key(from), server.key(to));
    if let Some(view) = schema.views.iter_mut().find(|view| **view == from) {
        *view = to;
        return;
    }
    let Some(mut table) = schema.tables.shift_remove(&from) else { return };
    for index in &mut table.indexes {
        index.definition.table.clone_from(&to);
    }
    schema.tables.insert(to.clone(), table);
    for key in schema.tables.values_mut().flat_map(|table| &mut table.foreign_keys) {
        if key.to_table == from {
            key.to_table.clone_from(&to);
        }
    }
}

fn drop_index(schema: &mut Schema, server: &Server, table: Option<&str>, name: &str) {
    let name = server.key(name);
    let is_it = |index: &StoredIndex| index.definition.name == name;
    match table.and_then(|table| schema.table_mut(&server.key(table))) {
        Some(table) if table.indexes.iter().any(is_it) => table.indexes.retain(|index| !is_it(index)),
        _ => schema.tables.values_mut().for_each(|table| table.indexes.retain(|index| !is_it(index))),
    }
}

pub(super) fn rename_index(schema: &mut Schema, from: &str, to: &str) {
    for index in schema.tables.values_mut().flat_map(|table| &mut table.indexes) {
        if index.definition.name == from {
            to.clone_into(&mut index.definition.name);
        }
    }
}

fn comment_on(schema: &mut Schema, server: &Server, on: &Commented<'_>, comment: Option<&String>) {
    let comment = comment.cloned();
    match on {
        Commented::Table(table) => {
            if let Some(table) = schema.table_mut(&server.key(table)) {
                table.comment = comment;
            }
        }
        Commented::Column { table, column } => {
            if let Some(column) = schema.table_mut(&server.key(table)).and_then(|table| table.column_mut(column)) {
                column.comment = comment;
            }
        }
        Commented::Index { table, name } => {
            let indexes = schema.table_mut(&server.key(table)).into_iter().flat_map(|table| &mut table.indexes);
            for index in indexes.filter(|index| index.definition.name == **name) {
                index.definition.comment.clone_from(&comment);
            }
        }
    }
}

fn change_enum(schema: &mut Schema, server: &Server, change: &EnumChange<'_>) {
    match change {
        EnumChange::Create { name, values } => {
            schema.enums.entry(server.key(name)).or_insert_with(|| values.clone());
        }
        EnumChange::Drop { name, .. } => drop(schema.enums.shift_remove(&server.key(name))),
        EnumChange::Rename { name, to } => postgresql::rename_enum(schema, &server.key(name), &server.key(to)),
        EnumChange::AddValue { name, value, place } => {
            let Some(values) = schema.enums.get_mut(&server.key(name)) else { return };
            if values.iter().any(|other| *other == **value) {
                return;
            }
            let position = |wanted: &str| values.iter().position(|other| other == wanted);
            let at = match place {
                Some(Place::Before(other)) => position(other),
                Some(Place::After(other)) => position(other).map(|at| at + 1),
                None => None,
            };
            values.insert(at.unwrap_or(values.len()), value.to_string());
        }
        EnumChange::RenameValue { name, from, to } => {
            let values = schema.enums.get_mut(&server.key(name)).into_iter().flatten();
            values.filter(|value| **value == **from).for_each(|value| to.as_ref().clone_into(value));
            postgresql::rename_enum_value(schema, &server.key(name), from, to);
        }
    }
}

/// Extensions bring types, and their names have a schema where that is not the current one.
fn change_extension(schema: &mut Schema, change: &ExtensionChange<'_>) {
    match change {
        ExtensionChange::Create { name, schema: within } => {
            let name = match within.as_deref() {
                Some(within) if within != "public" => format!("{within}.{name}"),
                _ => name.to_string(),
            };
            if !schema.extensions.contains(&name) {
                schema.extensions.push(name);
            }
        }
        ExtensionChange::Drop { name, .. } => {
            schema.extensions.retain(|other| other.rsplit('.').next() != Some(name));
        }
    }
}

fn change_schema(schema: &mut Schema, change: &SchemaChange<'_>) {
    match change {
        SchemaChange::Create { name, .. } => {
            if !schema.schemas.iter().any(|other| *other == **name) {
                schema.schemas.push(name.to_string());
            }
        }
        SchemaChange::Drop { name, .. } => {
            schema.schemas.retain(|other| *other != **name);
            let prefix = format!("{name}.");
            schema.tables.retain(|key, _| !key.starts_with(&prefix));
            schema.views.retain(|view| !view.starts_with(&prefix));
            schema.enums.retain(|key, _| !key.starts_with(&prefix));
        }
        SchemaChange::Rename { name, to } => {
            let names = schema.schemas.iter_mut().filter(|other| **other == **name);
            names.for_each(|other| to.as_ref().clone_into(other));
            let prefix = format!("{name}.");
            if schema.tables.keys().any(|key| key.starts_with(&prefix)) {
                schema.lost_at = Some(format!("ALTER SCHEMA {name} RENAME TO {to}"));
            }
        }
    }
}

fn change_view(schema: &mut Schema, server: &Server, change: &ViewChange<'_>) {
    match change {
        ViewChange::Create { name, .. } => {
            let name = server.key(name);
            if !schema.views.contains(&name) {
                schema.views.push(name);
            }
        }
        ViewChange::Drop { name, .. } => {
            let name = server.key(name);
            schema.views.retain(|view| *view != name);
        }
        ViewChange::Rename { name, to } => rename_table(schema, server, name, to),
        ViewChange::Refresh(_) => {}
    }
}
