//! The constraints of postgresql/schema_statements.rb.

use std::sync::LazyLock;

use regex::Regex;

use super::quoted_scope;
use crate::name::unquote_identifier;
use crate::postgresql::utils::decode_string_array;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, UniqueConstraintDefinition,
};
use crate::schema_statements::{create_alter_table, execute_alter_table, hashed_identifier};
use crate::{Arg, Error, Options, QueryResult, Result};

/// The names of the columns in `pg_constraint`'s array `key`, in order.
fn key_names(key: &str, table: &str) -> String {
    format!(
        "(SELECT array_agg(a.attname ORDER BY keys.idx) FROM \
         (SELECT idx, c.{key}[idx] AS attnum FROM generate_subscripts(c.{key}, 1) AS idx) keys \
         JOIN pg_attribute a ON a.attrelid = {table}.oid AND a.attnum = keys.attnum) AS {key}_names"
    )
}

/// `foreign_keys`
pub fn foreign_keys(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
    let (schema, table) = quoted_scope(table_name);
    let result = adapter.read_schema(&format!(
        "SELECT t2.oid::regclass::text AS to_table, c.conname AS name, c.confupdtype AS on_update, c.confdeltype AS on_delete, \
         c.convalidated AS valid, c.condeferrable AS deferrable, c.condeferred AS deferred, {}, {} \
         FROM pg_constraint c \
         JOIN pg_class t1 ON c.conrelid = t1.oid \
         JOIN pg_class t2 ON c.confrelid = t2.oid \
         JOIN pg_namespace n ON c.connamespace = n.oid \
         WHERE c.contype = 'f' AND t1.relname = {table} AND n.nspname = {schema} ORDER BY c.conname",
        key_names("conkey", "t1"),
        key_names("confkey", "t2"),
    ))?;
    let names = |value: &Arg| {
        let mut names = decode_string_array(&value.to_s());
        if names.len() == 1 { Arg::Str(names.remove(0)) } else { Arg::from(names) }
    };
    let action = |value: &Arg| extract_foreign_key_action(&value.to_s()).map_or(Arg::Nil, Arg::symbol);
    Ok(result
        .iter()
        .map(|row| ForeignKeyDefinition {
            from_table: table_name.to_owned(),
            to_table: unquote_identifier(&row.string("to_table")).to_owned(),
            options: Options::from([
                ("column", names(row.get("conkey_names"))),
                ("name", row.get("name").clone()),
                ("primary_key", names(row.get("confkey_names"))),
                ("on_delete", action(row.get("on_delete"))),
                ("on_update", action(row.get("on_update"))),
                ("deferrable", extract_constraint_deferrable(row.get("deferrable"), row.get("deferred"))),
                ("validate", row.get("valid").clone()),
            ]),
        })
        .collect())
}

/// `extract_foreign_key_action`: by the letter that pg_constraint has.
pub fn extract_foreign_key_action(specifier: &str) -> Option<&'static str> {
    match specifier {
        "c" => Some("cascade"),
        "n" => Some("nullify"),
        "r" => Some("restrict"),
        _ => None,
    }
}

/// `deferrable && (deferred ? :deferred : :immediate)`
fn extract_constraint_deferrable(deferrable: &Arg, deferred: &Arg) -> Arg {
    match (deferrable.is_truthy(), deferred.is_truthy()) {
        (false, _) => deferrable.clone(),
        (true, true) => Arg::symbol("deferred"),
        (true, false) => Arg::symbol("immediate"),
    }
}

/// `assert_valid_deferrable`: an ArgumentError for anything but `:immediate` and `:deferred`.
pub fn assert_valid_deferrable(deferrable: &Arg) -> Result<()> {
    if !deferrable.is_truthy() || deferrable.is_symbol("immediate") || deferrable.is_symbol("deferred") {
        return Ok(());
    }
    let message = format!("deferrable must be `:immediate` or `:deferred`, got: `{}`", deferrable.inspect());
    Err(Error::argument(message))
}

