//! The app's settings that natives ask for as they run. What reads them stands in run/settings.rs.

use std::cell::{Cell, RefCell};

use adapters::Arg;

/// Settings that belong to neither the adapter nor a class.
#[derive(Debug)]
pub(crate) struct Settings {
    /// There is an application around, as far as its railties go.
    pub has_application: Cell<bool>,
    pub validate_migration_timestamps: Cell<bool>,
    pub timestamped_migrations: Cell<bool>,
    pub belongs_to_required_validates_foreign_key: Cell<bool>,
    pub raise_int_wider_than_64bit: Cell<bool>,
    pub error_on_ignored_order: Cell<bool>,
    /// `ActiveRecord::Base.protected_environments`
    pub protected_environments: RefCell<Vec<String>>,
    pub default_timezone: Cell<&'static str>,
    /// Why no database may be written to with these settings.
    pub refusal: RefCell<Option<String>>,
    /// `PostgreSQLAdapter.datetime_type` and its like, as they were set.
    pub class_attributes: RefCell<Vec<(String, Arg)>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            has_application: Cell::new(false),
            validate_migration_timestamps: Cell::new(false),
            timestamped_migrations: Cell::new(true),
            belongs_to_required_validates_foreign_key: Cell::new(true),
            raise_int_wider_than_64bit: Cell::new(true),
            error_on_ignored_order: Cell::new(false),
            protected_environments: RefCell::new(vec!["production".to_owned()]),
            default_timezone: Cell::new("utc"),
            refusal: RefCell::default(),
            class_attributes: RefCell::default(),
        }
    }
}
