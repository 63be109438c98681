//! What each change makes of a schema in memory: the parts that are alike on all databases. The parts of an ALTER TABLE are in
//! alter.rs, and what a definition is for the server's eyes in sqlite.rs, postgresql.rs and mysql.rs.

use super::model::{Kind, Schema, Server, Table};
use super::postgresql::{enums, extensions, sequences};
use super::{alter, create, expressions};
use crate::Dialect;
use crate::change::{
    Change, Commented, DropTable, EnumChange, ExtensionChange, Place, SchemaChange, SequenceChange, Setting, ViewChange,
};
use crate::name::extract_schema_qualified_name;
use crate::schema_definitions::CreateIndexDefinition;

pub(super) fn apply(schema: &mut Schema, server: &Server, change: &Change<'_>) {
    match change {
        Change::CreateTable { table, indexes } => create::table(schema, server, table, indexes),
        Change::CreateVirtualTable { table, module, arguments } => {
            let module = Some((module.to_string(), arguments.join(", ")));
            let made = Table { kind: Kind::Virtual, module, is_doubtful: true, ..Table::default() };
            schema.tables.entry(table.to_string()).or_insert(made);
        }
        Change::DropTable(drop) => drop_tables(schema, drop),
        Change::RenameTable { from, to } => rename_table(schema, from, to),
        Change::AlterTable { table, alterations } => {
            let key = schema.key(table);
            for alteration in alterations {
                alter::alter(schema, server, &key, alteration);
            }
        }
        Change::CreateIndex(create) => create_index(schema, server, create),
        Change::DropIndex { table, name } => drop_index(schema, table.as_deref(), name),
        Change::RenameIndex { table, from, to } => rename_index(schema, table.as_deref(), from, to),
        Change::Comment { on, comment } => comment_on(schema, on, comment.as_ref()),
        Change::Sequence(SequenceChange::Rename { from, to }) => {
            let from = schema.sequence_key(from);
            let to = schema.beside(&from, to);
            sequences::rename(schema, &from, &to);
        }
        Change::Enum(change) => change_enum(schema, change),
        Change::Extension(change) => change_extension(schema, change),
        Change::Schema(change) => change_schema(schema, change),
        Change::View(change) => change_view(schema, change),
        Change::Several(changes) => changes.iter().for_each(|change| apply(schema, server, change)),
        Change::Session(Setting::SearchPath(path)) => schema.search_path = Some(path.to_string()),
        // A text is read, and transactions are known, before it comes to this.
        Change::Opaque
        | Change::Read
        | Change::Rows { .. }
        | Change::Transaction(_)
        | Change::Session(_)
        | Change::Sequence(SequenceChange::Set(_))
        | Change::Routine(_)
        | Change::Upkeep
        | Change::Database(_) => {}
    }
}

fn create_index(schema: &mut Schema, server: &Server, create: &CreateIndexDefinition) {
    let key = schema.key(&create.index.table);
    let Some(mut table) = schema.table(&key).cloned() else { return };
    let is_there = |table: &Table| table.indexes.iter().any(|index| index.definition.name == create.index.name);
    if !(create.if_not_exists && is_there(&table)) {
        create::index(schema, server, &mut table, &create.index, None);
        schema.replace_table(&key, table);
    }
}

fn drop_tables(schema: &mut Schema, drop: &DropTable) {
    for name in &drop.tables {
        let key = schema.key(name);
        let Some((key, _)) = schema.remove_table(&key) else { continue };
        if schema.dialect == Some(Dialect::PostgreSql) {
            sequences::forget_owner(schema, &key, None);
            schema.tables.values_mut().for_each(|table| table.foreign_keys.retain(|other| other.to_table != key));
            drop_dependents(schema, &key);
        }
    }
}

/// CASCADE drops the views of a table, and those of the views; without it the server does not drop what they stand on.
fn drop_dependents(schema: &mut Schema, key: &str) {
    let (_, name) = schema.parts(key);
    let name = name.to_owned();
    let dependent: Vec<String> = schema
        .views
        .iter()
        .filter(|(_, query)| expressions::mentions(query, &name))
        .map(|(key, _)| key.clone())
        .collect();
    for view in dependent {
        schema.views.shift_remove(&view);
        drop_dependents(schema, &view);
    }
    let children: Vec<String> = schema
        .tables
        .iter()
        .filter(|(_, table)| table.parents.iter().any(|p| p == key))
        .map(|(key, _)| key.clone())
        .collect();
    for child in children {
        schema.remove_table(&child);
        drop_dependents(schema, &child);
    }
}

fn rename_table(schema: &mut Schema, from: &str, to: &str) {
    let from = schema.key(from);
    let to = schema.beside(&from, to);
    if let Some(query) = schema.views.shift_remove(&from) {
        schema.views.insert(to, query);
        return;
    }
    let Some((from, mut table)) = schema.remove_table(&from) else { return };
    for index in &mut table.indexes {
        index.definition.table.clone_from(&to);
    }
    schema.tables.insert(to.clone(), table);
    for table in schema.tables.values_mut() {
        table.foreign_keys.iter_mut().filter(|key| key.to_table == from).for_each(|key| key.to_table.clone_from(&to));
        table.parents.iter_mut().filter(|parent| **parent == from).for_each(|parent| parent.clone_from(&to));
    }
    for (owner, _) in schema.sequences.iter_mut().filter_map(|sequence| sequence.owner.as_mut()) {
        if *owner == from {
            owner.clone_from(&to);
        }
    }
}

