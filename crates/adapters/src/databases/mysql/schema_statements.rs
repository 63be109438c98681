//! Reading and naming what a schema holds: mysql/schema_statements.rb.

use super::quoting::{extract_schema_qualified_name, quote_column_name};
use crate::abstract_mysql_adapter::{MysqlAdapter, alteration, databases, introspection};
use crate::catalogue::DataSource;
use crate::column::{Column, Generated, SqlTypeMetadata};
use crate::prelude::*;
use crate::result::Row;
use crate::schema_definitions::{ChangeColumnDefaultDefinition, CreateIndexDefinition, IndexDefinition};
use crate::schema_statements::{AlterFragment, BulkCommand};
use crate::{Arg, Error, Options, Result, schema_statements};

impl SchemaStatements for MysqlAdapter {
    fn create_database(&mut self, name: &str, options: &Options) -> Result<()> {
        databases::create_database(self, name, options)
    }
    fn drop_database(&mut self, name: &str) -> Result<()> {
        databases::drop_database(self, name)
    }
    fn recreate_database(&mut self, name: &str, options: &Options) -> Result<()> {
        databases::recreate_database(self, name, options)
    }
    fn default_table_options(&mut self) -> Result<Option<String>> {
        introspection::default_row_format(self)
    }
    fn rename_table(&mut self, table_name: &str, new_name: &str, options: &Options) -> Result<()> {
        alteration::rename_table(self, table_name, new_name, options)
    }
    fn drop_table(&mut self, table_names: &[&str], options: &Options) -> Result<()> {
        alteration::drop_table(self, table_names, options)
    }
    fn remove_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: &Options) -> Result<()> {
        remove_column(self, table_name, column_name, r#type, options)
    }
    fn change_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        alteration::change_column(self, table_name, column_name, r#type, options)
    }
    fn change_column_default(&mut self, table_name: &str, column_name: &str, default_or_changes: &Arg) -> Result<()> {
        alteration::change_column_default(self, table_name, column_name, default_or_changes)
    }
    fn build_change_column_default_definition(
        &mut self,
        table_name: &str,
        column_name: &str,
        default_or_changes: &Arg,
    ) -> Result<ChangeColumnDefaultDefinition> {
        alteration::build_change_column_default_definition(self, table_name, column_name, default_or_changes)
    }
    fn change_column_null(&mut self, table_name: &str, column_name: &str, null: &Arg, default: &Arg) -> Result<()> {
        alteration::change_column_null(self, table_name, column_name, null, default)
    }
    fn rename_column(&mut self, table_name: &str, column_name: &str, new_column_name: &str) -> Result<()> {
        alteration::rename_column(self, table_name, column_name, new_column_name)
    }
    fn change_table_comment(&mut self, table_name: &str, comment_or_changes: &Arg) -> Result<()> {
        alteration::change_table_comment(self, table_name, comment_or_changes)
    }
    fn change_column_comment(&mut self, table_name: &str, column_name: &str, comment_or_changes: &Arg) -> Result<()> {
        alteration::change_column_comment(self, table_name, column_name, comment_or_changes)
    }
    fn add_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        alteration::add_index(self, table_name, column_name, options)
    }
    fn build_create_index_definition(
        &mut self,
        table_name: &str,
        column_name: &Arg,
        options: Options,
    ) -> Result<Option<CreateIndexDefinition>> {
        alteration::build_create_index_definition(self, table_name, column_name, options)
    }
    fn rename_index(&mut self, table_name: &str, old_name: &str, new_name: &str) -> Result<()> {
        alteration::rename_index(self, table_name, old_name, new_name)
    }
    fn enable_index(&mut self, table_name: &str, index_name: &str) -> Result<()> {
        alteration::alter_index(self, table_name, index_name, true)
    }
    fn disable_index(&mut self, table_name: &str, index_name: &str) -> Result<()> {
        alteration::alter_index(self, table_name, index_name, false)
    }
    fn remove_foreign_key(&mut self, from_table: &str, to_table: Option<&str>, options: Options) -> Result<()> {
        remove_foreign_key(self, from_table, to_table, options)
    }
    fn internal_string_options_for_primary_key(&mut self) -> Result<Options> {
        internal_string_options_for_primary_key(self)
    }
    fn for_alter(&mut self, table_name: &str, command: &BulkCommand) -> Result<Option<Vec<AlterFragment>>> {
        alteration::for_alter(self, table_name, command)
    }
}

