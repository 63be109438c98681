//! What each part of an ALTER TABLE makes of a table in memory.

use super::model::{Aspect, Schema, Server, StoredCheck, StoredColumn, StoredIndex, Table};
use super::{apply, create, expressions, mysql, postgresql};
use crate::change::Alteration;
use crate::{Arg, Dialect};

pub(super) fn alter(schema: &mut Schema, server: &Server, key: &str, alteration: &Alteration) {
    match alteration {
        Alteration::AddColumn(definition) => {
            let Some(mut table) = schema.table(key).cloned() else { return };
            create::add_column(schema, server, key, &mut table, definition);
            schema.replace_table(key, table);
        }
        Alteration::ChangeColumn(change) if server.dialect == Dialect::MySql => {
            let Some(table) = schema.table_mut(key) else { return };
            mysql::change_column(server, table, change);
        }
        Alteration::ChangeColumn(change) => {
            let Some(mut table) = schema.table(key).cloned() else { return };
            postgresql::change_column(schema, server, &mut table, change);
            schema.replace_table(key, table);
        }
        Alteration::RenameIndex { from, to } => apply::rename_index(schema, Some(key), from, to),
        Alteration::RenameColumn { from, to } => rename_column(schema, key, from, to),
        _ => {
            let Some(mut table) = schema.table(key).cloned() else { return };
            alter_table(schema, server, &mut table, alteration);
            schema.replace_table(key, table);
            if let (Alteration::DropColumn(name), Dialect::PostgreSql) = (alteration, server.dialect) {
                postgresql::sequences::forget_owner(schema, key, Some(name));
            }
        }
    }
}

fn alter_table(schema: &Schema, server: &Server, table: &mut Table, alteration: &Alteration) {
    match alteration {
        Alteration::DropColumn(name) => drop_column(server.dialect, table, name),
        Alteration::ChangeDefault(change) => {
            let sql = change.default_sql.as_deref();
            let Some(mut column) = table.column(&change.column.name).cloned() else { return };
            match server.dialect {
                Dialect::MySql => mysql::alter_default(server, table, &mut column, sql, &change.default),
                _ => {
                    let scope = postgresql::scope(schema, server, table);
                    postgresql::set_default(scope, &mut column, sql, &change.default);
                }
            }
            replace(table, column);
        }
        Alteration::ChangeNull { column, null } => {
            if let Some(column) = table.column_mut(column) {
                column.null = *null;
            }
        }
        Alteration::AddIndex(definition) => create::index(schema, server, table, definition, None),
        Alteration::DropIndex(name) => table.indexes.retain(|index| index.definition.name != *name),
        Alteration::EnableIndex { name, enabled } => {
            for index in table.indexes.iter_mut().filter(|index| index.definition.name == *name) {
                index.definition.enabled = Some(*enabled);
            }
        }
        Alteration::AddForeignKey(definition) => create::foreign_key(schema, server, table, definition),
        Alteration::DropForeignKey(name) | Alteration::DropCheckConstraint(name) | Alteration::DropConstraint(name) => {
            drop_constraint(server, table, name);
        }
        Alteration::AddCheckConstraint(definition) => create::check(schema, server, table, definition),
        Alteration::ValidateConstraint(name) => validate(table, name),
        Alteration::AddExclusionConstraint(definition) => postgresql::add_exclusion(schema, server, table, definition),
        Alteration::AddUniqueConstraint(definition) => postgresql::add_unique(schema, server, table, definition),
        Alteration::Unread => table.is_doubtful = true,
        Alteration::Comment(comment) => table.comment = (!comment.is_empty()).then(|| comment.clone()),
        Alteration::AddColumn(_)
        | Alteration::ChangeColumn(_)
        | Alteration::RenameIndex { .. }
        | Alteration::RenameColumn { .. } => {}
    }
}

pub(super) fn replace(table: &mut Table, column: StoredColumn) {
    if let Some(place) = table.column_mut(&column.name) {
        *place = column;
    }
}

/// On PostgreSQL what mentions the column goes with it; on MySQL an index goes on with the other columns.
pub(super) fn drop_column(dialect: Dialect, table: &mut Table, name: &str) {
    table.columns.retain(|column| column.name != name);
    table.primary_key.retain(|column| column != name);
    if dialect == Dialect::MySql {
        return mysql::drop_from_indexes(table, name);
    }
    let mentions = |columns: &Arg| columns.to_strings().iter().any(|column| column == name);
    table.indexes.retain(|index| {
        let definition = &index.definition;
        let by_text = index.is_doubtful || !matches!(definition.columns, Arg::Array(_)) || definition.r#where.is_some();
        let in_text = by_text && expressions::mentions(&definition.columns.to_s(), name)
            || definition.r#where.as_deref().is_some_and(|text| expressions::mentions(text, name));
        !(mentions(&definition.columns) || mentions(&definition.include) || in_text)
    });
    table.foreign_keys.retain(|key| !mentions(key.column()));
    table.uniques.retain(|unique| !mentions(&unique.column));
    table.checks.retain(|check| !expressions::mentions(&check.definition.expression, name));
    table.exclusions.retain(|exclusion| !expressions::mentions(&exclusion.definition.expression, name));
}

