//! A server below, a memory above: what changes have touched is answered from above, everything else by the server, each
//! question asked once. A change that is applied here is not sent; the connection below only reads.

use std::collections::HashMap;

use super::model::Schema;
use super::postgresql::is_of_extension;
use super::{Memory, Server, reach};
use crate::catalogue::{Catalogue, DataSource, EnumType, KeySequence, TypeRow, TypesWanted, VirtualTable};
use crate::change::Change;
use crate::column::Column;

use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::{Adapter, Arg, Dialect, Options, Result};

mod read;

/// What the server has said of a table, each answer once it was asked for.
#[derive(Default)]
struct Answers {
    columns: Option<Vec<Column>>,
    primary_keys: Option<Vec<String>>,
    indexes: Option<Vec<IndexDefinition>>,
    foreign_keys: Option<Vec<ForeignKeyDefinition>>,
    checks: Option<Vec<CheckConstraintDefinition>>,
    exclusions: Option<Vec<ExclusionConstraintDefinition>>,
    uniques: Option<Vec<UniqueConstraintDefinition>>,
    options: Option<Options>,
    comment: Option<Option<String>>,
}

/// What there is, by the names that are asked for.
type Names = HashMap<(Option<String>, DataSource), Vec<String>>;

pub struct Overlay {
    memory: Memory,
    below: Box<dyn Adapter>,
    answers: HashMap<String, Answers>,
    names: Names,
    /// Whether what is no table's (schemas, enums, extensions) has been taken over.
    has_begun: bool,
}

impl Overlay {
    /// On a connection of its own, which nobody writes with.
    pub fn new(server: Server, below: Box<dyn Adapter>) -> Self {
        let memory = Memory::new(server);
        Self { memory, below, answers: HashMap::new(), names: HashMap::new(), has_begun: false }
    }

    /// What a statement would have done.
    pub fn apply(&mut self, change: &Change<'_>, sql: &str) -> Result<()> {
        if matches!(change, Change::Opaque) {
            // What it touches is known once it is read.
            return match Change::read(sql, self.memory.dialect()) {
                Some(changes) => changes.iter().try_for_each(|change| self.apply(change, sql)),
                None => {
                    self.memory.apply(change, sql);
                    Ok(())
                }
            };
        }
        if change.concerns_schema() || matches!(change, Change::Session(crate::change::Setting::SearchPath(_))) {
            self.begin()?;
            match reach::of(change) {
                reach::Reach::Tables(names) => names.iter().try_for_each(|name| self.take_over(name))?,
                reach::Reach::All => self.take_over_all()?,
            }
        }
        self.memory.apply(change, sql);
        Ok(())
    }

