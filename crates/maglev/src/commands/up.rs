//! `db:migrate:up`.

use activerecord::world::Direction;
use anyhow::Result;

use super::rollback::run_one;
use crate::cli::args::One;
use crate::exit::Exit;
use crate::printer::Printer;

pub fn run(arguments: &One, printer: &Printer) -> Result<Exit> {
    run_one(&arguments.common, &arguments.running, &arguments.version, Direction::Up, printer, "db:migrate:up")
}
