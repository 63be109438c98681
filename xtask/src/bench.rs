//! Times whole processes against each other, pair by pair in one run, so that a machine whose speed drifts drifts for
//! both. Prints medians and the median of the pairs' ratios.

mod before;
mod function;
mod plan;
mod rows;
mod runtime_api;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use wait4::Wait4 as _;

use crate::arguments::Arguments;
use crate::comparing;
use crate::print;
use crate::rails::Rails;

const RUNS: usize = 15;
/// What there is to time, by name; all of it where none is named.
const PARTS: [&str; 6] = ["migration", "function", "rows", "history", "schema", "plan"];
const ONE_MIGRATION: &str = "class CreateUsers < ActiveRecord::Migration[8.1]\n  def change\n    create_table :users do |t|\n      \
                             t.string :name\n      t.timestamps\n    end\n  end\nend\n";

/// Rails' own tables, which no event tells of, in words that every database takes.
const INTERNAL_TABLES: &str = "CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY);\n\
    CREATE TABLE ar_internal_metadata (`key` varchar(255) NOT NULL PRIMARY KEY, value varchar(255), \
    created_at datetime(6) NOT NULL, updated_at datetime(6) NOT NULL);\n";

struct Usage {
    succeeded: bool,
    wall: Duration,
    peak_kib: u64,
}

struct Bench {
    maglev: PathBuf,
    /// The binary as the function's zip has it.
    function: PathBuf,
    rails: Option<Rails>,
    scratch: tempfile::TempDir,
    runs: usize,
}

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let runs_of = |arguments: &mut Arguments| -> Result<usize> {
        arguments.value("--runs")?.map_or(Ok(RUNS), |runs| runs.parse()).context("`--runs` is a number")
    };
    if let Some(older) = arguments.value("--before")? {
        let newer = arguments.value("--maglev")?.context("`--maglev PATH` says where this build is")?;
        let runs = runs_of(&mut arguments)?;
        return before::compare(Path::new(&newer), Path::new(&older), runs);
    }
    let maglev = comparing::maglev(&mut arguments)?.context("`--maglev PATH` says where the binary is")?;
    let function = arguments.value("--function")?.map_or_else(|| maglev.clone(), PathBuf::from);
    let history = arguments.value("--dir")?;
    let schema = arguments.value("--schema")?;
    let runs = runs_of(&mut arguments)?;
    let rails = Rails::from_arguments(&mut arguments).ok();
    let parts = arguments.words()?;
    if let Some(other) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("no part `{other}`; there are {}", PARTS.join(", "));
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|word| word == part);
    let bench = Bench { maglev, function: function.canonicalize()?, rails, scratch: tempfile::tempdir()?, runs };
    if wanted("migration") {
        bench.one_migration_against_rails()?;
        bench.one_migration_against_the_shell()?;
        bench.nothing_pending()?;
    }
    if wanted("function") {
        bench.function_times()?;
    }
    if wanted("rows") {
        bench.rows()?;
    }
    if wanted("schema") {
        bench.schema(schema.as_deref())?;
    }
    if wanted("plan") {
        bench.one_plan()?;
    }
    let Some(history) = history else {
        print("what takes a whole history: left out without `--dir DIR`\n");
        return Ok(());
    };
    if wanted("history") {
        bench.history(Path::new(&history))?;
    }
    if wanted("plan") {
        bench.plan_of_history(Path::new(&history))?;
    }
    if wanted("function") {
        bench.function_memory(Path::new(&history))?;
    }
    Ok(())
}

