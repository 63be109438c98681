//! What the database says of its tables: sqlite3/schema_statements.rb and the queries of sqlite3_adapter.rb.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::alter::{Altering, alter_table, undefined_for_nil};
use super::table_sql;
use crate::catalogue::{DataSource, VirtualTable};
use crate::change::{Change, Verb};
use crate::column::{Column, Generated, SqlTypeMetadata};
use crate::pattern::constant;
use crate::prelude::*;
use crate::result::Row;
use crate::schema_definitions::{
    CheckConstraintDefinition, ForeignKeyDefinition, IndexDefinition, set_timestamps_options,
};
use crate::schema_statements::{
    TO_TABLE_IS_SYMBOL, check_constraint_for_bang, extract_new_default_value, foreign_key_for_bang,
    index_name_for_remove, rename_column_indexes, rename_table_indexes, strip_table_name_prefix_and_suffix,
    validate_change_column_null_argument,
};
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::{Arg, Error, Options, QueryResult, Result, gate, schema_statements};

impl SchemaStatements for SQLite3Adapter {
    fn create_virtual_table(&mut self, table_name: &str, module_name: &str, values: &[String]) -> Result<()> {
        let change = Change::CreateVirtualTable {
            table: Cow::Borrowed(table_name),
            module: Cow::Borrowed(module_name),
            arguments: values.to_vec(),
        };
        let values = values.join(", ");
        let sql = format!("CREATE VIRTUAL TABLE IF NOT EXISTS {table_name} USING {module_name} ({values})");
        gate::exec_query(self, &change, &sql).map(drop)
    }
    fn drop_virtual_table(&mut self, table_name: &str, _: &str, _: &[String], _: &Options) -> Result<()> {
        self.drop_table(&[table_name], &Options::new())
    }
    fn add_foreign_key(&mut self, from_table: &str, to_table: &str, options: Options) -> Result<()> {
        add_foreign_key(self, from_table, to_table, options)
    }
    fn remove_foreign_key(&mut self, from_table: &str, to_table: Option<&str>, options: Options) -> Result<()> {
        remove_foreign_key(self, from_table, to_table, options)
    }
    fn add_check_constraint(&mut self, table_name: &str, expression: &str, options: Options) -> Result<()> {
        alter_table(self, table_name, Altering::default(), |definition, adapter| {
            definition.check_constraint(adapter, expression, &options)
        })
    }
    fn remove_check_constraint(&mut self, table_name: &str, expression: &Arg, options: Options) -> Result<()> {
        remove_check_constraint(self, table_name, expression, options)
    }
    fn rename_table(&mut self, table_name: &str, new_name: &str, options: &Options) -> Result<()> {
        if !options.get("_uses_legacy_table_name").is_truthy() {
            self.validate_table_length(new_name)?;
        }
        self.base.schema_cache.clear_data_source_cache(table_name);
        self.base.schema_cache.clear_data_source_cache(new_name);
        let sql =
            format!("ALTER TABLE {} RENAME TO {}", self.quote_table_name(table_name), self.quote_table_name(new_name));
        let change = Change::RenameTable { from: Cow::Borrowed(table_name), to: Cow::Borrowed(new_name) };
        gate::exec_query(self, &change, &sql)?;
        rename_table_indexes(self, table_name, new_name, options)
    }
    fn add_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        let r#type = r#type.to_sym()?;
        let invalid = r#type.is_symbol("primary_key")
            || options.get("primary_key").is_truthy()
            || options.get("null").is_false() && options.get("default").is_nil()
            || r#type.is_symbol("virtual") && options.get("stored").is_truthy();
        if !invalid {
            return schema_statements::add_column(self, table_name, column_name, &r#type, options);
        }
        alter_table(self, table_name, Altering::default(), |definition, adapter| {
            definition.column(adapter, column_name, &r#type, options)
        })
    }
    fn remove_column(&mut self, table_name: &str, column_name: &str, _type: &Arg, _options: &Options) -> Result<()> {
        self.remove_columns(table_name, &[column_name.to_owned()], &Options::new())
    }
    fn remove_columns(&mut self, table_name: &str, column_names: &[String], _options: &Options) -> Result<()> {
        alter_table(self, table_name, Altering::default(), |definition, _| {
            for name in column_names {
                definition.remove_column(name);
            }
            let removed =
                |column: &Arg| column.as_str().is_some_and(|column| column_names.iter().any(|name| name == column));
            definition.foreign_keys.retain(|foreign_key| !removed(foreign_key.column()));
            Ok(())
        })
    }
    fn change_column_default(&mut self, table_name: &str, column_name: &str, default_or_changes: &Arg) -> Result<()> {
        let default = extract_new_default_value(default_or_changes);
        alter_table(self, table_name, Altering::default(), |definition, _| {
            let column = definition.get_mut(column_name).ok_or_else(|| undefined_for_nil("default="))?;
            column.options.insert("default", default);
            Ok(())
        })
    }
    fn change_column_null(&mut self, table_name: &str, column_name: &str, null: &Arg, default: &Arg) -> Result<()> {
        let null = validate_change_column_null_argument(null)?;
        if !null && !default.is_nil() {
            let (table, column) = (self.quote_table_name(table_name), self.quote_column_name(column_name));
            let default = self.quote(default)?;
            let sql = format!("UPDATE {table} SET {column}={default} WHERE {column} IS NULL");
            gate::exec_query(self, &Change::rows(Verb::Update, table_name), &sql)?;
        }
        alter_table(self, table_name, Altering::default(), |definition, _| {
            let column = definition.get_mut(column_name).ok_or_else(|| undefined_for_nil("null="))?;
            column.options.insert("null", null);
            Ok(())
        })
    }
    fn change_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        alter_table(self, table_name, Altering::default(), |definition, adapter| {
            definition.change_column(adapter, column_name, r#type, options)
        })
    }
    fn rename_column(&mut self, table_name: &str, column_name: &str, new_column_name: &str) -> Result<()> {
        let column = self.catalogue().column_for(table_name, column_name)?;
        let rename = Some((column.name.clone(), new_column_name.to_owned()));
        alter_table(self, table_name, Altering { rename, ..Altering::default() }, |_, _| Ok(()))?;
        rename_column_indexes(self, table_name, &column.name, new_column_name)
    }
    fn remove_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        if options.get("if_exists").is_truthy() && !self.catalogue().index_exists(table_name, column_name, &options)? {
            return Ok(());
        }
        let name = index_name_for_remove(self, table_name, column_name, &options)?;
        let sql = format!("DROP INDEX {}", self.quote_column_name(&name));
        let change = Change::DropIndex { table: Some(Cow::Borrowed(table_name)), name: Cow::Owned(name) };
        gate::exec_query(self, &change, &sql).map(drop)
    }
    fn add_timestamps(&mut self, table_name: &str, mut options: Options) -> Result<()> {
        set_timestamps_options(self, &mut options);
        alter_table(self, table_name, Altering::default(), |definition, adapter| {
            for name in ["created_at", "updated_at"] {
                definition.column(adapter, name, &Arg::symbol("datetime"), options.clone())?;
            }
            Ok(())
        })
    }
    fn add_reference(&mut self, table_name: &str, ref_name: &Arg, options: &Options) -> Result<()> {
        let mut options = options.clone();
        self.table_definition_references(&mut options);
        schema_statements::add_reference(self, table_name, ref_name, &options)
    }
}

