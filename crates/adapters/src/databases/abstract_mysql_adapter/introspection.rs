//! What the server says of itself and its tables: the reading half of abstract_mysql_adapter.rb.

use std::sync::LazyLock;

use regex::Regex;

use super::MysqlAdapter;
use crate::database_statements::ExecuteOptions;
use crate::mysql::quoting::unquote_identifier;
use crate::mysql::schema_statements::quoted_scope;
use crate::pattern::constant;
use crate::prelude::*;
use crate::result::Row;
use crate::schema_definitions::{CheckConstraintDefinition, ForeignKeyDefinition};
use crate::{Arg, Error, ErrorClass, Options, Result};

impl MysqlAdapter {
    /// `create_table_info`: the server's SHOW CREATE TABLE.
    pub(crate) fn create_table_info(&mut self, table_name: &str) -> Result<Option<String>> {
        let sql = format!("SHOW CREATE TABLE {}", self.quote_table_name(table_name));
        let result = self.exec_query(&sql, Some("SCHEMA"), &[])?;
        Ok(result.first().and_then(|row| row.string_opt("Create Table")))
    }
}

static CHARSET: LazyLock<Regex> = LazyLock::new(|| constant(r" DEFAULT CHARSET=(\w+)(?: COLLATE=(\w+))?"));
static AUTO_INCREMENT: LazyLock<Regex> = LazyLock::new(|| constant(r"(ENGINE=\w+)(?: AUTO_INCREMENT=\d+)"));
static COMMENT: LazyLock<Regex> = LazyLock::new(|| constant(r" COMMENT='.+'"));

/// `show_variable`: nil for one that the server does not know.
pub(crate) fn show_variable(adapter: &mut MysqlAdapter, name: &str) -> Result<Arg> {
    let options = ExecuteOptions { allow_retry: true, materialize_transactions: false, ..ExecuteOptions::default() };
    match adapter.internal_execute(&format!("SELECT @@{name}"), Some("SCHEMA"), &[], options) {
        Err(error) if error.is_a(ErrorClass::StatementInvalid) => Ok(Arg::Nil),
        result => Ok(result?.single_value()),
    }
}

/// For servers so old that a row format with room for long indexes has to be asked for.
pub(crate) fn default_row_format(adapter: &mut MysqlAdapter) -> Result<Option<String>> {
    if adapter.row_format_dynamic_by_default() {
        return Ok(None);
    }
    let dynamic = if let Some(dynamic) = adapter.dynamic_row_format {
        dynamic
    } else {
        adapter.catalogue().takes_dynamic_row_format()?
    };
    adapter.dynamic_row_format = Some(dynamic);
    Ok(dynamic.then(|| "ROW_FORMAT=DYNAMIC".to_owned()))
}

/// The type as the server writes it, `unsigned` and all.
pub(crate) fn full_column_type(
    adapter: &mut MysqlAdapter,
    table_name: &str,
    column_name: &str,
) -> Result<Option<String>> {
    let (table, name) = (adapter.quote_table_name(table_name), adapter.quote(&Arg::str(column_name))?);
    let fields = adapter.exec_query(&format!("SHOW COLUMNS FROM {table} LIKE {name}"), Some("SCHEMA"), &[])?;
    Ok(fields.first().map(|field| field.string("Type")))
}

fn require_name(table_name: &str) -> Result<()> {
    if Arg::str(table_name).is_blank() { Err(Error::argument("ArgumentError")) } else { Ok(()) }
}

/// `table_comment`: None for an empty one.
pub(crate) fn table_comment(adapter: &mut MysqlAdapter, table_name: &str) -> Result<Option<String>> {
    let scope = quoted_scope(adapter, Some(table_name))?;
    let sql = format!(
        "SELECT table_comment\nFROM information_schema.tables\nWHERE table_schema = {}\n  AND table_name = {}\n",
        scope.schema,
        scope.name()
    );
    let comment = adapter.query_value(&sql, Some("SCHEMA"))?;
    Ok(comment.is_present().then(|| comment.to_s()))
}

/// `primary_keys`, in the order that they have in the key.
pub(crate) fn primary_keys(adapter: &mut MysqlAdapter, table_name: &str) -> Result<Vec<String>> {
    require_name(table_name)?;
    let scope = quoted_scope(adapter, Some(table_name))?;
    let sql = format!(
        "SELECT column_name\nFROM information_schema.statistics\nWHERE index_name = 'PRIMARY'\n  AND table_schema = {}\n  \
         AND table_name = {}\nORDER BY seq_in_index\n",
        scope.schema,
        scope.name()
    );
    Ok(adapter.query_values(&sql, Some("SCHEMA"))?.iter().map(Arg::to_s).collect())
}

