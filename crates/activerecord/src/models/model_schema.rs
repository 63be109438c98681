//! model_schema.rb, with the keys of attribute_methods/primary_key.rb and the base class of inheritance.rb: which table a
//! model speaks to, which columns it has.

mod class_settings;
mod columns;
mod names;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use adapters::column::Column;
use indexmap::IndexMap;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, Symbol, Value, method};

pub(crate) use class_settings::{
    add_counter_cache_column, all_readonly_attributes, enumerates_columns, implicit_order_columns, inheritance_column,
    is_left_out_of_updates, is_readonly_attribute, record_timestamps, skip_time_zone_conversion_for_attributes,
    time_zone_aware_attributes,
};
pub(crate) use columns::{forget_columns, load_schema};
pub(crate) use names::{primary_key, required_table_name, said_name, table_name};

use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_set::{Attribute, AttributeType, Shape};
use crate::models::scoping::{CurrentScope, DefaultScope};
use class_settings::{
    attr_readonly, columns_of_model, ignored_columns, implicit_order_column, is_counter_cache_column,
    is_time_zone_aware, only_columns, readonly_attributes, reset_sequence_name, sequence_name, set_ignored_columns,
    set_implicit_order_column, set_inheritance_column, set_only_columns, set_record_timestamps, set_sequence_name,
    set_skip_time_zone_conversion, set_time_zone_aware_attributes,
};
use columns::{
    attribute_names, attribute_types, column_defaults, column_for_attribute, column_names, columns, columns_hash,
    content_columns, has_attribute, inspect, reset_column_information, table_exists,
};
use names::{
    affix, get_primary_key, has_composite_primary_key, own_table_name, quoted_primary_key, quoted_table_name,
    reset_primary_key, reset_table_name, set_affix, set_primary_key, set_table_name,
};

/// What a model class knows of itself, its own settings and what was read for it.
#[derive(Default)]
pub(crate) struct ModelSchema {
    /// None: to be computed. `Some(None)`: there is none.
    table_name: RefCell<Option<Option<String>>>,
    /// Whether the class has a method `table_name` of its own, once it was asked.
    defines_table_name: Cell<Option<bool>>,
    primary_key: RefCell<Option<Option<Rc<Key>>>>,
    inheritance_column: RefCell<Option<Option<String>>>,
    pub abstract_class: Cell<bool>,
    record_timestamps: Cell<Option<bool>>,
    time_zone_aware_attributes: Cell<Option<bool>>,
    skip_time_zone_conversion_for_attributes: RefCell<Option<Vec<String>>>,
    ignored_columns: RefCell<Option<Vec<String>>>,
    only_columns: RefCell<Option<Vec<String>>>,
    prefix: RefCell<Option<String>>,
    suffix: RefCell<Option<String>>,
    loaded: RefCell<Option<Rc<Columns>>>,
    /// `attribute`, `enum`, `serialize`: what a type becomes, in the order declared.
    pub decorations: RefCell<Vec<(String, Decoration)>>,
    pub aliases: RefCell<IndexMap<String, String>>,
    pub scopes: RefCell<HashMap<Symbol, Value>>,
    pub associations: RefCell<indexmap::IndexMap<Symbol, Rc<crate::models::reflection::Reflection>>>,
    /// The module in which the methods of associations stand.
    pub association_methods: RefCell<Option<Rc<RClass>>>,
    /// `counter_cached_association_names`
    pub counted: RefCell<Vec<Symbol>>,
    /// `has_and_belongs_to_many`: the association to the table between, and the one through it.
    pub joined: RefCell<Vec<(Symbol, Symbol)>>,
    pub default_scopes: RefCell<Vec<DefaultScope>>,
    /// While a default scope of the class is made.
    pub ignores_default_scope: Cell<bool>,
    pub query_constraints: RefCell<Option<Vec<String>>>,
    /// The chains of events for which this class has more than its superclass.
    pub callbacks: RefCell<HashMap<String, crate::models::callbacks::Chain>>,
    pub subclasses: RefCell<Vec<Weak<RClass>>>,
    pub locking_column: RefCell<Option<String>>,
    pub lock_optimistically: Cell<Option<bool>>,
    pub readonly_attributes: RefCell<Vec<String>>,
    /// What `belongs_to .. counter_cache:` of other models counts in.
    counter_cache_columns: RefCell<Vec<String>>,
    pub store_full_sti_class: Cell<Option<bool>>,
    table_name_resolver: RefCell<Value>,
    /// How many `no_touching` blocks of the class are running.
    pub no_touching: Cell<usize>,
    /// The relations within whose `scoping` the code runs; innermost last.
    pub scoping: RefCell<Vec<CurrentScope>>,
    pub accessors: RefCell<Option<Rc<RClass>>>,
    pub enums: RefCell<Vec<crate::models::enums::Definition>>,
    /// class_attributes.rs
    pub settings: RefCell<HashMap<String, Value>>,
    /// `sequence_name=`
    sequence_name: RefCell<Option<String>>,
    /// The module in which `active?` and `active!` stand.
    pub enum_methods: RefCell<Option<Rc<RClass>>>,
    /// A column, or a list that ends with nil where the key does not follow.
    implicit_order_column: RefCell<Value>,
    /// `composed_of`: the attributes of each, with what its objects answer for them.
    pub aggregations: RefCell<HashMap<String, Rc<Vec<Vec<String>>>>>,
}

