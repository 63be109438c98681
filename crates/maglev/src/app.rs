//! The app whose migrations run: its folder on disk, or the files that a function was sent.

pub(crate) mod folder;
mod migrations;
pub(crate) mod rails_version;
pub(crate) mod ruby_version;
pub(crate) mod visible;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use activerecord::migration::migration_context::MigrationFiles;

use crate::bundle::Bundle;
use folder::{AppFolder, Named};
use migrations::{BundledMigrations, MigrationsOnDisk};
use visible::{AppFiles, BundleApp, DiskApp};

/// The migrations, and what else a run may read.
type Opened = (Rc<dyn MigrationFiles>, Rc<dyn AppFiles>);

/// Where the app is.
pub(crate) enum App {
    /// The app's root.
    Folder(PathBuf),
    /// What a function was sent.
    Bundle(Arc<Bundle>),
}

impl App {
    /// The app's folder; of a bundle, a path where nothing is.
    pub(crate) fn root(&self) -> &Path {
        match self {
            Self::Folder(root) => root,
            Self::Bundle(_) => Path::new(""),
        }
    }

    /// Whether a file is there, by its path from the root.
    pub(crate) fn has(&self, path: &Path) -> bool {
        match self {
            Self::Folder(root) => root.join(path).exists(),
            Self::Bundle(bundle) => bundle.get(&path.to_string_lossy()).is_some(),
        }
    }

    /// The migrations of the folders that are named, and what else a run may read. Err: a folder that cannot be looked
    /// into.
    pub(crate) fn open(&self, named: Named<'_>) -> Result<Opened, String> {
        Ok(match self {
            Self::Folder(root) => {
                let folder = AppFolder::new(root.clone(), named);
                let files = MigrationsOnDisk::new(folder.clone(), named.migrations)?;
                (Rc::new(files), Rc::new(DiskApp::new(folder)))
            }
            Self::Bundle(bundle) => {
                let files = BundledMigrations::new(Arc::clone(bundle), named.migrations);
                (Rc::new(files), Rc::new(BundleApp::new(Arc::clone(bundle))))
            }
        })
    }
}
