//! A record's values: active_model/attribute.rb, attribute_set.rb and attribute_mutation_tracker.rb in one. What the
//! database answered is kept as it came and cast when it is first read.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use adapters::types::{self, Type};
use adapters::{Arg, Options};
use ruby::{Args, Eval, Interpreter, NativeData, RHash, Symbol, Value};

use crate::attribute_methods::is_blank;
use crate::attribute_methods::primary_key::Key;
use crate::bindings::arguments::{self, to_arg};
use crate::errors::OrRaise;
use crate::temporal::raised;
use crate::types::CustomType;

/// How a type is dressed: `enum`, `serialize`, the column that counts versions.
#[derive(Clone)]
pub(crate) enum Kind {
    Plain,
    Enum(Rc<EnumMapping>),
    Serialized(Rc<Serialized>),
    /// `Locking::LockingType`: no value is 0.
    Locking,
    /// `normalizes`: what a user gives goes through the proc first.
    Normalized(Rc<Normalized>),
    /// A type written in Ruby.
    Custom(Rc<CustomType>),
    /// `encrypts`, without the keys.
    Encrypted(Rc<Encrypted>),
}

/// `Encryption::EncryptedAttributeType`
pub(crate) struct Encrypted {
    pub name: String,
    /// The column's default, which is not encrypted.
    pub default: Arg,
    pub inner: Kind,
}

/// `ActiveRecord::Type::Serialized`
pub(crate) struct Serialized {
    pub coder: Value,
    pub comparable: bool,
}

/// `Normalization::NormalizedValueType`
pub(crate) struct Normalized {
    pub normalizer: Value,
    pub normalize_nil: bool,
    pub inner: Kind,
}

/// `ActiveRecord::Enum::EnumType`'s labels, with what each is in the database.
pub(crate) struct EnumMapping {
    pub name: String,
    pub values: Vec<(String, Value)>,
    /// `raise_on_invalid_values`
    pub raises: bool,
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

/// The types that say `changed_in_place?`: strings, bytes, and what includes `Helpers::Mutable`.
const CHANGED_IN_PLACE: [&str; 14] = [
    "string", "text", "citext", "xml", "tsvector", "tsquery", "ltree", "uuid", "macaddr", "binary", "json", "jsonb",
    "hstore", "point",
];

impl AttributeType {
    pub fn plain(cast_type: Type) -> Self {
        Self { cast_type, kind: Kind::Plain }
    }

    pub fn value() -> Self {
        Self::plain(Rc::new(types::Value))
    }

    fn is_text(&self) -> bool {
        !self.cast_type.is_array()
            && matches!(self.cast_type.type_name(), Some("string" | "text" | "citext" | "enum" | "xml"))
    }

    /// Whether a value that is changed where it stands counts as changed.
    fn may_change_in_place(&self) -> bool {
        match &self.kind {
            Kind::Serialized(_) | Kind::Custom(_) | Kind::Encrypted(_) => true,
            Kind::Normalized(_) if self.custom().is_some() => true,
            Kind::Plain | Kind::Normalized(_) => {
                let name = self.cast_type.type_name().unwrap_or_default();
                self.cast_type.is_array() || CHANGED_IN_PLACE.contains(&name)
            }
            Kind::Enum(_) | Kind::Locking => false,
        }
    }

    fn is_untyped(&self) -> bool {
        self.cast_type.type_name().is_none()
    }

    /// PostgreSQL's `inet` and `cidr`, whose values are IPAddr objects.
    fn is_network_address(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("inet" | "cidr"))
    }

