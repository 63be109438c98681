//! The schema and the fixtures of Active Record's tests, loaded once and copied for each batch.

use std::path::Path;

use anyhow::{Result, ensure};
use conformance::Database;
use conformance::database::Server;

use crate::rails::Rails;

pub(super) struct Template {
    database: Database,
}

impl Template {
    /// Loads them into a new database, and writes `fixtures.rb` into `directory`.
    pub(super) fn prepare(rails: &Rails, server: &Server, directory: &Path) -> Result<Self> {
        let database = server.database()?;
        let output =
            rails.script("rails_tests/prepare.rb")?.arg(rails.source()).arg(database.url()).arg(directory).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the schema of Rails' tests cannot be loaded: {said}");
        Ok(Self { database })
    }

    pub(super) fn url(&self) -> String {
        self.database.url()
    }

    pub(super) fn copy(&self) -> Result<Database> {
        self.database.copy()
    }
}
