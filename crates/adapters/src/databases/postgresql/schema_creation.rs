//! postgresql/schema_creation.rb

use crate::abstract_adapter::ColumnRef;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::schema_creation::{self as abstract_creation, quote_default_expression_for_column_definition};
use crate::schema_definitions::{
    AlterTable, ChangeColumnDefaultDefinition, ChangeColumnDefinition, CheckConstraintDefinition, ColumnDefinition,
    ExclusionConstraintDefinition, ForeignKeyDefinition, TableDefinition, UniqueConstraintDefinition,
};
use crate::{Arg, Error, Result};

impl SchemaCreation for PostgreSQLAdapter {
    fn visit_alter_table(&mut self, alter: &mut AlterTable) -> Result<String> {
        visit_alter_table(self, alter)
    }
    fn visit_change_column_definition(&mut self, change: &mut ChangeColumnDefinition) -> Result<String> {
        visit_change_column_definition(self, change)
    }
    fn visit_change_column_default_definition(&mut self, change: &mut ChangeColumnDefaultDefinition) -> Result<String> {
        visit_change_column_default_definition(self, change)
    }
    fn visit_foreign_key_definition(&self, foreign_key: &ForeignKeyDefinition) -> Result<String> {
        visit_foreign_key_definition(self, foreign_key)
    }
    fn visit_add_foreign_key(&self, foreign_key: &ForeignKeyDefinition) -> Result<String> {
        visit_add_foreign_key(self, foreign_key)
    }
    fn visit_check_constraint_definition(&self, check: &CheckConstraintDefinition) -> String {
        visit_check_constraint_definition(check)
    }
    fn visit_other_constraints(&mut self, definition: &TableDefinition) -> Result<Vec<String>> {
        Ok(visit_other_constraints(self, definition))
    }
    fn table_modifier_in_create(&self, definition: &TableDefinition) -> &'static str {
        table_modifier_in_create(definition)
    }
    fn add_column_options(&mut self, sql: String, column: &mut ColumnDefinition) -> Result<String> {
        add_column_options(self, sql, column)
    }
}

/// `visit_AlterTable`: with exclusion and unique constraints.
pub fn visit_alter_table<A: SchemaCreation + ?Sized>(adapter: &mut A, alter: &mut AlterTable) -> Result<String> {
    let mut sql = abstract_creation::visit_alter_table(adapter, alter)?;
    let quoted = |name: &String| format!("VALIDATE CONSTRAINT {}", adapter.quote_column_name(name));
    sql.push_str(&alter.constraint_validations.iter().map(quoted).collect::<Vec<_>>().join(" "));
    let add =
        |constraint: &ExclusionConstraintDefinition| format!("ADD {}", visit_exclusion_constraint(adapter, constraint));
    sql.push_str(&alter.exclusion_constraint_adds.iter().map(add).collect::<Vec<_>>().join(" "));
    let add = |constraint: &UniqueConstraintDefinition| format!("ADD {}", visit_unique_constraint(adapter, constraint));
    sql.push_str(&alter.unique_constraint_adds.iter().map(add).collect::<Vec<_>>().join(" "));
    Ok(sql)
}

/// `visit_AddForeignKey`: with NOT VALID.
pub fn visit_add_foreign_key<A: SchemaCreation + ?Sized>(
    adapter: &A,
    foreign_key: &ForeignKeyDefinition,
) -> Result<String> {
    let sql = adapter.visit_foreign_key_definition(foreign_key)?;
    Ok(format!("ADD {sql}{}", if foreign_key.is_validate() { "" } else { " NOT VALID" }))
}

/// `visit_ForeignKeyDefinition`: with DEFERRABLE.
pub fn visit_foreign_key_definition<A: SchemaCreation + ?Sized>(
    adapter: &A,
    foreign_key: &ForeignKeyDefinition,
) -> Result<String> {
    let mut sql = abstract_creation::visit_foreign_key_definition(adapter, foreign_key)?;
    if let Some(deferrable) = deferrable(foreign_key.deferrable()) {
        sql.push(' ');
        sql.push_str(&deferrable);
    }
    Ok(sql)
}

fn deferrable(option: &Arg) -> Option<String> {
    option.is_truthy().then(|| format!("DEFERRABLE INITIALLY {}", option.to_s().to_uppercase()))
}

/// `visit_CheckConstraintDefinition`: with NOT VALID.
pub fn visit_check_constraint_definition(check: &CheckConstraintDefinition) -> String {
    let sql = abstract_creation::visit_check_constraint_definition(check);
    if check.is_validate() { sql } else { sql + " NOT VALID" }
}

/// The exclusion and unique constraints of a CREATE TABLE.
pub fn visit_other_constraints<A: SchemaCreation + ?Sized>(adapter: &A, definition: &TableDefinition) -> Vec<String> {
    let exclusions =
        definition.exclusion_constraints.iter().map(|constraint| visit_exclusion_constraint(adapter, constraint));
    let uniques = definition.unique_constraints.iter().map(|constraint| visit_unique_constraint(adapter, constraint));
    exclusions.chain(uniques).collect()
}

