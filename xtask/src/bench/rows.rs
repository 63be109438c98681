//! Loops over rows: the same migration run by Maglev and by Active Record, each on a database of its own that holds the same
//! rows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::{Bench, measure};
use crate::print;

/// Pairs to count: each takes Active Record a while.
const RUNS: usize = 3;

const SEEDS: &str = r#"class Seeds < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base; end

  def up
    create_table :users do |t|
      t.string :name
      t.integer :age
      t.timestamps
    end
    200.times do |n|
      User.insert_all(Array.new(1000) { |i| { name: "user #{n} #{i}", age: i } })
    end
  end
end
"#;

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
        let Some(rails) = &self.rails else {
            print("loops over rows against Active Record: left out without `--rails PATH`\n");
            return Ok(());
        };
        for (title, name, body) in LOOPS {
            let (seeds, all) = self.folders(name, body)?;
            for database in ["SQLite", "MariaDB"] {
                self.pairs_of(
                    &format!("{title} on {database}: maglev / ruby -ractive_record"),
                    RUNS.min(self.runs),
                    |run| {
                        let url = self.seeded(database, &format!("{name}_maglev_{run}"), &seeds)?;
                        Ok(self.maglev(&url, &all, &[]))
                    },
                    |run| {
                        let url = self.seeded(database, &format!("{name}_rails_{run}"), &seeds)?;
                        Ok(rails.migrate(&url, &all))
                    },
                )?;
            }
        }
        Ok(())
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
