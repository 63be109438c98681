//! `schema dump` and `drift` with `--function`: the function answers with what its databases have, and the file is written, or
//! compared, here.

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use adapters::schema_dumper::RailsVersion;
use anyhow::{Context as _, Result, bail};

use super::{Ended, ask};
use crate::app::folder::{AppFolder, Named};
use crate::app::rails_version;
use crate::app::visible::DiskApp;
use crate::cli::args::SchemaDump;
use crate::cli::args::drift::Drift;
use crate::commands::context::Context;
use crate::commands::drift;
use crate::commands::outcome::{Database, Outcome, SchemaFile};
use crate::commands::schema_dump::written_by;
use crate::commands::schema_file;
use crate::commands::whole_file;
use crate::envelope::Schema;
use crate::exit::Exit;
use crate::request::{Dump, Request};
use crate::teller::Teller;

/// Err: wrong usage; or a file cannot be written.
pub(crate) fn dump(arguments: &SchemaDump, function: &str, teller: &Teller) -> Result<Exit> {
    let file = arguments.file.clone().or_else(schema_file::of_environment);
    let rails = match &arguments.rails {
        Some(rails) => Some(rails.clone()),
        None => app_version(file.as_deref())?,
    };
    let asked = Dump { common: arguments.common.clone(), rails, file: file.clone(), ..Dump::default() };
    let Ended { exit, schemas } = ask(&Request::Dump(asked), function, teller)?;
    let mut written = Vec::new();
    for schema in schemas {
        let path = path_of(&schema, file.as_deref())?;
        // `seen_schemas`
        if written.contains(&path) {
            continue;
        }
        write(&schema, &path, teller)?;
        written.push(path);
    }
    Ok(exit)
}

fn write(schema: &Schema, path: &Path, teller: &Teller) -> Result<()> {
    let file = if path == Path::new("-") {
        SchemaFile::Text(schema.text.clone())
    } else {
        let written = whole_file::write(path, schema.text.as_bytes());
        let is_changed = written.with_context(|| format!("cannot write {}", path.display()))?;
        SchemaFile::Written { path: path.to_owned(), is_changed }
    };
    teller.about(schema.database.as_deref().map(Rc::from)).dumped(&file);
    Ok(())
}

/// Err: wrong usage; or a file cannot be compared.
pub(crate) fn drift(arguments: &Drift, function: &str, teller: &Teller) -> Result<Exit> {
    if let Some(url) = &arguments.against {
        return against(arguments, url, function, teller);
    }
    let file = arguments.file.clone().or_else(schema_file::of_environment);
    let rails = match &file {
        // The form of the file that is there.
        Some(file) => drift::read(file).map_err(anyhow::Error::msg)?.rails().map(str::to_owned),
        None => None,
    };
    let asked = Dump { common: arguments.common.clone(), rails, file: file.clone(), beside: true, ..Dump::default() };
    let Ended { exit, schemas } = ask(&Request::Dump(asked), function, teller)?;
    if exit != Exit::Done {
        return Ok(exit);
    }
    let mut outcome = Outcome::default();
    for schema in schemas {
        let path = path_of(&schema, file.as_deref())?;
        let theirs = drift::read(&path).map_err(anyhow::Error::msg)?;
        let of = Database { name: schema.name, label: schema.database.as_deref().map(Rc::from) };
        outcome.readings.push(drift::beside(of, &path, &theirs, &schema.text).map_err(anyhow::Error::msg)?);
    }
    Ok(conclude(&outcome, teller))
}

/// The function's database beside one within reach.
fn against(arguments: &Drift, url: &str, function: &str, teller: &Teller) -> Result<Exit> {
    let rails = app_version(None)?.as_deref().and_then(RailsVersion::parse).unwrap_or(RailsVersion::V8_1);
    let context = Context::in_current_folder(teller.clone(), None)?;
    let other = match drift::of_url(url, &arguments.common, &context, rails)? {
        Ok(other) => other,
        Err(stop) => return Ok(conclude(&Outcome { stop: Some(stop), ..Outcome::default() }, teller)),
    };
    let common = arguments.common.clone();
    // Whatever file the app keeps, it is not compared.
    let file = Some(PathBuf::from("schema.rb"));
    let asked = Dump { common, rails: Some(shown(rails)), file, ..Dump::default() };
    let Ended { exit, mut schemas } = ask(&Request::Dump(asked), function, teller)?;
    let Some(schema) = schemas.pop().filter(|_| exit == Exit::Done) else { return Ok(exit) };
    if !schemas.is_empty() {
        bail!("`--against` compares one database; `--name` picks one of several");
    }
    let of = Database { name: schema.name, label: None };
    let reading = drift::beside_database(of, &schema.text, (&other.0, &other.1))?;
    Ok(conclude(&Outcome { readings: vec![reading], ..Outcome::default() }, teller))
}

fn conclude(outcome: &Outcome, teller: &Teller) -> Exit {
    teller.conclude(outcome);
    Exit::from(outcome)
}

fn shown(rails: RailsVersion) -> String {
    format!("{}.{}", rails.major, rails.minor)
}

/// The app's Rails: that of Gemfile.lock, else of a file that is named. The files of the app the function reads.
fn app_version(file: Option<&Path>) -> Result<Option<String>> {
    let root = std::env::current_dir().context("cannot tell the current folder")?;
    let app = DiskApp::new(AppFolder::new(root, Named::default()));
    let locked = rails_version::locked(&app).filter(|version| RailsVersion::parse(version).is_some());
    Ok(locked.or_else(|| written_by(&app, file?).map(shown)))
}

/// Where a schema belongs: below the app's folder, whatever the function says.
fn path_of(schema: &Schema, file: Option<&Path>) -> Result<PathBuf> {
    let path = Path::new(&schema.file);
    match file {
        Some(file) => Ok(file.to_owned()),
        None if path.components().all(|part| matches!(part, Component::Normal(_))) => Ok(path.to_owned()),
        None => {
            bail!("the schema of `{}` belongs in {}, which is not below the app's folder", schema.name, schema.file)
        }
    }
}
