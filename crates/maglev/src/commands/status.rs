//! `db:migrate:status`.

use std::fmt::Write;

use activerecord::schema_migration;
use anyhow::Result;

use super::context::Context;
use super::session::Session;
use super::stop::Stop;
use crate::cli::args::{Common, Format};
use crate::events::Event;
use crate::exit::Exit;

pub fn run(common: &Common, context: &Context) -> Result<Exit> {
    let targets = context.targets(common)?;
    for target in targets.targets {
        let outcome =
            Session::open(context, &targets.environment, target, &common.include).and_then(|session| status(&session));
        if let Err(exit) = outcome {
            return Ok(exit);
        }
    }
    Ok(Exit::Done)
}

fn status(session: &Session) -> Result<(), Exit> {
    let exists = schema_migration::table_exists(&mut **session.adapter.borrow_mut());
    if !exists.map_err(|error| session.stop(&Stop::Database(error)))? {
        session.printer.error_output("Schema migrations table does not exist yet.\n");
        return Err(Exit::Failed);
    }
    let recorded = session.versions()?;
    let rows = session.migrations_status(&recorded)?;
    if session.printer.format() == Format::Json {
        for row in &rows {
            let status = if row.up { "up" } else { "down" };
            session.printer.emit(&Event::Status { status, version: &row.version, name: &row.name });
        }
        return Ok(());
    }
    let database = session.target.config.database().unwrap_or_default();
    let mut out = format!("\ndatabase: {database}\n\n{:^8}  {:<14}  Migration Name\n", "Status", "Migration ID");
    out.push_str(&"-".repeat(50));
    out.push('\n');
    for row in &rows {
        let status = if row.up { "up" } else { "down" };
        let _ = writeln!(out, "{status:^8}  {:<14}  {}", row.version, row.name);
    }
    out.push('\n');
    session.printer.data(&out);
    Ok(())
}
