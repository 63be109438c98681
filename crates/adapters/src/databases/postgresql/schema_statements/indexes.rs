//! The indexes of postgresql/schema_statements.rb.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::quoted_scope;
use crate::change::{Change, Commented};
use crate::name::{Name, extract_schema_qualified_name, unquote_identifier};
use crate::postgresql::utils::decode_string_array;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::schema_definitions::{CreateIndexDefinition, IndexDefinition};
use crate::schema_statements::{
    self as abstract_statements, index_algorithm, index_name_for_remove, options_for_index_columns,
};
use crate::{Arg, Error, Options, Result, gate};

/// `index_name_exists?`
pub fn index_name_exists(adapter: &mut PostgreSQLAdapter, table_name: &str, index_name: &str) -> Result<bool> {
    let (schema, table) = quoted_scope(table_name);
    let (_, index) = quoted_scope(index_name);
    let sql = format!(
        "SELECT COUNT(*) FROM pg_class t \
         INNER JOIN pg_index d ON t.oid = d.indrelid \
         INNER JOIN pg_class i ON d.indexrelid = i.oid \
         LEFT JOIN pg_namespace n ON n.oid = t.relnamespace \
         WHERE i.relkind IN ('i', 'I') AND i.relname = {index} AND t.relname = {table} AND n.nspname = {schema}"
    );
    Ok(adapter.query_value(&sql, Some("SCHEMA"))?.as_int().is_some_and(|count| count > 0))
}

/// `indexes`: but for the primary key's.
pub fn indexes(adapter: &mut PostgreSQLAdapter, table_name: &str) -> Result<Vec<IndexDefinition>> {
    let (schema, table) = quoted_scope(table_name);
    let sql = format!(
        "SELECT DISTINCT i.relname, d.indisunique, d.indkey, pg_get_indexdef(d.indexrelid), \
         pg_catalog.obj_description(i.oid, 'pg_class') AS comment, d.indisvalid, \
         ARRAY(SELECT pg_get_indexdef(d.indexrelid, k + 1, true) FROM generate_subscripts(d.indkey, 1) AS k ORDER BY k) AS columns \
         FROM pg_class t \
         INNER JOIN pg_index d ON t.oid = d.indrelid \
         INNER JOIN pg_class i ON d.indexrelid = i.oid \
         LEFT JOIN pg_namespace n ON n.oid = t.relnamespace \
         WHERE i.relkind IN ('i', 'I') AND d.indisprimary = 'f' AND t.relname = {table} AND n.nspname = {schema} \
         ORDER BY i.relname"
    );
    let rows = adapter.query(&sql, Some("SCHEMA"))?.rows;
    Ok(rows.iter().map(|row| index_from_row(table_name, row)).collect())
}

/// The end of an index's definition, from its method on.
static INDEX_DEFINITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?s) USING ([0-9A-Za-z_]+?) \((.+?)\)(?: INCLUDE \((.+?)\))?( NULLS NOT DISTINCT)?(?: WHERE (.+))?\z")
        .ok()
});
/// A column with what is not the default about it.
static INDEX_COLUMN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"([0-9A-Za-z_]+)"?[ \t\n\x0b\x0c\r]?([0-9A-Za-z_]+_ops(?:_[0-9A-Za-z_]+)?)?[ \t\n\x0b\x0c\r]?(DESC)?[ \t\n\x0b\x0c\r]?(NULLS (?:FIRST|LAST))?"#,
    )
    .ok()
});

fn index_from_row(table_name: &str, row: &[Arg]) -> IndexDefinition {
    let text = |index: usize| row.get(index).map(Arg::to_s).unwrap_or_default();
    let definition = text(3);
    let found = INDEX_DEFINITION.as_ref().and_then(|pattern| pattern.captures(&definition));
    let part = |group: usize| found.as_ref().and_then(|found| found.get(group)).map(|found| found.as_str().to_owned());
    let expressions = part(2).unwrap_or_default();
    let plain = |name: &str| unquote_identifier(&name.trim().replace("\"\"", "\"")).to_owned();
    let include: Vec<String> = part(3).iter().flat_map(|include| include.split(',')).map(plain).collect();

    let mut orders = Options::new();
    let mut opclasses = Options::new();
    let is_expression = text(2).split(' ').any(|number| number == "0");
    let columns = if is_expression {
        Arg::Str(expressions)
    } else {
        for found in INDEX_COLUMN.iter().flat_map(|pattern| pattern.captures_iter(&expressions)) {
            let group = |index: usize| found.get(index).map(|group| group.as_str());
            let column = &found[1];
            if let Some(opclass) = group(2) {
                opclasses.insert(column, Arg::symbol(opclass));
            }
            if let Some(nulls) = group(4) {
                let desc = group(3).map(|desc| format!("{desc} ")).unwrap_or_default();
                orders.insert(column, format!("{desc}{nulls}"));
            } else if group(3).is_some() {
                orders.insert(column, Arg::symbol("desc"));
            }
        }
        let names = decode_string_array(&text(6));
        Arg::from(names.iter().map(|name| plain(name)).filter(|name| !include.contains(name)).collect::<Vec<String>>())
    };
    IndexDefinition {
        orders: Arg::Hash(orders),
        opclasses: Arg::Hash(opclasses),
        r#where: part(5),
        using: part(1),
        include: if include.is_empty() { Arg::Nil } else { Arg::from(include) },
        nulls_not_distinct: Some(part(4).is_some()),
        comment: row.get(4).filter(|comment| comment.is_present()).map(Arg::to_s),
        valid: row.get(5).is_none_or(Arg::is_truthy),
        ..IndexDefinition::new(table_name, text(0), row.get(1).is_some_and(Arg::is_truthy), columns)
    }
    .concise()
}

