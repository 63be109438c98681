//! A record's values: active_model/attribute.rb, attribute_set.rb and attribute_mutation_tracker.rb in one. What the
//! database answered is kept as it came and cast when it is first read.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use adapters::types::{self, Type};
use adapters::{Arg, Options};
use ruby::{Eval, Interpreter, NativeData, RHash, Symbol, Value};

use crate::bindings::arguments::{self, to_arg};
use crate::errors::OrRaise;

/// How a type is dressed: `enum`.
#[derive(Clone)]
pub(crate) enum Kind {
    Plain,
    Enum(Rc<EnumMapping>),
}

/// `ActiveRecord::Enum::EnumType`'s labels, with what each is in the database.
pub(crate) struct EnumMapping {
    pub name: String,
    pub values: Vec<(String, Value)>,
}

#[derive(Clone)]
pub(crate) struct AttributeType {
    pub cast_type: Type,
    pub kind: Kind,
}

/// The attributes that records of one origin share: names, places, types.
pub(crate) struct Shape {
    pub names: Vec<Rc<str>>,
    pub types: Vec<AttributeType>,
    places: HashMap<Rc<str>, usize>,
}

impl Shape {
    pub fn new(names: Vec<Rc<str>>, types: Vec<AttributeType>) -> Self {
        let places = names.iter().enumerate().map(|(index, name)| (Rc::clone(name), index)).collect();
        Self { names, types, places }
    }

    pub fn index(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }
}

impl AttributeType {
    pub fn plain(cast_type: Type) -> Self {
        Self { cast_type, kind: Kind::Plain }
    }

    pub fn value() -> Self {
        Self::plain(Rc::new(types::Value))
    }

    fn is_text(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("string" | "text" | "citext" | "enum" | "xml"))
    }

    /// Whether a value that is changed where it stands counts as changed: all that is mutable but times.
    fn may_change_in_place(&self) -> bool {
        let is_time = matches!(self.cast_type.type_name(), Some("datetime" | "timestamp" | "timestamptz" | "time"));
        self.cast_type.is_mutable() && !is_time && !self.is_untyped() && matches!(self.kind, Kind::Plain)
    }

    fn is_untyped(&self) -> bool {
        self.cast_type.type_name().is_none()
    }

    fn is_json(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("json" | "jsonb"))
    }

    fn is_numeric(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("integer" | "big_integer" | "decimal" | "float"))
    }

    /// `cast`: from what a user gave.
    pub fn cast(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        if let Kind::Enum(mapping) = &self.kind {
            return mapping.cast(interpreter, value);
        }
        if self.is_untyped() {
            return Ok(value.clone());
        }
        let arg = self.to_arg(interpreter, value)?;
        let cast = self.cast_type.cast(&arg).or_raise(interpreter)?;
        Ok(self.to_value(interpreter, &cast))
    }

    /// `deserialize`: from what the database answered.
    pub fn deserialize(&self, interpreter: &mut Interpreter, value: &Arg) -> Eval {
        if value.is_nil() {
            return Ok(Value::Nil);
        }
        let cast = self.cast_type.deserialize(value).or_raise(interpreter)?;
        let value = self.to_value(interpreter, &cast);
        if let Kind::Enum(mapping) = &self.kind {
            return mapping.label(interpreter, &value);
        }
        Ok(value)
    }

    /// `serialize`: to what the database is told.
    pub fn serialize(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        let value = match &self.kind {
            Kind::Enum(mapping) => mapping.serialize(interpreter, value)?,
            Kind::Plain => value.clone(),
        };
        let arg = self.to_arg(interpreter, &value)?;
        self.cast_type.serialize(&arg).or_raise(interpreter)
    }

    /// `serialize`, None for a number beyond the column's.
    pub fn serialize_if_possible(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Arg>> {
        let value = match &self.kind {
            Kind::Enum(mapping) => mapping.serialize(interpreter, value)?,
            Kind::Plain => value.clone(),
        };
        let arg = self.to_arg(interpreter, &value)?;
        // A bind's value is cast before it is serialized.
        let cast = self.cast_type.cast(&arg).or_raise(interpreter)?;
        match self.cast_type.serialize(&cast) {
            Err(error) if error.is_a(adapters::ErrorClass::ActiveModelRangeError) => Ok(None),
            outcome => outcome.or_raise(interpreter).map(Some),
        }
    }

    fn to_arg(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        if self.is_text()
            && let Value::Object(_) = value
            && interpreter.class_of(value).name().as_str() != "BigDecimal"
        {
            return Ok(Arg::Str(interpreter.to_s(value)?));
        }
        if let Value::Proc(_) = value {
            return Err(interpreter.type_error("can't cast Proc"));
        }
        to_arg(interpreter, value)
    }

    fn to_value(&self, interpreter: &mut Interpreter, arg: &Arg) -> Value {
        if self.is_json() || self.cast_type.type_name() == Some("hstore") {
            return with_string_keys(interpreter, arg);
        }
        arguments::to_value(interpreter, arg)
    }
}

