//! How schema.rb tells a column: the type that makes it, and the options that differ from what the type brings.

use super::call::{Call, WrittenOptions};
use super::{Dumper, RailsVersion, unknown_type};
use crate::column::Column;
use crate::types::inspect_document;
use crate::{Arg, Dialect, Result};

/// What Rails gives a time without being told.
const DATETIME_PRECISION: i64 = 6;

/// The type in schema.rb: a method of the table's, or SQL's own words.
enum SchemaType {
    Named(String),
    Written(String),
}

impl SchemaType {
    fn is(&self, name: &str) -> bool {
        matches!(self, Self::Named(own) if own == name)
    }

    fn inspect(&self) -> String {
        match self {
            Self::Named(name) => Arg::symbol(name).inspect(),
            Self::Written(sql) => literals::string(sql),
        }
    }
}

impl Dumper<'_> {
    /// A call for each column but the primary key.
    pub(super) fn columns(&mut self, table: &str, columns: &[Column], key: Option<&str>) -> Result<Vec<Call>> {
        let mut columns: Vec<&Column> = columns.iter().collect();
        if self.options.rails >= RailsVersion::V8_1 {
            columns.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let mut calls = Vec::new();
        // Before 7.2 SQLite's adapter did not see them.
        if self.adapter.dialect() == Dialect::Sqlite && self.options.rails < RailsVersion::V7_2 {
            columns.retain(|column| !column.is_virtual());
        }
        for column in columns {
            if !column.r#type().is_some_and(|name| self.adapter.valid_type(name)) {
                return Err(unknown_type(column));
            }
            if Some(column.name.as_str()) == key {
                continue;
            }
            let name = literals::string(&column.name);
            let call = match self.schema_type(column) {
                _ if self.is_virtual(column) => Call::new("t.virtual").argument(name),
                SchemaType::Named(r#type) => Call::new(format!("t.{type}")).argument(name),
                SchemaType::Written(sql) => Call::new("t.column").argument(name).argument(literals::string(&sql)),
            };
            calls.push(call.options(self.column_options(table, column)?));
        }
        Ok(calls)
    }

    /// What `create_table` says of a primary key that is not as it makes one unasked.
    pub(super) fn key_options(&mut self, table: &str, column: &Column) -> Result<WrittenOptions> {
        let (is_default, wants_default) = self.key_as_made(table, column)?;
        let mut options = self.column_options(table, column)?;
        let is_counter = self.adapter.dialect() == Dialect::MySql && is_integer(column) && column.auto_increment;
        options.retain(|(name, _)| *name != "null" && !(is_counter && *name == "auto_increment"));
        if wants_default && !options.iter().any(|(name, _)| *name == "default") {
            options.push(("default", "nil".to_owned()));
        }
        let id = (!is_default).then(|| self.schema_type(column).inspect());
        if options.iter().all(|(name, _)| *name == "default") {
            options.splice(0..0, id.map(|id| ("id", id)));
            return Ok(options);
        }
        // A type that the options name themselves takes the place of this one.
        if let Some(id) = id
            && !options.iter().any(|(name, _)| *name == "type")
        {
            options.insert(0, ("type", id));
        }
        let inner: Vec<String> = options.iter().map(|(name, written)| format!("{name}: {written}")).collect();
        Ok(vec![("id", format!("{{ {} }}", inner.join(", ")))])
    }

    /// Whether `create_table` makes such a key unasked, and whether it has to be told that there is no default.
    fn key_as_made(&mut self, table: &str, column: &Column) -> Result<(bool, bool)> {
        let r#type = self.schema_type(column);
        Ok(match self.adapter.dialect() {
            Dialect::MySql => (
                r#type.is("bigint") && column.auto_increment && !column.is_unsigned(),
                is_integer(column) && !column.auto_increment,
            ),
            Dialect::PostgreSql => {
                let counts = column.serial == Some(true);
                (r#type.is("bigserial"), column.r#type() == Some("uuid") || is_integer(column) && !counts)
            }
            Dialect::Sqlite if self.options.rails < RailsVersion::V8_0 => (r#type.is("integer"), column.is_bigint()),
            Dialect::Sqlite => {
                let counts = self.adapter.catalogue().primary_key_has_autoincrement(table)?;
                (r#type.is("integer") && counts, column.is_bigint() || is_integer(column) && !counts)
            }
        })
    }

    fn column_options(&mut self, table: &str, column: &Column) -> Result<WrittenOptions> {
        let mut options: Vec<(&'static str, Option<String>)> = vec![
            ("size", self.size(column)),
            ("limit", self.limit(column)),
            ("precision", self.precision(column)),
            ("scale", column.scale().map(|scale| scale.to_string())),
            ("default", self.default(column)?),
            ("null", (!column.null).then(|| "false".to_owned())),
            ("collation", self.collation(table, column)?),
            ("comment", column.comment.as_deref().filter(|text| Arg::str(*text).is_present()).map(literals::string)),
        ];
        let yes = |holds: bool| holds.then(|| "true".to_owned());
        match self.adapter.dialect() {
            Dialect::MySql => {
                options.push(("unsigned", yes(column.is_unsigned())));
                options.push(("auto_increment", yes(column.auto_increment)));
            }
            Dialect::PostgreSql => options.push(("array", yes(column.is_array()))),
            Dialect::Sqlite => {}
        }
        if self.is_virtual(column) {
            let expression = self.adapter.catalogue().virtual_column_expression(table, column)?;
            options.insert(0, ("type", Some(self.schema_type(column).inspect())));
            options.push(("as", Some(expression.as_deref().map_or_else(|| "nil".to_owned(), literals::string))));
            options.push(("stored", self.stored(column)));
        }
        if column.r#type() == Some("enum") && self.adapter.dialect() == Dialect::PostgreSql {
            options.push(("enum_type", Some(literals::string(column.sql_type()))));
        }
        Ok(options.into_iter().filter_map(|(name, written)| Some((name, written?))).collect())
    }

    fn is_virtual(&self, column: &Column) -> bool {
        self.adapter.supports_virtual_columns() && column.is_virtual()
    }

    /// Rails before 8.1 knew no generated column of PostgreSQL that is not stored; SQLite's are told either way.
    fn stored(&self, column: &Column) -> Option<String> {
        let stored = column.is_virtual_stored();
        match self.adapter.dialect() {
            Dialect::Sqlite => Some(stored.to_string()),
            Dialect::PostgreSql if self.options.rails < RailsVersion::V8_1 => Some("true".to_owned()),
            _ => stored.then(|| "true".to_owned()),
        }
    }

    fn schema_type(&self, column: &Column) -> SchemaType {
        let sql_type = column.sql_type();
        match self.adapter.dialect() {
            Dialect::MySql if begins_with_word(sql_type, &["timestamp"]) => SchemaType::Named("timestamp".to_owned()),
            Dialect::MySql if begins_with_word(sql_type, &["enum", "set"]) => SchemaType::Written(sql_type.to_owned()),
            Dialect::PostgreSql if column.serial == Some(true) => {
                SchemaType::Named(if column.is_bigint() { "bigserial" } else { "serial" }.to_owned())
            }
            _ if column.is_bigint() => SchemaType::Named("bigint".to_owned()),
            _ => SchemaType::Named(column.r#type().unwrap_or_default().to_owned()),
        }
    }

    /// MySQL's texts and blobs of other sizes.
    fn size(&self, column: &Column) -> Option<String> {
        if self.adapter.dialect() != Dialect::MySql {
            return None;
        }
        let sized = |size: &&str| {
            column
                .sql_type()
                .strip_prefix(*size)
                .is_some_and(|rest| rest.starts_with("text") || rest.starts_with("blob"))
        };
        ["tiny", "medium", "long"].iter().find(|size| sized(size)).map(|size| format!(":{size}"))
    }

    fn limit(&self, column: &Column) -> Option<String> {
        const SIZED: [&str; 8] =
            ["text", "blob", "tinytext", "tinyblob", "mediumtext", "mediumblob", "longtext", "longblob"];
        let limit = column.limit().filter(|_| !column.is_bigint())?;
        let is_sized = self.adapter.dialect() == Dialect::MySql && begins_with_word(column.sql_type(), &SIZED);
        let native = column.r#type().and_then(|name| self.adapter.native_database_type(name)?.limit);
        (!is_sized && native != Some(limit)).then(|| limit.to_string())
    }

    fn precision(&self, column: &Column) -> Option<String> {
        let precision = column.precision();
        let is_datetime = column.r#type() == Some("datetime");
        if self.adapter.dialect() == Dialect::MySql && precision == Some(0) {
            if begins_with_word(column.sql_type(), &["time", "timestamp"]) {
                return None;
            }
            if is_datetime {
                return Some("nil".to_owned());
            }
        }
        match precision {
            None if is_datetime => Some("nil".to_owned()),
            Some(DATETIME_PRECISION) if is_datetime => None,
            precision => precision.map(|precision| precision.to_string()),
        }
    }

    fn default(&mut self, column: &Column) -> Result<Option<String>> {
        let reads_words = self.options.rails >= RailsVersion::V8_1;
        if !column.has_default() || column.is_default_word && !reads_words {
            return Ok(None);
        }
        let cast_type = column.fetch_cast_type(self.adapter)?;
        let default = cast_type.deserialize(&column.default)?;
        if !default.is_nil() {
            let is_document = matches!(column.r#type(), Some("json" | "jsonb" | "hstore"));
            return Ok(Some(if is_document {
                inspect_document(&default, self.options.inspection)
            } else {
                cast_type.type_cast_for_schema(&default)
            }));
        }
        // What counts up is said by the type.
        let function = column.default_function.as_deref().filter(|_| column.serial != Some(true));
        Ok(function.map(|function| format!("-> {{ {} }}", literals::string(function))))
    }

    fn collation(&mut self, table: &str, column: &Column) -> Result<Option<String>> {
        let Some(collation) = &column.collation else { return Ok(None) };
        if self.adapter.dialect() == Dialect::MySql {
            let of_table = match self.collation.take() {
                Some(known) => known,
                None => self.adapter.catalogue().table_collation(table)?,
            };
            if self.collation.insert(of_table).as_ref() == Some(collation) {
                return Ok(None);
            }
        }
        Ok(Some(literals::string(collation)))
    }
}

fn is_integer(column: &Column) -> bool {
    column.r#type() == Some("integer")
}

fn begins_with_word(text: &str, words: &[&str]) -> bool {
    let is_word = |character: char| character == '_' || character.is_ascii_alphanumeric();
    words.iter().any(|word| text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_word)))
}
