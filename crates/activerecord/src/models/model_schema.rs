//! model_schema.rb, with the keys of attribute_methods/primary_key.rb and the base class of inheritance.rb: which table a
//! model speaks to, which columns it has.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use adapters::column::Column;
use adapters::{Arg, schema_cache};
use indexmap::IndexMap;
use ruby::method::MethodBody;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, Symbol, Value, method};

use crate::connection::column_object;
use crate::ground::arguments;
use crate::ground::state::{state, with_adapter};
use crate::models::attribute_methods;
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_set::{Attribute, AttributeType, Encrypted, Kind, Shape};
use crate::models::scoping::{CurrentScope, DefaultScope};
use crate::models::{class_attributes, query_constraints};

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
    pub fn check_names(&self, interpreter: &mut Interpreter) -> Eval<()> {
        let Some(method) = &self.taken else { return Ok(()) };
        let message = format!(
            "{method} is defined by Active Record. Check to make sure that you don't have an attribute or method with the \
             same name."
        );
        Err(interpreter.error("ActiveRecord::DangerousAttributeError", message))
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// `Array(primary_key)`
    pub fn key_columns(&self) -> &[String] {
        self.primary_key.as_ref().map_or(&[], |key| key.columns())
    }

    /// `primary_key`, as conditions name it.
    pub fn key_value(&self) -> Value {
        self.primary_key.as_ref().map_or_else(|| Value::str(""), |key| key.to_value())
    }

    pub fn is_composite(&self) -> bool {
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

pub(crate) fn class(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RClass>> {
    match this {
        Value::Class(class) => Ok(Rc::clone(class)),
        _ => Err(interpreter.type_error("not a class")),
    }
}

pub(crate) fn base(interpreter: &mut Interpreter) -> Rc<RClass> {
    interpreter.class_at("ActiveRecord::Base")
}

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

fn attr_readonly(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let names = arguments::to_strings(interpreter, &args.positional)?;
    schema(&class).readonly_attributes.borrow_mut().extend(names);
    readonly_attributes(interpreter, this, Args::none())
}

fn readonly_attributes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(arguments::strings_to_value(all_readonly_attributes(&class)))
}

pub(crate) fn all_readonly_attributes(class: &Rc<RClass>) -> Vec<String> {
    let own = |class: Rc<RClass>| schema(&class).readonly_attributes.borrow().clone();
    lineage(class).into_iter().rev().flat_map(own).collect()
}

pub(crate) fn is_readonly_attribute(class: &Rc<RClass>, name: &str) -> bool {
    lineage(class).iter().any(|class| schema(class).readonly_attributes.borrow().iter().any(|other| other == name))
}

pub(crate) fn add_counter_cache_column(class: &Rc<RClass>, name: String) {
    schema(class).counter_cache_columns.borrow_mut().push(name);
}

/// Whether an UPDATE of a record leaves the column out.
pub(crate) fn is_left_out_of_updates(class: &Rc<RClass>, name: &str) -> bool {
    let has = |names: &RefCell<Vec<String>>| names.borrow().iter().any(|other| other == name);
    lineage(class).iter().map(schema).any(|own| has(&own.readonly_attributes) || has(&own.counter_cache_columns))
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

// Names

/// What the class answers, which may define `table_name` itself.
pub(crate) fn table_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<String>> {
    let named = Value::Class(Rc::clone(class));
    let schema = schema(class);
    let defines = schema.defines_table_name.get().unwrap_or_else(|| {
        let found = interpreter.find_method(&interpreter.dispatch_class(&named), Symbol::new("table_name"));
        let defines = found.is_some_and(|method| !matches!(method.body, MethodBody::Native(_)));
        schema.defines_table_name.set(Some(defines));
        defines
    });
    if !defines {
        return own_table_name(interpreter, class);
    }
    let answer = interpreter.call(&named, "table_name", Args::none())?;
    if answer.is_nil() { Ok(None) } else { interpreter.to_s(&answer).map(Some) }
}

/// `table_name` itself.
fn own_table_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<String>> {
    if is_base(class) {
        return Ok(None);
    }
    if let Some(name) = schema(class).table_name.borrow().clone() {
        return Ok(name);
    }
    let resolver = schema(class).table_name_resolver.borrow().clone();
    if let Value::Proc(resolver) = resolver {
        let name = interpreter.call_block(&resolver, Args::none())?;
        let name = interpreter.to_s(&name)?;
        *schema(class).table_name.borrow_mut() = Some(Some(name.clone()));
        return Ok(Some(name));
    }
    let superclass = class.superclass();
    let name = match superclass {
        Some(superclass) if !is_base(&superclass) && schema(&superclass).abstract_class.get() => {
            match table_name(interpreter, &superclass)? {
                Some(name) => Some(name),
                None => Some(compute_table_name(interpreter, class)?),
            }
        }
        _ if schema(class).abstract_class.get() => None,
        _ => Some(compute_table_name(interpreter, class)?),
    };
    *schema(class).table_name.borrow_mut() = Some(name.clone());
    Ok(name)
}

/// What a class says that its name is, which it may define itself; nothing of one that has none.
pub(crate) fn said_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<String> {
    let name = interpreter.call(&Value::Class(Rc::clone(class)), "name", Args::none())?;
    interpreter.to_s(&name)
}

fn compute_table_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<String> {
    let base_class = base_class(class);
    if !Rc::ptr_eq(&base_class, class) {
        return Ok(table_name(interpreter, &base_class)?.unwrap_or_default());
    }
    let full = said_name(interpreter, class)?;
    if full.is_empty() {
        return Err(interpreter.argument_error(
            "Class name cannot be blank. You need to supply a name argument when anonymous class given",
        ));
    }
    let mut contained = String::new();
    if let Some(parent) = parents(interpreter, class).first() {
        let root = base(interpreter);
        if parent.is_subclass_of(&root) && !is_base(parent) && !schema(parent).abstract_class.get() {
            let name = table_name(interpreter, parent)?.unwrap_or_default();
            contained = format!("{}_", interpreter.inflector().singularize(&name));
        }
    }
    let prefix = full_affix(interpreter, class, "table_name_prefix")?;
    let suffix = full_affix(interpreter, class, "table_name_suffix")?;
    let own = full.rsplit("::").next().unwrap_or(&full);
    let element = interpreter.inflector().underscore(own);
    let pluralize = class_attributes::of(class, "pluralize_table_names").truthy();
    let undecorated = if pluralize { interpreter.inflector().pluralize(&element) } else { element };
    Ok(format!("{prefix}{contained}{undecorated}{suffix}"))
}

/// `module_parents` without Object, innermost first.
fn parents(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Vec<Rc<RClass>> {
    let name = class.name();
    let parts: Vec<_> = name.split("::").collect();
    let mut out = Vec::new();
    let mut current = Rc::clone(&interpreter.classes.object);
    for part in &parts[..parts.len() - 1] {
        match current.constant(Symbol::new(part)) {
            Some(Value::Class(inner)) => {
                out.insert(0, Rc::clone(&inner));
                current = inner;
            }
            _ => break,
        }
    }
    out
}

/// The prefix of the nearest module around that has one, else the class' own.
fn full_affix(interpreter: &mut Interpreter, class: &Rc<RClass>, name: &str) -> Eval<String> {
    let migration = interpreter.class_at("ActiveRecord::Migration");
    for parent in parents(interpreter, class) {
        let value = Value::Class(Rc::clone(&parent));
        if !parent.is_subclass_of(&migration) && interpreter.responds_to(&value, name) {
            let affix = interpreter.call(&value, name, Args::none())?;
            return interpreter.to_s(&affix);
        }
    }
    let affix = interpreter.call(&Value::Class(Rc::clone(class)), name, Args::none())?;
    interpreter.to_s(&affix)
}

fn affix(interpreter: &mut Interpreter, this: &Value, prefix: bool) -> Eval {
    let class = class(interpreter, this)?;
    for ancestor in lineage(&class) {
        let schema = schema(&ancestor);
        let own = if prefix { schema.prefix.borrow().clone() } else { schema.suffix.borrow().clone() };
        if let Some(own) = own {
            return Ok(own.into());
        }
    }
    with_adapter(interpreter, |adapter| {
        let naming = &adapter.base().naming;
        Ok(if prefix { naming.table_name_prefix.clone() } else { naming.table_name_suffix.clone() }.into())
    })
}

fn set_affix(interpreter: &mut Interpreter, this: &Value, args: &Args, prefix: bool) -> Eval {
    let class = class(interpreter, this)?;
    let affix = interpreter.to_s(&args.first())?;
    if is_base(&class) {
        with_adapter(interpreter, |adapter| {
            let naming = &mut adapter.base_mut().naming;
            *(if prefix { &mut naming.table_name_prefix } else { &mut naming.table_name_suffix }) = affix;
            Ok(())
        })?;
    } else {
        let schema = schema(&class);
        *(if prefix { &schema.prefix } else { &schema.suffix }).borrow_mut() = Some(affix);
    }
    Ok(args.first())
}

fn set_table_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = if args.first().is_nil() { None } else { Some(interpreter.to_s(&args.first())?) };
    let schema = schema(&class);
    *schema.table_name.borrow_mut() = Some(name);
    forget_columns(&class);
    Ok(args.first())
}

fn reset_table_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).table_name.borrow_mut().take();
    Ok(table_name(interpreter, &class)?.into())
}

/// The table, or TableNotSpecified.
pub(crate) fn required_table_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<String> {
    match table_name(interpreter, class)? {
        Some(name) => Ok(name),
        None => {
            let name = class.name();
            let message = format!("{name} has no table configured. Set one with {name}.table_name=");
            Err(interpreter.error("ActiveRecord::TableNotSpecified", message))
        }
    }
}

fn quoted_table_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = table_name(interpreter, &class)?.unwrap_or_default();
    with_adapter(interpreter, |adapter| Ok(adapter.quote_table_name(&name).into()))
}

