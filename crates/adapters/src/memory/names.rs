//! Which table a name means, and how a name is printed: PostgreSQL's schemas and its search path. A table is kept under its
//! schema's name and its own; elsewhere under its own alone.

use super::model::{Kind, Schema, Table};
use super::postgresql::quoted_if_needed;
use crate::Dialect;
use crate::name::Name;

/// The schema of tables that are one connection's, which is searched before all others.
const TEMPORARY: &str = "pg_temp";

/// The longest name, in bytes: what is longer is cut.
const LONGEST: usize = 63;

fn extract_schema_qualified_name(name: &str) -> Name {
    let mut name = crate::name::extract_schema_qualified_name(name);
    let end = (0..=LONGEST).rev().find(|end| name.identifier.is_char_boundary(*end)).unwrap_or(0);
    name.identifier.truncate(end);
    name
}

impl Schema {
    fn has_schemas(&self) -> bool {
        self.dialect == Some(Dialect::PostgreSql)
    }

    /// The key of the table or view that a name means, or of the one that it would make.
    pub(crate) fn key(&self, name: &str) -> String {
        self.key_among(name, |key| self.tables.contains_key(key) || self.views.contains_key(key))
    }

    /// Of a table about to be.
    pub(crate) fn new_table_key(&self, name: &str, is_temporary: bool) -> String {
        if !self.has_schemas() {
            return name.to_owned();
        }
        let found = extract_schema_qualified_name(name);
        let schema = if is_temporary { Some(TEMPORARY.to_owned()) } else { found.schema };
        let schema = schema.unwrap_or_else(|| self.first_searched().unwrap_or_default());
        format!("{schema}.{}", found.identifier)
    }

    pub(crate) fn enum_key(&self, name: &str) -> String {
        self.key_among(name, |key| self.enums.contains_key(key))
    }

    pub(crate) fn sequence_key(&self, name: &str) -> String {
        self.key_among(name, |key| self.sequences.iter().any(|sequence| sequence.key == key))
    }

    fn key_among(&self, name: &str, is_there: impl Fn(&str) -> bool) -> String {
        if !self.has_schemas() {
            return name.to_owned();
        }
        let found = extract_schema_qualified_name(name);
        if let Some(schema) = found.schema {
            return format!("{schema}.{}", found.identifier);
        }
        let within = |schema: &str| format!("{schema}.{}", found.identifier);
        let searched = self.searched();
        let keys = std::iter::once(TEMPORARY).chain(searched.iter().map(String::as_str)).map(within);
        keys.into_iter()
            .find(|key| is_there(key))
            .unwrap_or_else(|| within(searched.first().map_or("", String::as_str)))
    }

    /// Another name in the same schema.
    pub(crate) fn beside(&self, key: &str, name: &str) -> String {
        if !self.has_schemas() {
            return name.to_owned();
        }
        let identifier = extract_schema_qualified_name(name).identifier;
        key.split_once('.').map_or(identifier.clone(), |(schema, _)| format!("{schema}.{identifier}"))
    }

    /// `SHOW search_path`
    pub(crate) fn search_path(&self) -> String {
        self.search_path.clone().unwrap_or_else(|| "\"$user\", public".to_owned())
    }

    /// `current_schemas(false)`: those of the path that are there.
    pub(crate) fn searched(&self) -> Vec<String> {
        let path = self.search_path();
        let names = path.split(',').map(|name| {
            let name = name.trim();
            match name.strip_prefix(['"', '\'']).and_then(|rest| rest.strip_suffix(['"', '\''])) {
                Some(quoted) => quoted.to_owned(),
                None => name.to_lowercase(),
            }
        });
        let mut found: Vec<String> = Vec::new();
        for name in names {
            if self.schemas.contains(&name) && !found.contains(&name) {
                found.push(name);
            }
        }
        found
    }

    /// `current_schema`
    pub(crate) fn first_searched(&self) -> Option<String> {
        self.searched().into_iter().next()
    }

    /// A name as `regclass` and `format_type` print it: with its schema where that is not searched.
    pub(crate) fn printed(&self, key: &str) -> String {
        match key.split_once('.') {
            Some((schema, name)) if self.has_schemas() => {
                let is_visible = schema == TEMPORARY || self.searched().iter().any(|other| other == schema);
                let name = quoted_if_needed(name);
                if is_visible { name } else { format!("{}.{name}", quoted_if_needed(schema)) }
            }
            _ => key.to_owned(),
        }
    }

