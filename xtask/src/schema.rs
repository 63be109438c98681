//! Compares what Rails and Maglev make of an application's db/schema.rb: the databases that loading it gives, and the files that
//! dumping gives again.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use conformance::Database;
use conformance::database::Server;
use conformance::replay::diff;
use serde::Deserialize;

use crate::arguments::Arguments;
use crate::comparing;
use crate::rails::Rails;

/// How many lines of a difference are printed.
const LINES_SHOWN: usize = 16;

/// A line of the list: `FILE DATABASE [--require FILE] [--gem NAME]`.
struct SchemaFile {
    path: PathBuf,
    database: String,
    required: Vec<PathBuf>,
    /// Gems that the app has, as far as Maglev is to know.
    gems: Vec<String>,
}

/// What one version of Rails did: `ruby/schema.rb`.
#[derive(Deserialize)]
struct Rendition {
    /// Of loading the file.
    error: Option<String>,
    /// Of the database that Maglev loaded.
    dump: String,
    /// The version of Ruby, which schema.rb shows.
    ruby: String,
}

/// What is compared of a file.
#[derive(Default)]
struct Counts {
    databases: Share,
    dumps: Share,
    /// A dump that is loaded and dumped again.
    rounds: Share,
}

#[derive(Default)]
struct Share {
    same: usize,
    of: usize,
}

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let rails = Rails::all_from_arguments(&mut arguments)?;
    ensure!(!rails.is_empty(), "`--rails PATH` says where a checkout of rails/rails is");
    let list = arguments.value("--list")?.context("`--list FILE` says which files")?;
    let maglev = arguments.value("--maglev")?.context("`--maglev PATH` says which binary")?;
    let maglev = Path::new(&maglev).canonicalize().with_context(|| format!("there is no `{maglev}`"))?;
    let differences = arguments.value("--differences")?;
    let filters = arguments.words()?;
    let mut servers = comparing::Servers::default();
    let (mut counts, mut told) = (Counts::default(), String::new());
    let files = comparing::listed(&list)?;
    let files = files.iter().map(|line| parse(line).with_context(|| format!("in `{line}`")));
    for file in files.collect::<Result<Vec<_>>>()? {
        if !filters.is_empty() && !filters.iter().any(|filter| file.path.to_string_lossy().contains(filter)) {
            continue;
        }
        let server = servers.at(&file.database)?;
        let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let found =
            compare(&file, server, &rails, &maglev, &mut counts).unwrap_or_else(|error| vec![format!("{error:#}")]);
        crate::print(&format!("{name}: {}\n", if found.is_empty() { "the same" } else { "DIFFERS" }));
        for difference in found {
            let lines: Vec<_> = difference.lines().take(LINES_SHOWN).collect();
            crate::print(&format!("    {}\n", lines.join("\n    ")));
            let _ = writeln!(told, "=== {name}: {difference}");
        }
    }
    crate::print(&format!("{counts}\n"));
    if let Some(path) = differences {
        fs::write(path, &told)?;
    }
    ensure!(told.is_empty(), "not all are the same");
    Ok(())
}

fn parse(line: &str) -> Result<SchemaFile> {
    let mut arguments = Arguments::new(line.split_whitespace().map(str::to_string));
    let required = arguments.values("--require")?;
    let required = required.iter().map(|file| comparing::required_file(file)).collect::<Result<_>>()?;
    let gems = arguments.values("--gem")?;
    let words = arguments.words()?;
    let [path, database] = words.as_slice() else { bail!("not `FILE DATABASE [--require FILE] [--gem NAME]`") };
    let path = Path::new(path).canonicalize().with_context(|| format!("no file `{path}`"))?;
    Ok(SchemaFile { path, database: database.clone(), required, gems })
}