fn quoted_primary_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let Some(key) = primary_key(interpreter, &class)? else {
        // `nil.to_s`
        return with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name("").into()));
    };
    let Some(name) = key.column() else {
        return Err(interpreter.unsupported("`quoted_primary_key` of a primary key of several columns"));
    };
    with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name(name).into()))
}

pub(crate) fn primary_key(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<Rc<Key>>> {
    if let Some(primary_key) = schema(class).primary_key.borrow().clone() {
        return Ok(primary_key);
    }
    let base_class = base_class(class);
    if !Rc::ptr_eq(&base_class, class) {
        return primary_key(interpreter, &base_class);
    }
    if let Some(name) = prefixed_primary_key(interpreter, class) {
        let primary_key = Some(Rc::new(Key::Column(name)));
        *schema(class).primary_key.borrow_mut() = Some(primary_key.clone());
        return Ok(primary_key);
    }
    let table = table_name(interpreter, class)?;
    // What has no table has a key all the same.
    let found = with_adapter(interpreter, |adapter| match table {
        Some(table) if schema_cache::data_source_exists(adapter, &table)? => {
            schema_cache::primary_keys(adapter, &table)
        }
        _ => Ok(Arg::str("id")),
    })?;
    let primary_key = match found {
        Arg::Nil => None,
        names @ Arg::Array(_) => Some(Rc::new(Key::Columns(names.to_strings()))),
        name => Some(Rc::new(Key::Column(name.to_s()))),
    };
    *schema(class).primary_key.borrow_mut() = Some(primary_key.clone());
    Ok(primary_key)
}

/// `get_primary_key`, where `primary_key_prefix_type` makes it of the class' name.
fn prefixed_primary_key(interpreter: &Interpreter, class: &Rc<RClass>) -> Option<String> {
    let name = class.name();
    let own = interpreter.inflector().underscore(name.rsplit("::").next().unwrap_or(&name));
    match class_attributes::of(class, "primary_key_prefix_type").as_name()?.as_str() {
        "table_name" => Some(format!("{own}id")),
        "table_name_with_underscore" => Some(format!("{own}_id")),
        _ => None,
    }
}

/// `get_primary_key(base_name)`: by the class' settings, else the table's own.
fn get_primary_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if !args.first().is_nil() {
        let settings = class_attributes::of(&class, "primary_key_prefix_type").as_name().unwrap_or_default();
        let underscored = match settings.as_str() {
            "table_name" => Some(false),
            "table_name_with_underscore" => Some(true),
            _ => None,
        };
        if let Some(underscored) = underscored {
            return interpreter.call(&args.first(), "foreign_key", Args::one(underscored.into()));
        }
    }
    let table = required_table_name(interpreter, &class)?;
    let found = with_adapter(interpreter, |adapter| {
        if schema_cache::data_source_exists(adapter, &table)? {
            schema_cache::primary_keys(adapter, &table)
        } else {
            Ok(adapters::Arg::str("id"))
        }
    })?;
    Ok(crate::ground::arguments::to_value(interpreter, &found))
}

