//! What is read of a schema, whoever knows it. `Adapter::catalogue` says who is asked: the server, whose adapter sends
//! Rails' own queries (mysql/catalogue.rs, postgresql/catalogue.rs, sqlite3/catalogue.rs), or whoever stands in for it, such as a
//! schema in memory. What makes statements asks here and never knows which one it has.

use crate::column::Column;
use crate::name::Name;
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::{Arg, Dialect, Error, ErrorClass, Options, Result};

mod existence;
mod shared;
#[cfg(test)]
mod tests;

use existence::has_options;

/// One row of the query on `pg_type`.
#[derive(Clone, Debug, Default)]
pub struct TypeRow {
    pub oid: u32,
    pub typname: String,
    pub typelem: u32,
    pub typdelim: String,
    pub typinput: String,
    pub rngsubtype: u32,
    pub typtype: String,
    pub typbasetype: u32,
}

/// What kind of data source is asked for; `data_sources` are tables, views and PostgreSQL's foreign tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataSource {
    Any,
    Table,
    View,
    /// PostgreSQL's.
    ForeignTable,
    /// SQLite's.
    VirtualTable,
    /// SQLite's: in which a virtual table keeps what it has.
    ShadowTable,
}

/// A type of PostgreSQL with its values in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// With its schema, unless that is the current one.
    pub name: String,
    pub values: Vec<String>,
}

/// A virtual table of SQLite; the arguments are those of its module, as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualTable {
    pub name: String,
    pub module: String,
    pub arguments: String,
}

/// `pk_and_sequence_for`: a table's primary key and what counts it, where something does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySequence {
    pub primary_key: String,
    pub sequence: Option<Name>,
}

/// Which rows of PostgreSQL's `pg_type` are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypesWanted {
    /// Those that Active Record knows by name.
    KnownNames,
    /// Ranges, enums and domains.
    KnownKinds,
    ArraysOf(Vec<u32>),
    Oid(u32),
}

/// Reads of the schema, under Rails' method names: `?` is gone. An answer is what the server would give now, the
/// transaction that is open included. What has no table of the name is asked about raises as its server does.
pub trait Catalogue {
    fn dialect(&self) -> Dialect;

    /// Hears which table is asked about, or none of all: of use to who can't be certain of each.
    fn minds(&mut self, _table_name: &str) {}

    // --- what there is -----------------------------------------------------------------------------------------------

    /// The names of what is there, of one kind; of one name, where one is given: the query of `data_source_sql`.
    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>>;

    fn data_sources(&mut self) -> Result<Vec<String>> {
        self.data_source_names(None, DataSource::Any)
    }
    fn data_source_exists(&mut self, name: &str) -> Result<bool> {
        self.has_data_source(name, DataSource::Any)
    }
    fn tables(&mut self) -> Result<Vec<String>> {
        self.data_source_names(None, DataSource::Table)
    }
    fn table_exists(&mut self, table_name: &str) -> Result<bool> {
        self.has_data_source(table_name, DataSource::Table)
    }
    fn views(&mut self) -> Result<Vec<String>> {
        self.data_source_names(None, DataSource::View)
    }
    fn view_exists(&mut self, view_name: &str) -> Result<bool> {
        self.has_data_source(view_name, DataSource::View)
    }
    /// A blank name is nobody's, and nobody is asked.
    fn has_data_source(&mut self, name: &str, kind: DataSource) -> Result<bool> {
        Ok(!Arg::str(name).is_blank() && !self.data_source_names(Some(name), kind)?.is_empty())
    }

    // --- a table -----------------------------------------------------------------------------------------------------

    /// What schema.rb gives to `create_table`; empty where Rails answers nil.
    fn table_options(&mut self, _table_name: &str) -> Result<Options> {
        Ok(Options::new())
    }
    fn table_comment(&mut self, _table_name: &str) -> Result<Option<String>> {
        Ok(None)
    }

