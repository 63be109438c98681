//! The file that has a database's schema: where it is, in which format, how it is named
//! (`schema_dump_path` and its kin of database_tasks.rb).

use std::path::{Path, PathBuf};

use activerecord::settings::{SchemaFormat, SchemaSettings};
use adapters::Arg;
use anyhow::{Result, bail};

use crate::config::Target;
use crate::env_vars;

/// Where Rails keeps schemas.
pub(crate) const DB_DIR: &str = "db";

/// `schema_dump_path`: none where the database's `schema_dump` says that there is no such file.
pub(crate) fn path(target: &Target, format: SchemaFormat, given: Option<&Path>) -> Option<PathBuf> {
    if let Some(file) = given {
        return Some(file.to_path_buf());
    }
    let own = || path_of(&target.name, target.is_primary, target.config.options.get_opt("schema_dump"), format);
    of_environment().or_else(own)
}

/// The file that Rails' variable names.
pub(crate) fn of_environment() -> Option<PathBuf> {
    env_vars::get(env_vars::SCHEMA).map(PathBuf::from)
}

/// The same of a database by its name and its `schema_dump`.
pub(crate) fn path_of(name: &str, is_primary: bool, own: Option<&Arg>, format: SchemaFormat) -> Option<PathBuf> {
    let own = match own {
        Some(file) if is_named(file) => file.to_s(),
        Some(_) => return None,
        None if is_primary => format.file_name().to_owned(),
        None => format!("{name}_{}", format.file_name()),
    };
    let file = Path::new(&own);
    let is_there = file.parent() == Some(Path::new(DB_DIR));
    Some(if is_there { file.to_path_buf() } else { Path::new(DB_DIR).join(file) })
}

/// Whether a database's `schema_dump` leaves it a file. A URL's `false` is a text.
fn is_named(file: &Arg) -> bool {
    file.is_truthy() && file.as_str() != Some("false")
}

/// Whether the database has a file at all, whatever its format.
pub(crate) fn is_kept(target: &Target) -> bool {
    target.config.options.get_opt("schema_dump").is_none_or(is_named)
}

/// `ENV["SCHEMA_FORMAT"] || db_config.schema_format`
///
/// # Errors
/// Rails' where it is neither of the two.
pub(crate) fn format(target: &Target, settings: Option<&SchemaSettings>, file: Option<&Path>) -> Result<SchemaFormat> {
    // A file that the command line names says it by its name.
    if env_vars::get(env_vars::SCHEMA_FORMAT).is_none()
        && let Some(format) = file.and_then(of_extension)
    {
        return Ok(format);
    }
    let own = || target.config.options.get_opt("schema_format").map(Arg::to_s);
    match env_vars::get(env_vars::SCHEMA_FORMAT).or_else(own) {
        None => Ok(settings.map(|settings| settings.format).unwrap_or_default()),
        Some(name) => match SchemaFormat::named(&name) {
            Some(format) => Ok(format),
            None => bail!("Invalid schema format"),
        },
    }
}

fn of_extension(file: &Path) -> Option<SchemaFormat> {
    match file.extension()?.to_str()? {
        "rb" => Some(SchemaFormat::Ruby),
        "sql" => Some(SchemaFormat::Sql),
        _ => None,
    }
}
