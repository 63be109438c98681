//! postgresql/oid/{cidr,inet}.rb. An address is text here; models make an `IPAddr` of it. What is none is nil.

use std::net::IpAddr;

use crate::types::CastType;
use crate::{Arg, Result};

/// `cidr` or `inet`, as its name says: an address, whose mask may be left out.
#[derive(Clone, Copy, Debug)]
pub struct Cidr(pub &'static str);

impl CastType for Cidr {
    fn type_name(&self) -> Option<&str> {
        Some(self.0)
    }

    fn cast(&self, value: &Arg) -> Result<Arg> {
        Ok(match value {
            Arg::Str(text) if network(text).is_none() => Arg::Nil,
            other => other.clone(),
        })
    }

    fn is_mutable(&self) -> bool {
        true
    }

    /// An address alone where its prefix is 32, which for the newer protocol's is a network.
    fn type_cast_for_schema(&self, value: &Arg) -> String {
        match network(&value.to_s()) {
            Some((address, 32)) => Arg::Str(address.to_string()).inspect(),
            Some((address, prefix)) => Arg::Str(format!("{address}/{prefix}")).inspect(),
            None => value.inspect(),
        }
    }
}

/// As `IPAddr` reads it: what is beyond the prefix counts as zero.
fn network(text: &str) -> Option<(IpAddr, u32)> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    // A mask counts as the prefix that it stands for.
    let prefix_of = |bits: u32| match prefix.map(|prefix| (prefix.parse::<u32>(), prefix.parse::<IpAddr>())) {
        None => Some(bits),
        Some((Ok(prefix), _)) => Some(prefix).filter(|prefix| *prefix <= bits),
        Some((_, Ok(IpAddr::V4(mask)))) => Some(mask.to_bits().leading_ones()),
        Some((_, Ok(IpAddr::V6(mask)))) => Some(mask.to_bits().leading_ones().min(bits)),
        Some(_) => None,
    };
    Some(match address.parse().ok()? {
        IpAddr::V4(address) => {
            let prefix = prefix_of(32)?;
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            (IpAddr::V4((address.to_bits() & mask).into()), prefix)
        }
        IpAddr::V6(address) => {
            let prefix = prefix_of(128)?;
            let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
            (IpAddr::V6((address.to_bits() & mask).into()), prefix)
        }
    })
}
