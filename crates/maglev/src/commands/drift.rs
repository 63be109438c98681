//! `drift`: the database beside the app's schema file, or beside another database.

use std::fs;
use std::path::Path;

use activerecord::settings::SchemaFormat;
use adapters::schema_dumper::RailsVersion;
use anyhow::{Result, bail};

use super::context::Context;
use super::outcome::{Database, Outcome, Reading};
use super::schema_dump;
use super::session::{Session, Step};
use super::stop::Why;
use crate::cli::args::drift::Drift;
use crate::config::{Target, Targets};
use crate::request::{Common, Running};
use crate::schema_text::{SchemaText, arranged};

/// Err: wrong usage or configuration.
pub(crate) fn run(arguments: &Drift, context: &Context) -> Result<Outcome> {
    let mut targets = context.targets(&arguments.common)?;
    let other = match &arguments.against {
        Some(_) if targets.targets.len() > 1 => {
            bail!("`--against` compares one database; `--name` picks one of several")
        }
        Some(url) => {
            let common = Common { database: Some(url.clone()), name: None, ..arguments.common.clone() };
            context.targets(&common)?.targets.pop()
        }
        None => None,
    };
    let compared = match other {
        Some(other) => {
            let own = targets.targets.pop().into_iter();
            own.map(|target| databases(arguments, context, &targets.environment, target, other.clone())).collect()
        }
        None => {
            let open =
                |target| Session::open(context, &targets.environment, target, &arguments.common, &Running::default());
            let each = targets.targets.into_iter().map(|target| file(&mut open(target)?, arguments.file.as_deref()));
            each.filter_map(Result::transpose).collect::<Step<Vec<_>>>()
        }
    };
    let account = context.teller.account().clone();
    Ok(match compared {
        Ok(readings) => Outcome { account, readings, stop: None },
        Err(stop) => Outcome { account, stop: Some(stop), ..Outcome::default() },
    })
}

/// None: the database has no file.
fn file(session: &mut Session, named: Option<&Path>) -> Step<Option<Reading>> {
    let path = match schema_dump::path(session, named)? {
        Some((SchemaFormat::Ruby, path)) => path,
        Some((SchemaFormat::Sql, path)) => {
            let message =
                format!("{}: a schema in SQL is not compared; `--against URL` compares two databases", path.display());
            return Err(session.stop(Why::Unusable(message)));
        }
        None => return Ok(None),
    };
    let theirs = read(&path).map_err(|message| session.stop(Why::Unusable(message)))?;
    let rails = theirs.rails().and_then(RailsVersion::parse);
    let text = schema_dump::schema_rb(session, &path, rails)?;
    let of = session.database();
    let reading = beside(of, &path, &theirs, &text).map_err(|message| session.stop(Why::Unusable(message)))?;
    Ok(Some(reading))
}

/// A schema's file. Err: why it is none to compare with.
pub(crate) fn read(path: &Path) -> Result<SchemaText, String> {
    let unusable = |message: String| format!("{}: {message}", path.display());
    let text = fs::read_to_string(path);
    let text = text.map_err(|error| unusable(format!("{error}; `maglev schema dump` writes it")))?;
    SchemaText::parse(&text).ok_or_else(|| unusable("not a file as Rails writes it".to_owned()))
}

/// A database's dump beside a file.
pub(crate) fn beside(of: Database, path: &Path, theirs: &SchemaText, dump: &str) -> Result<Reading, String> {
    let ours = SchemaText::parse(dump).ok_or_else(|| INCOMPARABLE.to_owned())?;
    Ok(compared(of, &ours, path.display().to_string(), theirs))
}

/// What a database has otherwise than `beside`.
fn compared(of: Database, ours: &SchemaText, beside: String, theirs: &SchemaText) -> Reading {
    let diff = arranged::diff((&beside, theirs), (&of.name, ours));
    Reading::Drift { of, beside, diff }
}

const INCOMPARABLE: &str = "the database has what no schema.rb can be compared by";

/// One database beside another.
fn databases(arguments: &Drift, context: &Context, environment: &str, target: Target, other: Target) -> Step<Reading> {
    let (model, theirs) = dumped(&arguments.common, context, environment, other, None)?;
    let (of, ours) = dumped(&arguments.common, context, environment, target, None)?;
    Ok(compared(of, &ours, model.name, &theirs))
}

/// The database of a URL, for one that is not within reach to be compared with. Err: the URL is none.
pub(crate) fn of_url(
    url: &str,
    common: &Common,
    context: &Context,
    rails: RailsVersion,
) -> Result<Step<(Database, SchemaText)>> {
    let common = Common { database: Some(url.to_owned()), name: None, ..common.clone() };
    let Targets { environment, mut targets } = context.targets(&common)?;
    let Some(target) = targets.pop() else { bail!("no database of the `{environment}` environment") };
    Ok(dumped(&common, context, &environment, target, Some(rails)))
}

/// A dump that came from elsewhere beside a database.
pub(crate) fn beside_database(of: Database, dump: &str, other: (&Database, &SchemaText)) -> Result<Reading> {
    let Some(ours) = SchemaText::parse(dump) else { bail!(INCOMPARABLE) };
    let (model, theirs) = other;
    Ok(compared(of, &ours, model.name.clone(), theirs))
}

fn dumped(
    common: &Common,
    context: &Context,
    environment: &str,
    target: Target,
    rails: Option<RailsVersion>,
) -> Step<(Database, SchemaText)> {
    let mut session = Session::open(context, environment, target, common, &Running::default())?;
    let text = dump(&mut session, Path::new(""), rails)?;
    Ok((session.database(), text))
}

fn dump(session: &mut Session, path: &Path, rails: Option<RailsVersion>) -> Step<SchemaText> {
    let text = schema_dump::schema_rb(session, path, rails)?;
    match SchemaText::parse(&text) {
        Some(text) => Ok(text),
        None => Err(session.stop(Why::Unusable(INCOMPARABLE.to_owned()))),
    }
}
