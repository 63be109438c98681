//! A catalogue that several hold: each question goes to the one, which is told of which table it is.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Catalogue, DataSource, EnumType, KeySequence, TypeRow, TypesWanted, VirtualTable};
use crate::column::Column;
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::{Arg, Dialect, Options, Result};

impl<C: Catalogue + ?Sized> Catalogue for Rc<RefCell<C>> {
    fn dialect(&self) -> Dialect {
        self.borrow().dialect()
    }
    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        self.borrow_mut().data_source_names(name, kind)
    }
    fn data_sources(&mut self) -> Result<Vec<String>> {
        self.borrow_mut().minds("");
        self.borrow_mut().data_sources()
    }
    fn data_source_exists(&mut self, name: &str) -> Result<bool> {
        self.borrow_mut().minds(name);
        self.borrow_mut().data_source_exists(name)
    }
    fn tables(&mut self) -> Result<Vec<String>> {
        self.borrow_mut().minds("");
        self.borrow_mut().tables()
    }
    fn table_exists(&mut self, table_name: &str) -> Result<bool> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().table_exists(table_name)
    }
    fn views(&mut self) -> Result<Vec<String>> {
        self.borrow_mut().minds("");
        self.borrow_mut().views()
    }
    fn view_exists(&mut self, view_name: &str) -> Result<bool> {
        self.borrow_mut().minds(view_name);
        self.borrow_mut().view_exists(view_name)
    }
    fn has_data_source(&mut self, name: &str, kind: DataSource) -> Result<bool> {
        self.borrow_mut().minds(name);
        self.borrow_mut().has_data_source(name, kind)
    }
    fn table_options(&mut self, table_name: &str) -> Result<Options> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().table_options(table_name)
    }
    fn table_comment(&mut self, table_name: &str) -> Result<Option<String>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().table_comment(table_name)
    }
    fn columns(&mut self, table_name: &str) -> Result<Vec<Column>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().columns(table_name)
    }
    fn column_exists(&mut self, table_name: &str, column_name: &str, r#type: &Arg, options: &Options) -> Result<bool> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().column_exists(table_name, column_name, r#type, options)
    }
    fn column_for(&mut self, table_name: &str, column_name: &str) -> Result<Column> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().column_for(table_name, column_name)
    }
    fn primary_keys(&mut self, table_name: &str) -> Result<Vec<String>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().primary_keys(table_name)
    }
    fn primary_key(&mut self, table_name: &str) -> Result<Arg> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().primary_key(table_name)
    }
    fn indexes(&mut self, table_name: &str) -> Result<Vec<IndexDefinition>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().indexes(table_name)
    }
    fn index_exists(&mut self, table_name: &str, column_name: &Arg, options: &Options) -> Result<bool> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().index_exists(table_name, column_name, options)
    }
    fn index_name_exists(&mut self, table_name: &str, index_name: &str) -> Result<bool> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().index_name_exists(table_name, index_name)
    }
    fn foreign_keys(&mut self, table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().foreign_keys(table_name)
    }
    fn check_constraints(&mut self, table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().check_constraints(table_name)
    }
    fn current_database(&mut self) -> Result<String> {
        self.borrow_mut().current_database()
    }
    fn collation(&mut self) -> Result<Arg> {
        self.borrow_mut().collation()
    }
    fn virtual_column_expression(&mut self, table_name: &str, column: &Column) -> Result<Option<String>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().virtual_column_expression(table_name, column)
    }
    fn charset(&mut self) -> Result<Arg> {
        self.borrow_mut().charset()
    }
    fn show_variable(&mut self, name: &str) -> Result<Arg> {
        self.borrow_mut().minds(name);
        self.borrow_mut().show_variable(name)
    }
    fn table_collation(&mut self, table_name: &str) -> Result<Option<String>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().table_collation(table_name)
    }
    fn full_column_type(&mut self, table_name: &str, column_name: &str) -> Result<Option<String>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().full_column_type(table_name, column_name)
    }
    fn takes_dynamic_row_format(&mut self) -> Result<bool> {
        self.borrow_mut().takes_dynamic_row_format()
    }
    fn exclusion_constraints(&mut self, table_name: &str) -> Result<Vec<ExclusionConstraintDefinition>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().exclusion_constraints(table_name)
    }
    fn unique_constraints(&mut self, table_name: &str) -> Result<Vec<UniqueConstraintDefinition>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().unique_constraints(table_name)
    }
    fn extensions(&mut self) -> Result<Vec<String>> {
        self.borrow_mut().extensions()
    }
    fn extension_available(&mut self, name: &str) -> Result<bool> {
        self.borrow_mut().minds(name);
        self.borrow_mut().extension_available(name)
    }
    fn extension_enabled(&mut self, name: &str) -> Result<bool> {
        self.borrow_mut().minds(name);
        self.borrow_mut().extension_enabled(name)
    }
    fn enum_types(&mut self) -> Result<Vec<EnumType>> {
        self.borrow_mut().enum_types()
    }
    fn schema_exists(&mut self, name: &str) -> Result<bool> {
        self.borrow_mut().minds(name);
        self.borrow_mut().schema_exists(name)
    }
    fn schema_names(&mut self) -> Result<Vec<String>> {
        self.borrow_mut().schema_names()
    }
    fn current_schema(&mut self) -> Result<Option<String>> {
        self.borrow_mut().current_schema()
    }
    fn current_schemas(&mut self) -> Result<Vec<String>> {
        self.borrow_mut().current_schemas()
    }
    fn schema_search_path(&mut self) -> Result<String> {
        self.borrow_mut().schema_search_path()
    }
    fn encoding(&mut self) -> Result<Arg> {
        self.borrow_mut().encoding()
    }
    fn ctype(&mut self) -> Result<Arg> {
        self.borrow_mut().ctype()
    }
    fn foreign_tables(&mut self) -> Result<Vec<String>> {
        self.borrow_mut().foreign_tables()
    }
    fn foreign_table_exists(&mut self, table_name: &str) -> Result<bool> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().foreign_table_exists(table_name)
    }
    fn inherited_table_names(&mut self, table_name: &str) -> Result<Vec<String>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().inherited_table_names(table_name)
    }
    fn table_partition_definition(&mut self, table_name: &str) -> Result<Option<String>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().table_partition_definition(table_name)
    }
    fn serial_sequence(&mut self, table_name: &str, column_name: &str) -> Result<Arg> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().serial_sequence(table_name, column_name)
    }
    fn pk_and_sequence_for(&mut self, table_name: &str) -> Result<Option<KeySequence>> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().pk_and_sequence_for(table_name)
    }
    fn sequence_minimum(&mut self, sequence: &str) -> Result<Arg> {
        self.borrow_mut().sequence_minimum(sequence)
    }
    fn type_oid(&mut self, sql_type: &str) -> Result<Option<u32>> {
        self.borrow_mut().type_oid(sql_type)
    }
    fn type_rows(&mut self, wanted: &TypesWanted) -> Result<Vec<TypeRow>> {
        self.borrow_mut().type_rows(wanted)
    }
    fn virtual_tables(&mut self) -> Result<Vec<VirtualTable>> {
        self.borrow_mut().virtual_tables()
    }
    fn virtual_table_exists(&mut self, table_name: &str) -> Result<bool> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().virtual_table_exists(table_name)
    }
    fn primary_key_has_autoincrement(&mut self, table_name: &str) -> Result<bool> {
        self.borrow_mut().minds(table_name);
        self.borrow_mut().primary_key_has_autoincrement(table_name)
    }
}
