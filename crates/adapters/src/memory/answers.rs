//! What a schema in memory answers: the trait `Catalogue`. A table that is not there is the server's error.

use super::model::{Kind, StoredColumn, Table};
use super::{Memory, mysql, postgresql, sqlite};
use crate::abstract_mysql_adapter::type_map::type_map as mysql_type_map;
use crate::catalogue::{Catalogue, DataSource, EnumType, KeySequence, TypeRow, TypesWanted, VirtualTable};
use crate::column::{Column, SqlTypeMetadata};
use crate::name::unquote_identifier;
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::{Arg, Dialect, Error, Options, Result, sqlite3_adapter};

impl Memory {
    fn parents(&self, table: &Table) -> Vec<String> {
        // By their own names, whatever their schema.
        table.parents.iter().map(|key| self.schema.parts(key).1.to_owned()).collect()
    }

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
        let is_function = stored.default_function.is_some();
        let default = stored.default.clone().filter(|_| !is_function).map(|text| {
            let is_quoted = metadata.r#type.as_deref() == Some("text") && text.starts_with('\'');
            if is_quoted { text[1..text.len() - 1].replace("\\'", "'") } else { text }
        });
        let default_function = stored.default_function.clone();
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

    fn minds(&mut self, table_name: &str) {
        if let Some(asked) = &mut self.asked
            && !asked.iter().any(|known| known == table_name)
        {
            asked.push(table_name.to_owned());
        }
    }