/// Constraints of one kind, with the columns asked for.
fn constraints(adapter: &mut PostgreSQLAdapter, columns: &str, kind: char, table_name: &str) -> Result<QueryResult> {
    let (schema, table) = quoted_scope(table_name);
    let sql = format!(
        "SELECT c.conname, {columns} FROM pg_constraint c \
         JOIN pg_class t ON c.conrelid = t.oid \
         JOIN pg_namespace n ON n.oid = c.connamespace \
         WHERE c.contype = '{kind}' AND t.relname = {table} AND n.nspname = {schema}"
    );
    // Only exclusion constraints are read with what begins a transaction.
    if kind == 'x' { adapter.exec_query(&sql, Some("SCHEMA"), &[]) } else { adapter.read_schema(&sql) }
}

/// `check_constraints`: with the condition as the server has rewritten it.
pub fn check_constraints(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
    let columns = "pg_get_constraintdef(c.oid, true) AS constraintdef, c.convalidated AS valid";
    let result = constraints(adapter, columns, 'c', table_name)?;
    let expression = |definition: &str| {
        let inner = definition.split_once("CHECK (").and_then(|(_, rest)| rest.rsplit_once(')'));
        inner.map(|(expression, _)| expression.to_owned()).unwrap_or_default()
    };
    Ok(result
        .iter()
        .map(|row| CheckConstraintDefinition {
            table_name: table_name.to_owned(),
            expression: expression(&row.string("constraintdef")),
            options: Options::from([("name", row.get("conname").clone()), ("validate", row.get("valid").clone())]),
        })
        .collect())
}

static EXCLUSION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"EXCLUDE(?: USING ([^ \t\n\x0b\x0c\r]+))? \((.+)\)").ok());
static DEFERRABLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r" DEFERRABLE(?: INITIALLY (?:IMMEDIATE|DEFERRED))?").ok());

/// `exclusion_constraints`
pub fn exclusion_constraints(
    adapter: &mut PostgreSQLAdapter,
    table_name: &str,
) -> Result<Vec<ExclusionConstraintDefinition>> {
    let columns = "pg_get_constraintdef(c.oid) AS constraintdef, c.condeferrable, c.condeferred";
    let result = constraints(adapter, columns, 'x', table_name)?;
    Ok(result
        .iter()
        .filter_map(|row| {
            let definition = row.string("constraintdef");
            let mut parts = definition.split(" WHERE ");
            let elements = EXCLUSION.as_ref()?.captures(parts.next()?)?;
            let predicate = parts.next().map(|predicate| {
                let predicate =
                    DEFERRABLE.as_ref().map_or(predicate.into(), |pattern| pattern.replace_all(predicate, ""));
                // Without the two parentheses at either end.
                predicate.get(2..predicate.len() - 2).unwrap_or_default().to_owned()
            });
            Some(ExclusionConstraintDefinition {
                table_name: table_name.to_owned(),
                expression: elements.get(2)?.as_str().to_owned(),
                options: Options::from([
                    ("name", row.get("conname").clone()),
                    ("using", elements.get(1).map_or(Arg::Nil, |method| Arg::symbol(method.as_str()))),
                    ("where", Arg::from(predicate)),
                    ("deferrable", extract_constraint_deferrable(row.get("condeferrable"), row.get("condeferred"))),
                ]),
            })
        })
        .collect())
}

/// `unique_constraints`
pub fn unique_constraints(
    adapter: &mut PostgreSQLAdapter,
    table_name: &str,
) -> Result<Vec<UniqueConstraintDefinition>> {
    let columns = format!(
        "c.condeferrable, c.condeferred, pg_get_constraintdef(c.oid) AS constraintdef, {}",
        key_names("conkey", "t")
    );
    let result = constraints(adapter, &columns, 'u', table_name)?;
    Ok(result
        .iter()
        .map(|row| UniqueConstraintDefinition {
            table_name: table_name.to_owned(),
            column: Arg::from(decode_string_array(&row.string("conkey_names"))),
            options: Options::from([
                ("name", row.get("conname").clone()),
                ("nulls_not_distinct", row.string("constraintdef").starts_with("UNIQUE NULLS NOT DISTINCT").into()),
                ("deferrable", extract_constraint_deferrable(row.get("condeferrable"), row.get("condeferred"))),
            ]),
        })
        .collect())
}

