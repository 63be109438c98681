//! The schema in memory beside the server's, in every conformance case: a case runs once, and what passes the gate is applied to
//! the memory; then its statements are sent to another database one by one, and after each that concerns the schema both are
//! asked the same. What the memory says it can't know is left out, and counted.
//!
//! `MEMORY=text` runs the cases whose name contains the text, and tells their differences as they are found.

#![expect(clippy::print_stderr, reason = "a test tells what differs")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use activerecord::engine::Engine as _;
use activerecord::migration::migration_context::{MigrationContext, MigrationFiles};
use activerecord::migrator::{self, Plan, Progress, Run};
use activerecord::{Direction, SharedAdapter, World, WorldOptions};
use adapters::abstract_adapter::Version;
use adapters::change::Boundary as B;
use adapters::connection_url_resolver;
use adapters::gate::{Gate, Next, Outcome, Pass};
use adapters::memory::{Memory, Server};
use adapters::{Adapter, Arg, Change, DatabaseConfig, Dialect, Statement, StatementObserver};
use conformance::database::{Scratch, Server as Place};
use conformance::{Case, Target};
use ruby::{Host, Limits};

mod compare;
mod expressions;
mod offline;
mod overlay;

use compare::compare;

/// Target and case of what is known to differ.
const DIFFERING: &str = include_str!("differing.txt");

/// A statement that was sent, and what the memory knew after it.
struct Step {
    sql: String,
    binds: Vec<Arg>,
    failed: bool,
    concerns_schema: bool,
    change: Change<'static>,
    memory: Memory,
}

/// Stands at the gate, and listens for what the gate isn't told.
struct Watch {
    memory: Memory,
    last: Option<(String, Vec<Arg>, bool)>,
    steps: Vec<Step>,
}

struct Watching(Rc<RefCell<Watch>>);

impl StatementObserver for Watching {
    fn observe(&self, statement: &Statement) {
        let is_ours = !matches!(statement.name.as_deref(), Some("SCHEMA" | "SESSION"));
        self.0.borrow_mut().last =
            is_ours.then(|| (statement.sql.clone(), statement.binds.clone(), statement.error.is_some()));
    }
}

impl Gate for Watch {
    fn before(&mut self, _: &Change<'_>, _: &str) -> Pass {
        Pass::Send
    }

    fn after(&mut self, change: &Change<'_>, outcome: &Outcome<'_>) -> Next {
        if outcome.result.is_ok() {
            self.memory.apply(change, outcome.sql);
        }
        let is_lock = matches!(change, Change::Session(adapters::change::Setting::AdvisoryLock(_)));
        if let Some((sql, binds, failed)) = self.last.take()
            && !is_lock
        {
            let rolls_back = matches!(change, Change::Transaction(B::Rollback | B::Restart | B::RollbackTo(_)));
            let concerns_schema = change.concerns_schema() || rolls_back;
            let (memory, change) = (self.memory.clone(), change.detached());
            self.steps.push(Step { sql, binds, failed, concerns_schema, change, memory });
        }
        Next::Done
    }
}

struct Files(Vec<(String, String)>);

