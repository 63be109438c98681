//! `IndexDefinition` of abstract/schema_definitions.rb and of mysql/schema_definitions.rb.

use crate::{Arg, Options};

/// An index; `columns` is an array of names, or the text of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexDefinition {
    pub table: String,
    pub name: String,
    pub unique: bool,
    pub columns: Arg,
    pub lengths: Arg,
    pub orders: Arg,
    pub opclasses: Arg,
    pub r#where: Option<String>,
    pub r#type: Option<String>,
    pub using: Option<String>,
    pub include: Arg,
    pub nulls_not_distinct: Option<bool>,
    pub comment: Option<String>,
    pub valid: bool,
    /// MySQL: none when the server cannot disable indexes.
    pub enabled: Option<bool>,
}

impl IndexDefinition {
    /// `columns` is an array of names, or the text of an expression.
    pub fn new(table: impl Into<String>, name: impl Into<String>, unique: bool, columns: impl Into<Arg>) -> Self {
        Self {
            table: table.into(),
            name: name.into(),
            unique,
            columns: columns.into(),
            lengths: Arg::Hash(Options::new()),
            orders: Arg::Hash(Options::new()),
            opclasses: Arg::Hash(Options::new()),
            r#where: None,
            r#type: None,
            using: None,
            include: Arg::Nil,
            nulls_not_distinct: None,
            comment: None,
            valid: true,
            enabled: None,
        }
    }

    /// What Rails' constructor does to `lengths:`, `orders:` and `opclasses:`; call it once they are set.
    #[must_use]
    pub fn concise(mut self) -> Self {
        let columns = match &self.columns {
            Arg::Array(columns) => columns.len(),
            other => other.to_s().chars().count(),
        };
        for options in [&mut self.lengths, &mut self.orders, &mut self.opclasses] {
            concise_options(columns, options);
        }
        self
    }

    /// `columns` when they are names.
    pub fn column_names(&self) -> Vec<String> {
        self.columns.to_strings()
    }

    /// `column_options`: length, order and opclass, by column.
    pub fn column_options(&self) -> Options {
        Options::from([
            ("length", self.lengths.clone()),
            ("order", self.orders.clone()),
            ("opclass", self.opclasses.clone()),
        ])
    }

    /// `defined_for?(columns, **options)`
    pub fn is_defined_for(&self, columns: &Arg, options: &Options) -> bool {
        let columns = if columns.is_blank() { options.get("column") } else { columns };
        let same = |option: &str, value: Option<bool>| {
            let wanted = options.get(option);
            wanted.is_nil() || *wanted == value.map_or(Arg::Nil, Arg::Bool)
        };
        (columns.is_nil() || self.columns.to_array() == strings(columns))
            && (options.get("name").is_nil() || self.name == options.get("name").to_s())
            && same("unique", Some(self.unique))
            && same("valid", Some(self.valid))
            && (options.get("include").is_nil() || self.include.to_array() == strings(options.get("include")))
            && same("nulls_not_distinct", self.nulls_not_distinct)
            && same("enabled", self.enabled)
    }
}

/// `Array(value).map(&:to_s)`, still as values.
fn strings(value: &Arg) -> Vec<Arg> {
    value.to_strings().into_iter().map(Arg::Str).collect()
}

fn concise_options(columns: usize, options: &mut Arg) {
    let Arg::Hash(hash) = options else { return };
    let Some(first) = hash.values().next().cloned() else { return };
    if hash.len() == columns && hash.values().all(|value| *value == first) {
        *options = first;
    }
}
