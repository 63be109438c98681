//! Foreign keys and check constraints: abstract/schema_statements.rb.

use super::{create_alter_table, execute_alter_table, hashed_identifier};
use crate::abstract_adapter::{SchemaDefinitions, SchemaStatements};
use crate::schema_definitions::{CheckConstraintDefinition, ForeignKeyDefinition};
use crate::{Arg, Error, Options, Result};

/// `add_foreign_key`: nothing where the adapter has none, or `if_not_exists:` finds one.
pub fn add_foreign_key<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    from_table: &str,
    to_table: &str,
    options: Options,
) -> Result<()> {
    if !adapter.use_foreign_keys() {
        return Ok(());
    }
    let options = adapter.foreign_key_options(from_table, to_table, &options)?;
    if options.get("if_not_exists").is_true()
        && adapter.foreign_key_exists(from_table, Some(to_table), &options.slice(&["column", "primary_key"]))?
    {
        return Ok(());
    }
    let mut alter = create_alter_table(adapter, from_table);
    alter.add_foreign_key(adapter, to_table, &options)?;
    execute_alter_table(adapter, alter)
}

/// `remove_foreign_key`: by the table it leads to, or by column or name.
pub fn remove_foreign_key<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    from_table: &str,
    to_table: Option<&str>,
    mut options: Options,
) -> Result<()> {
    if !adapter.use_foreign_keys() {
        return Ok(());
    }
    if options.delete("if_exists").is_true()
        && !adapter.foreign_key_exists(from_table, to_table, &options.slice(&["column"]))?
    {
        return Ok(());
    }
    let name = foreign_key_for_bang(adapter, from_table, to_table, &options)?.name().unwrap_or_default();
    let mut alter = create_alter_table(adapter, from_table);
    alter.foreign_key_drops.push(name);
    execute_alter_table(adapter, alter)
}

/// `foreign_key_exists?`
pub fn foreign_key_exists<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    from_table: &str,
    to_table: Option<&str>,
    options: &Options,
) -> Result<bool> {
    Ok(foreign_key_for(adapter, from_table, &with_to_table(to_table, options))?.is_some())
}

/// `to_table: to_table, **options`: a `to_table` among the options wins.
fn with_to_table(to_table: Option<&str>, options: &Options) -> Options {
    let mut all = Options::from([("to_table", Arg::from(to_table))]);
    all.update(options);
    all
}

/// `foreign_key_for`: the first that the options fit; None where there is none, or the adapter has none.
pub fn foreign_key_for<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    from_table: &str,
    options: &Options,
) -> Result<Option<ForeignKeyDefinition>> {
    if !adapter.use_foreign_keys() {
        return Ok(None);
    }
    let mut keys = adapter.catalogue().foreign_keys(from_table)?;
    if !options.get("_skip_column_match").is_truthy() && options.get("column").is_nil() {
        let default_column = Arg::Str(adapter.foreign_key_column_for(&options.get("to_table").to_s(), "id"));
        if keys.iter().any(|key| *key.column() == default_column) {
            keys.retain(|key| *key.column() == default_column);
        }
    }
    Ok(keys.into_iter().find(|key| key.is_defined_for(options)))
}

/// `foreign_key_for!`
pub fn foreign_key_for_bang<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    from_table: &str,
    to_table: Option<&str>,
    options: &Options,
) -> Result<ForeignKeyDefinition> {
    let options = with_to_table(to_table, options);
    foreign_key_for(adapter, from_table, &options)?.ok_or_else(|| {
        let to_table = options.get("to_table");
        let what = if to_table.is_truthy() { to_table.to_s() } else { options.except(&["to_table"]).inspect() };
        Error::argument(format!("Table '{from_table}' has no foreign key for {what}"))
    })
}

/// `foreign_key_column_for`: `user_id` for `users`, whose prefix and suffix do not count.
pub fn foreign_key_column_for<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    table_name: &str,
    column_name: &str,
) -> String {
    let name = strip_table_name_prefix_and_suffix(adapter, table_name);
    format!("{}_{column_name}", adapter.base().inflector.singularize(&name))
}

/// Prefix and suffix are regular expressions in Rails, and so they are here.
pub fn strip_table_name_prefix_and_suffix<A: SchemaDefinitions + ?Sized>(adapter: &A, table_name: &str) -> String {
    let naming = &adapter.base().naming;
    if naming.table_name_prefix.is_empty() && naming.table_name_suffix.is_empty() {
        return table_name.to_owned();
    }
    let pattern = format!("{}(.+){}", naming.table_name_prefix, naming.table_name_suffix);
    regex::Regex::new(&pattern)
        .ok()
        .and_then(|pattern| Some(pattern.captures(table_name)?.get(1)?.as_str().to_owned()))
        .unwrap_or_else(|| table_name.to_owned())
}

/// Only a message tells a symbol from a string here: a caller that was given the table as a symbol says so with this
/// option, which never gets further.
pub const TO_TABLE_IS_SYMBOL: &str = "_to_table_is_symbol";

