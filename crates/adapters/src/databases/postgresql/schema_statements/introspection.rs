//! Tables and columns as the catalogue has them: `columns`, `table_options`, `primary_keys` and `data_source_sql` of
//! postgresql/schema_statements.rb, `column_definitions` and the reading of defaults of postgresql_adapter.rb.

use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;

use super::{quoted_scope, regclass};
use crate::catalogue::DataSource;
use crate::column::{Column, Generated, SqlTypeMetadata};
use crate::postgresql::configuration::load_additional_type;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::schema_statements::query_strings;
use crate::types::{Type, Value};
use crate::{Arg, Options, Result};

/// `'r'` and `'p'`: ordinary and partitioned tables.
const BASE_TABLE: &str = "'r','p'";

/// `data_source_sql`
pub fn data_source_sql(name: Option<&str>, kind: DataSource) -> String {
    let kinds = match kind {
        DataSource::Table => BASE_TABLE,
        DataSource::View => "'v','m'",
        DataSource::ForeignTable => "'f'",
        DataSource::Any | DataSource::VirtualTable | DataSource::ShadowTable => "'r','v','m','p','f'",
    };
    let (schema, name) = match name {
        Some(name) => {
            let (schema, name) = quoted_scope(name);
            (schema, format!(" AND c.relname = {name}"))
        }
        None => ("ANY (current_schemas(false))".to_owned(), String::new()),
    };
    format!(
        "SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = {schema}{name} AND c.relkind IN ({kinds})"
    )
}

