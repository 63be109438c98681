//! `corpus --plan`: each migration of a history is planned on the database as it stands, then run; and the whole history is planned
//! without a database. Both are compared with what was sent, the schema file that is told before each with the one after it, and the
//! server's own log is searched for what a plan has sent. Rails has no part in it.

mod dumps;
mod log;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use conformance::Database;
use conformance::database::Server;
use conformance::plan::{Told, Verdict, told, verdict};

use super::comparison::anonymous;
use super::history::History;
use dumps::Dumps;
use log::Log;

/// How many plans are what was sent.
#[derive(Default)]
pub(super) struct Share {
    pub same: usize,
    pub marked: usize,
    pub unmarked: usize,
}

/// What is counted, of one history or of all.
#[derive(Default)]
pub(super) struct Shares {
    live: Share,
    offline: Share,
    down: Share,
    down_offline: Share,
    dumps: Share,
    /// What servers' logs say that plans have sent, and how much of it writes or locks.
    sent: usize,
    harmful: usize,
}

/// Of one history.
#[derive(Default)]
pub(super) struct Report {
    pub shares: Shares,
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

    fn join(&mut self, other: &Self) {
        self.same += other.same;
        self.marked += other.marked;
        self.unmarked += other.unmarked;
    }
}

impl Shares {
    fn each(&mut self) -> [&mut Share; 5] {
        [&mut self.live, &mut self.offline, &mut self.down, &mut self.down_offline, &mut self.dumps]
    }

    pub(super) fn join(&mut self, mut other: Self) {
        self.each().into_iter().zip(other.each()).for_each(|(share, other)| share.join(other));
        self.sent += other.sent;
        self.harmful += other.harmful;
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.same + self.marked + self.unmarked;
        write!(f, "{} of {all} the same, {} differ and say so, {} do not", self.same, self.marked, self.unmarked)
    }
}

impl fmt::Display for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { live, offline, down, down_offline, dumps, sent, harmful } = self;
        write!(f, "live {live}; offline {offline}; schema files {dumps}; ")?;
        if down.same + down.marked + down.unmarked > 0 {
            write!(f, "down {down}; down offline {down_offline}; ")?;
        }
        write!(f, "of {sent} statements in the server's log {harmful} write or lock")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (offline, runs) = (self.offline_took.as_secs_f64(), self.runs_took.as_secs_f64());
        write!(f, "{}; the whole history offline {offline:.2} s, its runs {runs:.1} s", self.shares)
    }
}

impl Report {
    /// `kind`: what was told, and of which version.
    fn count(&mut self, share: impl Fn(&mut Shares) -> &mut Share, kind: &str, verdict: &Verdict) {
        share(&mut self.shares).add(verdict);
        self.differences.extend(match verdict {
            Verdict::Same => None,
            Verdict::Marked(text) => Some(format!("{kind}: says so:\n{text}")),
            Verdict::Unmarked(text) => Some(format!("{kind}: UNMARKED:\n{text}")),
        });
    }

    /// What a live plan told, and what the server heard of it.
    fn heard(&mut self, version: &str, (told, harmful, sent): (Option<Told>, Vec<String>, usize)) -> Told {
        self.shares.sent += sent;
        self.shares.harmful += harmful.len();
        self.differences.extend(harmful.into_iter().map(|sql| format!("log {version}: {sql}")));
        told.unwrap_or_default()
    }
}

/// Who runs a history's migrations.
struct Runner<'a> {
    history: &'a History,
    /// Its folder, or one that has each version once.
    migrations: &'a Path,
    binary: &'a Path,
    database: &'a Database,
    options: &'a [String],
}

impl Runner<'_> {
    fn run(&self, words: &[&str]) -> Result<Vec<Told>> {
        self.run_in(words, self.migrations)
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
    let once = each_version_once(history)?;
    let migrations = once.as_ref().map_or(history.directory.as_path(), tempfile::TempDir::path);
    let runner = Runner { history, migrations, binary, database: &database, options: &options };
    let mut report = Report::default();
    let log = Log::of(server, &database)?;
    let (ran, failed) = up(&runner, server, &log, &mut report)?;
    let back = if down { back(&runner, &log, &ran, &mut report)? } else { Vec::new() };
    // What fails on a server that takes it back is not there for those that follow, whatever a plan without one thinks of it.
    let takes_back = !matches!(server, Server::MySql { .. });
    let folder = if takes_back { Some(without(migrations, |version, _| failed.contains(version))?) } else { None };
    let migrations = folder.as_ref().map_or(migrations, tempfile::TempDir::path);
    let started = Instant::now();
    let mut planned = without_database(&runner, server, migrations, &[])?;
    report.offline_took = started.elapsed();
    if down {
        // What fails on the way back leaves its beginning behind where the server takes nothing back.
        planned = without_database(&runner, server, migrations, if takes_back { &back } else { &ran })?;
    }
    let of = |told: &Told| {
        let is_it = |planned: &&Told| planned.version == told.version && planned.direction == told.direction;
        verdict(&planned.iter().find(is_it).cloned().unwrap_or_default(), told)
    };
    for told in &ran {
        report.count(|shares| &mut shares.offline, &format!("offline {}", told.version), &of(told));
    }
    for told in &back {
        report.count(|shares| &mut shares.down_offline, &format!("down offline {}", told.version), &of(told));
    }
    Ok(report)
}

