//! The app whose migrations run: its folder on disk, or the files that a function was sent.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use activerecord::migration::migration_context::MigrationFiles;

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

    /// What Ruby code reaches of the world; `dirs` are the migration folders.
    pub fn host(&self, dirs: &[PathBuf], output: Rc<dyn Output>) -> Box<dyn ruby::Host> {
        match self {
            Self::Folder(root) => Box::new(LocalHost::new(root.clone(), dirs, output)),
            Self::Bundle(bundle) => Box::new(BundleHost::new(Arc::clone(bundle), self.root().to_owned(), output)),
        }
    }

    /// The source of config/initializers/inflections.rb.
    pub fn inflections(&self) -> Option<String> {
        const PATH: &str = "config/initializers/inflections.rb";
        match self {
            Self::Folder(root) => std::fs::read_to_string(root.join(PATH)).ok(),
            Self::Bundle(bundle) => String::from_utf8(bundle.get(PATH)?.to_vec()).ok(),
        }
    }

    /// `config.generators`' `primary_key_type`
    pub fn primary_key_type(&self) -> Option<String> {
        match self {
            Self::Folder(root) => generators::primary_key_type(root),
            Self::Bundle(bundle) => bundle.primary_key_type.clone(),
        }
    }
}
