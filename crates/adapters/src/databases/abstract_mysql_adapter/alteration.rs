//! SCHEMA STATEMENTS of abstract_mysql_adapter.rb: tables, columns and indexes changed and dropped.

use std::borrow::Cow;

use crate::abstract_adapter::SchemaStatements;
use crate::change::{Alteration, Change, DropTable, Verb};
use crate::column::Column;
use crate::mysql::schema_creation::visit_index_definition;
use crate::schema_definitions::{ChangeColumnDefaultDefinition, ChangeColumnDefinition, CreateIndexDefinition};
use crate::schema_statements::{
    AlterFragment, BulkCommand, alter_with, change_column_default_for_alter, extract_new_default_value,
    index_name_for_remove, rename_column_indexes, rename_column_sql, rename_table_indexes,
    validate_change_column_null_argument,
};
use crate::{Arg, Error, Options, Result, gate, schema_statements};

/// `rename_table`: the indexes whose names Rails made go with it.
pub(crate) fn rename_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    new_name: &str,
    options: &Options,
) -> Result<()> {
    if !options.get("_uses_legacy_table_name").is_truthy() {
        adapter.validate_table_length(new_name)?;
    }
    adapter.base_mut().schema_cache.clear_data_source_cache(table_name);
    adapter.base_mut().schema_cache.clear_data_source_cache(new_name);
    let sql =
        format!("RENAME TABLE {} TO {}", adapter.quote_table_name(table_name), adapter.quote_table_name(new_name));
    let change = Change::RenameTable { from: Cow::Borrowed(table_name), to: Cow::Borrowed(new_name) };
    gate::execute(adapter, &change, &sql)?;
    rename_table_indexes(adapter, table_name, new_name, options)
}

/// `drop_table`: all of them in one statement.
pub(crate) fn drop_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_names: &[&str],
    options: &Options,
) -> Result<()> {
    for table_name in table_names {
        adapter.base_mut().schema_cache.clear_data_source_cache(table_name);
    }
    let names: Vec<String> = table_names.iter().map(|name| adapter.quote_table_name(name)).collect();
    let temporary = if options.get("temporary").is_truthy() { " TEMPORARY" } else { "" };
    let if_exists = if options.get("if_exists").is_truthy() { " IF EXISTS" } else { "" };
    let cascade = if options.get("force").is_symbol("cascade") { " CASCADE" } else { "" };
    let change = Change::DropTable(DropTable {
        tables: table_names.iter().map(ToString::to_string).collect(),
        temporary: !temporary.is_empty(),
        if_exists: !if_exists.is_empty(),
        cascade: !cascade.is_empty(),
    });
    let sql = format!("DROP{temporary} TABLE{if_exists} {}{cascade}", names.join(", "));
    gate::execute(adapter, &change, &sql).map(drop)
}

/// `rename_index`: the server renames it, where it is new enough to.
pub(crate) fn rename_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    old_name: &str,
    new_name: &str,
) -> Result<()> {
    if !adapter.supports_rename_index() {
        return schema_statements::rename_index(adapter, table_name, old_name, new_name);
    }
    adapter.validate_index_length(table_name, new_name, false)?;
    let (old, new) = (adapter.quote_table_name(old_name), adapter.quote_table_name(new_name));
    let rename = Alteration::RenameIndex { from: old_name.to_owned(), to: new_name.to_owned() };
    alter_table(adapter, table_name, format!("RENAME INDEX {old} TO {new}"), rename)
}

/// `change_column_default`
pub(crate) fn change_column_default<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    default_or_changes: &Arg,
) -> Result<()> {
    let fragment = change_column_default_for_alter(adapter, table_name, column_name, default_or_changes)?;
    alter_with(adapter, table_name, vec![fragment]).map(drop)
}

/// `build_change_column_default_definition`
pub(crate) fn build_change_column_default_definition<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    default_or_changes: &Arg,
) -> Result<ChangeColumnDefaultDefinition> {
    let column = adapter.catalogue().column_for(table_name, column_name)?;
    let default = extract_new_default_value(default_or_changes);
    Ok(ChangeColumnDefaultDefinition { column, default, default_sql: None })
}

