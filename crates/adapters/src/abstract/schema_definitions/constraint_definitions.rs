//! Foreign keys and the other constraints: abstract/schema_definitions.rb and postgresql/schema_definitions.rb.

use crate::{Arg, Options};

/// A foreign key: the tables at its ends; all else stands in the options.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignKeyDefinition {
    pub from_table: String,
    pub to_table: String,
    pub options: Options,
}

impl ForeignKeyDefinition {
    /// None where the database has not named it, as SQLite does not.
    pub fn name(&self) -> Option<String> {
        let name = self.options.get("name");
        (!name.is_nil()).then(|| name.to_s())
    }

    /// A name, or an array of them.
    pub fn column(&self) -> &Arg {
        self.options.get("column")
    }

    /// The referenced column, or an array of them; `id` where nobody said.
    pub fn primary_key(&self) -> Arg {
        let primary_key = self.options.get("primary_key");
        if primary_key.is_truthy() { primary_key.clone() } else { Arg::str("id") }
    }

    /// A symbol such as `:cascade`; nil for the default.
    pub fn on_delete(&self) -> &Arg {
        self.options.get("on_delete")
    }

    /// As `on_delete`.
    pub fn on_update(&self) -> &Arg {
        self.options.get("on_update")
    }

    /// `:immediate`, `:deferred` or `true`; nil or `false` where it is not.
    pub fn deferrable(&self) -> &Arg {
        self.options.get("deferrable")
    }

    /// `custom_primary_key?`: whether schema.rb has to name it.
    pub fn has_custom_primary_key(&self) -> bool {
        self.options.get("primary_key").as_str() != Some("id")
    }

    /// `validate?`: whether the rows that are there are looked at.
    pub fn is_validate(&self) -> bool {
        self.options.fetch_or("validate", true).is_truthy()
    }

    /// `defined_for?(to_table:, validate:, **options)`
    pub fn is_defined_for(&self, options: &Options) -> bool {
        let to_table = options.get("to_table");
        let validate = options.get("validate");
        let kept = options.except(&["to_table", "validate"]);
        (to_table.is_nil() || to_table.to_s() == self.to_table)
            && (validate.is_nil() || *validate == self.options.fetch_or("validate", validate.clone()))
            && kept
                .iter()
                .filter(|(key, _)| self.options.key(key))
                .all(|(key, value)| self.options.get(key).to_strings() == value.to_strings())
    }
}

/// A check constraint: its table and its condition; all else stands in the options.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckConstraintDefinition {
    pub table_name: String,
    pub expression: String,
    pub options: Options,
}

impl CheckConstraintDefinition {
    /// None where nobody has named it.
    pub fn name(&self) -> Option<String> {
        let name = self.options.get("name");
        (!name.is_nil()).then(|| name.to_s())
    }

    /// `validate?`: whether the rows that are there are looked at.
    pub fn is_validate(&self) -> bool {
        self.options.fetch_or("validate", true).is_truthy()
    }

    /// `defined_for?(name:, expression:, validate:, **options)`: the expression is not compared.
    pub fn is_defined_for(&self, name: &str, options: &Options) -> bool {
        let validate = options.get("validate");
        let kept = options.except(&["name", "expression", "validate"]);
        self.name().as_deref() == Some(name)
            && (validate.is_nil() || *validate == self.options.fetch_or("validate", validate.clone()))
            && kept
                .iter()
                .filter(|(key, _)| self.options.key(key))
                .all(|(key, value)| self.options.get(key).to_s() == value.to_s())
    }
}

/// PostgreSQL's.
#[derive(Clone, Debug, PartialEq)]
pub struct ExclusionConstraintDefinition {
    pub table_name: String,
    pub expression: String,
    pub options: Options,
}

/// PostgreSQL's.
#[derive(Clone, Debug, PartialEq)]
pub struct UniqueConstraintDefinition {
    pub table_name: String,
    pub column: Arg,
    pub options: Options,
}
