//! The files that a migration may need: the migration folders, the SQL of views, functions and triggers, what the code names
//! below db/, the inflections. What else could be seen where it was packed goes along by name.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use activerecord::check;
use activerecord::migration::migration_context::is_migration_path;
use activerecord::settings;
use anyhow::{Result, anyhow, bail};
use ruby::Source;

use crate::app::folder::{AppFolder, Closed, Named};
use crate::app::ruby_version::ruby_version;
use crate::app::visible::DiskApp;
use crate::bundle::{Bundle, Shown};
use crate::config::{self, migrations_paths};
use crate::request::Common;

/// Folders below the app's root whose files go along, where they are.
const MORE_FOLDERS: [&str; 3] = ["db/views", "db/functions", "db/triggers"];
/// Read whole, whatever it says.
const GEMFILE_LOCK: &str = "Gemfile.lock";
const RUBY_VERSION: &str = ".ruby-version";
const DEFAULT_DIR: &str = "db/migrate";
const DATA: &str = "db";
/// Bytes of one file that the code does not name as such. Larger ones go along where they are named, or by `--include`.
const MAX_GUESSED: usize = 4 << 20;

/// What goes to the function.
#[derive(Default)]
pub(crate) struct Package {
    pub bundle: Bundle,
    /// The migration folders within the bundle; none for Rails' own.
    pub dirs: Vec<PathBuf>,
}

/// Where migrations are.
pub(crate) enum Folders<'f> {
    /// The command line names them.
    ByUser(&'f [PathBuf]),
    /// Those of all databases in config/database.yml, of which not every one has any.
    Said {
        dirs: Vec<PathBuf>,
        /// Nor has the app any at all.
        may_be_none: bool,
    },
    /// Those of the one database.
    Configured,
}

/// Reads the files below the migration folders, and what is `included`.
pub(crate) fn collect(root: &Path, folders: &Folders<'_>, included: &[PathBuf]) -> Result<Package> {
    let by_user = matches!(folders, Folders::ByUser(_));
    let dirs = match folders {
        Folders::ByUser(dirs) => dirs.to_vec(),
        Folders::Said { dirs, .. } => dirs.clone(),
        Folders::Configured => configured(root),
    };
    let folder = AppFolder::new(root.to_owned(), Named { migrations: &dirs, by_user, included });
    let mut package = Package::default();
    let may_miss = |dir: &Path| {
        let is_there = |dir: &PathBuf| root.join(dir).is_dir();
        matches!(folders, Folders::Said { may_be_none, .. }
            if *may_be_none || inside(root, dir, false).is_err() || dirs.iter().any(is_there))
    };
    for dir in &dirs {
        let full = root.join(dir);
        if !full.is_dir() {
            if may_miss(dir) {
                continue;
            }
            bail!("there is no folder {}", dir.display());
        }
        let inside = match inside(root, dir, dirs.len() == 1) {
            Ok(inside) => inside,
            // Of another environment's database it is none of this run's.
            Err(_) if may_miss(dir) => continue,
            Err(error) => return Err(error),
        };
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
    add_named(&mut package, &folder)?;
    package.bundle.shown = Some(shown(&package, &folder, included)?);
    add_settings(&mut package.bundle, &folder)?;
    if package.dirs == [Path::new(DEFAULT_DIR)] {
        package.dirs.clear();
    }
    Ok(package)
}

/// The app's settings, and those of the schema's files that are there.
pub(crate) fn with_schemas(root: &Path, files: &[PathBuf]) -> Result<Bundle> {
    let mut bundle = Bundle::new();
    add_settings(&mut bundle, &AppFolder::new(root.to_owned(), Named::default()))?;
    add_schemas(&mut bundle, root, files)?;
    Ok(bundle)
}

/// Adds a schema's file that somebody names. Answers its path within the bundle.
pub(crate) fn add_schema(bundle: &mut Bundle, root: &Path, file: &Path) -> Result<PathBuf> {
    // What is elsewhere is not to be taken for a file of the app's.
    let name = || Some(format!("{DATA}/.given/{}", file.file_name()?.to_str()?));
    let Some(inside) = inside(root, file, false).ok().or_else(name) else { bail!("{} is no file", file.display()) };
    let included = [file.to_owned()];
    let folder = AppFolder::new(root.to_owned(), Named { included: &included, ..Named::default() });
    let content = folder.read(file).map_err(|error| unreadable(file, &error))?;
    if bundle.get(&inside).is_none() {
        bundle.insert(&inside, content)?;
    }
    Ok(PathBuf::from(inside))
}

/// Adds those of the schema's files that are there.
pub(crate) fn add_schemas(bundle: &mut Bundle, root: &Path, files: &[PathBuf]) -> Result<()> {
    let folder = &AppFolder::new(root.to_owned(), Named { included: files, ..Named::default() });
    for file in files {
        // What is elsewhere is read where it is meant, and missing where it is not sent.
        let Ok(inside) = inside(folder.root(), file, false) else { continue };
        if folder.root().join(file).is_file() && bundle.get(&inside).is_none() {
            add_file(bundle, folder, file, &inside)?;
        }
    }
    // Of the Ruby that shows hashes no other file tells.
    if let Some((major, minor)) = ruby_version(&DiskApp::new(folder.clone())) {
        bundle.insert(RUBY_VERSION, format!("{major}.{minor}\n").into_bytes())?;
    }
    Ok(())
}

/// Adds what the code of the bundle names below db/.
fn add_named(package: &mut Package, folder: &AppFolder) -> Result<()> {
    let root = folder.root().to_string_lossy().into_owned();
    let mut wanted = Vec::new();
    for (path, content) in package.bundle.files().filter(|(path, _)| path.ends_with(".rb")) {
        if check::may_name(content) {
            wanted.extend(check::named(&Source::new(path, content), &root));
        }
    }
    let is_below = |path: &str| path.strip_prefix(DATA).is_some_and(|rest| rest.starts_with('/'));
    wanted.retain(|named| is_below(&named.path));
    if wanted.is_empty() {
        return Ok(());
    }
    for path in files_below(folder, DATA)? {
        if package.bundle.get(&path).is_some() {
            continue;
        }
        let is_named = wanted.iter().any(|named| named.exact && named.path == path);
        let is_meant = || wanted.iter().any(|named| means(named, &path));
        if is_named || is_meant() && !is_database(&path) {
            let content = folder.read(&path).map_err(|error| unreadable(Path::new(&path), &error))?;
            if is_named || content.len() <= MAX_GUESSED {
                package.bundle.insert(&path, content)?;
            }
        }
    }
    Ok(())
}

/// Adds the app's settings: of every environment, for the function has its own; of the initializers, those that say
/// something that matters, for others may have secrets.
fn add_settings(bundle: &mut Bundle, folder: &AppFolder) -> Result<()> {
    let mut paths = vec![PathBuf::from(settings::APPLICATION)];
    for path in ["config/environments", "config/initializers"] {
        let entries = folder.walk(Path::new(path), |_| true).unwrap_or_default();
        paths
            .extend(entries.into_iter().map(|entry| entry.path).filter(|path| path.extension() == Some("rb".as_ref())));
    }
    let lock = folder.setting(Path::new(GEMFILE_LOCK)).unwrap_or_default();
    let lines = activerecord::lines_of_lock(&String::from_utf8_lossy(&lock));
    if !lines.is_empty() {
        bundle.insert(GEMFILE_LOCK, lines.into_bytes())?;
    }
    for path in paths {
        let Some(name) = path.to_str() else { continue };
        let content = match folder.setting(&path) {
            Ok(content) => content,
            Err(Closed::Missing | Closed::Folder) => continue,
            Err(error) => return Err(unreadable(&path, &error)),
        };
        let is_whole = name == settings::APPLICATION || activerecord::gem_initializers().any(|path| path == name);
        if bundle.get(name).is_none() && (is_whole || settings::is_relevant(&String::from_utf8_lossy(&content))) {
            bundle.insert(name, content.to_vec())?;
        }
    }
    Ok(())
}

/// Whether a name in the code may stand for this file: its folder, a glob, text around what only a run knows.
fn means(named: &check::Named, path: &str) -> bool {
    let name = named.path.trim_end_matches('/');
    path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/')) || ruby::path_matches(name, path, !named.exact)
}

/// A database of the app's own, which stands in db/ and is no file of a migration's.
fn is_database(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".sqlite3", ".sqlite", ".db"].iter().any(|ending| name.contains(ending))
}