impl NativeData for ModelSchema {}

/// What a model lays around the type of a column.
#[derive(Clone)]
pub(crate) enum Decoration {
    Type(AttributeType, Option<Value>),
    /// A default alone; the type stays the column's.
    Default(Option<Value>),
    Wrap(crate::models::attribute_set::Kind),
}

/// The columns of a model, read once.
pub(crate) struct Columns {
    pub table_name: String,
    pub columns: Rc<Vec<Column>>,
    pub shape: Rc<Shape>,
    pub defaults: Vec<Attribute>,
    /// Procs of `attribute :x, default: -> {}`.
    pub computed_defaults: Vec<(usize, Value)>,
    /// `encrypts`: they are in every INSERT.
    pub encrypted: Vec<usize>,
    pub primary_key: Option<Rc<Key>>,
    /// `composite_query_constraints_list`: what a row is found by.
    pub row_key: Vec<String>,
    /// A method of Active Record's that an attribute would take the place of: no record can be made.
    pub taken: Option<String>,
}

impl Columns {
    /// `define_attribute_methods`, which every record that is made asks for.
    pub(crate) fn check_names(&self, interpreter: &mut Interpreter) -> Eval<()> {
        let Some(method) = &self.taken else { return Ok(()) };
        let message = format!(
            "{method} is defined by Active Record. Check to make sure that you don't have an attribute or method with the \
             same name."
        );
        Err(interpreter.error("ActiveRecord::DangerousAttributeError", message))
    }

    /// None where the table has no such column.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// `Array(primary_key)`
    pub(crate) fn key_columns(&self) -> &[String] {
        self.primary_key.as_ref().map_or(&[], |key| key.columns())
    }

    /// `primary_key`, as conditions name it.
    pub(crate) fn key_value(&self) -> Value {
        self.primary_key.as_ref().map_or_else(|| Value::str(""), |key| key.to_value())
    }