fn reset_primary_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).primary_key.borrow_mut().take();
    forget_columns(&class);
    Ok(primary_key(interpreter, &class)?.map(|key| key.to_value()).into())
}

fn set_primary_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let primary_key = match args.first() {
        Value::Nil | Value::Bool(false) => None,
        key => Some(Rc::new(Key::named(interpreter, &key)?)),
    };
    *schema(&class).primary_key.borrow_mut() = Some(primary_key);
    forget_columns(&class);
    Ok(args.first())
}

fn has_composite_primary_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(primary_key(interpreter, &class)?.is_some_and(|key| key.is_composite()).into())
}

pub(crate) fn inheritance_column(class: &Rc<RClass>) -> Option<String> {
    for ancestor in lineage(class) {
        if let Some(column) = schema(&ancestor).inheritance_column.borrow().clone() {
            return column;
        }
    }
    Some("type".to_owned())
}

fn set_inheritance_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let column = interpreter.to_s(&args.first())?;
    *schema(&class).inheritance_column.borrow_mut() = Some(Some(column));
    Ok(args.first())
}

pub(crate) fn record_timestamps(class: &Rc<RClass>) -> bool {
    nearest(class, |ancestor| schema(ancestor).record_timestamps.get()).unwrap_or(true)
}

/// Whether times are told in `Time.zone`, where a class says so.
pub(crate) fn time_zone_aware_attributes(class: &Rc<RClass>) -> Option<bool> {
    nearest(class, |ancestor| schema(ancestor).time_zone_aware_attributes.get())
}

