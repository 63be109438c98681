//! A build without the caller: it runs migrations itself, here or as the function.

use anyhow::{Result, bail};

use crate::cli::args::{Command, Payload};
use crate::exit::Exit;
use crate::printer::Printer;

const ABSENT: &str =
    "this Maglev was built without the cargo feature `caller`, which packs migrations and asks a function";

pub fn run(_command: &Command, _function: &str, _printer: &Printer) -> Result<Exit> {
    bail!(ABSENT)
}

pub fn payload(_arguments: &Payload, _printer: &Printer) -> Result<Exit> {
    bail!(ABSENT)
}