    /// In no order; one of another schema is listed only when it is asked for.
    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        let wanted = match kind {
            DataSource::Any | DataSource::Table => Some(Kind::Plain),
            DataSource::VirtualTable => Some(Kind::Virtual),
            DataSource::ShadowTable if self.schema.listed(name, |table| table.kind == Kind::Virtual).is_empty() => None,
            DataSource::ShadowTable => {
                return Err(Error::unsupported("what a virtual table of SQLite keeps, without a database"));
            }
            DataSource::View | DataSource::ForeignTable => None,
        };
        let mut names = self.schema.listed(name, |table| Some(table.kind) == wanted);
        if matches!(kind, DataSource::Any | DataSource::View) {
            names.extend(self.schema.listed_views(name));
        }
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    fn table_options(&mut self, table_name: &str) -> Result<Options> {
        let Some(table) = self.table(table_name) else { return Ok(Options::new()) };
        let mut options = Options::new();
        if self.server.dialect == Dialect::MySql {
            for key in ["charset", "collation"] {
                if let Some(value) = table.options.get_opt(key) {
                    options.insert(key, value.clone());
                }
            }
        }
        if let Some(comment) = &table.comment {
            options.insert("comment", comment.as_str());
        }
        if let Some(raw) = table.options.get_opt("options") {
            options.insert("options", raw.clone());
        }
        if !table.parents.is_empty() {
            options.insert("options", format!("INHERITS ({})", self.parents(table).join(", ")));
        } else if let Some(definition) = &table.partition {
            options.insert("options", format!("PARTITION BY {definition}"));
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
        let mut keys: Vec<_> = table
            .foreign_keys
            .iter()
            .map(|key| ForeignKeyDefinition {
                from_table: table_name.to_owned(),
                to_table: unquote_identifier(&self.schema.printed(&key.to_table)).to_owned(),
                options: key.options.clone(),
            })
            .collect();
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
        let Some(table) = self.table(table_name) else { return Ok(Vec::new()) };
        let found = table.exclusions.iter().map(|found| found.definition.clone());
        Ok(found.map(|found| ExclusionConstraintDefinition { table_name: table_name.to_owned(), ..found }).collect())
    }

    fn unique_constraints(&mut self, table_name: &str) -> Result<Vec<UniqueConstraintDefinition>> {
        let Some(table) = self.table(table_name) else { return Ok(Vec::new()) };
        let uniques = table.uniques.iter().cloned();
        Ok(uniques.map(|unique| UniqueConstraintDefinition { table_name: table_name.to_owned(), ..unique }).collect())
    }

    fn current_database(&mut self) -> Result<String> {
        Ok(self.server.database.clone())
    }

    fn collation(&mut self) -> Result<Arg> {
        Ok(Arg::str(self.server.collation.as_str()))
    }

    fn charset(&mut self) -> Result<Arg> {
        Ok(Arg::str(self.server.charset.as_str()))
    }

    fn table_collation(&mut self, table_name: &str) -> Result<Option<String>> {
        Ok(self.table(table_name).map(|table| mysql::options::collation(&self.server, table)))
    }

    fn full_column_type(&mut self, table_name: &str, column_name: &str) -> Result<Option<String>> {
        Ok(self.found(table_name)?.column(column_name).map(|column| column.sql_type.clone()))
    }

    fn virtual_column_expression(&mut self, table_name: &str, column: &Column) -> Result<Option<String>> {
        let stored = self.found(table_name)?.column(&column.name);
        Ok(match self.server.dialect {
            Dialect::MySql => stored.and_then(|stored| stored.generated.clone()).map(|(_, text)| text),
            _ => column.default_function.clone(),
        })
    }

    fn inherited_table_names(&mut self, table_name: &str) -> Result<Vec<String>> {
        Ok(self.table(table_name).map(|table| self.parents(table)).unwrap_or_default())
    }

    fn table_partition_definition(&mut self, table_name: &str) -> Result<Option<String>> {
        Ok(self.table(table_name).and_then(|table| table.partition.clone()))
    }

    fn extensions(&mut self) -> Result<Vec<String>> {
        let current = self.schema.first_searched();
        let named = |(schema, name): &(String, String)| match &current {
            Some(current) if current == schema => name.clone(),
            _ => format!("{schema}.{name}"),
        };
        Ok(self.schema.extensions.iter().map(named).collect())
    }

    fn extension_enabled(&mut self, name: &str) -> Result<bool> {
        Ok(self.schema.extensions.iter().any(|(_, extension)| extension == name))
    }

    fn extension_available(&mut self, name: &str) -> Result<bool> {
        let is_there = self.schema.extensions.iter().any(|(_, extension)| extension == name);
        if is_there || super::postgresql::extensions::is_supplied(name) {
            return Ok(true);
        }
        Err(Error::unsupported(format!("whether the extension `{name}` is available is not known without a database")))
    }

    fn encoding(&mut self) -> Result<Arg> {
        Ok(Arg::str("UTF8"))
    }

    fn enum_types(&mut self) -> Result<Vec<EnumType>> {
        let searched = self.schema.searched();
        let found = self.schema.enums.iter().filter_map(|(key, values)| {
            let (schema, name) = self.schema.parts(key);
            let at = searched.iter().position(|other| other == schema)?;
            let name = if at == 0 { name.to_owned() } else { format!("{schema}.{name}") };
            Some(EnumType { name, values: values.clone() })
        });
        Ok(found.collect())
    }

    fn current_schema(&mut self) -> Result<Option<String>> {
        Ok(self.schema.first_searched())
    }

    fn current_schemas(&mut self) -> Result<Vec<String>> {
        Ok(self.schema.searched())
    }

    fn schema_search_path(&mut self) -> Result<String> {
        Ok(self.schema.search_path())
    }

    fn serial_sequence(&mut self, table_name: &str, column_name: &str) -> Result<Arg> {
        self.found(table_name)?;
        let key = self.schema.key(table_name);
        Ok(postgresql::sequences::owned(&self.schema, &key, column_name).map_or(Arg::Nil, |sequence| {
            let (schema, name) = self.schema.parts(sequence);
            Arg::Str(format!("{}.{}", postgresql::quoted_if_needed(schema), postgresql::quoted_if_needed(name)))
        }))
    }

    /// Of one that counts up, as all do that are known here.
    fn sequence_minimum(&mut self, _sequence: &str) -> Result<Arg> {
        Ok(Arg::Int(1))
    }

    fn pk_and_sequence_for(&mut self, table_name: &str) -> Result<Option<KeySequence>> {
        let key = self.schema.key(table_name);
        Ok(self.schema.table(&key).and_then(|table| postgresql::key_sequence(&self.schema, &key, table)))
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

    /// As Rails makes every primary key that is its own.
    fn primary_key_has_autoincrement(&mut self, table_name: &str) -> Result<bool> {
        Ok(self.found(table_name)?.columns.iter().any(|column| column.auto_increment))
    }

    fn virtual_tables(&mut self) -> Result<Vec<VirtualTable>> {
        let found = self.schema.tables.iter().filter_map(|(name, table)| {
            let (module, arguments) = table.module.clone()?;
            Some(VirtualTable { name: name.clone(), module, arguments })
        });
        Ok(found.collect())
    }
}