impl MigrationFiles for Files {
    fn paths(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    fn read(&self, path: &str) -> Result<String, String> {
        self.0.iter().find(|(name, _)| name == path).map(|(_, text)| text.clone()).ok_or_else(|| path.to_owned())
    }
}

struct Silent;

impl Host for Silent {
    fn random(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn write(&mut self, _: &str) {}
}

impl Progress for Silent {}

fn adapter(url: &str) -> Box<dyn Adapter> {
    let options = connection_url_resolver::resolve(url).unwrap();
    adapters::connection_adapters::resolve(DatabaseConfig::new(options), activerecord::inflector()).unwrap()
}

/// One command of a case, in a process of its own as it were.
fn run(case: &Case, command: &str, url: &str, watch: &Rc<RefCell<Watch>>) {
    let mut adapter = adapter(url);
    adapter.base_mut().naming.table_name_prefix.clone_from(&case.table_name_prefix);
    adapter.base_mut().naming.table_name_suffix.clone_from(&case.table_name_suffix);
    adapter.base_mut().gate = Some(Box::new(Rc::clone(watch)));
    adapter.base_mut().observer = Some(Rc::new(Watching(Rc::clone(watch))));
    let adapter: SharedAdapter = Rc::new(RefCell::new(adapter));
    let options = WorldOptions { verbose: false, ..WorldOptions::default() };
    let mut world = World::new(Rc::clone(&adapter), Box::new(Silent), Limits::default(), options);
    if world.load_settings().is_err() {
        return;
    }
    world.set_implied_models(case.implied_models);
    let files = Files(case.files.clone());
    let Ok(migrations) = MigrationContext::new(&files, false).migrations(&world) else { return };
    world.set_migration_versions(migrations.iter().map(|migration| migration.version).collect());
    let Ok(recorded) = migrator::all_versions(&adapter) else { return };
    let number = |text: &str| text.parse::<u128>().unwrap();
    let plan = match command.split_once(' ') {
        None => Plan::migrate(migrations, &recorded, None),
        Some(("migrate", version)) => Plan::migrate(migrations, &recorded, Some(number(version))),
        Some(("rollback", steps)) => Plan::rollback(migrations, &recorded, steps.parse().unwrap()).ok(),
        Some(("up", version)) => Some(Plan::run(migrations, Direction::Up, number(version))),
        Some((_, version)) => Some(Plan::run(migrations, Direction::Down, number(version))),
    };
    let Some(plan) = plan else { return };
    let mut run = Run {
        adapter,
        engine: &mut world,
        files: &files,
        environment: "production",
        progress: &mut Silent,
        recorded: None,
    };
    // Many a case fails, as it should.
    let _ = migrator::migrate(&plan, &mut run);
}

/// What comparing a case came to.
enum Verdict {
    Agrees,
    Uncertain(Vec<String>),
    Differs(Vec<String>),
}

/// What a case sends, with what the memory knew after each statement.
fn steps_of(case: &Case, server: &Server, scratch: &mut Scratch) -> Vec<Step> {
    let watch = Rc::new(RefCell::new(Watch { memory: Memory::new(server.clone()), last: None, steps: Vec::new() }));
    let database = if case.needs_new_database { scratch.renew().unwrap() } else { scratch.empty().unwrap() };
    let url = database.url();
    for command in &case.run {
        run(case, command, &url, &watch);
        watch.borrow_mut().memory.disconnected();
    }
    watch.borrow_mut().steps.split_off(0)
}

fn judge(case: &Case, server: &Server, scratch: &mut Scratch) -> Verdict {
    let mut steps = steps_of(case, server, scratch);
    let database = scratch.empty().unwrap();
    let mut adapter = adapter(&database.url());
    adapter.connect().unwrap();
    replay(&mut *adapter, &mut steps)
}

/// Whether it went as it did before.
fn send(adapter: &mut dyn Adapter, step: &Step) -> bool {
    let outcome = if step.binds.is_empty() {
        adapter.execute(&step.sql, None)
    } else {
        adapter.exec_query(&step.sql, None, &step.binds)
    };
    outcome.is_err() == step.failed
}

fn replay(adapter: &mut dyn Adapter, steps: &mut [Step]) -> Verdict {
    let (mut doubts, mut differences) = (Vec::new(), Vec::new());
    for step in steps {
        if !send(adapter, step) {
            doubts.push(format!("`{}` went otherwise the second time", step.sql));
            break;
        }
        if step.failed || !step.concerns_schema {
            continue;
        }
        let found = compare(&mut step.memory, adapter, &mut doubts);
        if !found.is_empty() {
            differences.push(format!("after {}", step.sql));
            differences.extend(found);
            break;
        }
    }
    verdict(doubts, differences)
}

fn verdict(mut doubts: Vec<String>, differences: Vec<String>) -> Verdict {
    doubts.sort();
    doubts.dedup();
    match (differences.is_empty(), doubts.is_empty()) {
        (false, _) => Verdict::Differs(differences),
        (true, true) => Verdict::Agrees,
        (true, false) => Verdict::Uncertain(doubts),
    }
}

/// How many cases run beside each other: most of their time is spent with the server.
const BESIDE: usize = 4;

#[derive(Default)]
struct Tally {
    agreeing: usize,
    uncertain: BTreeMap<String, Vec<String>>,
    differing: BTreeMap<String, Vec<String>>,
}

fn tally(target: Target, cases: &[&Case], judge: &(dyn Fn(&Case, &mut Scratch) -> Verdict + Sync)) -> Tally {
    let mut scratch = Scratch::new(Place::private(target).unwrap());
    let mut tally = Tally::default();
    for case in cases {
        match judge(case, &mut scratch) {
            Verdict::Agrees => tally.agreeing += 1,
            Verdict::Uncertain(doubts) => drop(tally.uncertain.insert(case.name.clone(), doubts)),
            Verdict::Differs(differences) => {
                if std::env::var("MEMORY").is_ok() {
                    eprintln!("{}: {differences:#?}", case.name);
                }
                tally.differing.insert(case.name.clone(), differences);
            }
        }
    }
    tally
}

/// At least so many cases agree wholly, and only those that are listed differ.
fn check(target: Target, judge: &(dyn Fn(&Case, &mut Scratch) -> Verdict + Sync), kind: &str, floor: usize) {
    let filter = std::env::var("MEMORY").unwrap_or_default();
    let cases = Case::all(&filter).unwrap();
    let cases: Vec<&Case> = cases.iter().filter(|case| case.runs_on(target)).collect();
    let mut whole = Tally::default();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..BESIDE)
            .map(|first| {
                let share: Vec<&Case> = cases.iter().copied().skip(first).step_by(BESIDE).collect();
                let thread = std::thread::Builder::new().stack_size(LARGE_STACK);
                thread.spawn_scoped(scope, move || tally(target, &share, judge)).unwrap()
            })
            .collect();
        for run in runs {
            let part = run.join().unwrap();
            whole.agreeing += part.agreeing;
            whole.uncertain.extend(part.uncertain);
            whole.differing.extend(part.differing);
        }
    });
    let Tally { agreeing, uncertain, differing } = whole;
    let name = &format!("{kind}{}", target.name());
    eprintln!("{name}: {agreeing} agree, {} are uncertain, {} differ", uncertain.len(), differing.len());
    if std::env::var("MEMORY").is_ok() {
        eprintln!("{uncertain:#?}\n{differing:#?}");
    }
    let listed: Vec<&str> =
        DIFFERING.lines().filter_map(|line| line.strip_prefix(name.as_str())?.strip_prefix(' ')).collect();
    let worse: Vec<_> = differing.iter().filter(|(case, _)| !listed.contains(&case.as_str())).collect();
    assert!(worse.is_empty(), "{name}: {worse:#?}");
    let better: Vec<_> =
        listed.iter().filter(|case| case.contains(&filter) && !differing.contains_key(**case)).collect();
    assert!(better.is_empty(), "these differ no more, take them out of differing.txt: {better:#?}");
    assert!(!filter.is_empty() || agreeing >= floor, "{name}: {agreeing} agree, {floor} did before: {uncertain:#?}");
}

