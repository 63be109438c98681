//! active_model/attribute.rb: one value, as it came and as it was before it was assigned, cast when it is first read.

use std::rc::Rc;

use adapters::Arg;
use ruby::{Args, Eval, Interpreter, Value};

use super::attribute_type::{AttributeType, Kind, Serialized};
use crate::ground::arguments;
use crate::ground::errors::OrRaise;

#[derive(Clone)]
enum Raw {
    Database(Arg),
    User(Value),
    /// Not among the columns that were selected.
    Missing,
}

/// One attribute of one record: what the row had, what was given, and what either was cast to.
#[derive(Clone)]
pub(crate) struct Attribute {
    raw: Raw,
    pub(super) cast: Option<Value>,
    /// What it was before it was assigned.
    original: Option<Box<Raw>>,
}

impl Attribute {
    /// As the row has it; cast when it is first read.
    pub(crate) fn from_database(value: Arg) -> Self {
        Self { raw: Raw::Database(value), cast: None, original: None }
    }

    /// `Null#with_type`: nothing, which no type reads.
    pub(crate) fn without_column() -> Self {
        Self { cast: Some(Value::Nil), ..Self::from_database(Arg::Nil) }
    }

    /// Of a column that the SELECT left out.
    pub(crate) fn missing() -> Self {
        Self { raw: Raw::Missing, cast: None, original: None }
    }

    /// `UserProvidedDefault`: over a column's own default it counts as a change.
    pub(crate) fn with_user_default(self, value: Value, is_column: bool) -> Self {
        let original = is_column.then(|| Box::new(self.raw));
        Self { raw: Raw::User(value), cast: None, original }
    }

    /// `initialized?`
    pub(crate) fn is_initialized(&self) -> bool {
        !matches!(self.raw, Raw::Missing)
    }

