//! What a schema in memory is made of. Texts are the server's own spelling; what it may have spelt otherwise is a doubt.

use std::collections::HashSet;

use indexmap::IndexMap;

use crate::abstract_adapter::Version;
use crate::column::Generated;
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::{Adapter, Dialect, Options, Result};

/// What there is to know of a server before its schema.
#[derive(Clone, Debug)]
pub struct Server {
    pub dialect: Dialect,
    pub is_mariadb: bool,
    /// As `database_version` has it.
    pub version: Version,
    /// MySQL's, of the database.
    pub charset: String,
    pub collation: String,
    /// What the database is called.
    pub database: String,
    /// `foreign_keys: false` of the configuration leaves them out of CREATE TABLE.
    pub uses_foreign_keys: bool,
}

impl Server {
    /// That of a connection.
    pub fn of(adapter: &mut dyn Adapter) -> Result<Self> {
        let dialect = adapter.dialect();
        let mut server =
            Self { is_mariadb: adapter.is_mariadb(), version: adapter.database_version(), ..Self::new(dialect) };
        server.uses_foreign_keys = adapter.base().config.boolean("foreign_keys").unwrap_or(true);
        if dialect == Dialect::MySql {
            server.charset = adapter.catalogue().charset()?.to_s();
            server.collation = adapter.catalogue().collation()?.to_s();
            server.database = adapter.catalogue().current_database()?;
        }
        Ok(server)
    }

    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            is_mariadb: false,
            version: match dialect {
                Dialect::PostgreSql => Version::from_number(17_00_00),
                Dialect::MySql => Version::new("8.4.0", None),
                Dialect::Sqlite => Version::new("3.50.0", None),
            },
            charset: "utf8mb4".to_owned(),
            collation: "utf8mb4_general_ci".to_owned(),
            database: String::new(),
            uses_foreign_keys: true,
        }
    }
}

/// What of a part is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    Type,
    Default,
    Collation,
    /// What a generated column is computed from.
    Expression,
    /// What a table was made with.
    Options,
    /// All of an index or a constraint but its name.
    Definition,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    pub dialect: Option<Dialect>,
    pub tables: IndexMap<String, Table>,
    /// Each with its query.
    pub views: IndexMap<String, String>,
    pub enums: IndexMap<String, Vec<String>>,
    /// Each with the schema that it is in.
    pub extensions: Vec<(String, String)>,
    pub schemas: Vec<String>,
    pub sequences: Vec<Sequence>,
    /// What was there, and is no more under its name: of use where another answers for what is not here.
    pub gone: HashSet<String>,
    /// As it was set; none is the server's own.
    pub search_path: Option<String>,
    pub lost_at: Option<String>,
}

/// What counts a column, if it is known of which: it goes with it.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    pub key: String,
    pub owner: Option<(String, String)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Plain,
    Temporary,
    Virtual,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub kind: Kind,
    pub columns: Vec<StoredColumn>,
    pub primary_key: Vec<String>,
    pub indexes: Vec<StoredIndex>,
    pub foreign_keys: Vec<ForeignKeyDefinition>,
    pub checks: Vec<StoredCheck>,
    pub uniques: Vec<UniqueConstraintDefinition>,
    pub exclusions: Vec<StoredExclusion>,
    pub comment: Option<String>,
    /// MySQL's, of its texts.
    pub collation: Option<String>,
    /// What `table_options` tells of MySQL's, but for the comment.
    pub options: Options,
    pub has_unknown_options: bool,
    /// Those whose columns it has, by PostgreSQL's INHERITS.
    pub parents: Vec<String>,
    /// What follows PARTITION BY.
    pub partition: Option<String>,
    /// A virtual table's module and its arguments.
    pub module: Option<(String, String)>,
    pub is_doubtful: bool,
}

/// How a column is computed, and from what, where its options say that it is.
pub(super) fn generated(options: &Options) -> Option<(Generated, String)> {
    let expression = options.get("as");
    let kind = if options.get("stored").is_truthy() { Generated::Stored } else { Generated::Virtual };
    expression.is_truthy().then(|| (kind, expression.to_s()))
}