    /// What is known above, and what of it is not.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The same, for who asks it alone.
    pub(super) fn memory_mut(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// The connection below, for reads of rows.
    pub fn below(&mut self) -> &mut dyn Adapter {
        &mut *self.below
    }

    fn schema(&self) -> &Schema {
        &self.memory.schema
    }

    /// The table is answered for from above from now on, if it is there.
    fn take_over(&mut self, name: &str) -> Result<()> {
        let key = self.schema().key(name);
        if self.is_touched(&key) || !self.is_there(name)? {
            return Ok(());
        }
        self.read_whole(name)?;
        let answers = self.answers.remove(&key).unwrap_or_default();
        let owners = if self.memory.dialect() == Dialect::PostgreSql {
            read::sequences(self.below.catalogue(), name, answers.columns.as_deref().unwrap_or_default())?
        } else {
            Vec::new()
        };
        read::take_in(&mut self.memory, &key, answers, owners);
        Ok(())
    }

    fn is_there(&mut self, name: &str) -> Result<bool> {
        self.below.catalogue().table_exists(name)
    }

    fn take_over_all(&mut self) -> Result<()> {
        let tables = self.names_below(None, DataSource::Table)?;
        tables.iter().try_for_each(|name| self.take_over(name))
    }

    fn read_whole(&mut self, name: &str) -> Result<()> {
        let dialect = self.memory.dialect();
        self.columns_below(name)?;
        self.ask(name, |answers| &mut answers.primary_keys, |below| below.primary_keys(name))?;
        self.ask(name, |answers| &mut answers.indexes, |below| below.indexes(name))?;
        self.ask(name, |answers| &mut answers.foreign_keys, |below| below.foreign_keys(name))?;
        if self.below.supports_check_constraints() {
            self.ask(name, |answers| &mut answers.checks, |below| below.check_constraints(name))?;
        }
        if dialect == Dialect::PostgreSql {
            self.ask(name, |answers| &mut answers.exclusions, |below| below.exclusion_constraints(name))?;
            self.ask(name, |answers| &mut answers.uniques, |below| below.unique_constraints(name))?;
        }
        self.ask(name, |answers| &mut answers.options, |below| below.table_options(name))?;
        self.ask(name, |answers| &mut answers.comment, |below| below.table_comment(name))?;
        Ok(())
    }

    /// Enums, extensions and schemas are few, and touched by their own changes: they are taken over at once.
    fn begin(&mut self) -> Result<()> {
        if !std::mem::replace(&mut self.has_begun, true) {
            let views = self.names_below(None, DataSource::View)?;
            read::begin(&mut self.memory, self.below.catalogue(), &views)?;
        }
        Ok(())
    }

    /// Whether changes have been at it.
    fn is_touched(&self, key: &str) -> bool {
        let schema = self.schema();
        schema.table(key).is_some() || schema.gone.contains(key)
    }

    fn is_above(&self, table_name: &str) -> bool {
        self.has_begun && self.is_touched(&self.schema().key(table_name))
    }

    /// The server's answer, asked for once.
    fn ask<T: Clone>(
        &mut self,
        table_name: &str,
        place: impl Fn(&mut Answers) -> &mut Option<T>,
        read: impl FnOnce(&mut dyn Catalogue) -> Result<T>,
    ) -> Result<T> {
        let key = self.memory.schema.key(table_name);
        let known = place(self.answers.entry(key).or_default());
        if let Some(known) = known {
            return Ok(known.clone());
        }
        let answer = read(self.below.catalogue())?;
        *known = Some(answer.clone());
        Ok(answer)
    }

    fn columns_below(&mut self, name: &str) -> Result<Vec<Column>> {
        self.ask(name, |answers| &mut answers.columns, |below| below.columns(name))
    }

    fn names_below(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        let question = (name.map(str::to_owned), kind);
        if let Some(names) = self.names.get(&question) {
            return Ok(names.clone());
        }
        let names = self.below.catalogue().data_source_names(name, kind)?;
        self.names.insert(question, names.clone());
        Ok(names)
    }
}

/// A question about one table: above or below.
macro_rules! of_table {
    ($self:ident, $table:ident, $place:ident, $method:ident) => {
        if $self.is_above($table) {
            $self.memory.$method($table)
        } else {
            $self.ask($table, |answers| &mut answers.$place, |below| below.$method($table))
        }
    };
}

/// A question about what is no table's: above once it was taken over.
macro_rules! of_all {
    ($self:ident, $method:ident $(, $argument:expr)*) => {
        if $self.has_begun { $self.memory.$method($($argument),*) } else { $self.below.catalogue().$method($($argument),*) }
    };
}

impl Catalogue for Overlay {
    fn dialect(&self) -> Dialect {
        self.memory.dialect()
    }
    fn minds(&mut self, table_name: &str) {
        self.memory.minds(table_name);
    }

    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        let mut names = self.names_below(name, kind)?;
        if !self.has_begun {
            return Ok(names);
        }
        // A name of another schema is asked for with it.
        let schema = name.and_then(|name| name.rsplit_once('.')).map(|(schema, _)| schema.to_owned());
        let within = |own: &String| schema.as_ref().map_or_else(|| own.clone(), |schema| format!("{schema}.{own}"));
        let views = self.memory.data_source_names(name, DataSource::View)?;
        let is_view_below = self.names_below(name, DataSource::View)?;
        names.retain(|own| {
            let is_untouched = !self.is_touched(&self.schema().key(&within(own)));
            is_untouched && (!is_view_below.contains(own) || views.contains(own))
        });
        for own in self.memory.data_source_names(name, kind)? {
            if !names.contains(&own) {
                names.push(own);
            }
        }
        Ok(names)
    }

    fn table_options(&mut self, table_name: &str) -> Result<Options> {
        of_table!(self, table_name, options, table_options)
    }
    fn table_comment(&mut self, table_name: &str) -> Result<Option<String>> {
        of_table!(self, table_name, comment, table_comment)
    }
    fn columns(&mut self, table_name: &str) -> Result<Vec<Column>> {
        of_table!(self, table_name, columns, columns)
    }
    fn primary_keys(&mut self, table_name: &str) -> Result<Vec<String>> {
        of_table!(self, table_name, primary_keys, primary_keys)
    }
    fn indexes(&mut self, table_name: &str) -> Result<Vec<IndexDefinition>> {
        of_table!(self, table_name, indexes, indexes)
    }
    fn foreign_keys(&mut self, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
        of_table!(self, table_name, foreign_keys, foreign_keys)
    }
    fn check_constraints(&mut self, table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
        of_table!(self, table_name, checks, check_constraints)
    }
    fn exclusion_constraints(&mut self, table_name: &str) -> Result<Vec<ExclusionConstraintDefinition>> {
        of_table!(self, table_name, exclusions, exclusion_constraints)
    }
    fn unique_constraints(&mut self, table_name: &str) -> Result<Vec<UniqueConstraintDefinition>> {
        of_table!(self, table_name, uniques, unique_constraints)
    }

    fn current_database(&mut self) -> Result<String> {
        self.below.catalogue().current_database()
    }
    fn collation(&mut self) -> Result<Arg> {
        self.below.catalogue().collation()
    }
    fn virtual_column_expression(&mut self, table_name: &str, column: &Column) -> Result<Option<String>> {
        if self.is_above(table_name) {
            return self.memory.virtual_column_expression(table_name, column);
        }
        self.below.catalogue().virtual_column_expression(table_name, column)
    }

