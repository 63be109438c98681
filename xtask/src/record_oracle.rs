//! Runs the conformance cases through real Active Record and writes what it did: migrations by `runner.rb`, Rails' `db:` tasks
//! by `tasks.rb`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use conformance::case::OLDER_RAILS;
use conformance::database::Server;
use conformance::record::Step;
use conformance::replay::without_comment;
use conformance::tasks::TaskCase;
use conformance::tasks::app::App;
use conformance::tasks::record::{carry_out, render, standing};
use conformance::{Case, Event, Record, Target};

use crate::arguments::Arguments;
use crate::rails::tasks::TaskRunner;
use crate::rails::{Dumper, Rails, Request, Runner};

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let rails = Rails::from_arguments(&mut arguments)?;
    let mysql = arguments.value("--mysql")?;
    let wanted = arguments.values("--target")?;
    let older = arguments.values("--older-rails")?;
    let filter = arguments.words()?.join(" ");
    let recording = Recording {
        cases: Case::all(&filter)?,
        tasks: TaskCase::all(&filter)?,
        older: all_older(&rails, &older)?,
        rails,
    };
    recording.ensure_all_versions()?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = Target::ALL
            .into_iter()
            .filter(|target| wanted.is_empty() || wanted.iter().any(|name| name == target.name()))
            .filter(|target| *target != Target::MySql || mysql.is_some())
            .map(|target| {
                let (recording, mysql) = (&recording, mysql.as_deref());
                scope.spawn(move || record(target, mysql, recording))
            })
            .collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

/// What is recorded, and of whom.
struct Recording {
    cases: Vec<Case>,
    tasks: Vec<TaskCase>,
    rails: Rails,
    older: Vec<Rails>,
}

fn all_older(rails: &Rails, sources: &[String]) -> Result<Vec<Rails>> {
    sources.iter().map(|source| rails.at(source)).collect()
}

impl Recording {
    /// The versions whose schema.rb cases ask for must be there.
    fn ensure_all_versions(&self) -> Result<()> {
        if !self.cases.iter().any(|case| case.older_rails) {
            return Ok(());
        }
        let versions = self.older.iter().map(Rails::version).collect::<Result<Vec<_>>>()?;
        for wanted in OLDER_RAILS {
            let is_there = versions.iter().any(|version| minor(version) == wanted);
            ensure!(is_there, "`--older-rails PATH` says where a checkout of Rails {wanted} is");
        }
        Ok(())
    }

    /// Those that any case asks for, by version.
    fn dumpers(&self, cases: &[&Case]) -> Result<BTreeMap<String, Dumper>> {
        let wanted = self.older.iter().filter(|_| cases.iter().any(|case| case.older_rails));
        wanted.map(|rails| Ok((minor(&rails.version()?), rails.dumper()?))).collect()
    }
}

/// `8.0` of `8.0.5.1`.
fn minor(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

fn record(target: Target, mysql: Option<&str>, recording: &Recording) -> Result<()> {
    let Recording { cases, tasks, rails, .. } = recording;
    let server = match (target, mysql) {
        (Target::MySql, Some(url)) => Server::at(url)?,
        _ => Server::private(target).context("no server")?,
    };
    let mut runner = rails.start(&[])?;
    let mut changed = 0;
    let cases: Vec<_> = cases.iter().filter(|case| case.runs_on(target)).collect();
    let mut dumpers = recording.dumpers(&cases)?;
    for case in &cases {
        let text = run_case(case, &server, &mut runner, &mut dumpers)
            .with_context(|| format!("{} on {}", case.name, target.name()))?;
        changed += write(&conformance::recorded(target, case), text)?;
    }
    let tasks: Vec<_> = tasks.iter().filter(|case| case.runs_on(target)).collect();
    if !tasks.is_empty() {
        changed += record_tasks(target, &server, &tasks, rails)?;
    }
    crate::print(&format!("{}: {} cases, {changed} changed\n", target.name(), cases.len() + tasks.len()));
    Ok(())
}

fn record_tasks(target: Target, server: &Server, cases: &[&TaskCase], rails: &Rails) -> Result<usize> {
    let mut runner = TaskRunner::start(rails)?;
    let mut changed = 0;
    for case in cases {
        let app = App::new(server, case)?;
        let done = carry_out(case, &app, standing, |line| runner.run(app.directory(), line));
        let done = done.with_context(|| format!("{} on {}", case.name, target.name()))?;
        changed += write(&case.recorded(target), render(&done))?;
    }
    Ok(changed)
}

/// Answers how many records were written: one, or none where it says that already.
fn write(path: &Path, text: String) -> Result<usize> {
    if fs::read_to_string(path).is_ok_and(|recorded| recorded == text) {
        return Ok(0);
    }
    fs::create_dir_all(path.parent().context("a case is in a topic")?)?;
    fs::write(path, text)?;
    Ok(1)
}

fn run_case(
    case: &Case,
    server: &Server,
    runner: &mut Runner,
    dumpers: &mut BTreeMap<String, Dumper>,
) -> Result<String> {
    let directory = tempfile::tempdir()?;
    case.write_to(directory.path())?;
    let database = server.database()?;
    let mut record = Record::default();
    for command in &case.run {
        let events = runner.run(&Request {
            url: &database.url(),
            directory: directory.path(),
            command,
            table_name_prefix: &case.table_name_prefix,
            table_name_suffix: &case.table_name_suffix,
            rows: 0,
            implied_models: case.implied_models,
            isolated: false,
            patience: None,
        })?;
        let schema = conformance::schema::schema(&database)?;
        let schema_rb = match events.last() {
            Some(Event::Done { schema: schema_rb }) if !schema.is_empty() => schema_rb.clone(),
            _ => String::new(),
        };
        let mut older = Vec::new();
        for version in OLDER_RAILS.iter().filter(|_| case.older_rails && !schema.is_empty()) {
            let dumper = dumpers.get_mut(*version).context("no such Rails")?;
            let text = dumper.dump(&database.url(), &case.table_name_prefix, &case.table_name_suffix)?;
            older.push((version.to_string(), without_comment(&text)));
        }
        record.steps.push(Step { command: command.clone(), events, schema, schema_rb, older });
    }
    let text = record.render().replace(database.name(), "{database}");
    Ok(text.replace(&directory.path().display().to_string(), "{directory}"))
}
