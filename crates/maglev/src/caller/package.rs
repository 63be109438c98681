//! The files that a migration may need: the migration folders, the SQL of views, functions and triggers, the inflections.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};

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
    let dirs = if dirs.is_empty() { configured(root) } else { dirs.to_vec() };
    let mut package = Package::default();
    for dir in &dirs {
        let inside = inside(root, dir, dirs.len() == 1)?;
        let full = root.join(dir);
        if !full.is_dir() {
            bail!("there is no folder {}", dir.display());
        }
        add_folder(&mut package.bundle, &full, &inside)?;
        package.dirs.push(PathBuf::from(inside));
    }
    for folder in MORE_FOLDERS {
        if root.join(folder).is_dir() {
            add_folder(&mut package.bundle, &root.join(folder), folder)?;
        }
    }
    for path in included {
        let full = root.join(path);
        let inside = inside(root, path, false)?;
        if full.is_dir() {
            add_folder(&mut package.bundle, &full, &inside)?;
        } else {
            add_file(&mut package.bundle, &full, &inside)?;
        }
    }
    for path in INITIALIZERS {
        if root.join(path).is_file() {
            add_file(&mut package.bundle, &root.join(path), path)?;
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
fn add_folder(bundle: &mut Bundle, folder: &Path, inside: &str) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { bail!("{}: a file's name is not UTF-8", folder.display()) };
        let path = entry.path();
        let inside = format!("{inside}/{name}");
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            add_folder(bundle, &path, &inside)?;
        } else if path.is_file() && bundle.get(&inside).is_none() {
            add_file(bundle, &path, &inside)?;
        }
    }
    Ok(())
}

fn add_file(bundle: &mut Bundle, path: &Path, inside: &str) -> Result<()> {
    let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    bundle.insert(inside, content).map_err(Into::into)
}
