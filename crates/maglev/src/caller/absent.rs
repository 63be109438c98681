//! A build without the caller: it runs migrations itself, here or as the function.

use anyhow::{Result, bail};

use crate::cli::args::Payload;
use crate::exit::Exit;
use crate::request::Request;
use crate::teller::Teller;

const ABSENT: &str =
    "this Maglev was built without the cargo feature `caller`, which packs migrations and asks a function";

pub(crate) fn run(_request: &Request, _function: &str, _teller: &Teller) -> Result<Exit> {
    bail!(ABSENT)
}

pub(crate) fn payload(_arguments: &Payload, _teller: &Teller) -> Result<String> {
    bail!(ABSENT)
}

/// What the function's schema is asked for.
pub(crate) mod schema {
    use anyhow::{Result, bail};

    use super::ABSENT;
    use crate::cli::args::SchemaDump;
    use crate::cli::args::drift::Drift;
    use crate::exit::Exit;
    use crate::teller::Teller;

    pub(crate) fn dump(_arguments: &SchemaDump, _function: &str, _teller: &Teller) -> Result<Exit> {
        bail!(ABSENT)
    }

    pub(crate) fn drift(_arguments: &Drift, _function: &str, _teller: &Teller) -> Result<Exit> {
        bail!(ABSENT)
    }
}
