//! Definitions as SQL: abstract/schema_creation.rb. The visitor is the adapter itself; what an adapter's own SchemaCreation
//! overrides is a `visit_*` method of [`Adapter`].

use crate::abstract_adapter::{ColumnRef, SchemaCreation};
use crate::schema_definitions::{
    AddColumnDefinition, AlterTable, CheckConstraintDefinition, ColumnDefinition, CreateIndexDefinition,
    ForeignKeyDefinition, IndexDefinition, PrimaryKeyDefinition, TableDefinition,
};
use crate::{Arg, Error, Options, Result};

/// `visit_AlterTable`: the whole statement, its parts in Rails' order.
pub fn visit_alter_table<A: SchemaCreation + ?Sized>(adapter: &mut A, alter: &mut AlterTable) -> Result<String> {
    let mut sql = format!("ALTER TABLE {} ", adapter.quote_table_name(alter.name()));
    let adds: Vec<_> =
        alter.adds.iter_mut().map(|add| adapter.visit_add_column_definition(add)).collect::<Result<_>>()?;
    sql.push_str(&adds.join(" "));
    let adds: Vec<_> =
        alter.foreign_key_adds.iter().map(|add| adapter.visit_add_foreign_key(add)).collect::<Result<_>>()?;
    sql.push_str(&adds.join(" "));
    let drops: Vec<_> = alter.foreign_key_drops.iter().map(|name| adapter.visit_drop_foreign_key(name)).collect();
    sql.push_str(&drops.join(" "));
    let adds: Vec<_> = alter
        .check_constraint_adds
        .iter()
        .map(|check| format!("ADD {}", adapter.visit_check_constraint_definition(check)))
        .collect();
    sql.push_str(&adds.join(" "));
    let drops: Vec<_> =
        alter.check_constraint_drops.iter().map(|name| adapter.visit_drop_check_constraint(name)).collect();
    sql.push_str(&drops.join(" "));
    let drops: Vec<_> = alter.constraint_drops.iter().map(|name| visit_drop_constraint(adapter, name)).collect();
    sql.push_str(&drops.join(" "));
    Ok(sql)
}

/// `visit_ColumnDefinition`: name, type and options; the SQL type is kept in the definition.
pub fn visit_column_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    column: &mut ColumnDefinition,
) -> Result<String> {
    let sql_type = adapter.type_to_sql(&column.r#type, &column.options)?;
    let sql = format!("{} {sql_type}", adapter.quote_column_name(&column.name));
    column.sql_type = Some(sql_type);
    if column.r#type.is_symbol("primary_key") { Ok(sql) } else { adapter.add_column_options(sql, column) }
}

/// `visit_AddColumnDefinition`
pub fn visit_add_column_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    add: &mut AddColumnDefinition,
) -> Result<String> {
    Ok(format!("ADD {}", adapter.visit_column_definition(&mut add.column)?))
}

/// `visit_TableDefinition`: the whole CREATE TABLE, with what may stand within it.
pub fn visit_table_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    definition: &mut TableDefinition,
) -> Result<String> {
    let mut sql = format!("CREATE{} TABLE ", adapter.table_modifier_in_create(definition));
    if definition.if_not_exists {
        sql.push_str("IF NOT EXISTS ");
    }
    sql.push_str(&adapter.quote_table_name(&definition.name));
    sql.push(' ');
    let mut statements = Vec::new();
    for column in definition.columns_hash.values_mut() {
        statements.push(adapter.visit_column_definition(column)?);
    }
    if let Some(primary_keys) = &definition.primary_keys {
        statements.push(visit_primary_key_definition(adapter, primary_keys));
    }
    if adapter.supports_indexes_in_create() {
        for (column_name, options) in &definition.indexes {
            statements.push(adapter.index_in_create(&definition.name, column_name, options.clone())?);
        }
    }
    if adapter.use_foreign_keys() {
        for foreign_key in &definition.foreign_keys {
            statements.push(adapter.visit_foreign_key_definition(foreign_key)?);
        }
    }
    if adapter.supports_check_constraints() {
        for check in &definition.check_constraints {
            statements.push(adapter.visit_check_constraint_definition(check));
        }
    }
    statements.extend(adapter.visit_other_constraints(definition)?);
    if !statements.is_empty() {
        sql = format!("{sql}({})", statements.join(", "));
    }
    let mut sql = adapter.add_table_options(sql, definition)?;
    if let Some(query) = &definition.r#as {
        sql = format!("{sql} AS {query}");
    }
    Ok(sql)
}

fn visit_primary_key_definition<A: SchemaCreation + ?Sized>(adapter: &A, primary_key: &PrimaryKeyDefinition) -> String {
    let names: Vec<_> = primary_key.name.iter().map(|name| adapter.quote_column_name(name)).collect();
    format!("PRIMARY KEY ({})", names.join(", "))
}

/// `visit_ForeignKeyDefinition`, as it stands in a CREATE TABLE.
pub fn visit_foreign_key_definition<A: SchemaCreation + ?Sized>(
    adapter: &A,
    foreign_key: &ForeignKeyDefinition,
) -> Result<String> {
    let quoted = |columns: &Arg| {
        let columns: Vec<_> = columns.to_strings().iter().map(|column| adapter.quote_column_name(column)).collect();
        columns.join(", ")
    };
    let mut sql = format!(
        "CONSTRAINT {}\nFOREIGN KEY ({})\n  REFERENCES {} ({})\n",
        adapter.quote_column_name(&foreign_key.name().unwrap_or_default()),
        quoted(foreign_key.column()),
        adapter.quote_table_name(&foreign_key.to_table),
        quoted(&foreign_key.primary_key()),
    );
    for (action, dependency) in [("DELETE", foreign_key.on_delete()), ("UPDATE", foreign_key.on_update())] {
        if dependency.is_truthy() {
            sql.push(' ');
            sql.push_str(&action_sql(action, dependency)?);
        }
    }
    Ok(sql)
}

