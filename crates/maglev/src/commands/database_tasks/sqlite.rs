//! tasks/sqlite_database_tasks.rb: a database is a file, which is made by connecting to it, and what SQLite leaves beside it.

use std::path::{Path, PathBuf};
use std::{fs, io};

use adapters::{Error, ErrorClass};

use super::{Place, Tasks, database_name};
use crate::commands::session::Unconnected;
use crate::commands::stop::Why;

pub(super) fn create(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    if file(tasks, place).exists() {
        return Err(Error::new(ErrorClass::DatabaseAlreadyExists, "ActiveRecord::DatabaseAlreadyExists").into());
    }
    let Unconnected { adapter, .. } = tasks.unconnected(place, None)?;
    Ok(adapter.borrow_mut().connect()?)
}

pub(super) fn drop(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    let file = file(tasks, place);
    fs::remove_file(&file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(ErrorClass::NoDatabaseError, system_error(&error, &file)).into(),
        _ => Why::Unusable(system_error(&error, &file)),
    })?;
    for suffix in ["-shm", "-wal"] {
        let mut beside = file.clone().into_os_string();
        beside.push(suffix);
        // `rm_f`
        let _ = fs::remove_file(beside);
    }
    Ok(())
}

pub(super) fn purge(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    match drop(tasks, place) {
        Err(Why::Database(error)) if error.is_a(ErrorClass::NoDatabaseError) => {}
        dropped => dropped?,
    }
    create(tasks, place)
}

pub(super) fn copy(tasks: Tasks<'_>, from: Place<'_>, to: Place<'_>) -> Result<(), Why> {
    match drop(tasks, to) {
        Err(Why::Database(error)) if error.is_a(ErrorClass::NoDatabaseError) => {}
        dropped => dropped?,
    }
    let (source, copy) = (file(tasks, from), file(tasks, to));
    let unwritable = |error| Why::Unusable(format!("cannot copy {} to {}: {error}", source.display(), copy.display()));
    // What was written is in the file once nobody is connected.
    fs::copy(&source, &copy).map(|_| ()).map_err(unwritable)
}

fn file(tasks: Tasks<'_>, place: Place<'_>) -> PathBuf {
    tasks.context.app.root().join(database_name(place.target))
}

fn system_error(error: &io::Error, file: &Path) -> String {
    format!("cannot remove {}: {error}", file.display())
}
