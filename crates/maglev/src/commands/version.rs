//! `db:version`.

use anyhow::Result;

use super::session::{Session, targets};
use crate::cli::args::{Common, Format};
use crate::events::Event;
use crate::exit::Exit;
use crate::printer::Printer;

pub fn run(common: &Common, printer: &Printer) -> Result<Exit> {
    let (targets, root) = targets(common)?;
    for target in targets.targets {
        let outcome = Session::open(&targets.environment, target, root.clone(), common, printer)
            .and_then(|session| version(&session));
        if let Err(exit) = outcome {
            return Ok(exit);
        }
    }
    Ok(Exit::Done)
}

fn version(session: &Session) -> Result<(), Exit> {
    let current = session.versions()?.into_iter().max().unwrap_or(0);
    let database = session.target.config.database().unwrap_or_default();
    match session.format {
        Format::Json => session.emit(&Event::Version { database: &database, version: current.to_string() }),
        Format::Rails => session.printer.data(&format!("\ndatabase: {database}\nCurrent version: {current}\n\n")),
    }
    Ok(())
}
