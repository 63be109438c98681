//! What every adapter holds, whatever its database: the instance variables of abstract_adapter.rb, and what
//! `ActiveRecord::Base` knows of names.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;

use super::{NativeType, Offline};
use crate::catalogue::Catalogue;
use crate::gate::Gate;
use crate::schema_cache::SchemaCache;
use crate::transaction::TransactionManager;
use crate::{DatabaseConfig, StatementObserver};

/// Active Support's inflections, the application's own included.
pub trait Inflector {
    fn pluralize(&self, word: &str) -> String;
    fn singularize(&self, word: &str) -> String;
}

/// What `ActiveRecord::Base` knows of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamingOptions {
    pub table_name_prefix: String,
    pub table_name_suffix: String,
    pub pluralize_table_names: bool,
    /// `primary_key_prefix_type`: none, `table_name` or `table_name_with_underscore`.
    pub primary_key_prefix_type: Option<String>,
    pub schema_migrations_table_name: String,
    pub internal_metadata_table_name: String,
    /// Where a run records its versions: the name as the run began, whatever prefix a migration leaves.
    pub versions_table_name: Option<String>,
}

impl Default for NamingOptions {
    fn default() -> Self {
        Self {
            table_name_prefix: String::new(),
            table_name_suffix: String::new(),
            pluralize_table_names: true,
            primary_key_prefix_type: None,
            schema_migrations_table_name: "schema_migrations".to_owned(),
            internal_metadata_table_name: "ar_internal_metadata".to_owned(),
            versions_table_name: None,
        }
    }
}

/// The state every adapter holds, whatever its database.
pub struct AbstractAdapter {
    pub config: DatabaseConfig,
    pub naming: NamingOptions,
    /// What an app has written into `NATIVE_DATABASE_TYPES`.
    pub native_types: HashMap<String, NativeType>,
    /// `ActiveRecord.default_timezone` is `:local`; the process' own zone is UTC then.
    pub local_times: bool,
    pub inflector: Rc<dyn Inflector>,
    pub observer: Option<Rc<dyn StatementObserver>>,
    /// None lets everything through.
    pub gate: Option<Box<dyn Gate>>,
    /// Whether the observer wants to know of which columns binds are, and those of the statement that comes next.
    pub names_binds: bool,
    pub bind_names: RefCell<Vec<Option<String>>>,
    pub transaction_manager: TransactionManager,
    pub schema_cache: SchemaCache,
    /// Who answers for the schema in the server's place.
    pub stand_in: Option<Box<dyn Catalogue>>,
    /// What is there in a server's place: nothing is sent anywhere.
    pub offline: Option<Offline>,
    /// Each connection is made read-only by the server's own means.
    pub read_only: bool,
    /// What time it is for what is written on Rails' own behalf; none is the clock's.
    pub fixed_time: Option<Timestamp>,
    pub prepared_statements: bool,
    pub advisory_locks_enabled: bool,
    /// `@verified`: the connection answered and no failure came since.
    pub verified: bool,
    pub raw_connection_dirty: bool,
    /// `while_preventing_writes`, or a replica.
    pub preventing_writes: bool,
    /// A query that finds a row where the session that was lost was ended on purpose: then there is to be no other.
    pub ended_on_purpose: Option<String>,
    /// What Rails says with `warn` while it connects.
    pub warnings: Vec<String>,
}

impl AbstractAdapter {
    /// Not connected; names nothing but what the configuration does.
    pub fn new(config: DatabaseConfig, inflector: Rc<dyn Inflector>) -> Self {
        let prepared_statements = config.boolean("prepared_statements");
        let advisory_locks_enabled = config.boolean("advisory_locks").unwrap_or(true);
        let preventing_writes = config.boolean("replica").unwrap_or(false);
        Self {
            prepared_statements: prepared_statements.unwrap_or(true),
            advisory_locks_enabled,
            preventing_writes,
            config,
            naming: NamingOptions::default(),
            native_types: HashMap::new(),
            local_times: false,
            inflector,
            observer: None,
            gate: None,
            names_binds: false,
            bind_names: RefCell::default(),
            transaction_manager: TransactionManager::default(),
            schema_cache: SchemaCache::default(),
            stand_in: None,
            offline: None,
            read_only: false,
            fixed_time: None,
            verified: false,
            raw_connection_dirty: false,
            ended_on_purpose: None,
            warnings: Vec::new(),
        }
    }

    /// `Base.get_primary_key(table_name.to_s.singularize)`
    pub fn default_primary_key(&self, table_name: &str) -> String {
        let base_name = self.inflector.singularize(table_name);
        match self.naming.primary_key_prefix_type.as_deref() {
            Some("table_name") if !base_name.is_empty() => format!("{}id", foreign_key_base(&base_name)),
            Some("table_name_with_underscore") if !base_name.is_empty() => {
                format!("{}_id", foreign_key_base(&base_name))
            }
            _ => "id".to_owned(),
        }
    }

    /// The table that a reference of this name means.
    pub fn table_name_for_reference(&self, name: &str) -> String {
        if self.naming.pluralize_table_names { self.inflector.pluralize(name) } else { name.to_owned() }
    }
}

/// `foreign_key(false)` demodulizes and underscores; the name of a table needs no more.
fn foreign_key_base(name: &str) -> String {
    name.rsplit("::").next().unwrap_or(name).to_lowercase()
}

/// Asks the server to give up a running statement; the answer is what went wrong with asking.
pub type Canceller = Box<dyn Fn() -> std::result::Result<(), String> + Send>;
