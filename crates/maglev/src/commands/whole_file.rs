//! Files that are written whole or not at all: what is to be there stands beside the file until it takes its place. Rails writes
//! into the file itself, and so through a link, with the owner and the rights that the file has.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::stop::{ScriptError, Why};

/// How old a file beside another is before it is taken for one whose writer was killed: it has its lock a moment after it is made.
const SURELY_LOCKED_AFTER: Duration = Duration::from_secs(10);

/// Whole or not at all, and only where the file would say something else. Answers whether it was written.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<bool> {
    let path = &followed(path);
    let there = match fs::metadata(path) {
        // A device, or a pipe, is no file that another could replace.
        Ok(there) if !there.is_file() => return fs::write(path, content).map(|()| true),
        Ok(there) => Some(there),
        Err(_) => None,
    };
    if there.is_some() && fs::read(path).is_ok_and(|there| there == content) {
        return Ok(false);
    }
    if there.is_some() {
        // Who may not write into it may not replace it.
        OpenOptions::new().write(true).open(path)?;
    }
    let beside = Beside::new(path)?;
    (&beside.file).write_all(content)?;
    beside.replace(path, there.as_ref())?;
    Ok(true)
}

/// What a command says that could not write a file, and ends as one that failed; the class is Ruby's.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Why {
    let class = match error.raw_os_error() {
        Some(libc::EACCES) => "Errno::EACCES",
        Some(libc::ENOSPC) => "Errno::ENOSPC",
        Some(libc::EROFS) => "Errno::EROFS",
        Some(libc::EFBIG) => "Errno::EFBIG",
        Some(libc::ENOTDIR) => "Errno::ENOTDIR",
        Some(libc::EISDIR) => "Errno::EISDIR",
        Some(libc::EEXIST) => "Errno::EEXIST",
        _ => "SystemCallError",
    };
    let message = format!("cannot write {}: {error}", path.display());
    Why::Script(Box::new(ScriptError { class: class.to_owned(), message, is_lost: false }))
}

/// The file that a link leads to, whether it is there or not.
fn followed(path: &Path) -> PathBuf {
    let leads_to = || match fs::read_link(path) {
        Ok(link) => path.parent().unwrap_or(Path::new("")).join(link),
        Err(_) => path.to_path_buf(),
    };
    fs::canonicalize(path).unwrap_or_else(|_| leads_to())
}

/// A file beside the one that is to be written; gone with the value, unless it took that one's place.
pub(crate) struct Beside {
    pub path: PathBuf,
    file: File,
}

impl Beside {
    /// An empty one, in a folder that is made where it is not there. What killed writers left is removed.
    pub(crate) fn new(of: &Path) -> io::Result<Self> {
        let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let start = format!(".{}.maglev-", of.file_name().unwrap_or_default().to_string_lossy());
        remove_abandoned(folder, &start);
        // The process' number alone is not enough: containers that share the folder count by themselves.
        let mut number = u64::from(std::process::id());
        loop {
            let path = folder.join(format!("{start}{number}"));
            match File::create_new(&path) {
                Ok(file) => {
                    let beside = Self { path, file };
                    // Some file systems have no locks; what is left there stays.
                    let _ = beside.file.try_lock();
                    return Ok(beside);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn replace(self, path: &Path, there: Option<&Metadata>) -> io::Result<()> {
        self.file.sync_all()?;
        if let Some(there) = there {
            let own = self.file.metadata()?;
            if (own.uid(), own.gid()) != (there.uid(), there.gid()) {
                // As far as this user may.
                let _ = fchown(&self.file, Some(there.uid()), Some(there.gid()));
            }
            self.file.set_permissions(there.permissions())?;
        }
        fs::rename(&self.path, path)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn remove_abandoned(folder: &Path, start: &str) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(start)).map(|entry| entry.path())
    {
        let is_old = |there: Metadata| {
            let age = there.modified().ok().and_then(|modified| modified.elapsed().ok());
            there.is_file() && age.is_some_and(|age| age > SURELY_LOCKED_AFTER)
        };
        if fs::symlink_metadata(&path).is_ok_and(is_old) && File::open(&path).is_ok_and(|file| file.try_lock().is_ok())
        {
            let _ = fs::remove_file(&path);
        }
    }
}
