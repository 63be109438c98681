//! `check`: what the native engine would refuse, and where. Needs no database.

use std::rc::Rc;

use anyhow::{Context, Result, anyhow};

use super::session::refusals;
use crate::cli::args::{Check, Format};
use crate::config;
use crate::events::Event;
use crate::exit::Exit;
use crate::files::DiskFiles;
use crate::host::{LocalHost, Silence};
use crate::printer::Printer;
use crate::report;
use activerecord::migration::migration_context::{MigrationContext, MigrationFiles};
use activerecord::migration::migrator;
use activerecord::world::{Direction, World, WorldOptions};

pub fn run(arguments: &Check, printer: &Printer) -> Result<Exit> {
    let root = std::env::current_dir().context("cannot tell the current folder")?;
    let dirs = if arguments.dirs.is_empty() { config::migrations_paths(&root) } else { arguments.dirs.clone() };
    for dir in dirs.iter().filter(|dir| !dir.is_dir()) {
        anyhow::bail!("there is no folder {}", dir.display());
    }
    let files = DiskFiles::new(&dirs);
    let inflections = std::fs::read_to_string(root.join("config/initializers/inflections.rb")).ok();
    let host = LocalHost::new(root, Rc::new(Silence));
    let world = World::unconnected(Box::new(host), WorldOptions { inflections, ..WorldOptions::default() })
        .and_then(|mut world| world.load_inflections().map(|()| world))
        .map_err(|error| anyhow!("{}: {}", error.class, error.message))?;
    let migrations = MigrationContext::new(&files, false)
        .migrations(&world)
        .and_then(|migrations| migrator::validate(&migrations).map(|()| migrations))
        .map_err(|error| anyhow!("{}", error.to_string().trim()))?;
    let all: Vec<_> = migrations.iter().collect();
    let refused = refusals(&all, Direction::Up, &files, &world);
    for migration in &migrations {
        let reasons = refused.iter().find(|(other, _)| other.version == migration.version).map(|(_, reasons)| reasons);
        match (arguments.format, reasons) {
            (Format::Json, Some(reasons)) => {
                let reasons = reasons.iter().map(Into::into).collect();
                printer.data(&Event::Refused { migration: migration.into(), reasons }.line());
            }
            (Format::Json, None) => printer.data(&Event::Native { migration: migration.into() }.line()),
            (Format::Rails, Some(reasons)) => {
                printer.migration_output(&format!("refused  {}\n", migration.filename));
                printer.error_output(&report::refusal(printer, migration, reasons));
            }
            (Format::Rails, None) => printer.migration_output(&format!("native   {}\n", migration.filename)),
        }
    }
    if arguments.format == Format::Rails {
        let native = migrations.len() - refused.len();
        printer.migration_output(&format!("{native} of {} native\n", files.paths().len()));
    }
    Ok(if refused.is_empty() { Exit::Done } else { Exit::Refused })
}
