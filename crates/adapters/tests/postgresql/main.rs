//! The PostgreSQL adapter against a real server: what each call sends, and what it answers when it fails. Expectations are
//! in postgresql.recorded: after `> ` a call of Ruby's, then what Active Record 8.1.3.1 did, its `sql.active_record`
//! notifications as `name | sql` (`-` is no name), an error as `!! class: message`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::cell::RefCell;
use std::rc::Rc;

use adapters::postgresql_adapter::PostgreSQLAdapter;
use adapters::prelude::*;
use adapters::schema_statements::BulkCommand;
use adapters::{Arg, DatabaseConfig, Inflector, Options, Result, Statement, StatementObserver};

macro_rules! options {
    ($($key:expr => $value:expr),* $(,)?) => {
        Vec::<(String, Arg)>::from([$(($key.to_owned(), Arg::from($value))),*]).into_iter().collect::<Options>()
    };
}

mod defaults;
mod statements;
mod transactions;

struct Plurals;

impl Inflector for Plurals {
    fn pluralize(&self, word: &str) -> String {
        format!("{word}s")
    }
    fn singularize(&self, word: &str) -> String {
        word.strip_suffix('s').unwrap_or(word).to_owned()
    }
}

#[derive(Default)]
struct Log(RefCell<String>);

impl StatementObserver for Log {
    fn observe(&self, statement: &Statement) {
        if !statement.is_schema() {
            let name = statement.name.as_deref().unwrap_or("-");
            self.0.borrow_mut().push_str(&format!("{name} | {}\n", statement.sql));
        }
    }
}

struct Session {
    // Dropped before the database is.
    adapter: PostgreSQLAdapter,
    log: Rc<Log>,
    _database: test_servers::Database<'static>,
}

impl Session {
    fn new(preparation: &[&str]) -> Self {
        let database = test_servers::postgresql().database();
        let server = database.server();
        let config = options! {
            "adapter" => "postgresql",
            "host" => "127.0.0.1",
            "port" => i64::from(server.port()),
            "username" => server.username(),
            "database" => database.name(),
        };
        let mut adapter = PostgreSQLAdapter::new(DatabaseConfig::new(config), Rc::new(Plurals));
        for sql in preparation {
            adapter.execute(sql, None).unwrap();
        }
        let log = Rc::new(Log::default());
        adapter.base_mut().observer = Some(log.clone());
        Self { adapter, log, _database: database }
    }

    /// `ruby` names the recorded call that `call` is.
    fn check(&mut self, ruby: &str, call: impl FnOnce(&mut PostgreSQLAdapter) -> Result<()>) {
        let outcome = call(&mut self.adapter);
        let mut sent = self.log.0.take();
        if let Err(error) = outcome {
            sent.push_str(&format!("!! {}: {}", error.class().name(), error.message()));
        }
        assert_eq!(sent.trim_end(), recorded(ruby), "{ruby}");
    }
}

fn recorded(ruby: &str) -> &'static str {
    let recording = include_str!("postgresql.recorded");
    let found = recording.split("\n> ").find_map(|case| case.strip_prefix(ruby)?.strip_prefix('\n'));
    found.unwrap_or_else(|| panic!("not recorded: {ruby}")).trim_end()
}

/// The table that most cases alter.
const CS: &str = "CREATE TABLE cs (id bigserial primary key, name varchar, x integer, z integer, q integer, \
                  created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL)";

fn symbol(name: &str) -> Arg {
    Arg::symbol(name)
}

fn symbols<const N: usize>(names: [&str; N]) -> Arg {
    Arg::Array(names.map(symbol).to_vec())
}

fn bulk(method: &str, args: Vec<Arg>, options: Options) -> BulkCommand {
    BulkCommand { method: method.to_owned(), args, options }
}
