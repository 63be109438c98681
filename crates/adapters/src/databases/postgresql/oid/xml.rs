//! postgresql/oid/xml.rb

use crate::postgresql::quoting::quote_string;
use crate::types::{CastType, Text};
use crate::{Arg, Result};

/// A text whose literal says that it is a document.
#[derive(Clone, Debug)]
pub struct Xml(Text);

impl Default for Xml {
    fn default() -> Self {
        Self(Text::new("xml", None))
    }
}

impl CastType for Xml {
    fn type_name(&self) -> Option<&str> {
        self.0.type_name()
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        self.0.cast(value)
    }

    fn serialize(&self, value: &Arg) -> Result<Arg> {
        if !value.is_truthy() {
            return Ok(Arg::Nil);
        }
        Ok(match self.0.serialize(value)? {
            object @ Arg::Object { .. } => object,
            value => {
                let text = value.to_s();
                Arg::Literal { quoted: format!("xml '{}'", quote_string(&text)), text }
            }
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}