const CHARSETS_OF_4BYTES_MAXLEN: [&str; 4] = ["utf8mb4", "utf16", "utf16le", "utf32"];

/// The indexes of a table but for its primary key; none when there is no such table.
pub fn indexes(adapter: &mut MysqlAdapter, table_name: &str) -> Result<Vec<IndexDefinition>> {
    let sql = format!("SHOW KEYS FROM {}", adapter.quote_table_name(table_name));
    let keys = match adapter.exec_query(&sql, Some("SCHEMA"), &[]) {
        Err(error) if is_missing_table(&error) => return Ok(Vec::new()),
        keys => keys?,
    };
    let mut indexes: Vec<IndexParts> = Vec::new();
    for row in keys.iter().filter(|row| row.string("Key_name") != "PRIMARY") {
        let name = row.string("Key_name");
        if indexes.last().is_none_or(|index| index.definition.name != name) {
            indexes.push(IndexParts::new(adapter, row));
        }
        if let Some(index) = indexes.last_mut() {
            index.add_column(row);
        }
    }
    Ok(indexes.into_iter().map(|index| index.finish(adapter)).collect())
}

/// `/Table '.+' doesn't exist/`
fn is_missing_table(error: &Error) -> bool {
    error.message().split_once("Table '").is_some_and(|(_, rest)| rest.contains("' doesn't exist"))
}

struct IndexParts {
    definition: IndexDefinition,
    columns: Vec<String>,
    lengths: Options,
    orders: Options,
    has_expressions: bool,
}

impl IndexParts {
    fn new(adapter: &MysqlAdapter, row: Row<'_>) -> IndexParts {
        let unique = row.string("Non_unique") == "0";
        let mut definition = IndexDefinition::new(row.string("Table"), row.string("Key_name"), unique, Arg::Nil);
        let index_type = row.string("Index_type").to_lowercase();
        match index_type.as_str() {
            "fulltext" | "spatial" => definition.r#type = Some(index_type),
            "btree" | "hash" => definition.using = Some(index_type),
            _ => {}
        }
        definition.comment = row.string_opt("Index_comment").filter(|comment| Arg::str(comment).is_present());
        definition.enabled = Some(match (adapter.supports_disabling_indexes(), adapter.is_mariadb()) {
            (false, _) => true,
            (true, true) => row.string("Ignored") == "NO",
            (true, false) => row.string("Visible") == "YES",
        });
        IndexParts {
            definition,
            columns: Vec::new(),
            lengths: Options::new(),
            orders: Options::new(),
            has_expressions: false,
        }
    }

    fn add_column(&mut self, row: Row<'_>) {
        let column = if let Some(expression) = row.string_opt("Expression") {
            self.has_expressions = true;
            let expression = expression.replace("\\'", "'");
            if expression.starts_with('(') { expression } else { format!("({expression})") }
        } else {
            let column = row.string("Column_name");
            if let Some(length) = row.string_opt("Sub_part") {
                self.lengths.insert(&column, length.parse::<i64>().unwrap_or(0));
            }
            column
        };
        if row.string("Collation") == "D" {
            self.orders.insert(&column, Arg::symbol("desc"));
        }
        self.columns.push(column);
    }

