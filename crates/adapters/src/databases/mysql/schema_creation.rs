//! The words of CREATE and ALTER TABLE: mysql/schema_creation.rb.

use crate::abstract_adapter::ColumnRef;
use crate::abstract_mysql_adapter::MysqlAdapter;
use crate::prelude::*;
use crate::schema_definitions::{
    AddColumnDefinition, ChangeColumnDefaultDefinition, ChangeColumnDefinition, ColumnDefinition,
    CreateIndexDefinition, IndexDefinition, TableDefinition,
};
use crate::{Arg, Options, Result, schema_creation};

impl SchemaCreation for MysqlAdapter {
    fn visit_add_column_definition(&mut self, add: &mut AddColumnDefinition) -> Result<String> {
        visit_add_column_definition(self, add)
    }
    fn visit_change_column_definition(&mut self, change: &mut ChangeColumnDefinition) -> Result<String> {
        visit_change_column_definition(self, change)
    }
    fn visit_change_column_default_definition(&mut self, change: &mut ChangeColumnDefaultDefinition) -> Result<String> {
        visit_change_column_default_definition(self, change)
    }
    fn visit_drop_foreign_key(&self, name: &str) -> String {
        visit_drop_foreign_key(name)
    }
    fn visit_drop_check_constraint(&self, name: &str) -> String {
        visit_drop_check_constraint(self, name)
    }
    fn visit_create_index_definition(&mut self, create: &CreateIndexDefinition) -> Result<String> {
        visit_create_index_definition(self, create)
    }
    fn index_in_create(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<String> {
        index_in_create(self, table_name, column_name, options)
    }
    fn add_table_options(&self, create_sql: String, definition: &TableDefinition) -> Result<String> {
        add_table_options(self, create_sql, definition)
    }
    fn add_column_options(&mut self, sql: String, column: &mut ColumnDefinition) -> Result<String> {
        add_column_options(self, sql, column)
    }
}

/// `visit_DropForeignKey`
pub fn visit_drop_foreign_key(name: &str) -> String {
    format!("DROP FOREIGN KEY {name}")
}

/// `visit_DropCheckConstraint`, which MariaDB calls otherwise.
pub fn visit_drop_check_constraint<A: SchemaCreation + ?Sized>(adapter: &A, name: &str) -> String {
    format!("DROP {} {name}", if adapter.is_mariadb() { "CONSTRAINT" } else { "CHECK" })
}

/// `visit_AddColumnDefinition`: with FIRST or AFTER.
pub fn visit_add_column_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    add: &mut AddColumnDefinition,
) -> Result<String> {
    let sql = schema_creation::visit_add_column_definition(adapter, add)?;
    Ok(add_column_position(adapter, sql, &add.column.options))
}

/// `visit_ChangeColumnDefinition`: CHANGE, which also renames.
pub fn visit_change_column_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    change: &mut ChangeColumnDefinition,
) -> Result<String> {
    let column = adapter.visit_column_definition(&mut change.column)?;
    let sql = format!("CHANGE {} {column}", adapter.quote_column_name(&change.name));
    Ok(add_column_position(adapter, sql, &change.column.options))
}

/// `visit_ChangeColumnDefaultDefinition`
pub fn visit_change_column_default_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    change: &mut ChangeColumnDefaultDefinition,
) -> Result<String> {
    let name = adapter.quote_column_name(&change.column.name);
    if change.default.is_nil() && !change.column.null {
        return Ok(format!("ALTER COLUMN {name} DROP DEFAULT"));
    }
    let default = adapter.quote_default_expression(&change.default, ColumnRef::Column(&change.column))?;
    let sql = format!("ALTER COLUMN {name} SET DEFAULT {default}");
    change.default_sql = Some(default);
    Ok(sql)
}

/// `visit_CreateIndexDefinition`: with the index' comment and algorithm.
pub fn visit_create_index_definition<A: SchemaCreation + ?Sized>(
    adapter: &A,
    create: &CreateIndexDefinition,
) -> Result<String> {
    let mut sql = visit_index_definition(adapter, &create.index, true)?;
    if let Some(algorithm) = &create.algorithm {
        sql.push(' ');
        sql.push_str(algorithm);
    }
    Ok(sql)
}

