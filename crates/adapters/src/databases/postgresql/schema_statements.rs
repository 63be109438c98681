//! postgresql/schema_statements.rb: databases, schemas, tables and columns. What asks the catalogue, and indexes,
//! constraints, sequences, extensions and enums, are in schema_statements/.

mod constraints;
mod enums;
mod indexes;
mod introspection;
mod sequences;

pub use constraints::{
    add_exclusion_constraint, add_unique_constraint, assert_valid_deferrable, check_constraints,
    exclusion_constraint_options, exclusion_constraints, extract_foreign_key_action, foreign_keys,
    remove_exclusion_constraint, remove_unique_constraint, unique_constraint_options, unique_constraints,
    validate_constraint,
};
pub use enums::{
    add_enum_value, create_enum, disable_extension, drop_enum, enable_extension, enum_types, extensions, rename_enum,
    rename_enum_value,
};
pub use indexes::{
    add_index, add_index_options, add_options_for_index_columns, index_name_exists, indexes, quoted_include_columns,
    remove_index, rename_index,
};
pub(crate) use introspection::{Field, column_of};
pub use introspection::{
    columns, data_source_sql, inherited_table_names, primary_keys, table_comment, table_options,
    table_partition_definition,
};
pub use sequences::{default_sequence_name, pk_and_sequence_for, reset_pk_sequence, sequence_minimum};

use crate::abstract_adapter::ColumnRef;
use crate::catalogue::KeySequence;
use crate::change::{
    Alteration, Change, Commented, DatabaseChange, DropTable, SchemaChange, SequenceChange, Setting, Verb,
};
use crate::name::extract_schema_qualified_name;
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::schema_definitions::{ChangeColumnDefaultDefinition, ChangeColumnDefinition};
use crate::schema_statements::{
    self as abstract_statements, AlterFragment, BulkCommand, extract_new_default_value, rename_column_indexes,
    rename_table_indexes, validate_change_column_null_argument,
};
use crate::{Arg, Error, Options, Result, gate};