const LARGE_STACK: usize = 1 << 30;

fn on_large_stack(run: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(LARGE_STACK).spawn_scoped(scope, run);
        thread.unwrap().join().unwrap();
    });
}

fn server_of(target: Target) -> Server {
    match target {
        Target::Sqlite3 => Server::new(Dialect::Sqlite),
        Target::PostgreSql => Server { version: Version::from_number(15_00_00), ..Server::new(Dialect::PostgreSql) },
        Target::MariaDb => {
            Server { is_mariadb: true, version: Version::new("10.11.0", None), ..Server::new(Dialect::MySql) }
        }
        Target::MySql => Server {
            version: Version::new("9.0.0", None),
            collation: "utf8mb4_0900_ai_ci".to_owned(),
            ..Server::new(Dialect::MySql)
        },
    }
}

fn check_memory(target: Target, floor: usize) {
    let server = server_of(target);
    check(target, &|case, scratch| judge(case, &server, scratch), "", floor);
}

#[test]
fn sqlite3() {
    check_memory(Target::Sqlite3, 538);
}

#[test]
#[ignore = "it takes minutes: a server is asked everything after each statement"]
fn postgresql() {
    check_memory(Target::PostgreSql, 629);
}

#[test]
#[ignore = "it takes minutes: a server is asked everything after each statement"]
fn mariadb() {
    check_memory(Target::MariaDb, 570);
}
