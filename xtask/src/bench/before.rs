//! This build beside an older one, pair by pair in one run: what a change must not make slower.
//! Both are whole binaries of one kind (`cargo build --profile dist`), and each serves as its own function.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::function::milliseconds;
use super::{Bench, median};
use crate::print;

/// How many pairs of a run that takes seconds.
const LONG_RUNS: usize = 5;

/// A run that saves 20,000 records, each asked what it asks of itself first.
const SAVED: &str = r#"class Saved < ActiveRecord::Migration[8.1]
  class Team < ActiveRecord::Base; end

  class Member < ActiveRecord::Base
    belongs_to :team
    validates :name, presence: true, length: { maximum: 40 }
    validates :age, numericality: { only_integer: true }
  end

  def up
    create_table(:teams) { |t| t.string :name }
    create_table(:members) do |t|
      t.belongs_to :team
      t.string :name, limit: 255
      t.column :age, :integer
      t.timestamps
    end
    team = Team.create!(name: "first")
    20_000.times { |n| Member.create!(team: team, name: "member #{n}", age: n) }
  end
end
"#;

/// Every figure is this build's, then the older one's.
pub(super) fn compare(newer: &Path, older: &Path, runs: usize) -> Result<()> {
    Bench::of(newer, runs)?.against(&Bench::of(older, runs)?)
}

impl Bench {
    fn against(&self, older: &Self) -> Result<()> {
        let newer = self;
        newer.pairs(
            "start (--version): this build / the older one",
            |_| Ok(newer.version()),
            |_| Ok(older.version()),
        )?;
        let dir = newer.migration_folder()?;
        let on_sqlite = |bench: &Self, dir: &Path, run| {
            Ok(bench.maglev(&format!("sqlite3:{}", bench.fresh_sqlite("before", run)), dir, &[]))
        };
        newer.pairs(
            "one create_table on SQLite: this build / the older one",
            |run| on_sqlite(newer, &dir, run),
            |run| on_sqlite(older, &dir, run),
        )?;
        newer.loops_against(older)?;
        let saved = newer.folder_of("20240101000001_saved.rb", SAVED)?;
        newer.pairs_of(
            "20,000 records saved with three validations and a belongs_to on SQLite: this build / the older one",
            LONG_RUNS.min(self.runs),
            |run| on_sqlite(newer, &saved, run),
            |run| on_sqlite(older, &saved, run),
        )?;
        newer.functions_against(older)
    }

    /// One binary as both the command and the function.
    fn of(binary: &Path, runs: usize) -> Result<Self> {
        let binary = binary.canonicalize()?;
        Ok(Self { function: binary.clone(), maglev: binary, rails: None, scratch: tempfile::tempdir()?, runs })
    }

    fn version(&self) -> Command {
        let mut command = Command::new(&self.maglev);
        command.arg("--version");
        command
    }

    fn folder_of(&self, file: &str, source: &str) -> Result<PathBuf> {
        let dir = self.scratch.path().join(file.trim_end_matches(".rb"));
        fs::create_dir_all(&dir)?;
        fs::write(dir.join(file), source)?;
        Ok(dir)
    }

    fn functions_against(&self, older: &Self) -> Result<()> {
        let server = test_servers::mariadb();
        let url = |command: &mut Command| {
            command.env("DATABASE_URL", server.url("bench"));
        };
        let mut figures: [(Vec<f64>, Vec<f64>, Vec<f64>); 2] = Default::default();
        for run in 0..=self.runs {
            let (cold, warm) = self.cold_and_warm(server, url)?;
            let (old_cold, old_warm) = older.cold_and_warm(server, url)?;
            if run == 0 {
                continue;
            }
            for (figure, now, then) in [(0, cold, old_cold), (1, warm, old_warm)] {
                let (ours, theirs, ratios) = &mut figures[figure];
                ours.push(milliseconds(now));
                theirs.push(milliseconds(then));
                ratios.push(now.as_secs_f64() / then.as_secs_f64());
            }
        }
        for (kind, (mut ours, mut theirs, mut ratios)) in ["cold", "warm"].into_iter().zip(figures) {
            print(&format!(
                "function, one create_table on MariaDB, {kind}: this build / the older one\n  \
                 {:.1} ms / {:.1} ms = {:.3}, medians of {} pairs\n",
                median(&mut ours),
                median(&mut theirs),
                median(&mut ratios),
                self.runs
            ));
        }
        Ok(())
    }
}
