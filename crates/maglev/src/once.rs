//! A signed payload runs once: its nonce is kept in `ar_internal_metadata` for as long as its signature would be accepted.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use activerecord::internal_metadata;
use adapters::{Adapter, Error, Result};
use jiff::{SignedDuration, Timestamp};

/// Begins the keys of Rails' table that are Maglev's.
const KEY: &str = "maglev_nonce_";

/// The nonce of a signed payload.
#[derive(Debug)]
pub(crate) struct Once {
    nonce: String,
    signed_at: Timestamp,
    /// The databases that have it.
    claimed: Mutex<BTreeSet<String>>,
}

impl Once {
    pub(crate) fn new(nonce: String, signed_at: Timestamp) -> Self {
        Self { nonce, signed_at, claimed: Mutex::default() }
    }

    /// Takes the nonce in the app's database `name`, and forgets those of `age` and older. A command that runs several plans
    /// has it after the first. Rails' own tables are there.
    pub(crate) fn claim(&self, name: &str, adapter: &mut dyn Adapter, age: SignedDuration) -> Result<()> {
        if !self.claimed.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned()) {
            return Ok(());
        }
        if !internal_metadata::enabled(adapter) {
            return Err(Error::argument(
                "a signed payload needs ar_internal_metadata, which remembers it; `use_metadata_table` is false",
            ));
        }
        internal_metadata::forget(adapter, KEY, Timestamp::now() - age)?;
        if internal_metadata::claim(adapter, &format!("{KEY}{}", self.nonce), &self.signed_at.to_string())? {
            return Ok(());
        }
        Err(Error::argument(format!("this payload, signed at {}, was run before; sign it again", self.signed_at)))
    }
}