impl SchemaStatements for PostgreSQLAdapter {
    fn set_schema_search_path(&mut self, schema_csv: Option<&str>) -> Result<()> {
        schema_csv.map_or(Ok(()), |schema_csv| set_schema_search_path(self, schema_csv))
    }
    fn enable_extension(&mut self, name: &str, _options: &Options) -> Result<()> {
        enable_extension(self, name)
    }
    fn disable_extension(&mut self, name: &str, options: &Options) -> Result<()> {
        disable_extension(self, name, options)
    }
    fn create_enum(&mut self, name: &str, values: &[String], _options: &Options) -> Result<()> {
        create_enum(self, name, values)
    }
    fn drop_enum(&mut self, name: &str, _values: &Arg, options: &Options) -> Result<()> {
        drop_enum(self, name, options)
    }
    fn rename_enum(&mut self, name: &str, new_name: &Arg, options: &Options) -> Result<()> {
        rename_enum(self, name, new_name, options)
    }
    fn add_enum_value(&mut self, name: &str, value: &str, options: &Options) -> Result<()> {
        add_enum_value(self, name, value, options)
    }
    fn rename_enum_value(&mut self, name: &str, options: &Options) -> Result<()> {
        rename_enum_value(self, name, options)
    }
    fn rename_table(&mut self, table_name: &str, new_name: &str, options: &Options) -> Result<()> {
        rename_table(self, table_name, new_name, options)
    }
    fn drop_table(&mut self, table_names: &[&str], options: &Options) -> Result<()> {
        drop_table(self, table_names, options)
    }
    fn add_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        self.clear_cache();
        let comment = options.get_opt("comment").cloned();
        abstract_statements::add_column(self, table_name, column_name, r#type, options)?;
        comment.map_or(Ok(()), |comment| self.change_column_comment(table_name, column_name, &comment))
    }
    fn change_column(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: Options) -> Result<()> {
        change_column(self, table_name, column_name, r#type, options)
    }
    fn change_column_default(&mut self, table_name: &str, column_name: &str, default_or_changes: &Arg) -> Result<()> {
        let fragment =
            abstract_statements::change_column_default_for_alter(self, table_name, column_name, default_or_changes)?;
        abstract_statements::alter_with(self, table_name, vec![fragment]).map(drop)
    }
    fn change_column_null(&mut self, table_name: &str, column_name: &str, null: &Arg, default: &Arg) -> Result<()> {
        change_column_null(self, table_name, column_name, null, default)
    }
    fn rename_column(&mut self, table_name: &str, column_name: &str, new_column_name: &str) -> Result<()> {
        rename_column(self, table_name, column_name, new_column_name)
    }
    fn build_change_column_default_definition(
        &mut self,
        table_name: &str,
        column_name: &str,
        default_or_changes: &Arg,
    ) -> Result<ChangeColumnDefaultDefinition> {
        let column = self.catalogue().column_for(table_name, column_name)?;
        Ok(ChangeColumnDefaultDefinition {
            column,
            default: abstract_statements::extract_new_default_value(default_or_changes),
            default_sql: None,
        })
    }
    fn change_table_comment(&mut self, table_name: &str, comment_or_changes: &Arg) -> Result<()> {
        change_table_comment(self, table_name, comment_or_changes)
    }
    fn change_column_comment(&mut self, table_name: &str, column_name: &str, comment_or_changes: &Arg) -> Result<()> {
        change_column_comment(self, table_name, column_name, comment_or_changes)
    }
    fn add_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        add_index(self, table_name, column_name, options)
    }
    fn remove_index(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        remove_index(self, table_name, column_name, options)
    }
    fn rename_index(&mut self, table_name: &str, old_name: &str, new_name: &str) -> Result<()> {
        rename_index(self, table_name, old_name, new_name)
    }
    fn add_foreign_key(&mut self, from_table: &str, to_table: &str, options: Options) -> Result<()> {
        assert_valid_deferrable(options.get("deferrable"))?;
        abstract_statements::add_foreign_key(self, from_table, to_table, options)
    }
    fn add_exclusion_constraint(&mut self, table_name: &str, expression: &str, options: Options) -> Result<()> {
        add_exclusion_constraint(self, table_name, expression, &options)
    }
    fn remove_exclusion_constraint(&mut self, table_name: &str, expression: &Arg, options: Options) -> Result<()> {
        remove_exclusion_constraint(self, table_name, expression, &options)
    }
    fn add_unique_constraint(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        add_unique_constraint(self, table_name, column_name, &options)
    }
    fn remove_unique_constraint(&mut self, table_name: &str, column_name: &Arg, options: Options) -> Result<()> {
        remove_unique_constraint(self, table_name, column_name, &options)
    }
    fn validate_constraint(&mut self, table_name: &str, constraint_name: &str) -> Result<()> {
        validate_constraint(self, table_name, constraint_name)
    }
    fn validate_foreign_key(&mut self, from_table: &str, to_table: Option<&str>, options: Options) -> Result<()> {
        let foreign_key = abstract_statements::foreign_key_for_bang(self, from_table, to_table, &options)?;
        self.validate_constraint(from_table, &foreign_key.name().unwrap_or_default())
    }
    fn validate_check_constraint(&mut self, table_name: &str, options: Options) -> Result<()> {
        let check = abstract_statements::check_constraint_for_bang(self, table_name, &Arg::Nil, &options)?;
        self.validate_constraint(table_name, &check.name().unwrap_or_default())
    }
    fn for_alter(&mut self, table_name: &str, command: &BulkCommand) -> Result<Option<Vec<AlterFragment>>> {
        for_alter(self, table_name, command)
    }
    fn add_column_for_alter(
        &mut self,
        table_name: &str,
        column_name: &str,
        r#type: &Arg,
        options: Options,
    ) -> Result<Vec<AlterFragment>> {
        let later = comment_later(column_name, &options);
        let mut fragments = abstract_statements::add_column_for_alter(self, table_name, column_name, r#type, options)?;
        fragments.extend(later);
        Ok(fragments)
    }
}

// --- databases and schemas -------------------------------------------------------------------------------------------

impl PostgreSQLAdapter {
    /// `recreate_database`
    pub fn recreate_database(&mut self, name: &str, options: &Options) -> Result<()> {
        self.drop_database(name)?;
        self.create_database(name, options)
    }