    /// Whether the primary key has more than one column.
    pub(crate) fn is_composite(&self) -> bool {
        self.primary_key.as_ref().is_some_and(|key| key.is_composite())
    }
}

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method(
        "table_name",
        |i, this, _| {
            let class = class(i, this)?;
            Ok(own_table_name(i, &class)?.into())
        },
        0..=0,
    ),
    method("table_name=", set_table_name, 1..=1),
    method("quoted_table_name", quoted_table_name, 0..=0),
    method(
        "primary_key",
        |i, this, _| {
            let class = class(i, this)?;
            Ok(primary_key(i, &class)?.map(|key| key.to_value()).into())
        },
        0..=0,
    ),
    method("primary_key=", set_primary_key, 1..=1),
    method("composite_primary_key?", has_composite_primary_key, 0..=0),
    method("quoted_primary_key", quoted_primary_key, 0..=0),
    method("inheritance_column", |i, this, _| Ok(inheritance_column(&class(i, this)?).into()), 0..=0),
    method("inheritance_column=", set_inheritance_column, 1..=1),
    method("ignored_columns", ignored_columns, 0..=0),
    method("ignored_columns=", set_ignored_columns, 1..=1),
    method("only_columns", only_columns, 0..=0),
    method("only_columns=", set_only_columns, 1..=1),
    method("counter_cache_column?", is_counter_cache_column, 1..=1),
    method("table_exists?", table_exists, 0..=0),
    method("columns", columns, 0..=0),
    method("columns_hash", columns_hash, 0..=0),
    method("get_primary_key", get_primary_key, 1..=1),
    method("column_names", column_names, 0..=0),
    method("attribute_names", attribute_names, 0..=0),
    method("attribute_types", attribute_types, 0..=0),
    method("content_columns", content_columns, 0..=0),
    method("column_defaults", column_defaults, 0..=0),
    method("column_for_attribute", column_for_attribute, 1..=1),
    method("has_attribute?", has_attribute, 1..=1),
    method("reset_column_information", reset_column_information, 0..=0),
    method(
        "load_schema",
        |i, this, _| {
            let class = class(i, this)?;
            load_schema(i, &class).map(|_| Value::Nil)
        },
        0..=0,
    ),
    method("reset_table_name", reset_table_name, 0..=0),
    method("abstract_class", abstract_class, 0..=0),
    method("abstract_class?", abstract_class, 0..=0),
    method("abstract_class=", set_abstract_class, 1..=1),
    method(
        "base_class",
        |i, this, _| {
            let class = class(i, this)?;
            Ok(Value::Class(base_class(&class)))
        },
        0..=0,
    ),
    method("base_class?", is_base_class, 0..=0),
    method("descends_from_active_record?", descends_from_active_record, 0..=0),
    method("finder_needs_type_condition?", needs_type_condition, 0..=0),
    method("attr_readonly", attr_readonly, 0..=16),
    method("readonly_attributes", readonly_attributes, 0..=0),
    method("no_touching", no_touching, 0..=0),
    method("_refuse", refuse, 1..=1),
    method("_table_name_resolver=", set_table_name_resolver, 1..=1),
    method("record_timestamps", |i, this, _| Ok(record_timestamps(&class(i, this)?).into()), 0..=0),
    method("record_timestamps?", |i, this, _| Ok(record_timestamps(&class(i, this)?).into()), 0..=0),
    method("record_timestamps=", set_record_timestamps, 1..=1),
    method("table_name_prefix", |i, this, _| affix(i, this, true), 0..=0),
    method("table_name_suffix", |i, this, _| affix(i, this, false), 0..=0),
    method("table_name_prefix=", |i, this, args| set_affix(i, this, &args, true), 1..=1),
    method("table_name_suffix=", |i, this, args| set_affix(i, this, &args, false), 1..=1),
    method("sequence_name", sequence_name, 0..=0),
    method("sequence_name=", set_sequence_name, 1..=1),
    method("reset_sequence_name", reset_sequence_name, 0..=0),
    method("reset_primary_key", reset_primary_key, 0..=0),
    method("implicit_order_column", implicit_order_column, 0..=0),
    method("implicit_order_column=", set_implicit_order_column, 1..=1),
    method("time_zone_aware_attributes", is_time_zone_aware, 0..=0),
    method("time_zone_aware_attributes?", is_time_zone_aware, 0..=0),
    method("time_zone_aware_attributes=", set_time_zone_aware_attributes, 1..=1),
    method("skip_time_zone_conversion_for_attributes=", set_skip_time_zone_conversion, 1..=1),
    method("inspect", inspect, 0..=0),
];