/// `foreign_key_options`: with the columns that the tables' names imply, and a name.
pub fn foreign_key_options<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    from_table: &str,
    to_table: &str,
    options: &Options,
) -> Result<Options> {
    let mut options = options.clone();
    let to_table_is_symbol = options.delete(TO_TABLE_IS_SYMBOL).is_truthy();
    if !options.get("column").is_truthy() {
        let column = match options.get("primary_key") {
            Arg::Array(names) => Arg::Array(
                names.iter().map(|name| Arg::Str(adapter.foreign_key_column_for(to_table, &name.to_s()))).collect(),
            ),
            _ => Arg::Str(adapter.foreign_key_column_for(to_table, "id")),
        };
        options.insert("column", column);
    }
    if !options.get("name").is_truthy() {
        let name = foreign_key_name(from_table, &options);
        options.insert("name", name);
    }
    let (column, primary_key) = (options.get("column"), options.get("primary_key"));
    let composite = matches!(column, Arg::Array(_)) || matches!(primary_key, Arg::Array(_));
    if composite && column.to_array().len() != primary_key.to_array().len() {
        return Err(Error::argument(format!(
            "For composite primary keys, specify :column and :primary_key, where :column must reference all the :primary_key columns from {}",
            if to_table_is_symbol { Arg::symbol(to_table) } else { Arg::str(to_table) }.inspect()
        )));
    }
    Ok(options)
}

/// A `name: nil` stays `nil`, being there.
fn foreign_key_name(table_name: &str, options: &Options) -> Arg {
    if let Some(name) = options.get_opt("name") {
        return name.clone();
    }
    let columns = options.get("column").to_strings().join("_and_");
    Arg::Str(format!("fk_rails_{}", hashed_identifier(&format!("{table_name}_{columns}_fk"))))
}

/// `extract_foreign_key_action`: the symbol for what a catalogue says of ON DELETE; None for the default.
pub fn extract_foreign_key_action(specifier: &str) -> Option<&'static str> {
    match specifier {
        "CASCADE" => Some("cascade"),
        "SET NULL" => Some("nullify"),
        "RESTRICT" => Some("restrict"),
        _ => None,
    }
}

/// `add_check_constraint`
pub fn add_check_constraint<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    expression: &str,
    mut options: Options,
) -> Result<()> {
    if !adapter.supports_check_constraints() {
        return Ok(());
    }
    let if_not_exists = options.delete("if_not_exists").is_truthy();
    let options = adapter.check_constraint_options(table_name, expression, &options);
    if if_not_exists && adapter.check_constraint_exists(table_name, &options)? {
        return Ok(());
    }
    let mut alter = create_alter_table(adapter, table_name);
    alter.add_check_constraint(adapter, expression, &options)?;
    execute_alter_table(adapter, alter)
}

/// `check_constraint_options`: with the name that Rails gives it.
pub fn check_constraint_options(table_name: &str, expression: &str, options: &Options) -> Options {
    let mut options = options.clone();
    if !options.get("name").is_truthy() {
        let name = check_constraint_name(table_name, &with_expression(&Arg::str(expression), &options));
        options.insert("name", name);
    }
    options
}

/// `expression: expression, **options`
fn with_expression(expression: &Arg, options: &Options) -> Options {
    let mut all = Options::from([("expression", expression.clone())]);
    all.update(options);
    all
}

/// `check_constraint_name`: from the table and the expression, so that the same constraint is found again.
pub fn check_constraint_name(table_name: &str, options: &Options) -> Arg {
    if let Some(name) = options.get_opt("name") {
        return name.clone();
    }
    let identifier = format!("{table_name}_{}_chk", options.get("expression").to_s());
    Arg::Str(format!("chk_rails_{}", hashed_identifier(&identifier)))
}

/// `remove_check_constraint`: by its expression or by name.
pub fn remove_check_constraint<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    expression: &Arg,
    mut options: Options,
) -> Result<()> {
    if !adapter.supports_check_constraints() {
        return Ok(());
    }
    if options.delete("if_exists").is_truthy() && !adapter.check_constraint_exists(table_name, &options)? {
        return Ok(());
    }
    let name = check_constraint_for_bang(adapter, table_name, expression, &options)?.name().unwrap_or_default();
    let mut alter = create_alter_table(adapter, table_name);
    alter.check_constraint_drops.push(name);
    execute_alter_table(adapter, alter)
}

/// `check_constraint_exists?`: with neither a name nor an expression an ArgumentError.
pub fn check_constraint_exists<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    options: &Options,
) -> Result<bool> {
    if !options.key("name") && !options.key("expression") {
        return Err(Error::argument("At least one of :name or :expression must be supplied"));
    }
    Ok(check_constraint_for(adapter, table_name, options)?.is_some())
}

/// `check_constraint_for`: None where there is none, or the adapter has none.
pub fn check_constraint_for<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    options: &Options,
) -> Result<Option<CheckConstraintDefinition>> {
    if !adapter.supports_check_constraints() {
        return Ok(None);
    }
    let name = check_constraint_name(table_name, options).to_s();
    Ok(adapter
        .catalogue()
        .check_constraints(table_name)?
        .into_iter()
        .find(|check| check.is_defined_for(&name, options)))
}

/// `check_constraint_for!`
pub fn check_constraint_for_bang<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    expression: &Arg,
    options: &Options,
) -> Result<CheckConstraintDefinition> {
    let all = with_expression(expression, options);
    check_constraint_for(adapter, table_name, &all)?.ok_or_else(|| {
        let what = if expression.is_truthy() { expression.to_s() } else { options.inspect() };
        Error::argument(format!("Table '{table_name}' has no check constraint for {what}"))
    })
}

/// `remove_constraint`: by name, of whichever kind it is.
pub fn remove_constraint<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    constraint_name: &str,
) -> Result<()> {
    let mut alter = create_alter_table(adapter, table_name);
    alter.constraint_drops.push(constraint_name.to_owned());
    execute_alter_table(adapter, alter)
}