#[derive(Clone, Debug, Default)]
pub(super) struct StoredColumn {
    pub name: String,
    pub sql_type: String,
    pub default: Option<String>,
    /// MySQL's, which tells one from a constant by more than its text.
    pub default_function: Option<String>,
    /// The sequence whose next value is the default.
    pub counted_by: Option<String>,
    /// The enum that is its type, whose name may need its schema.
    pub enum_key: Option<String>,
    pub null: bool,
    pub collation: Option<String>,
    pub comment: Option<String>,
    pub auto_increment: bool,
    pub generated: Option<(Generated, String)>,
    pub identity: Option<String>,
    /// MySQL's `Extra`.
    pub extra: String,
    pub doubts: Vec<Aspect>,
}

#[derive(Clone, Debug)]
pub(super) struct StoredIndex {
    pub definition: IndexDefinition,
    /// The constraint that brought it: it comes and goes with it.
    pub constraint: Option<String>,
    pub is_doubtful: bool,
}

#[derive(Clone, Debug)]
pub(super) struct StoredExclusion {
    pub definition: ExclusionConstraintDefinition,
    pub is_doubtful: bool,
}

#[derive(Clone, Debug)]
pub(super) struct StoredCheck {
    pub definition: CheckConstraintDefinition,
    pub is_doubtful: bool,
    /// The column that it came with, and goes with.
    pub column: Option<String>,
}

impl Schema {
    pub(crate) fn empty(server: &Server) -> Self {
        let mut schema = Self { dialect: Some(server.dialect), ..Self::default() };
        if server.dialect == Dialect::PostgreSql {
            schema.schemas.push("public".to_owned());
            schema.extensions.push(("pg_catalog".to_owned(), "plpgsql".to_owned()));
        }
        schema
    }

    /// What is of one connection only.
    pub(crate) fn forget_session(&mut self) {
        self.tables.retain(|_, table| table.kind != Kind::Temporary);
        self.search_path = None;
    }

    /// Names are folded by SQLite, and by MySQL on some systems; what is written alike goes first.
    fn found(&self, key: &str) -> Option<&str> {
        if let Some((name, _)) = self.tables.get_key_value(key) {
            return Some(name);
        }
        if self.dialect == Some(Dialect::PostgreSql) {
            return None;
        }
        self.tables.keys().find(|name| name.eq_ignore_ascii_case(key)).map(String::as_str)
    }

    pub(crate) fn table(&self, key: &str) -> Option<&Table> {
        self.tables.get(self.found(key)?)
    }

    pub(crate) fn table_mut(&mut self, key: &str) -> Option<&mut Table> {
        let found = self.found(key)?.to_owned();
        self.tables.get_mut(&found)
    }

    /// A table that was copied to be changed.
    pub(crate) fn replace_table(&mut self, key: &str, table: Table) {
        if let Some(place) = self.table_mut(key) {
            *place = table;
        }
    }

    pub(crate) fn remove_table(&mut self, key: &str) -> Option<(String, Table)> {
        let found = self.found(key)?.to_owned();
        self.gone.insert(found.clone());
        self.tables.shift_remove_entry(&found)
    }
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> Option<&StoredColumn> {
        self.columns.get(self.position(name)?)
    }

    pub(crate) fn column_mut(&mut self, name: &str) -> Option<&mut StoredColumn> {
        let at = self.position(name)?;
        self.columns.get_mut(at)
    }

    /// The one that is written alike, else one that differs in case.
    fn position(&self, name: &str) -> Option<usize> {
        let alike = self.columns.iter().position(|column| column.name == name);
        alike.or_else(|| self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name)))
    }

    pub(crate) fn doubts(&self) -> Vec<(String, Aspect)> {
        let of_columns =
            self.columns.iter().flat_map(|column| column.doubts.iter().map(|aspect| (column.name.clone(), *aspect)));
        let indexes = self.indexes.iter().filter(|index| index.is_doubtful);
        let checks = self.checks.iter().filter(|check| check.is_doubtful);
        let of_indexes = indexes.map(|index| index.definition.name.clone());
        let of_checks = checks.map(|check| check.definition.name().unwrap_or_default());
        let exclusions = self.exclusions.iter().filter(|found| found.is_doubtful).map(|found| found.definition.name());
        let of_table = self.has_unknown_options.then(|| (String::new(), Aspect::Options));
        let names = of_indexes.chain(of_checks).chain(exclusions);
        of_columns.chain(names.map(|name| (name, Aspect::Definition))).chain(of_table).collect()
    }
}