type Connection = SQLite3Adapter;

const SCHEMA: Option<&str> = Some("SCHEMA");

// Ruby's `\w` is ASCII's.
static NULL: LazyLock<Regex> = LazyLock::new(|| constant(r"(?mi)^null$"));
static SINGLE_QUOTED: LazyLock<Regex> = LazyLock::new(|| constant(r"(?m)^'([^|]*)'$"));
static DOUBLE_QUOTED: LazyLock<Regex> = LazyLock::new(|| constant(r#"(?m)^"([^|]*)"$"#));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| constant(r"\A-?[0-9]+(?:\.[0-9]*)?\z"));
static HEXADECIMAL: LazyLock<Regex> = LazyLock::new(|| constant(r"x'(.*)'"));
static DEFAULT_FUNCTION: LazyLock<Regex> =
    LazyLock::new(|| constant(r"[0-9A-Za-z_]+\(.*\)|CURRENT_TIME|CURRENT_DATE|CURRENT_TIMESTAMP|\|\|"));
static DESCENDING: LazyLock<Regex> = LazyLock::new(|| constant(r#""([0-9A-Za-z_]+)" DESC"#));
static CREATE_INDEX: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r#"(?i)\bON\b\s*"?([0-9A-Za-z_]+?)"?\s*\((?<expressions>.+?)\)(?:\s*WHERE\b\s*(?<where>.+))?(?:\s*/\*.*\*/)?\z"#,
    )
});
static TRAILING_COMMENT: LazyLock<Regex> = LazyLock::new(|| constant(r"\s*/\*.*\*/\z"));
static FOREIGN_KEY: LazyLock<Regex> = LazyLock::new(|| {
    constant(r#".*FOREIGN KEY\s+\("([^"]+)"\)\s+REFERENCES\s+"([0-9A-Za-z_]+)"\s+\("([0-9A-Za-z_]+)"\)"#)
});
static DEFERRABLE: LazyLock<Regex> = LazyLock::new(|| constant(r"DEFERRABLE INITIALLY ([0-9A-Za-z_]+)"));
static AUTOINCREMENT: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)\bAUTOINCREMENT\b"));
static VIRTUAL_TABLE: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)USING\s+([0-9A-Za-z_]+)\s*\((.*)\)"));