/// The model that a singleton method was called on.
pub(crate) fn class(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RClass>> {
    match this {
        Value::Class(class) => Ok(Rc::clone(class)),
        _ => Err(interpreter.type_error("not a class")),
    }
}

/// `ActiveRecord::Base`
pub(crate) fn base(interpreter: &mut Interpreter) -> Rc<RClass> {
    interpreter.class_at("ActiveRecord::Base")
}

/// Whether it is `ActiveRecord::Base` itself, which has no table.
pub(crate) fn is_base(class: &Rc<RClass>) -> bool {
    class.is_named("ActiveRecord::Base")
}

/// A class' own data, made when first asked for.
pub(crate) fn schema(class: &Rc<RClass>) -> Rc<ModelSchema> {
    if let Some(schema) = class.data::<ModelSchema>() {
        return schema;
    }
    let schema = Rc::new(ModelSchema::default());
    *class.data.borrow_mut() = Some(Rc::clone(&schema) as Rc<dyn NativeData>);
    schema
}

/// The class and its superclasses up to Base, nearest first.
pub(crate) fn lineage(class: &Rc<RClass>) -> Vec<Rc<RClass>> {
    ascending(class).collect()
}

/// What the nearest class of the lineage answers: of an attribute, what is said of it last.
pub(crate) fn nearest<T>(class: &Rc<RClass>, own: impl Fn(&Rc<RClass>) -> Option<T>) -> Option<T> {
    ascending(class).find_map(|class| own(&class))
}

fn ascending(class: &Rc<RClass>) -> impl Iterator<Item = Rc<RClass>> {
    let above = |class: &Rc<RClass>| if is_base(class) { None } else { class.superclass() };
    std::iter::successors(Some(Rc::clone(class)), above)
}

/// Every class below, parents first.
pub(crate) fn descendants(class: &Rc<RClass>) -> Vec<Rc<RClass>> {
    let mut out = Vec::new();
    for subclass in schema(class).subclasses.borrow().iter().filter_map(Weak::upgrade) {
        out.push(Rc::clone(&subclass));
        out.extend(descendants(&subclass));
    }
    out
}

/// What the parts written in Ruby do not have.
fn refuse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let what = interpreter.to_s(&args.first())?;
    Err(interpreter.unsupported(format!("{what} is not supported yet")))
}

/// The join model of `has_and_belongs_to_many` learns its table's name when it is first asked.
fn set_table_name_resolver(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    *schema(&class).table_name_resolver.borrow_mut() = args.first();
    Ok(args.first())
}

/// no_touching.rb
fn no_touching(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let Some(block) = args.block else { return Err(crate::ground::calls::no_block(interpreter)) };
    let schema = schema(&class);
    schema.no_touching.set(schema.no_touching.get() + 1);
    let outcome = interpreter.call_block(&block, Args::none());
    schema.no_touching.set(schema.no_touching.get() - 1);
    outcome
}

/// Whether a `no_touching` block of the record's class, or of one above it, is running.
pub(crate) fn applied_no_touching(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    let class = interpreter.class_of(this);
    Ok(lineage(&class).iter().any(|class| schema(class).no_touching.get() > 0))
}

/// `base_class`: the class that the table is named after.
pub(crate) fn base_class(class: &Rc<RClass>) -> Rc<RClass> {
    match class.superclass() {
        _ if is_base(class) => Rc::clone(class),
        Some(superclass) if is_base(&superclass) || schema(&superclass).abstract_class.get() => Rc::clone(class),
        Some(superclass) => base_class(&superclass),
        None => Rc::clone(class),
    }
}

fn is_base_class(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(Rc::ptr_eq(&base_class(&class), &class).into())
}

fn abstract_class(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let is_abstract = schema(&class).abstract_class.get();
    // Nobody said that Base is.
    let asked = interpreter.called_name().is_some_and(|name| name.is("abstract_class?"));
    Ok(if asked || is_abstract { is_abstract.into() } else { Value::Nil })
}

fn set_abstract_class(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).abstract_class.set(args.first().truthy());
    Ok(args.first())
}

fn is_direct_descendant(class: &Rc<RClass>) -> bool {
    is_base(class) || Rc::ptr_eq(&base_class(class), class)
}

fn descends_from_active_record(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok((!has_type_condition(interpreter, &class)?).into())
}

fn needs_type_condition(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(has_type_condition(interpreter, &class)?.into())
}

/// `finder_needs_type_condition?`
pub(crate) fn has_type_condition(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<bool> {
    if is_direct_descendant(class) || schema(class).abstract_class.get() {
        return Ok(false);
    }
    let Some(column) = inheritance_column(class) else { return Ok(false) };
    Ok(load_schema(interpreter, class)?.column(&column).is_some())
}
