//! Runs Active Record's own tests in real Active Record and in Maglev.
//!
//! They are read from a checkout when this runs, and nothing of them is kept: each test method becomes a migration
//! (`ruby/rails_tests/generate.rb`) that runs it with a shim of ours in place of Rails' test framework. A test counts if
//! it passes in Rails so, and is the same if it passes in Maglev too. What only a test reaches is left out, by name.

mod batch;
mod generated;
mod groups;
mod report;
mod template;

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};
use conformance::Target;
use conformance::database::Server;

use crate::arguments::Arguments;
use crate::comparing;
use crate::rails::Rails;
use batch::{Batch, Sides};
use generated::Generated;
use report::Report;
use template::Template;

const JOBS: usize = 2;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let rails = Rails::from_arguments(&mut arguments)?;
    let maglev = comparing::maglev(&mut arguments)?.context("`--maglev PATH` says which binary")?;
    let targets = targets(&arguments.values("--target")?)?;
    let filter = arguments.value("--filter")?.unwrap_or_default();
    let failures = arguments.value("--failures")?.map(PathBuf::from);
    let keep = arguments.value("--keep")?.map(PathBuf::from);
    let jobs = arguments.value("--jobs")?.map_or(Ok(JOBS), |jobs| jobs.parse()).context("`--jobs` is a number")?;
    let wanted = arguments.words()?;
    let mut listed = String::new();
    for target in targets {
        let failures = failures.as_deref();
        let run = Run { rails: &rails, maglev: &maglev, target, filter: &filter, groups: &wanted, jobs, failures };
        let report = run.report(keep.as_deref())?;
        crate::print(&report.table());
        listed.push_str(&report.list());
    }
    match failures {
        Some(path) => fs::write(path, listed)?,
        None => crate::print(&listed),
    }
    Ok(())
}

fn targets(names: &[String]) -> Result<Vec<Target>> {
    let all = Target::ALL.into_iter().filter(|target| *target != Target::MySql);
    if names.is_empty() {
        return Ok(all.collect());
    }
    let found: Vec<_> = all.filter(|target| names.iter().any(|name| name == target.name())).collect();
    if found.len() < names.len() {
        bail!("`--target` is sqlite3, mariadb or postgresql");
    }
    Ok(found)
}

struct Run<'run> {
    rails: &'run Rails,
    maglev: &'run Path,
    target: Target,
    filter: &'run str,
    groups: &'run [String],
    jobs: usize,
    /// Where the names go, of what is done so far too.
    failures: Option<&'run Path>,
}

impl Run<'_> {
    fn report(&self, keep: Option<&Path>) -> Result<Report> {
        let scratch = tempfile::tempdir()?;
        let directory = match keep {
            Some(keep) => keep.join(self.target.name()),
            None => scratch.path().to_path_buf(),
        };
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(directory.join("db"))?;
        let server = Server::private(self.target).context("no server")?;
        let files = groups::files(self.rails.source(), self.target, self.groups)?;
        let template = Template::prepare(self.rails, &server, &directory)?;
        let generated = Generated::make(self.rails, &template.url(), &directory, &files, self.filter)?;
        let mut report = Report::new(self.target.name());
        report.left_out(&generated);
        let queue = Mutex::new(generated.batches().into_iter().collect::<VecDeque<_>>());
        let report = Mutex::new(report);
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..self.jobs).map(|_| scope.spawn(|| self.work(&queue, &report, &template, &directory))).collect();
            workers.into_iter().try_for_each(|worker| match worker.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })?;
        report.into_inner().map_err(|_| anyhow::anyhow!("a worker panicked"))
    }

    fn work(
        &self,
        queue: &Mutex<VecDeque<Batch>>,
        report: &Mutex<Report>,
        template: &Template,
        directory: &Path,
    ) -> Result<()> {
        let mut sides = Sides::new(self.rails, self.maglev, template, directory)?;
        loop {
            let batch = queue.lock().ok().and_then(|mut queue| queue.pop_front());
            let Some(batch) = batch else { return Ok(()) };
            let outcomes = sides.run(&batch).with_context(|| batch.directory.clone())?;
            if let Ok(mut report) = report.lock() {
                report.add(&batch, outcomes);
                if let Some(failures) = self.failures {
                    fs::write(failures, report.list())?;
                }
            }
        }
    }
}