    /// `create_database`: an option that Rails does not know is an error.
    pub fn create_database(&mut self, name: &str, options: &Options) -> Result<()> {
        let options = Options::from([("encoding", "utf8")]).merge(options);
        let mut sql = format!("CREATE DATABASE {}", self.quote_table_name(name));
        for (key, value) in &options {
            let value = value.to_s();
            sql.push_str(&match key.as_str() {
                "owner" => format!(" OWNER = \"{value}\""),
                "template" => format!(" TEMPLATE = \"{value}\""),
                "encoding" => format!(" ENCODING = '{value}'"),
                "locale_provider" => format!(" LOCALE_PROVIDER = '{value}'"),
                "locale" => format!(" LOCALE = '{value}'"),
                "collation" => format!(" LC_COLLATE = '{value}'"),
                "ctype" => format!(" LC_CTYPE = '{value}'"),
                "tablespace" => format!(" TABLESPACE = \"{value}\""),
                "connection_limit" => format!(" CONNECTION LIMIT = {value}"),
                _ => String::new(),
            });
        }
        gate::execute(self, &Change::Database(DatabaseChange::Create(name.into())), &sql).map(drop)
    }

    /// `drop_database`: nothing where it is not there.
    pub fn drop_database(&mut self, name: &str) -> Result<()> {
        let sql = format!("DROP DATABASE IF EXISTS {}", self.quote_table_name(name));
        gate::execute(self, &Change::Database(DatabaseChange::Drop(name.into())), &sql).map(drop)
    }

    /// `create_schema(schema_name, force:, if_not_exists:)`
    pub fn create_schema(&mut self, schema_name: &str, options: &Options) -> Result<()> {
        let (force, if_not_exists) = (options.get("force").is_truthy(), options.get("if_not_exists").is_truthy());
        if force && if_not_exists {
            return Err(Error::argument("Options `:force` and `:if_not_exists` cannot be used simultaneously."));
        }
        if force {
            self.drop_schema(schema_name, &Options::from([("if_exists", true)]))?;
        }
        let condition = if if_not_exists { " IF NOT EXISTS" } else { "" };
        let sql = format!("CREATE SCHEMA{condition} {}", self.quote_column_name(schema_name));
        let change = SchemaChange::Create { name: schema_name.into(), if_not_exists };
        gate::execute(self, &Change::Schema(change), &sql).map(drop)
    }

    /// `drop_schema`: with everything in it.
    pub fn drop_schema(&mut self, schema_name: &str, options: &Options) -> Result<()> {
        let condition = if options.get("if_exists").is_truthy() { " IF EXISTS" } else { "" };
        let sql = format!("DROP SCHEMA{condition} {} CASCADE", self.quote_column_name(schema_name));
        let change = SchemaChange::Drop { name: schema_name.into(), if_exists: !condition.is_empty() };
        gate::execute(self, &Change::Schema(change), &sql).map(drop)
    }

    /// `rename_schema`
    pub fn rename_schema(&mut self, schema_name: &str, new_name: &str) -> Result<()> {
        let sql = format!(
            "ALTER SCHEMA {} RENAME TO {}",
            self.quote_column_name(schema_name),
            self.quote_column_name(new_name)
        );
        let change = SchemaChange::Rename { name: schema_name.into(), to: new_name.into() };
        gate::execute(self, &Change::Schema(change), &sql).map(drop)
    }

    /// `client_min_messages`: what the server tells of.
    pub fn client_min_messages(&mut self) -> Result<String> {
        Ok(self.query_value("SHOW client_min_messages", Some("SCHEMA"))?.to_s())
    }

    /// `client_min_messages=`
    pub fn set_client_min_messages(&mut self, level: &str) -> Result<()> {
        set_client_min_messages(self, level)
    }