fn is_time_zone_aware(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let of_application = state(interpreter)?.settings.has_application.get();
    Ok(time_zone_aware_attributes(&class).unwrap_or(of_application).into())
}

fn set_time_zone_aware_attributes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).time_zone_aware_attributes.set(Some(args.first().truthy()));
    Ok(args.first())
}

/// The attributes whose times are left in UTC.
pub(crate) fn skip_time_zone_conversion_for_attributes(class: &Rc<RClass>) -> Vec<String> {
    let own = |ancestor: &Rc<RClass>| schema(ancestor).skip_time_zone_conversion_for_attributes.borrow().clone();
    nearest(class, own).unwrap_or_default()
}

fn set_skip_time_zone_conversion(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let names = match args.first() {
        Value::Array(names) => names.to_vec().iter().filter_map(Value::as_name).collect(),
        _ => Vec::new(),
    };
    *schema(&class).skip_time_zone_conversion_for_attributes.borrow_mut() = Some(names);
    Ok(args.first())
}

fn set_record_timestamps(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).record_timestamps.set(Some(args.first().truthy()));
    Ok(args.first())
}

fn ignored_columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(arguments::strings_to_value(all_ignored_columns(&class)))
}

/// Whether a SELECT names each column, since some are ignored or a setting says so.
pub(crate) fn enumerates_columns(class: &Rc<RClass>) -> bool {
    !all_ignored_columns(class).is_empty()
        || class_attributes::of(class, "enumerate_columns_in_select_statements").truthy()
}

