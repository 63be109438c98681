//! What a schema in memory is made of. Texts are the server's own spelling; what it may have spelt otherwise is a doubt.

use indexmap::IndexMap;

use crate::column::Generated;
use crate::name::extract_schema_qualified_name;
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::{Dialect, Options};

/// What there is to know of a server before its schema.
#[derive(Clone, Debug)]
pub struct Server {
    pub dialect: Dialect,
    pub is_mariadb: bool,
    /// MySQL's, of the database.
    pub charset: String,
    pub collation: String,
    /// `foreign_keys: false` of the configuration leaves them out of CREATE TABLE.
    pub uses_foreign_keys: bool,
}

impl Server {
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            is_mariadb: false,
            charset: "utf8mb4".to_owned(),
            collation: "utf8mb4_general_ci".to_owned(),
            uses_foreign_keys: true,
        }
    }

    /// How a table is kept: without the schema that is searched first.
    pub(super) fn key(&self, name: &str) -> String {
        if self.dialect != Dialect::PostgreSql {
            return name.to_owned();
        }
        let name = extract_schema_qualified_name(name);
        match name.schema {
            Some(schema) if schema != "public" => format!("{schema}.{}", name.identifier),
            _ => name.identifier,
        }
    }
}

/// What of a part is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    Type,
    Default,
    Collation,
    /// All of an index or a constraint but its name.
    Definition,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    pub tables: IndexMap<String, Table>,
    pub views: Vec<String>,
    pub enums: IndexMap<String, Vec<String>>,
    pub extensions: Vec<String>,
    pub schemas: Vec<String>,
    pub sequences: Vec<String>,
    pub lost_at: Option<String>,
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
    pub exclusions: Vec<ExclusionConstraintDefinition>,
    pub comment: Option<String>,
    pub options: Options,
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
pub(super) struct StoredCheck {
    pub definition: CheckConstraintDefinition,
    pub is_doubtful: bool,
}

impl Schema {
    pub fn empty(server: &Server) -> Self {
        let mut schema = Self::default();
        if server.dialect == Dialect::PostgreSql {
            schema.schemas.push("public".to_owned());
            schema.extensions.push("pg_catalog.plpgsql".to_owned());
        }
        schema
    }

    pub fn forget_temporary(&mut self) {
        self.tables.retain(|_, table| table.kind != Kind::Temporary);
    }

    /// SQLite and MySQL on some systems fold case; what is written alike goes first.
    pub fn table(&self, key: &str) -> Option<&Table> {
        self.tables.get(key).or_else(|| {
            let found = self.tables.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
            found.map(|(_, table)| table)
        })
    }

    pub fn table_mut(&mut self, key: &str) -> Option<&mut Table> {
        if self.tables.contains_key(key) {
            return self.tables.get_mut(key);
        }
        let found = self.tables.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map(|(_, table)| table)
    }
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&StoredColumn> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    pub fn column_mut(&mut self, name: &str) -> Option<&mut StoredColumn> {
        self.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    pub fn doubts(&self) -> Vec<(String, Aspect)> {
        let of_columns =
            self.columns.iter().flat_map(|column| column.doubts.iter().map(|aspect| (column.name.clone(), *aspect)));
        let indexes = self.indexes.iter().filter(|index| index.is_doubtful);
        let checks = self.checks.iter().filter(|check| check.is_doubtful);
        let of_indexes = indexes.map(|index| index.definition.name.clone());
        let of_checks = checks.map(|check| check.definition.name().unwrap_or_default());
        of_columns.chain(of_indexes.chain(of_checks).map(|name| (name, Aspect::Definition))).collect()
    }
}