    /// `session_auth=`
    pub fn set_session_auth(&mut self, user: &str) -> Result<()> {
        self.clear_cache();
        let sql = format!("SET SESSION AUTHORIZATION {user}");
        gate::execute(self, &Change::Session(Setting::Variable), &sql).map(drop)
    }
}

/// Sent only where it is another than the one that the session has.
pub fn set_schema_search_path(adapter: &mut PostgreSQLAdapter, schema_csv: &str) -> Result<()> {
    if adapter.schema_search_path.as_deref() != Some(schema_csv) {
        let sql = format!("SET search_path TO {schema_csv}");
        gate::exec_query(adapter, &Change::Session(Setting::SearchPath(schema_csv.into())), &sql)?;
        adapter.schema_search_path = Some(schema_csv.to_owned());
    }
    Ok(())
}

/// `schema_search_path`: asked once, and known from then on.
pub fn schema_search_path(adapter: &mut PostgreSQLAdapter) -> Result<String> {
    if let Some(search_path) = &adapter.schema_search_path {
        return Ok(search_path.clone());
    }
    let search_path = adapter.query_value("SHOW search_path", Some("SCHEMA"))?.to_s();
    adapter.schema_search_path = Some(search_path.clone());
    Ok(search_path)
}

pub fn set_client_min_messages(adapter: &mut PostgreSQLAdapter, level: &str) -> Result<()> {
    adapter.set(&format!("SET client_min_messages TO '{level}'"))
}

/// Read on connecting, unlike in Rails, for names are checked where nothing may be asked.
pub fn read_max_identifier_length(adapter: &mut PostgreSQLAdapter) -> Result<()> {
    let length = adapter.query_value("SHOW max_identifier_length", Some("SCHEMA"))?.to_s();
    adapter.max_identifier_length = length.parse().unwrap_or(adapter.max_identifier_length);
    Ok(())
}

// --- tables ----------------------------------------------------------------------------------------------------------

/// `drop_table`: all of them in one statement.
pub fn drop_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_names: &[&str],
    options: &Options,
) -> Result<()> {
    for name in table_names {
        adapter.base_mut().schema_cache.clear_data_source_cache(name);
    }
    let condition = if options.get("if_exists").is_truthy() { " IF EXISTS" } else { "" };
    let cascade = if options.get("force").is_symbol("cascade") { " CASCADE" } else { "" };
    let names: Vec<_> = table_names.iter().map(|name| adapter.quote_table_name(name)).collect();
    let change = Change::DropTable(DropTable {
        tables: table_names.iter().map(ToString::to_string).collect(),
        temporary: false,
        if_exists: !condition.is_empty(),
        cascade: !cascade.is_empty(),
    });
    gate::execute(adapter, &change, &format!("DROP TABLE{condition} {}{cascade}", names.join(", "))).map(drop)
}

/// Renames the primary key's index and sequence too, where they have the names the server gave them.
pub fn rename_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    new_name: &str,
    options: &Options,
) -> Result<()> {
    if !options.get("_uses_legacy_table_name").is_truthy() {
        adapter.validate_table_length(new_name)?;
    }
    adapter.clear_cache();
    adapter.base_mut().schema_cache.clear_data_source_cache(table_name);
    adapter.base_mut().schema_cache.clear_data_source_cache(new_name);
    let sql = format!(
        "ALTER TABLE {} RENAME TO {}",
        adapter.quote_table_name(table_name),
        adapter.quote_table_name(new_name)
    );
    gate::execute(adapter, &Change::RenameTable { from: table_name.into(), to: new_name.into() }, &sql)?;
    if let Some(KeySequence { primary_key: pk, sequence }) = adapter.catalogue().pk_and_sequence_for(new_name)? {
        let truncated = |name: &str, suffix: &str| -> String {
            let length = adapter.max_identifier_length().saturating_sub(suffix.chars().count());
            name.chars().take(length).chain(suffix.chars()).collect()
        };
        let (index, new_index) = (truncated(table_name, "_pkey"), truncated(new_name, "_pkey"));
        let (quoted, new_quoted) = (adapter.quote_table_name(&index), adapter.quote_table_name(&new_index));
        let suffix = format!("_{pk}_seq");
        let renamed =
            sequence.filter(|sequence| sequence.identifier == truncated(table_name, &suffix)).map(|sequence| {
                let new_sequence = truncated(new_name, &suffix);
                let quoted = adapter.quote_table_name(&new_sequence);
                let sql = format!("ALTER TABLE {} RENAME TO {quoted}", sequence.quoted());
                (SequenceChange::Rename { from: sequence.to_string().into(), to: new_sequence.into() }, sql)
            });
        let sql = format!("ALTER INDEX {quoted} RENAME TO {new_quoted}");
        let (table, from, to) = (Some(new_name.into()), index.into(), new_index.into());
        gate::execute(adapter, &Change::RenameIndex { table, from, to }, &sql)?;
        if let Some((change, sql)) = renamed {
            gate::execute(adapter, &Change::Sequence(change), &sql)?;
        }
    }
    rename_table_indexes(adapter, table_name, new_name, options)
}

