//! Ruby's encodings: their names, and bytes to characters and back. The tables are WHATWG's, from encoding_rs, put right
//! where Ruby's own differ; what is missing has a name alone.
//!
//! A string's characters are kept as UTF-8 whatever its encoding is. A byte that is no character of its encoding is kept as
//! one of the last 128 code points of Unicode, which are nobody's: see [`escape`].

mod names;
mod tables;

use std::borrow::Cow;

pub use names::{NAMED, Named};
use tables::Codec;

/// By its place in [`NAMED`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Encoding(u8);

/// What bytes begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Char(char),
    /// A sequence of the encoding that stands for no character.
    Undefined,
    /// No sequence of the encoding.
    Invalid,
    /// The bytes end within a sequence.
    Incomplete,
}

/// Why a character has no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBytes {
    Undefined,
    /// Ruby has an answer, and it is not known here.
    Unknown,
}

const FIRST_ESCAPE: u32 = 0x0010_FF80;

/// The stand-in of a byte that is no character.
pub fn escape(byte: u8) -> char {
    char::from_u32(FIRST_ESCAPE + u32::from(byte & 0x7f)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The byte that a character stands in for.
pub fn escaped(c: char) -> Option<u8> {
    (c as u32).checked_sub(FIRST_ESCAPE).map(|offset| 0x80 | (offset & 0x7f) as u8)
}

/// Whether a text has bytes that are no characters. Looks at nothing else than the one byte that they all begin with.
pub fn is_broken(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some(at) = memchr::memchr(0xf4, rest) {
        if matches!(rest.get(at..at + 3), Some([0xf4, 0x8f, 0xbe | 0xbf])) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// A text for those who know of no escapes: U+FFFD where its bytes are no characters.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !is_broken(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(String::from_utf8_lossy(&Encoding::UTF_8.bytes_of(text)).into_owned())
}

impl Encoding {
    /// Of every literal, unless its escapes say otherwise.
    pub const UTF_8: Self = Self(0);
    /// ASCII-8BIT: bytes that stand for no characters.
    pub const BINARY: Self = Self(1);
    /// What symbols and numbers are written in.
    pub const US_ASCII: Self = Self(2);

    /// Every encoding that Ruby has, in its order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..NAMED.len()).map(|index| Self(index as u8))
    }

    /// By a name, whatever its case.
    pub fn find(name: &str) -> Option<Self> {
        if ["locale", "external", "filesystem"].iter().any(|default| name.eq_ignore_ascii_case(default)) {
            return Some(Self::UTF_8);
        }
        let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
        Self::all().find(|encoding| {
            is_it(&encoding.name()) || encoding.named().aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
        })
    }

    /// What is known of it.
    pub fn named(self) -> &'static Named {
        &NAMED[usize::from(self.0)]
    }

    /// As `Encoding#name` answers.
    pub fn name(self) -> &'static str {
        self.named().name
    }

    /// Whether ASCII's bytes stand for the same characters in it.
    pub fn is_ascii_compatible(self) -> bool {
        self.named().ascii_compatible
    }

    /// Whether characters can be read and written.
    pub fn is_known(self) -> bool {
        Codec::of(self).is_some()
    }

    /// What the bytes begin with, and how many bytes that is. There is at least one byte.
    pub fn first(self, bytes: &[u8]) -> (Unit, usize) {
        match Codec::of(self) {
            Some(codec) => codec.first(bytes),
            None => (Unit::Invalid, 1),
        }
    }

    /// A character's bytes.
    pub fn encode(self, c: char, out: &mut Vec<u8>) -> Result<(), NoBytes> {
        Codec::of(self).ok_or(NoBytes::Unknown)?.encode(c, out)
    }

    /// The text that a string of this encoding keeps for bytes. None: they would not come back as they were.
    pub fn text_of(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::BINARY => return Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
            Self::UTF_8 => return Some(utf8_text(bytes)),
            _ => {}
        }
        let mut text = String::with_capacity(bytes.len());
        let mut rest = bytes;
        while !rest.is_empty() {
            let (unit, length) = self.first(rest);
            match unit {
                Unit::Char(c) => text.push(c),
                _ => {
                    for &byte in &rest[..length] {
                        text.push(if byte < 0x80 { char::from(byte) } else { escape(byte) });
                    }
                }
            }
            rest = &rest[length..];
        }
        (self.bytes_of(&text) == bytes).then_some(text)
    }

    /// The bytes that a string's text stands for.
    pub fn bytes_of(self, text: &str) -> Vec<u8> {
        match self {
            Self::BINARY => return text.chars().map(|c| c as u8).collect(),
            Self::UTF_8 if !is_broken(text) => return text.as_bytes().to_vec(),
            _ => {}
        }
        let mut bytes = Vec::with_capacity(text.len());
        for c in text.chars() {
            match escaped(c) {
                Some(byte) => bytes.push(byte),
                // What has no bytes cannot come into such a string.
                None => drop(self.encode(c, &mut bytes)),
            }
        }
        bytes
    }

    /// Whether every byte is part of a sequence of this encoding.
    pub fn is_valid(self, text: &str) -> bool {
        if self == Self::BINARY || !is_broken(text) {
            return true;
        }
        let bytes = self.bytes_of(text);
        if self == Self::UTF_8 {
            return std::str::from_utf8(&bytes).is_ok();
        }
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            match self.first(rest) {
                (Unit::Invalid | Unit::Incomplete, _) => return false,
                (_, length) => rest = &rest[length..],
            }
        }
        true
    }
}

/// UTF-8 with an escape for each byte that is no part of a character, and for characters that look like one.
fn utf8_text(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !is_broken(text)
    {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if escaped(c).is_some() {
                text.extend(c.encode_utf8(&mut [0; 4]).bytes().map(escape));
            } else {
                text.push(c);
            }
        }
        text.extend(chunk.invalid().iter().map(|&byte| escape(byte)));
    }
    text
}