fn all_ignored_columns(class: &Rc<RClass>) -> Vec<String> {
    let own = |class: &Rc<RClass>| schema(class).ignored_columns.borrow().clone();
    nearest(class, own).unwrap_or_default()
}

fn only_columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(arguments::strings_to_value(all_only_columns(&class)))
}

fn all_only_columns(class: &Rc<RClass>) -> Vec<String> {
    let own = |class: &Rc<RClass>| schema(class).only_columns.borrow().clone();
    nearest(class, own).unwrap_or_default()
}

/// Of the two lists a class may have one.
fn listed_columns(
    interpreter: &mut Interpreter,
    args: &Args,
    other: &RefCell<Option<Vec<String>>>,
) -> Eval<Option<Vec<String>>> {
    if other.borrow().as_ref().is_some_and(|other| !other.is_empty()) {
        let message = "You can not use both only_columns and ignored_columns in the same model.";
        return Err(interpreter.argument_error(message));
    }
    let names = crate::ground::arguments::wrap(interpreter, &args.first())?;
    arguments::to_strings(interpreter, &names).map(Some)
}

fn set_only_columns(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let listed = listed_columns(interpreter, &args, &schema(&class).ignored_columns)?;
    *schema(&class).only_columns.borrow_mut() = listed;
    forget_columns(&class);
    Ok(args.first())
}

/// The columns of a table that a model has.
fn columns_of_model(class: &Rc<RClass>, read: Rc<Vec<Column>>) -> Rc<Vec<Column>> {
    let only = all_only_columns(class);
    if !only.is_empty() {
        let named = |name: &String| read.iter().find(|column| column.name == *name).cloned();
        return Rc::new(only.iter().filter_map(named).collect());
    }
    let ignored = all_ignored_columns(class);
    if ignored.is_empty() {
        return read;
    }
    Rc::new(read.iter().filter(|column| !ignored.contains(&column.name)).cloned().collect())
}

fn set_ignored_columns(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let listed = listed_columns(interpreter, &args, &schema(&class).only_columns)?;
    *schema(&class).ignored_columns.borrow_mut() = listed;
    forget_columns(&class);
    Ok(args.first())
}

fn is_counter_cache_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    let has = |class: &Rc<RClass>| schema(class).counter_cache_columns.borrow().contains(&name);
    Ok(lineage(&class).iter().any(has).into())
}

fn implicit_order_column(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(given_order_column(&class))
}

fn given_order_column(class: &Rc<RClass>) -> Value {
    let own = |class: &Rc<RClass>| schema(class).implicit_order_column.borrow().clone();
    lineage(class).iter().map(own).find(|given| !given.is_nil()).unwrap_or_default()
}

/// `Array(implicit_order_column)`
pub(crate) fn implicit_order_columns(class: &Rc<RClass>) -> Vec<Option<String>> {
    match given_order_column(class) {
        Value::Nil => Vec::new(),
        Value::Array(names) => names.to_vec().iter().map(Value::as_name).collect(),
        name => vec![name.as_name()],
    }
}

fn set_implicit_order_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    *schema(&class).implicit_order_column.borrow_mut() = args.first();
    Ok(args.first())
}

fn set_sequence_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    *schema(&class).sequence_name.borrow_mut() = Some(name);
    Ok(args.first())
}

fn reset_sequence_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).sequence_name.borrow_mut().take();
    sequence_name(interpreter, this, args)
}