/// What differs, each with the version of Rails.
fn compare(
    file: &SchemaFile,
    server: &Server,
    rails: &[Rails],
    maglev: &Path,
    counts: &mut Counts,
) -> Result<Vec<String>> {
    let ours = server.database()?;
    let our_error = load(maglev, &file.path, &ours)?;
    let our_schema = schema(&ours)?;
    let mut found = Vec::new();
    for rails in rails {
        let version = rails.version()?;
        let theirs = server.database()?;
        let rendition = render(rails, file, &theirs, &ours)?;
        let is_loadable = !rendition.error.as_ref().is_some_and(|error| error.contains("Unknown migration version"));
        if is_loadable {
            let difference = match (&rendition.error, &our_error) {
                (None, None) => differ(&schema(&theirs)?, &our_schema),
                (Some(_), Some(_)) => None,
                (theirs, ours) => Some(format!("Rails: {theirs:?}\nMaglev: {ours:?}")),
            };
            counts.databases.add(difference.is_none());
            found.extend(difference.map(|difference| format!("the database, by Rails {version}:\n{difference}")));
        }
        if our_error.is_some() {
            continue;
        }
        let app = App::new(&file.gems, &rendition.ruby)?;
        let dumped = app.dump(maglev, &version, &ours)?;
        let difference = differ(&rendition.dump, &dumped);
        counts.dumps.add(difference.is_none());
        found.extend(difference.map(|difference| format!("the dump, by Rails {version}:\n{difference}")));
        if is_loadable {
            let difference = app.again(maglev, &version, server, &dumped)?;
            counts.rounds.add(difference.is_none());
            found.extend(
                difference.map(|difference| format!("the dump of its load, as Rails {version}:\n{difference}")),
            );
        }
    }
    Ok(found)
}

fn render(rails: &Rails, file: &SchemaFile, loaded: &Database, dumped: &Database) -> Result<Rendition> {
    let mut command = rails.script("schema.rb")?;
    command.arg(rails.source()).arg(loaded.url()).arg(&file.path).arg(dumped.url()).args(&file.required);
    let output = command.output().context("cannot run Ruby")?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).with_context(|| format!("not what schema.rb prints: {text}"))
}

/// A folder that tells Maglev what it asks of an app.
struct App(tempfile::TempDir);

impl App {
    fn new(gems: &[String], ruby: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join(".ruby-version"), ruby)?;
        let specs: String = gems.iter().flat_map(|gem| ["    ", gem.as_str(), " (1)\n"]).collect();
        fs::write(folder.path().join("Gemfile.lock"), format!("GEM\n  specs:\n{specs}"))?;
        Ok(Self(folder))
    }

    fn dump(&self, maglev: &Path, version: &str, database: &Database) -> Result<String> {
        let mut command = command(maglev, "dump", database);
        let output = command.args(["--file", "-", "--rails", version]).current_dir(self.0.path()).output()?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the dump as Rails {version}: {}", error.trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What a dump is after it was loaded and dumped.
    fn again(&self, maglev: &Path, version: &str, server: &Server, text: &str) -> Result<Option<String>> {
        let database = server.database()?;
        let path = self.0.path().join("schema.rb");
        fs::write(&path, text)?;
        if let Some(error) = load(maglev, &path, &database)? {
            return Ok(Some(error));
        }
        Ok(differ(text, &self.dump(maglev, version, &database)?))
    }
}

/// Answers the error.
fn load(maglev: &Path, file: &Path, database: &Database) -> Result<Option<String>> {
    let output = command(maglev, "load", database).arg("--file").arg(file).output()?;
    let is_loaded = output.status.success();
    Ok((!is_loaded).then(|| String::from_utf8_lossy(&output.stderr).trim().to_string()))
}

fn command(maglev: &Path, word: &str, database: &Database) -> Command {
    let mut command = Command::new(maglev);
    command.args(["schema", word, "--database", &database.url()]).env("RAILS_ENV", "development");
    command
}

fn schema(database: &Database) -> Result<String> {
    Ok(conformance::schema::schema(database)?.replace(database.name(), "{database}"))
}

fn differ(theirs: &str, ours: &str) -> Option<String> {
    (theirs != ours).then(|| diff(theirs, ours))
}

impl Share {
    fn add(&mut self, is_same: bool) {
        self.of += 1;
        self.same += usize::from(is_same);
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { databases, dumps, rounds } = self;
        write!(formatter, "the same: databases {databases}, dumps {dumps}, dumps of their loads {rounds}")
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "{} of {}", self.same, self.of)
    }
}
