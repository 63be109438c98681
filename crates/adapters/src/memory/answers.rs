//! What a schema in memory answers: the trait `Catalogue`. A table that is not there is the server's error.

use super::model::{Kind, StoredColumn, Table};
use super::{Memory, postgresql, sqlite};
use crate::abstract_mysql_adapter::type_map::type_map as mysql_type_map;
use crate::catalogue::{Catalogue, DataSource, EnumType, KeySequence, TypeRow, TypesWanted, VirtualTable};
use crate::column::{Column, SqlTypeMetadata};
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::{Arg, Dialect, Error, Options, Result, sqlite3_adapter};

impl Memory {
    fn found(&self, table_name: &str) -> Result<&Table> {
        self.table(table_name).ok_or_else(|| {
            let message = match self.server.dialect {
                Dialect::Sqlite => format!("Could not find table '{table_name}'"),
                Dialect::PostgreSql => {
                    format!("PG::UndefinedTable: ERROR:  relation \"{table_name}\" does not exist\n")
                }
                Dialect::MySql => format!("Mysql2::Error: Table '{table_name}' doesn't exist"),
            };
            Error::statement_invalid(message)
        })
    }

    fn mysql_column(stored: &StoredColumn) -> Result<Column> {
        let cast_type = mysql_type_map(true).lookup(&stored.sql_type);
        let metadata = SqlTypeMetadata {
            sql_type: stored.sql_type.clone(),
            r#type: cast_type.type_name().map(str::to_owned),
            limit: cast_type.limit(),
            precision: cast_type.precision(),
            scale: cast_type.scale(),
            extra: Some(stored.extra.clone()),
            ..SqlTypeMetadata::default()
        };
        let is_function = stored.default.as_deref().is_some_and(|text| text.starts_with("current_timestamp("));
        let default_function = stored.default.clone().filter(|_| is_function);
        let default = stored.default.clone().filter(|_| !is_function).map(|text| {
            let is_quoted = metadata.r#type.as_deref() == Some("text") && text.starts_with('\'');
            if is_quoted { text.trim_matches('\'').to_owned() } else { text }
        });
        let default = default.map_or(Arg::Nil, Arg::Str);
        let mut column = Column::new(&stored.name, Some(cast_type), default, metadata, stored.null, default_function)?;
        column.collation.clone_from(&stored.collation);
        column.comment.clone_from(&stored.comment);
        column.auto_increment = stored.auto_increment;
        column.generated = stored.generated.as_ref().map(|(kind, _)| *kind);
        column.generated_has_default = true;
        Ok(column)
    }
}

impl Catalogue for Memory {
    fn dialect(&self) -> Dialect {
        self.server.dialect
    }