impl Bench {
    fn migration_folder(&self) -> Result<PathBuf> {
        let dir = self.scratch.path().join("db/migrate");
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("20240102030405_create_users.rb"), ONE_MIGRATION)?;
        Ok(dir)
    }

    fn maglev(&self, url: &str, dir: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(&self.maglev);
        command.args(["migrate", "--database", url, "--dir"]).arg(dir).args(more);
        command.env_remove("DATABASE_URL").current_dir(self.scratch.path());
        command
    }

    /// A file name that no run has used.
    fn fresh_sqlite(&self, label: &str, run: usize) -> String {
        let path = self.scratch.path().join(format!("{label}_{run}.sqlite3"));
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{suffix}", path.display()));
        }
        format!("{}", path.display())
    }

    fn one_migration_against_rails(&self) -> Result<()> {
        let Some(rails) = &self.rails else {
            print("one create_table on SQLite against Active Record: left out without `--rails PATH`\n");
            return Ok(());
        };
        let dir = self.migration_folder()?;
        self.pairs(
            "one create_table on SQLite: maglev / ruby -ractive_record",
            |run| Ok(self.maglev(&format!("sqlite3:{}", self.fresh_sqlite("a", run)), &dir, &[])),
            |run| Ok(rails.bare("migrate.rb", &format!("sqlite3:{}", self.fresh_sqlite("b", run)), &dir)),
        )
    }

    fn one_migration_against_the_shell(&self) -> Result<()> {
        let dir = self.migration_folder()?;
        let script = self.scratch.path().join("statements.sql");
        let url = format!("sqlite3:{}", self.fresh_sqlite("r", 0));
        fs::write(&script, format!("{INTERNAL_TABLES}{}", self.recorded_statements(&url, &dir)?))?;
        self.pairs(
            "one create_table on SQLite: maglev / sqlite3 shell, the same statements",
            |run| Ok(self.maglev(&format!("sqlite3:{}", self.fresh_sqlite("a", run)), &dir, &[])),
            |run| fed(Command::new("sqlite3").arg(self.fresh_sqlite("b", run)), &script),
        )
    }

    fn nothing_pending(&self) -> Result<()> {
        let dir = self.migration_folder()?;
        let database = test_servers::mariadb().database();
        let url = database.url();
        measure(&mut self.maglev(&url, &dir, &[]))?;
        self.pairs(
            "nothing pending on MariaDB: maglev / mariadb -e 'select 1'",
            |_| Ok(self.maglev(&url, &dir, &[])),
            |_| Ok(self.mariadb(database.name(), &["-e", "select 1"])),
        )
    }

    fn history(&self, dir: &Path) -> Result<()> {
        let server = test_servers::mariadb();
        let recorded_on = server.database();
        let script = self.scratch.path().join("history.sql");
        fs::write(&script, format!("{INTERNAL_TABLES}{}", self.recorded_statements(&recorded_on.url(), dir)?))?;
        let keep_going = ["--keep-going", "--no-check"];
        self.pairs(
            &format!("replay of {} on MariaDB: maglev / mariadb client, the same statements", dir.display()),
            |_| {
                server.execute(None, "DROP DATABASE IF EXISTS bench; CREATE DATABASE bench")?;
                Ok(self.maglev(&server.url("bench"), dir, &keep_going))
            },
            |_| {
                server.execute(None, "DROP DATABASE IF EXISTS bench; CREATE DATABASE bench")?;
                fed(&mut self.mariadb("bench", &["--force"]), &script)
            },
        )
    }

    fn mariadb(&self, database: &str, arguments: &[&str]) -> Command {
        let server = test_servers::mariadb();
        let mut command = Command::new("mariadb");
        command.args(["--no-defaults", "--user", server.username(), "--host", "127.0.0.1", "--port"]);
        command.arg(server.port().to_string()).arg(database).args(arguments);
        command
    }

    /// Every statement that a run sends, but for those about Rails' own tables, as a script.
    fn recorded_statements(&self, url: &str, dir: &Path) -> Result<String> {
        let mut command = self.maglev(url, dir, &["--keep-going", "--no-check", "--format", "json"]);
        let output = command.stderr(Stdio::null()).output().context("cannot run maglev")?;
        let mut script = String::new();
        for line in String::from_utf8(output.stdout)?.lines() {
            let event: Value = serde_json::from_str(line)?;
            for statement in event["statements"].as_array().into_iter().flatten() {
                if let Some(sql) = statement["sql"].as_str() {
                    script.push_str(with_binds(sql, &statement["binds"]).trim_end().trim_end_matches(';'));
                    script.push_str(";\n");
                }
            }
        }
        ensure!(!script.is_empty(), "maglev sent nothing: {}", String::from_utf8_lossy(&output.stderr));
        Ok(script)
    }

    fn pairs(
        &self,
        title: &str,
        first: impl Fn(usize) -> Result<Command>,
        second: impl Fn(usize) -> Result<Command>,
    ) -> Result<()> {
        self.pairs_of(title, self.runs, first, second)
    }

    fn pairs_of(
        &self,
        title: &str,
        runs: usize,
        first: impl Fn(usize) -> Result<Command>,
        second: impl Fn(usize) -> Result<Command>,
    ) -> Result<()> {
        let (mut ours, mut theirs, mut ratios, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0);
        let mut failed = [0; 2];
        for run in 0..=runs {
            let a = measure(&mut first(run)?)?;
            let b = measure(&mut second(run)?)?;
            failed[0] += usize::from(!a.succeeded);
            failed[1] += usize::from(!b.succeeded);
            // The first pair warms the caches.
            if run > 0 {
                peak = peak.max(a.peak_kib);
                ratios.push(a.wall.as_secs_f64() / b.wall.as_secs_f64());
                ours.push(a.wall.as_secs_f64() * 1000.0);
                theirs.push(b.wall.as_secs_f64() * 1000.0);
            }
        }
        let ratio = median(&mut ratios);
        print(&format!(
            "{title}\n  {:.1} ms / {:.1} ms = {ratio:.3} (1/{:.1}), medians of {} pairs; peak memory {:.1} MB\n",
            median(&mut ours),
            median(&mut theirs),
            1.0 / ratio,
            runs,
            peak as f64 / 1024.0,
        ));
        if failed != [0; 2] {
            print(&format!("  of {} runs, {} and {} ended with an error\n", runs + 1, failed[0], failed[1]));
        }
        Ok(())
    }
}

/// A prepared statement with its values written out: numbers as they are, texts in SQL's quotes.
fn with_binds(sql: &str, binds: &Value) -> String {
    let mut binds = binds.as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut parts = sql.split('?');
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(&match binds.next() {
            Some(bind) => match serde_json::from_str::<String>(bind) {
                Ok(text) => format!("'{}'", text.replace('\'', "''")),
                Err(_) => bind.replace("nil", "NULL"),
            },
            None => "?".to_string(),
        });
        out.push_str(part);
    }
    out
}

fn fed(command: &mut Command, script: &Path) -> Result<Command> {
    let mut fed = Command::new(command.get_program());
    fed.args(command.get_args()).stdin(fs::File::open(script)?);
    Ok(fed)
}

fn measure(command: &mut Command) -> Result<Usage> {
    let started = Instant::now();
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let usage = child.wait4()?;
    Ok(Usage { succeeded: usage.status.success(), wall: started.elapsed(), peak_kib: usage.rusage.maxrss / 1024 })
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