fn sequence_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    if let Some(name) = nearest(&class, |class| schema(class).sequence_name.borrow().clone()) {
        return Ok(name.into());
    }
    let table = required_table_name(interpreter, &class)?;
    let Some(key) = primary_key(interpreter, &class)? else {
        // `nil.to_s`
        return with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name("").into()));
    };
    let Some(name) = key.column() else { return Ok(Value::Nil) };
    Ok(with_adapter(interpreter, |adapter| adapter.default_sequence_name(&table, name))?.into())
}

// Columns

fn table_exists(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let table = table_name(interpreter, &class)?.unwrap_or_default();
    Ok(with_adapter(interpreter, |adapter| schema_cache::data_source_exists(adapter, &table))?.into())
}

/// Reads the columns, once; and gives the class its accessors.
pub(crate) fn load_schema(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Rc<Columns>> {
    if let Some(columns) = schema(class).loaded.borrow().clone() {
        return Ok(columns);
    }
    let table_name = required_table_name(interpreter, class)?;
    let read = with_adapter(interpreter, |adapter| schema_cache::columns(adapter, &table_name))?;
    let columns = columns_of_model(class, read);
    let primary_key = primary_key(interpreter, class)?;
    let mut names: Vec<Rc<str>> = Vec::new();
    let mut types = Vec::new();
    let mut defaults = Vec::new();
    for column in columns.iter() {
        let cast_type = with_adapter(interpreter, |adapter| column.fetch_cast_type(adapter))?;
        names.push(Rc::from(column.name.as_str()));
        types.push(AttributeType::plain(cast_type));
        defaults.push(Attribute::from_database(column.default.clone()));
    }
    let mut computed_defaults = Vec::new();
    let mut encrypted_places = Vec::new();
    for ancestor in lineage(class).iter().rev() {
        for (name, decoration) in schema(ancestor).decorations.borrow().iter() {
            let index = match names.iter().position(|other| **other == **name) {
                Some(index) => index,
                None => {
                    names.push(Rc::from(name.as_str()));
                    types.push(AttributeType::value());
                    defaults.push(Attribute::without_column());
                    names.len() - 1
                }
            };
            match decoration {
                Decoration::Type(new, default) => {
                    types[index] = new.clone();
                    match default {
                        Some(Value::Proc(block)) => computed_defaults.push((index, Value::Proc(Rc::clone(block)))),
                        Some(default) => {
                            let is_column = index < columns.len();
                            defaults[index] = defaults[index].clone().with_user_default(default.clone(), is_column);
                        }
                        None => {}
                    }
                }
                Decoration::Default(Some(Value::Proc(block))) => {
                    computed_defaults.push((index, Value::Proc(Rc::clone(block))));
                }
                Decoration::Default(Some(default)) => {
                    let is_column = index < columns.len();
                    defaults[index] = defaults[index].clone().with_user_default(default.clone(), is_column);
                }
                Decoration::Default(None) => {}
                Decoration::Wrap(Kind::Encrypted(encrypted)) => {
                    let default = columns.get(index).map_or(Arg::Nil, |column| column.default.clone());
                    let inner = types[index].kind.clone();
                    let encrypted = Encrypted { name: encrypted.name.clone(), default, inner };
                    types[index].kind = Kind::Encrypted(Rc::new(encrypted));
                    encrypted_places.push(index);
                }
                Decoration::Wrap(kind) => decorate(interpreter, class, name, &mut types[index], kind)?,
            }
        }
    }
    for (name, kind) in names.iter().zip(&mut types) {
        if crate::models::optimistic::is_column(class, name) && matches!(kind.kind, Kind::Plain) {
            kind.kind = Kind::Locking;
        }
    }
    crate::models::attribute_set::convert_types(interpreter, class, &names, &mut types)?;
    let shape = Rc::new(Shape::new(names, types));
    if shape.index("id").is_some() && shape.index("id_value").is_none() {
        schema(class).aliases.borrow_mut().insert("id_value".to_owned(), "id".to_owned());
    }
    let encrypted = encrypted_places;
    let names = shape.names.iter().filter(|name| &***name != "id");
    let taken = names.into_iter().find_map(|name| attribute_methods::dangerous::method_of_attribute(name));
    let row_key = query_constraints::columns(interpreter, class)?;
    let columns =
        Columns { table_name, columns, shape, defaults, computed_defaults, encrypted, primary_key, row_key, taken };
    let loaded = Rc::new(columns);
    *schema(class).loaded.borrow_mut() = Some(Rc::clone(&loaded));
    attribute_methods::define_accessors(class, &loaded);
    validate_encrypted_columns(interpreter, class, &loaded)?;
    Ok(loaded)
}

/// `add_length_validation_for_encrypted_columns`
fn validate_encrypted_columns(interpreter: &mut Interpreter, class: &Rc<RClass>, columns: &Columns) -> Eval<()> {
    for column in columns.encrypted.iter().filter_map(|index| columns.columns.get(*index)) {
        let Some(limit) = column.limit() else { continue };
        let options = ruby::RHash::new();
        options.insert_symbol("maximum", Value::Int(limit));
        let args = Args::one(Value::symbol(&column.name)).with_keywords(Some(Rc::new(options)));
        interpreter.call(&Value::Class(Rc::clone(class)), "validates_length_of", args)?;
    }
    Ok(())
}

/// `decorate_attributes`
fn decorate(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    name: &str,
    attribute_type: &mut AttributeType,
    kind: &Kind,
) -> Eval<()> {
    if matches!(attribute_type.kind, Kind::Encrypted(_)) {
        // Nothing but nil gets through, whatever stands outside of the encryption.
        if let Kind::Serialized(serialized) = kind
            && interpreter.call(&serialized.coder, "load", Args::one(Value::Nil))?.is_nil()
        {
            return Ok(());
        }
        return Err(interpreter.unsupported(format!("`encrypts :{name}` before what else the attribute becomes")));
    }
    if attribute_type.custom().is_some() && matches!(kind, Kind::Enum(_) | Kind::Serialized(_)) {
        return Err(
            interpreter.unsupported(format!("`enum` or `serialize` of `{name}`, whose type is written in Ruby"))
        );
    }
    match kind {
        Kind::Enum(_) if attribute_type.cast_type.type_name().is_none() => {
            let message = format!(
                "Undeclared attribute type for enum '{name}' in {}. Enums must be backed by a database column or declared \
                 with an explicit type via `attribute`.",
                class.name()
            );
            return Err(interpreter.error("RuntimeError", message));
        }
        Kind::Serialized(serialized) if serialized.of_arrays && attribute_type.cast_type.is_array() => {
            return Err(not_serializable(
                interpreter,
                name,
                "ActiveRecord::ConnectionAdapters::PostgreSQL::OID::Array",
            ));
        }
        Kind::Serialized(serialized) if attribute_type.is_json() => {
            let coder = interpreter.class_of(&serialized.coder).name();
            if coder == "ActiveRecord::Coders::JSON" {
                return Err(not_serializable(interpreter, name, "ActiveRecord::Type::Json"));
            }
        }
        Kind::Normalized(normalized) => {
            attribute_type.kind = Kind::Normalized(Rc::new(crate::models::attribute_set::Normalized {
                normalizer: normalized.normalizer.clone(),
                normalize_nil: normalized.normalize_nil,
                inner: attribute_type.kind.clone(),
            }));
            return Ok(());
        }
        _ => {}
    }
    attribute_type.kind = kind.clone();
    Ok(())
}

fn not_serializable(interpreter: &mut Interpreter, name: &str, class: &str) -> Box<ruby::Flow> {
    let message = format!(
        "Column `{name}` of type {class} does not support `serialize` feature.\nUsually it means that you are trying to \
         use `serialize`\non a column that already implements serialization natively.\n"
    );
    interpreter.error("ActiveRecord::AttributeMethods::Serialization::ColumnNotSerializableError", message)
}

/// `reload_schema_from_cache`: the class and those below.
pub(crate) fn forget_columns(class: &Rc<RClass>) {
    schema(class).loaded.borrow_mut().take();
    for subclass in descendants(class) {
        schema(&subclass).loaded.borrow_mut().take();
    }
}

fn reset_column_information(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    if is_base(&class) {
        return Ok(Value::Nil);
    }
    let table = table_name(interpreter, &class)?;
    if let Some(table) = table {
        with_adapter(interpreter, |adapter| {
            adapter.base_mut().schema_cache.clear_data_source_cache(&table);
            Ok(())
        })?;
    }
    for one in std::iter::once(Rc::clone(&class)).chain(descendants(&class)) {
        attribute_methods::undefine_accessors(&one);
    }
    forget_columns(&class);
    Ok(Value::Nil)
}

fn columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    let objects = loaded.columns.iter().map(|column| column_object(interpreter, column)).collect();
    Ok(Value::array(objects))
}