    /// With an expression among them the columns become one text.
    fn finish(self, adapter: &MysqlAdapter) -> IndexDefinition {
        let mut definition = self.definition;
        if self.has_expressions {
            let quoted = self
                .columns
                .into_iter()
                .map(|name| {
                    let quoted = if name.starts_with('(') { name.clone() } else { quote_column_name(&name) };
                    (name, quoted)
                })
                .collect();
            let options = Options::from([("order", Arg::Hash(self.orders)), ("length", Arg::Hash(self.lengths))]);
            let columns = adapter.add_options_for_index_columns(quoted, &options);
            let columns: Vec<String> = columns.into_iter().map(|(_, sql)| sql).collect();
            definition.columns = Arg::Str(columns.join(", "));
            return definition;
        }
        definition.columns = Arg::from(self.columns);
        definition.lengths = Arg::Hash(self.lengths);
        definition.orders = Arg::Hash(self.orders);
        definition.concise()
    }
}

/// `columns`, by SHOW FULL FIELDS.
pub fn columns(adapter: &mut MysqlAdapter, table_name: &str) -> Result<Vec<Column>> {
    let sql = format!("SHOW FULL FIELDS FROM {}", adapter.quote_table_name(table_name));
    let fields = adapter.query(&sql, Some("SCHEMA"))?;
    let mut create_table = None;
    fields.iter().map(|field| new_column_from_field(adapter, table_name, field, &mut create_table)).collect()
}

/// `create_table` is SHOW CREATE TABLE's answer once a column has needed it.
fn new_column_from_field(
    adapter: &mut MysqlAdapter,
    table_name: &str,
    field: Row<'_>,
    create_table: &mut Option<String>,
) -> Result<Column> {
    let name = field.string("Field");
    let extra = field.string("Extra");
    let metadata = fetch_type_metadata(adapter, &field.string("Type"), &extra);
    let mut default = field.string_opt("Default");
    let mut default_function = None;
    if metadata.r#type.as_deref() == Some("datetime") && default.as_deref().is_some_and(is_current_timestamp) {
        let updates = extra.to_lowercase().contains("on update current_timestamp");
        default_function =
            default.take().map(|default| if updates { format!("{default} ON UPDATE {default}") } else { default });
    } else if extra == "DEFAULT_GENERATED" {
        default_function = default.take().map(|default| {
            let default = if default.starts_with('(') { default } else { format!("({default})") };
            default.replace("\\'", "'")
        });
    } else if let Some(text) = default.as_deref() {
        if metadata.r#type.as_deref() == Some("text") && text.starts_with('\'') {
            default = Some(unquoted(text).replace("\\'", "'"));
        } else if !text.starts_with(|character: char| character.is_ascii_digit())
            && is_function_default(adapter, table_name, &name, create_table)?
        {
            default_function = default.take();
        }
    }
    let cast_type = adapter.cast_type(&metadata.sql_type);
    let default = default.map_or(Arg::Nil, Arg::Str);
    let null = field.string("Null") == "YES";
    let mut column = Column::new(name, Some(cast_type), default, metadata, null, default_function)?;
    column.collation = field.string_opt("Collation");
    column.comment = field.string_opt("Comment").filter(|comment| Arg::str(comment).is_present());
    column.auto_increment = extra == "auto_increment";
    column.generated = generated(&extra);
    column.generated_has_default = true;
    Ok(column)
}

/// Without its first and last character.
fn unquoted(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.next_back();
    characters.as_str()
}

/// `/\ACURRENT_TIMESTAMP(?:\([0-6]?\))?\z/i`
fn is_current_timestamp(default: &str) -> bool {
    let name = "CURRENT_TIMESTAMP";
    default.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && matches!(&default.as_bytes()[name.len()..], [] | [b'(', b')'] | [b'(', b'0'..=b'6', b')'])
}

