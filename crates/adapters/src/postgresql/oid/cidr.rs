//! postgresql/oid/{cidr,inet}.rb. An address is text here; models make an `IPAddr` of it. What is none is nil.

use std::net::IpAddr;

use crate::types::CastType;
use crate::{Arg, Result};

#[derive(Clone, Copy, Debug)]
pub struct Cidr(pub &'static str);

impl CastType for Cidr {
    fn type_name(&self) -> Option<&str> {
        Some(self.0)
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Str(text) if !is_address(text) => Arg::Nil,
            other => other.clone(),
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }
}

fn is_address(text: &str) -> bool {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    match address.parse::<IpAddr>() {
        Ok(address) => {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            prefix.is_none_or(|prefix| {
                prefix.parse::<u8>().is_ok_and(|prefix| prefix <= bits) || prefix.parse::<IpAddr>().is_ok()
            })
        }
        Err(_) => false,
    }
}
