//! The files of the app that a run may see: what Ruby code reads (db/, the migration folders, what `--include` names), and
//! the settings that Maglev reads for it. Behind a trait, for an app need not be a folder.

use std::path::{Component, Path};
use std::sync::Arc;

use crate::app_folder::AppFolder;
use crate::bundle::Bundle;

pub trait AppFiles {
    /// The app's root, as `Rails.root` shows it.
    fn root(&self) -> &Path;

    /// A file that Ruby code may read.
    fn read(&self, path: &str) -> Option<Vec<u8>>;

    /// Every file that Ruby code may read, from the root.
    fn paths(&self) -> Vec<String>;

    /// Whether the app has this file and Ruby code may not read it.
    fn is_outside(&self, path: &str) -> bool;

    /// A file below config/, for Maglev itself.
    fn setting(&self, path: &str) -> Option<String>;

    /// The paths of config/initializers, in order.
    fn initializers(&self) -> Vec<String>;

    /// `primary_key_type` of the app's generators, where somebody has looked already.
    fn primary_key_type(&self) -> Option<String> {
        None
    }

    /// Whether the files were sent by a caller, who need not be trusted with all that this process knows.
    fn is_sent(&self) -> bool {
        false
    }
}

/// An app in a folder.
#[derive(Clone)]
pub struct DiskApp(AppFolder);

impl DiskApp {
    pub fn new(folder: AppFolder) -> Self {
        Self(folder)
    }

    /// A path of the app as it is shown: from the root, where it is below it.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(self.0.resolved_root()).unwrap_or(path).to_string_lossy().into_owned()
    }
}

impl AppFiles for DiskApp {
    fn root(&self) -> &Path {
        self.0.root()
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.0.read(path).ok()
    }

    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for readable in self.0.readable() {
            match self.0.walk(readable, |_| true) {
                Ok(entries) => paths.extend(entries.into_iter().map(|entry| entry.path)),
                Err(_) if readable.is_file() => paths.push(readable.clone()),
                Err(_) => {}
            }
        }
        // A link may lead elsewhere, or to a folder.
        let is_shown = |path: &std::path::PathBuf| {
            self.0.resolve(path).is_some_and(|path| path.is_file() && self.0.is_readable(&path))
        };
        paths.retain(is_shown);
        let mut paths: Vec<_> = paths.iter().map(|path| self.shown(path)).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    fn is_outside(&self, path: &str) -> bool {
        self.0.resolve(path).is_some_and(|path| {
            path.is_file() && path.starts_with(self.0.resolved_root()) && !self.0.is_readable(&path)
        })
    }

    fn setting(&self, path: &str) -> Option<String> {
        String::from_utf8(self.0.setting(path).ok()?.to_vec()).ok()
    }

    fn initializers(&self) -> Vec<String> {
        let entries = self.0.walk(Path::new("config/initializers"), |_| true).unwrap_or_default();
        let paths = entries.iter().map(|entry| entry.path.to_string_lossy().into_owned());
        let mut paths: Vec<_> = paths.filter(|path| path.ends_with(".rb")).collect();
        paths.sort();
        paths
    }
}

/// An app that a function was sent. Ruby code may read all of it but config/.
pub struct BundleApp(Arc<Bundle>);

/// Where Lambda has a function's code; nothing is read from there.
const FUNCTION_ROOT: &str = "/var/task";

impl BundleApp {
    pub fn new(bundle: Arc<Bundle>) -> Self {
        Self(bundle)
    }

    /// A path from the root, without `.` and `..`; none where it leaves the root.
    fn normal(path: &str) -> Option<String> {
        let path = Path::new(path);
        let mut parts = Vec::new();
        for component in path.strip_prefix(FUNCTION_ROOT).unwrap_or(path).components() {
            match component {
                Component::Normal(part) => parts.push(part.to_str()?),
                Component::CurDir => {}
                Component::ParentDir if parts.pop().is_some() => {}
                _ => return None,
            }
        }
        Some(parts.join("/"))
    }

    fn is_setting(path: &str) -> bool {
        path.starts_with("config/")
    }
}

impl AppFiles for BundleApp {
    fn root(&self) -> &Path {
        Path::new(FUNCTION_ROOT)
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let path = Self::normal(path).filter(|path| !Self::is_setting(path))?;
        self.0.get(&path).map(<[u8]>::to_vec)
    }

    fn paths(&self) -> Vec<String> {
        self.0.paths().filter(|path| !Self::is_setting(path)).map(str::to_owned).collect()
    }

    fn is_outside(&self, path: &str) -> bool {
        Self::normal(path).is_some_and(|path| Self::is_setting(&path) && self.0.get(&path).is_some())
    }

    fn setting(&self, path: &str) -> Option<String> {
        String::from_utf8(self.0.get(path)?.to_vec()).ok()
    }

    fn initializers(&self) -> Vec<String> {
        let is_one = |path: &&str| path.starts_with("config/initializers/") && path.ends_with(".rb");
        self.0.paths().filter(is_one).map(str::to_owned).collect()
    }

    fn primary_key_type(&self) -> Option<String> {
        self.0.primary_key_type.clone()
    }

    fn is_sent(&self) -> bool {
        true
    }
}

/// Whether a path matches a pattern of Ruby's `Dir.glob`: `*`, `**/`, `?`, `[a-z]`, `{a,b}`.
pub fn matches(pattern: &str, path: &str) -> bool {
    alternatives(pattern).iter().any(|pattern| is_match(pattern.as_bytes(), path.as_bytes()))
}