/// `change_column_null`: the rows that are nil get the default first, where one is given.
pub(crate) fn change_column_null<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    null: &Arg,
    default: &Arg,
) -> Result<()> {
    let nullable = validate_change_column_null_argument(null)?;
    if !nullable && !default.is_nil() {
        let (table, column) = (adapter.quote_table_name(table_name), adapter.quote_column_name(column_name));
        let default = adapter.quote(default)?;
        let sql = format!("UPDATE {table} SET {column}={default} WHERE {column} IS NULL");
        gate::execute(adapter, &Change::rows(Verb::Update, table_name), &sql)?;
    }
    adapter.change_column(table_name, column_name, &Arg::Nil, Options::from([("null", nullable)]))
}

/// `change_table_comment`: an empty comment is none.
pub(crate) fn change_table_comment<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    comment_or_changes: &Arg,
) -> Result<()> {
    let comment = match extract_new_default_value(comment_or_changes) {
        Arg::Nil => Arg::str(""),
        comment => comment,
    };
    let quoted = adapter.quote(&comment)?;
    alter_table(adapter, table_name, format!("COMMENT {quoted}"), Alteration::Comment(comment.to_s()))
}

/// `change_column_comment`: by a CHANGE of the whole column.
pub(crate) fn change_column_comment<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    comment_or_changes: &Arg,
) -> Result<()> {
    let options = Options::from([("comment", extract_new_default_value(comment_or_changes))]);
    adapter.change_column(table_name, column_name, &Arg::Nil, options)
}

/// `change_column`
pub(crate) fn change_column<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    options: Options,
) -> Result<()> {
    let fragment = change_column_for_alter(adapter, table_name, column_name, r#type, options)?;
    alter_with(adapter, table_name, vec![fragment]).map(drop)
}

/// What is not said of the column stays as it is.
fn build_change_column_definition<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    mut options: Options,
) -> Result<ChangeColumnDefinition> {
    let column = adapter.catalogue().column_for(table_name, column_name)?;
    let r#type = if r#type.is_truthy() { r#type.clone() } else { Arg::str(column.sql_type()) };
    if !options.key("default") {
        options.insert("default", column.default_function.clone().map_or(column.default.clone(), Arg::Function));
    }
    if !options.key("null") {
        options.insert("null", column.null);
    }
    if !options.key("comment") {
        options.insert("comment", column.comment.clone());
    }
    if options.get("collation").is_symbol("no_collation") {
        options.delete("collation");
    } else if is_text_type(adapter, &r#type.to_s())? {
        options.or_insert("collation", || Arg::from(column.collation.clone()));
    }
    if !options.key("auto_increment") {
        options.insert("auto_increment", column.auto_increment);
    }
    change_column_definition(adapter, table_name, &column, &column.name, &r#type, options)
}

fn change_column_definition<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column: &Column,
    new_name: &str,
    r#type: &Arg,
    options: Options,
) -> Result<ChangeColumnDefinition> {
    let definition = adapter.create_table_definition(table_name, &Options::new());
    let definition = definition.new_column_definition(adapter, new_name, r#type, options)?;
    Ok(ChangeColumnDefinition { column: definition, name: column.name.clone() })
}

/// `rename_column`, and the indexes whose names Rails made of the column's.
pub(crate) fn rename_column<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    new_column_name: &str,
) -> Result<()> {
    let fragment = rename_column_for_alter(adapter, table_name, column_name, new_column_name)?;
    alter_with(adapter, table_name, vec![fragment])?;
    rename_column_indexes(adapter, table_name, column_name, new_column_name)
}

/// `add_index`
pub(crate) fn add_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<()> {
    let Some(create) = adapter.build_create_index_definition(table_name, column_name, options)? else { return Ok(()) };
    let sql = adapter.visit_create_index_definition(&create)?;
    gate::execute(adapter, &Change::CreateIndex(Cow::Owned(create)), &sql).map(drop)
}

/// None when the index is there already and may be.
pub(crate) fn build_create_index_definition<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<Option<CreateIndexDefinition>> {
    let mut create = adapter.add_index_options(table_name, column_name, options)?;
    if create.if_not_exists {
        let name = Options::from([("name", create.index.name.clone())]);
        if adapter.catalogue().index_exists(table_name, column_name, &name)? {
            return Ok(None);
        }
    }
    create.if_not_exists = false;
    Ok(Some(create))
}