    fn columns(&mut self, table_name: &str) -> Result<Vec<Column>>;
    /// `column_exists?(table_name, column_name, type, **options)`
    fn column_exists(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: &Options) -> Result<bool> {
        let columns = self.columns(table_name)?;
        Ok(columns.iter().any(|column| column.name == column_name && has_options(column, r#type, options)))
    }
    fn column_for(&mut self, table_name: &str, column_name: &str) -> Result<Column> {
        let found = self.columns(table_name)?.into_iter().find(|column| column.name == column_name);
        found.ok_or_else(|| {
            Error::new(ErrorClass::ActiveRecordError, format!("No such column: {table_name}.{column_name}"))
        })
    }

    fn primary_keys(&mut self, table_name: &str) -> Result<Vec<String>>;
    /// A name, an array of them, or `nil`.
    fn primary_key(&mut self, table_name: &str) -> Result<Arg> {
        let mut names = self.primary_keys(table_name)?;
        Ok(match names.len() {
            0 => Arg::Nil,
            1 => Arg::Str(names.remove(0)),
            _ => Arg::from(names),
        })
    }

    /// But for the primary key's.
    fn indexes(&mut self, table_name: &str) -> Result<Vec<IndexDefinition>>;
    /// `index_exists?(table_name, column_name, **options)`
    fn index_exists(&mut self, table_name: &str, column_name: &Arg, options: &Options) -> Result<bool> {
        Ok(self.indexes(table_name)?.iter().any(|index| index.is_defined_for(column_name, options)))
    }
    fn index_name_exists(&mut self, table_name: &str, index_name: &str) -> Result<bool> {
        Ok(self.indexes(table_name)?.iter().any(|index| index.name == index_name))
    }

    fn foreign_keys(&mut self, table_name: &str) -> Result<Vec<ForeignKeyDefinition>>;
    fn check_constraints(&mut self, table_name: &str) -> Result<Vec<CheckConstraintDefinition>>;

    /// The database's name; SQLite has none.
    fn current_database(&mut self) -> Result<String> {
        Err(self.dialect().undefined_method("current_database"))
    }
    /// `collation`, of the database.
    fn collation(&mut self) -> Result<Arg> {
        Err(self.dialect().undefined_method("collation"))
    }
    /// What a generated column is computed from, as schema.rb has it: `extract_expression_for_virtual_column`.
    fn virtual_column_expression(&mut self, _table_name: &str, column: &Column) -> Result<Option<String>> {
        Ok(column.default_function.clone())
    }

    // --- MySQL's -----------------------------------------------------------------------------------------------------

    /// `charset`, of the database.
    fn charset(&mut self) -> Result<Arg> {
        Err(self.dialect().undefined_method("charset"))
    }
    /// `nil` when there is no such variable.
    fn show_variable(&mut self, _name: &str) -> Result<Arg> {
        Err(self.dialect().undefined_method("show_variable"))
    }
    /// A column's own collation is left out of schema.rb where it is this one.
    fn table_collation(&mut self, _table_name: &str) -> Result<Option<String>> {
        Ok(None)
    }
    /// A column's type as SHOW COLUMNS has it.
    fn full_column_type(&mut self, _table_name: &str, _column_name: &str) -> Result<Option<String>> {
        Err(self.dialect().undefined_method("full_column_type"))
    }
    /// Whether a server so old that it has to be told may be told `ROW_FORMAT=DYNAMIC`.
    fn takes_dynamic_row_format(&mut self) -> Result<bool> {
        Err(self.dialect().undefined_method("default_row_format"))
    }

    // --- PostgreSQL's ------------------------------------------------------------------------------------------------

    fn exclusion_constraints(&mut self, _table_name: &str) -> Result<Vec<ExclusionConstraintDefinition>> {
        Err(self.dialect().undefined_method("exclusion_constraints"))
    }
    fn unique_constraints(&mut self, _table_name: &str) -> Result<Vec<UniqueConstraintDefinition>> {
        Err(self.dialect().undefined_method("unique_constraints"))
    }
    /// Each with its schema, unless that is the current one; the other databases have none.
    fn extensions(&mut self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
    fn extension_available(&mut self, _name: &str) -> Result<bool> {
        Err(self.dialect().undefined_method("extension_available?"))
    }
    fn extension_enabled(&mut self, _name: &str) -> Result<bool> {
        Err(self.dialect().undefined_method("extension_enabled?"))
    }
    fn enum_types(&mut self) -> Result<Vec<EnumType>> {
        Err(self.dialect().undefined_method("enum_types"))
    }
    fn schema_exists(&mut self, _name: &str) -> Result<bool> {
        Err(self.dialect().undefined_method("schema_exists?"))
    }
    fn schema_names(&mut self) -> Result<Vec<String>> {
        Err(self.dialect().undefined_method("schema_names"))
    }
    fn current_schema(&mut self) -> Result<Option<String>> {
        Err(self.dialect().undefined_method("current_schema"))
    }
    /// The schemas of the search path that exist, in order.
    fn current_schemas(&mut self) -> Result<Vec<String>> {
        Err(self.dialect().undefined_method("current_schemas"))
    }
    fn schema_search_path(&mut self) -> Result<String> {
        Err(self.dialect().undefined_method("schema_search_path"))
    }
    fn encoding(&mut self) -> Result<Arg> {
        Err(self.dialect().undefined_method("encoding"))
    }
    fn ctype(&mut self) -> Result<Arg> {
        Err(self.dialect().undefined_method("ctype"))
    }
    fn foreign_tables(&mut self) -> Result<Vec<String>> {
        self.data_source_names(None, DataSource::ForeignTable)
    }
    fn foreign_table_exists(&mut self, table_name: &str) -> Result<bool> {
        Ok(!self.data_source_names(Some(table_name), DataSource::ForeignTable)?.is_empty())
    }
    fn inherited_table_names(&mut self, _table_name: &str) -> Result<Vec<String>> {
        Err(self.dialect().undefined_method("inherited_table_names"))
    }
    /// What follows PARTITION BY; none for a table that is not partitioned.
    fn table_partition_definition(&mut self, _table_name: &str) -> Result<Option<String>> {
        Err(self.dialect().undefined_method("table_partition_definition"))
    }
    /// The sequence that belongs to a column; `nil` where none does.
    fn serial_sequence(&mut self, _table_name: &str, _column_name: &str) -> Result<Arg> {
        Err(self.dialect().undefined_method("serial_sequence"))
    }
    fn pk_and_sequence_for(&mut self, _table_name: &str) -> Result<Option<KeySequence>> {
        Err(self.dialect().undefined_method("pk_and_sequence_for"))
    }
    /// Where a sequence begins; its name is quoted as a table's.
    fn sequence_minimum(&mut self, _sequence: &str) -> Result<Arg> {
        Err(self.dialect().undefined_method("reset_pk_sequence!"))
    }
    /// The number of the type that is written like this.
    fn type_oid(&mut self, _sql_type: &str) -> Result<Option<u32>> {
        Err(self.dialect().undefined_method("lookup_cast_type"))
    }
    fn type_rows(&mut self, _wanted: &TypesWanted) -> Result<Vec<TypeRow>> {
        Err(self.dialect().undefined_method("load_additional_types"))
    }

    // --- SQLite's ----------------------------------------------------------------------------------------------------

    fn virtual_tables(&mut self) -> Result<Vec<VirtualTable>> {
        Ok(Vec::new())
    }
    /// What SQLite's own list of tables has too, and Rails before 8.0 took for tables.
    fn virtual_and_shadow_tables(&mut self) -> Result<Vec<String>> {
        let mut names = self.data_source_names(None, DataSource::VirtualTable)?;
        names.extend(self.data_source_names(None, DataSource::ShadowTable)?);
        Ok(names)
    }
    fn virtual_table_exists(&mut self, table_name: &str) -> Result<bool> {
        Ok(!self.data_source_names(Some(table_name), DataSource::VirtualTable)?.is_empty())
    }
    /// `primary_key_has_autoincrement?`, by which schema.rb tells what it says of a primary key.
    fn primary_key_has_autoincrement(&mut self, _table_name: &str) -> Result<bool> {
        Err(self.dialect().undefined_method("primary_key_has_autoincrement?"))
    }
}
