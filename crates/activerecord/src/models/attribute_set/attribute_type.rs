//! The type of an attribute: a column's, and how it is dressed (`enum`, `serialize`, `normalizes`, `encrypts`, the column that
//! counts versions). What a value is cast to, what the database is told, and what its answer becomes.

use std::rc::Rc;

use adapters::types::{self, Type};
use adapters::{Arg, Options};
use ruby::{Args, Eval, Interpreter, RHash, Value};

use super::time_zone_conversion;
use crate::ground::arguments::{self, bindable, to_arg};
use crate::ground::errors::OrRaise;
use crate::models::attribute_methods::is_blank;
use crate::models::temporal::{self, raised};
use crate::models::types::CustomType;

/// How a type is dressed: `enum`, `serialize`, the column that counts versions.
#[derive(Clone)]
pub(crate) enum Kind {
    Plain,
    /// A time that is read and told in `Time.zone`.
    Zoned,
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
    /// `type: Array`
    pub of_arrays: bool,
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

/// An adapter's type, and what a model has laid around it.
#[derive(Clone)]
pub(crate) struct AttributeType {
    pub cast_type: Type,
    pub kind: Kind,
}

/// The types that say `changed_in_place?`: strings, bytes, and what includes `Helpers::Mutable`.
const CHANGED_IN_PLACE: [&str; 15] = [
    "string",
    "text",
    "citext",
    "xml",
    "tsvector",
    "tsquery",
    "ltree",
    "uuid",
    "macaddr",
    "binary",
    "json",
    "jsonb",
    "hstore",
    "point",
    "legacy_point",
];

/// The types below `ActiveModel::Type::String`, which have the texts of numbers and symbols.
const STRINGS: [&str; 15] = [
    "string",
    "text",
    "citext",
    "xml",
    "tsvector",
    "tsquery",
    "ltree",
    "macaddr",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "immutable_string",
];

impl AttributeType {
    /// With nothing around it.
    pub(crate) fn plain(cast_type: Type) -> Self {
        Self { cast_type, kind: Kind::Plain }
    }

    /// `ActiveModel::Type::Value`, which leaves a value as it is.
    pub(crate) fn value() -> Self {
        Self::plain(Rc::new(types::Value))
    }

    /// Whether its values are texts.
    pub(crate) fn is_text(&self) -> bool {
        let is_text = |name| name == "enum" || STRINGS.contains(&name);
        !self.cast_type.is_array() && self.cast_type.type_name().is_some_and(is_text)
    }

    /// Whether a value that is changed where it stands counts as changed.
    pub(super) fn may_change_in_place(&self) -> bool {
        match &self.kind {
            Kind::Serialized(_) | Kind::Custom(_) | Kind::Encrypted(_) => true,
            Kind::Normalized(_) if self.custom().is_some() => true,
            Kind::Plain | Kind::Zoned | Kind::Normalized(_) => {
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
    pub(super) fn is_network_address(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("inet" | "cidr"))
    }

    /// PostgreSQL's `macaddr`, which is compared without regard to case.
    pub(super) fn is_mac_address(&self) -> bool {
        self.cast_type.type_name() == Some("macaddr") && !self.cast_type.is_array()
    }

    /// Whether its values are documents.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("json" | "jsonb"))
    }

    /// Whether its values are numbers of whichever kind.
    pub(crate) fn is_numeric(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("integer" | "big_integer" | "decimal" | "float"))
    }

    /// Whether the type includes `Helpers::Numeric`.
    pub(super) fn is_number(&self) -> bool {
        self.is_numeric() || (matches!(self.cast_type.type_name(), Some("money" | "oid")) && !self.cast_type.is_array())
    }

    /// Whether its values are whole numbers.
    pub(crate) fn is_integer(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("integer" | "big_integer"))
    }

