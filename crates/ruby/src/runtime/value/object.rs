//! Objects: instance variables, and the native data that stands behind built-in and host classes.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use super::ivars::Ivars;
use super::release::{release, release_shared};
use super::{RClass, Value};
use crate::syntax::symbol::Symbol;

/// Rust state behind a Ruby object. State that changes has its own cell inside, so that no borrow is
/// held while Ruby code runs.
pub trait NativeData: Any {
    /// What makes two objects of one class `eql?` (a big number's digits, a date). None: identity.
    fn eql_key(&self) -> Option<String> {
        None
    }

    /// The steps that a native method may take for it, where they are many: numbers of many digits.
    fn cost(&self) -> u64 {
        0
    }

    /// The point in time that this is, in nanoseconds since 1970, where it is a time of another kind than Ruby's own.
    fn instant(&self) -> Option<i128> {
        None
    }

    /// The offset of such a time from UTC, in seconds, and what that is called.
    fn offset(&self) -> Option<(i32, String)> {
        None
    }

    /// The zone of the IANA database that this names.
    fn zone_name(&self) -> Option<&str> {
        None
    }

    /// A length of time that knows how to move a time: by its methods `since` and `until`.
    fn is_duration(&self) -> bool {
        false
    }

    /// What `dup` gives the copy. None: the copy shares this, which is right for what never changes.
    fn duplicate(&self) -> Option<Rc<dyn NativeData>> {
        None
    }
}

/// An object of a class: instance variables, and data of Rust where its class has such.
#[derive(Default)]
pub struct RObject {
    class: RefCell<Option<Rc<RClass>>>,
    ivars: RefCell<Ivars>,
    data: RefCell<Option<Rc<dyn NativeData>>>,
    frozen: Cell<bool>,
}

impl RObject {
    /// Without either.
    pub fn new(class: &Rc<RClass>) -> Self {
        Self {
            class: RefCell::new(Some(Rc::clone(class))),
            ivars: RefCell::default(),
            data: RefCell::default(),
            frozen: Cell::new(false),
        }
    }

    /// As `allocate` of a class that is native.
    pub fn with_data(class: &Rc<RClass>, data: Rc<dyn NativeData>) -> Self {
        let object = Self::new(class);
        object.set_data(data);
        object
    }

    /// The class that method look-up starts at: the singleton class where there is one.
    pub fn class(&self) -> Rc<RClass> {
        Rc::clone(self.class.borrow().as_ref().unwrap_or_else(|| unreachable!("an object has a class from birth")))
    }

    /// Gives it a class of its own, or another one.
    pub fn set_class(&self, class: Rc<RClass>) {
        *self.class.borrow_mut() = Some(class);
    }

    /// The data, if it is of this type.
    pub fn data<T: NativeData>(&self) -> Option<Rc<T>> {
        let data: Rc<dyn Any> = Rc::clone(self.data.borrow().as_ref()?) as Rc<dyn Any>;
        data.downcast::<T>().ok()
    }

    /// The data, whatever it is.
    pub fn native_data(&self) -> Option<Rc<dyn NativeData>> {
        self.data.borrow().clone()
    }

    /// A copy with the same class, instance variables and data; not frozen.
    #[must_use]
    pub fn duplicate(&self, class: &Rc<RClass>) -> Self {
        let data = self.data.borrow().clone().map(|data| data.duplicate().unwrap_or(data));
        Self {
            class: RefCell::new(Some(Rc::clone(class))),
            ivars: RefCell::new(self.ivars.borrow().clone()),
            data: RefCell::new(data),
            frozen: Cell::new(false),
        }
    }

    /// Whether it has any.
    pub fn has_data(&self) -> bool {
        self.data.borrow().is_some()
    }

    /// In the place of what it had: `initialize` and `replace` do so.
    pub fn set_data(&self, data: Rc<dyn NativeData>) {
        *self.data.borrow_mut() = Some(data);
    }

    /// See [`NativeData::eql_key`].
    pub fn eql_key(&self) -> Option<String> {
        self.data.borrow().as_ref().and_then(|data| data.eql_key())
    }

    /// See [`NativeData::cost`].
    pub fn cost(&self) -> u64 {
        self.data.borrow().as_ref().map_or(0, |data| data.cost())
    }

    /// None where it was never set.
    pub fn ivar(&self, name: Symbol) -> Option<Value> {
        self.ivars.borrow().get(name).cloned()
    }

    /// Whether it is frozen or not.
    pub fn set_ivar(&self, name: Symbol, value: Value) {
        self.ivars.borrow_mut().insert(name, value);
    }

    /// All of them.
    pub fn ivars(&self) -> &RefCell<Ivars> {
        &self.ivars
    }

    /// `frozen?`
    pub fn is_frozen(&self) -> bool {
        self.frozen.get()
    }

    /// For good, as in Ruby.
    pub fn freeze(&self) {
        self.frozen.set(true);
    }
}

impl fmt::Debug for RObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#<{}>", self.class().name())
    }
}

impl Drop for RObject {
    fn drop(&mut self) {
        let ivars = self.ivars.take();
        if ivars.iter().any(|(_, value)| value.holds_values()) {
            release(ivars);
        }
        release_shared(self.data.take());
    }
}
