//! Migration files as Rails' glob finds them: on disk, or among those that a function was sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use activerecord::migration::migration_context::{MigrationFiles, is_migration_path};

use crate::app::folder::{AppFolder, Closed};
use crate::bundle::Bundle;

/// The files below the migration folders, listed once and read when asked for.
pub(crate) struct MigrationsOnDisk {
    folder: AppFolder,
    paths: Vec<String>,
}

impl MigrationsOnDisk {
    /// Err: a folder that cannot be looked into, and why.
    pub(crate) fn new(folder: AppFolder, dirs: &[PathBuf]) -> Result<Self, String> {
        let mut paths = Vec::new();
        for dir in dirs {
            match folder.walk(dir, |entry| !entry.name.starts_with('.')) {
                Ok(entries) => {
                    let found = entries.iter().map(|entry| entry.path.to_string_lossy().into_owned());
                    paths.extend(found.filter(|path| is_migration_path(path)));
                }
                Err(Closed::Missing | Closed::Unreadable(_)) => {}
                Err(error) => return Err(format!("cannot look into {}: {error}", dir.display())),
            }
        }
        Ok(Self { folder, paths })
    }
}

impl MigrationFiles for MigrationsOnDisk {
    fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn read(&self, path: &str) -> Result<String, String> {
        let bytes = self.folder.migration(path);
        source(path, bytes.map_err(|error| format!("cannot load such file -- {path} ({error})"))?.to_vec())
    }
}

/// The migrations of a bundle.
pub(crate) struct BundledMigrations {
    bundle: Arc<Bundle>,
    paths: Vec<String>,
}

impl BundledMigrations {
    /// The files below `dirs`, in the order of a walk on disk.
    pub(crate) fn new(bundle: Arc<Bundle>, dirs: &[PathBuf]) -> Self {
        let mut paths = Vec::new();
        for dir in dirs {
            let below = |path: &&str| {
                Path::new(path).strip_prefix(dir).is_ok_and(|rest| {
                    !rest.parent().is_some_and(|folder| folder.iter().any(|part| part.as_encoded_bytes()[0] == b'.'))
                })
            };
            let mut found: Vec<_> = bundle.paths().filter(|path| is_migration_path(path)).filter(below).collect();
            // Folder by folder, as on disk.
            found.sort_by(|one, other| one.split('/').cmp(other.split('/')));
            paths.extend(found.into_iter().map(str::to_owned));
        }
        Self { bundle, paths }
    }
}

impl MigrationFiles for BundledMigrations {
    fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn read(&self, path: &str) -> Result<String, String> {
        let bytes = self.bundle.get(path).ok_or_else(|| format!("cannot load such file -- {path}"))?;
        source(path, bytes.to_vec())
    }
}

/// Ruby code as text. Ruby takes any bytes in a comment and none but UTF-8 elsewhere.
fn source(path: &str, bytes: Vec<u8>) -> Result<String, String> {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    let is_bad = |line: &&[u8]| std::str::from_utf8(line).is_err() && !line.trim_ascii_start().starts_with(b"#");
    match bytes.split(|&byte| byte == b'\n').position(|line| is_bad(&line)) {
        Some(index) => Err(format!("{path}:{}: invalid multibyte char (UTF-8)", index + 1)),
        None => Ok(String::from_utf8_lossy(&bytes).into_owned()),
    }
}
