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
