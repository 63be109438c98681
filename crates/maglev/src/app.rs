//! The app whose migrations run: its folder on disk, or the files that a function was sent.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use activerecord::migration::migration_context::MigrationFiles;

use crate::app_files::{AppFiles, BundleApp, DiskApp};
use crate::bundle::Bundle;
use crate::files::{BundleFiles, DiskFiles};
use crate::generators;
use crate::host::{BundleHost, LocalHost, Output};

pub enum App {
    /// The app's root.
    Folder(PathBuf),
    Bundle(Arc<Bundle>),
}

impl App {
    /// `Rails.root`
    pub fn root(&self) -> &Path {
        match self {
            Self::Folder(root) => root,
            // Where Lambda has a function's code; nothing is read from there.
            Self::Bundle(_) => Path::new("/var/task"),
        }
    }

    pub fn migration_files(&self, dirs: &[PathBuf]) -> Rc<dyn MigrationFiles> {
        match self {
            Self::Folder(_) => Rc::new(DiskFiles::new(dirs)),
            Self::Bundle(bundle) => Rc::new(BundleFiles::new(Arc::clone(bundle), dirs)),
        }
    }

    /// The files that a run sees; `dirs` are the migration folders, `included` what the user adds to them. A bundle has
    /// nothing else.
    pub fn files(&self, dirs: &[PathBuf], included: &[PathBuf]) -> Rc<dyn AppFiles> {
        match self {
            Self::Folder(root) => Rc::new(DiskApp::new(root.clone(), dirs, included)),
            Self::Bundle(bundle) => Rc::new(BundleApp::new(Arc::clone(bundle), self.root().to_owned())),
        }
    }

    /// What Ruby code reaches of the world.
    pub fn host(&self, files: Rc<dyn AppFiles>, output: Rc<dyn Output>) -> Box<dyn ruby::Host> {
        match self {
            Self::Folder(_) => Box::new(LocalHost::new(files, output)),
            Self::Bundle(_) => Box::new(BundleHost::new(files, output)),
        }
    }

    /// `config.generators`' `primary_key_type`
    pub fn primary_key_type(&self) -> Option<String> {
        match self {
            Self::Folder(root) => generators::primary_key_type(&DiskApp::new(root.clone(), &[], &[])),
            Self::Bundle(bundle) => bundle.primary_key_type.clone(),
        }
    }
}
