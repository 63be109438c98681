//! How adapters name their native types, and how they are told of a column.

use std::borrow::Cow;

use crate::abstract_adapter::Quoting;
use crate::column::Column;
use crate::schema_definitions::ColumnDefinition;
use crate::types::Type;
use crate::{Error, ErrorClass, Result};

/// An entry of `NATIVE_DATABASE_TYPES`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NativeType {
    pub name: Cow<'static, str>,
    pub limit: Option<i64>,
    pub precision: Option<i64>,
    pub scale: Option<i64>,
}

impl NativeType {
    /// A type that takes what a column says in parentheses.
    pub const fn named(name: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), limit: None, precision: None, scale: None }
    }

    /// With a limit where a column gives none.
    #[must_use]
    pub const fn limit(mut self, limit: i64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// With a precision where a column gives none.
    #[must_use]
    pub const fn precision(mut self, precision: i64) -> Self {
        self.precision = Some(precision);
        self
    }
}

/// What `quote_default_expression` is told of a column: one that is, or one to be.
#[derive(Clone, Copy, Debug)]
pub enum ColumnRef<'a> {
    Column(&'a Column),
    Definition(&'a ColumnDefinition),
}

impl ColumnRef<'_> {
    /// The column's.
    pub fn name(&self) -> &str {
        match self {
            Self::Column(column) => &column.name,
            Self::Definition(definition) => &definition.name,
        }
    }

    /// `type`, as a symbol's name.
    pub fn r#type(&self) -> Option<&str> {
        match self {
            Self::Column(column) => column.r#type(),
            Self::Definition(definition) => definition.r#type.as_str(),
        }
    }

    /// None of a definition whose SQL was not made yet.
    pub fn sql_type(&self) -> Option<&str> {
        match self {
            Self::Column(column) => Some(column.sql_type()),
            Self::Definition(definition) => definition.sql_type.as_deref(),
        }
    }

    /// The type that its values go through.
    pub fn fetch_cast_type<A: Quoting + ?Sized>(&self, adapter: &mut A) -> Result<Type> {
        match self {
            Self::Column(column) => column.fetch_cast_type(adapter),
            Self::Definition(definition) => match (&definition.cast_type, &definition.sql_type) {
                (Some(cast_type), _) => Ok(cast_type.clone()),
                (None, Some(sql_type)) => adapter.lookup_cast_type(sql_type),
                (None, None) => Err(Error::new(ErrorClass::RuntimeError, "the column has no type yet")),
            },
        }
    }
}
