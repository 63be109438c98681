//! Loading db/schema.rb: beside Active Record, beside the databases' own clients fed the same statements, and once for many
//! databases of parallel tests.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{Bench, fed, with_binds};
use crate::print;

/// Of the schema that is made where no file is given: as large as those of large applications.
const TABLES: usize = 150;
/// Loading into a server takes long.
const SERVER_RUNS: usize = 5;
const PARALLEL: usize = 8;
/// Of `DEFAULT_PRAGMAS` in sqlite3_adapter.rb those that cost or spare time.
const SQLITE_PRAGMAS: &str =
    "PRAGMA foreign_keys=ON; PRAGMA journal_mode=wal; PRAGMA synchronous=normal; PRAGMA mmap_size=134217728;";

impl Bench {
    pub(super) fn schema(&self, given: Option<&str>) -> Result<()> {
        let file = match given {
            Some(file) => PathBuf::from(file).canonicalize().with_context(|| format!("no file `{file}`"))?,
            None => self.generated_schema()?,
        };
        self.schema_against_rails(&file)?;
        self.schema_against_the_shell(&file)?;
        self.schema_against_mariadb(&file)?;
        self.schema_against_psql(&file)?;
        self.parallel_databases(&file)
    }

    fn generated_schema(&self) -> Result<PathBuf> {
        let mut text = "ActiveRecord::Schema[8.1].define(version: 2024_01_02_030405) do\n".to_string();
        for table in 0..TABLES {
            let _ = writeln!(text, "  create_table \"things_{table:03}\", force: :cascade do |t|");
            for column in 0..3 {
                let _ = writeln!(text, "    t.string \"name_{column}\", null: false\n    t.text \"note_{column}\"");
                let _ = writeln!(text, "    t.decimal \"price_{column}\", precision: 10, scale: 2, default: \"0.0\"");
                let _ =
                    writeln!(text, "    t.boolean \"flag_{column}\", default: false\n    t.datetime \"at_{column}\"");
                let _ = writeln!(text, "    t.index [\"name_{column}\"], name: \"index_{table}_on_{column}\"");
            }
            text.push_str("    t.bigint \"parent_id\"\n  end\n\n");
        }
        for table in 1..TABLES {
            let parent = table / 2;
            let _ = writeln!(
                text,
                "  add_foreign_key \"things_{table:03}\", \"things_{parent:03}\", column: \"parent_id\""
            );
        }
        text.push_str("end\n");
        let path = self.scratch.path().join("schema.rb");
        fs::write(&path, text)?;
        Ok(path)
    }

    fn load(&self, url: &str, file: &Path) -> Command {
        let mut command = Command::new(&self.maglev);
        command.args(["schema", "load", "--database", url, "--file"]).arg(file);
        command.env_remove("DATABASE_URL").env("RAILS_ENV", "test").current_dir(self.scratch.path());
        command
    }

    /// The statements that loading sends, as a script.
    fn loading_script(&self, url: &str, file: &Path) -> Result<PathBuf> {
        let output = self.load(url, file).args(["--format", "json"]).stderr(Stdio::inherit()).output()?;
        let mut script = String::new();
        for line in String::from_utf8(output.stdout)?.lines() {
            let event: Value = serde_json::from_str(line)?;
            for statement in event["statements"].as_array().into_iter().flatten() {
                let sql = statement["sql"].as_str().unwrap_or_default();
                let _ = writeln!(script, "{};", with_binds(sql, &statement["binds"]).trim_end().trim_end_matches(';'));
            }
        }
        ensure!(!script.is_empty(), "maglev sent nothing");
        let path = self.scratch.path().join("loading.sql");
        fs::write(&path, script)?;
        Ok(path)
    }

    fn schema_against_rails(&self, file: &Path) -> Result<()> {
        let Some(rails) = &self.rails else {
            print("schema load on SQLite against Active Record: left out without `--rails PATH`\n");
            return Ok(());
        };
        self.pairs(
            "schema load on SQLite: maglev / ruby -ractive_record",
            |run| Ok(self.load(&format!("sqlite3:{}", self.fresh_sqlite("a", run)), file)),
            |run| Ok(rails.bare("load.rb", &format!("sqlite3:{}", self.fresh_sqlite("b", run)), file)),
        )
    }

    fn schema_against_the_shell(&self, file: &Path) -> Result<()> {
        let script = self.loading_script(&format!("sqlite3:{}", self.fresh_sqlite("r", 0)), file)?;
        // What a connection of Active Record begins with, and what decides how long a statement takes.
        let statements = fs::read_to_string(&script)?;
        fs::write(&script, format!("{SQLITE_PRAGMAS}\n{statements}"))?;
        self.pairs(
            "schema load on SQLite: maglev / sqlite3 shell, the same statements",
            |run| Ok(self.load(&format!("sqlite3:{}", self.fresh_sqlite("a", run)), file)),
            |run| fed(Command::new("sqlite3").arg(self.fresh_sqlite("b", run)), &script),
        )
    }

    fn schema_against_mariadb(&self, file: &Path) -> Result<()> {
        let server = test_servers::mariadb();
        let script = self.loading_script(&server.database().url(), file)?;
        let renew = || server.execute(None, "DROP DATABASE IF EXISTS bench; CREATE DATABASE bench");
        self.pairs_of(
            "schema load on MariaDB: maglev / mariadb client, the same statements",
            SERVER_RUNS,
            |_| {
                renew()?;
                Ok(self.load(&server.url("bench"), file))
            },
            |_| {
                renew()?;
                fed(&mut self.mariadb("bench", &[]), &script)
            },
        )
    }

    fn schema_against_psql(&self, file: &Path) -> Result<()> {
        let server = test_servers::postgresql();
        let script = self.loading_script(&server.database().url(), file)?;
        let renew = || {
            server.execute(None, "DROP DATABASE IF EXISTS bench WITH (FORCE)")?;
            server.execute(None, "CREATE DATABASE bench")
        };
        let port = server.port().to_string();
        let psql = ["--no-psqlrc", "--quiet", "--host=127.0.0.1", "--username=postgres", "--port", &port, "bench"];
        self.pairs_of(
            "schema load on PostgreSQL: maglev / psql, the same statements",
            SERVER_RUNS,
            |_| {
                renew()?;
                Ok(self.load(&server.url("bench"), file))
            },
            |_| {
                renew()?;
                fed(test_servers::client("psql").args(psql), &script)
            },
        )
    }

    /// `prepare --test --parallel` of an app beside the load of its one database.
    fn parallel_databases(&self, file: &Path) -> Result<()> {
        let server = test_servers::postgresql();
        let app = self.scratch.path().join("app");
        fs::create_dir_all(app.join("config"))?;
        fs::create_dir_all(app.join("db"))?;
        fs::copy(file, app.join("db/schema.rb"))?;
        let configuration = format!("test:\n  url: {}\n", server.url("parallel_test"));
        fs::write(app.join("config/database.yml"), configuration)?;
        let databases = PARALLEL.to_string();
        self.pairs_of(
            &format!("prepare --test --parallel {PARALLEL} on PostgreSQL / one schema load"),
            SERVER_RUNS,
            |_| {
                let mut command = Command::new(&self.maglev);
                command.args(["prepare", "--test", "--parallel", &databases]).current_dir(&app);
                command.env_remove("DATABASE_URL").env("RAILS_ENV", "test");
                Ok(command)
            },
            |_| {
                server.execute(None, "DROP DATABASE IF EXISTS bench WITH (FORCE)")?;
                server.execute(None, "CREATE DATABASE bench")?;
                Ok(self.load(&server.url("bench"), file))
            },
        )
    }
}
