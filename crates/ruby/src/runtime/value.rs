//! Ruby values. Immediate ones stand in the enum; the rest are reference-counted, one file a kind.
//! Anything without a variant of its own (exceptions, times, big numbers, sets, regexps) is an
//! [`RObject`] with native data.

pub mod array;
pub mod class;
pub mod hash;
mod ivars;
pub mod object;
pub mod proc;
pub mod range;
pub(crate) mod release;
pub mod string;

use std::rc::Rc;

pub use array::RArray;
pub use class::{ClassKind, RClass};
pub use hash::{HashKey, RHash};
pub use ivars::Ivars;
pub use object::{NativeData, RObject};
pub use proc::{ProcKind, RProc};
pub use range::RRange;
pub use string::RString;

use crate::syntax::symbol::Symbol;

/// Anything that Ruby code can hold.
#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Symbol(Symbol),
    Str(Rc<RString>),
    Array(Rc<RArray>),
    Hash(Rc<RHash>),
    Range(Rc<RRange>),
    Proc(Rc<RProc>),
    Class(Rc<RClass>),
    Object(Rc<RObject>),
}

impl Value {
    /// A String in UTF-8.
    pub fn str(text: impl Into<String>) -> Self {
        Self::Str(Rc::new(RString::new(text)))
    }

    /// A string of raw bytes (Ruby's ASCII-8BIT).
    pub fn binary(bytes: &[u8]) -> Self {
        Self::Str(Rc::new(RString::binary(bytes)))
    }

    /// A string of UTF-8, valid or not.
    pub fn text(bytes: &[u8]) -> Self {
        Self::Str(Rc::new(RString::of_bytes(bytes)))
    }

    /// The Symbol of this name.
    pub fn symbol(name: &str) -> Self {
        Self::Symbol(Symbol::new(name))
    }

    /// A new Array.
    pub fn array(items: Vec<Value>) -> Self {
        Self::Array(Rc::new(RArray::new(items)))
    }

    /// A new Hash.
    pub fn hash(hash: RHash) -> Self {
        Self::Hash(Rc::new(hash))
    }

    /// An instance of `class` that carries `data`.
    pub fn native<T: NativeData>(class: &Rc<RClass>, data: T) -> Self {
        Self::Object(Rc::new(RObject::with_data(class, Rc::new(data))))
    }

    /// Whether it is neither nil nor false.
    pub fn truthy(&self) -> bool {
        !matches!(self, Self::Nil | Self::Bool(false))
    }

    /// `nil?`, which no class may write anew here.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// The native data of an object, if it is a `T`.
    pub fn data<T: NativeData>(&self) -> Option<Rc<T>> {
        match self {
            Self::Object(object) => object.data::<T>(),
            _ => None,
        }
    }

    /// The data of an object, whatever it is.
    pub fn native_data(&self) -> Option<Rc<dyn NativeData>> {
        match self {
            Self::Object(object) => object.native_data(),
            _ => None,
        }
    }

    /// The text of a String (not of a Symbol).
    pub fn as_string(&self) -> Option<String> {
        match self {
            Self::Str(string) => Some(string.to_string()),
            _ => None,
        }
    }

    /// The text of a String or a Symbol.
    pub fn as_name(&self) -> Option<String> {
        match self {
            Self::Str(string) => Some(string.to_string()),
            Self::Symbol(symbol) => Some(symbol.to_string()),
            _ => None,
        }
    }

    /// Whether dropping it may drop further values.
    pub(crate) fn holds_values(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Hash(_) | Self::Object(_) | Self::Proc(_) | Self::Range(_))
    }

    /// Ruby's `equal?`: the same object.
    pub fn is_identical(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nil, Self::Nil) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Symbol(a), Self::Symbol(b)) => a == b,
            (Self::Str(a), Self::Str(b)) => Rc::ptr_eq(a, b),
            (Self::Array(a), Self::Array(b)) => Rc::ptr_eq(a, b),
            (Self::Hash(a), Self::Hash(b)) => Rc::ptr_eq(a, b),
            (Self::Range(a), Self::Range(b)) => Rc::ptr_eq(a, b),
            (Self::Proc(a), Self::Proc(b)) => Rc::ptr_eq(a, b),
            (Self::Class(a), Self::Class(b)) => Rc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// The address of a reference-counted value, for identity hashes and inspection.
    pub fn address(&self) -> usize {
        match self {
            Self::Str(a) => Rc::as_ptr(a).addr(),
            Self::Array(a) => Rc::as_ptr(a).addr(),
            Self::Hash(a) => Rc::as_ptr(a).addr(),
            Self::Range(a) => Rc::as_ptr(a).addr(),
            Self::Proc(a) => Rc::as_ptr(a).addr(),
            Self::Class(a) => Rc::as_ptr(a).addr(),
            Self::Object(a) => Rc::as_ptr(a).addr(),
            _ => 0,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Int(value as i64)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::str(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::str(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Self {
        Self::array(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}