/// `add_exclusion_constraint`
pub fn add_exclusion_constraint<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    expression: &str,
    options: &Options,
) -> Result<()> {
    let options = exclusion_constraint_options(table_name, expression, options)?;
    let mut alter = create_alter_table(adapter, table_name);
    alter.add_exclusion_constraint(expression, &options)?;
    execute_alter_table(adapter, alter)
}

/// `exclusion_constraint_options`: with the name that Rails gives it.
pub fn exclusion_constraint_options(table_name: &str, expression: &str, options: &Options) -> Result<Options> {
    assert_valid_deferrable(options.get("deferrable"))?;
    let mut options = options.clone();
    if !options.get("name").is_truthy() {
        let name = exclusion_constraint_name(table_name, &Arg::str(expression), &options);
        options.insert("name", name);
    }
    Ok(options)
}

fn exclusion_constraint_name(table_name: &str, expression: &Arg, options: &Options) -> Arg {
    options.get_opt("name").cloned().unwrap_or_else(|| {
        Arg::Str(format!("excl_rails_{}", hashed_identifier(&format!("{table_name}_{}_excl", expression.to_s()))))
    })
}

/// `remove_exclusion_constraint`: by its expression or by name.
pub fn remove_exclusion_constraint<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    expression: &Arg,
    options: &Options,
) -> Result<()> {
    let wanted = exclusion_constraint_name(table_name, expression, options).to_s();
    let found = adapter
        .catalogue()
        .exclusion_constraints(table_name)?
        .into_iter()
        .find(|constraint| constraint.name() == wanted);
    let Some(constraint) = found else {
        let what = if expression.is_truthy() { expression.to_s() } else { options.inspect() };
        return Err(Error::argument(format!("Table '{table_name}' has no exclusion constraint for {what}")));
    };
    adapter.remove_constraint(table_name, &constraint.name())
}

/// `add_unique_constraint`
pub fn add_unique_constraint<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: &Options,
) -> Result<()> {
    let options = unique_constraint_options(table_name, column_name, options)?;
    let mut alter = create_alter_table(adapter, table_name);
    alter.add_unique_constraint(column_name, &options)?;
    execute_alter_table(adapter, alter)
}

/// `unique_constraint_options`: with the name that Rails gives it. Columns and an index do not go together.
pub fn unique_constraint_options(table_name: &str, column_name: &Arg, options: &Options) -> Result<Options> {
    assert_valid_deferrable(options.get("deferrable"))?;
    if column_name.is_truthy() && options.get("using_index").is_truthy() {
        return Err(Error::argument("Cannot specify both column_name and :using_index options."));
    }
    let mut options = options.clone();
    if !options.get("name").is_truthy() {
        let name = options.get_opt("name").cloned().unwrap_or_else(|| {
            let of = if column_name.is_truthy() { column_name } else { options.get("using_index") };
            let identifier = format!("{table_name}_{}_unique", of.to_strings().join("_and_"));
            Arg::Str(format!("uniq_rails_{}", hashed_identifier(&identifier)))
        });
        options.insert("name", name);
    }
    Ok(options)
}

/// `remove_unique_constraint`: by its columns or by name.
pub fn remove_unique_constraint<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: &Options,
) -> Result<()> {
    let name = Some(options.get("name")).filter(|name| !name.is_nil()).map(Arg::to_s);
    let constraints = adapter.catalogue().unique_constraints(table_name)?;
    let found = constraints.iter().find(|constraint| constraint.is_defined_for(name.as_deref(), column_name, options));
    let Some(constraint) = found else {
        let what = if column_name.is_truthy() { column_name.to_s() } else { options.inspect() };
        return Err(Error::argument(format!("Table '{table_name}' has no unique constraint for {what}")));
    };
    adapter.remove_constraint(table_name, &constraint.name())
}

/// `validate_constraint`: looks at the rows that were there before it.
pub fn validate_constraint<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    constraint_name: &str,
) -> Result<()> {
    let mut alter = create_alter_table(adapter, table_name);
    alter.constraint_validations.push(constraint_name.to_owned());
    execute_alter_table(adapter, alter)
}
