//! What a schema statement is about to create: abstract/schema_definitions.rb, with the fields that the adapters' own
//! definitions add. `Table`, what `change_table` yields, is not here: it only calls the connection, and lives where Ruby does.
//! A definition never holds the adapter; what Rails asks of `@conn` is asked of the adapter passed in.

use std::fmt;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::abstract_adapter::SchemaDefinitions;
use crate::types::Type;
use crate::{Arg, Error, Options, Result};

mod constraint_definitions;
mod index_definition;
mod reference_definition;

pub use constraint_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, UniqueConstraintDefinition,
};
pub use index_definition::IndexDefinition;
pub use reference_definition::ReferenceDefinition;

/// `ColumnDefinition::OPTION_NAMES`, which every adapter knows.
pub const COLUMN_OPTION_NAMES: [&str; 10] = [
    "limit",
    "precision",
    "scale",
    "default",
    "null",
    "collation",
    "comment",
    "primary_key",
    "if_exists",
    "if_not_exists",
];

/// A column about to be; `type` is a symbol unless `*_for_alter` was given something else.
#[derive(Clone, Debug)]
pub struct ColumnDefinition {
    pub name: String,
    pub r#type: Arg,
    pub options: Options,
    pub sql_type: Option<String>,
    pub cast_type: Option<Type>,
    /// What stands behind DEFAULT, once the column is SQL.
    pub default_sql: Option<String>,
}

impl ColumnDefinition {
    /// `type` is a symbol or a text; its SQL is made when the statement is.
    pub fn new(name: impl Into<String>, r#type: Arg, options: Options) -> Self {
        Self { name: name.into(), r#type, options, sql_type: None, cast_type: None, default_sql: None }
    }

    /// `primary_key?`: as an option says, whatever the type is.
    pub fn is_primary_key(&self) -> bool {
        self.options.get("primary_key").is_truthy()
    }
}

/// ADD COLUMN of an ALTER TABLE.
#[derive(Clone, Debug)]
pub struct AddColumnDefinition {
    pub column: ColumnDefinition,
}

/// `change_column`: the column as it is to be, under the name that it has.
#[derive(Clone, Debug)]
pub struct ChangeColumnDefinition {
    pub column: ColumnDefinition,
    pub name: String,
}

/// `change_column_default`: the column as it is, and its new default.
#[derive(Clone, Debug)]
pub struct ChangeColumnDefaultDefinition {
    pub column: crate::column::Column,
    pub default: Arg,
    /// As it is sent; none drops it.
    pub default_sql: Option<String>,
}

/// CREATE INDEX: the index, and how it is to be made.
#[derive(Clone, Debug)]
pub struct CreateIndexDefinition {
    pub index: IndexDefinition,
    pub algorithm: Option<String>,
    pub if_not_exists: bool,
}

/// PRIMARY KEY over these columns.
#[derive(Clone, Debug, PartialEq)]
pub struct PrimaryKeyDefinition {
    pub name: Vec<String>,
}

/// What a definition of an older migration version does differently: the modules that migration/compatibility.rb prepends.
/// Each method may change what it is given; the defaults change nothing.
pub trait CompatibleTableDefinition: fmt::Debug {
    fn column(&self, _name: &str, _type: &mut Arg, _options: &mut Options) {}
    fn new_column_definition(&self, _name: &str, _type: &mut Arg, _options: &mut Options) {}
    fn change(&self, _name: &str, _type: &mut Arg, _options: &mut Options) {}
    fn primary_key(&self, _name: &str, _type: &mut Arg, _options: &mut Options) {}
    fn index(&self, _table_name: &str, _column_name: &Arg, _options: &mut Options) {}
    fn references(&self, _options: &mut Options) {}
    fn timestamps(&self, _options: &mut Options) {}
    fn raises_on_duplicate_column(&self) -> bool {
        true
    }
}

/// `create_table`'s `t`, in every adapter's shape.
#[derive(Clone, Debug)]
pub struct TableDefinition {
    pub name: String,
    pub temporary: bool,
    pub if_not_exists: bool,
    pub options: Option<String>,
    pub r#as: Option<String>,
    pub comment: Option<String>,
    pub columns_hash: IndexMap<String, ColumnDefinition>,
    /// Columns and options of each.
    pub indexes: Vec<(Arg, Options)>,
    pub foreign_keys: Vec<ForeignKeyDefinition>,
    pub check_constraints: Vec<CheckConstraintDefinition>,
    pub primary_keys: Option<PrimaryKeyDefinition>,
    /// MySQL's.
    pub charset: Option<String>,
    pub collation: Option<String>,
    /// PostgreSQL's.
    pub exclusion_constraints: Vec<ExclusionConstraintDefinition>,
    pub unique_constraints: Vec<UniqueConstraintDefinition>,
    pub unlogged: bool,
    pub compatibility: Option<Rc<dyn CompatibleTableDefinition>>,
}

impl TableDefinition {
    /// `TableDefinition.new(conn, name, **options)`; options it has no keyword for are dropped, as Rails does.
    pub fn new(name: impl Into<String>, options: &Options) -> Self {
        let text = |key: &str| {
            let value = options.get(key);
            value.is_truthy().then(|| value.to_s())
        };
        Self {
            name: name.into(),
            temporary: options.get("temporary").is_truthy(),
            if_not_exists: options.get("if_not_exists").is_truthy(),
            options: text("options"),
            r#as: text("as"),
            comment: text("comment"),
            columns_hash: IndexMap::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            check_constraints: Vec::new(),
            primary_keys: None,
            charset: text("charset"),
            collation: text("collation"),
            exclusion_constraints: Vec::new(),
            unique_constraints: Vec::new(),
            unlogged: false,
            compatibility: None,
        }
    }

