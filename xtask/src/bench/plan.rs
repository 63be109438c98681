//! Plans without a database: of one pending migration, and of a whole history beside its run.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::Bench;

/// A run on a server takes long.
const SERVER_RUNS: usize = 5;
const EMPTY: &str = "ActiveRecord::Schema[8.1].define(version: 0) do\nend\n";

impl Bench {
    /// From an empty schema, on the version of the server that tests have.
    fn planned(&self, dir: &Path, more: &[&str]) -> Result<Command> {
        let schema = self.scratch.path().join("empty_schema.rb");
        fs::write(&schema, EMPTY)?;
        let mut command = Command::new(&self.maglev);
        command.arg("plan").args(more).arg("--schema").arg(&schema).arg("--include").arg(&schema);
        command.args(["--server", "mariadb:10.11", "--database", "mysql2:bench", "--dir"]).arg(dir);
        command.env_remove("DATABASE_URL").current_dir(self.scratch.path());
        Ok(command)
    }

    pub(super) fn one_plan(&self) -> Result<()> {
        let dir = self.migration_folder()?;
        self.pairs(
            "one pending migration, planned without a database / run on SQLite",
            |_| self.planned(&dir, &[]),
            |run| Ok(self.maglev(&format!("sqlite3:{}", self.fresh_sqlite("p", run)), &dir, &[])),
        )
    }

    pub(super) fn plan_of_history(&self, dir: &Path) -> Result<()> {
        let server = test_servers::mariadb();
        let keep_going = ["--keep-going", "--no-check", "--implied-models"];
        self.pairs_of(
            &format!("{}: planned without a database / run on MariaDB", dir.display()),
            SERVER_RUNS,
            |_| self.planned(dir, &keep_going),
            |_| {
                server.execute(None, "DROP DATABASE IF EXISTS bench; CREATE DATABASE bench")?;
                Ok(self.maglev(&server.url("bench"), dir, &keep_going))
            },
        )
    }
}
