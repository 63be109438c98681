//! What runs the Ruby of migrations, as far as the migrator and the commands ask for it. There is one, [`World`], which interprets.
//! A real Ruby in a process of its own would be another, for what cannot be interpreted: it would be given the same connection,
//! for a migration's transaction and its version are the migrator's. config/database.yml is not asked of an engine: its ERB is
//! read before there is a connection, and interpreted always.

use adapters::transaction::Entered;

use ruby::Source;

use super::check::Reason;
use super::check::refusals::{self, AppSight, Refused};
use super::settings::SchemaSettings;
use super::world::{Direction, World};
use crate::ground::errors::RubyError;
use crate::migration::migration_context::{MigrationFiles, MigrationProxy, Names};

/// What runs the Ruby of migrations.
pub trait Engine: Names {
    /// What the events of a run call it.
    fn name(&self) -> &'static str;

    /// Takes over what of the app's configuration matters to migrations: before the first name is inflected, and before the
    /// connection is made. Answers what could not be taken over.
    ///
    /// # Errors
    /// What the configuration raises.
    fn load_settings(&mut self) -> Result<Vec<String>, RubyError>;

    /// Why no database may be written to with the app's settings.
    fn refusal(&mut self) -> Option<String>;

    /// `ActiveRecord::Base.protected_environments`
    fn protected_environments(&mut self) -> Vec<String>;

    /// `ActiveRecord.validate_migration_timestamps && ActiveRecord.timestamped_migrations`
    fn validates_migration_timestamps(&mut self) -> bool;

    /// What the app's configuration says of the schema's file.
    fn schema_settings(&mut self) -> Option<SchemaSettings>;

    /// Is told the versions of every migration there is.
    fn set_migration_versions(&mut self, versions: Vec<u128>);

    /// Is told whether a constant that nothing defines and whose table exists is read as a plain model.
    fn set_implied_models(&mut self, on: bool);

    /// Which of the migrations it is certain to fail at, or cannot run. Nothing is evaluated for it.
    fn refusals(
        &self,
        migrations: &[&MigrationProxy],
        direction: Direction,
        files: &dyn MigrationFiles,
        app: &dyn AppSight,
    ) -> Vec<Refused>;

    /// Why a schema's file is certain to fail, or cannot be evaluated. Nothing is evaluated for it.
    fn refusals_of_schema(&self, source: &Source, app: &dyn AppSight) -> Vec<Reason>;

    /// `load(file)` of a schema, telling its steps where `verbose` says so.
    ///
    /// # Errors
    /// What the file raises.
    fn load_schema(&mut self, source: &Source, verbose: bool) -> Result<(), RubyError>;

    /// `MigrationProxy#load_migration`: makes the migration's object of its file, anew each time. It is the one that
    /// [`Self::migrate`] runs.
    ///
    /// # Errors
    /// What the file raises, or that it cannot be read.
    fn load(&mut self, migration: &MigrationProxy, files: &dyn MigrationFiles) -> Result<Loaded, RubyError>;

    /// Tells a logger that was given to `ActiveRecord::Base` which migration begins.
    fn log_migration(&mut self, message: &str);

    /// `migrate(direction)` of the migration that was loaded: announces, runs and times it.
    ///
    /// # Errors
    /// What the migration raises.
    fn migrate(&mut self, direction: Direction) -> Result<(), RubyError>;

    /// Ends the transaction around a migration, and tells the records that it holds.
    ///
    /// # Errors
    /// What the migration raised, or what replaces it.
    fn leave_transaction(&mut self, entered: Entered, outcome: Result<(), RubyError>) -> Result<(), RubyError>;

    /// Tells whoever listens to statements of those that the migrator itself sent.
    ///
    /// # Errors
    /// What a listener raises.
    fn tell_of_statements(&mut self) -> Result<(), RubyError>;

    /// What was noticed and Rails has no words for, such as a class that names no version. Empties the list.
    fn take_notes(&mut self) -> Vec<String>;
}

/// What the migrator has to know of a migration that was loaded.
#[derive(Clone, Copy, Debug)]
pub struct Loaded {
    /// `disable_ddl_transaction!`
    pub disables_ddl_transaction: bool,
}

impl Engine for World {
    fn name(&self) -> &'static str {
        "native"
    }

    fn load_settings(&mut self) -> Result<Vec<String>, RubyError> {
        World::load_settings(self)
    }

    fn refusal(&mut self) -> Option<String> {
        World::refusal(self)
    }

    fn protected_environments(&mut self) -> Vec<String> {
        World::protected_environments(self)
    }

    fn validates_migration_timestamps(&mut self) -> bool {
        World::validates_migration_timestamps(self)
    }

    fn schema_settings(&mut self) -> Option<SchemaSettings> {
        World::schema_settings(self)
    }

    fn set_migration_versions(&mut self, versions: Vec<u128>) {
        World::set_migration_versions(self, versions);
    }

    fn set_implied_models(&mut self, on: bool) {
        World::set_implied_models(self, on);
    }

    fn refusals(
        &self,
        migrations: &[&MigrationProxy],
        direction: Direction,
        files: &dyn MigrationFiles,
        app: &dyn AppSight,
    ) -> Vec<Refused> {
        refusals::refusals(migrations, direction, files, app, self)
    }

    fn refusals_of_schema(&self, source: &Source, app: &dyn AppSight) -> Vec<Reason> {
        refusals::of_schema(source, app, self)
    }

    fn load_schema(&mut self, source: &Source, verbose: bool) -> Result<(), RubyError> {
        World::load_schema(self, source, verbose)
    }

    fn load(&mut self, migration: &MigrationProxy, files: &dyn MigrationFiles) -> Result<Loaded, RubyError> {
        let path = &migration.filename;
        let source = self.source(path, || files.read(path)).map_err(|message| RubyError::load_error(&message))?;
        let version = migration.version.to_string();
        let loaded = self.load_migration(&source, &migration.name, &version, &migration.name)?;
        let disables_ddl_transaction = self.disable_ddl_transaction(&loaded);
        self.loaded = Some(loaded);
        Ok(Loaded { disables_ddl_transaction })
    }

    fn log_migration(&mut self, message: &str) {
        World::log_migration(self, message);
    }

    fn migrate(&mut self, direction: Direction) -> Result<(), RubyError> {
        match self.loaded.take() {
            Some(loaded) => self.exec_migration(&loaded, direction),
            None => Err(RubyError::load_error("no migration is loaded")),
        }
    }

    fn leave_transaction(&mut self, entered: Entered, outcome: Result<(), RubyError>) -> Result<(), RubyError> {
        World::leave_transaction(self, entered, outcome)
    }

    fn tell_of_statements(&mut self) -> Result<(), RubyError> {
        World::tell_of_statements(self)
    }

    fn take_notes(&mut self) -> Vec<String> {
        World::take_notes(self)
    }
}
