//! Loops over rows: the same migration run by Maglev and by Active Record, each on a database of its own that holds the same
//! rows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::{Bench, fed, measure};
use crate::print;

/// Pairs to count: each takes Active Record a while.
const RUNS: usize = 3;

const SEEDS: &str = r#"class Seeds < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base; end

  def up
    create_table(:users) { |t| t.string(:name); t.integer(:age); t.timestamps }
    200.times do |n|
      User.insert_all(Array.new(1000) { |i| { name: "user #{n} #{i}", age: i } })
    end
  end
end
"#;

/// What Active Record sets on SQLite before its first statement.
const SESSION: &str = "PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;\n\
                       PRAGMA mmap_size = 134217728; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = 2000;\n";

const LOOPS: [(&str, &str, &str); 3] = [
    (
        "find_each with update_columns over 200,000 rows",
        "each_row",
        "User.find_each { |user| user.update_columns(name: user.name.upcase) }",
    ),
    ("in_batches with update_all over 200,000 rows", "batches", "User.in_batches { |users| users.update_all(age: 3) }"),
    (
        "insert_all of 100,000 rows",
        "insert",
        "Array.new(100_000) { |i| { name: \"new #{i}\", age: i } }.each_slice(1000) { |rows| User.insert_all(rows) }",
    ),
];

impl Bench {
    pub(super) fn rows(&self) -> Result<()> {
        // The clients come last: what their scripts take of this process' memory would count as its children's peak.
        for against in [Self::against_rails, Self::against_the_client] {
            for (title, name, body) in LOOPS {
                let (seeds, all) = self.folders(name, body)?;
                for database in ["SQLite", "MariaDB"] {
                    against(self, &format!("{title} on {database}"), database, name, &seeds, &all)?;
                }
            }
        }
        Ok(())
    }

    /// The loops on SQLite, beside those of another build.
    pub(super) fn loops_against(&self, older: &Self) -> Result<()> {
        for (title, name, body) in LOOPS {
            let (seeds, all) = self.folders(name, body)?;
            let run_of = |bench: &Self, run| {
                Ok(bench.maglev(&bench.seeded("SQLite", &format!("{name}_{run}"), &seeds)?, &all, &[]))
            };
            self.pairs_of(
                &format!("{title} on SQLite: this build / the older one"),
                RUNS.min(self.runs),
                |run| run_of(self, run),
                |run| run_of(older, run),
            )?;
        }
        Ok(())
    }

    fn against_rails(&self, title: &str, database: &str, name: &str, seeds: &Path, all: &Path) -> Result<()> {
        let Some(rails) = &self.rails else {
            print(&format!("{title} against Active Record: left out without `--rails PATH`\n"));
            return Ok(());
        };
        self.pairs_of(
            &format!("{title}: maglev / ruby -ractive_record"),
            RUNS.min(self.runs),
            |run| Ok(self.maglev(&self.seeded(database, &format!("{name}_maglev_{run}"), seeds)?, all, &[])),
            |run| Ok(rails.bare("migrate.rb", &self.seeded(database, &format!("{name}_rails_{run}"), seeds)?, all)),
        )
    }

    /// What the database alone takes: its own client, fed the statements that the loop sends.
    fn against_the_client(&self, title: &str, database: &str, name: &str, seeds: &Path, all: &Path) -> Result<()> {
        let script = self.scratch.path().join(format!("{name}.sql"));
        let statements = self.recorded_statements(&self.seeded(database, &format!("{name}_recorded"), seeds)?, all)?;
        fs::write(&script, format!("{}{statements}", if database == "SQLite" { SESSION } else { "" }))?;
        self.pairs_of(
            &format!("{title}: maglev / the database's own client, the same statements"),
            RUNS.min(self.runs),
            |run| Ok(self.maglev(&self.seeded(database, &format!("{name}_maglev_{run}"), seeds)?, all, &[])),
            |run| {
                let label = format!("{name}_client_{run}");
                self.seeded(database, &label, seeds)?;
                if database == "SQLite" {
                    fed(Command::new("sqlite3").arg(self.scratch.path().join(format!("{label}_0.sqlite3"))), &script)
                } else {
                    fed(&mut self.mariadb(&label, &[]), &script)
                }
            },
        )
    }

    /// The rows alone, and the rows with the loop over them.
    fn folders(&self, name: &str, body: &str) -> Result<(PathBuf, PathBuf)> {
        let (seeds, all) =
            (self.scratch.path().join(format!("{name}/seeds")), self.scratch.path().join(name).join("all"));
        for folder in [&seeds, &all] {
            fs::create_dir_all(folder)?;
            fs::write(folder.join("20240101000001_seeds.rb"), SEEDS)?;
        }
        let migration = format!(
            "class RowLoop < ActiveRecord::Migration[8.1]\n  class User < ActiveRecord::Base; end\n\n  def up\n    {body}\n  end\nend\n"
        );
        fs::write(all.join("20240101000002_row_loop.rb"), migration)?;
        Ok((seeds, all))
    }

    fn seeded(&self, database: &str, label: &str, seeds: &Path) -> Result<String> {
        let url = if database == "SQLite" {
            format!("sqlite3:{}", self.fresh_sqlite(label, 0))
        } else {
            let server = test_servers::mariadb();
            server.execute(None, &format!("DROP DATABASE IF EXISTS {label}; CREATE DATABASE {label}"))?;
            server.url(label)
        };
        let mut command = self.maglev(&url, seeds, &[]);
        measure(&mut command)?;
        ensure!(command.status()?.success(), "the rows could not be put in");
        Ok(url)
    }
}
