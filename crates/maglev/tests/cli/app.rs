//! A small app in a temporary folder, and the binary run in it.

use std::path::Path;
use std::process::{Child, Command, Stdio};

pub struct App {
    dir: tempfile::TempDir,
}

pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl App {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("db/migrate")).unwrap();
        Self { dir }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file of the app; `file("db/migrate/1_a.rb", ..)`.
    pub fn file(&self, path: &str, content: &str) -> &Self {
        let path = self.dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// Writes a migration with this `change` method.
    pub fn migration(&self, version: u64, name: &str, change: &str) -> &Self {
        let class: String = name.split('_').map(|part| part[..1].to_uppercase() + &part[1..]).collect();
        self.file(
            &format!("db/migrate/{version}_{name}.rb"),
            &format!("class {class} < ActiveRecord::Migration[8.1]\n  def change\n    {change}\n  end\nend\n"),
        )
    }

    pub fn sqlite_url(&self) -> String {
        format!("sqlite3:{}", self.dir.path().join("test.sqlite3").display())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_maglev"));
        command.args(arguments).current_dir(self.dir.path());
        for name in ["DATABASE_URL", "RAILS_ENV", "RACK_ENV", "VERSION", "STEP", "SCOPE", "VERBOSE"] {
            command.env_remove(name);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        finished(self.command(arguments))
    }

    /// Runs a command against the app's SQLite file.
    pub fn sqlite(&self, arguments: &[&str]) -> Outcome {
        let url = self.sqlite_url();
        self.run(&[arguments, &["--database", &url]].concat())
    }

    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// What the sqlite3 shell says of the app's database.
    pub fn query(&self, sql: &str) -> String {
        let output = Command::new("sqlite3").arg(self.dir.path().join("test.sqlite3")).arg(sql).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    pub fn tables(&self) -> String {
        self.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    }
}

pub fn finished(mut command: Command) -> Outcome {
    let output = command.output().unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Outcome {
    /// Asserts the exit code, and shows everything where it is another.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn complains(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "`{text}` is not in:\n{}", self.stderr);
        self
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "`{text}` is not in:\n{}", self.stdout);
        self
    }
}
