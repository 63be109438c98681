//! The files of the app that a run may see: what Ruby code reads (db/, the migration folders, what `--include` names), and
//! the settings that Maglev reads for it. Behind a trait, for an app need not be a folder.

use std::path::{Component, Path};
use std::sync::Arc;

use activerecord::check::refusals::AppSight;
use activerecord::settings;
use ruby::{Entry, Sight};

use crate::app::folder::AppFolder;
use crate::bundle::Bundle;
use crate::env_vars;

/// What names are made with, whoever asks.
const INFLECTIONS: &str = "config/initializers/inflections.rb";

/// What an app shows: to Ruby code, and to Maglev itself.
pub(crate) trait AppFiles: AppSight {
    /// What a folder has, by name. None where Ruby code may not know.
    fn children(&self, path: &str) -> Option<Vec<Entry>>;

    /// A file below config/, for Maglev itself.
    fn setting(&self, path: &str) -> Option<String>;

    /// The paths of config/initializers, in order.
    fn initializers(&self) -> Vec<String>;

    /// `primary_key_type` of the app's generators, where a caller without the app's settings has looked already.
    fn primary_key_type(&self) -> Option<String> {
        None
    }

    /// The app's configuration in the order of Rails' boot, as far as it may say something that matters.
    fn settings(&self, environment: &str) -> Vec<settings::File> {
        let early = [settings::APPLICATION.to_owned(), format!("config/environments/{environment}.rb")];
        let mut paths: Vec<_> = early.into_iter().chain(self.initializers()).collect();
        if env_vars::get(env_vars::MAGLEV_BARE).is_some() {
            paths.retain(|path| path == INFLECTIONS);
        }
        let read = |path: String| Some(settings::File { source: self.setting(&path)?, path });
        let files = paths.into_iter().filter_map(read);
        files.filter(|file| file.path == settings::APPLICATION || settings::is_relevant(&file.source)).collect()
    }

    /// The files that set up gems.
    fn gem_initializers(&self) -> Vec<settings::File> {
        let read = |path: &str| Some(settings::File { source: self.setting(path)?, path: path.to_owned() });
        activerecord::gem_initializers().filter_map(read).collect()
    }

    /// Whether the files were sent by a caller, who need not be trusted with all that this process knows.
    fn is_sent(&self) -> bool {
        false
    }
}

/// An app in a folder.
#[derive(Clone)]
pub(crate) struct DiskApp(AppFolder);

impl DiskApp {
    pub(crate) fn new(folder: AppFolder) -> Self {
        Self(folder)
    }

    /// Nothing is there, and that may be said where what is above it is the app's.
    fn look_for_missing(&self, path: &str) -> Sight {
        let full = self.0.root().join(path);
        let above = full.ancestors().skip(1).find_map(|above| above.canonicalize().ok());
        let ours = above.is_some_and(|above| above.starts_with(self.0.resolved_root()) || self.0.is_readable(&above));
        if ours { Sight::Nothing } else { Sight::Outside }
    }
}

impl AppSight for DiskApp {
    fn root(&self) -> &Path {
        self.0.root()
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.0.read(path).ok()
    }

    fn look(&self, path: &str) -> Sight {
        let Some(resolved) = self.0.resolve(path) else { return self.look_for_missing(path) };
        let is_folder = resolved.is_dir();
        if self.0.is_readable(&resolved) {
            return match (is_folder, resolved.is_file()) {
                (true, _) => Sight::Folder,
                (_, true) => Sight::File,
                _ => Sight::Outside,
            };
        }
        // The way to what may be read: that it is there is no secret, what else it has is.
        let leads_in = || self.0.readable().iter().any(|readable| readable.starts_with(&resolved));
        let is_ours =
            resolved.starts_with(self.0.resolved_root()) && (resolved == self.0.resolved_root() || leads_in());
        if is_folder && is_ours { Sight::Folder } else { Sight::Outside }
    }

    fn is_outside(&self, path: &str) -> bool {
        self.0.resolve(path).is_some_and(|path| {
            path.is_file() && path.starts_with(self.0.resolved_root()) && !self.0.is_readable(&path)
        })
    }
}