/// The files below a folder by their paths from the root; links that lead out are none.
fn files_below(folder: &AppFolder, path: &str) -> Result<Vec<String>> {
    if folder.resolve(path).is_none() {
        return Ok(Vec::new());
    }
    let entries = folder.walk(Path::new(path), |_| true).map_err(|error| unreadable(Path::new(path), &error))?;
    let is_ours = |path: &Path| folder.resolve(path).is_some_and(|path| path.is_file() && folder.is_readable(&path));
    let ours = entries.into_iter().filter(|entry| is_ours(&entry.path));
    Ok(ours.filter_map(|entry| entry.path.to_str().map(str::to_owned)).collect())
}

/// What a migration could see here.
fn shown(package: &Package, folder: &AppFolder, included: &[PathBuf]) -> Result<Shown> {
    let root = folder.root();
    let mut areas: BTreeSet<String> = package.dirs.iter().map(|dir| dir.to_string_lossy().into_owned()).collect();
    for path in included {
        areas.insert(inside(root, path, false)?);
    }
    if root.join(DATA).is_dir() {
        areas.insert(DATA.to_owned());
    }
    let mut left_out = BTreeSet::new();
    for area in &areas {
        if root.join(area).is_dir() {
            left_out.extend(files_below(folder, area)?.into_iter().filter(|path| package.bundle.get(path).is_none()));
        }
    }
    Ok(Shown::new(areas, left_out))
}

/// `migrations_paths` of the only database in config/database.yml, else db/migrate.
fn configured(root: &Path) -> Vec<PathBuf> {
    let targets = config::resolve(&Common::default(), root).map(|targets| targets.targets).unwrap_or_default();
    match &targets[..] {
        [target] => target.migrations_paths.clone(),
        _ => migrations_paths(&[], &[]),
    }
}

/// Where a folder stands in the bundle: below the root as it does on disk. One from elsewhere stands for db/migrate.
pub(super) fn inside(root: &Path, dir: &Path, is_only: bool) -> Result<String> {
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
