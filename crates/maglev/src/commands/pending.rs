//! `db:abort_if_pending_migrations`. Reads only: where Rails would make its own tables, this leaves the database alone.

use std::fmt::Write;

use anyhow::Result;

use super::context::Context;
use super::session::Session;
use crate::cli::args::{Common, Format};
use crate::events::Event;
use crate::exit::Exit;

pub fn run(common: &Common, context: &Context) -> Result<Exit> {
    let targets = context.targets(common)?;
    let mut lines = Vec::new();
    for target in targets.targets {
        let outcome = Session::open(context, &targets.environment, target, &common.include)
            .and_then(|session| pending(&session, &mut lines));
        if let Err(exit) = outcome {
            return Ok(exit);
        }
    }
    if lines.is_empty() {
        return Ok(Exit::Done);
    }
    if context.printer.format() == Format::Rails {
        let noun = if lines.len() > 1 { "migrations:" } else { "migration:" };
        let mut out = format!("You have {} pending {noun}\n", lines.len());
        for line in &lines {
            let _ = writeln!(out, "  {line}");
        }
        context.printer.data(&out);
        context.printer.error_output("Run `maglev migrate` to update your database then try again.\n");
    }
    Ok(Exit::Failed)
}

fn pending(session: &Session, lines: &mut Vec<String>) -> Result<(), Exit> {
    let recorded = session.versions()?;
    for migration in session.migrations.iter().filter(|migration| !recorded.contains(&migration.version)) {
        session.printer.emit(&Event::Pending { migration: migration.into() });
        lines.push(format!("{:4} {}", migration.version, migration.name));
    }
    Ok(())
}
