//! String. UTF-8 text; a binary string keeps each byte as the character of the same number, so that
//! length, indexing and patterns work on its bytes.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::fmt;

#[derive(Debug, Default)]
pub struct RString {
    text: RefCell<String>,
    binary: Cell<bool>,
    frozen: Cell<bool>,
}

impl RString {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: RefCell::new(text.into()), ..Self::default() }
    }

    pub fn binary(bytes: &[u8]) -> Self {
        let text = bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
        Self { text: RefCell::new(text), binary: Cell::new(true), frozen: Cell::new(false) }
    }

    pub fn is_binary(&self) -> bool {
        self.binary.get()
    }

    pub fn set_binary(&self, binary: bool) {
        self.binary.set(binary);
    }

    pub fn is_frozen(&self) -> bool {
        self.frozen.get()
    }

    pub fn freeze(&self) {
        self.frozen.set(true);
    }

    /// The text, borrowed: do not hold it across a call back into the interpreter.
    pub fn borrow(&self) -> Ref<'_, str> {
        Ref::map(self.text.borrow(), String::as_str)
    }

    /// The text, to change: the caller has checked that the string is not frozen.
    pub fn borrow_mut(&self) -> RefMut<'_, String> {
        self.text.borrow_mut()
    }

    pub fn replace(&self, text: String) {
        *self.text.borrow_mut() = text;
    }

    /// The bytes that Ruby would see.
    pub fn bytes(&self) -> Vec<u8> {
        let text = self.text.borrow();
        if self.is_binary() { text.chars().map(|c| c as u8).collect() } else { text.as_bytes().to_vec() }
    }
}

impl fmt::Display for RString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text.borrow())
    }
}