fn table_info(adapter: &mut Connection, table_name: &str) -> Result<QueryResult> {
    let table = adapter.quote_table_name(table_name);
    adapter.query(&format!("PRAGMA table_xinfo({table})"), SCHEMA)
}

/// `table_structure`, without the collations.
fn table_structure(adapter: &mut Connection, table_name: &str) -> Result<QueryResult> {
    let structure = table_info(adapter, table_name)?;
    if structure.is_empty() {
        return Err(Error::statement_invalid(format!("Could not find table '{table_name}'")));
    }
    Ok(structure)
}

/// The CREATE statement of a table.
fn table_sql(adapter: &mut Connection, table_name: &str) -> Result<Option<String>> {
    let sql = format!(
        "SELECT sql FROM\n  (SELECT * FROM sqlite_master UNION ALL\n   SELECT * FROM sqlite_temp_master)\nWHERE type = 'table' AND name = {}\n",
        adapter.quote(&Arg::str(table_name))?
    );
    let result = adapter.query_value(&sql, SCHEMA)?;
    Ok((!result.is_nil()).then(|| result.to_s()))
}

/// `table_structure_sql`
fn table_structure_sql(adapter: &mut Connection, table_name: &str, column_names: &[String]) -> Result<Vec<String>> {
    Ok(table_sql(adapter, table_name)?.map(|sql| table_sql::definitions(&sql, column_names)).unwrap_or_default())
}

/// `data_source_sql`
pub(crate) fn data_source_sql(adapter: &Connection, name: Option<&str>, kind: DataSource) -> Result<String> {
    let types = match kind {
        DataSource::Table => "'table'",
        DataSource::View => "'view'",
        DataSource::VirtualTable => "'virtual'",
        DataSource::ShadowTable => "'shadow'",
        DataSource::Any | DataSource::ForeignTable => "'table','view'",
    };
    let mut sql = "SELECT name FROM pragma_table_list WHERE schema <> 'temp' AND name NOT IN ('sqlite_sequence', 'sqlite_schema')".to_owned();
    if let Some(name) = name {
        sql = format!("{sql} AND name = {}", adapter.quote(&Arg::str(name))?);
    }
    Ok(format!("{sql} AND type IN ({types})"))
}

/// `primary_keys`, in the order that they have in the key.
pub(crate) fn primary_keys(adapter: &mut Connection, table_name: &str) -> Result<Vec<String>> {
    let structure = table_structure(adapter, table_name)?;
    let mut keys: Vec<_> = structure
        .iter()
        .filter_map(|row| row.get("pk").as_int().filter(|pk| *pk > 0).map(|pk| (pk, row.string("name"))))
        .collect();
    keys.sort_by_key(|(pk, _)| *pk);
    Ok(keys.into_iter().map(|(_, name)| name).collect())
}

/// `columns`, by a pragma and the table's own SQL.
pub(crate) fn columns(adapter: &mut Connection, table_name: &str) -> Result<Vec<Column>> {
    let fields = table_structure(adapter, table_name)?;
    let names: Vec<_> = fields.iter().map(|row| row.string("name")).collect();
    let structure = table_sql::structure(&table_structure_sql(adapter, table_name, &names)?);
    let only_primary_key = fields.iter().filter(|row| row.get("pk").as_int().is_some_and(|pk| pk > 0)).count() == 1;
    fields.iter().map(|field| new_column_from_field(adapter, field, &structure, only_primary_key)).collect()
}

