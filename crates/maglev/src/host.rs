//! What Ruby code reaches of the world on the command line: a clock, random numbers, the environment that the user
//! started Maglev with, standard output through the printer, and the files of the app's db/ and migration folders.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use crate::printer::Printer;

/// Where `puts` and Rails' messages go.
pub trait Output {
    fn write(&self, text: &str);

    /// `warn`, and what Ruby itself warns of.
    fn write_error(&self, _text: &str) {}
}

impl Output for Printer {
    fn write(&self, text: &str) {
        self.migration_output(text);
    }

    fn write_error(&self, text: &str) {
        self.error_output(text);
    }
}

/// Swallows everything: nothing that runs here is anybody's migration.
pub struct Silence;

impl Output for Silence {
    fn write(&self, _: &str) {}
}

/// Keeps what is printed, for the event of its migration: with `--format json`, stdout is for events.
#[derive(Default)]
pub struct Recording(RefCell<String>);

impl Recording {
    pub fn take(&self) -> String {
        self.0.take()
    }
}

impl Output for Recording {
    fn write(&self, text: &str) {
        self.0.borrow_mut().push_str(text);
    }
}

pub struct LocalHost {
    root: PathBuf,
    /// The folders whose files Ruby code may read, links resolved.
    readable: Vec<PathBuf>,
    output: Rc<dyn Output>,
}

impl LocalHost {
    /// `dirs` are the migration folders; `db/` below the root is readable too.
    pub fn new(root: PathBuf, dirs: &[PathBuf], output: Rc<dyn Output>) -> Self {
        let db = PathBuf::from("db");
        let readable = dirs.iter().chain([&db]).filter_map(|dir| root.join(dir).canonicalize().ok()).collect();
        Self { root, readable, output }
    }

    /// Where a path leads, if Ruby code may read there.
    fn readable(&self, path: &str) -> Option<PathBuf> {
        let path = self.root.join(Path::new(path)).canonicalize().ok()?;
        self.readable.iter().any(|dir| path.starts_with(dir)).then_some(path)
    }
}

impl ruby::Host for LocalHost {
    fn sleep(&mut self, duration: Duration) {
        std::thread::sleep(duration);
    }

    fn random(&mut self, bytes: &mut [u8]) {
        // Nothing in a migration is worth failing for here; zeros would be seen at once.
        let _ = getrandom::fill(bytes);
    }

    fn env(&mut self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn write(&mut self, text: &str) {
        self.output.write(text);
    }

    fn write_error(&mut self, text: &str) {
        self.output.write_error(text);
    }

    fn read_file(&mut self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.readable(path)?).ok()
    }

    fn root(&mut self) -> String {
        self.root.to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruby::Host;

    #[test]
    fn only_the_db_and_migration_folders_are_readable() {
        let app = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(app.path().join("db/views")).unwrap();
        std::fs::write(app.path().join("db/views/a.sql"), "select 1").unwrap();
        std::fs::write(app.path().join("secret"), "no").unwrap();
        std::fs::create_dir(app.path().join("elsewhere")).unwrap();
        std::fs::write(app.path().join("elsewhere/1_b.rb"), "select 1").unwrap();
        std::os::unix::fs::symlink(app.path().join("secret"), app.path().join("db/link")).unwrap();
        let mut host = LocalHost::new(app.path().to_owned(), &[PathBuf::from("elsewhere")], Rc::new(Silence));
        let inside = app.path().join("db/views/a.sql").to_string_lossy().into_owned();
        for path in ["db/views/a.sql", "./db/views/a.sql", "db/../db/views/a.sql", "elsewhere/1_b.rb", &inside] {
            assert_eq!(host.read_file(path).as_deref(), Some(&b"select 1"[..]), "{path}");
        }
        let outside = app.path().join("secret").to_string_lossy().into_owned();
        for path in ["secret", "db/../secret", "db/link", "/etc/passwd", &outside, "db/views", "db/none"] {
            assert_eq!(host.read_file(path), None, "{path}");
        }
    }
}