    /// The type written in Ruby that is behind this one.
    pub(crate) fn custom(&self) -> Option<&CustomType> {
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
    pub(crate) fn cast(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
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
            Kind::Zoned => return time_zone_conversion::cast(interpreter, self, value),
            Kind::Plain | Kind::Locking => {}
        }
        if self.is_untyped() {
            return Ok(value.clone());
        }
        if self.cast_type.type_name() == Some("binary") && !matches!(value, Value::Str(_)) {
            return Ok(value.clone());
        }
        if self.is_json() && !self.cast_type.is_array() {
            let text = self.serialize_plain(interpreter, value)?;
            let document = self.cast_type.deserialize(&text).or_raise(interpreter)?;
            return Ok(self.to_value(interpreter, &document));
        }
        if let Some(value) = crate::models::temporal::cast(interpreter, self, value)? {
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
    pub(crate) fn deserialize(&self, interpreter: &mut Interpreter, value: &Arg) -> Eval {
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
        if let Kind::Zoned = self.kind {
            return time_zone_conversion::deserialize(interpreter, self, value);
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
            Kind::Plain | Kind::Zoned | Kind::Locking | Kind::Custom(_) => Ok(value.clone()),
        }
    }

    /// `serialize`: to what the database is told.
    pub(crate) fn serialize(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        let value = self.undress(interpreter, value)?;
        if let Some(custom) = self.custom() {
            return custom.serialize(interpreter, &value);
        }
        self.serialize_plain(interpreter, &value)
    }

    /// `serialize` of the column's own type.
    fn serialize_plain(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        if let Some(moment) = temporal::cast(interpreter, self, value)? {
            let arg = bindable(interpreter, &moment)?;
            return self.cast_type.serialize(&arg).or_raise(interpreter);
        }
        if self.is_json() && !self.cast_type.is_array() {
            if value.is_nil() {
                return Ok(Arg::Nil);
            }
            return ruby::stdlib::json::encode_without_escape(interpreter, value).map(Arg::Str);
        }
        let arg = self.serializable_arg(interpreter, value)?;
        self.cast_type.serialize(&arg).or_raise(interpreter)
    }

    /// The value as the adapters' type serializes it.
    fn serializable_arg(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        if matches!(value, Value::Nil | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_)) {
            return to_arg(interpreter, value);
        }
        if let Some(arg) = self.special_arg(interpreter, value)? {
            return Ok(arg);
        }
        if self.cast_type.is_array() {
            return self.items(interpreter, value);
        }
        if self.is_untyped() {
            return bindable(interpreter, value);
        }
        let name = self.cast_type.type_name().unwrap_or_default();
        if STRINGS.contains(&name) {
            let numeric = Rc::clone(&interpreter.classes.numeric);
            let is_duration = interpreter.class_of(value).is_named("ActiveSupport::Duration");
            let is_text = matches!(value, Value::Symbol(_)) || is_duration || interpreter.is_a(value, &numeric);
            return if is_text { interpreter.to_s(value).map(Arg::Str) } else { bindable(interpreter, value) };
        }
        if let ("hstore" | "point", Value::Hash(_)) | ("point" | "legacy_point", Value::Array(_)) = (name, value) {
            return to_arg(interpreter, value);
        }
        if name != "enum"
            && let Some(value) = self.converted(interpreter, value)?
        {
            return bindable(interpreter, &value);
        }
        bindable(interpreter, value)
    }

    /// The items of PostgreSQL's arrays, which their own type serializes one by one.
    fn items(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        let Value::Array(items) = value else { return bindable(interpreter, value) };
        let items = items.to_vec();
        let args: Eval<Vec<_>> = match self.cast_type.subtype() {
            Some(subtype) => {
                let kind = Self::plain(subtype);
                let item = |interpreter: &mut Interpreter, item: &Value| match item {
                    Value::Array(_) => interpreter.nested(|interpreter| self.items(interpreter, item)),
                    Value::Hash(_) if kind.is_json() => to_arg(interpreter, item),
                    item => kind.serializable_arg(interpreter, item).and_then(|arg| kind.as_item(interpreter, arg)),
                };
                items.iter().map(|one| item(interpreter, one)).collect()
            }
            None => items.iter().map(|item| bindable(interpreter, item)).collect(),
        };
        Ok(Arg::Array(args?))
    }

    /// What is a list itself, as a point is, is no list of items.
    fn as_item(&self, interpreter: &mut Interpreter, arg: Arg) -> Eval<Arg> {
        match arg {
            Arg::Array(_) => self.cast_type.serialize(&arg).or_raise(interpreter),
            arg => Ok(arg),
        }
    }

    /// The items of an array that a user gave, as `type_cast_array` hands them to their type.
    fn given_items(&self, interpreter: &mut Interpreter, items: &[Value]) -> Eval<Arg> {
        let item = |interpreter: &mut Interpreter, item: &Value| match item {
            Value::Array(items) => {
                let items = items.to_vec();
                interpreter.nested(|interpreter| self.given_items(interpreter, &items))
            }
            item => self.to_arg(interpreter, item).and_then(|arg| self.as_item(interpreter, arg)),
        };
        Ok(Arg::Array(items.iter().map(|one| item(interpreter, one)).collect::<Eval<_>>()?))
    }

    /// `serialize`, None for a number beyond the column's: a `QueryAttribute` does not cast.
    pub(crate) fn serialize_if_possible(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Arg>> {
        let value = self.undress(interpreter, value)?;
        if let Some(custom) = self.custom() {
            if !custom.is_serializable(interpreter, &value)? {
                return Ok(None);
            }
            return custom.serialize(interpreter, &value).map(Some);
        }
        match self.serialize_plain(interpreter, &value) {
            Err(flow) if self.cast_type.is_integer() && is_range_error(interpreter, &flow) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Whether the type is dressed: it has a subtype, or a normalizer.
    pub(crate) fn is_dressed(&self) -> bool {
        matches!(self.kind, Kind::Enum(_) | Kind::Serialized(_) | Kind::Normalized(_))
    }

    /// What `cast` takes, as the adapters' type casts it.
    pub(super) fn to_arg(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        if let (Value::Array(items), Some(subtype)) = (value, self.cast_type.subtype()) {
            return Self::plain(subtype).given_items(interpreter, &items.to_vec());
        }
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
            ("binary" | "uuid", _) => Some(Value::str(interpreter.to_s(value)?)),
            ("json" | "jsonb", Value::Object(_)) => Some(interpreter.call(value, "as_json", Args::none())?),
            _ => None,
        })
    }

    /// `force_equality?`: an array or a range is one value, not several.
    pub(crate) fn force_equality(&self, value: &Value) -> bool {
        match value {
            Value::Array(_) => self.cast_type.is_array(),
            Value::Range(_) => self.cast_type.type_name().is_some_and(|name| name.ends_with("range")),
            _ => false,
        }
    }

    /// Objects of PostgreSQL's types: a duration is its ISO 8601 text, a point its coordinates.
    fn special_arg(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Arg>> {
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
            // Controllers' parameters.
            (Some("hstore"), _) if interpreter.responds_to(value, "to_unsafe_h") => {
                let hash = interpreter.call(value, "to_unsafe_h", Args::none())?;
                to_arg(interpreter, &hash).map(Some)
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
        if let Some(subtype) = self.cast_type.subtype() {
            let kind = Self::plain(subtype);
            return kind.has_objects().then(|| kind.value_of_items(interpreter, arg));
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

    /// Whether its values are objects of their own in Ruby.
    fn has_objects(&self) -> bool {
        matches!(self.cast_type.type_name(), Some("inet" | "cidr" | "interval" | "point"))
    }

    /// A point is told by its coordinates from a list of points.
    fn value_of_items(&self, interpreter: &mut Interpreter, arg: &Arg) -> Value {
        match arg {
            Arg::Array(items) if !matches!(items.first(), Some(Arg::Float(_))) => {
                Value::array(items.iter().map(|item| self.value_of_items(interpreter, item)).collect())
            }
            item => self.to_value(interpreter, item),
        }
    }

    /// `cast_value` of a number's type; None for a number that the adapters know.
    fn number_of(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Option<Value>> {
        let numeric = interpreter.class_at("Numeric");
        let is_number = interpreter.is_a(value, &numeric);
        let is_rational = is_number && interpreter.class_of(value).is_named("Rational");
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

/// Whether it is an `ActiveModel::RangeError`.
fn is_range_error(interpreter: &mut Interpreter, flow: &ruby::Flow) -> bool {
    let class = interpreter.class_at("ActiveModel::RangeError");
    matches!(flow, ruby::Flow::Raise(error) if interpreter.is_a(error, &class))
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
    pub(super) fn encoded(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
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
    pub(crate) fn refuse(&self, interpreter: &mut Interpreter, how: &str) -> Box<ruby::Flow> {
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
        Ok(if crate::models::attribute_methods::is_blank(value) { Value::Nil } else { value.clone() })
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

    /// Whether it is one of the enum's values.
    pub(crate) fn has(&self, value: &str) -> bool {
        self.values.iter().any(|(label, _)| label == value)
    }
}
