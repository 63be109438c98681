//! The files that a migration may need: the migration folders, the SQL of views, functions and triggers, the inflections.

use std::path::{Component, Path, PathBuf};

use activerecord::migration::migration_context::is_migration_path;
use anyhow::{Result, anyhow, bail};

use crate::app_folder::{AppFolder, Closed, Named};
use crate::bundle::Bundle;
use crate::cli::args::Common;
use crate::config::{self, migrations_paths};

/// Folders below the app's root whose files go along, where they are.
const MORE_FOLDERS: [&str; 3] = ["db/views", "db/functions", "db/triggers"];
/// The initializers that Maglev reads.
const INITIALIZERS: [&str; 2] = ["config/initializers/inflections.rb", "config/initializers/strong_migrations.rb"];
const DEFAULT_DIR: &str = "db/migrate";

#[derive(Default)]
pub struct Package {
    pub bundle: Bundle,
    /// The migration folders within the bundle; none for Rails' own.
    pub dirs: Vec<PathBuf>,
}

/// Reads the files below `dirs`, or below the folders that the app's configuration names, and what is `included`.
pub fn collect(root: &Path, dirs: &[PathBuf], included: &[PathBuf]) -> Result<Package> {
    let by_user = !dirs.is_empty();
    let dirs = if by_user { dirs.to_vec() } else { configured(root) };
    let folder = AppFolder::new(root.to_owned(), Named { migrations: &dirs, by_user, included });
    let mut package = Package::default();
    for dir in &dirs {
        let inside = inside(root, dir, dirs.len() == 1)?;
        let full = root.join(dir);
        if !full.is_dir() {
            bail!("there is no folder {}", dir.display());
        }
        add_folder(&mut package.bundle, &folder, dir, &inside)?;
        package.dirs.push(PathBuf::from(inside));
    }
    for path in MORE_FOLDERS {
        if root.join(path).is_dir() {
            add_folder(&mut package.bundle, &folder, Path::new(path), path)?;
        }
    }
    for path in included {
        let full = root.join(path);
        let inside = inside(root, path, false)?;
        if full.is_dir() {
            add_folder(&mut package.bundle, &folder, path, &inside)?;
        } else if folder.resolve(path).is_none() {
            return Err(unreadable(path, &Closed::Missing));
        } else {
            add_file(&mut package.bundle, &folder, path, &inside)?;
        }
    }
    for path in INITIALIZERS {
        if root.join(path).is_file() {
            let content = folder.setting(path).map_err(|error| unreadable(Path::new(path), &error))?;
            package.bundle.insert(path, content.to_vec())?;
        }
    }
    if package.dirs == [Path::new(DEFAULT_DIR)] {
        package.dirs.clear();
    }
    Ok(package)
}

/// `migrations_paths` of the only database in config/database.yml, else db/migrate. A function has one database.
fn configured(root: &Path) -> Vec<PathBuf> {
    let targets = config::resolve(&Common::default(), root).map(|targets| targets.targets).unwrap_or_default();
    match &targets[..] {
        [target] => target.migrations_paths.clone(),
        _ => migrations_paths(&[], &[]),
    }
}

/// Where a folder stands in the bundle: below the root as it does on disk. One from elsewhere stands for db/migrate.
fn inside(root: &Path, dir: &Path, is_only: bool) -> Result<String> {
    let full = root.join(dir);
    let below = full.strip_prefix(root).ok().filter(|below| {
        below.components().all(|component| matches!(component, Component::Normal(_) | Component::CurDir))
    });
    match below {
        Some(below) => {
            let parts: Vec<_> = below
                .components()
                .filter_map(|component| match component {
                    Component::Normal(part) => part.to_str(),
                    _ => None,
                })
                .collect();
            Ok(parts.join("/"))
        }
        None if is_only => Ok(DEFAULT_DIR.to_owned()),
        None => bail!("{} is not below the app's folder {}", dir.display(), root.display()),
    }
}

/// Adds every file below a folder; as Rails' glob, it enters neither hidden folders nor links to folders.
fn add_folder(bundle: &mut Bundle, folder: &AppFolder, path: &Path, inside: &str) -> Result<()> {
    let is_hidden = |name: &str| name.starts_with('.');
    let entries = folder.walk(path, |entry| !is_hidden(&entry.name)).map_err(|error| unreadable(path, &error))?;
    for entry in entries.iter().filter(|entry| !is_hidden(&entry.name)) {
        let below = entry.path.strip_prefix(path).unwrap_or(&entry.path);
        let Some(below) = below.to_str() else { bail!("{}: a file's name is not UTF-8", path.display()) };
        let inside = format!("{inside}/{below}");
        if bundle.get(&inside).is_none() {
            add_file(bundle, folder, &entry.path, &inside)?;
        }
    }
    Ok(())
}

fn add_file(bundle: &mut Bundle, folder: &AppFolder, path: &Path, inside: &str) -> Result<()> {
    let is_migration = is_migration_path(inside);
    let content = if is_migration { folder.migration(path).map(|code| code.to_vec()) } else { folder.read(path) };
    match content {
        Ok(content) => bundle.insert(inside, content).map_err(Into::into),
        // A link to a folder, or to nothing: no file of the app.
        Err(Closed::Folder | Closed::Missing) if !is_migration => Ok(()),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &Closed) -> anyhow::Error {
    anyhow!("cannot read {}: {error}", path.display())
}
