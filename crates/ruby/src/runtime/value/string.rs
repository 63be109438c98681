//! String. Its characters are kept as UTF-8 whatever its encoding is (see `crate::runtime::encoding`); a binary string keeps each byte
//! as the character of the same number, so that length, indexing and patterns work on its bytes.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::fmt;

use crate::runtime::encoding::{self, Encoding};

/// A String: its text, its encoding, and whether it may change.
#[derive(Debug, Default)]
pub struct RString {
    text: RefCell<String>,
    encoding: Cell<Encoding>,
    frozen: Cell<bool>,
}

impl RString {
    /// In UTF-8.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: RefCell::new(text.into()), ..Self::default() }
    }

    /// Of bytes that stand for no characters.
    pub fn binary(bytes: &[u8]) -> Self {
        let text = bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
        Self::encoded(text, Encoding::BINARY)
    }

    /// UTF-8, valid or not.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::new(Encoding::UTF_8.text_of(bytes).unwrap_or_default())
    }

    /// `text` is what a string of that encoding keeps.
    pub fn encoded(text: impl Into<String>, encoding: Encoding) -> Self {
        Self { text: RefCell::new(text.into()), encoding: Cell::new(encoding), frozen: Cell::new(false) }
    }

    /// `encoding`
    pub fn encoding(&self) -> Encoding {
        self.encoding.get()
    }

    /// `force_encoding`: the text is not looked at.
    pub fn set_encoding(&self, encoding: Encoding) {
        self.encoding.set(encoding);
    }

    /// Whether its bytes stand for no characters.
    pub fn is_binary(&self) -> bool {
        self.encoding.get() == Encoding::BINARY
    }

    /// Whether it has bytes that are no characters.
    pub fn is_broken(&self) -> bool {
        !self.encoding.get().is_valid(&self.text.borrow())
    }

    /// Whether its text is just that: UTF-8 without bytes that are none, or ASCII.
    pub fn is_plain(&self) -> bool {
        match self.encoding.get() {
            Encoding::UTF_8 | Encoding::US_ASCII => !encoding::is_broken(&self.text.borrow()),
            _ => self.text.borrow().is_ascii() && self.encoding.get().is_ascii_compatible(),
        }
    }

    /// `frozen?`
    pub fn is_frozen(&self) -> bool {
        self.frozen.get()
    }

    /// For good, as in Ruby.
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

    /// Puts another text in its place.
    pub fn replace(&self, text: String) {
        *self.text.borrow_mut() = text;
    }

    /// The bytes that Ruby would see.
    pub fn bytes(&self) -> Vec<u8> {
        self.encoding.get().bytes_of(&self.text.borrow())
    }
}

impl fmt::Display for RString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text.borrow())
    }
}
