//! The door to the app's folder: the one place that opens a file of it. What it hands out is a regular file of bounded size
//! that stands where it may once every link is resolved; anything else is named and stays shut, for an app comes from
//! whoever could push to its repository. A link that leads out, a device, a FIFO and a folder are no files of the app.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use thiserror::Error;

/// Bytes of one file. What a run may hold of it is the budget's affair; this bounds what nobody budgets.
const MAX_FILE: u64 = 64 << 20;
/// What a walk looks at before it gives up: no history has as many files.
const MAX_ENTRIES: usize = 100_000;

/// Why a file is not handed out.
#[derive(Debug, Error)]
pub(crate) enum Closed {
    #[error("there is no such file")]
    Missing,
    #[error("it is a folder")]
    Folder,
    #[error("it is a device, a FIFO or a socket, not a file")]
    NotAFile,
    #[error("its link leads out of what may be read of the app")]
    Outside,
    #[error("it has {0} bytes; at most {MAX_FILE} are read")]
    TooLarge(u64),
    #[error("the folders below have more than {MAX_ENTRIES} entries")]
    TooManyEntries,
    #[error("{0}")]
    Unreadable(io::Error),
}

/// Something in a folder.
pub(crate) struct Entry {
    pub path: PathBuf,
    pub name: String,
    /// A folder itself; a link to one is none.
    pub is_folder: bool,
}

/// An app in a folder, and the folders elsewhere that the user has named. Cheap to clone: clones share what was read.
#[derive(Clone)]
pub(crate) struct AppFolder(Arc<Inner>);

struct Inner {
    root: PathBuf,
    /// The root, links resolved.
    resolved: PathBuf,
    /// What Ruby code may read, links resolved.
    readable: Vec<PathBuf>,
    /// Migration folders elsewhere that the app's configuration names, links resolved: migrations only.
    migrations: Vec<PathBuf>,
    /// Code that was read: what is checked is what runs.
    code: Mutex<HashMap<PathBuf, Arc<[u8]>>>,
}

/// The folders that a run names.
#[derive(Clone, Copy, Default)]
pub(crate) struct Named<'a> {
    pub migrations: &'a [PathBuf],
    /// Whether `migrations` come from the command line, which may name what is not the app's.
    pub by_user: bool,
    /// `--include`
    pub included: &'a [PathBuf],
}

impl AppFolder {
    /// The app at `root`. Nothing is opened yet.
    pub(crate) fn new(root: PathBuf, named: Named<'_>) -> Self {
        let resolved = root.canonicalize().unwrap_or_else(|_| root.clone());
        let resolve = |path: &PathBuf| root.join(path).canonicalize().ok();
        let is_inside = |path: &PathBuf| path.starts_with(&resolved);
        let is_elsewhere = |path: &&PathBuf| !is_below(&root, &resolved, path);
        let (ours, theirs): (Vec<_>, Vec<_>) = named.migrations.iter().partition(|path| !is_elsewhere(path));
        let db = PathBuf::from("db");
        let mut readable: Vec<_> = [&db].into_iter().chain(ours).filter_map(resolve).filter(is_inside).collect();
        let (outer, inner): (Vec<_>, Vec<_>) = named.included.iter().partition(is_elsewhere);
        readable.extend(inner.into_iter().filter_map(resolve).filter(is_inside));
        readable.extend(outer.into_iter().filter_map(resolve));
        let theirs: Vec<_> = theirs.into_iter().filter_map(resolve).collect();
        let migrations = if named.by_user {
            readable.extend(theirs);
            Vec::new()
        } else {
            theirs
        };
        Self(Arc::new(Inner { root, resolved, readable, migrations, code: Mutex::default() }))
    }

    /// The app's root, as it was named: its links are not resolved.
    pub(crate) fn root(&self) -> &Path {
        &self.0.root
    }

    /// The root, links resolved.
    pub(crate) fn resolved_root(&self) -> &Path {
        &self.0.resolved
    }

    /// What Ruby code may read, links resolved.
    pub(crate) fn readable(&self) -> &[PathBuf] {
        &self.0.readable
    }

    /// Whether a path, its links resolved, is below what Ruby code may read.
    pub(crate) fn is_readable(&self, resolved: &Path) -> bool {
        self.0.readable.iter().any(|folder| resolved.starts_with(folder))
    }

    /// Where a path of the app leads, links resolved.
    pub(crate) fn resolve(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        self.0.root.join(path).canonicalize().ok()
    }

    /// A file that Ruby code may read.
    pub(crate) fn read(&self, path: impl AsRef<Path>) -> Result<Vec<u8>, Closed> {
        self.open(path.as_ref(), |resolved| self.is_readable(resolved))
    }

    /// A migration: Ruby code of a migration folder, or elsewhere in the app by a link. Read once.
    pub(crate) fn migration(&self, path: impl AsRef<Path>) -> Result<Arc<[u8]>, Closed> {
        let is_code = |path: &Path| path.extension() == Some(OsStr::new("rb"));
        self.once(path.as_ref(), |resolved| {
            let inside = resolved.starts_with(&self.0.resolved);
            let named = || self.0.migrations.iter().chain(&self.0.readable).any(|folder| resolved.starts_with(folder));
            is_code(resolved) && (inside || named())
        })
    }