    /// The schema and the name of a key; the schema is empty where there are none.
    pub(crate) fn parts<'a>(&self, key: &'a str) -> (&'a str, &'a str) {
        if self.has_schemas() { key.split_once('.').unwrap_or(("", key)) } else { ("", key) }
    }

    /// Every name of a schema gets another's.
    pub(crate) fn rename_schema(&mut self, from: &str, to: &str) {
        let renamed = |key: &str| match key.split_once('.') {
            Some((schema, name)) if schema == from => format!("{to}.{name}"),
            _ => key.to_owned(),
        };
        self.schemas.iter_mut().filter(|name| *name == from).for_each(|name| to.clone_into(name));
        self.extensions.iter_mut().filter(|(schema, _)| schema == from).for_each(|(schema, _)| to.clone_into(schema));
        let prefix = format!("{from}.");
        self.gone.extend(self.tables.keys().filter(|key| key.starts_with(&prefix)).cloned());
        self.tables = self.tables.drain(..).map(|(key, table)| (renamed(&key), table)).collect();
        self.views = self.views.drain(..).map(|(key, query)| (renamed(&key), query)).collect();
        self.enums = self.enums.drain(..).map(|(key, values)| (renamed(&key), values)).collect();
        for sequence in &mut self.sequences {
            sequence.key = renamed(&sequence.key);
            sequence.owner = sequence.owner.take().map(|(table, column)| (renamed(&table), column));
        }
        for table in self.tables.values_mut() {
            table.foreign_keys.iter_mut().for_each(|key| key.to_table = renamed(&key.to_table));
            table.parents.iter_mut().for_each(|parent| *parent = renamed(parent));
            for column in &mut table.columns {
                column.counted_by = column.counted_by.take().map(|key| renamed(&key));
                column.enum_key = column.enum_key.take().map(|key| renamed(&key));
            }
        }
    }

    /// With everything in it.
    pub(crate) fn drop_schema(&mut self, name: &str) {
        let prefix = format!("{name}.");
        self.schemas.retain(|other| other != name);
        self.gone.extend(self.tables.keys().filter(|key| key.starts_with(&prefix)).cloned());
        self.tables.retain(|key, _| !key.starts_with(&prefix));
        self.views.retain(|key, _| !key.starts_with(&prefix));
        self.enums.retain(|key, _| !key.starts_with(&prefix));
        self.extensions.retain(|(schema, _)| schema != name);
        self.sequences.retain(|sequence| !sequence.key.starts_with(&prefix));
        for table in self.tables.values_mut() {
            table.foreign_keys.retain(|key| !key.to_table.starts_with(&prefix));
        }
    }

    /// The tables that a list of them names, in which a name of no schema is one that is searched.
    pub(crate) fn listed(&self, name: Option<&str>, is_wanted: impl Fn(&Table) -> bool) -> Vec<&str> {
        let tables = self.tables.iter().filter(|(_, table)| table.kind != Kind::Temporary && is_wanted(table));
        self.within_scope(name, tables.map(|(key, _)| key.as_str()).collect())
    }

    pub(crate) fn listed_views(&self, name: Option<&str>) -> Vec<&str> {
        self.within_scope(name, self.views.keys().map(String::as_str).collect())
    }

    fn within_scope<'a>(&self, name: Option<&str>, keys: Vec<&'a str>) -> Vec<&'a str> {
        if !self.has_schemas() {
            return keys.into_iter().filter(|key| name.is_none_or(|name| name == *key)).collect();
        }
        let wanted = name.map(extract_schema_qualified_name);
        let searched = self.searched();
        let is_wanted = |key: &&str| {
            let (schema, own) = self.parts(key);
            match &wanted {
                Some(wanted) => {
                    own == wanted.identifier
                        && wanted
                            .schema
                            .as_deref()
                            .map_or_else(|| searched.iter().any(|s| s == schema), |s| s == schema)
                }
                None => searched.iter().any(|searched| searched == schema),
            }
        };
        keys.into_iter().filter(is_wanted).map(|key| self.parts(key).1).collect()
    }
}