/// As a statement of its own, or within CREATE or ALTER TABLE.
pub fn visit_index_definition<A: SchemaCreation + ?Sized>(
    adapter: &A,
    index: &IndexDefinition,
    create: bool,
) -> Result<String> {
    let mut sql = Vec::new();
    if create {
        sql.push("CREATE".to_owned());
    }
    match &index.r#type {
        Some(index_type) => sql.push(index_type.to_uppercase()),
        None if index.unique => sql.push("UNIQUE".to_owned()),
        None => {}
    }
    sql.push("INDEX".to_owned());
    sql.push(adapter.quote_column_name(&index.name));
    if let Some(using) = &index.using {
        sql.push(format!("USING {using}"));
    }
    if create {
        sql.push(format!("ON {}", adapter.quote_table_name(&index.table)));
    }
    sql.push(format!("({})", quoted_columns(adapter, index)));
    if index.enabled == Some(false) {
        sql.push(if adapter.is_mariadb() { "IGNORED" } else { "INVISIBLE" }.to_owned());
    }
    add_sql_comment(adapter, sql.join(" "), index.comment.as_deref())
}

/// `index_in_create`: an index as a part of CREATE TABLE.
pub fn index_in_create<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<String> {
    let index = adapter.add_index_options(table_name, column_name, options)?.index;
    visit_index_definition(adapter, &index, false)
}

/// `add_table_options!`: character set and collation before what `options:` says, the comment after it.
pub fn add_table_options<A: SchemaCreation + ?Sized>(
    adapter: &A,
    mut sql: String,
    definition: &TableDefinition,
) -> Result<String> {
    if let Some(charset) = &definition.charset {
        sql.push_str(" DEFAULT CHARSET=");
        sql.push_str(charset);
    }
    if let Some(collation) = &definition.collation {
        sql.push_str(" COLLATE=");
        sql.push_str(collation);
    }
    let sql = schema_creation::add_table_options(sql, definition);
    add_sql_comment(adapter, sql, definition.comment.as_deref())
}

/// `add_column_options!`: MySQL wants the character set before NOT NULL, and generated columns their expression.
pub fn add_column_options<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    mut sql: String,
    column: &mut ColumnDefinition,
) -> Result<String> {
    let options = &column.options;
    // By default, TIMESTAMP columns are NOT NULL, cannot contain NULL values, and assigning NULL assigns the current
    // timestamp. One that may be NULL has to say so.
    if is_timestamp(column.sql_type.as_deref())
        && !options.get("primary_key").is_truthy()
        && !options.get("null").is_false()
        && !adapter.options_include_default(options)
    {
        sql.push_str(" NULL");
    }
    for (option, keyword) in [("charset", "CHARACTER SET"), ("collation", "COLLATE")] {
        let value = options.get(option);
        if value.is_truthy() {
            sql.push_str(&format!(" {keyword} {}", value.to_s()));
        }
    }
    let expression = options.get("as");
    if expression.is_truthy() {
        sql.push_str(&format!(" AS ({})", expression.to_s()));
        if options.get("stored").is_truthy() {
            sql.push_str(if adapter.is_mariadb() { " PERSISTENT" } else { " STORED" });
        }
    }
    let comment = options.get("comment").clone();
    let sql = schema_creation::add_column_options(adapter, sql, column)?;
    add_sql_comment(adapter, sql, comment.is_present().then(|| comment.to_s()).as_deref())
}

/// `/\Atimestamp\b/`
fn is_timestamp(sql_type: Option<&str>) -> bool {
    sql_type
        .and_then(|sql_type| sql_type.strip_prefix("timestamp"))
        .is_some_and(|rest| !rest.starts_with(|character: char| character == '_' || character.is_ascii_alphanumeric()))
}

fn add_column_position<A: SchemaCreation + ?Sized>(adapter: &A, sql: String, options: &Options) -> String {
    let after = options.get("after");
    if options.get("first").is_truthy() {
        sql + " FIRST"
    } else if after.is_truthy() {
        format!("{sql} AFTER {}", adapter.quote_column_name(&after.to_s()))
    } else {
        sql
    }
}

fn quoted_columns<A: SchemaCreation + ?Sized>(adapter: &A, index: &IndexDefinition) -> String {
    let Arg::Array(_) = index.columns else { return index.columns.to_s() };
    let quoted = index
        .column_names()
        .into_iter()
        .map(|name| {
            let quoted = adapter.quote_column_name(&name);
            (name, quoted)
        })
        .collect();
    let columns = adapter.add_options_for_index_columns(quoted, &index.column_options());
    columns.into_iter().map(|(_, sql)| sql).collect::<Vec<_>>().join(", ")
}

/// `add_sql_comment!`
pub fn add_sql_comment<A: SchemaCreation + ?Sized>(adapter: &A, sql: String, comment: Option<&str>) -> Result<String> {
    match comment.map(Arg::str) {
        Some(comment) if comment.is_present() => Ok(format!("{sql} COMMENT {}", adapter.quote(&comment)?)),
        _ => Ok(sql),
    }
}