    pub fn is_json(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("json" | "jsonb"))
    }

    pub fn is_numeric(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("integer" | "big_integer" | "decimal" | "float"))
    }

    pub fn is_integer(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("integer" | "big_integer"))
    }

    /// The type written in Ruby that is behind this one.
    pub fn custom(&self) -> Option<&CustomType> {
        match &self.kind {
            Kind::Custom(custom) => Some(custom),
            Kind::Normalized(normalized) => match &normalized.inner {
                Kind::Custom(custom) => Some(custom),
                _ => None,
            },
            _ => None,
        }
    }

    /// `cast`: from what a user gave.
    pub fn cast(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        match &self.kind {
            Kind::Enum(mapping) => return mapping.cast(interpreter, value),
            Kind::Serialized(_) => {
                let raw = self.serialize(interpreter, value)?;
                return self.deserialize(interpreter, &raw);
            }
            Kind::Normalized(normalized) => {
                let plain = Self { cast_type: Rc::clone(&self.cast_type), kind: normalized.inner.clone() };
                let value = plain.cast(interpreter, value)?;
                return normalized.apply(interpreter, value);
            }
            Kind::Custom(custom) => return custom.cast(interpreter, value),
            Kind::Encrypted(encrypted) => return encrypted.undecorated(self).cast(interpreter, value),
            Kind::Plain | Kind::Locking => {}
        }
        if self.is_untyped() {
            return Ok(value.clone());
        }
        if self.cast_type.type_name() == Some("binary") && !matches!(value, Value::Str(_)) {
            return Ok(value.clone());
        }
        if let Some(value) = crate::temporal::cast(interpreter, self, value)? {
            return Ok(value);
        }
        let class = interpreter.class_of(value).name();
        if matches!(class.as_str(), "ActiveSupport::Duration" | "ActiveRecord::Point" | "IPAddr")
            && matches!(self.cast_type.type_name(), Some("interval" | "point" | "inet" | "cidr"))
        {
            return Ok(value.clone());
        }
        let arg = self.to_arg(interpreter, value)?;
        let cast = self.cast_type.cast(&arg).or_raise(interpreter)?;
        Ok(self.to_value(interpreter, &cast))
    }

    /// `deserialize`: from what the database answered.
    pub fn deserialize(&self, interpreter: &mut Interpreter, value: &Arg) -> Eval {
        if let Kind::Serialized(serialized) = &self.kind {
            let raw = arguments::to_value(interpreter, value);
            if serialized.is_default(interpreter, &raw)? {
                return Ok(raw);
            }
            let inner = self.cast_type.deserialize(value).or_raise(interpreter)?;
            let inner = self.to_value(interpreter, &inner);
            return interpreter.call(&serialized.coder, "load", Args::one(inner));
        }
        if let Some(custom) = self.custom() {
            return custom.deserialize(interpreter, value);
        }
        if let Kind::Encrypted(encrypted) = &self.kind {
            if !value.is_nil() && *value != encrypted.default {
                return Err(encrypted.refuse(interpreter, "read"));
            }
            return encrypted.undecorated(self).deserialize(interpreter, value);
        }
        if value.is_nil() {
            return self.deserialize_nil(interpreter);
        }
        let cast = self.cast_type.deserialize(value).or_raise(interpreter)?;
        let value = self.to_value(interpreter, &cast);
        if let Kind::Enum(mapping) = &self.kind {
            return mapping.label(interpreter, &value);
        }
        Ok(value)
    }

    fn deserialize_nil(&self, interpreter: &mut Interpreter) -> Eval {
        match &self.kind {
            Kind::Locking => Ok(Value::Int(0)),
            Kind::Enum(mapping) => mapping.label(interpreter, &Value::Nil),
            _ => Ok(Value::Nil),
        }
    }

    /// What the type's dressing makes of a value before the column's own type sees it.
    fn undress(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        match &self.kind {
            Kind::Enum(mapping) => mapping.serialize(interpreter, value),
            Kind::Serialized(serialized) => {
                if value.is_nil() || serialized.is_default(interpreter, value)? {
                    return Ok(Value::Nil);
                }
                interpreter.call(&serialized.coder, "dump", Args::one(value.clone()))
            }
            Kind::Locking if value.is_nil() => Ok(Value::Int(0)),
            Kind::Normalized(normalized) => {
                let plain = Self { cast_type: Rc::clone(&self.cast_type), kind: normalized.inner.clone() };
                let value = plain.cast(interpreter, value)?;
                let value = normalized.apply(interpreter, value)?;
                plain.undress(interpreter, &value)
            }
            Kind::Encrypted(encrypted) => {
                let serialized = encrypted.undecorated(self).serialize(interpreter, value)?;
                if serialized.is_nil() { Ok(Value::Nil) } else { Err(encrypted.refuse(interpreter, "written")) }
            }
            Kind::Plain | Kind::Locking | Kind::Custom(_) => Ok(value.clone()),
        }
    }

    /// `serialize`: to what the database is told.
    pub fn serialize(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        let value = self.undress(interpreter, value)?;
        if let Some(custom) = self.custom() {
            return custom.serialize(interpreter, &value);
        }
        let arg = self.to_arg(interpreter, &value)?;
        self.cast_type.serialize(&arg).or_raise(interpreter)
    }

    /// `serialize`, None for a number beyond the column's.
    pub fn serialize_if_possible(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Arg>> {
        let value = self.undress(interpreter, value)?;
        if let Some(custom) = self.custom() {
            if !custom.is_serializable(interpreter, &value)? {
                return Ok(None);
            }
            return custom.serialize(interpreter, &value).map(Some);
        }
        let arg = self.to_arg(interpreter, &value)?;
        if self.is_network_address() {
            return self.cast_type.serialize(&arg).or_raise(interpreter).map(Some);
        }
        // A bind's value is cast before it is serialized, but for a text that may be no number.
        let as_it_is = self.cast_type.is_integer() && matches!(arg, Arg::Str(_));
        let cast = if as_it_is { arg } else { self.cast_type.cast(&arg).or_raise(interpreter)? };
        match self.cast_type.serialize(&cast) {
            Err(error) if error.is_a(adapters::ErrorClass::ActiveModelRangeError) => Ok(None),
            outcome => outcome.or_raise(interpreter).map(Some),
        }
    }

    /// Whether the type is dressed: it has a subtype, or a normalizer.
    pub fn is_dressed(&self) -> bool {
        matches!(self.kind, Kind::Enum(_) | Kind::Serialized(_) | Kind::Normalized(_))
    }

    fn to_arg(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        match value {
            Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => {}
            other => {
                if let Some(arg) = self.special_arg(interpreter, other)? {
                    return Ok(arg);
                }
                let is_plain = self.cast_type.is_array() || self.is_untyped();
                if !is_plain && let Some(value) = self.converted(interpreter, other)? {
                    return to_arg(interpreter, &value);
                }
                if let Value::Proc(_) = other {
                    return Err(interpreter.type_error("can't cast Proc"));
                }
            }
        }
        to_arg(interpreter, value)
    }

    /// What the type's `cast_value` makes of a value of a class that it has no branch for; None where it has one.
    fn converted(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Value>> {
        if self.is_text() {
            return interpreter.to_s(value).map(|text| Some(Value::str(text)));
        }
        if self.is_numeric() {
            return self.number_of(interpreter, value);
        }
        Ok(match (self.cast_type.type_name().unwrap_or_default(), value) {
            ("boolean", Value::Symbol(_)) => None,
            ("boolean", _) => Some(Value::Bool(true)),
            ("binary", _) => Some(Value::str(interpreter.to_s(value)?)),
            ("json" | "jsonb", Value::Object(_)) => Some(interpreter.call(value, "as_json", Args::none())?),
            _ => None,
        })
    }

    /// `force_equality?`: an array or a range is one value, not several.
    pub fn force_equality(&self, value: &Value) -> bool {
        match value {
            Value::Array(_) => self.cast_type.is_array(),
            Value::Range(_) => self.cast_type.type_name().is_some_and(|name| name.ends_with("range")),
            _ => false,
        }
    }

    /// Objects of PostgreSQL's types: a duration is its ISO 8601 text, a point its coordinates.
    fn special_arg(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Arg>> {
        if let Value::Array(items) = value
            && self.is_network_address()
        {
            let items = items.to_vec();
            let items: Eval<Vec<_>> = items.iter().map(|item| self.to_arg(interpreter, item)).collect();
            return Ok(Some(Arg::Array(items?)));
        }
        let Value::Object(_) = value else { return Ok(None) };
        let class = interpreter.class_of(value).name();
        match (self.cast_type.type_name(), class.as_str()) {
            (Some("interval"), "ActiveSupport::Duration") => {
                let mut arguments = Args::none();
                if let Some(precision) = self.cast_type.precision() {
                    let options = RHash::new();
                    options.insert_symbol("precision", Value::Int(precision));
                    arguments = arguments.with_keywords(Some(Rc::new(options)));
                }
                let text = interpreter.call(value, "iso8601", arguments)?;
                Ok(Some(Arg::Str(interpreter.to_s(&text)?)))
            }
            (Some("point"), "ActiveRecord::Point") => {
                let coordinates = interpreter.call(value, "to_a", Args::none())?;
                to_arg(interpreter, &coordinates).map(Some)
            }
            (Some("inet" | "cidr"), "IPAddr") => {
                let text = interpreter.to_s(value)?;
                let prefix = interpreter.call(value, "prefix", Args::none())?;
                Ok(Some(Arg::Str(format!("{text}/{}", interpreter.to_s(&prefix)?))))
            }
            _ => Ok(None),
        }
    }

    /// A value of one of those types as Ruby has it.
    fn special_value(&self, interpreter: &mut Interpreter, arg: &Arg) -> Option<Value> {
        if let Arg::Array(items) = arg
            && self.is_network_address()
        {
            let items = items.iter().map(|item| self.to_value(interpreter, item)).collect();
            return Some(Value::array(items));
        }
        if self.cast_type.is_array() && !self.is_network_address() {
            return None;
        }
        match (self.cast_type.type_name()?, arg) {
            ("inet" | "cidr", Arg::Str(text)) => {
                let class = Value::Class(interpreter.class_at("IPAddr"));
                // What is no address is nothing.
                Some(interpreter.call(&class, "new", Args::one(Value::str(text.as_str()))).unwrap_or_default())
            }
            ("interval", Arg::Str(text)) => {
                let class = Value::Class(interpreter.class_at("ActiveSupport::Duration"));
                let parsed = interpreter.call(&class, "parse", Args::one(Value::str(text.as_str())));
                Some(parsed.unwrap_or_default())
            }
            ("point", Arg::Array(coordinates)) => {
                let coordinates = coordinates.iter().map(|one| arguments::to_value(interpreter, one)).collect();
                let class = Value::Class(interpreter.class_at("ActiveRecord::Point"));
                interpreter.call(&class, "new", Args::new(coordinates)).ok()
            }
            _ => None,
        }
    }

    /// `cast_value` of a number's type; None for a number that the adapters know.
    fn number_of(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Value>> {
        let numeric = interpreter.class_at("Numeric");
        let is_number = interpreter.is_a(value, &numeric);
        let is_rational = is_number && interpreter.class_of(value).name() == "Rational";
        if is_number && !is_rational {
            return Ok(None);
        }
        if !is_number && is_blank(value) {
            return Ok(Some(Value::Nil));
        }
        Ok(Some(match self.cast_type.type_name() {
            Some("decimal") if is_rational => {
                let precision = Value::Int(self.cast_type.precision().unwrap_or(18));
                interpreter.call(value, "to_d", Args::one(precision))?
            }
            Some("decimal") if interpreter.responds_to(value, "to_d") => {
                interpreter.call(value, "to_d", Args::none())?
            }
            Some("decimal") => Value::str(interpreter.to_s(value)?),
            Some("float") => interpreter.call(value, "to_f", Args::none())?,
            _ => interpreter.call(value, "to_i", Args::none()).or_else(raised)?,
        }))
    }

    fn to_value(&self, interpreter: &mut Interpreter, arg: &Arg) -> Value {
        if self.is_json() || self.cast_type.type_name() == Some("hstore") {
            return with_string_keys(interpreter, arg);
        }
        if let Some(value) = self.special_value(interpreter, arg) {
            return value;
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

impl Serialized {
    /// `default_value?`
    fn is_default(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<bool> {
        let default = interpreter.call(&self.coder, "load", Args::one(Value::Nil))?;
        interpreter.equal(value, &default)
    }

    /// `encoded`
    fn encoded(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        if self.is_default(interpreter, value)? {
            return Ok(Value::Nil);
        }
        interpreter.call(&self.coder, "dump", Args::one(value.clone()))
    }
}

impl Normalized {
    fn apply(&self, interpreter: &mut Interpreter, value: Value) -> Eval {
        if value.is_nil() && !self.normalize_nil {
            return Ok(value);
        }
        interpreter.call(&self.normalizer, "call", Args::one(value))
    }
}

impl Encrypted {
    /// The type below.
    fn undecorated(&self, own: &AttributeType) -> AttributeType {
        AttributeType { cast_type: Rc::clone(&own.cast_type), kind: self.inner.clone() }
    }

    /// The keys are the application's: what needs one ends the run, which no `rescue` takes for an error of the data.
    pub fn refuse(&self, interpreter: &mut Interpreter, how: &str) -> Box<ruby::Flow> {
        interpreter.unsupported(format!(
            "the attribute `{}` is encrypted and cannot be {how} without the application's keys",
            self.name
        ))
    }
}

impl EnumMapping {
    fn cast(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        if let Some(name) = value.as_name()
            && self.has(&name)
        {
            return Ok(Value::str(name));
        }
        for (label, other) in &self.values {
            if interpreter.equal(other, value)? {
                return Ok(Value::str(label.as_str()));
            }
        }
        Ok(if crate::attribute_methods::is_blank(value) { Value::Nil } else { value.clone() })
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

    /// `Null#with_type`: nothing, which no type reads.
    pub fn without_column() -> Self {
        Self { cast: Some(Value::Nil), ..Self::from_database(Arg::Nil) }
    }

    pub fn missing() -> Self {
        Self { raw: Raw::Missing, cast: None, original: None }
    }

    /// `UserProvidedDefault`: over a column's own default it counts as a change.
    pub fn with_user_default(self, value: Value, is_column: bool) -> Self {
        let original = is_column.then(|| Box::new(self.raw));
        Self { raw: Raw::User(value), cast: None, original }
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
            && !matches!(kind.kind, Kind::Locking)
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

    /// What the database has: as it answered, where it did.
    pub fn original_value_for_database(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<Arg> {
        if let Raw::Database(arg) = self.original.as_deref().unwrap_or(&self.raw) {
            return Ok(arg.clone());
        }
        let original = self.original_value(interpreter, kind)?;
        kind.serialize(interpreter, &original)
    }

    pub fn is_changed(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<bool> {
        if let Some(original) = self.original.clone() {
            let old = cast_raw(interpreter, kind, &original)?;
            let new = self.value(interpreter, kind)?;
            let given = if let Raw::User(given) = &self.raw { given.clone() } else { Value::Nil };
            let changed = match kind.custom() {
                Some(custom) => custom.is_changed(interpreter, old, new, given)?,
                // `Cidr#changed?`: the masks count.
                None if kind.is_network_address() && !kind.cast_type.is_array() => {
                    !interpreter.call(&old, "eql?", Args::one(new))?.truthy()
                }
                None => {
                    !interpreter.equal(&old, &new)? || (kind.is_numeric() && !old.is_nil() && is_not_numeric(&given))
                }
            };
            if changed {
                return Ok(true);
            }
        }
        self.is_changed_in_place(interpreter, kind)
    }

    pub fn is_changed_in_place(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<bool> {
        let Some(value) = self.cast.clone() else { return Ok(false) };
        if !kind.may_change_in_place() {
            return Ok(false);
        }
        if let Kind::Serialized(serialized) = &kind.kind {
            return self.is_serialized_changed(interpreter, kind, serialized, &value);
        }
        if let Kind::Encrypted(_) = &kind.kind {
            let old = match self.original.as_deref().unwrap_or(&self.raw) {
                Raw::Database(arg) => kind.deserialize(interpreter, arg)?,
                Raw::User(_) | Raw::Missing => return Ok(false),
            };
            return Ok(!interpreter.equal(&old, &value)?);
        }
        if let Some(custom) = kind.custom() {
            let original = match self.original.as_deref().unwrap_or(&self.raw) {
                Raw::Database(Arg::Nil) if value.is_nil() => return Ok(false),
                Raw::Database(arg) => arg.clone(),
                raw => {
                    let original = cast_raw(interpreter, kind, raw)?;
                    kind.serialize(interpreter, &original)?
                }
            };
            return custom.is_changed_in_place(interpreter, &original, value);
        }
        let original = match self.original.as_deref().unwrap_or(&self.raw) {
            Raw::Database(arg) => arg.clone(),
            Raw::User(_) | Raw::Missing => return Ok(false),
        };
        if kind.is_text() && !matches!(value, Value::Str(_)) {
            return Ok(false);
        }
        if kind.is_network_address() {
            let old = kind.deserialize(interpreter, &original)?;
            return Ok(!interpreter.equal(&old, &value)?);
        }
        let old = kind.cast_type.deserialize(&original).or_raise(interpreter)?;
        let now = kind.to_arg(interpreter, &value)?;
        let now = kind.cast_type.serialize(&now).or_raise(interpreter)?;
        let now = kind.cast_type.deserialize(&now).or_raise(interpreter)?;
        Ok(old != now)
    }

    /// `Serialized#changed_in_place?`
    fn is_serialized_changed(
        &self,
        interpreter: &mut Interpreter,
        kind: &AttributeType,
        serialized: &Serialized,
        value: &Value,
    ) -> Eval<bool> {
        if value.is_nil() {
            return Ok(false);
        }
        let original = match self.original.as_deref().unwrap_or(&self.raw) {
            Raw::Database(arg) => arg.clone(),
            Raw::User(value) => kind.serialize(interpreter, value)?,
            Raw::Missing => return Ok(false),
        };
        if serialized.comparable {
            let old = kind.deserialize(interpreter, &original)?;
            return Ok(!interpreter.equal(&old, value)?);
        }
        let new = serialized.encoded(interpreter, value)?;
        if original.is_nil() != new.is_nil() {
            return Ok(true);
        }
        let plain = AttributeType::plain(Rc::clone(&kind.cast_type));
        let new = plain.serialize(interpreter, &new)?;
        let old = plain.cast_type.deserialize(&original).or_raise(interpreter)?;
        let new = plain.cast_type.deserialize(&new).or_raise(interpreter)?;
        Ok(old != new)
    }

    /// `came_from_user?`
    pub fn came_from_user(&self) -> bool {
        matches!(self.raw, Raw::User(_))
    }

    /// The value that a rolled back transaction leaves: the original stays what it was.
    fn with_value(mut self, interpreter: &mut Interpreter, kind: &AttributeType, value: Value) -> Eval<Self> {
        let own = self.value(interpreter, kind)?;
        if !interpreter.equal(&own, &value)? {
            self.assign(value);
        }
        Ok(self)
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

    /// `forgetting_assignment` of a value that is in the database now: it is read back from what that was told.
    pub fn write_serialized(&mut self, serialized: Arg) {
        *self = Self::from_database(serialized);
    }

    /// Back to what it was.
    pub fn restore(&mut self) {
        if let Some(original) = self.original.take() {
            self.raw = *original;
        }
        self.cast = None;
    }
}

/// `number_to_non_number?`, of what was assigned.
pub(crate) fn is_not_numeric(given: &Value) -> bool {
    let Value::Str(text) = given else { return false };
    let text = text.borrow();
    let text = text.trim_start();
    !text.strip_prefix(['+', '-']).unwrap_or(text).starts_with(|first: char| first.is_ascii_digit())
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
    pub frozen: Cell<bool>,
    pub record_timestamps: Cell<Option<bool>>,
    pub primary_key: RefCell<Option<Rc<Key>>>,
    /// `saved_changes`: name, before, after.
    pub saved_changes: RefCell<Vec<(Rc<str>, Value, Value)>>,
    /// `@association_cache`
    pub associations: RefCell<HashMap<Symbol, Value>>,
    /// What `name_will_change!` named.
    pub forced_changes: RefCell<Vec<usize>>,
    pub start_state: RefCell<Option<Box<crate::transactions::StartState>>>,
    /// The transaction that holds the record for as long as somebody else does.
    pub enrolled_in: Cell<Option<u64>>,
    pub new_record_before_last_commit: Cell<bool>,
    pub committed_already_called: Cell<bool>,
    pub trigger_update_callback: Cell<bool>,
    pub trigger_destroy_callback: Cell<bool>,
    pub destroying: Cell<bool>,
    pub may_be_in_a_ring: Cell<bool>,
}

impl NativeData for Record {
    fn duplicate(&self) -> Option<Rc<dyn NativeData>> {
        let copy = Self::new(self.shape(), self.attributes.borrow().clone(), self.primary_key.borrow().clone(), false);
        copy.order.borrow_mut().clone_from(&self.order.borrow());
        copy.accessed.borrow_mut().clone_from(&self.accessed.borrow());
        copy.lazy.set(self.lazy.get());
        copy.new_record.set(self.new_record.get());
        copy.destroyed.set(self.destroyed.get());
        copy.readonly.set(self.readonly.get());
        Some(Rc::new(copy))
    }
}

impl Record {
    pub fn new(shape: Rc<Shape>, attributes: Vec<Attribute>, primary_key: Option<Rc<Key>>, loaded: bool) -> Self {
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
            frozen: Cell::new(false),
            record_timestamps: Cell::default(),
            primary_key: RefCell::new(primary_key),
            saved_changes: RefCell::default(),
            associations: RefCell::default(),
            forced_changes: RefCell::default(),
            start_state: RefCell::default(),
            enrolled_in: Cell::default(),
            new_record_before_last_commit: Cell::default(),
            committed_already_called: Cell::default(),
            trigger_update_callback: Cell::default(),
            trigger_destroy_callback: Cell::default(),
            destroying: Cell::default(),
            may_be_in_a_ring: Cell::default(),
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
        self.keep_start_attributes();
        self.forced_changes.borrow_mut().clear();
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

    /// `becomes`: the other's attributes and state, and what only this one's class has. Rails' two share one set.
    pub fn become_like(&self, other: &Record) {
        let (shape, own) = (other.shape(), self.shape());
        let mut names = shape.names.clone();
        let mut types = shape.types.clone();
        let mut attributes = other.attributes.borrow().clone();
        for (index, name) in own.names.iter().enumerate() {
            if shape.index(name).is_none() {
                names.push(Rc::clone(name));
                types.push(own.types[index].clone());
                attributes.push(self.attributes.borrow()[index].clone());
            }
        }
        *self.shape.borrow_mut() =
            if names.len() == shape.names.len() { shape } else { Rc::new(Shape::new(names, types)) };
        *self.attributes.borrow_mut() = attributes;
        self.order.borrow_mut().clone_from(&other.order.borrow());
        self.accessed.borrow_mut().clone_from(&other.accessed.borrow());
        self.lazy.set(other.lazy.get());
        self.forced_changes.borrow_mut().clone_from(&other.forced_changes.borrow());
        self.new_record.set(other.new_record.get());
        self.previously_new_record.set(other.previously_new_record.get());
        self.destroyed.set(other.destroyed.get());
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
            if self.is_changed(interpreter, index)? {
                out.push(index);
            }
        }
        Ok(out)
    }

    pub fn is_changed(&self, interpreter: &mut Interpreter, index: usize) -> Eval<bool> {
        if self.forced_changes.borrow().contains(&index) {
            return Ok(true);
        }
        self.with(interpreter, index, Attribute::is_changed)
    }

    /// `clear_attribute_change`
    pub fn clear_change(&self, interpreter: &mut Interpreter, index: usize) -> Eval<()> {
        self.forced_changes.borrow_mut().retain(|other| *other != index);
        self.with(interpreter, index, Attribute::forget)
    }

    /// What the attributes are before a save makes them the database's, for a rollback to come.
    fn keep_start_attributes(&self) {
        if let Some(state) = self.start_state.borrow_mut().as_mut()
            && state.attributes.is_none()
        {
            state.attributes = Some(self.attributes.borrow().clone());
        }
    }

    /// The attributes as they were, with the values that they have now.
    pub fn restore_attributes(&self, interpreter: &mut Interpreter, before: &[Attribute]) -> Eval<()> {
        let shape = self.shape();
        for (index, attribute) in before.iter().enumerate() {
            if index >= shape.names.len() || !attribute.is_initialized() {
                continue;
            }
            let value = self.read(interpreter, index)?;
            let restored = attribute.clone().with_value(interpreter, &shape.types[index], value)?;
            self.attributes.borrow_mut()[index] = restored;
        }
        Ok(())
    }

    /// The attribute itself, to put back when a statement fails.
    pub fn attribute(&self, index: usize) -> Attribute {
        self.attributes.borrow()[index].clone()
    }

    pub fn set_attribute(&self, index: usize, attribute: Attribute) {
        self.attributes.borrow_mut()[index] = attribute;
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
        self.keep_start_attributes();
        self.forced_changes.borrow_mut().clear();
        for index in self.keys() {
            self.with(interpreter, index, Attribute::forget)?;
        }
        if self.lazy.replace(false) {
            *self.order.borrow_mut() = Some(self.accessed.take());
        }
        Ok(())
    }

    /// The place of a key of one column.
    pub fn primary_key_index(&self) -> Option<usize> {
        self.index(self.primary_key.borrow().as_ref()?.column()?)
    }
}

/// The record behind a value.
pub(crate) fn record(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Record>> {
    match this.data::<Record>() {
        Some(record) => Ok(record),
        None => Err(interpreter.type_error("not an initialized record")),
    }
}
