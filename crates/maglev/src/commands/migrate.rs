//! `db:migrate`. With several databases, their pending versions interleave, as in Rails.

use std::collections::{BTreeMap, HashMap};

use activerecord::migration::migration_context::{valid_version_format, version_number};
use activerecord::migrator::Plan;
use anyhow::{Result, bail};

use super::context::Context;
use super::session::Session;
use crate::cli::args::{Format, Migrate};
use crate::exit::Exit;

pub fn run(arguments: &Migrate, context: &Context) -> Result<Exit> {
    let target_version = arguments.to.as_deref().map(parse_version).transpose()?;
    let targets = context.targets(&arguments.common)?;
    let several = targets.targets.len() > 1;
    let rows = match &arguments.rows {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        None => HashMap::new(),
    };
    let mut sessions = Vec::new();
    for target in targets.targets {
        match Session::open(context, &targets.environment, target, &arguments.common.include) {
            Ok(mut session) => {
                session.rows.clone_from(&rows);
                sessions.push(session);
            }
            Err(exit) => return Ok(exit),
        }
    }
    let outcome = if several {
        migrate_several(&mut sessions, arguments, target_version)
    } else {
        sessions.iter_mut().try_for_each(|session| migrate_one(session, arguments, target_version))
    };
    Ok(outcome.err().unwrap_or(Exit::Done))
}

/// A version as Rails takes it from `VERSION`: digits, or a migration's file name.
pub fn parse_version(version: &str) -> Result<u128> {
    if !valid_version_format(version) {
        bail!("Invalid format of target version: `VERSION={version}`");
    }
    Ok(version_number(version))
}

fn migrate_one(session: &mut Session, arguments: &Migrate, target: Option<u128>) -> Result<(), Exit> {
    let scope = arguments.scope.as_deref();
    let selected = session.migrations.iter().filter(|migration| scope.is_none_or(|scope| migration.scope == scope));
    let plan = Plan::migrate(selected.cloned().collect(), &session.versions()?, target);
    let migrated = match plan {
        Some(plan) => session.carry_out(&plan, &arguments.running, arguments.keep_going)?,
        None => 0,
    };
    if let Some(scope) = scope
        && migrated == 0
        && session.printer.format() == Format::Rails
    {
        session.printer.migration_output(&format!("No migrations ran. (using {scope} scope)\n"));
    }
    session.finish(migrated)
}

/// `migrate_all` with `db_configs_with_versions`: version by version, each in every database that lacks it.
fn migrate_several(sessions: &mut [Session], arguments: &Migrate, target: Option<u128>) -> Result<(), Exit> {
    let mut by_version: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
    for (index, session) in sessions.iter_mut().enumerate() {
        let recorded = session.versions()?;
        let pending = session.migrations.iter().map(|migration| migration.version);
        for version in pending.filter(|version| !recorded.contains(version)) {
            if target.is_none_or(|target| target == version) {
                by_version.entry(version).or_default().push(index);
            }
        }
        if let Some(plan) = Plan::migrate(session.migrations.clone(), &recorded, None) {
            session.check(&plan, &arguments.running)?;
        }
    }
    let mut migrated = vec![0; sessions.len()];
    for (version, indexes) in by_version {
        for index in indexes {
            let session = &mut sessions[index];
            let own = session.migrations.iter().filter(|migration| migration.version == version).cloned().collect();
            if let Some(plan) = Plan::migrate(own, &session.versions()?, target) {
                migrated[index] += session.carry_out(&plan, &arguments.running, arguments.keep_going)?;
            }
        }
    }
    sessions.iter().zip(migrated).try_for_each(|(session, count)| session.finish(count))
}