    /// A file of the app, for Maglev itself. Read once.
    pub(crate) fn setting(&self, path: impl AsRef<Path>) -> Result<Arc<[u8]>, Closed> {
        self.once(path.as_ref(), |resolved| resolved.starts_with(&self.0.resolved))
    }

    /// A file of config/ that deployments link to what they share between releases. Nothing of it may be shown where
    /// [`Self::leads_out`].
    pub(crate) fn shared_setting(&self, path: impl AsRef<Path>) -> Result<Arc<[u8]>, Closed> {
        self.once(path.as_ref(), |_| true)
    }

    pub(crate) fn leads_out(&self, path: impl AsRef<Path>) -> bool {
        self.resolve(path).is_some_and(|resolved| !resolved.starts_with(&self.0.resolved))
    }

    /// What a folder of the app has, by name. None where it may not be looked into.
    pub(crate) fn entries(&self, folder: &Path) -> Result<Vec<Entry>, Closed> {
        let resolved = self.0.root.join(folder).canonicalize().map_err(closed)?;
        let named = || self.0.migrations.iter().chain(&self.0.readable).any(|folder| resolved.starts_with(folder));
        if !resolved.starts_with(&self.0.resolved) && !named() {
            return Err(Closed::Outside);
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.0.root.join(folder)).map_err(closed)? {
            let entry = entry.map_err(Closed::Unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            entries.push(Entry { path: folder.join(entry.file_name()), name, is_folder });
            if entries.len() > MAX_ENTRIES {
                return Err(Closed::TooManyEntries);
            }
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// Everything below a folder that is no folder, a folder's entries where it stands. As Ruby's `**`, a walk enters neither
    /// links to folders nor what `enters` does not want.
    pub(crate) fn walk(&self, folder: &Path, enters: impl Fn(&Entry) -> bool) -> Result<Vec<Entry>, Closed> {
        let mut found = Vec::new();
        let mut seen = 0;
        let mut waiting = vec![self.entries(folder)?.into_iter()];
        while let Some(entries) = waiting.last_mut() {
            let Some(entry) = entries.next() else {
                waiting.pop();
                continue;
            };
            seen += 1;
            if seen > MAX_ENTRIES {
                return Err(Closed::TooManyEntries);
            }
            if !entry.is_folder {
                found.push(entry);
            } else if enters(&entry) {
                // A folder that is closed to this user has nothing to show.
                match self.entries(&entry.path) {
                    Ok(entries) => waiting.push(entries.into_iter()),
                    Err(Closed::TooManyEntries) => return Err(Closed::TooManyEntries),
                    Err(_) => {}
                }
            }
        }
        Ok(found)
    }

    fn once(&self, path: &Path, may: impl Fn(&Path) -> bool) -> Result<Arc<[u8]>, Closed> {
        let resolved = self.0.root.join(path).canonicalize().map_err(closed)?;
        if !may(&resolved) {
            return Err(Closed::Outside);
        }
        let known = self.0.code.lock().ok().and_then(|code| code.get(&resolved).cloned());
        if let Some(known) = known {
            return Ok(known);
        }
        let content: Arc<[u8]> = self.open(path, may)?.into();
        if let Ok(mut code) = self.0.code.lock() {
            code.insert(resolved, Arc::clone(&content));
        }
        Ok(content)
    }

    /// The one place where a file of the app is opened.
    fn open(&self, path: &Path, may: impl Fn(&Path) -> bool) -> Result<Vec<u8>, Closed> {
        let resolved = self.0.root.join(path).canonicalize().map_err(closed)?;
        if !may(&resolved) {
            return Err(Closed::Outside);
        }
        // Before it is opened, for a device may do something then; and after, for it may be another by then.
        regular(&fs::metadata(&resolved).map_err(closed)?)?;
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW)
            .open(&resolved)
            .map_err(closed)?;
        regular(&file.metadata().map_err(closed)?)?;
        bounded(&file)
    }
}

fn regular(metadata: &fs::Metadata) -> Result<(), Closed> {
    match metadata {
        metadata if metadata.is_dir() => Err(Closed::Folder),
        metadata if !metadata.is_file() => Err(Closed::NotAFile),
        metadata if metadata.len() > MAX_FILE => Err(Closed::TooLarge(metadata.len())),
        _ => Ok(()),
    }
}

/// The content of a file, whose size is only what it says: /proc's say none.
fn bounded(file: &File) -> Result<Vec<u8>, Closed> {
    let mut content = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut content).map_err(closed)?;
    if content.len() as u64 > MAX_FILE { Err(Closed::TooLarge(content.len() as u64)) } else { Ok(content) }
}

fn closed(error: io::Error) -> Closed {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Closed::Missing,
        io::ErrorKind::IsADirectory => Closed::Folder,
        _ => Closed::Unreadable(error),
    }
}