fn visit_exclusion_constraint<A: SchemaCreation + ?Sized>(
    adapter: &A,
    constraint: &ExclusionConstraintDefinition,
) -> String {
    let option = |key: &str| Some(constraint.options.get(key)).filter(|value| value.is_truthy());
    let mut sql = vec!["CONSTRAINT".to_owned(), adapter.quote_column_name(&constraint.name()), "EXCLUDE".to_owned()];
    sql.extend(option("using").map(|using| format!("USING {}", using.to_s())));
    sql.push(format!("({})", constraint.expression));
    sql.extend(option("where").map(|predicate| format!("WHERE ({})", predicate.to_s())));
    sql.extend(deferrable(constraint.options.get("deferrable")));
    sql.join(" ")
}

fn visit_unique_constraint<A: SchemaCreation + ?Sized>(adapter: &A, constraint: &UniqueConstraintDefinition) -> String {
    let options = &constraint.options;
    let mut sql = vec!["CONSTRAINT".to_owned(), adapter.quote_column_name(&constraint.name()), "UNIQUE".to_owned()];
    if adapter.supports_nulls_not_distinct() && options.get("nulls_not_distinct").is_truthy() {
        sql.push("NULLS NOT DISTINCT".to_owned());
    }
    let using_index = options.get("using_index");
    if using_index.is_truthy() {
        sql.push(format!("USING INDEX {}", adapter.quote_column_name(&using_index.to_s())));
    } else {
        let columns: Vec<_> =
            constraint.column.to_strings().iter().map(|name| adapter.quote_column_name(name)).collect();
        sql.push(format!("({})", columns.join(", ")));
    }
    sql.extend(deferrable(options.get("deferrable")));
    sql.join(" ")
}

/// `visit_ChangeColumnDefinition`: type, default and NOT NULL as parts of one ALTER TABLE.
pub fn visit_change_column_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    change: &mut ChangeColumnDefinition,
) -> Result<String> {
    let column = &mut change.column;
    let sql_type = adapter.type_to_sql(&column.r#type, &column.options)?;
    let name = adapter.quote_column_name(&change.name);
    let mut sql = format!("ALTER COLUMN {name} TYPE {sql_type}");
    column.sql_type = Some(sql_type);

    let options = column.options.clone();
    if options.get("collation").is_truthy() {
        sql.push_str(&format!(" COLLATE \"{}\"", options.get("collation").to_s()));
    }
    if options.get("using").is_truthy() {
        sql.push_str(&format!(" USING {}", options.get("using").to_s()));
    } else if options.get("cast_as").is_truthy() {
        let cast_as = adapter.type_to_sql(options.get("cast_as"), &options)?;
        sql.push_str(&format!(" USING CAST({name} AS {cast_as})"));
    }
    if let Some(default) = options.get_opt("default") {
        if default.is_nil() {
            sql.push_str(&format!(", ALTER COLUMN {name} DROP DEFAULT"));
        } else {
            let default = quote_default_expression_for_column_definition(adapter, default, column)?;
            sql.push_str(&format!(", ALTER COLUMN {name} SET DEFAULT {default}"));
        }
    }
    if let Some(null) = options.get_opt("null") {
        let action = if null.is_truthy() { "DROP" } else { "SET" };
        sql.push_str(&format!(", ALTER COLUMN {name} {action} NOT NULL"));
    }
    Ok(sql)
}

/// `visit_ChangeColumnDefaultDefinition`
pub fn visit_change_column_default_definition<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    change: &mut ChangeColumnDefaultDefinition,
) -> Result<String> {
    let name = adapter.quote_column_name(&change.column.name);
    if change.default.is_nil() {
        return Ok(format!("ALTER COLUMN {name} DROP DEFAULT"));
    }
    let default = adapter.quote_default_expression(&change.default, ColumnRef::Column(&change.column))?;
    let sql = format!("ALTER COLUMN {name} SET DEFAULT {default}");
    change.default_sql = Some(default);
    Ok(sql)
}

/// The first version with generated columns that are not stored.
const VIRTUAL_COLUMNS_VERSION: u32 = 18_00_00;

/// `add_column_options!`: COLLATE and GENERATED before what all adapters have.
pub fn add_column_options<A: SchemaCreation + ?Sized>(
    adapter: &mut A,
    mut sql: String,
    column: &mut ColumnDefinition,
) -> Result<String> {
    let options = &column.options;
    if options.get("collation").is_truthy() {
        sql.push_str(&format!(" COLLATE \"{}\"", options.get("collation").to_s()));
    }
    if options.get("as").is_truthy() {
        let stored = options.get("stored");
        if !stored.is_true() && adapter.database_version().number() < u64::from(VIRTUAL_COLUMNS_VERSION) {
            return Err(Error::argument(format!(
                "PostgreSQL versions before 18 do not support VIRTUAL (not persisted) generated columns.\n\
                 Specify 'stored: true' option for '{}'\n",
                column.name
            )));
        }
        sql.push_str(&format!(" GENERATED ALWAYS AS ({})", options.get("as").to_s()));
        sql.push_str(if stored.is_truthy() { " STORED" } else { " VIRTUAL" });
    }
    abstract_creation::add_column_options(adapter, sql, column)
}

/// A temporary table is unlogged anyway, and must not be called so.
pub fn table_modifier_in_create(definition: &TableDefinition) -> &'static str {
    match (definition.temporary, definition.unlogged) {
        (true, _) => " TEMPORARY",
        (false, true) => " UNLOGGED",
        (false, false) => "",
    }
}