/// A document, whose hashes have strings for keys.
fn with_string_keys(interpreter: &mut Interpreter, arg: &Arg) -> Value {
    match arg {
        Arg::Array(items) => Value::array(items.iter().map(|item| with_string_keys(interpreter, item)).collect()),
        Arg::Hash(options) => {
            let pair = |(key, value): (&str, &Arg)| (Value::str(key), with_string_keys(interpreter, value));
            Value::hash(RHash::from_pairs(pairs(options).map(pair).collect::<Vec<_>>()))
        }
        other => arguments::to_value(interpreter, other),
    }
}

fn pairs(options: &Options) -> impl Iterator<Item = (&str, &Arg)> {
    options.iter()
}

impl EnumMapping {
    fn cast(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        if let Some(name) = value.as_name() {
            if self.values.iter().any(|(label, _)| *label == name) {
                return Ok(Value::str(name));
            }
            if name.trim().is_empty() {
                return Ok(Value::Nil);
            }
        }
        if value.is_nil() {
            return Ok(Value::Nil);
        }
        self.label(interpreter, value)
    }

    fn label(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        for (label, other) in &self.values {
            if interpreter.equal(other, value)? {
                return Ok(Value::str(label.as_str()));
            }
        }
        Ok(Value::Nil)
    }

    fn serialize(&self, _: &mut Interpreter, value: &Value) -> Eval {
        let name = value.as_name();
        Ok(match name.and_then(|name| self.values.iter().find(|(label, _)| *label == name)) {
            Some((_, value)) => value.clone(),
            None => value.clone(),
        })
    }

    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|(label, _)| label == value)
    }
}

#[derive(Clone)]
enum Raw {
    Database(Arg),
    User(Value),
    /// Not among the columns that were selected.
    Missing,
}

#[derive(Clone)]
pub(crate) struct Attribute {
    raw: Raw,
    cast: Option<Value>,
    /// What it was before it was assigned.
    original: Option<Box<Raw>>,
}

impl Attribute {
    pub fn from_database(value: Arg) -> Self {
        Self { raw: Raw::Database(value), cast: None, original: None }
    }

    pub fn missing() -> Self {
        Self { raw: Raw::Missing, cast: None, original: None }
    }

    /// `UserProvidedDefault`, over a column without a default.
    pub fn default_from_user(value: Value) -> Self {
        Self { raw: Raw::User(value), cast: None, original: Some(Box::new(Raw::Database(Arg::Nil))) }
    }

    pub fn is_initialized(&self) -> bool {
        !matches!(self.raw, Raw::Missing)
    }

