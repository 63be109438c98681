//! What a run is told before it begins: its database's adapter, and what a bare Rails process knows besides.

use std::cell::RefCell;
use std::rc::Rc;

use crate::ground::database_configurations::DatabaseYml;

/// The run's one connection, which Ruby code and the migrator both use.
pub type SharedAdapter = Rc<RefCell<Box<dyn adapters::Adapter>>>;

/// Where a program stands, innermost first: files and lines.
pub type Places = Rc<RefCell<Vec<(Rc<str>, u32)>>>;

/// What a bare Rails process knows besides its database.
#[derive(Clone, Debug)]
pub struct WorldOptions {
    /// `Rails.env`
    pub rails_env: String,
    /// `Rails.root`
    pub root: String,
    /// `config.time_zone`
    pub time_zone: String,
    /// `config.generators`' `orm: :active_record, primary_key_type:`, as `Rails.configuration.generators` tells it.
    pub primary_key_type: Option<String>,
    pub database_yml: DatabaseYml,
    /// The app's configuration, in the order of Rails' boot.
    pub settings: Vec<File>,
    /// The app's files that set up gems, of those that [`crate::gem_initializers`] names.
    pub gem_initializers: Vec<File>,
    /// The app's Gemfile.lock, or what matters of it.
    pub gemfile_lock: Option<String>,
    /// `ActiveRecord::Migration.verbose`
    pub verbose: bool,
    /// What the run holds need not be taken apart at its end.
    pub ends_with_process: bool,
    /// Is told where the program stands when it asks the database something, where somebody wants to know.
    pub places: Option<Places>,
}

impl Default for WorldOptions {
    fn default() -> Self {
        Self {
            rails_env: "production".to_owned(),
            root: "/".to_owned(),
            time_zone: "UTC".to_owned(),
            primary_key_type: None,
            database_yml: DatabaseYml::default(),
            settings: Vec::new(),
            gem_initializers: Vec::new(),
            gemfile_lock: None,
            verbose: true,
            ends_with_process: false,
            places: None,
        }
    }
}

/// A file of the app's configuration.
#[derive(Clone, Debug)]
pub struct File {
    /// From the app's root.
    pub path: String,
    pub source: String,
}