    /// `value`, cast once.
    pub(crate) fn value(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval {
        if let Some(value) = &self.cast {
            return Ok(value.clone());
        }
        let value = cast_raw(interpreter, kind, &self.raw)?;
        self.cast = Some(value.clone());
        Ok(value)
    }

    /// `value_before_type_cast`
    pub(crate) fn value_before_type_cast(&self, interpreter: &mut Interpreter) -> Value {
        match &self.raw {
            Raw::Database(arg) => arguments::to_value(interpreter, arg),
            Raw::User(value) => value.clone(),
            Raw::Missing => Value::Nil,
        }
    }

    /// `value_for_database`
    pub(crate) fn value_for_database(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<Arg> {
        if self.cast.is_none()
            && let Raw::Database(arg) = &self.raw
            && !matches!(kind.kind, Kind::Locking)
        {
            return Ok(arg.clone());
        }
        let value = self.value(interpreter, kind)?;
        kind.serialize(interpreter, &value)
    }

    /// `original_value`: what it was when it was loaded or last saved.
    pub(crate) fn original_value(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval {
        match &self.original {
            Some(original) => cast_raw(interpreter, kind, original),
            // A value changed in place is read anew.
            None if kind.may_change_in_place() => cast_raw(interpreter, kind, &self.raw),
            None => self.value(interpreter, kind),
        }
    }

    /// What the database has: as it answered, where it did.
    pub(crate) fn original_value_for_database(
        &mut self,
        interpreter: &mut Interpreter,
        kind: &AttributeType,
    ) -> Eval<Arg> {
        if let Raw::Database(arg) = self.original.as_deref().unwrap_or(&self.raw) {
            return Ok(arg.clone());
        }
        let original = self.original_value(interpreter, kind)?;
        kind.serialize(interpreter, &original)
    }

    /// `changed?`: assigned, or changed in place.
    pub(crate) fn is_changed(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<bool> {
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
                None if kind.is_mac_address() => is_another_address(&old, &new),
                None if kind.is_numeric() && is_not_a_number(interpreter, &old)? => {
                    let is_same_class = Rc::ptr_eq(&interpreter.class_of(&old), &interpreter.class_of(&given));
                    !(is_same_class && is_not_a_number(interpreter, &given)?)
                }
                None => {
                    !interpreter.equal(&old, &new)? || (kind.is_number() && !old.is_nil() && is_not_numeric(&given))
                }
            };
            if changed {
                return Ok(true);
            }
        }
        self.is_changed_in_place(interpreter, kind)
    }

    /// `changed_in_place?`
    pub(crate) fn is_changed_in_place(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<bool> {
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
        if kind.is_mac_address() {
            return Ok(is_another_address(&arguments::to_value(interpreter, &old), &value));
        }
        let now = kind.to_arg(interpreter, &value)?;
        let now = kind.cast_type.serialize(&now).or_raise(interpreter)?;
        let now = kind.cast_type.deserialize(&now).or_raise(interpreter)?;
        Ok(!is_same(&old, &now))
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
    pub(crate) fn came_from_user(&self) -> bool {
        matches!(self.raw, Raw::User(_))
    }

    /// The value that a rolled back transaction leaves: the original stays what it was.
    pub(super) fn with_value(
        mut self,
        interpreter: &mut Interpreter,
        kind: &AttributeType,
        value: Value,
    ) -> Eval<Self> {
        let own = self.value(interpreter, kind)?;
        if !interpreter.equal(&own, &value)? {
            self.assign(value);
        }
        Ok(self)
    }

    /// `with_value_from_user`
    pub(crate) fn assign(&mut self, value: Value) {
        let old = std::mem::replace(&mut self.raw, Raw::User(value));
        self.cast = None;
        if self.original.is_none() {
            self.original = Some(Box::new(old));
        }
    }

    /// `forgetting_assignment`
    pub(crate) fn forget(&mut self, interpreter: &mut Interpreter, kind: &AttributeType) -> Eval<()> {
        if matches!(self.raw, Raw::Missing) || (matches!(self.raw, Raw::Database(_)) && self.cast.is_none()) {
            return Ok(());
        }
        let told = self.value_for_database(interpreter, kind)?;
        // What no statement can hold, of a column that none was sent for, stays the object that it is.
        let is_object = matches!(told, Arg::Object { .. });
        self.raw = Raw::Database(told);
        self.original = None;
        self.cast = self.cast.take().filter(|_| is_object);
        Ok(())
    }

    /// `forgetting_assignment` of a value that is in the database now: it is read back from what that was told.
    pub(crate) fn write_serialized(&mut self, serialized: Arg, moment: Option<Value>) {
        *self = Self { cast: moment, ..Self::from_database(serialized) };
    }

    /// Back to what it was.
    pub(crate) fn restore(&mut self) {
        if let Some(original) = self.original.take() {
            self.raw = *original;
        }
        self.cast = None;
    }
}

/// In a list Ruby compares first whether it is one object, as the constant NaN is.
fn is_same(old: &Arg, now: &Arg) -> bool {
    match (old, now) {
        (Arg::Array(old), Arg::Array(now)) => {
            let is_nan = |value: &Arg| matches!(value, Arg::Float(number) if number.is_nan());
            let same = |(old, now): (&Arg, &Arg)| is_same(old, now) || (is_nan(old) && is_nan(now));
            old.len() == now.len() && old.iter().zip(now).all(same)
        }
        (old, now) => old == now,
    }
}

/// `OID::Macaddr#changed?`: the case of its letters does not count.
fn is_another_address(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Str(old), Value::Str(new)) => !old.to_string().eq_ignore_ascii_case(&new.to_string()),
        (old, new) => old.is_nil() != new.is_nil(),
    }
}

fn is_not_a_number(interpreter: &mut Interpreter, value: &Value) -> Eval<bool> {
    match value {
        Value::Float(number) => Ok(number.is_nan()),
        Value::Object(_) if interpreter.class_of(value).is_named("BigDecimal") => {
            Ok(interpreter.call(value, "nan?", Args::none())?.truthy())
        }
        _ => Ok(false),
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