/// `add_index_options`: with the length of each column that has one.
pub(crate) fn add_index_options<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<CreateIndexDefinition> {
    let enabled = options.get("enabled").clone();
    let mut create = schema_statements::add_index_options(adapter, table_name, column_name, options)?;
    create.index.enabled = Some(enabled.is_nil() || enabled.is_truthy());
    Ok(create)
}

/// `enable_index` and `disable_index`.
pub(crate) fn alter_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    index_name: &str,
    enabled: bool,
) -> Result<()> {
    if !adapter.supports_disabling_indexes() {
        return Err(Error::not_implemented("NotImplementedError"));
    }
    let visibility = match (adapter.is_mariadb(), enabled) {
        (true, true) => "NOT IGNORED",
        (true, false) => "IGNORED",
        (false, true) => "VISIBLE",
        (false, false) => "INVISIBLE",
    };
    let enable = Alteration::EnableIndex { name: index_name.to_owned(), enabled };
    alter_table(adapter, table_name, format!("ALTER INDEX {index_name} {visibility}\n"), enable)
}

/// The `*_for_alter` that MySQL adds to the abstract ones.
pub(crate) fn for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    command: &BulkCommand,
) -> Result<Option<Vec<AlterFragment>>> {
    let options = command.options.clone();
    let fragment = match command.method.as_str() {
        "change_column" => change_column_for_alter(adapter, table_name, &command.name(0), &command.arg(1), options)?,
        "rename_column" => rename_column_for_alter(adapter, table_name, &command.name(0), &command.name(1))?,
        "add_index" => add_index_for_alter(adapter, table_name, &command.arg(0), options)?,
        "remove_index" => {
            let name = index_name_for_remove(adapter, table_name, &command.arg(0), &options)?;
            let sql = format!("DROP INDEX {}", adapter.quote_column_name(&name));
            AlterFragment::new(sql, Alteration::DropIndex(name))
        }
        _ => return schema_statements::for_alter(adapter, table_name, command),
    };
    Ok(Some(vec![fragment]))
}

fn change_column_for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    options: Options,
) -> Result<AlterFragment> {
    let mut change = build_change_column_definition(adapter, table_name, column_name, r#type, options)?;
    let sql = adapter.visit_change_column_definition(&mut change)?;
    Ok(AlterFragment::new(sql, Alteration::ChangeColumn(change)))
}

fn rename_column_for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    new_column_name: &str,
) -> Result<AlterFragment> {
    if adapter.supports_rename_column() {
        let rename = Alteration::RenameColumn { from: column_name.to_owned(), to: new_column_name.to_owned() };
        return Ok(AlterFragment::new(rename_column_sql(adapter, column_name, new_column_name), rename));
    }
    let column = adapter.catalogue().column_for(table_name, column_name)?;
    let options = Options::from([
        ("default", column.default.clone()),
        ("null", Arg::Bool(column.null)),
        ("auto_increment", Arg::Bool(column.auto_increment)),
        ("comment", Arg::from(column.comment.clone())),
    ]);
    let current_type = adapter.catalogue().full_column_type(table_name, column_name)?;
    let current_type = Arg::Str(current_type.unwrap_or_default());
    let mut change = change_column_definition(adapter, table_name, &column, new_column_name, &current_type, options)?;
    let sql = adapter.visit_change_column_definition(&mut change)?;
    Ok(AlterFragment::new(sql, Alteration::ChangeColumn(change)))
}

fn add_index_for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<AlterFragment> {
    let create = adapter.add_index_options(table_name, column_name, options)?;
    let index = visit_index_definition(adapter, &create.index, false)?;
    let algorithm = create.algorithm.map(|algorithm| format!(", {algorithm}")).unwrap_or_default();
    Ok(AlterFragment::new(format!("ADD {index}{algorithm}"), Alteration::AddIndex(create.index)))
}

fn alter_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    sql: String,
    alteration: Alteration,
) -> Result<()> {
    alter_with(adapter, table_name, vec![AlterFragment::new(sql, alteration)]).map(drop)
}

fn is_text_type<A: SchemaStatements + ?Sized>(adapter: &mut A, sql_type: &str) -> Result<bool> {
    Ok(matches!(adapter.lookup_cast_type(sql_type)?.type_name(), Some("string" | "text")))
}