fn columns_hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    let pairs: Vec<_> = loaded
        .columns
        .iter()
        .map(|column| (Value::str(column.name.as_str()), column_object(interpreter, column)))
        .collect();
    Ok(Value::hash(ruby::RHash::from_pairs(pairs)))
}

fn column_names(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    Ok(arguments::strings_to_value(loaded.columns.iter().map(|column| column.name.clone()).collect()))
}

fn attribute_names(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if is_base(&class) || schema(&class).abstract_class.get() || !table_exists(interpreter, this, args)?.truthy() {
        return Ok(Value::array(Vec::new()));
    }
    let loaded = load_schema(interpreter, &class)?;
    Ok(arguments::strings_to_value(loaded.shape.names.iter().map(ToString::to_string).collect()))
}

/// Each attribute's type by its name.
fn attribute_types(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let columns = load_schema(interpreter, &class)?;
    let types = ruby::RHash::new();
    for (name, kind) in columns.shape.names.iter().zip(&columns.shape.types) {
        types.insert(Value::str(&**name), crate::models::types::object(interpreter, kind.clone()));
    }
    Ok(Value::hash(types))
}

fn content_columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    let inheritance = inheritance_column(&class).unwrap_or_default();
    let content = |column: &&Column| {
        loaded.primary_key.as_ref().and_then(|key| key.column()) != Some(column.name.as_str())
            && column.name != inheritance
            && !column.name.ends_with("_id")
            && !column.name.ends_with("_count")
    };
    let objects = loaded.columns.iter().filter(content).map(|column| column_object(interpreter, column)).collect();
    Ok(Value::array(objects))
}