fn action_sql(action: &str, dependency: &Arg) -> Result<String> {
    let what = match dependency {
        Arg::Symbol(name) if name == "nullify" => "SET NULL",
        Arg::Symbol(name) if name == "cascade" => "CASCADE",
        Arg::Symbol(name) if name == "restrict" => "RESTRICT",
        other => {
            return Err(Error::argument(format!(
                "'{}' is not supported for :on_update or :on_delete.\nSupported values are: :nullify, :cascade, :restrict\n",
                other.to_s()
            )));
        }
    };
    Ok(format!("ON {action} {what}"))
}

/// `visit_DropConstraint`, which the constraint's name suffices for.
pub fn visit_drop_constraint<A: SchemaCreation + ?Sized>(adapter: &A, name: &str) -> String {
    format!("DROP CONSTRAINT {}", adapter.quote_column_name(name))
}

/// `visit_CheckConstraintDefinition`
pub fn visit_check_constraint_definition(check: &CheckConstraintDefinition) -> String {
    format!("CONSTRAINT {} CHECK ({})", check.name().unwrap_or_default(), check.expression)
}

/// `visit_CreateIndexDefinition`: the whole CREATE INDEX.
pub fn visit_create_index_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    create: &CreateIndexDefinition,
) -> Result<String> {
    let index = &create.index;
    let mut sql = vec!["CREATE".to_owned()];
    if index.unique {
        sql.push("UNIQUE".to_owned());
    }
    sql.push("INDEX".to_owned());
    sql.extend(create.algorithm.clone());
    if create.if_not_exists {
        sql.push("IF NOT EXISTS".to_owned());
    }
    sql.extend(index.r#type.clone());
    sql.push(format!("{} ON {}", adapter.quote_column_name(&index.name), adapter.quote_table_name(&index.table)));
    if let (true, Some(using)) = (adapter.supports_index_using(), &index.using) {
        sql.push(format!("USING {using}"));
    }
    sql.push(format!("({})", quoted_columns(adapter, index)));
    if adapter.supports_index_include() && index.include.is_truthy() {
        sql.push(format!("INCLUDE ({})", adapter.quoted_include_columns(&index.include)?));
    }
    if adapter.supports_nulls_not_distinct() && index.nulls_not_distinct == Some(true) {
        sql.push("NULLS NOT DISTINCT".to_owned());
    }
    if let (true, Some(condition)) = (adapter.supports_partial_index(), &index.r#where) {
        sql.push(format!("WHERE {condition}"));
    }
    Ok(sql.join(" "))
}

/// The columns of an index with their options, or its expression.
pub fn quoted_columns<A: SchemaCreation + ?Sized>(adapter: &A, index: &IndexDefinition) -> String {
    match &index.columns {
        Arg::Array(_) => quoted_columns_for_index(adapter, &index.column_names(), &index.column_options()),
        expression => expression.to_s(),
    }
}

/// `quoted_columns_for_index`
pub fn quoted_columns_for_index<A: SchemaCreation + ?Sized>(
    adapter: &A,
    names: &[String],
    options: &Options,
) -> String {
    let mut quoted: Vec<(String, String)> = Vec::with_capacity(names.len());
    for name in names {
        if !quoted.iter().any(|(other, _)| other == name) {
            quoted.push((name.clone(), adapter.quote_column_name(name)));
        }
    }
    let columns: Vec<_> =
        adapter.add_options_for_index_columns(quoted, options).into_iter().map(|(_, sql)| sql).collect();
    columns.join(", ")
}

/// `add_table_options!`: what `create_table options:` says goes to the end as it is.
pub fn add_table_options(mut sql: String, definition: &TableDefinition) -> String {
    if let Some(options) = &definition.options {
        sql.push(' ');
        sql.push_str(options);
    }
    sql
}

/// `add_column_options!`: default, NOT NULL, AUTO_INCREMENT and PRIMARY KEY, in Rails' order.
pub fn add_column_options<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    mut sql: String,
    column: &mut ColumnDefinition,
) -> Result<String> {
    if adapter.options_include_default(&column.options) {
        let default = column.options.get("default").clone();
        let quoted = quote_default_expression_for_column_definition(adapter, &default, column)?;
        sql.push_str(" DEFAULT ");
        sql.push_str(&quoted);
    }
    if column.options.get("null").is_false() {
        sql.push_str(" NOT NULL");
    }
    if column.options.get("auto_increment").is_true() {
        sql.push_str(" AUTO_INCREMENT");
    }
    if column.options.get("primary_key").is_true() {
        sql.push_str(" PRIMARY KEY");
    }
    Ok(sql)
}

/// Looks the type up by the column's `sql_type`, which is set by now.
pub fn quote_default_expression_for_column_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    default: &Arg,
    column: &mut ColumnDefinition,
) -> Result<String> {
    let sql_type = column.sql_type.clone().unwrap_or_default();
    column.cast_type = Some(adapter.lookup_cast_type(&sql_type)?);
    let quoted = adapter.quote_default_expression(default, ColumnRef::Definition(column))?;
    column.default_sql = Some(quoted.clone());
    Ok(quoted)
}
