//! `db:migrate:down`.

use activerecord::world::Direction;
use anyhow::Result;

use super::context::Context;
use super::rollback::run_one;
use crate::cli::args::One;
use crate::exit::Exit;

pub fn run(arguments: &One, context: &Context) -> Result<Exit> {
    run_one(&arguments.common, &arguments.running, &arguments.version, Direction::Down, context, "db:migrate:down")
}
