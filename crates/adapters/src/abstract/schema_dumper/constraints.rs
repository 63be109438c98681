//! Checks, exclusions, unique constraints and foreign keys in schema.rb. A name that Rails made from its own hash is left out, for
//! it will be made again: `export_name_on_schema_dump?`.

use super::call::Call;
use super::{Dumper, NameOf, RailsVersion, push_sorted};
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, UniqueConstraintDefinition,
};
use crate::{Arg, Dialect, Result};

impl Dumper<'_> {
    pub(super) fn exclusion_constraints(&mut self, table: &str) -> Result<Vec<ExclusionConstraintDefinition>> {
        if !self.adapter.supports_exclusion_constraints() {
            return Ok(Vec::new());
        }
        self.adapter.catalogue().exclusion_constraints(table)
    }

    pub(super) fn unique_constraints(&mut self, table: &str) -> Result<Vec<UniqueConstraintDefinition>> {
        if !self.adapter.supports_unique_constraints() {
            return Ok(Vec::new());
        }
        self.adapter.catalogue().unique_constraints(table)
    }

    /// Those of the definition, and those that are not valid yet, which Rails since 7.2 adds once the table is there.
    pub(super) fn check_constraints(&mut self, table: &str) -> Result<(Vec<Call>, Vec<Call>)> {
        if !self.adapter.supports_check_constraints() {
            return Ok(Default::default());
        }
        let checks = self.adapter.catalogue().check_constraints(table)?;
        let apart = self.options.rails >= RailsVersion::V7_2;
        let (inside, after): (Vec<_>, Vec<_>) = checks.iter().partition(|check| check.is_validate() || !apart);
        let shown = literals::string(&self.without_affixes(table));
        let inside = inside.into_iter().map(|check| self.checked(Call::new("t.check_constraint"), check)).collect();
        let added = |check| self.checked(Call::new("add_check_constraint").argument(shown.clone()), check);
        Ok((inside, after.into_iter().map(added).collect()))
    }

    /// They follow all tables, so that each finds the other's.
    pub(super) fn foreign_keys(&mut self, tables: &[String], schema: Option<&str>) -> Result<()> {
        let old = self.options.rails < RailsVersion::V7_2;
        let has_some = if old { self.adapter.use_foreign_keys() } else { self.adapter.supports_foreign_keys() };
        if !has_some {
            return Ok(());
        }
        let before = self.out.len();
        for table in tables {
            let keys = self.adapter.catalogue().foreign_keys(table)?;
            let calls = keys.iter().map(|key| self.foreign_key(key, schema)).collect();
            push_sorted(&mut self.out, "  ", calls);
        }
        if !old && self.out.len() > before {
            self.out.insert(before, '\n');
        }
        Ok(())
    }

    fn foreign_key(&self, key: &ForeignKeyDefinition, schema: Option<&str>) -> Call {
        let name_of = |table: &str| literals::string(&self.relation_name(&self.without_affixes(table), schema));
        let mut call = Call::new("add_foreign_key").argument(name_of(&key.from_table)).argument(name_of(&key.to_table));
        if *key.column() != Arg::str(self.adapter.foreign_key_column_for(&key.to_table, "id")) {
            call = call.option("column", key.column().inspect());
        }
        if key.has_custom_primary_key() {
            call = call.option("primary_key", key.options.get("primary_key").inspect());
        }
        call = self.named(call, NameOf::ForeignKey, key.options.get("name"));
        let knows_deferrable = self.adapter.dialect() != Dialect::Sqlite || self.options.rails >= RailsVersion::V7_2;
        let deferrable = if knows_deferrable { key.deferrable() } else { &Arg::Nil };
        let actions = [("on_update", key.on_update()), ("on_delete", key.on_delete()), ("deferrable", deferrable)];
        for (option, value) in actions {
            if value.is_truthy() {
                call = call.option(option, value.inspect());
            }
        }
        unvalidated(call, key.is_validate())
    }

    fn checked(&self, call: Call, check: &CheckConstraintDefinition) -> Call {
        let call = call.argument(literals::string(&check.expression));
        unvalidated(self.named(call, NameOf::Check, check.options.get("name")), check.is_validate())
    }

    pub(super) fn exclusion(&self, constraint: &ExclusionConstraintDefinition) -> Call {
        let call = Call::new("t.exclusion_constraint").argument(literals::string(&constraint.expression));
        let call = with_given(call, &constraint.options, &["where", "using", "deferrable"]);
        self.named(call, NameOf::Exclusion, constraint.options.get("name"))
    }

    pub(super) fn unique(&self, constraint: &UniqueConstraintDefinition) -> Call {
        let has_nulls = self.options.rails >= RailsVersion::V8_0;
        let known: &[&str] = if has_nulls { &["nulls_not_distinct", "deferrable"] } else { &["deferrable"] };
        let call = Call::new("t.unique_constraint").argument(constraint.column.inspect());
        self.named(with_given(call, &constraint.options, known), NameOf::Unique, constraint.options.get("name"))
    }

    fn named(&self, call: Call, of: NameOf, name: &Arg) -> Call {
        let is_exported = !name.is_nil() && !self.options.name_patterns.hides(of, &name.to_s());
        if is_exported { call.option("name", literals::string(&name.to_s())) } else { call }
    }
}

fn unvalidated(call: Call, is_valid: bool) -> Call {
    if is_valid { call } else { call.option("validate", "false") }
}

fn with_given(call: Call, options: &crate::Options, names: &[&str]) -> Call {
    names
        .iter()
        .filter(|name| options.get(name).is_truthy())
        .fold(call, |call, name| call.option(name, options.get(name).inspect()))
}