/// A pattern without braces for each of their choices.
fn alternatives(pattern: &str) -> Vec<String> {
    let Some((before, rest)) = pattern.split_once('{') else { return vec![pattern.to_owned()] };
    let Some((choices, after)) = rest.split_once('}') else { return vec![pattern.to_owned()] };
    choices.split(',').flat_map(|choice| alternatives(&format!("{before}{choice}{after}"))).collect()
}

fn is_match(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => path.is_empty(),
        [b'*', b'*', b'/', rest @ ..] => {
            let folders = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(index, _)| index + 1);
            is_match(rest, path) || folders.into_iter().any(|start| is_match(rest, &path[start..]))
        }
        [b'*', rest @ ..] => {
            let length = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
            (0..=length).any(|taken| is_match(rest, &path[taken..]))
        }
        [b'?', rest @ ..] => path.first().is_some_and(|byte| *byte != b'/') && is_match(rest, &path[1..]),
        [b'[', rest @ ..] => match (rest.iter().position(|byte| *byte == b']'), path.first()) {
            (Some(end), Some(byte)) => is_in_set(&rest[..end], *byte) && is_match(&rest[end + 1..], &path[1..]),
            _ => false,
        },
        [byte, rest @ ..] => path.first() == Some(byte) && is_match(rest, &path[1..]),
    }
}

fn is_in_set(set: &[u8], byte: u8) -> bool {
    let (negated, set) = match set {
        [b'^' | b'!', rest @ ..] => (true, rest),
        set => (false, set),
    };
    let range = set.windows(3).any(|range| range[1] == b'-' && (range[0]..=range[2]).contains(&byte));
    negated != (range || set.contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::app_folder::Named;

    #[test]
    fn patterns_are_those_of_ruby() {
        let check =
            |pattern: &str, path: &str, expected: bool| assert_eq!(matches(pattern, path), expected, "{pattern}");
        check("db/views/*.sql", "db/views/a_v01.sql", true);
        check("db/views/*.sql", "db/views/x/a.sql", false);
        check("db/**/*.sql", "db/views/x/a.sql", true);
        check("db/**/*.sql", "db/a.sql", true);
        check("db/{views,functions}/a?.sql", "db/functions/a1.sql", true);
        check("db/[0-9]*_*.rb", "db/1_x.rb", true);
        check("db/[^0-9]*.rb", "db/1_x.rb", false);
    }

    #[test]
    fn what_a_function_was_sent_is_readable() {
        let mut bundle = Bundle::new();
        for path in ["db/migrate/1_a.rb", "db/views/a.sql", "config/initializers/inflections.rb"] {
            bundle.insert(path, path.into()).unwrap();
        }
        let files = BundleApp::new(Arc::new(bundle));
        for path in ["db/views/a.sql", "./db/x/../views/a.sql", "/var/task/db/views/a.sql"] {
            assert_eq!(files.read(path).as_deref(), Some(&b"db/views/a.sql"[..]), "{path}");
        }
        for path in ["config/initializers/inflections.rb", "../db/views/a.sql", "/etc/passwd", "db"] {
            assert_eq!(files.read(path), None, "{path}");
        }
        assert!(files.is_outside("config/initializers/inflections.rb"));
        assert_eq!(files.paths(), ["db/migrate/1_a.rb", "db/views/a.sql"]);
        assert_eq!(files.initializers(), ["config/initializers/inflections.rb"]);
    }

    #[test]
    fn only_db_the_migration_folders_and_what_is_included_are_readable() {
        let app = tempfile::tempdir().unwrap();
        for (path, content) in [
            ("db/views/a.sql", "select 1"),
            ("secret", "no"),
            ("elsewhere/1_b.rb", "select 1"),
            ("lib/helpers/x.rb", "select 1"),
            ("lib/other.rb", "no"),
            ("config/initializers/inflections.rb", "no"),
        ] {
            fs::create_dir_all(app.path().join(path).parent().unwrap()).unwrap();
            fs::write(app.path().join(path), content).unwrap();
        }
        std::os::unix::fs::symlink(app.path().join("secret"), app.path().join("db/link")).unwrap();
        let (migrations, included) = ([PathBuf::from("elsewhere")], [PathBuf::from("lib/helpers")]);
        let named = Named { migrations: &migrations, by_user: true, included: &included };
        let files = DiskApp::new(AppFolder::new(app.path().to_owned(), named));
        let inside = app.path().join("db/views/a.sql").to_string_lossy().into_owned();
        for path in ["db/views/a.sql", "./db/../db/views/a.sql", "elsewhere/1_b.rb", "lib/helpers/x.rb", &inside] {
            assert_eq!(files.read(path).as_deref(), Some(&b"select 1"[..]), "{path}");
            assert!(!files.is_outside(path), "{path}");
        }
        let outside = app.path().join("secret").to_string_lossy().into_owned();
        for path in ["secret", "db/../secret", "db/link", "lib/other.rb", &outside] {
            assert_eq!(files.read(path), None, "{path}");
            assert!(files.is_outside(path), "{path}");
        }
        for path in ["/etc/passwd", "db/views", "db/none"] {
            assert_eq!(files.read(path), None, "{path}");
        }
        assert_eq!(files.paths(), ["db/views/a.sql", "elsewhere/1_b.rb", "lib/helpers/x.rb"]);
        assert_eq!(files.initializers(), ["config/initializers/inflections.rb"]);
    }
}
