//! What Ruby code reaches of the world on the command line: a clock, random numbers, the environment that the user
//! started Maglev with, standard output through the printer, and the files of the app's db/ folder.

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use crate::printer::Printer;

/// Where `puts` and Rails' messages go.
pub trait Output {
    fn write(&self, text: &str);
}

impl Output for Printer {
    fn write(&self, text: &str) {
        self.migration_output(text);
    }
}

/// Swallows everything: with `--format json`, stdout is for events.
pub struct Silence;

impl Output for Silence {
    fn write(&self, _: &str) {}
}

pub struct LocalHost {
    root: PathBuf,
    output: Rc<dyn Output>,
}

impl LocalHost {
    pub fn new(root: PathBuf, output: Rc<dyn Output>) -> Self {
        Self { root, output }
    }

    /// The path below the root, if it is one that Ruby code may read: in db/, with no way out of it.
    fn readable(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        let mut parts = relative.components().filter(|part| !matches!(part, Component::CurDir)).peekable();
        if parts.peek() != Some(&Component::Normal("db".as_ref())) {
            return None;
        }
        let parts: Vec<_> = parts.collect();
        if !parts.iter().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let full = self.root.join(parts.iter().collect::<PathBuf>()).canonicalize().ok()?;
        full.starts_with(self.root.join("db").canonicalize().ok()?).then_some(full)
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
    fn only_the_db_folder_is_readable() {
        let app = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(app.path().join("db/views")).unwrap();
        std::fs::write(app.path().join("db/views/a.sql"), "select 1").unwrap();
        std::fs::write(app.path().join("secret"), "no").unwrap();
        std::os::unix::fs::symlink(app.path().join("secret"), app.path().join("db/link")).unwrap();
        let mut host = LocalHost::new(app.path().to_owned(), Rc::new(Silence));
        let inside = app.path().join("db/views/a.sql").to_string_lossy().into_owned();
        for path in ["db/views/a.sql", "./db/views/a.sql", &inside] {
            assert_eq!(host.read_file(path).as_deref(), Some(&b"select 1"[..]), "{path}");
        }
        let outside = app.path().join("secret").to_string_lossy().into_owned();
        for path in ["secret", "db/../secret", "db/link", "/etc/passwd", &outside, "db/views", "db/none"] {
            assert_eq!(host.read_file(path), None, "{path}");
        }
    }
}