/// Answers those that completed, and the versions of those that did not.
fn up(runner: &Runner<'_>, server: &Server, log: &Log, report: &mut Report) -> Result<(Vec<Told>, BTreeSet<String>)> {
    let name = version_of(runner.database, server)?;
    let dumps = Dumps::new(runner.history.root(), runner.migrations, runner.binary, &name, runner.options)?;
    let (mut ran, mut failed, mut seen) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let all = without_database(runner, server, runner.migrations, &[])?;
    for version in all.iter().map(|planned| &planned.version).filter(|version| seen.insert((*version).clone())) {
        let heard = log.during(|| runner.on_database(&["plan", "up", version]))?;
        let live = report.heard(version, heard);
        let foretold = dumps.foretell(version)?;
        let started = Instant::now();
        let told = runner.on_database(&["up", version])?.unwrap_or_default();
        report.runs_took += started.elapsed();
        if told.error.is_some() || told.version.is_empty() {
            record(runner.database, version)?;
            dumps.verdict(&foretold, runner.database)?;
            failed.insert(version.clone());
            continue;
        }
        report.count(|shares| &mut shares.live, &format!("live {version}"), &verdict(&live, &told));
        let dumped = dumps.verdict(&foretold, runner.database)?;
        report.count(|shares| &mut shares.dumps, &format!("schema file {version}"), &dumped);
        ran.push(told);
    }
    Ok((ran, failed))
}

/// Takes back what ran, the last first. Answers those that completed.
fn back(runner: &Runner<'_>, log: &Log, ran: &[Told], report: &mut Report) -> Result<Vec<Told>> {
    let mut back = Vec::new();
    for version in ran.iter().rev().map(|told| told.version.as_str()) {
        let heard = log.during(|| runner.on_database(&["plan", "down", version]))?;
        let planned = report.heard(version, heard);
        let told = runner.on_database(&["down", version])?.unwrap_or_default();
        if told.error.is_none() && !told.version.is_empty() {
            report.count(|shares| &mut shares.down, &format!("down {version}"), &verdict(&planned, &told));
            back.push(told);
        }
    }
    Ok(back)
}

/// From an empty schema; what fails is recorded as run, as on the database. Then `back` is taken back.
fn without_database(runner: &Runner<'_>, server: &Server, migrations: &Path, back: &[Told]) -> Result<Vec<Told>> {
    let folder = tempfile::tempdir()?;
    let schema = folder.path().join("schema.rb");
    std::fs::write(&schema, "ActiveRecord::Schema[8.1].define do\nend\n")?;
    let (version, url) = (version_of(runner.database, server)?, runner.database.url());
    let schema = schema.display().to_string();
    let mut words = vec![
        "plan",
        "--keep-going",
        "--schema",
        &schema,
        "--server",
        &version,
        "--include",
        &schema,
        "--database",
        &url,
    ];
    let versions = back.iter().map(|told| told.version.as_str()).collect::<Vec<_>>().join(",");
    if !versions.is_empty() {
        words.extend(["--back", &versions]);
    }
    let planned = runner.run_in(&words, migrations)?;
    ensure!(!planned.is_empty(), "`{} {}` tells nothing", runner.binary.display(), words.join(" "));
    Ok(planned)
}

/// Of several files of one version, which no command runs, the first; none where there are none.
fn each_version_once(history: &History) -> Result<Option<tempfile::TempDir>> {
    let mut names = BTreeMap::<String, BTreeSet<String>>::new();
    for entry in std::fs::read_dir(&history.directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.entry(version(&name)).or_default().insert(name);
    }
    names.retain(|version, names| !version.is_empty() && names.len() > 1);
    let is_second = |version: &str, name: &str| {
        names.get(version).is_some_and(|names| names.first().is_some_and(|first| first != name))
    };
    if names.is_empty() { Ok(None) } else { without(&history.directory, is_second).map(Some) }
}

/// A folder with all but some files, which are told by version and name.
fn without(migrations: &Path, is_left_out: impl Fn(&str, &str) -> bool) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for entry in std::fs::read_dir(migrations)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && !is_left_out(&version(&name), &name) {
            std::fs::copy(&path, folder.path().join(name))?;
        }
    }
    Ok(folder)
}

/// That of a file's name, as events tell it.
fn version(name: &str) -> String {
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_string()
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

/// Where the first of all fails before it begins, Rails' table is not there yet.
fn record(database: &Database, version: &str) -> Result<()> {
    database.execute("CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(255) NOT NULL PRIMARY KEY)")?;
    database.execute(&format!("INSERT INTO schema_migrations (version) VALUES ('{version}')"))
}
