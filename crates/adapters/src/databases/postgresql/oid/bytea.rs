//! postgresql/oid/bytea.rb: bytes, which the server shows as text.

use crate::postgresql::utils::unescape_bytea;
use crate::types::{Binary, CastType};
use crate::{Arg, Result};

/// Bytes, which the server writes as a text.
#[derive(Clone, Debug, Default)]
pub struct Bytea(Binary);

impl CastType for Bytea {
    fn type_name(&self) -> Option<&str> {
        self.0.type_name()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        self.0.cast(value)
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        self.0.serialize(value)
    }

    fn deserialize(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Str(text) => Arg::Bytes(unescape_bytea(text)),
            other => other.clone(),
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}
