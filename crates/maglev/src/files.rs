//! Migration files on disk, as Rails' glob finds them.

use std::fs;
use std::path::{Path, PathBuf};

use activerecord::migration::migration_context::{MigrationFiles, is_migration_path};

/// The files below the migration folders, listed once and read when asked for.
pub struct DiskFiles {
    paths: Vec<String>,
}

impl DiskFiles {
    pub fn new(dirs: &[PathBuf]) -> Self {
        let mut paths = Vec::new();
        for dir in dirs {
            list(dir, &mut paths);
        }
        Self { paths }
    }
}

impl MigrationFiles for DiskFiles {
    fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn read(&self, path: &str) -> Result<String, String> {
        let bytes = fs::read(path).map_err(|error| format!("cannot load such file -- {path} ({error})"))?;
        // Ruby reads a file that is not UTF-8 too, and complains where such a string is used.
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Adds the files below `dir` in the order of Ruby's `Dir[]`: sorted by name, a folder's files where it stands.
fn list(dir: &Path, out: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        match entry.file_type() {
            // As Ruby's `**`, this enters neither hidden folders nor links to folders.
            Ok(kind) if kind.is_dir() && !hidden => list(&path, out),
            Ok(kind) if !kind.is_dir() => {
                let path = path.to_string_lossy().into_owned();
                if is_migration_path(&path) {
                    out.push(path);
                }
            }
            _ => {}
        }
    }
}