    pub fn value(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval {
        if let Some(value) = &self.cast {
            return Ok(value.clone());
        }
        let value = cast_raw(interpreter, kind, &self.raw)?;
        self.cast = Some(value.clone());
        Ok(value)
    }

    pub fn value_before_type_cast(&self, interpreter: &mut Interpreter) -> Value {
        match &self.raw {
            Raw::Database(arg) => arguments::to_value(interpreter, arg),
            Raw::User(value) => value.clone(),
            Raw::Missing => Value::Nil,
        }
    }

    pub fn value_for_database(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<Arg> {
        if self.cast.is_none()
            && let Raw::Database(arg) = &self.raw
        {
            return Ok(arg.clone());
        }
        let value = self.value(interpreter, kind)?;
        kind.serialize(interpreter, &value)
    }

    pub fn original_value(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval {
        match &self.original {
            Some(original) => cast_raw(interpreter, kind, original),
            // A value changed in place is read anew.
            None if kind.may_change_in_place() => cast_raw(interpreter, kind, &self.raw),
            None => self.value(interpreter, kind),
        }
    }

    pub fn is_changed(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<bool> {
        if let Some(original) = self.original.clone() {
            let old = cast_raw(interpreter, kind, &original)?;
            let new = self.value(interpreter, kind)?;
            if !interpreter.equal(&old, &new)? {
                return Ok(true);
            }
            if kind.is_numeric() && !old.is_nil() && self.is_not_numeric() {
                return Ok(true);
            }
        }
        self.is_changed_in_place(interpreter, kind)
    }

    /// `number_to_non_number?`, of what was assigned.
    fn is_not_numeric(&self) -> bool {
        let Raw::User(Value::Str(text)) = &self.raw else { return false };
        let text = text.borrow();
        let text = text.trim_start();
        !text.strip_prefix(['+', '-']).unwrap_or(text).starts_with(|first: char| first.is_ascii_digit())
    }

    fn is_changed_in_place(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<bool> {
        let Some(value) = self.cast.clone() else { return Ok(false) };
        if !kind.may_change_in_place() {
            return Ok(false);
        }
        let original = match self.original.as_deref().unwrap_or(&self.raw) {
            Raw::Database(arg) => arg.clone(),
            Raw::User(_) | Raw::Missing => return Ok(false),
        };
        if kind.is_text() && !matches!(value, Value::Str(_)) {
            return Ok(false);
        }
        let old = kind.cast_type.deserialize(&original).or_raise(interpreter)?;
        let now = kind.to_arg(interpreter, &value)?;
        let now = kind.cast_type.serialize(&now).or_raise(interpreter)?;
        let now = kind.cast_type.deserialize(&now).or_raise(interpreter)?;
        Ok(old != now)
    }

    /// `with_value_from_user`
    pub fn assign(&mut self, value: Value) {
        let old = std::mem::replace(&mut self.raw, Raw::User(value));
        self.cast = None;
        if self.original.is_none() {
            self.original = Some(Box::new(old));
        }
    }

    /// `forgetting_assignment`
    pub fn forget(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<()> {
        if matches!(self.raw, Raw::Missing) || (matches!(self.raw, Raw::Database(_)) && self.cast.is_none()) {
            return Ok(());
        }
        self.raw = Raw::Database(self.value_for_database(interpreter, kind)?);
        self.original = None;
        self.cast = None;
        Ok(())
    }

    /// `with_cast_value` of a value that is in the database now.
    pub fn write_cast(&mut self, value: Value, serialized: Arg) {
        *self = Self { raw: Raw::Database(serialized), cast: Some(value), original: None };
    }

    /// Back to what it was.
    pub fn restore(&mut self) {
        if let Some(original) = self.original.take() {
            self.raw = *original;
        }
        self.cast = None;
    }
}

fn cast_raw(interpreter: &mut Interpreter, kind: &AttributeType, raw: &Raw) -> Eval {
    match raw {
        Raw::Database(arg) => kind.deserialize(interpreter, arg),
        Raw::User(value) => kind.cast(interpreter, value),
        Raw::Missing => Ok(Value::Nil),
    }
}

/// The native side of a model's instance.
pub(crate) struct Record {
    pub shape: RefCell<Rc<Shape>>,
    attributes: RefCell<Vec<Attribute>>,
    /// The order in which Rails' attribute set has its keys: that of the columns, until a loaded record is saved, and
    /// then those first that were assigned first.
    order: RefCell<Option<Vec<usize>>>,
    accessed: RefCell<Vec<usize>>,
    pub lazy: Cell<bool>,
    pub new_record: Cell<bool>,
    pub previously_new_record: Cell<bool>,
    pub destroyed: Cell<bool>,
    pub readonly: Cell<bool>,
    pub primary_key: RefCell<Option<String>>,
    /// `saved_changes`: name, before, after.
    pub saved_changes: RefCell<Vec<(Rc<str>, Value, Value)>>,
    pub associations: RefCell<HashMap<Symbol, Value>>,
}

impl NativeData for Record {
    fn duplicate(&self) -> Option<Rc<dyn NativeData>> {
        Some(Rc::new(Self {
            shape: self.shape.clone(),
            attributes: self.attributes.clone(),
            order: self.order.clone(),
            accessed: self.accessed.clone(),
            lazy: self.lazy.clone(),
            new_record: self.new_record.clone(),
            previously_new_record: Cell::new(false),
            destroyed: self.destroyed.clone(),
            readonly: self.readonly.clone(),
            primary_key: self.primary_key.clone(),
            saved_changes: RefCell::default(),
            associations: RefCell::default(),
        }))
    }
}

impl Record {
    pub fn new(shape: Rc<Shape>, attributes: Vec<Attribute>, primary_key: Option<String>, loaded: bool) -> Self {
        Self {
            shape: RefCell::new(shape),
            attributes: RefCell::new(attributes),
            order: RefCell::default(),
            accessed: RefCell::default(),
            lazy: Cell::new(loaded),
            new_record: Cell::new(!loaded),
            previously_new_record: Cell::new(false),
            destroyed: Cell::new(false),
            readonly: Cell::new(false),
            primary_key: RefCell::new(primary_key),
            saved_changes: RefCell::default(),
            associations: RefCell::default(),
        }
    }

    pub fn shape(&self) -> Rc<Shape> {
        Rc::clone(&self.shape.borrow())
    }

    pub fn index(&self, name: &str) -> Option<usize> {
        self.shape.borrow().index(name)
    }

    /// Takes over another record's values, as `reload` does.
    pub fn take_over(&self, other: &Record) {
        *self.shape.borrow_mut() = other.shape();
        self.attributes.borrow_mut().clone_from(&other.attributes.borrow());
        self.order.borrow_mut().take();
        self.accessed.borrow_mut().clear();
        self.lazy.set(true);
        self.new_record.set(false);
        self.previously_new_record.set(false);
        self.associations.borrow_mut().clear();
        self.saved_changes.borrow_mut().clear();
    }

    /// Runs `work` on one attribute; nothing is borrowed while it runs.
    pub fn with<T>(
        &self,
        interpreter: &mut Interpreter,
        index: usize,
        work: impl FnOnce(&mut Attribute, &mut Interpreter, &AttributeType) -> Eval<T>,
    ) -> Eval<T> {
        let kind = self.shape.borrow().types[index].clone();
        let mut attribute = self.attributes.borrow()[index].clone();
        let outcome = work(&mut attribute, interpreter, &kind);
        self.attributes.borrow_mut()[index] = attribute;
        outcome
    }

    pub fn access(&self, index: usize) {
        if self.lazy.get() && !self.accessed.borrow().contains(&index) {
            self.accessed.borrow_mut().push(index);
        }
    }

    /// `_read_attribute`
    pub fn read(&self, interpreter: &mut Interpreter, index: usize) -> Eval {
        if let Some(value) = &self.attributes.borrow()[index].cast {
            return Ok(value.clone());
        }
        self.with(interpreter, index, Attribute::value)
    }

    pub fn is_initialized(&self, index: usize) -> bool {
        self.attributes.borrow()[index].is_initialized()
    }

    /// `_write_attribute`
    pub fn write(&self, index: usize, value: Value) {
        self.access(index);
        self.attributes.borrow_mut()[index].assign(value);
    }

    /// The places of the attributes there are, in the order of `@attributes.keys`.
    pub fn keys(&self) -> Vec<usize> {
        let count = self.attributes.borrow().len();
        let all = self.order.borrow().clone().unwrap_or_else(|| (0..count).collect());
        // Asking for the keys looks at every attribute.
        if self.lazy.get() {
            for index in &all {
                self.access(*index);
            }
        }
        all.into_iter().filter(|index| self.is_initialized(*index)).collect()
    }

    pub fn changed(&self, interpreter: &mut Interpreter) -> Eval<Vec<usize>> {
        let mut out = Vec::new();
        for index in self.keys() {
            if self.with(interpreter, index, Attribute::is_changed)? {
                out.push(index);
            }
        }
        Ok(out)
    }

    /// `changes_applied`
    pub fn changes_applied(&self, interpreter: &mut Interpreter) -> Eval<()> {
        let changed = self.changed(interpreter)?;
        let mut saved = Vec::new();
        for index in changed {
            let before = self.with(interpreter, index, Attribute::original_value)?;
            let after = self.read(interpreter, index)?;
            saved.push((Rc::clone(&self.shape().names[index]), before, after));
        }
        *self.saved_changes.borrow_mut() = saved;
        for index in self.keys() {
            self.with(interpreter, index, Attribute::forget)?;
        }
        if self.lazy.replace(false) {
            *self.order.borrow_mut() = Some(self.accessed.take());
        }
        Ok(())
    }

    pub fn primary_key_index(&self) -> Option<usize> {
        self.index(self.primary_key.borrow().as_deref()?)
    }
}

/// The record behind a value.
pub(crate) fn record(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Record>> {
    match this.data::<Record>() {
        Some(record) => Ok(record),
        None => Err(interpreter.type_error("not an initialized record")),
    }
}