    fn charset(&mut self) -> Result<Arg> {
        self.below.catalogue().charset()
    }
    fn show_variable(&mut self, name: &str) -> Result<Arg> {
        self.below.catalogue().show_variable(name)
    }
    fn table_collation(&mut self, table_name: &str) -> Result<Option<String>> {
        if self.is_above(table_name) {
            return self.memory.table_collation(table_name);
        }
        self.below.catalogue().table_collation(table_name)
    }
    fn full_column_type(&mut self, table_name: &str, column_name: &str) -> Result<Option<String>> {
        if self.is_above(table_name) {
            return self.memory.full_column_type(table_name, column_name);
        }
        self.below.catalogue().full_column_type(table_name, column_name)
    }
    fn takes_dynamic_row_format(&mut self) -> Result<bool> {
        self.below.catalogue().takes_dynamic_row_format()
    }

    fn extensions(&mut self) -> Result<Vec<String>> {
        of_all!(self, extensions)
    }
    fn extension_available(&mut self, name: &str) -> Result<bool> {
        self.below.catalogue().extension_available(name)
    }
    fn extension_enabled(&mut self, name: &str) -> Result<bool> {
        of_all!(self, extension_enabled, name)
    }
    fn enum_types(&mut self) -> Result<Vec<EnumType>> {
        of_all!(self, enum_types)
    }
    fn schema_exists(&mut self, name: &str) -> Result<bool> {
        of_all!(self, schema_exists, name)
    }
    fn schema_names(&mut self) -> Result<Vec<String>> {
        of_all!(self, schema_names)
    }
    fn current_schema(&mut self) -> Result<Option<String>> {
        of_all!(self, current_schema)
    }
    fn current_schemas(&mut self) -> Result<Vec<String>> {
        of_all!(self, current_schemas)
    }
    fn schema_search_path(&mut self) -> Result<String> {
        of_all!(self, schema_search_path)
    }
    fn encoding(&mut self) -> Result<Arg> {
        self.below.catalogue().encoding()
    }
    fn ctype(&mut self) -> Result<Arg> {
        self.below.catalogue().ctype()
    }
    fn inherited_table_names(&mut self, table_name: &str) -> Result<Vec<String>> {
        if self.is_above(table_name) {
            return self.memory.inherited_table_names(table_name);
        }
        self.below.catalogue().inherited_table_names(table_name)
    }
    fn table_partition_definition(&mut self, table_name: &str) -> Result<Option<String>> {
        if self.is_above(table_name) {
            return self.memory.table_partition_definition(table_name);
        }
        self.below.catalogue().table_partition_definition(table_name)
    }
    fn serial_sequence(&mut self, table_name: &str, column_name: &str) -> Result<Arg> {
        if self.is_above(table_name) {
            return self.memory.serial_sequence(table_name, column_name);
        }
        self.below.catalogue().serial_sequence(table_name, column_name)
    }
    fn pk_and_sequence_for(&mut self, table_name: &str) -> Result<Option<KeySequence>> {
        if self.is_above(table_name) {
            return self.memory.pk_and_sequence_for(table_name);
        }
        self.below.catalogue().pk_and_sequence_for(table_name)
    }
    fn sequence_minimum(&mut self, sequence: &str) -> Result<Arg> {
        let is_below = self.below.catalogue().sequence_minimum(sequence);
        is_below.or_else(|_| self.memory.sequence_minimum(sequence))
    }
    fn type_oid(&mut self, sql_type: &str) -> Result<Option<u32>> {
        let is_own = self.has_begun && self.schema().enums.contains_key(&self.schema().enum_key(sql_type));
        if is_own {
            return self.memory.type_oid(sql_type);
        }
        // An extension of which the server knows nothing yet may bring it.
        let is_below = self.below.catalogue().type_oid(sql_type);
        if self.has_begun { is_below.or_else(|_| self.memory.type_oid(sql_type)) } else { is_below }
    }
    fn type_rows(&mut self, wanted: &TypesWanted) -> Result<Vec<TypeRow>> {
        let mut rows = self.below.catalogue().type_rows(wanted)?;
        if self.has_begun {
            let more = self.memory.type_rows(wanted)?;
            let is_below = |row: &TypeRow| rows.iter().any(|own| own.typname == row.typname);
            // An enum of the plan's is no type below, nor what an extension of its brings.
            let is_planned = |row: &TypeRow| row.typtype == "e" || is_of_extension(row) && !is_below(row);
            let planned: Vec<TypeRow> = more.into_iter().filter(is_planned).collect();
            rows.extend(planned);
        }
        Ok(rows)
    }

    fn virtual_tables(&mut self) -> Result<Vec<VirtualTable>> {
        let mut tables = self.below.catalogue().virtual_tables()?;
        if self.has_begun {
            tables.retain(|table| !self.is_touched(&table.name));
            tables.extend(self.memory.virtual_tables()?);
        }
        Ok(tables)
    }
    fn primary_key_has_autoincrement(&mut self, table_name: &str) -> Result<bool> {
        if self.is_above(table_name) {
            return self.memory.primary_key_has_autoincrement(table_name);
        }
        self.below.catalogue().primary_key_has_autoincrement(table_name)
    }
}