/// One row a column, for a key may have several.
pub(crate) fn foreign_keys(adapter: &mut MysqlAdapter, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
    require_name(table_name)?;
    let scope = quoted_scope(adapter, Some(table_name))?;
    let (schema, name) = (&scope.schema, scope.name());
    let sql = format!(
        "SELECT fk.referenced_table_name AS 'to_table',\n       fk.referenced_column_name AS 'primary_key',\n       \
         fk.column_name AS 'column',\n       fk.constraint_name AS 'name',\n       fk.ordinal_position AS 'position',\n       \
         rc.update_rule AS 'on_update',\n       rc.delete_rule AS 'on_delete'\n\
         FROM information_schema.referential_constraints rc\nJOIN information_schema.key_column_usage fk\n\
         USING (constraint_schema, constraint_name)\nWHERE fk.referenced_column_name IS NOT NULL\n  \
         AND fk.table_schema = {schema}\n  AND fk.table_name = {name}\n  AND rc.constraint_schema = {schema}\n  \
         AND rc.table_name = {name}\n"
    );
    let result = adapter.exec_query(&sql, Some("SCHEMA"), &[])?;
    let mut groups: Vec<Vec<Row<'_>>> = Vec::new();
    for row in result.iter() {
        match groups.iter_mut().find(|group| group[0].get("name") == row.get("name")) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    let mut foreign_keys = Vec::with_capacity(groups.len());
    for mut group in groups {
        group.sort_by_key(|row| row.get("position").as_int());
        foreign_keys.push(foreign_key(adapter, table_name, &group));
    }
    Ok(foreign_keys)
}

fn foreign_key(adapter: &MysqlAdapter, table_name: &str, group: &[Row<'_>]) -> ForeignKeyDefinition {
    let action = |name: &str| adapter.extract_foreign_key_action(&group[0].string(name)).map(Arg::symbol);
    let columns: Vec<Arg> = group.iter().map(|row| Arg::str(unquote_identifier(&row.string("column")))).collect();
    let primary_keys: Vec<Arg> = group.iter().map(|row| Arg::Str(row.string("primary_key"))).collect();
    let one_or_all = |mut names: Vec<Arg>| if names.len() == 1 { names.remove(0) } else { Arg::Array(names) };
    let options = Options::from([
        ("name", Arg::Str(group[0].string("name"))),
        ("on_update", Arg::from(action("on_update"))),
        ("on_delete", Arg::from(action("on_delete"))),
        ("column", one_or_all(columns)),
        ("primary_key", one_or_all(primary_keys)),
    ]);
    ForeignKeyDefinition {
        from_table: table_name.to_owned(),
        to_table: unquote_identifier(&group[0].string("to_table")).to_owned(),
        options,
    }
}

/// `check_constraints`: with the condition as the server has rewritten it.
pub(crate) fn check_constraints(
    adapter: &mut MysqlAdapter,
    table_name: &str,
) -> Result<Vec<CheckConstraintDefinition>> {
    if !adapter.supports_check_constraints() {
        return Err(Error::not_implemented("NotImplementedError"));
    }
    let scope = quoted_scope(adapter, Some(table_name))?;
    let (schema, name) = (&scope.schema, scope.name());
    let mut sql = format!(
        "SELECT cc.constraint_name AS 'name',\n      cc.check_clause AS 'expression'\n\
         FROM information_schema.check_constraints cc\nJOIN information_schema.table_constraints tc\n\
         USING (constraint_schema, constraint_name)\nWHERE tc.table_schema = {schema}\n  AND tc.table_name = {name}\n  \
         AND cc.constraint_schema = {schema}\n"
    );
    if adapter.is_mariadb() {
        sql.push_str(&format!(" AND cc.table_name = {name}"));
    }
    let result = adapter.exec_query(&sql, Some("SCHEMA"), &[])?;
    Ok(result
        .iter()
        .map(|row| CheckConstraintDefinition {
            table_name: table_name.to_owned(),
            expression: check_expression(adapter.is_mariadb(), &row.string("expression")),
            options: Options::from([("name", row.string("name"))]),
        })
        .collect())
}

/// As Rails shows one that the server prints.
pub(crate) fn check_expression(is_mariadb: bool, clause: &str) -> String {
    let clause = clause.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(clause);
    let expression = strip_whitespace_characters(clause);
    // MySQL hands the expression out escaped; quoted again it would be escaped twice.
    if is_mariadb { expression } else { expression.replace("\\'", "'") }
}

fn strip_whitespace_characters(expression: &str) -> String {
    let expression = expression.replace("\\\\n", "").replace("x0A", "");
    expression.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Empty where Rails answers nil: with the sql_mode NO_TABLE_OPTIONS.
pub(crate) fn table_options(adapter: &mut MysqlAdapter, table_name: &str) -> Result<Options> {
    let info = adapter.create_table_info(table_name)?.unwrap_or_default();
    let (Some(mut raw), mut options) = (raw_table_options(&info), Options::new()) else { return Ok(Options::new()) };

    if let Some(found) = CHARSET.captures(&raw.clone()) {
        options.insert("charset", &found[1]);
        if let Some(collation) = found.get(2) {
            options.insert("collation", collation.as_str());
        }
        raw = raw.replacen(&found[0], "", 1);
    }
    raw = AUTO_INCREMENT.replace(&raw, "$1").into_owned();
    if COMMENT.is_match(&raw) {
        raw = COMMENT.replace(&raw, "").into_owned();
        options.insert("comment", table_comment(adapter, table_name)?);
    }
    if raw != "ENGINE=InnoDB" {
        options.insert("options", raw);
    }
    Ok(options)
}

/// What follows the column definitions, without partitions.
fn raw_table_options(info: &str) -> Option<String> {
    let options = info.rfind("\n)").map_or(info, |at| &info[at + 2..]);
    let options = options.strip_prefix(' ').unwrap_or(options);
    let options = match options.find("\n/*!") {
        Some(start) if options.ends_with("*/\n") => &options[..start],
        _ => options,
    };
    let options = options.trim();
    (!options.is_empty()).then(|| options.to_owned())
}