    /// What `create_table`'s `id:` and `primary_key:` ask for.
    pub fn set_primary_key<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        table_name: &str,
        id: &Arg,
        primary_key: &Arg,
        mut options: Options,
    ) -> Result<()> {
        if !id.is_truthy() || self.r#as.is_some() {
            return Ok(());
        }
        let primary_key = if primary_key.is_truthy() {
            primary_key.clone()
        } else {
            Arg::Str(adapter.base().default_primary_key(table_name))
        };
        let id = if let Arg::Hash(hash) = id {
            options.update(&hash.except(&["type"]));
            hash.fetch_or("type", Arg::symbol("primary_key"))
        } else {
            id.clone()
        };
        if let Arg::Array(names) = &primary_key {
            self.primary_keys = Some(PrimaryKeyDefinition { name: names.iter().map(Arg::to_s).collect() });
            Ok(())
        } else {
            self.primary_key(adapter, &primary_key.to_s(), &id, options)
        }
    }

    /// In the order in which they were named.
    pub fn columns(&self) -> impl Iterator<Item = &ColumnDefinition> {
        self.columns_hash.values()
    }

    /// `t[name]`
    pub fn get(&self, name: &str) -> Option<&ColumnDefinition> {
        self.columns_hash.get(name)
    }

    /// The column of this name, to be changed before the statement is made.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut ColumnDefinition> {
        self.columns_hash.get_mut(name)
    }

    /// `primary_key`
    pub fn primary_key<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        name: &str,
        r#type: &Arg,
        mut options: Options,
    ) -> Result<()> {
        let mut r#type = r#type.clone();
        if let Some(compatibility) = self.compatibility.clone() {
            compatibility.primary_key(name, &mut r#type, &mut options);
        }
        adapter.table_definition_primary_key(name, &r#type, &mut options);
        options.insert("primary_key", true);
        self.column(adapter, name, &r#type, options)
    }

    /// `column`: refuses a name that is there already, and what else Rails refuses.
    pub fn column<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        name: &str,
        r#type: &Arg,
        mut options: Options,
    ) -> Result<()> {
        let mut r#type = r#type.clone();
        if let Some(compatibility) = self.compatibility.clone() {
            compatibility.column(name, &mut r#type, &mut options);
        }
        let index = options.delete("index");
        if r#type.is_truthy() {
            r#type = r#type.to_sym()?;
        }
        self.raise_on_duplicate_column(name)?;
        let definition = self.new_column_definition(adapter, name, &r#type, options)?;
        self.columns_hash.insert(name.to_owned(), definition);
        self.index_of_column(name, index);
        Ok(())
    }

    /// SQLite's `change_column`: another definition in the old one's place.
    pub fn change_column<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        name: &str,
        r#type: &Arg,
        mut options: Options,
    ) -> Result<()> {
        let index = options.delete("index");
        let r#type = if r#type.is_truthy() { r#type.to_sym()? } else { r#type.clone() };
        let definition = self.new_column_definition(adapter, name, &r#type, options)?;
        self.columns_hash.insert(name.to_owned(), definition);
        self.index_of_column(name, index);
        Ok(())
    }

    fn index_of_column(&mut self, name: &str, index: Arg) {
        match index {
            Arg::Hash(options) => self.index(&Arg::str(name), options),
            index if index.is_truthy() => self.index(&Arg::str(name), Options::new()),
            _ => {}
        }
    }

    /// `remove_column`
    pub fn remove_column(&mut self, name: &str) {
        self.columns_hash.shift_remove(name);
    }

    /// `index`: made after the table, or within it where the adapter can.
    pub fn index(&mut self, column_name: &Arg, mut options: Options) {
        if let Some(compatibility) = &self.compatibility {
            compatibility.index(&self.name, column_name, &mut options);
        }
        self.indexes.push((column_name.clone(), options));
    }

    /// `foreign_key`
    pub fn foreign_key<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        to_table: &str,
        options: &Options,
    ) -> Result<()> {
        let definition = self.new_foreign_key_definition(adapter, to_table, options)?;
        self.foreign_keys.push(definition);
        Ok(())
    }

    /// `check_constraint`
    pub fn check_constraint<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        expression: &str,
        options: &Options,
    ) -> Result<()> {
        let definition = self.new_check_constraint_definition(adapter, expression, options)?;
        self.check_constraints.push(definition);
        Ok(())
    }

    /// `timestamps`: `created_at` and `updated_at`, NOT NULL unless told otherwise.
    pub fn timestamps<A: SchemaDefinitions + ?Sized>(&mut self, adapter: &A, mut options: Options) -> Result<()> {
        if let Some(compatibility) = &self.compatibility {
            compatibility.timestamps(&mut options);
        }
        set_timestamps_options(adapter, &mut options);
        self.column(adapter, "created_at", &Arg::symbol("datetime"), options.clone())?;
        self.column(adapter, "updated_at", &Arg::symbol("datetime"), options)
    }

    /// `t.references(*names, **options)`
    pub fn references<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        names: &[Arg],
        mut options: Options,
    ) -> Result<()> {
        if let Some(compatibility) = &self.compatibility {
            compatibility.references(&mut options);
        }
        adapter.table_definition_references(&mut options);
        for name in names {
            ReferenceDefinition::new(name, &options)?.add_to(self, adapter)?;
        }
        Ok(())
    }

    /// What every adapter's `new_column_definition` begins with; the adapter does the rest.
    pub fn new_column_definition<A: SchemaDefinitions + ?Sized>(
        &self,
        adapter: &A,
        name: &str,
        r#type: &Arg,
        mut options: Options,
    ) -> Result<ColumnDefinition> {
        let mut r#type = r#type.clone();
        if let Some(compatibility) = &self.compatibility {
            compatibility.new_column_definition(name, &mut r#type, &mut options);
        }
        adapter.new_column_definition(name, &r#type, options)
    }

    /// `new_foreign_key_definition`, with the prefix and suffix of the tables' names.
    pub fn new_foreign_key_definition<A: SchemaDefinitions + ?Sized>(
        &self,
        adapter: &A,
        to_table: &str,
        options: &Options,
    ) -> Result<ForeignKeyDefinition> {
        let naming = &adapter.base().naming;
        let to_table = format!("{}{to_table}{}", naming.table_name_prefix, naming.table_name_suffix);
        let options = adapter.foreign_key_options(&self.name, &to_table, options)?;
        Ok(ForeignKeyDefinition { from_table: self.name.clone(), to_table, options })
    }

    /// `new_check_constraint_definition`, with the name that Rails gives it.
    pub fn new_check_constraint_definition<A: SchemaDefinitions + ?Sized>(
        &self,
        adapter: &A,
        expression: &str,
        options: &Options,
    ) -> Result<CheckConstraintDefinition> {
        let options = adapter.check_constraint_options(&self.name, expression, options);
        Ok(CheckConstraintDefinition { table_name: self.name.clone(), expression: expression.to_owned(), options })
    }

    fn raise_on_duplicate_column(&self, name: &str) -> Result<()> {
        if self.compatibility.as_ref().is_some_and(|compatibility| !compatibility.raises_on_duplicate_column()) {
            return Ok(());
        }
        match self.columns_hash.get(name) {
            None => Ok(()),
            Some(column) if column.is_primary_key() => Err(Error::argument(format!(
                "you can't redefine the primary key column '{name}' on '{}'. To define a custom primary key, pass {{ id: false }} to create_table.",
                self.name
            ))),
            Some(_) => {
                Err(Error::argument(format!("you can't define an already defined column '{name}' on '{}'.", self.name)))
            }
        }
    }
}

/// What `timestamps`, `add_timestamps` and `add_timestamps_for_alter` do to their options.
pub fn set_timestamps_options<A: SchemaDefinitions + ?Sized>(adapter: &A, options: &mut Options) {
    if options.get("null").is_nil() {
        options.insert("null", false);
    }
    if !options.key("precision") && adapter.supports_datetime_with_precision() {
        options.insert("precision", 6);
    }
}

/// `TableDefinition#new_column_definition` of the abstract adapter, what an override's `super` is.
pub fn new_column_definition<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    name: &str,
    r#type: &Arg,
    mut options: Options,
) -> Result<ColumnDefinition> {
    let mut r#type = r#type.clone();
    let integer_like = r#type.is_symbol("integer") || r#type.is_symbol("bigint");
    if options.get("primary_key").is_truthy() && integer_like && !options.key("default") {
        r#type = adapter.integer_like_primary_key_type(&r#type, &mut options);
    }
    r#type = adapter.aliased_types(r#type);
    if adapter.supports_datetime_with_precision() && r#type.is_symbol("datetime") && !options.key("precision") {
        options.insert("precision", 6);
    }
    options.or_insert("primary_key", || Arg::Bool(r#type.is_symbol("primary_key")));
    if options.get("primary_key").is_truthy() {
        options.insert("null", false);
    }
    create_column_definition(adapter, name, r#type, options)
}

fn create_column_definition<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    name: &str,
    r#type: Arg,
    options: Options,
) -> Result<ColumnDefinition> {
    if !options.get("_skip_validate_options").is_truthy() {
        options
            .except(&["_uses_legacy_reference_index_name", "_skip_validate_options"])
            .assert_valid_keys(&adapter.valid_column_definition_options())?;
    }
    Ok(ColumnDefinition::new(name, r#type, options))
}

/// The parts of an ALTER TABLE.
#[derive(Clone, Debug)]
pub struct AlterTable {
    pub td: TableDefinition,
    pub adds: Vec<AddColumnDefinition>,
    pub foreign_key_adds: Vec<ForeignKeyDefinition>,
    pub foreign_key_drops: Vec<String>,
    pub check_constraint_adds: Vec<CheckConstraintDefinition>,
    pub check_constraint_drops: Vec<String>,
    pub constraint_drops: Vec<String>,
    /// PostgreSQL's.
    pub constraint_validations: Vec<String>,
    pub exclusion_constraint_adds: Vec<ExclusionConstraintDefinition>,
    pub unique_constraint_adds: Vec<UniqueConstraintDefinition>,
}

impl AlterTable {
    /// `td` is how the table's new columns are made.
    pub fn new(td: TableDefinition) -> Self {
        Self {
            td,
            adds: Vec::new(),
            foreign_key_adds: Vec::new(),
            foreign_key_drops: Vec::new(),
            check_constraint_adds: Vec::new(),
            check_constraint_drops: Vec::new(),
            constraint_drops: Vec::new(),
            constraint_validations: Vec::new(),
            exclusion_constraint_adds: Vec::new(),
            unique_constraint_adds: Vec::new(),
        }
    }

    /// The table's, as given.
    pub fn name(&self) -> &str {
        &self.td.name
    }

    /// `add_foreign_key`
    pub fn add_foreign_key<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        to_table: &str,
        options: &Options,
    ) -> Result<()> {
        self.foreign_key_adds.push(self.td.new_foreign_key_definition(adapter, to_table, options)?);
        Ok(())
    }

    /// `add_check_constraint`
    pub fn add_check_constraint<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        expression: &str,
        options: &Options,
    ) -> Result<()> {
        self.check_constraint_adds.push(self.td.new_check_constraint_definition(adapter, expression, options)?);
        Ok(())
    }

    /// `add_column`
    pub fn add_column<A: SchemaDefinitions + ?Sized>(
        &mut self,
        adapter: &A,
        name: &str,
        r#type: &Arg,
        options: Options,
    ) -> Result<()> {
        let r#type = r#type.to_sym()?;
        let column = self.td.new_column_definition(adapter, name, &r#type, options)?;
        self.adds.push(AddColumnDefinition { column });
        Ok(())
    }
}
