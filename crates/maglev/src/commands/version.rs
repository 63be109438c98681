//! `db:version`.

use anyhow::Result;

use super::context::Context;
use super::session::Session;
use crate::cli::args::{Common, Format};
use crate::events::Event;
use crate::exit::Exit;

pub fn run(common: &Common, context: &Context) -> Result<Exit> {
    let targets = context.targets(common)?;
    for target in targets.targets {
        let outcome =
            Session::open(context, &targets.environment, target, &common.include).and_then(|session| version(&session));
        if let Err(exit) = outcome {
            return Ok(exit);
        }
    }
    Ok(Exit::Done)
}

fn version(session: &Session) -> Result<(), Exit> {
    let current = session.versions()?.into_iter().max().unwrap_or(0);
    let database = session.target.config.database().unwrap_or_default();
    match session.printer.format() {
        Format::Json => {
            let database = session.printer.database().unwrap_or(&database);
            session.printer.emit(&Event::Version { database, version: current.to_string() });
        }
        Format::Rails => session.printer.data(&format!("\ndatabase: {database}\nCurrent version: {current}\n\n")),
    }
    Ok(())
}