/// Whether a path, as it is written, stands below the root: its links are another question.
fn is_below(root: &Path, resolved_root: &Path, path: &Path) -> bool {
    let mut full = PathBuf::new();
    for component in root.join(path).components() {
        match component {
            Component::ParentDir => {
                full.pop();
            }
            Component::CurDir => {}
            component => full.push(component),
        }
    }
    full.starts_with(root) || full.starts_with(resolved_root)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    fn app() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("app");
        for (path, content) in [
            ("app/db/migrate/1_a.rb", "inside"),
            ("app/engines/1_e.rb", "engine"),
            ("app/config/master.key", "secret"),
            ("outside/1_b.rb", "outside"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        (folder, root)
    }

    #[track_caller]
    fn check(answer: Result<Arc<[u8]>, Closed>, expected: &str) {
        let text = answer.map_or_else(|error| error.to_string(), |bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn a_link_leads_to_the_apps_own_code_or_nowhere() {
        let (_folder, root) = app();
        let dir = root.join("db/migrate");
        symlink("/proc/self/environ", dir.join("2_environ.rb")).unwrap();
        symlink("../../../outside/1_b.rb", dir.join("3_outside.rb")).unwrap();
        symlink("../../config/master.key", dir.join("4_key.rb")).unwrap();
        symlink("../../engines/1_e.rb", dir.join("5_engine.rb")).unwrap();
        symlink("6_loop.rb", dir.join("6_loop.rb")).unwrap();
        symlink("nowhere", dir.join("7_nowhere.rb")).unwrap();
        symlink("/dev/zero", dir.join("8_zero.rb")).unwrap();
        let folder = AppFolder::new(root, Named::default());
        check(folder.migration("db/migrate/1_a.rb"), "inside");
        for name in ["2_environ", "3_outside", "4_key", "8_zero"] {
            check(folder.migration(format!("db/migrate/{name}.rb")), "leads out");
            assert!(folder.read(format!("db/migrate/{name}.rb")).is_err());
            assert!(folder.setting(format!("db/migrate/{name}.rb")).is_err() || name == "4_key");
        }
        check(folder.migration("db/migrate/5_engine.rb"), "engine");
        check(folder.migration("db/migrate/6_loop.rb"), "");
        check(folder.migration("db/migrate/7_nowhere.rb"), "no such file");
        check(folder.migration("/etc/passwd"), "leads out");
    }

    #[test]
    fn what_is_no_file_is_not_opened() {
        let (_folder, root) = app();
        let dir = root.join("db/migrate");
        assert!(Command::new("mkfifo").arg(dir.join("2_fifo.rb")).status().unwrap().success());
        let _listener = UnixListener::bind(dir.join("3_socket.rb")).unwrap();
        fs::create_dir(dir.join("4_folder.rb")).unwrap();
        File::create(dir.join("5_large.rb")).unwrap().set_len(MAX_FILE + 1).unwrap();
        let folder = AppFolder::new(root, Named::default());
        check(folder.migration("db/migrate/2_fifo.rb"), "FIFO");
        check(folder.migration("db/migrate/3_socket.rb"), "socket");
        check(folder.migration("db/migrate/4_folder.rb"), "folder");
        check(folder.migration("db/migrate/5_large.rb"), "bytes; at most");
    }

    #[test]
    fn a_walk_ends() {
        let (_folder, root) = app();
        for name in ["a", "b"] {
            symlink(".", root.join("db").join(name)).unwrap();
            symlink("../../..", root.join("db/migrate").join(name)).unwrap();
        }
        let folder = AppFolder::new(root, Named::default());
        let found = folder.walk(Path::new("db"), |_| true).unwrap();
        let files: Vec<_> = found.iter().map(|entry| entry.path.to_str().unwrap()).collect();
        assert_eq!(files, ["db/a", "db/b", "db/migrate/1_a.rb", "db/migrate/a", "db/migrate/b"]);
        assert!(matches!(folder.walk(Path::new("db/migrate/a"), |_| true), Err(Closed::Outside)));
    }

    #[test]
    fn only_the_user_names_what_is_elsewhere() {
        let (_folder, root) = app();
        let outside = [PathBuf::from("../outside")];
        let check = |by_user: bool, reads: bool| {
            let folder = AppFolder::new(root.clone(), Named { migrations: &outside, by_user, included: &[] });
            assert!(folder.migration("../outside/1_b.rb").is_ok());
            assert_eq!(folder.read("../outside/1_b.rb").is_ok(), reads);
        };
        check(true, true);
        check(false, false);
        symlink("../outside", root.join("linked")).unwrap();
        let linked = [PathBuf::from("linked")];
        let folder = AppFolder::new(root, Named { migrations: &linked, by_user: true, included: &linked });
        assert!(folder.migration("linked/1_b.rb").is_err());
        assert!(folder.read("linked/1_b.rb").is_err());
    }

    #[test]
    fn what_was_read_stays_what_it_was() {
        let (_folder, root) = app();
        let folder = AppFolder::new(root.clone(), Named::default());
        check(folder.migration("db/migrate/1_a.rb"), "inside");
        fs::write(root.join("db/migrate/1_a.rb"), "changed").unwrap();
        check(folder.clone().migration("db/migrate/1_a.rb"), "inside");
    }
}
