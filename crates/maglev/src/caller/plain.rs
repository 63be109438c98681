//! The plain form: a JSON object of files by their paths below db/, or, behind `./`, from the app's root.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};

use super::package::{self, Folders};
use crate::bundle::SHOWN;
use crate::cli::args::Payload;

/// Where the function looks for migrations.
const MIGRATIONS: &str = "db/migrate";

/// The text of the payload. What cannot be said in this form is said to the user.
pub(super) fn payload(folder: &Path, arguments: &Payload) -> Result<String> {
    let (root, dirs, include) = from_root(folder, arguments);
    let folders = if dirs.is_empty() { Folders::Configured } else { Folders::ByUser(&dirs) };
    let package = package::collect(&root, &folders, &include)?;
    let dir = match &package.dirs[..] {
        [] => MIGRATIONS.to_owned(),
        [dir] => dir.to_string_lossy().into_owned(),
        _ => bail!("the plain form has one migration folder; without `--plain`, several go along"),
    };
    let mut files = Map::new();
    for (path, content) in package.bundle.files() {
        let path = match path.strip_prefix(&dir).filter(|rest| rest.starts_with('/')) {
            Some(below) => format!("{MIGRATIONS}{below}"),
            None => path.to_owned(),
        };
        files.insert(key(&path), Value::from(BASE64.encode(content)));
    }
    if let Some(shown) = package.bundle.shown.as_ref().filter(|shown| shown.left_out().next().is_some()) {
        files.insert(key(SHOWN), Value::from(BASE64.encode(shown.to_text())));
    }
    Ok(Value::Object(files).to_string())
}

fn key(path: &str) -> String {
    path.strip_prefix("db/").map_or_else(|| format!("./{path}"), str::to_owned)
}

/// The app's root, from whose db/ a user may well ask for `migrate`.
fn from_root(folder: &Path, arguments: &Payload) -> (PathBuf, Vec<PathBuf>, Vec<PathBuf>) {
    let is_data = folder.file_name().is_some_and(|name| name == "db") && !folder.join("db").is_dir();
    match folder.parent().filter(|_| is_data) {
        Some(root) => {
            let below = |paths: &[PathBuf]| paths.iter().map(|path| Path::new("db").join(path)).collect();
            (root.to_owned(), below(&arguments.dirs), below(&arguments.include))
        }
        None => (folder.to_owned(), arguments.dirs.clone(), arguments.include.clone()),
    }
}
