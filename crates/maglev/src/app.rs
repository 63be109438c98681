//! The app whose migrations run: its folder on disk, or the files that a function was sent.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use activerecord::migration::migration_context::MigrationFiles;

use crate::app_files::{AppFiles, BundleApp, DiskApp};
use crate::bundle::Bundle;
use crate::files::{BundleFiles, DiskFiles};

pub enum App {
    /// The app's root.
    Folder(PathBuf),
    Bundle(Arc<Bundle>),
}

impl App {
    /// The app's folder; of a bundle, a path where nothing is.
    pub fn root(&self) -> &Path {
        match self {
            Self::Folder(root) => root,
            Self::Bundle(_) => Path::new(""),
        }
    }

    /// What Ruby code may read: `dirs` are the migration folders, `included` what the user adds to them.
    pub fn files(&self, dirs: &[PathBuf], included: &[PathBuf]) -> Rc<dyn AppFiles> {
        match self {
            Self::Folder(root) => Rc::new(DiskApp::new(root.clone(), dirs, included)),
            Self::Bundle(bundle) => Rc::new(BundleApp::new(Arc::clone(bundle))),
        }
    }

    pub fn migration_files(&self, dirs: &[PathBuf]) -> Rc<dyn MigrationFiles> {
        match self {
            Self::Folder(_) => Rc::new(DiskFiles::new(dirs)),
            Self::Bundle(bundle) => Rc::new(BundleFiles::new(Arc::clone(bundle), dirs)),
        }
    }
}