/// `change_table_comment`: nil takes it away.
pub fn change_table_comment<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    comment_or_changes: &Arg,
) -> Result<()> {
    adapter.clear_cache();
    let comment = extract_new_default_value(comment_or_changes);
    let quoted = adapter.quote(&comment)?;
    let sql = format!("COMMENT ON TABLE {} IS {quoted}", adapter.quote_table_name(table_name));
    comment_on(adapter, Commented::Table(table_name.into()), &comment, &sql)
}

// --- columns ---------------------------------------------------------------------------------------------------------

/// `change_column`: a comment is a statement of its own.
pub fn change_column<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    options: Options,
) -> Result<()> {
    adapter.clear_cache();
    let fragments = change_column_for_alter(adapter, table_name, column_name, r#type, options)?;
    let later = abstract_statements::alter_with(adapter, table_name, fragments)?;
    later.iter().try_for_each(|command| adapter.send_command(table_name, command))
}

fn change_column_for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    options: Options,
) -> Result<Vec<AlterFragment>> {
    let later = comment_later(column_name, &options);
    let definition = adapter.create_table_definition(table_name, &Options::new());
    let column = definition.new_column_definition(adapter, column_name, r#type, options)?;
    let mut change = ChangeColumnDefinition { column, name: column_name.to_owned() };
    let sql = adapter.visit_change_column_definition(&mut change)?;
    let mut fragments = vec![AlterFragment::new(sql, Alteration::ChangeColumn(change))];
    fragments.extend(later);
    Ok(fragments)
}

/// A column's comment is a statement of its own, to be sent after the ALTER TABLE.
pub fn comment_later(column_name: &str, options: &Options) -> Option<AlterFragment> {
    options.get_opt("comment").map(|comment| {
        AlterFragment::Later(BulkCommand {
            method: "change_column_comment".to_owned(),
            args: vec![Arg::str(column_name), comment.clone()],
            options: Options::new(),
        })
    })
}

/// The `*_for_alter` that only PostgreSQL has, before the abstract ones.
pub fn for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    command: &BulkCommand,
) -> Result<Option<Vec<AlterFragment>>> {
    match command.method.as_str() {
        "change_column" => {
            change_column_for_alter(adapter, table_name, &command.name(0), &command.arg(1), command.options.clone())
                .map(Some)
        }
        "change_column_null" if command.arg(2).is_nil() => {
            let (column, null) = (command.name(0), command.arg(1).is_truthy());
            let action = if null { "DROP" } else { "SET" };
            let sql = format!("ALTER COLUMN {} {action} NOT NULL", adapter.quote_column_name(&column));
            Ok(Some(vec![AlterFragment::new(sql, Alteration::ChangeNull { column, null })]))
        }
        "change_column_null" => Ok(Some(vec![AlterFragment::Later(command.clone())])),
        _ => abstract_statements::for_alter(adapter, table_name, command),
    }
}

/// `change_column_null`: the rows that are nil get the default first, where one is given.
pub fn change_column_null<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    null: &Arg,
    default: &Arg,
) -> Result<()> {
    let null = validate_change_column_null_argument(null)?;
    adapter.clear_cache();
    let table = adapter.quote_table_name(table_name);
    let name = adapter.quote_column_name(column_name);
    if !null && !default.is_nil() {
        let column = adapter.catalogue().column_for(table_name, column_name)?;
        let default = adapter.quote_default_expression(default, ColumnRef::Column(&column))?;
        let sql = format!("UPDATE {table} SET {name}={default} WHERE {name} IS NULL");
        gate::execute(adapter, &Change::rows(Verb::Update, table_name), &sql)?;
    }
    let action = if null { "DROP" } else { "SET" };
    let change = Change::alter(table_name, Alteration::ChangeNull { column: column_name.to_owned(), null });
    gate::execute(adapter, &change, &format!("ALTER TABLE {table} ALTER COLUMN {name} {action} NOT NULL")).map(drop)
}