/// `default_type == :function`: what SHOW CREATE TABLE has behind DEFAULT begins with a letter.
fn is_function_default(
    adapter: &mut MysqlAdapter,
    table_name: &str,
    column_name: &str,
    create_table: &mut Option<String>,
) -> Result<bool> {
    let info = match create_table {
        Some(info) => info,
        None => create_table.insert(adapter.create_table_info(table_name)?.unwrap_or_default()),
    };
    let needle = format!("`{column_name}` ");
    let first = info.match_indices(&needle).find_map(|(index, _)| {
        let line = info[index + needle.len()..].lines().next().unwrap_or("");
        line.rmatch_indices(" DEFAULT ").filter(|(at, _)| *at > 0).find_map(|(at, keyword)| {
            line[at + keyword.len()..]
                .chars()
                .next()
                .filter(|first| *first == '\'' || first.is_ascii_digit() || ('A'..='z').contains(first))
        })
    });
    Ok(first.is_some_and(|first| ('A'..='z').contains(&first)))
}

/// `/\b(?:VIRTUAL|STORED|PERSISTENT)\b/`
fn generated(extra: &str) -> Option<Generated> {
    extra.split(|character: char| !(character == '_' || character.is_ascii_alphanumeric())).find_map(
        |word| match word {
            "VIRTUAL" => Some(Generated::Virtual),
            "STORED" | "PERSISTENT" => Some(Generated::Stored),
            _ => None,
        },
    )
}

fn fetch_type_metadata(adapter: &MysqlAdapter, sql_type: &str, extra: &str) -> SqlTypeMetadata {
    let cast_type = adapter.cast_type(sql_type);
    SqlTypeMetadata {
        sql_type: sql_type.to_owned(),
        r#type: cast_type.type_name().map(str::to_owned),
        limit: cast_type.limit(),
        precision: cast_type.precision(),
        scale: cast_type.scale(),
        extra: Some(extra.to_owned()),
        ..SqlTypeMetadata::default()
    }
}

/// RESTRICT is the default in MySQL.
pub fn remove_foreign_key<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    from_table: &str,
    to_table: Option<&str>,
    mut options: Options,
) -> Result<()> {
    for action in ["on_update", "on_delete"] {
        if options.get(action).is_symbol("restrict") {
            options.delete(action);
        }
    }
    schema_statements::remove_foreign_key(adapter, from_table, to_table, options)
}

