//! postgresql/schema_definitions.rb: what PostgreSQL's `TableDefinition` and `AlterTable` add to the abstract ones.

use crate::postgresql::schema_statements::{exclusion_constraint_options, unique_constraint_options};
use crate::schema_definitions::{
    AlterTable, COLUMN_OPTION_NAMES, ExclusionConstraintDefinition, TableDefinition, UniqueConstraintDefinition,
};
use crate::{Arg, Options, Result};

/// `valid_column_definition_options`
pub fn valid_column_definition_options() -> Vec<&'static str> {
    let mut names = COLUMN_OPTION_NAMES.to_vec();
    names.extend(["array", "using", "cast_as", "as", "type", "enum_type", "stored"]);
    names
}

impl ExclusionConstraintDefinition {
    pub fn name(&self) -> String {
        self.options.get("name").to_s()
    }
}

impl UniqueConstraintDefinition {
    pub fn name(&self) -> String {
        self.options.get("name").to_s()
    }

    /// `defined_for?(name:, column:, **options)`
    pub fn is_defined_for(&self, name: Option<&str>, column: &Arg, options: &Options) -> bool {
        name.is_none_or(|name| self.name() == name)
            && (column.is_nil() || self.column.to_strings() == column.to_strings())
            && options
                .except(&["name", "column"])
                .iter()
                .filter(|(key, _)| self.options.key(key))
                .all(|(key, value)| self.options.get(key).to_s() == value.to_s())
    }
}

impl TableDefinition {
    pub fn exclusion_constraint(&mut self, expression: &str, options: &Options) -> Result<()> {
        let definition = self.new_exclusion_constraint_definition(expression, options)?;
        self.exclusion_constraints.push(definition);
        Ok(())
    }

    pub fn unique_constraint(&mut self, column_name: &Arg, options: &Options) -> Result<()> {
        let definition = self.new_unique_constraint_definition(column_name, options)?;
        self.unique_constraints.push(definition);
        Ok(())
    }

    fn new_exclusion_constraint_definition(
        &self,
        expression: &str,
        options: &Options,
    ) -> Result<ExclusionConstraintDefinition> {
        let options = exclusion_constraint_options(&self.name, expression, options)?;
        Ok(ExclusionConstraintDefinition { table_name: self.name.clone(), expression: expression.to_owned(), options })
    }

    fn new_unique_constraint_definition(
        &self,
        column_name: &Arg,
        options: &Options,
    ) -> Result<UniqueConstraintDefinition> {
        let options = unique_constraint_options(&self.name, column_name, options)?;
        Ok(UniqueConstraintDefinition { table_name: self.name.clone(), column: column_name.clone(), options })
    }
}

impl AlterTable {
    pub fn add_exclusion_constraint(&mut self, expression: &str, options: &Options) -> Result<()> {
        self.exclusion_constraint_adds.push(self.td.new_exclusion_constraint_definition(expression, options)?);
        Ok(())
    }

    pub fn add_unique_constraint(&mut self, column_name: &Arg, options: &Options) -> Result<()> {
        self.unique_constraint_adds.push(self.td.new_unique_constraint_definition(column_name, options)?);
        Ok(())
    }
}
