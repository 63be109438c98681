//! db/schema.rb as `schema dump --offline` tells it before each migration, beside what it is after the run.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result};
use conformance::Database;
use conformance::plan::{Verdict, dump_verdict};

use super::version;

/// An app whose schema file is what the database has been dumped to last, and whose migrations are those that have run.
pub(super) struct Dumps<'a> {
    app: tempfile::TempDir,
    migrations: &'a Path,
    binary: &'a Path,
    /// As `--server` names it.
    server: &'a str,
    options: &'a [String],
}

/// What is told of the file, and what is not certain of it.
pub(super) struct Foretold {
    text: String,
    doubts: String,
}

impl<'a> Dumps<'a> {
    pub(super) fn new(
        root: &Path,
        migrations: &'a Path,
        binary: &'a Path,
        server: &'a str,
        options: &'a [String],
    ) -> Result<Self> {
        let app = tempfile::tempdir()?;
        fs::create_dir_all(app.path().join("db/migrate"))?;
        link_all(root, app.path(), &["db"])?;
        link_all(&root.join("db"), &app.path().join("db"), &["migrate", "schema.rb", "structure.sql"])?;
        fs::write(app.path().join("db/schema.rb"), "ActiveRecord::Schema[8.1].define(version: 0) do\nend\n")?;
        Ok(Self { app, migrations, binary, server, options })
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        Command::new(self.binary)
            .args(["schema", "dump", "--rails", "8.1"])
            .args(arguments)
            .current_dir(self.app.path())
            .env("RAILS_ENV", "production")
            .env("TZ", "UTC")
            .env("MAGLEV_BARE", "1")
            .env_remove("DATABASE_URL")
            .output()
            .with_context(|| format!("cannot run `{}`", self.binary.display()))
    }

    /// What the file is to be after the migration.
    pub(super) fn foretell(&self, wanted: &str) -> Result<Foretold> {
        for entry in fs::read_dir(self.migrations)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if version(&name) == wanted {
                fs::copy(&path, self.app.path().join("db/migrate").join(name))?;
            }
        }
        let path = self.app.path().join("told.rb");
        fs::copy(self.app.path().join("db/schema.rb"), &path)?;
        let options = self.options.iter().map(String::as_str);
        let words = ["--offline", "--server", self.server, "--file", "told.rb"].into_iter().chain(options);
        let output = self.run(&words.collect::<Vec<_>>())?;
        let doubts = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = if output.status.success() {
            fs::read_to_string(path)?
        } else {
            format!("{}\n{doubts}", String::from_utf8_lossy(&output.stdout))
        };
        Ok(Foretold { text, doubts })
    }

    /// Dumps the database, whatever has become of it, for the next to begin with.
    pub(super) fn verdict(&self, foretold: &Foretold, database: &Database) -> Result<Verdict> {
        self.run(&["--file", "db/schema.rb", "--database", &database.url()])?;
        let real = fs::read_to_string(self.app.path().join("db/schema.rb"))?;
        Ok(dump_verdict(&foretold.text, &real, &foretold.doubts))
    }
}

fn link_all(from: &Path, to: &Path, but: &[&str]) -> Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    for entry in entries {
        let name = entry?.file_name();
        if !but.iter().any(|other| name == *other) {
            symlink(from.join(&name), to.join(&name))?;
        }
    }
    Ok(())
}