fn new_column_from_field(
    adapter: &mut Connection,
    field: Row<'_>,
    structure: &table_sql::Structure,
    only_primary_key: bool,
) -> Result<Column> {
    let name = field.string("name");
    let default = structure.generated.get(&name).cloned().or_else(|| field.string_opt("dflt_value"));
    let sql_type = field.string("type");
    let cast_type = adapter.lookup_cast_type(&sql_type)?;
    let default_value = extract_value_from_default(default.as_deref());
    let generated = match field.get("hidden").as_int() {
        Some(2) => Some(Generated::Virtual),
        Some(3) => Some(Generated::Stored),
        _ => None,
    };
    let default_function = match &default {
        Some(default) if generated.is_some() || has_default_function(&default_value, default) => Some(default.clone()),
        _ => None,
    };
    let metadata = SqlTypeMetadata {
        r#type: cast_type.type_name().map(str::to_owned),
        limit: cast_type.limit(),
        precision: cast_type.precision(),
        scale: cast_type.scale(),
        sql_type,
        ..SqlTypeMetadata::default()
    };
    let rowid = metadata.sql_type.to_ascii_lowercase().contains("integer")
        && field.get("pk").as_int() == Some(1)
        && only_primary_key;
    let null = field.get("notnull").as_int() == Some(0);
    let column = Column::new(name, Some(cast_type), default_value, metadata, null, default_function)?;
    Ok(Column {
        collation: structure.collations.get(&column.name).cloned(),
        auto_increment: structure.auto_increments.contains(&column.name),
        rowid,
        is_default_word: is_word(default.as_deref()),
        generated,
        ..column
    })
}

/// `extract_value_from_default`: nil for an expression.
pub(crate) fn extract_value_from_default(default: Option<&str>) -> Arg {
    let Some(default) = default else { return Arg::Nil };
    let captured = |pattern: &Regex| Some(pattern.captures(default)?.get(1)?.as_str().to_owned());
    if NULL.is_match(default) {
        return Arg::Nil;
    }
    if let Some(text) = captured(&SINGLE_QUOTED) {
        return Arg::Str(text.replace("''", "'"));
    }
    if let Some(text) = captured(&DOUBLE_QUOTED) {
        return Arg::Str(text.replace("\"\"", "\""));
    }
    if NUMBER.is_match(default) {
        return Arg::str(default);
    }
    if let Some(digits) = captured(&HEXADECIMAL) {
        return Arg::Bytes(unpack_hexadecimal(&digits));
    }
    if is_word(Some(default)) { Arg::str(default) } else { Arg::Nil }
}

/// Read as a value since Rails 8.1.
pub(crate) fn is_word(default: Option<&str>) -> bool {
    matches!(default, Some("TRUE" | "FALSE"))
}

