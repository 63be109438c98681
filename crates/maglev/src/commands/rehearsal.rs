//! A run that goes nowhere: what stands between a command and its database where the command is to be planned and not done.
//! The command, its session and the migrator are those of a run; they only ask here.

use std::rc::Rc;

use activerecord::Places;
use activerecord::migration::migration_context::{MigrationFiles, MigrationProxy};
use activerecord::migrator::Failure;
use activerecord::world::Direction;
use adapters::{Adapter, Statement};

use super::session::{Session, Step};
use super::stop::Why;
use crate::config::Target;
use crate::host::{Output, Stage};

/// Has commands run, and sends nothing of them.
pub(crate) trait Rehearsal {
    /// An adapter for a database; it is not connected.
    ///
    /// # Errors
    /// The configuration is none of an adapter's.
    fn adapter(&self, target: &Target) -> Result<Box<dyn Adapter>, Why>;

    /// Where what is printed goes, what time it is, and who is told where the program stands.
    fn stage(&self, files: &dyn MigrationFiles) -> (Rc<dyn Output>, Stage, Places);

    /// Connects, sees to it that nothing is sent, and brings the schema to where the run begins.
    fn connect(&self, session: &mut Session) -> Step;

    /// A statement was planned, or sent because it asks only.
    fn hears(&self, database: Option<&str>, statement: &Statement);

    /// What is planned from here on is this migration's.
    fn begins(&self, database: Option<&str>, migration: &MigrationProxy, direction: Direction);

    fn ended(&self);

    /// The command has done what it was to do; what a run does with the schema's file is done here.
    fn over(&self, _session: &mut Session) -> Step {
        Ok(())
    }

    fn failed(&self, failure: &Failure);

    fn note(&self, note: &str);
}