fn column_defaults(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    let mut pairs = Vec::new();
    for (index, name) in loaded.shape.names.iter().enumerate() {
        let mut attribute = loaded.defaults[index].clone();
        let value = attribute.value(interpreter, &loaded.shape.types[index])?;
        pairs.push((Value::str(&**name), value));
    }
    Ok(Value::hash(ruby::RHash::from_pairs(pairs)))
}

fn column_for_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let loaded = load_schema(interpreter, &class)?;
    match loaded.column(&name) {
        Some(column) => Ok(column_object(interpreter, column)),
        None => Err(interpreter.unsupported(format!("the column of the attribute `{name}`, which has none"))),
    }
}

fn has_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    Ok(load_schema(interpreter, &class)?.shape.index(&name).is_some().into())
}

fn inspect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = class.name();
    if is_base(&class) {
        return Ok(name.into());
    }
    if schema(&class).abstract_class.get() {
        return Ok(format!("{name}(abstract)").into());
    }
    if !table_exists(interpreter, this, args)?.truthy() {
        return Ok(format!("{name}(Table doesn't exist)").into());
    }
    let loaded = load_schema(interpreter, &class)?;
    let shown: Vec<_> = loaded
        .shape
        .names
        .iter()
        .zip(&loaded.shape.types)
        .map(|(name, kind)| format!("{name}: {}", kind.cast_type.type_name().unwrap_or_default()))
        .collect();
    Ok(format!("{name}({})", shown.join(", ")).into())
}