/// `change_column_comment`: nil takes it away.
pub fn change_column_comment<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    comment_or_changes: &Arg,
) -> Result<()> {
    adapter.clear_cache();
    let comment = extract_new_default_value(comment_or_changes);
    let quoted = adapter.quote(&comment)?;
    let (table, column) = (adapter.quote_table_name(table_name), adapter.quote_column_name(column_name));
    let on = Commented::Column { table: table_name.into(), column: column_name.into() };
    comment_on(adapter, on, &comment, &format!("COMMENT ON COLUMN {table}.{column} IS {quoted}"))
}

fn comment_on<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    on: Commented<'_>,
    comment: &Arg,
    sql: &str,
) -> Result<()> {
    let comment = comment.is_truthy().then(|| comment.to_s()).filter(|comment| !comment.is_empty());
    gate::execute(adapter, &Change::Comment { on, comment }, sql).map(drop)
}

/// `rename_column`, and the indexes whose names Rails made of the column's.
pub fn rename_column<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    new_column_name: &str,
) -> Result<()> {
    adapter.clear_cache();
    let sql = format!(
        "ALTER TABLE {} RENAME COLUMN {} TO {}",
        adapter.quote_table_name(table_name),
        adapter.quote_column_name(column_name),
        adapter.quote_column_name(new_column_name)
    );
    let rename = Alteration::RenameColumn { from: column_name.to_owned(), to: new_column_name.to_owned() };
    gate::execute(adapter, &Change::alter(table_name, rename), &sql)?;
    rename_column_indexes(adapter, table_name, column_name, new_column_name)
}

/// The largest `bytea` and `text`, in bytes.
const MAXIMUM_FIELD_SIZE: i64 = 0x3fff_ffff;

/// `type_to_sql`: limits become the integer types that are as large; arrays get their brackets.
pub fn type_to_sql<A: SchemaDefinitions + ?Sized>(adapter: &A, r#type: &Arg, options: &Options) -> Result<String> {
    let limit = options.get("limit");
    let sql = match r#type.to_s().as_str() {
        name @ ("binary" | "text") => {
            let fits = limit.is_nil() || limit.as_int().is_some_and(|limit| (0..=MAXIMUM_FIELD_SIZE).contains(&limit));
            if !fits {
                return Err(Error::argument(format!(
                    "No {name} type has byte size {}. The limit on {name} can be at most 1GB - 1byte.",
                    limit.to_s()
                )));
            }
            abstract_statements::type_to_sql(adapter, r#type, &Options::new())?
        }
        "integer" => match limit {
            Arg::Nil | Arg::Int(3 | 4) => "integer".to_owned(),
            Arg::Int(1 | 2) => "smallint".to_owned(),
            Arg::Int(5..=8) => "bigint".to_owned(),
            limit => {
                return Err(Error::argument(format!(
                    "No integer type has byte size {}. Use a numeric with scale 0 instead.",
                    limit.to_s()
                )));
            }
        },
        "enum" => match options.get("enum_type") {
            Arg::Nil => return Err(Error::argument("enum_type is required for enums")),
            enum_type => enum_type.to_s(),
        },
        _ => abstract_statements::type_to_sql(adapter, r#type, options)?,
    };
    let is_array = options.get("array").is_truthy() && !r#type.is_symbol("primary_key");
    Ok(if is_array { format!("{sql}[]") } else { sql })
}

/// `quoted_scope`: the schema's condition and the name, both as SQL.
pub(crate) fn quoted_scope(name: &str) -> (String, String) {
    let name = extract_schema_qualified_name(name);
    let quoted = |text: &str| format!("'{}'", super::quoting::quote_string(text));
    let schema = name.schema.as_deref().map_or_else(|| "ANY (current_schemas(false))".to_owned(), quoted);
    (schema, quoted(&name.identifier))
}

/// A table as `regclass` reads it: its quoted name, as a literal.
pub(crate) fn regclass<A: SchemaDefinitions + ?Sized>(adapter: &A, table_name: &str) -> String {
    format!("'{}'::regclass", super::quoting::quote_string(&adapter.quote_table_name(table_name)))
}
