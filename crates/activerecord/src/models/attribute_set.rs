//! A record's values: active_model/attribute_set.rb and attribute_mutation_tracker.rb in one. What the database answered is
//! kept as it came and cast when it is first read.

mod attribute;
mod attribute_type;
mod time_zone_conversion;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use ruby::{Eval, Interpreter, NativeData, Symbol, Value};

pub(crate) use attribute::{Attribute, is_not_numeric};
pub(crate) use attribute_type::{AttributeType, Encrypted, EnumMapping, Kind, Normalized, Serialized};
pub(crate) use time_zone_conversion::convert_types;

use crate::models::attribute_methods::primary_key::Key;

/// The attributes that records of one origin share: names, places, types.
pub(crate) struct Shape {
    pub names: Vec<Rc<str>>,
    pub types: Vec<AttributeType>,
    places: HashMap<Rc<str>, usize>,
}

impl Shape {
    /// Of these attributes, in this order.
    pub(crate) fn new(names: Vec<Rc<str>>, types: Vec<AttributeType>) -> Self {
        let places = names.iter().enumerate().map(|(index, name)| (Rc::clone(name), index)).collect();
        Self { names, types, places }
    }

    /// The place of an attribute; None where a record has none of this name.
    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
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
    pub bonds: RefCell<Option<Box<crate::models::associations::owner::Bonds>>>,
    /// What `name_will_change!` named.
    pub forced_changes: RefCell<Vec<usize>>,
    pub start_state: RefCell<Option<Box<crate::models::transactions::StartState>>>,
    /// The transaction that holds the record for as long as somebody else does.
    pub enrolled_in: Cell<Option<u64>>,
    pub new_record_before_last_commit: Cell<bool>,
    pub committed_already_called: Cell<bool>,
    pub trigger_update_callback: Cell<bool>,
    pub trigger_destroy_callback: Cell<bool>,
    pub destroying: Cell<bool>,
    /// `_last_transaction_return_status`
    pub last_transaction_status: Cell<bool>,
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
    /// `loaded` says whether there is a row.
    pub(crate) fn new(
        shape: Rc<Shape>,
        attributes: Vec<Attribute>,
        primary_key: Option<Rc<Key>>,
        loaded: bool,
    ) -> Self {
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
            bonds: RefCell::default(),
            forced_changes: RefCell::default(),
            start_state: RefCell::default(),
            enrolled_in: Cell::default(),
            new_record_before_last_commit: Cell::default(),
            committed_already_called: Cell::default(),
            trigger_update_callback: Cell::default(),
            trigger_destroy_callback: Cell::default(),
            destroying: Cell::default(),
            last_transaction_status: Cell::default(),
            may_be_in_a_ring: Cell::default(),
        }
    }

    /// Which attributes there are, shared by records of one query.
    pub(crate) fn shape(&self) -> Rc<Shape> {
        Rc::clone(&self.shape.borrow())
    }

    /// The place of an attribute, one that was added later included.
    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.shape.borrow().index(name)
    }

    /// Takes over another record's values, as `reload` does.
    pub(crate) fn take_over(&self, other: &Record) {
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
    pub(crate) fn become_like(&self, other: &Record) {
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
    pub(crate) fn with<T>(
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

    /// Takes down that somebody has read it, for `accessed_fields`.
    pub(crate) fn access(&self, index: usize) {
        if self.lazy.get() && !self.accessed.borrow().contains(&index) {
            self.accessed.borrow_mut().push(index);
        }
    }

    /// `_read_attribute`
    pub(crate) fn read(&self, interpreter: &mut Interpreter, index: usize) -> Eval {
        if let Some(value) = &self.attributes.borrow()[index].cast {
            return Ok(value.clone());
        }
        self.with(interpreter, index, Attribute::value)
    }

    /// Whether the row had it: a SELECT may have left it out.
    pub(crate) fn is_initialized(&self, index: usize) -> bool {
        self.attributes.borrow()[index].is_initialized()
    }

    /// `_write_attribute`
    pub(crate) fn write(&self, index: usize, value: Value) {
        self.access(index);
        self.attributes.borrow_mut()[index].assign(value);
    }

    /// The places of the attributes there are, in the order of `@attributes.keys`.
    pub(crate) fn keys(&self) -> Vec<usize> {
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

    /// The places of those that are not as they were loaded or last saved.
    pub(crate) fn changed(&self, interpreter: &mut Interpreter) -> Eval<Vec<usize>> {
        let mut out = Vec::new();
        for index in self.keys() {
            if self.is_changed(interpreter, index)? {
                out.push(index);
            }
        }
        Ok(out)
    }

    /// Whether one is not as it was loaded or last saved.
    pub(crate) fn is_changed(&self, interpreter: &mut Interpreter, index: usize) -> Eval<bool> {
        if self.forced_changes.borrow().contains(&index) {
            return Ok(true);
        }
        self.with(interpreter, index, Attribute::is_changed)
    }

    /// `clear_attribute_change`
    pub(crate) fn clear_change(&self, interpreter: &mut Interpreter, index: usize) -> Eval<()> {
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
    pub(crate) fn restore_attributes(&self, interpreter: &mut Interpreter, before: &[Attribute]) -> Eval<()> {
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
    pub(crate) fn attribute(&self, index: usize) -> Attribute {
        self.attributes.borrow()[index].clone()
    }

    /// Puts another in its place, what it was before included.
    pub(crate) fn set_attribute(&self, index: usize, attribute: Attribute) {
        self.attributes.borrow_mut()[index] = attribute;
    }

    /// `changes_applied`
    pub(crate) fn changes_applied(&self, interpreter: &mut Interpreter) -> Eval<()> {
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
    pub(crate) fn primary_key_index(&self) -> Option<usize> {
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
