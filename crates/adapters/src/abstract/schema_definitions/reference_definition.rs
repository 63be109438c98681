//! `ReferenceDefinition` of abstract/schema_definitions.rb.

use super::TableDefinition;
use crate::abstract_adapter::{SchemaDefinitions, SchemaStatements};
use crate::{Arg, Error, Options, Result};

/// `references`, taken apart into columns, an index and a foreign key.
#[derive(Clone, Debug)]
pub struct ReferenceDefinition {
    name: Arg,
    polymorphic: Arg,
    index: Arg,
    foreign_key: Arg,
    r#type: Arg,
    options: Options,
}

impl ReferenceDefinition {
    /// An ArgumentError for options that do not go together.
    pub fn new(name: &Arg, options: &Options) -> Result<Self> {
        let mut options = options.clone();
        let mut take = |key: &str, default: Arg| if options.key(key) { options.delete(key) } else { default };
        let polymorphic = take("polymorphic", Arg::Bool(false));
        let index = take("index", Arg::Bool(true));
        let foreign_key = take("foreign_key", Arg::Bool(false));
        let r#type = take("type", Arg::symbol("bigint"));
        if polymorphic.is_truthy() && foreign_key.is_truthy() {
            return Err(Error::argument("Cannot add a foreign key to a polymorphic relation"));
        }
        Ok(Self { name: name.clone(), polymorphic, index, foreign_key, r#type, options })
    }

    /// `add(table_name, connection)`
    pub fn add<A: SchemaStatements + ?Sized>(&self, table_name: &str, adapter: &mut A) -> Result<()> {
        for (name, r#type, options) in self.columns() {
            adapter.add_column(table_name, &name, &r#type, options)?;
        }
        if self.index.is_truthy() {
            adapter.add_index(table_name, &self.column_names(), self.index_options(table_name))?;
        }
        if self.foreign_key.is_truthy() {
            let to_table = self.foreign_table_name(adapter);
            adapter.add_foreign_key(table_name, &to_table, self.foreign_key_options())?;
        }
        Ok(())
    }

    /// `add_to(table)`
    pub fn add_to<A: SchemaDefinitions + ?Sized>(&self, table: &mut TableDefinition, adapter: &A) -> Result<()> {
        for (name, r#type, options) in self.columns() {
            table.column(adapter, &name, &r#type, options)?;
        }
        if self.index.is_truthy() {
            let options = self.index_options(&table.name);
            table.index(&self.column_names(), options);
        }
        if self.foreign_key.is_truthy() {
            table.foreign_key(adapter, &self.foreign_table_name(adapter), &self.foreign_key_options())?;
        }
        Ok(())
    }

    fn conditional_options(&self) -> Options {
        self.options.slice(&["if_exists", "if_not_exists"])
    }

    fn polymorphic_options(&self) -> Options {
        as_options(&self.polymorphic)
            .merge(&self.conditional_options())
            .merge(&self.options.slice(&["null", "first", "after"]))
    }

    fn index_options(&self, table_name: &str) -> Options {
        let mut index_options = as_options(&self.index).merge(&self.conditional_options());
        if self.options.get("_uses_legacy_reference_index_name").is_truthy() {
            return index_options;
        }
        if self.polymorphic.is_truthy() {
            index_options.or_insert("name", || Arg::Str(format!("index_{table_name}_on_{}", self.name.to_s())));
        }
        index_options
    }

    fn foreign_key_options(&self) -> Options {
        let mut options = as_options(&self.foreign_key);
        options.insert("column", self.column_name());
        options.update(&self.conditional_options());
        options
    }

    fn columns(&self) -> Vec<(String, Arg, Options)> {
        let mut columns = vec![(self.column_name(), self.r#type.clone(), self.options.clone())];
        if self.polymorphic.is_truthy() {
            columns
                .insert(0, (format!("{}_type", self.name.to_s()), Arg::symbol("string"), self.polymorphic_options()));
        }
        columns
    }

    fn column_name(&self) -> String {
        format!("{}_id", self.name.to_s())
    }

    fn column_names(&self) -> Arg {
        Arg::Array(self.columns().into_iter().map(|(name, ..)| Arg::Str(name)).collect())
    }

    fn foreign_table_name<A: SchemaDefinitions + ?Sized>(&self, adapter: &A) -> String {
        let options = self.foreign_key_options();
        match options.get_opt("to_table") {
            Some(to_table) => to_table.to_s(),
            None => adapter.base().table_name_for_reference(&self.name.to_s()),
        }
    }
}

fn as_options(value: &Arg) -> Options {
    value.as_hash().cloned().unwrap_or_default()
}
