//! postgresql/oid/uuid.rb

use crate::types::CastType;
use crate::{Arg, Result};

/// A UUID in any spelling that the server takes; what is none becomes nil.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uuid;

impl CastType for Uuid {
    fn type_name(&self) -> Option<&str> {
        Some("uuid")
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(if value.is_nil() { Arg::Nil } else { canonical(&value.to_s()).map_or(Arg::Nil, Arg::Str) })
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.cast(value)
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

/// Eight groups of four digits, each with or without a hyphen behind it, all of it perhaps in braces.
fn canonical(text: &str) -> Option<String> {
    let inner = match text.strip_prefix('{') {
        Some(inner) => inner.strip_suffix('}')?,
        None => text,
    };
    let mut rest = inner;
    let mut digits = String::with_capacity(32);
    for _ in 0..8 {
        let group = rest.get(..4).filter(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        digits.push_str(&group.to_ascii_lowercase());
        rest = rest[4..].strip_prefix('-').unwrap_or(&rest[4..]);
    }
    let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    rest.is_empty().then(|| groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_made_canonical() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(canonical(text).as_deref(), expected, "{text}");
        let plain = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
        check(plain, Some(plain));
        check("{A0EEBC999C0B4EF8BB6D6BB9BD380A11}", Some(plain));
        check("a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", Some(plain));
        check("nonsense", None);
    }
}