/// `table_options`: comment, partitions and inheritance.
pub fn table_options(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Options> {
    let mut options = Options::new();
    if let Some(comment) = table_comment(adapter, table_name)? {
        options.insert("comment", comment);
    }
    let parents = inherited_table_names(adapter, table_name)?;
    if !parents.is_empty() {
        options.insert("options", format!("INHERITS ({})", parents.join(", ")));
    } else if let Some(definition) = table_partition_definition(adapter, table_name)? {
        options.insert("options", format!("PARTITION BY {definition}"));
    }
    Ok(options)
}

/// `table_comment`: None for a table without one.
pub fn table_comment(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Option<String>> {
    let comment = table_value(adapter, "pg_catalog.obj_description(c.oid, 'pg_class')", table_name)?;
    Ok((!comment.is_nil()).then(|| comment.to_s()))
}

/// Something about a table, from its row in `pg_class`.
fn table_value(adapter: &mut PostgreSQLAdapter, expression: &str, table_name: &str) -> Result<Arg> {
    let (schema, name) = quoted_scope(table_name);
    let sql = format!(
        "SELECT {expression} FROM pg_catalog.pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relname = {name} AND c.relkind IN ({BASE_TABLE}) AND n.nspname = {schema}"
    );
    adapter.query_value(&sql, Some("SCHEMA"))
}

/// What follows PARTITION BY; none for a table that is not partitioned.
pub fn table_partition_definition(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Option<String>> {
    if adapter.server_version() < 10_00_00 {
        return Ok(None);
    }
    let definition = table_value(adapter, "pg_catalog.pg_get_partkeydef(c.oid)", table_name)?;
    Ok((!definition.is_nil()).then(|| definition.to_s()))
}

/// `inherited_table_names`: the parents, in their order.
pub fn inherited_table_names(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Vec<String>> {
    let (schema, name) = quoted_scope(table_name);
    let sql = format!(
        "SELECT parent.relname FROM pg_catalog.pg_inherits i \
         JOIN pg_catalog.pg_class child ON i.inhrelid = child.oid \
         JOIN pg_catalog.pg_class parent ON i.inhparent = parent.oid \
         LEFT JOIN pg_namespace n ON n.oid = child.relnamespace \
         WHERE child.relname = {name} AND child.relkind IN ({BASE_TABLE}) AND n.nspname = {schema}"
    );
    query_strings(adapter, &sql)
}

impl PostgreSQLAdapter {
    /// `get_oid_type`: an unknown type is read from the catalogue, and text if it is not there either.
    pub fn get_oid_type(&mut self, oid: u32, fmod: i32, sql_type: &str) -> Result<Type> {
        if !self.type_map.has(oid) {
            load_additional_type(self, oid)?;
        }
        Ok(self.type_map.lookup(oid, Some(fmod), sql_type).unwrap_or_else(|| {
            let unknown: Type = Rc::new(Value);
            self.type_map.register(oid, unknown.clone());
            unknown
        }))
    }
}

/// `primary_keys`, in the order that they have in the key.
pub fn primary_keys(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Vec<String>> {
    // The lines are Rails', since the error for a missing table shows the one it is named on.
    let sql = format!(
        "SELECT a.attname\nFROM pg_index i\nJOIN pg_attribute a\n  ON a.attrelid = i.indrelid\n  \
         AND a.attnum = ANY(i.indkey)\nWHERE i.indrelid = {}\n  AND i.indisprimary\n\
         ORDER BY array_position(i.indkey, a.attnum)\n",
        regclass(adapter, table_name)
    );
    query_strings(adapter, &sql)
}

/// `columns`, with the types that the server names by number.
pub fn columns(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Vec<Column>> {
    let identity = if adapter.server_version() >= 10_00_00 { "a.attidentity" } else { "''" };
    let generated = if adapter.supports_virtual_columns() { "a.attgenerated" } else { "''" };
    // Here too.
    let sql = format!(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod),\n\
         pg_get_expr(d.adbin, d.adrelid), a.attnotnull, a.atttypid, a.atttypmod,\n\
         c.collname, col_description(a.attrelid, a.attnum) AS comment,\n\
         {identity} AS identity,\n{generated} AS attgenerated\n\
         FROM pg_attribute a\n\
         LEFT JOIN pg_attrdef d ON a.attrelid = d.adrelid AND a.attnum = d.adnum\n\
         LEFT JOIN pg_type t ON a.atttypid = t.oid\n\
         LEFT JOIN pg_collation c ON a.attcollation = c.oid AND a.attcollation <> t.typcollation\n \
         WHERE a.attrelid = {}\n   AND a.attnum > 0 AND NOT a.attisdropped\n ORDER BY a.attnum\n",
        regclass(adapter, table_name)
    );
    let rows = adapter.query(&sql, Some("SCHEMA"))?.rows;
    rows.iter().map(|row| new_column_from_field(adapter, table_name, row)).collect()
}

fn new_column_from_field(adapter: &mut PostgreSQLAdapter, table_name: &str, field: &[Arg]) -> Result<Column> {
    let text = |index: usize| field.get(index).filter(|value| !value.is_nil()).map(Arg::to_s);
    let present = |index: usize| text(index).filter(|text| !text.is_empty());
    let number = |index: usize| field.get(index).and_then(Arg::as_int).unwrap_or(0);
    let name = text(0).unwrap_or_default();
    let sql_type = text(1).unwrap_or_default();
    let default = text(2);
    let (oid, fmod) = (u32::try_from(number(4)).unwrap_or(0), i32::try_from(number(5)).unwrap_or(-1));
    let cast_type = adapter.get_oid_type(oid, fmod, &sql_type)?;
    column_of(Field {
        table_name,
        name,
        sql_type,
        default,
        null: !field.get(3).is_some_and(Arg::is_truthy),
        oid,
        fmod,
        cast_type,
        collation: text(6),
        comment: present(7),
        identity: present(8),
        generated: present(9).map(|kind| if kind == "s" { Generated::Stored } else { Generated::Virtual }),
        max_identifier_length: adapter.max_identifier_length,
    })
}

/// A column as the catalogue has it.
pub(crate) struct Field<'a> {
    pub table_name: &'a str,
    pub name: String,
    pub sql_type: String,
    /// As it is printed.
    pub default: Option<String>,
    pub null: bool,
    pub oid: u32,
    pub fmod: i32,
    pub cast_type: Type,
    pub collation: Option<String>,
    pub comment: Option<String>,
    pub identity: Option<String>,
    pub generated: Option<Generated>,
    pub max_identifier_length: usize,
}

/// `new_column_from_field`
pub(crate) fn column_of(field: Field<'_>) -> Result<Column> {
    let Field { name, default, cast_type, generated, .. } = field;
    let metadata = SqlTypeMetadata {
        sql_type: field.sql_type,
        r#type: cast_type.type_name().map(str::to_owned),
        limit: cast_type.limit(),
        precision: cast_type.precision(),
        scale: cast_type.scale(),
        extra: None,
        oid: Some(field.oid),
        fmod: Some(field.fmod),
    };
    let value = default.as_deref().and_then(extract_value_from_default);
    let default_function = match &default {
        Some(default) if generated.is_some() || has_default_function(value.as_deref(), default) => {
            Some(default.clone())
        }
        _ => None,
    };
    let serial = default_function.as_deref().and_then(sequence_of_nextval).map(|(sequence, suffix)| {
        sequence_name_from_parts(field.table_name, &name, suffix, field.max_identifier_length) == sequence
    });
    let value = value.map_or(Arg::Nil, Arg::Str);
    let mut column = Column::new(name, Some(cast_type), value, metadata, field.null, default_function)?;
    column.collation = field.collation;
    column.comment = field.comment;
    column.identity = field.identity;
    column.serial = serial;
    column.generated = generated;
    Ok(column)
}

static QUOTED_DEFAULT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?s-u)\A[(B]?'(?u:(.*))'(?u:.*)::"?([\w. ]+)"?(?:\[\])?\z"#).ok());
static NUMERIC_DEFAULT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\A\(?(-?[0-9]+(\.[0-9]*)?)\)?(::bigint)?\z").ok());
static DEFAULT_FUNCTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[0-9A-Za-z_]+\(.*\)|\(.*\)::[0-9A-Za-z_]+|CURRENT_DATE|CURRENT_TIMESTAMP").ok());
static NEXTVAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\Anextval\('"?(.+_(seq[0-9]*))"?'::regclass\)\z"#).ok());

/// The literal that a default is; none for a function.
fn extract_value_from_default(default: &str) -> Option<String> {
    if let Some(found) = QUOTED_DEFAULT.as_ref()?.captures(default) {
        // `'now'::date` is CURRENT_DATE.
        return if &found[1] == "now" && &found[2] == "date" { None } else { Some(found[1].replace("''", "'")) };
    }
    if default == "true" || default == "false" {
        return Some(default.to_owned());
    }
    NUMERIC_DEFAULT.as_ref()?.captures(default).map(|found| found[1].to_owned())
}

fn has_default_function(value: Option<&str>, default: &str) -> bool {
    value.is_none() && DEFAULT_FUNCTION.as_ref().is_some_and(|pattern| pattern.is_match(default))
}

/// The sequence, and the end of its name.
fn sequence_of_nextval(default_function: &str) -> Option<(&str, &str)> {
    let found = NEXTVAL.as_ref()?.captures(default_function)?;
    Some((found.get(1)?.as_str(), found.get(2)?.as_str()))
}

/// The name the server gives the sequence of a serial column, both parts of it cut to fit.
fn sequence_name_from_parts(table_name: &str, column_name: &str, suffix: &str, limit: usize) -> String {
    let count = |text: &str| i64::try_from(text.chars().count()).unwrap_or(0);
    let cut = |text: &str, length: i64| text.chars().take(usize::try_from(length).unwrap_or(0)).collect::<String>();
    let limit = i64::try_from(limit).unwrap_or(0);
    let mut over_length = count(table_name) + count(column_name) + count(suffix) + 2 - limit;
    let mut column = column_name.to_owned();
    if over_length > 0 {
        let column_length = ((limit - count(suffix) - 2) / 2).min(count(column_name));
        over_length -= count(column_name) - column_length;
        column = cut(column_name, column_length - over_length.min(0));
    }
    let table = if over_length > 0 { cut(table_name, count(table_name) - over_length) } else { table_name.to_owned() };
    format!("{table}_{column}_{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_values_or_functions() {
        let check = |default: &str, value: Option<&str>, function: bool| {
            let found = extract_value_from_default(default);
            assert_eq!(found.as_deref(), value, "{default}");
            assert_eq!(has_default_function(found.as_deref(), default), function, "{default}");
        };
        check("'it''s'::character varying", Some("it's"), false);
        check("'{\"a b\"}'::character varying[]", Some("{\"a b\"}"), false);
        check("B'01'::\"bit\"", Some("01"), false);
        check("'-1'::integer", Some("-1"), false);
        check("1.5", Some("1.5"), false);
        check("'5'::bigint", Some("5"), false);
        check("true", Some("true"), false);
        check("now()", None, true);
        check("('now'::text)::date", None, true);
        check("CURRENT_TIMESTAMP", None, true);
        check("gen_random_uuid()", None, true);
        check("NULL::character varying", None, false);
        check("'é\nx'::text", Some("é\nx"), false);
    }

    #[test]
    fn sequences_have_the_servers_names() {
        let check = |table: &str, column: &str, name: &str| {
            assert_eq!(sequence_name_from_parts(table, column, "seq", 63), name);
        };
        check("users", "id", "users_id_seq");
        let (table, column) = ("t".repeat(60), "c".repeat(40));
        check(&table, "id", &format!("{}_id_seq", "t".repeat(56)));
        check(&table, &column, &format!("{}_{}_seq", "t".repeat(29), "c".repeat(29)));
        assert_eq!(sequence_of_nextval("nextval('\"Users_id_seq1\"'::regclass)"), Some(("Users_id_seq1", "seq1")));
    }
}
