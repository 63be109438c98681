//! Real Active Record in a Ruby process: `ruby/runner.rb`.

mod pipe;
pub(crate) mod tasks;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use conformance::Event;
use serde_json::json;

use self::pipe::Pipe;
use crate::arguments::Arguments;

/// How to start it.
#[derive(Clone)]
pub(crate) struct Rails {
    ruby: Vec<String>,
    source: PathBuf,
}

/// A running one.
pub(crate) struct Runner(Pipe);

/// A running one that only dumps: `ruby/dump.rb`.
pub(crate) struct Dumper(Pipe);

pub(crate) struct Request<'request> {
    pub url: &'request str,
    pub directory: &'request Path,
    pub command: &'request str,
    pub table_name_prefix: &'request str,
    pub table_name_suffix: &'request str,
    /// Rows for each empty table, before each migration that is run with `keep_going`.
    pub rows: usize,
    pub implied_models: bool,
    /// In a process of its own, which leaves nothing behind; without schema.rb.
    pub isolated: bool,
    /// After which such a process is killed.
    pub patience: Option<Duration>,
}

impl Rails {
    pub(crate) fn from_arguments(arguments: &mut Arguments) -> Result<Self> {
        let last = Self::all_from_arguments(arguments)?.pop();
        last.context("`--rails PATH` says where a checkout of rails/rails is")
    }

    /// One for each `--rails`, all with the same Ruby.
    pub(crate) fn all_from_arguments(arguments: &mut Arguments) -> Result<Vec<Self>> {
        let mut sources = arguments.values("--rails")?;
        if sources.is_empty() {
            sources.extend(std::env::var("RAILS_SOURCE"));
        }
        let ruby = arguments.value("--ruby")?.unwrap_or_else(|| "ruby".to_string());
        let rails = Self { ruby: ruby.split_whitespace().map(str::to_string).collect(), source: PathBuf::new() };
        sources.iter().map(|source| rails.at(source)).collect()
    }

    /// Another checkout, with the same Ruby.
    pub(crate) fn at(&self, source: &str) -> Result<Self> {
        let source = PathBuf::from(source).canonicalize().with_context(|| format!("no folder `{source}`"))?;
        Ok(Self { ruby: self.ruby.clone(), source })
    }

    /// As the checkout's RAILS_VERSION says.
    pub(crate) fn version(&self) -> Result<String> {
        let path = self.source.join("RAILS_VERSION");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        Ok(text.trim().to_string())
    }

    /// The Ruby's version, which schema.rb shows.
    pub(crate) fn ruby_version(&self) -> Result<String> {
        let [program, arguments @ ..] = self.ruby.as_slice() else { bail!("`--ruby` is empty") };
        let output = Command::new(program).args(arguments).args(["-e", "print RUBY_VERSION"]).output();
        Ok(String::from_utf8_lossy(&output.context("cannot run Ruby")?.stdout).into_owned())
    }

    /// The checkout.
    pub(crate) fn source(&self) -> &Path {
        &self.source
    }

    /// A script of `xtask/ruby`.
    pub(crate) fn script(&self, name: &str) -> Result<Command> {
        let [program, arguments @ ..] = self.ruby.as_slice() else { bail!("`--ruby` is empty") };
        let mut command = Command::new(program);
        command.args(arguments).arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("ruby").join(name));
        command.env("LANG", "C.UTF-8").env("TZ", "UTC");
        Ok(command)
    }

    /// A process of its own that runs a script on a database and a folder or file: `ruby -ractive_record`, and no more than
    /// that needs.
    pub(crate) fn bare(&self, script: &str, url: &str, of: &Path) -> Command {
        let mut command = Command::new(self.ruby.first().map_or("ruby", String::as_str));
        command.args(self.ruby.iter().skip(1));
        for library in ["activesupport", "activemodel", "activerecord"] {
            command.arg("-I").arg(self.source.join(library).join("lib"));
        }
        command.args(["-rlogger", "-ractive_record"]);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("ruby").join(script)).arg(url).arg(of);
        command
    }

    /// `required` are files that Ruby loads after Active Record.
    pub(crate) fn start(&self, required: &[PathBuf]) -> Result<Runner> {
        let mut command = self.script("runner.rb")?;
        command.arg(&self.source).args(required);
        Ok(Runner(Pipe::start(command)?))
    }
}

impl Rails {
    pub(crate) fn dumper(&self) -> Result<Dumper> {
        let mut command = self.script("dump.rb")?;
        command.arg(&self.source);
        Ok(Dumper(Pipe::start(command)?))
    }
}

impl Dumper {
    /// schema.rb, or the error that kept it from being written.
    pub(crate) fn dump(&mut self, url: &str, table_name_prefix: &str, table_name_suffix: &str) -> Result<String> {
        let request = json!({
            "url": url,
            "table_name_prefix": table_name_prefix,
            "table_name_suffix": table_name_suffix,
        });
        self.0.ask(&request)?;
        let line = self.0.line()?;
        serde_json::from_str(&line).with_context(|| format!("not a text: {line}"))
    }
}

impl Runner {
    /// Runs one command to its end; the last event is [`Event::Done`].
    pub(crate) fn run(&mut self, request: &Request) -> Result<Vec<Event>> {
        let may_be_killed = request.patience.is_some();
        let request = json!({
            "url": request.url,
            "directory": request.directory,
            "command": request.command,
            "table_name_prefix": request.table_name_prefix,
            "table_name_suffix": request.table_name_suffix,
            "rows": request.rows,
            "implied_models": request.implied_models,
            "isolated": request.isolated,
            "patience": request.patience.as_ref().map(Duration::as_secs),
        });
        self.0.ask(&request)?;
        let mut events = Vec::new();
        loop {
            let line = self.0.line()?;
            let event = match serde_json::from_str(&line) {
                Ok(event) => event,
                // One that was killed may have been about to say something.
                Err(_) if may_be_killed => continue,
                Err(error) => return Err(error).with_context(|| format!("not an event: {line}")),
            };
            let is_last = matches!(event, Event::Done { .. });
            events.push(event);
            if is_last {
                return Ok(events);
            }
        }
    }
}