/// An index stands in its table's schema; a name of a schema says no more than its last part.
fn index_name(schema: &Schema, name: &str) -> String {
    if schema.dialect == Some(Dialect::PostgreSql) {
        extract_schema_qualified_name(name).identifier
    } else {
        name.to_owned()
    }
}

/// Those that may have an index of the name: the table that is given, or all that are in its schema or are searched.
fn tables_of_index(schema: &Schema, table: Option<&str>, name: &str) -> Vec<String> {
    let has_it = |key: &String| {
        schema.tables.get(key).is_some_and(|table| table.indexes.iter().any(|index| index.definition.name == name))
    };
    let given = table.map(|table| schema.key(table)).filter(|key| schema.table(key).is_some());
    match given {
        Some(key) if schema.table(&key).is_some_and(|t| t.indexes.iter().any(|i| i.definition.name == name)) => {
            vec![key]
        }
        _ => schema.tables.keys().filter(|key| has_it(key)).cloned().collect(),
    }
}

fn drop_index(schema: &mut Schema, table: Option<&str>, name: &str) {
    let name = index_name(schema, name);
    for key in tables_of_index(schema, table, &name) {
        if let Some(table) = schema.table_mut(&key) {
            table.indexes.retain(|index| index.definition.name != name);
        }
    }
}

pub(super) fn rename_index(schema: &mut Schema, table: Option<&str>, from: &str, to: &str) {
    let (from, to) = (index_name(schema, from), index_name(schema, to));
    for key in tables_of_index(schema, table, &from) {
        let indexes = schema.table_mut(&key).into_iter().flat_map(|table| &mut table.indexes);
        for index in indexes.filter(|index| index.definition.name == from) {
            index.definition.name.clone_from(&to);
        }
    }
}

fn comment_on(schema: &mut Schema, on: &Commented<'_>, comment: Option<&String>) {
    let comment = comment.cloned();
    let (Commented::Table(table) | Commented::Column { table, .. } | Commented::Index { table, .. }) = on;
    let key = schema.key(table);
    let Some(table) = schema.table_mut(&key) else { return };
    match on {
        Commented::Table(_) => table.comment = comment,
        Commented::Column { column, .. } => {
            if let Some(column) = table.column_mut(column) {
                column.comment = comment;
            }
        }
        Commented::Index { name, .. } => {
            for index in table.indexes.iter_mut().filter(|index| index.definition.name == **name) {
                index.definition.comment.clone_from(&comment);
            }
        }
    }
}

fn change_enum(schema: &mut Schema, change: &EnumChange<'_>) {
    match change {
        EnumChange::Create { name, values } => {
            let key = schema.enum_key(name);
            schema.enums.entry(key).or_insert_with(|| values.clone());
        }
        EnumChange::Drop { name, .. } => {
            let key = schema.enum_key(name);
            schema.enums.shift_remove(&key);
        }
        EnumChange::Rename { name, to } => {
            let key = schema.enum_key(name);
            let to = schema.beside(&key, to);
            enums::rename(schema, &key, &to);
        }
        EnumChange::AddValue { name, value, place } => {
            let key = schema.enum_key(name);
            let Some(values) = schema.enums.get_mut(&key) else { return };
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
            let key = schema.enum_key(name);
            enums::rename_value(schema, &key, from, to);
        }
    }
}

fn change_extension(schema: &mut Schema, change: &ExtensionChange<'_>) {
    match change {
        ExtensionChange::Create { name, schema: within } => {
            if schema.extensions.iter().any(|(_, other)| *other == **name) {
                return;
            }
            let within = within.as_ref().map(ToString::to_string).or_else(|| schema.first_searched());
            schema.extensions.push((within.unwrap_or_default(), name.to_string()));
        }
        ExtensionChange::Drop { name, cascade } => {
            schema.extensions.retain(|(_, other)| *other != **name);
            if *cascade {
                extensions::drop_columns(schema, name);
            }
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
        SchemaChange::Drop { name, .. } => schema.drop_schema(name),
        SchemaChange::Rename { name, to } => schema.rename_schema(name, to),
    }
}

fn change_view(schema: &mut Schema, change: &ViewChange<'_>) {
    match change {
        ViewChange::Create { name, query, .. } => {
            let key = schema.new_table_key(name, false);
            schema.views.insert(key, query.to_string());
        }
        ViewChange::Drop { name, cascade, .. } => {
            let key = schema.key(name);
            schema.views.shift_remove(&key);
            if *cascade {
                drop_dependents(schema, &key);
            }
        }
        ViewChange::Rename { name, to } => rename_table(schema, name, to),
        ViewChange::Refresh(_) => {}
    }
}