    /// In no order; one of another schema is listed only when it is asked for.
    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        let wanted = match kind {
            DataSource::Any | DataSource::Table => Some(Kind::Plain),
            DataSource::VirtualTable => Some(Kind::Virtual),
            DataSource::View | DataSource::ForeignTable => None,
        };
        let is_wanted = |table: &Table| Some(table.kind) == wanted;
        let tables = self.schema.tables.iter().filter(|(_, table)| is_wanted(table)).map(|(key, _)| key);
        let views = self.schema.views.iter().filter(|_| matches!(kind, DataSource::Any | DataSource::View));
        let key = name.map(|name| self.server.key(name));
        let is_here = |found: &&String| match &key {
            Some(key) => *found == key,
            None => self.server.dialect != Dialect::PostgreSql || !found.contains('.'),
        };
        let names = tables.chain(views).filter(is_here);
        Ok(names.map(|name| name.rsplit('.').next().unwrap_or(name).to_owned()).collect())
    }

    fn table_options(&mut self, table_name: &str) -> Result<Options> {
        let Some(table) = self.table(table_name) else { return Ok(Options::new()) };
        let mut options = Options::new();
        if self.server.dialect == Dialect::MySql {
            options.insert("charset", self.server.charset.as_str());
            options.insert("collation", self.server.collation.as_str());
        }
        if let Some(comment) = &table.comment {
            options.insert("comment", comment.as_str());
        }
        Ok(options)
    }

    fn table_comment(&mut self, table_name: &str) -> Result<Option<String>> {
        Ok(self.table(table_name).and_then(|table| table.comment.clone()))
    }

    fn columns(&mut self, table_name: &str) -> Result<Vec<Column>> {
        let table = self.found(table_name)?;
        match self.server.dialect {
            Dialect::Sqlite => {
                let types = sqlite3_adapter::type_map();
                table.columns.iter().map(|stored| sqlite::column(&types, table, stored)).collect()
            }
            Dialect::MySql => table.columns.iter().map(Self::mysql_column).collect(),
            Dialect::PostgreSql => {
                let columns = table.columns.iter();
                columns.map(|stored| postgresql::column(&self.schema, table_name, stored)).collect()
            }
        }
    }

    fn primary_keys(&mut self, table_name: &str) -> Result<Vec<String>> {
        self.found(table_name).map(|table| table.primary_key.clone())
    }

    fn indexes(&mut self, table_name: &str) -> Result<Vec<IndexDefinition>> {
        let Some(table) = self.table(table_name) else { return Ok(Vec::new()) };
        let indexes = table.indexes.iter().map(|index| index.definition.clone());
        let mut indexes: Vec<_> =
            indexes.map(|index| IndexDefinition { table: table_name.to_owned(), ..index }).collect();
        match self.server.dialect {
            // The newest first.
            Dialect::Sqlite => indexes.reverse(),
            Dialect::PostgreSql => indexes.sort_by(|one, other| one.name.cmp(&other.name)),
            Dialect::MySql => {}
        }
        Ok(indexes)
    }

    fn foreign_keys(&mut self, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
        let Some(table) = self.table(table_name) else { return Ok(Vec::new()) };
        let keys = table.foreign_keys.iter().cloned();
        let mut keys: Vec<_> =
            keys.map(|key| ForeignKeyDefinition { from_table: table_name.to_owned(), ..key }).collect();
        match self.server.dialect {
            Dialect::Sqlite => keys.reverse(),
            _ => keys.sort_by_key(ForeignKeyDefinition::name),
        }
        Ok(keys)
    }

    fn check_constraints(&mut self, table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
        let Some(table) = self.table(table_name) else { return Ok(Vec::new()) };
        let checks = table.checks.iter().map(|check| check.definition.clone());
        Ok(checks.map(|check| CheckConstraintDefinition { table_name: table_name.to_owned(), ..check }).collect())
    }

    fn exclusion_constraints(&mut self, table_name: &str) -> Result<Vec<ExclusionConstraintDefinition>> {
        Ok(self.table(table_name).map(|table| table.exclusions.clone()).unwrap_or_default())
    }

    fn unique_constraints(&mut self, table_name: &str) -> Result<Vec<UniqueConstraintDefinition>> {
        let Some(table) = self.table(table_name) else { return Ok(Vec::new()) };
        let uniques = table.uniques.iter().cloned();
        Ok(uniques.map(|unique| UniqueConstraintDefinition { table_name: table_name.to_owned(), ..unique }).collect())
    }

    fn extensions(&mut self) -> Result<Vec<String>> {
        Ok(self.schema.extensions.clone())
    }

    fn enum_types(&mut self) -> Result<Vec<EnumType>> {
        let enums = self.schema.enums.iter().filter(|(key, _)| !key.contains('.'));
        Ok(enums.map(|(name, values)| EnumType { name: name.clone(), values: values.clone() }).collect())
    }

    fn extension_enabled(&mut self, name: &str) -> Result<bool> {
        Ok(self.schema.extensions.iter().any(|extension| extension.rsplit('.').next() == Some(name)))
    }

    fn current_schema(&mut self) -> Result<Option<String>> {
        Ok(Some("public".to_owned()))
    }

    fn current_schemas(&mut self) -> Result<Vec<String>> {
        Ok(vec!["public".to_owned()])
    }

    fn pk_and_sequence_for(&mut self, table_name: &str) -> Result<Option<KeySequence>> {
        Ok(self.table(table_name).and_then(postgresql::key_sequence))
    }

    fn type_oid(&mut self, sql_type: &str) -> Result<Option<u32>> {
        Ok(postgresql::type_oid(&self.schema, sql_type))
    }

    fn type_rows(&mut self, wanted: &TypesWanted) -> Result<Vec<TypeRow>> {
        Ok(postgresql::type_rows(&self.schema, wanted))
    }

    fn schema_exists(&mut self, name: &str) -> Result<bool> {
        Ok(self.schema.schemas.iter().any(|schema| schema == name))
    }

    fn schema_names(&mut self) -> Result<Vec<String>> {
        let mut names = self.schema.schemas.clone();
        names.sort();
        Ok(names)
    }

    fn virtual_tables(&mut self) -> Result<Vec<VirtualTable>> {
        let found = self.schema.tables.iter().filter_map(|(name, table)| {
            let (module, arguments) = table.module.clone()?;
            Some(VirtualTable { name: name.clone(), module, arguments })
        });
        Ok(found.collect())
    }
}
