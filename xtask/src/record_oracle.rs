//! Runs the conformance cases through real Active Record and writes what it did: migrations by `runner.rb`, Rails' `db:` tasks
//! by `tasks.rb`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use conformance::database::Server;
use conformance::record::Step;
use conformance::tasks::TaskCase;
use conformance::tasks::app::App;
use conformance::tasks::record::{carry_out, render};
use conformance::{Case, Event, Record, Target};

use crate::arguments::Arguments;
use crate::rails::tasks::TaskRunner;
use crate::rails::{Rails, Request, Runner};

pub fn run(mut arguments: Arguments) -> Result<()> {
    let rails = Rails::from_arguments(&mut arguments)?;
    let mysql = arguments.value("--mysql")?;
    let wanted = arguments.values("--target")?;
    let filter = arguments.words()?.join(" ");
    let cases = (Case::all(&filter)?, TaskCase::all(&filter)?);
    std::thread::scope(|scope| {
        let threads: Vec<_> = Target::ALL
            .into_iter()
            .filter(|target| wanted.is_empty() || wanted.iter().any(|name| name == target.name()))
            .filter(|target| *target != Target::MySql || mysql.is_some())
            .map(|target| {
                let (cases, rails, mysql) = (&cases, &rails, mysql.as_deref());
                scope.spawn(move || record(target, mysql, cases, rails))
            })
            .collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

fn record(
    target: Target,
    mysql: Option<&str>,
    (cases, tasks): &(Vec<Case>, Vec<TaskCase>),
    rails: &Rails,
) -> Result<()> {
    let server = match (target, mysql) {
        (Target::MySql, Some(url)) => Server::at(url)?,
        _ => Server::private(target).context("no server")?,
    };
    let mut runner = rails.start(&[])?;
    let mut changed = 0;
    let cases: Vec<_> = cases.iter().filter(|case| case.runs_on(target)).collect();
    for case in &cases {
        let text =
            run_case(case, &server, &mut runner).with_context(|| format!("{} on {}", case.name, target.name()))?;
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
        let done = carry_out(case, &app, |line| runner.run(app.directory(), line));
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

fn run_case(case: &Case, server: &Server, runner: &mut Runner) -> Result<String> {
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
        record.steps.push(Step { command: command.clone(), events, schema, schema_rb });
    }
    let text = record.render().replace(database.name(), "{database}");
    Ok(text.replace(&directory.path().display().to_string(), "{directory}"))
}
