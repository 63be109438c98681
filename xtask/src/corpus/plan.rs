//! `corpus --plan`: each migration of a history is planned on the database as it stands, then run; and the whole history is planned
//! without a database. Both are compared with what was sent. Rails has no part in it.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use conformance::Database;
use conformance::database::Server;
use conformance::plan::{Told, Verdict, told, verdict};

use super::comparison::anonymous;
use super::history::History;

/// How many plans are what was sent.
#[derive(Default)]
pub(super) struct Share {
    pub same: usize,
    pub marked: usize,
    pub unmarked: usize,
}

/// Of one history.
#[derive(Default)]
pub(super) struct Report {
    pub live: Share,
    pub offline: Share,
    pub down: Share,
    /// How long the whole history took without a database, and its runs.
    offline_took: Duration,
    runs_took: Duration,
    pub differences: Vec<String>,
}

impl Share {
    fn add(&mut self, verdict: &Verdict) {
        *match verdict {
            Verdict::Same => &mut self.same,
            Verdict::Marked(_) => &mut self.marked,
            Verdict::Unmarked(_) => &mut self.unmarked,
        } += 1;
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.same += other.same;
        self.marked += other.marked;
        self.unmarked += other.unmarked;
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.same + self.marked + self.unmarked;
        write!(f, "{} of {all} the same, {} differ and say so, {} do not", self.same, self.marked, self.unmarked)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "live {}; offline {}", self.live, self.offline)?;
        if self.down.same + self.down.marked + self.down.unmarked > 0 {
            write!(f, "; down {}", self.down)?;
        }
        let (offline, runs) = (self.offline_took.as_secs_f64(), self.runs_took.as_secs_f64());
        write!(f, "; the whole history offline {offline:.1} s, its runs {runs:.1} s")
    }
}

/// Who runs a history's migrations.
struct Runner<'a> {
    history: &'a History,
    binary: &'a Path,
    database: &'a Database,
    options: &'a [String],
}

impl Runner<'_> {
    fn run(&self, words: &[&str]) -> Result<Vec<Told>> {
        self.run_in(words, &self.history.directory)
    }

    fn run_in(&self, words: &[&str], migrations: &Path) -> Result<Vec<Told>> {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let output = Command::new(self.binary)
            .args(words)
            .args(["--no-check", "--format", "json", "--dir"])
            .arg(migrations)
            .args(self.options)
            .current_dir(self.history.root())
            .env("RAILS_ENV", "production")
            .env("TZ", "UTC")
            .env("MAGLEV_BARE", "1")
            .env("SOURCE_DATE_EPOCH", seconds.to_string())
            .output()
            .with_context(|| format!("cannot run `{}`", self.binary.display()))?;
        told(&output.stdout, |text| anonymous(text, self.database.name()))
    }

    fn on_database(&self, words: &[&str]) -> Result<Option<Told>> {
        let url = self.database.url();
        let all = self.run(&[words, &["--database", &url]].concat())?;
        Ok(all.into_iter().next())
    }
}

pub(super) fn compare(history: &History, server: &Server, binary: &Path, down: bool, implied: bool) -> Result<Report> {
    let database = server.database()?;
    let options: Vec<String> = implied.then(|| "--implied-models".to_string()).into_iter().collect();
    let runner = Runner { history, binary, database: &database, options: &options };
    let mut report = Report::default();
    let mut offline = without_database(&runner, server, &history.directory)?;
    // What fails on a server that takes it back is not there for those that follow, whatever a plan without one thinks of it.
    let takes_back = !matches!(server, Server::MySql { .. });
    let mut failed = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut ran = Vec::new();
    let versions: Vec<String> = offline.iter().map(|planned| planned.version.clone()).collect();
    for version in versions.iter().filter(|version| seen.insert((*version).clone())) {
        let live = runner.on_database(&["plan", "up", version])?.unwrap_or_default();
        let started = Instant::now();
        let told = runner.on_database(&["up", version])?.unwrap_or_default();
        report.runs_took += started.elapsed();
        if told.error.is_some() || told.version.is_empty() {
            record(&database, version)?;
            failed.insert(version.clone());
            continue;
        }
        ran.push(told.clone());
        let verdict = verdict(&live, &told);
        report.live.add(&verdict);
        report.differences.extend(described("live", version, &verdict));
    }
    let folder = completed(history, &failed)?;
    let started = Instant::now();
    if takes_back {
        offline = without_database(&runner, server, folder.path())?;
    }
    report.offline_took = started.elapsed();
    for told in &ran {
        let planned = offline.iter().find(|planned| planned.version == told.version).cloned().unwrap_or_default();
        let verdict = verdict(&planned, told);
        report.offline.add(&verdict);
        report.differences.extend(described("offline", &told.version, &verdict));
    }
    for version in ran.iter().rev().map(|told| told.version.as_str()).filter(|_| down) {
        let plan = runner.on_database(&["plan", "down", version])?.unwrap_or_default();
        let told = runner.on_database(&["down", version])?.unwrap_or_default();
        if told.error.is_none() && !told.version.is_empty() {
            let verdict = verdict(&plan, &told);
            report.down.add(&verdict);
            report.differences.extend(described("down", version, &verdict));
        }
    }
    Ok(report)
}

fn described(kind: &str, version: &str, verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Same => None,
        Verdict::Marked(text) => Some(format!("{kind} {version}: says so:\n{text}")),
        Verdict::Unmarked(text) => Some(format!("{kind} {version}: UNMARKED:\n{text}")),
    }
}

/// From an empty schema; what fails is recorded as run, as on the database.
fn without_database(runner: &Runner<'_>, server: &Server, migrations: &Path) -> Result<Vec<Told>> {
    let folder = tempfile::tempdir()?;
    let schema = folder.path().join("schema.rb");
    std::fs::write(&schema, "ActiveRecord::Schema[8.1].define do\nend\n")?;
    let (version, url) = (version_of(runner.database, server)?, runner.database.url());
    let schema = schema.display().to_string();
    let words =
        ["plan", "--keep-going", "--schema", &schema, "--server", &version, "--include", &schema, "--database", &url];
    runner.run_in(&words, migrations)
}

/// A folder with all but those that failed.
fn completed(history: &History, failed: &BTreeSet<String>) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for entry in std::fs::read_dir(&history.directory)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let version = name.split('_').next().unwrap_or_default().trim_start_matches('0').to_string();
        if path.is_file() && !failed.contains(&version) {
            std::fs::copy(&path, folder.path().join(name))?;
        }
    }
    Ok(folder)
}

/// As `--server` names it.
fn version_of(database: &Database, server: &Server) -> Result<String> {
    let digits = |text: &str| -> String {
        text.trim().chars().take_while(|character| character.is_ascii_digit() || *character == '.').collect()
    };
    Ok(match server {
        Server::Sqlite3 => "sqlite".to_string(),
        Server::PostgreSql { .. } => format!("postgresql:{}", digits(&database.ask("SHOW server_version")?)),
        Server::MySql { .. } => {
            let version = database.ask("SELECT VERSION()")?;
            let name = if version.to_ascii_lowercase().contains("mariadb") { "mariadb" } else { "mysql" };
            format!("{name}:{}", digits(&version))
        }
    })
}

fn record(database: &Database, version: &str) -> Result<()> {
    database.execute(&format!("INSERT INTO schema_migrations (version) VALUES ('{version}')"))
}