/// On MySQL the index that a foreign key brought stays behind.
fn drop_constraint(server: &Server, table: &mut Table, name: &str) {
    table.foreign_keys.retain(|key| key.name().as_deref() != Some(name));
    table.checks.retain(|check: &StoredCheck| check.definition.name().as_deref() != Some(name));
    table.uniques.retain(|unique| unique.name() != name);
    table.exclusions.retain(|exclusion| exclusion.definition.name() != name);
    if server.dialect != Dialect::MySql {
        table.indexes.retain(|index: &StoredIndex| index.constraint.as_deref() != Some(name));
    }
}

fn validate(table: &mut Table, name: &str) {
    for key in table.foreign_keys.iter_mut().filter(|key| key.name().as_deref() == Some(name)) {
        key.options.insert("validate", true);
    }
    for check in table.checks.iter_mut().filter(|check| check.definition.name().as_deref() == Some(name)) {
        check.definition.options.insert("validate", true);
    }
}

fn rename_column(schema: &mut Schema, key: &str, from: &str, to: &str) {
    let dialect = schema.dialect;
    let is_postgresql = dialect == Some(Dialect::PostgreSql);
    // The server keeps which column an expression means, and prints the name that it has now.
    let named =
        |text: &str| expressions::renamed(text, &postgresql::quoted_if_needed(from), &postgresql::quoted_if_needed(to));
    let Some(table) = schema.table_mut(key) else { return };
    if let Some(column) = table.column_mut(from) {
        to.clone_into(&mut column.name);
    }
    table.primary_key.iter_mut().filter(|name| *name == from).for_each(|name| to.clone_into(name));
    for index in &mut table.indexes {
        rename_in_index(index, from, to);
        if is_postgresql {
            let definition = &mut index.definition;
            definition.r#where = definition.r#where.take().map(|text| named(&text));
            if let Arg::Str(text) = &definition.columns {
                definition.columns = Arg::Str(named(text));
            }
        } else {
            let definition = &index.definition;
            let is_text = matches!(definition.columns, Arg::Str(_));
            index.is_doubtful |= is_text && expressions::mentions(&definition.columns.to_s(), from);
            index.is_doubtful |= definition.r#where.as_deref().is_some_and(|text| expressions::mentions(text, from));
        }
    }
    if dialect == Some(Dialect::MySql) {
        mysql::rename_in_texts(table, from, to);
    }
    for check in &mut table.checks {
        if is_postgresql {
            check.definition.expression = named(&check.definition.expression);
        } else if dialect == Some(Dialect::Sqlite) {
            check.is_doubtful |= expressions::mentions(&check.definition.expression, from);
        }
    }
    for exclusion in &mut table.exclusions {
        exclusion.definition.expression = named(&exclusion.definition.expression);
    }
    for column in &mut table.columns {
        let Some((_, text)) = &mut column.generated else { continue };
        if is_postgresql {
            *text = named(text);
        } else if dialect == Some(Dialect::Sqlite) && expressions::mentions(text, from) {
            column.doubts.push(Aspect::Default);
        }
    }
    table.uniques.iter_mut().for_each(|unique| unique.column = renamed(&unique.column, from, to));
    for definition in &mut table.foreign_keys {
        let column = renamed(definition.column(), from, to);
        definition.options.insert("column", column);
    }
    let pointing = schema.tables.values_mut().flat_map(|table| &mut table.foreign_keys);
    for definition in pointing.filter(|definition| definition.to_table == key) {
        let primary_key = renamed(definition.options.get("primary_key"), from, to);
        definition.options.insert("primary_key", primary_key);
    }
    for (table, column) in schema.sequences.iter_mut().filter_map(|sequence| sequence.owner.as_mut()) {
        if *table == key && *column == from {
            to.clone_into(column);
        }
    }
}

/// Names alone: a text of expressions is another matter.
fn renamed_names(columns: &Arg, from: &str, to: &str) -> Arg {
    if let Arg::Array(_) = columns { renamed(columns, from, to) } else { columns.clone() }
}

/// A name, or one among an array of them.
fn renamed(columns: &Arg, from: &str, to: &str) -> Arg {
    match columns {
        Arg::Array(names) => Arg::Array(names.iter().map(|name| renamed(name, from, to)).collect()),
        Arg::Str(name) if name == from => Arg::str(to),
        other => other.clone(),
    }
}

fn rename_in_index(index: &mut StoredIndex, from: &str, to: &str) {
    let definition = &mut index.definition;
    definition.columns = renamed_names(&definition.columns, from, to);
    definition.include = renamed(&definition.include, from, to);
    for options in [&mut definition.lengths, &mut definition.orders, &mut definition.opclasses] {
        if let Arg::Hash(hash) = options
            && hash.key(from)
        {
            let value = hash.delete(from);
            hash.insert(to, value);
        }
    }
}