/// `[text].pack("H*")`
fn unpack_hexadecimal(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.chars().map(|character| character.to_digit(16).unwrap_or(0) as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

/// Whether a default that has no value is an expression.
pub(crate) fn has_default_function(default_value: &Arg, default: &str) -> bool {
    !default_value.is_truthy() && DEFAULT_FUNCTION.is_match(default)
}

/// `indexes`: but for those that SQLite makes of constraints.
pub(crate) fn indexes(adapter: &mut Connection, table_name: &str) -> Result<Vec<IndexDefinition>> {
    let table = adapter.quote_table_name(table_name);
    let list = adapter.exec_query(&format!("PRAGMA index_list({table})"), SCHEMA, &[])?;
    let rows: Vec<_> = list.iter().map(|row| (row.string("name"), row.get("unique").as_int() != Some(0))).collect();
    let mut indexes = Vec::new();
    for (name, unique) in rows {
        if !name.starts_with("sqlite_") {
            indexes.push(index(adapter, table_name, name, unique)?);
        }
    }
    Ok(indexes)
}

fn index(adapter: &mut Connection, table_name: &str, name: String, unique: bool) -> Result<IndexDefinition> {
    let quoted = adapter.quote(&Arg::str(&*name))?;
    let sql = format!(
        "SELECT sql\nFROM sqlite_master\nWHERE name = {quoted} AND type = 'index'\nUNION ALL\nSELECT sql\nFROM sqlite_temp_master\nWHERE name = {quoted} AND type = 'index'\n"
    );
    let index_sql = adapter.query_value(&sql, SCHEMA)?.to_s();
    let info = adapter.exec_query(&format!("PRAGMA index_info({quoted})"), SCHEMA, &[])?;
    let names: Vec<_> = info.iter().map(|row| row.string_opt("name")).collect();
    let (expressions, condition) = expressions_and_where(&index_sql);
    let mut orders = Options::new();
    let columns = match names.iter().cloned().collect::<Option<Vec<_>>>() {
        Some(names) => {
            for found in DESCENDING.captures_iter(&index_sql) {
                orders.insert(&found[1], Arg::symbol("desc"));
            }
            Arg::from(names)
        }
        None => Arg::from(expressions),
    };
    Ok(IndexDefinition {
        r#where: condition,
        orders: Arg::Hash(orders),
        ..IndexDefinition::new(table_name, name, unique, columns)
    }
    .concise())
}

/// What stands in the parentheses of a CREATE INDEX, and its WHERE.
fn expressions_and_where(sql: &str) -> (Option<String>, Option<String>) {
    let Some(captures) = CREATE_INDEX.captures(sql) else { return (None, None) };
    let text = |name: &str| captures.name(name).map(|group| group.as_str().to_owned());
    let condition = text("where").map(|condition| TRAILING_COMMENT.replace(&condition, "").into_owned());
    (text("expressions"), condition)
}

/// `foreign_keys`, by a pragma and, for what that does not tell, the table's own SQL.
pub(crate) fn foreign_keys(adapter: &mut Connection, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
    let quoted = adapter.quote(&Arg::str(table_name))?;
    let info = adapter.exec_query(&format!("PRAGMA foreign_key_list({quoted})"), SCHEMA, &[])?;
    let columns = table_info(adapter, table_name)?;
    let names: Vec<_> = columns.iter().map(|row| row.string("name")).collect();
    let deferrables = deferrables(&table_structure_sql(adapter, table_name, &names)?);
    let mut groups: Vec<(Arg, Vec<Row<'_>>)> = Vec::new();
    for row in info.iter() {
        match groups.iter_mut().find(|(id, _)| id == row.get("id")) {
            Some((_, group)) => group.push(row),
            None => groups.push((row.get("id").clone(), vec![row])),
        }
    }
    let mut definitions = Vec::new();
    for (_, mut group) in groups {
        group.sort_by_key(|row| row.get("seq").as_int());
        definitions.push(foreign_key(adapter, table_name, &group, &deferrables));
    }
    Ok(definitions)
}

/// Table, column and primary key, with the mode.
type Deferrable = ((String, String, String), Arg);

fn foreign_key(
    adapter: &Connection,
    table_name: &str,
    group: &[Row<'_>],
    deferrables: &[Deferrable],
) -> ForeignKeyDefinition {
    let row = group[0];
    let action = |column: &str| match adapter.extract_foreign_key_action(&row.string(column)) {
        Some(action) => Arg::symbol(action),
        None => Arg::Nil,
    };
    let key = (row.string("table"), row.string("from"), row.string("to"));
    // The last one wins, as in a hash.
    let deferrable =
        deferrables.iter().rev().find(|(other, _)| *other == key).map_or(Arg::Nil, |(_, mode)| mode.clone());
    let columns = |column: &str| match group {
        [row] => row.get(column).clone(),
        rows => Arg::Array(rows.iter().map(|row| row.get(column).clone()).collect()),
    };
    let options = Options::from([
        ("on_delete", action("on_delete")),
        ("on_update", action("on_update")),
        ("deferrable", deferrable),
        ("column", columns("from")),
        ("primary_key", columns("to")),
    ]);
    ForeignKeyDefinition { from_table: table_name.to_owned(), to_table: key.0, options }
}

fn deferrables(definitions: &[String]) -> Vec<Deferrable> {
    let constraints = definitions.iter().filter(|text| text.starts_with("CONSTRAINT") && text.contains("FOREIGN KEY"));
    constraints
        .filter_map(|text| {
            let found = FOREIGN_KEY.captures(text)?;
            let mode = DEFERRABLE.captures(text).map_or(Arg::Bool(false), |found| Arg::Symbol(found[1].to_lowercase()));
            Some(((found[2].to_owned(), found[1].to_owned(), found[3].to_owned()), mode))
        })
        .collect()
}

/// `check_constraints`, read from the table's own SQL.
pub(crate) fn check_constraints(adapter: &mut Connection, table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
    let quoted = adapter.quote(&Arg::str(table_name))?;
    let indent = "            ";
    let sql = format!(
        "{indent}SELECT sql\n{indent}FROM sqlite_master\n{indent}WHERE name = {quoted} AND type = 'table'\n{indent}UNION ALL\n{indent}SELECT sql\n{indent}FROM sqlite_temp_master\n{indent}WHERE name = {quoted} AND type = 'table'\n"
    );
    let table_sql = adapter.query_value(&sql, SCHEMA)?.to_s();
    Ok(table_sql::check_constraints(&table_sql)
        .into_iter()
        .map(|(name, expression)| CheckConstraintDefinition {
            table_name: table_name.to_owned(),
            expression,
            options: Options::from([("name", name)]),
        })
        .collect())
}

/// `add_foreign_key`: by a copy of the table.
pub(crate) fn add_foreign_key(
    adapter: &mut Connection,
    from_table: &str,
    to_table: &str,
    mut options: Options,
) -> Result<()> {
    options.delete(TO_TABLE_IS_SYMBOL);
    assert_valid_deferrable(options.get("deferrable"))?;
    alter_table(adapter, from_table, Altering::default(), |definition, adapter| {
        let to_table = strip_table_name_prefix_and_suffix(adapter, to_table);
        definition.foreign_key(adapter, &to_table, &options)
    })
}

fn assert_valid_deferrable(deferrable: &Arg) -> Result<()> {
    if !deferrable.is_truthy() || deferrable.is_symbol("immediate") || deferrable.is_symbol("deferred") {
        return Ok(());
    }
    let message = format!("deferrable must be `:immediate` or `:deferred`, got: `{}`", deferrable.inspect());
    Err(Error::argument(message))
}

/// `remove_foreign_key`: by a copy of the table.
pub(crate) fn remove_foreign_key(
    adapter: &mut Connection,
    from_table: &str,
    to_table: Option<&str>,
    mut options: Options,
) -> Result<()> {
    let if_exists = options.delete("if_exists").is_truthy();
    if if_exists && !adapter.foreign_key_exists(from_table, to_table, &options.slice(&["column"]))? {
        return Ok(());
    }
    let given = options.get("to_table");
    let to_table = to_table.map(str::to_owned).or_else(|| given.is_truthy().then(|| given.to_s()));
    let options = options.except(&["name", "to_table", "validate"]);
    let removed = foreign_key_for_bang(adapter, from_table, to_table.as_deref(), &options)?;
    let mut foreign_keys = adapter.catalogue().foreign_keys(from_table)?;
    foreign_keys.retain(|foreign_key| *foreign_key != removed);
    let altering = Altering { foreign_keys: Some(foreign_keys), ..Altering::default() };
    alter_table(adapter, from_table, altering, |_, _| Ok(()))
}

/// `remove_check_constraint`: by a copy of the table.
pub(crate) fn remove_check_constraint(
    adapter: &mut Connection,
    table_name: &str,
    expression: &Arg,
    mut options: Options,
) -> Result<()> {
    if options.delete("if_exists").is_truthy() && !adapter.check_constraint_exists(table_name, &options)? {
        return Ok(());
    }
    let mut check_constraints = adapter.catalogue().check_constraints(table_name)?;
    let name = check_constraint_for_bang(adapter, table_name, expression, &options)?.name();
    check_constraints.retain(|check| check.name() != name);
    let foreign_keys = adapter.catalogue().foreign_keys(table_name)?;
    let altering = Altering {
        foreign_keys: Some(foreign_keys),
        check_constraints: Some(check_constraints),
        ..Altering::default()
    };
    alter_table(adapter, table_name, altering, |_, _| Ok(()))
}

/// What the dumper asks, lines and all.
pub(crate) fn primary_key_has_autoincrement(adapter: &mut Connection, table_name: &str) -> Result<bool> {
    let quoted = adapter.quote(&Arg::str(table_name))?;
    let sql = format!(
        "SELECT sql FROM sqlite_master WHERE name = {quoted} AND type = 'table'\nUNION ALL\nSELECT sql FROM sqlite_temp_master WHERE name = {quoted} AND type = 'table'\n"
    );
    Ok(AUTOINCREMENT.is_match(&adapter.query_value(&sql, SCHEMA)?.to_s()))
}

/// `virtual_tables`: module and arguments of each.
pub(crate) fn virtual_tables(adapter: &mut Connection) -> Result<Vec<VirtualTable>> {
    let query = "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL %';\n";
    let tables = adapter.exec_query(query, SCHEMA, &[])?;
    Ok(tables
        .iter()
        .map(|row| {
            let sql = row.string("sql");
            let found = VIRTUAL_TABLE.captures(&sql);
            let group = |index: usize| found.as_ref().map(|found| found[index].to_owned()).unwrap_or_default();
            VirtualTable { name: row.string("name"), module: group(1), arguments: group(2) }
        })
        .collect())
}