/// `add_index`: its comment is a statement of its own.
pub fn add_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<()> {
    let Some(create) = adapter.build_create_index_definition(table_name, column_name, options)? else { return Ok(()) };
    let sql = adapter.visit_create_index_definition(&create)?;
    gate::execute(adapter, &Change::CreateIndex(Cow::Borrowed(&create)), &sql)?;
    let Some(comment) = create.index.comment else { return Ok(()) };
    let quoted = adapter.quote_column_name(&create.index.name);
    let sql = format!("COMMENT ON INDEX {quoted} IS {}", adapter.quote(&Arg::str(comment.as_str()))?);
    let on = Commented::Index { table: Cow::Borrowed(table_name), name: Cow::Owned(create.index.name) };
    gate::execute(adapter, &Change::Comment { on, comment: Some(comment) }, &sql).map(drop)
}

/// A condition that is the name of a column is quoted.
pub fn add_index_options<A: SchemaDefinitions + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    mut options: Options,
) -> Result<CreateIndexDefinition> {
    let condition = options.get("where").clone();
    if condition.is_truthy()
        && adapter.catalogue().table_exists(table_name)?
        && adapter.catalogue().column_exists(table_name, &condition.to_s(), &Arg::Nil, &Options::new())?
    {
        options.insert("where", adapter.quote_column_name(&condition.to_s()));
    }
    abstract_statements::add_index_options(adapter, table_name, column_name, options)
}

/// `remove_index`: within the schema that the table or the name has.
pub fn remove_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    mut options: Options,
) -> Result<()> {
    let mut table = extract_schema_qualified_name(table_name);
    if options.key("name") {
        let index = extract_schema_qualified_name(&options.get("name").to_s());
        options.insert("name", index.identifier);
        if table.schema.as_deref().is_none_or(|schema| schema.trim().is_empty()) {
            table = Name { schema: index.schema.clone(), identifier: table.identifier };
        }
        if let Some(schema) = index.schema.filter(|schema| !schema.trim().is_empty())
            && table.schema.as_ref() != Some(&schema)
        {
            let table_schema = table.schema.unwrap_or_default();
            let message = format!("Index schema '{schema}' does not match table schema '{table_schema}'");
            return Err(Error::argument(message));
        }
    }
    if options.get("if_exists").is_truthy() && !adapter.catalogue().index_exists(table_name, column_name, &options)? {
        return Ok(());
    }
    let identifier = index_name_for_remove(adapter, &table.to_string(), column_name, &options)?;
    let index = Name::new(table.schema.as_deref(), &identifier);
    let algorithm = index_algorithm(adapter, options.get("algorithm"))?.unwrap_or_default();
    let sql = format!("DROP INDEX {algorithm} {}", adapter.quote_table_name(&index.to_string()));
    let change = Change::DropIndex { table: Some(Cow::Borrowed(table_name)), name: Cow::Owned(index.to_string()) };
    gate::execute(adapter, &change, &sql).map(drop)
}

/// `rename_index`
pub fn rename_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    old_name: &str,
    new_name: &str,
) -> Result<()> {
    adapter.validate_index_length(table_name, new_name, false)?;
    let schema = extract_schema_qualified_name(table_name).schema;
    let schema = schema.map(|schema| adapter.quote_table_name(&schema) + ".").unwrap_or_default();
    let sql = format!(
        "ALTER INDEX {schema}{} RENAME TO {}",
        adapter.quote_column_name(old_name),
        adapter.quote_table_name(new_name)
    );
    let (table, from, to) = (Some(table_name.into()), old_name.into(), new_name.into());
    gate::execute(adapter, &Change::RenameIndex { table, from, to }, &sql).map(drop)
}

/// An operator class comes before the order.
pub fn add_options_for_index_columns<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    quoted_columns: Vec<(String, String)>,
    options: &Options,
) -> Vec<(String, String)> {
    let opclass = options.get("opclass");
    let with_opclass = |(name, sql): (String, String)| match options_for_index_columns(opclass, &name) {
        Some(opclass) => (name, format!("{sql} {}", opclass.to_s())),
        None => (name, sql),
    };
    let quoted_columns = quoted_columns.into_iter().map(with_opclass).collect();
    abstract_statements::add_options_for_index_columns(adapter, quoted_columns, options)
}

/// A string is SQL, a symbol one name, an array several.
pub fn quoted_include_columns<A: SchemaDefinitions + ?Sized>(adapter: &A, include: &Arg) -> String {
    match include {
        Arg::Str(sql) | Arg::Sql(sql) => sql.clone(),
        names => {
            let names: Vec<_> = names.to_strings().iter().map(|name| adapter.quote_column_name(name)).collect();
            names.join(", ")
        }
    }
}