impl AppFiles for DiskApp {
    fn children(&self, path: &str) -> Option<Vec<Entry>> {
        let resolved = self.0.resolve(path).filter(|resolved| self.0.is_readable(resolved))?;
        let entries = self.0.entries(&resolved).ok()?;
        Some(entries.into_iter().map(|entry| Entry { name: entry.name, is_folder: entry.is_folder }).collect())
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
pub(crate) struct BundleApp(Arc<Bundle>);

/// Where Lambda has a function's code; nothing is read from there.
const FUNCTION_ROOT: &str = "/var/task";

impl BundleApp {
    pub(crate) fn new(bundle: Arc<Bundle>) -> Self {
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

impl AppSight for BundleApp {
    fn root(&self) -> &Path {
        Path::new(FUNCTION_ROOT)
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let path = Self::normal(path).filter(|path| !Self::is_setting(path))?;
        self.0.get(&path).map(<[u8]>::to_vec)
    }

    fn look(&self, path: &str) -> Sight {
        match Self::normal(path).filter(|path| !Self::is_setting(path)) {
            Some(path) => self.0.look(&path),
            None => Sight::Outside,
        }
    }

    fn is_outside(&self, path: &str) -> bool {
        Self::normal(path).is_some_and(|path| Self::is_setting(&path) && self.0.get(&path).is_some())
    }
}

impl AppFiles for BundleApp {
    fn children(&self, path: &str) -> Option<Vec<Entry>> {
        self.0.children(&Self::normal(path).filter(|path| !Self::is_setting(path))?)
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::app::folder::Named;
    use crate::bundle::Shown;

    fn names(files: &dyn AppFiles, path: &str) -> Vec<String> {
        let shown = |entry: Entry| if entry.is_folder { format!("{}/", entry.name) } else { entry.name };
        files.children(path).unwrap().into_iter().map(shown).collect()
    }

    #[test]
    fn what_was_left_out_of_a_bundle_is_known() {
        let mut bundle = Bundle::new();
        bundle.insert("db/migrate/1_a.rb", b"a".to_vec()).unwrap();
        bundle.shown = Some(Shown::new(["db".to_owned(), "lib/data".to_owned()], ["db/data/x.json".to_owned()]));
        let bundle = Bundle::unpack(&bundle.pack().unwrap()).unwrap();
        let files = BundleApp::new(Arc::new(bundle));
        for (path, sight) in [
            ("", Sight::Folder),
            ("db/data", Sight::Folder),
            ("db/data/x.json", Sight::File),
            ("db/data/y.json", Sight::Nothing),
            ("db/none", Sight::Nothing),
            ("lib", Sight::Folder),
            ("lib/data/none", Sight::Nothing),
            ("lib/none", Sight::Outside),
            ("config/database.yml", Sight::Outside),
            ("/tmp/x", Sight::Outside),
        ] {
            assert_eq!(files.look(path), sight, "{path}");
        }
        assert_eq!(names(&files, "db"), ["data/", "migrate/"]);
        assert_eq!(names(&files, "db/data"), ["x.json"]);
        assert_eq!(files.read("db/data/x.json"), None);
        assert_eq!(files.children("lib"), None);
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
        assert_eq!(names(&files, "db"), ["migrate/", "views/"]);
        // Nobody has said what else the app has.
        assert_eq!(files.look("db/views/b.sql"), Sight::Outside);
        assert_eq!(files.look("lib"), Sight::Outside);
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
        assert_eq!(names(&files, "db"), ["link", "views/"]);
        assert_eq!(names(&files, "lib/helpers"), ["x.rb"]);
        for (path, sight) in [
            ("", Sight::Folder),
            ("db", Sight::Folder),
            ("db/none", Sight::Nothing),
            ("db/views/a.sql", Sight::File),
            ("db/link", Sight::Outside),
            ("lib", Sight::Folder),
            ("lib/none", Sight::Nothing),
            ("lib/other.rb", Sight::Outside),
            ("config", Sight::Outside),
            ("/etc/passwd", Sight::Outside),
            ("/etc/none", Sight::Outside),
            ("..", Sight::Outside),
            ("../none", Sight::Outside),
        ] {
            assert_eq!(files.look(path), sight, "{path}");
        }
        for path in ["", "lib", "config", "/etc", "db/views/a.sql"] {
            assert_eq!(files.children(path), None, "{path}");
        }
        assert_eq!(files.initializers(), ["config/initializers/inflections.rb"]);
    }
}