/// A foreign key goes with its column.
pub fn remove_column<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    options: &Options,
) -> Result<()> {
    let column = Options::from([("column", column_name)]);
    if adapter.foreign_key_exists(table_name, None, &column)? {
        adapter.remove_foreign_key(table_name, None, column)?;
    }
    schema_statements::remove_column(adapter, table_name, column_name, r#type, options)
}

/// On servers whose indexes are short a utf8mb4 name would not fit one.
pub fn internal_string_options_for_primary_key<A: SchemaDefinitions + ?Sized>(adapter: &mut A) -> Result<Options> {
    let mut options = Options::from([("primary_key", true)]);
    if !adapter.row_format_dynamic_by_default()
        && CHARSETS_OF_4BYTES_MAXLEN.contains(&adapter.catalogue().charset()?.to_s().as_str())
    {
        let collation = adapter.catalogue().collation()?.to_s();
        let rest = collation.find('_').map_or("", |index| &collation[index..]);
        options.insert("collation", format!("utf8{rest}"));
    }
    Ok(options)
}

/// `type_to_sql`: limits of texts, blobs and integers become the types that are as large.
pub fn type_to_sql<A: SchemaDefinitions + ?Sized>(adapter: &A, r#type: &Arg, options: &Options) -> Result<String> {
    let limit = options.get("limit");
    let name = r#type.to_s();
    let size = match options.get_opt("size") {
        Some(size) => size.clone(),
        None => limit_to_size(limit, &name)?,
    };
    let sql = match name.as_str() {
        "integer" => integer_to_sql(limit)?.to_owned(),
        "text" => type_with_size_to_sql("text", &size)?,
        "binary" if limit.as_int().is_some_and(|limit| (0..=0xfff).contains(&limit)) => {
            format!("varbinary({})", limit.to_s())
        }
        "blob" | "binary" => type_with_size_to_sql("blob", &size)?,
        _ => schema_statements::type_to_sql(adapter, r#type, options)?,
    };
    let unsigned = options.get("unsigned").is_truthy() && !r#type.is_symbol("primary_key");
    Ok(if unsigned { format!("{sql} unsigned") } else { sql })
}

fn type_with_size_to_sql(name: &str, size: &Arg) -> Result<String> {
    match size.to_s().as_str() {
        prefix @ ("tiny" | "medium" | "long") => Ok(format!("{prefix}{name}")),
        _ if size.is_nil() => Ok(name.to_owned()),
        _ => Err(Error::argument(format!(
            "{} is invalid :size value. Only :tiny, :medium, and :long are allowed.",
            size.inspect()
        ))),
    }
}

fn limit_to_size(limit: &Arg, name: &str) -> Result<Arg> {
    if !matches!(name, "text" | "blob" | "binary") {
        return Ok(Arg::Nil);
    }
    match limit {
        Arg::Nil | Arg::Int(0x100..=0xffff) => Ok(Arg::Nil),
        Arg::Int(0..=0xff) => Ok(Arg::symbol("tiny")),
        Arg::Int(0x1_0000..=0xff_ffff) => Ok(Arg::symbol("medium")),
        Arg::Int(0x100_0000..=0xffff_ffff) => Ok(Arg::symbol("long")),
        other => Err(Error::argument(format!("No {name} type has byte size {}", other.to_s()))),
    }
}

fn integer_to_sql(limit: &Arg) -> Result<&'static str> {
    Ok(match limit {
        Arg::Int(1) => "tinyint",
        Arg::Int(2) => "smallint",
        Arg::Int(3) => "mediumint",
        Arg::Nil | Arg::Int(4) => "int",
        Arg::Int(5..=8) => "bigint",
        other => {
            return Err(Error::argument(format!(
                "No integer type has byte size {}. Use a decimal with scale 0 instead.",
                other.to_s()
            )));
        }
    })
}

/// Lengths first, then what every adapter adds.
pub fn add_options_for_index_columns<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    mut quoted_columns: Vec<(String, String)>,
    options: &Options,
) -> Vec<(String, String)> {
    let lengths = options.get("length");
    for (name, column) in &mut quoted_columns {
        let length = match lengths {
            Arg::Hash(lengths) => lengths.get(name),
            length => length,
        };
        if length.is_present() {
            column.push_str(&format!("({})", length.to_s()));
        }
    }
    schema_statements::add_options_for_index_columns(adapter, quoted_columns, options)
}

/// `data_source_sql`
pub fn data_source_sql(adapter: &MysqlAdapter, name: Option<&str>, kind: DataSource) -> Result<String> {
    let scope = quoted_scope(adapter, name)?;
    let schema = &scope.schema;
    let mut sql = format!("SELECT table_name FROM information_schema.tables WHERE table_schema = {schema}");
    if let Some(name) = &scope.name {
        sql.push_str(&format!(
            " AND table_name = {name} AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = {schema})"
        ));
    }
    let table_type = match kind {
        DataSource::Table => "BASE TABLE",
        DataSource::View => "VIEW",
        DataSource::Any | DataSource::ForeignTable | DataSource::VirtualTable | DataSource::ShadowTable => {
            return Ok(sql);
        }
    };
    sql.push_str(&format!(" AND table_type = {}", adapter.quote(&Arg::str(table_type))?));
    Ok(sql)
}

/// A table's schema and name, quoted as values.
pub struct Scope {
    pub schema: String,
    pub name: Option<String>,
}

impl Scope {
    /// The name, where there is one for certain.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("")
    }
}

/// `quoted_scope`: the schema and the name, as they go into a query on information_schema.
pub fn quoted_scope(adapter: &MysqlAdapter, name: Option<&str>) -> Result<Scope> {
    let (schema, name) = extract_schema_qualified_name(name.unwrap_or_default());
    Ok(Scope {
        schema: match schema {
            Some(schema) => adapter.quote(&Arg::Str(schema))?,
            None => "database()".to_owned(),
        },
        name: name.map(|name| adapter.quote(&Arg::Str(name))).transpose()?,
    })
}
