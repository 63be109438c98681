//! What a schema statement is about to create: abstract/schema_definitions.rb, with the fields that the adapters' own
//! definitions add. `Table`, what `change_table` yields, is not here: it only calls the connection, and lives where Ruby does.
//! A definition never holds the adapter; what Rails asks of `@conn` is asked of the adapter passed in.

use std::fmt;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::types::Type;
use crate::{Adapter, Arg, Error, Options, Result};

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

/// A column about to be; `type` is a symbol unless `*_for_alter` was given something else.
#[derive(Clone, Debug)]
pub struct ColumnDefinition {
    pub name: String,
    pub r#type: Arg,
    pub options: Options,
    pub sql_type: Option<String>,
    pub cast_type: Option<Type>,
}

impl ColumnDefinition {
    pub fn new(name: impl Into<String>, r#type: Arg, options: Options) -> Self {
        Self { name: name.into(), r#type, options, sql_type: None, cast_type: None }
    }

    pub fn is_primary_key(&self) -> bool {
        self.options.get("primary_key").is_truthy()
    }
}

#[derive(Clone, Debug)]
pub struct AddColumnDefinition {
    pub column: ColumnDefinition,
}

#[derive(Clone, Debug)]
pub struct ChangeColumnDefinition {
    pub column: ColumnDefinition,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct ChangeColumnDefaultDefinition {
    pub column: crate::column::Column,
    pub default: Arg,
}

#[derive(Clone, Debug)]
pub struct CreateIndexDefinition {
    pub index: IndexDefinition,
    pub algorithm: Option<String>,
    pub if_not_exists: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PrimaryKeyDefinition {
    pub name: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ForeignKeyDefinition {
    pub from_table: String,
    pub to_table: String,
    pub options: Options,
}

impl ForeignKeyDefinition {
    pub fn name(&self) -> Option<String> {
        let name = self.options.get("name");
        (!name.is_nil()).then(|| name.to_s())
    }

    /// A name, or an array of them.
    pub fn column(&self) -> &Arg {
        self.options.get("column")
    }

    pub fn primary_key(&self) -> Arg {
        let primary_key = self.options.get("primary_key");
        if primary_key.is_truthy() { primary_key.clone() } else { Arg::str("id") }
    }

    pub fn on_delete(&self) -> &Arg {
        self.options.get("on_delete")
    }

    pub fn on_update(&self) -> &Arg {
        self.options.get("on_update")
    }

    pub fn deferrable(&self) -> &Arg {
        self.options.get("deferrable")
    }

    pub fn has_custom_primary_key(&self) -> bool {
        self.options.get("primary_key").as_str() != Some("id")
    }

    pub fn is_validate(&self) -> bool {
        self.options.fetch_or("validate", true).is_truthy()
    }

    /// `export_name_on_schema_dump?`
    pub fn exports_name_on_schema_dump(&self) -> bool {
        self.name().is_some_and(|name| !is_generated_name(&name, "fk_rails_"))
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

#[derive(Clone, Debug, PartialEq)]
pub struct CheckConstraintDefinition {
    pub table_name: String,
    pub expression: String,
    pub options: Options,
}

impl CheckConstraintDefinition {
    pub fn name(&self) -> Option<String> {
        let name = self.options.get("name");
        (!name.is_nil()).then(|| name.to_s())
    }

    pub fn is_validate(&self) -> bool {
        self.options.fetch_or("validate", true).is_truthy()
    }

    pub fn exports_name_on_schema_dump(&self) -> bool {
        self.name().is_some_and(|name| !is_generated_name(&name, "chk_rails_"))
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

/// SchemaDumper's `fk_ignore_pattern` and `chk_ignore_pattern`: `/^fk_rails_[0-9a-f]{10}$/`.
fn is_generated_name(name: &str, prefix: &str) -> bool {
    name.lines().any(|line| {
        line.strip_prefix(prefix).is_some_and(|hash| {
            hash.len() == 10 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        })
    })
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
    pub fn set_primary_key<A: Adapter + ?Sized>(
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

    pub fn columns(&self) -> impl Iterator<Item = &ColumnDefinition> {
        self.columns_hash.values()
    }

    /// `t[name]`
    pub fn get(&self, name: &str) -> Option<&ColumnDefinition> {
        self.columns_hash.get(name)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut ColumnDefinition> {
        self.columns_hash.get_mut(name)
    }

    pub fn primary_key<A: Adapter + ?Sized>(
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

    pub fn column<A: Adapter + ?Sized>(
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
            r#type = Arg::Symbol(r#type.to_s());
        }
        self.raise_on_duplicate_column(name)?;
        let definition = self.new_column_definition(adapter, name, &r#type, options)?;
        self.columns_hash.insert(name.to_owned(), definition);
        self.index_of_column(name, index);
        Ok(())
    }

    /// SQLite's `change_column`: another definition in the old one's place.
    pub fn change_column<A: Adapter + ?Sized>(
        &mut self,
        adapter: &A,
        name: &str,
        r#type: &Arg,
        mut options: Options,
    ) -> Result<()> {
        let index = options.delete("index");
        let r#type = if r#type.is_truthy() { Arg::Symbol(r#type.to_s()) } else { r#type.clone() };
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

    pub fn remove_column(&mut self, name: &str) {
        self.columns_hash.shift_remove(name);
    }

    pub fn index(&mut self, column_name: &Arg, mut options: Options) {
        if let Some(compatibility) = &self.compatibility {
            compatibility.index(&self.name, column_name, &mut options);
        }
        self.indexes.push((column_name.clone(), options));
    }

    pub fn foreign_key<A: Adapter + ?Sized>(&mut self, adapter: &A, to_table: &str, options: &Options) -> Result<()> {
        let definition = self.new_foreign_key_definition(adapter, to_table, options)?;
        self.foreign_keys.push(definition);
        Ok(())
    }

    pub fn check_constraint<A: Adapter + ?Sized>(
        &mut self,
        adapter: &A,
        expression: &str,
        options: &Options,
    ) -> Result<()> {
        let definition = self.new_check_constraint_definition(adapter, expression, options)?;
        self.check_constraints.push(definition);
        Ok(())
    }

    pub fn timestamps<A: Adapter + ?Sized>(&mut self, adapter: &A, mut options: Options) -> Result<()> {
        if let Some(compatibility) = &self.compatibility {
            compatibility.timestamps(&mut options);
        }
        set_timestamps_options(adapter, &mut options);
        self.column(adapter, "created_at", &Arg::symbol("datetime"), options.clone())?;
        self.column(adapter, "updated_at", &Arg::symbol("datetime"), options)
    }

    /// `t.references(*names, **options)`
    pub fn references<A: Adapter + ?Sized>(&mut self, adapter: &A, names: &[Arg], mut options: Options) -> Result<()> {
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
    pub fn new_column_definition<A: Adapter + ?Sized>(
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

    pub fn new_foreign_key_definition<A: Adapter + ?Sized>(
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

    pub fn new_check_constraint_definition<A: Adapter + ?Sized>(
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
pub fn set_timestamps_options<A: Adapter + ?Sized>(adapter: &A, options: &mut Options) {
    if options.get("null").is_nil() {
        options.insert("null", false);
    }
    if !options.key("precision") && adapter.supports_datetime_with_precision() {
        options.insert("precision", 6);
    }
}

/// `TableDefinition#new_column_definition` of the abstract adapter, what an override's `super` is.
pub fn new_column_definition<A: Adapter + ?Sized>(
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

fn create_column_definition<A: Adapter + ?Sized>(
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

    pub fn name(&self) -> &str {
        &self.td.name
    }

    pub fn add_foreign_key<A: Adapter + ?Sized>(
        &mut self,
        adapter: &A,
        to_table: &str,
        options: &Options,
    ) -> Result<()> {
        self.foreign_key_adds.push(self.td.new_foreign_key_definition(adapter, to_table, options)?);
        Ok(())
    }

    pub fn add_check_constraint<A: Adapter + ?Sized>(
        &mut self,
        adapter: &A,
        expression: &str,
        options: &Options,
    ) -> Result<()> {
        self.check_constraint_adds.push(self.td.new_check_constraint_definition(adapter, expression, options)?);
        Ok(())
    }

    pub fn add_column<A: Adapter + ?Sized>(
        &mut self,
        adapter: &A,
        name: &str,
        r#type: &Arg,
        options: Options,
    ) -> Result<()> {
        let r#type = Arg::Symbol(r#type.to_s());
        let column = self.td.new_column_definition(adapter, name, &r#type, options)?;
        self.adds.push(AddColumnDefinition { column });
        Ok(())
    }
}

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
    pub fn add<A: Adapter + ?Sized>(&self, table_name: &str, adapter: &mut A) -> Result<()> {
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
    pub fn add_to<A: Adapter + ?Sized>(&self, table: &mut TableDefinition, adapter: &A) -> Result<()> {
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

    fn foreign_table_name<A: Adapter + ?Sized>(&self, adapter: &A) -> String {
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
