//! `db:schema:dump`: db/schema.rb, written as the app's own Rails would write it (database_tasks.rb).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use activerecord::version_in_lock;
use adapters::schema_dumper::{self, DumpOptions, RailsVersion};
use adapters::types::Inspection;
use anyhow::{Result, bail};

use super::context::Context;
use super::outcome::{Outcome, Reading, SchemaFile};
use super::session::{Session, Step};
use super::stop::Why;
use crate::app::ruby_version::ruby_version;
use crate::app::visible::AppFiles;
use crate::cli::args::SchemaDump;
use crate::config::Target;
use crate::env_vars;
use crate::request::Running;

pub(crate) fn run(arguments: &SchemaDump, context: &Context) -> Result<Outcome> {
    let targets = context.targets(&arguments.common)?;
    let wanted = arguments.rails.as_deref().map(wanted_version).transpose()?;
    let mut readings = Vec::new();
    let mut stop = None;
    for target in targets.targets {
        let Some(path) = path(arguments, &target) else { continue };
        let dumped = Session::open(context, &targets.environment, target, &arguments.common, &Running::default())
            .and_then(|mut session| dump(&mut session, path, wanted));
        match dumped {
            Ok(reading) => readings.push(reading),
            Err(stopped) => {
                stop = Some(stopped);
                break;
            }
        }
    }
    Ok(Outcome { account: context.teller.account().clone(), readings, stop })
}

fn dump(session: &mut Session, path: PathBuf, wanted: Option<RailsVersion>) -> Step<Reading> {
    let version = session.recorded()?.last().copied().unwrap_or(0).to_string();
    let rails = wanted.unwrap_or_else(|| version_of_app(&*session.app, &path));
    let options = DumpOptions {
        rails,
        inspection: inspection(&*session.app),
        sections: activerecord::dumped_sections(|path| session.app.setting(path)),
        ..DumpOptions::default()
    };
    let text = schema_dumper::dump(&mut **session.adapter.borrow_mut(), &version, &options);
    let text = text.map_err(|error| session.stop(error))?;
    let file = if path == Path::new("-") {
        SchemaFile::Text(text)
    } else {
        let written = write(&path, &text);
        let unwritable = |error| Why::Unusable(format!("cannot write {}: {error}", path.display()));
        let is_changed = written.map_err(|error| session.stop(unwritable(error)))?;
        SchemaFile::Written { path, is_changed }
    };
    Ok(Reading::Dumped { of: session.database(), file })
}

/// Where a database's schema is kept; none where its `schema_dump` says that it is not.
fn path(arguments: &SchemaDump, target: &Target) -> Option<PathBuf> {
    if let Some(file) = &arguments.file {
        return Some(file.clone());
    }
    if let Some(file) = env_vars::get(env_vars::SCHEMA) {
        return Some(PathBuf::from(file));
    }
    let own = match target.config.options.get_opt("schema_dump") {
        Some(file) if file.is_truthy() => file.to_s(),
        Some(_) => return None,
        None if target.name == "primary" => "schema.rb".to_owned(),
        None => format!("{}_schema.rb", target.name),
    };
    let file = Path::new(&own);
    Some(if file.parent() == Some(Path::new("db")) { file.to_path_buf() } else { Path::new("db").join(file) })
}

fn wanted_version(text: &str) -> Result<RailsVersion> {
    match RailsVersion::parse(text) {
        Some(version) => Ok(version),
        None => bail!("`--rails {text}`: schema.rb is known as Rails {} write it", RailsVersion::KNOWN_RANGE),
    }
}

/// That of the app's Gemfile.lock; else of the file that is there; else the newest.
fn version_of_app(app: &dyn AppFiles, path: &Path) -> RailsVersion {
    let lock = app.setting("Gemfile.lock");
    let locked = lock.and_then(|lock| version_in_lock(&lock, "activerecord").map(str::to_owned));
    let written = || {
        let text = fs::read_to_string(path).ok()?;
        let rest = text.split_once("ActiveRecord::Schema[")?.1;
        rest.split_once(']').map(|(version, _)| version.to_owned())
    };
    let version = locked.or_else(written).and_then(|version| RailsVersion::parse(&version));
    version.unwrap_or(RailsVersion::V8_1)
}

/// The app's Ruby's; the newest where nothing tells.
fn inspection(app: &dyn AppFiles) -> Inspection {
    match ruby_version(app) {
        Some(version) if version < (3, 4) => Inspection::Ruby33,
        _ => Inspection::Ruby34,
    }
}

/// Whole or not at all, and only where it would say something else. Answers whether it was written.
fn write(path: &Path, text: &str) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(false);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if let Ok(there) = fs::metadata(path) {
            file.set_permissions(there.permissions())?;
        }
        fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.map(|()| true)
}
