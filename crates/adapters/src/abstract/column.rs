//! A column as the database describes it: column.rb, sql_type_metadata.rb and each adapter's column.rb, in one structure.

use crate::abstract_adapter::Quoting;
use crate::types::Type;
use crate::{Arg, Result};

/// sql_type_metadata.rb, with `extra` of mysql/type_metadata.rb and `oid`, `fmod` of postgresql/type_metadata.rb.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SqlTypeMetadata {
    pub sql_type: String,
    pub r#type: Option<String>,
    pub limit: Option<i64>,
    pub precision: Option<i64>,
    pub scale: Option<i64>,
    pub extra: Option<String>,
    pub oid: Option<u32>,
    pub fmod: Option<i32>,
}

/// How a generated column keeps its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generated {
    Virtual,
    Stored,
}

/// What a catalogue answers of one column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub cast_type: Option<Type>,
    pub default: Arg,
    pub metadata: SqlTypeMetadata,
    pub null: bool,
    pub default_function: Option<String>,
    pub collation: Option<String>,
    pub comment: Option<String>,
    /// MySQL and SQLite: `AUTO_INCREMENT`, `AUTOINCREMENT`.
    pub auto_increment: bool,
    /// SQLite: an alias of the row id.
    pub rowid: bool,
    /// SQLite: its default is the word TRUE or FALSE.
    pub is_default_word: bool,
    /// PostgreSQL: its default is a sequence of its own.
    pub serial: Option<bool>,
    /// PostgreSQL: `GENERATED ... AS IDENTITY`.
    pub identity: Option<String>,
    /// A generated column. MySQL's adapter sets it from `extra`.
    pub generated: Option<Generated>,
    /// PostgreSQL and SQLite do not call a generated column's expression a default; MySQL does.
    pub generated_has_default: bool,
}

impl Column {
    /// Deserializes the default, unless the type is mutable, as Rails does.
    pub fn new(
        name: impl Into<String>,
        cast_type: Option<Type>,
        default: Arg,
        metadata: SqlTypeMetadata,
        null: bool,
        default_function: Option<String>,
    ) -> Result<Self> {
        let default = match &cast_type {
            Some(cast_type) if !default.is_nil() && !cast_type.is_mutable() => cast_type.deserialize(&default)?,
            _ => default,
        };
        Ok(Self {
            name: name.into(),
            cast_type,
            default,
            metadata,
            null,
            default_function,
            collation: None,
            comment: None,
            auto_increment: false,
            rowid: false,
            is_default_word: false,
            serial: None,
            identity: None,
            generated: None,
            generated_has_default: false,
        })
    }

    /// `type`, a symbol's name.
    pub fn r#type(&self) -> Option<&str> {
        self.metadata.r#type.as_deref()
    }

    /// `sql_type`; PostgreSQL's leaves the `[]` of an array away.
    pub fn sql_type(&self) -> &str {
        match self.metadata.oid {
            Some(_) => self.metadata.sql_type.strip_suffix("[]").unwrap_or(&self.metadata.sql_type),
            None => &self.metadata.sql_type,
        }
    }

    /// The number in parentheses: characters, bytes or bits, as the type has it.
    pub fn limit(&self) -> Option<i64> {
        self.metadata.limit
    }

    /// How many digits there are, or how many of a second.
    pub fn precision(&self) -> Option<i64> {
        self.metadata.precision
    }

    /// How many digits stand after the point.
    pub fn scale(&self) -> Option<i64> {
        self.metadata.scale
    }

    /// `has_default?`, a function's included.
    pub fn has_default(&self) -> bool {
        (!self.default.is_nil() || self.default_function.is_some())
            && (!self.is_virtual() || self.generated_has_default)
    }

    /// `/\Abigint\b/`
    pub fn is_bigint(&self) -> bool {
        self.sql_type().strip_prefix("bigint").is_some_and(|rest| {
            !rest.starts_with(|character: char| character == '_' || character.is_ascii_alphanumeric())
        })
    }

    /// `auto_incremented_by_db?`: whether the database counts it up, in whichever way it has.
    pub fn is_auto_incremented_by_db(&self) -> bool {
        self.auto_increment || self.rowid || self.serial == Some(true) || self.identity.is_some()
    }

    /// `auto_populated?`: whether INSERT gives it a value that nobody else knows.
    pub fn is_auto_populated(&self) -> bool {
        self.is_auto_incremented_by_db() || self.default_function.is_some()
    }

    /// `virtual?`: whether it is generated, kept or not.
    pub fn is_virtual(&self) -> bool {
        self.generated.is_some()
    }

    /// `virtual_stored?`
    pub fn is_virtual_stored(&self) -> bool {
        self.generated == Some(Generated::Stored)
    }

    /// PostgreSQL's `array?`
    pub fn is_array(&self) -> bool {
        self.metadata.oid.is_some() && self.metadata.sql_type.ends_with("[]")
    }

    /// MySQL's `unsigned?`
    pub fn is_unsigned(&self) -> bool {
        let sql_type = self.metadata.sql_type.strip_suffix(" zerofill").unwrap_or(&self.metadata.sql_type);
        sql_type.strip_suffix("unsigned").is_some_and(|rest| {
            !rest.ends_with(|character: char| character == '_' || character.is_ascii_alphanumeric())
        })
    }

    /// `fetch_cast_type`: its own where it was read with it, else what the adapter finds by the SQL type.
    pub fn fetch_cast_type<A: Quoting + ?Sized>(&self, adapter: &mut A) -> Result<Type> {
        match &self.cast_type {
            Some(cast_type) => Ok(cast_type.clone()),
            None => adapter.lookup_cast_type(self.sql_type()),
        }
    }
}
