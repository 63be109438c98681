//! Databases that are copies of others: SQLite's are files; PostgreSQL makes them of a template, several at once, for each is waited
//! for much longer than it takes the server to work.

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;

use adapters::{Arg, DatabaseConfig, Dialect, Options, Statement, StatementObserver};

use super::{Place, TaskNews, Tasks, database_name, kind, postgresql, sqlite};
use crate::commands::session::Step;
use crate::events::{self, milliseconds};

/// So many connections at once.
const AT_ONCE: usize = 8;

/// From which one, and which is to be its copy.
pub(crate) type Copy<'a> = (Place<'a>, Place<'a>);

impl Tasks<'_> {
    /// Copies databases into the place of what was there, and answers those that the server copies none of. Nobody may be
    /// connected to those that are copied.
    pub(crate) fn copy<'p>(self, copies: &[Copy<'p>]) -> Step<Vec<Place<'p>>> {
        let mut left = Vec::new();
        let mut of_template = Vec::new();
        for (from, to) in copies {
            match kind(*to).map_err(|why| self.stop(*to, why))? {
                Dialect::MySql => left.push(*to),
                Dialect::PostgreSql => of_template.push((*from, *to)),
                Dialect::Sqlite => {
                    self.told(*to, sqlite::copy(self, *from, *to), &TaskNews::Created(&database_name(to.target)))?;
                }
            }
        }
        of_template.chunks(AT_ONCE).try_for_each(|copies| self.copy_at_once(copies))?;
        Ok(left)
    }

    fn copy_at_once(self, copies: &[Copy<'_>]) -> Step {
        let orders = copies.iter().map(|(from, to)| Order::new(*from, *to));
        let done = thread::scope(|scope| {
            let threads: Vec<_> = orders.map(|order| scope.spawn(|| order.carry_out())).collect();
            let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
            joined.map(|joined| joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect::<Vec<_>>()
        });
        copies.iter().zip(done).try_for_each(|((_, to), (made, sent))| {
            self.context.teller.keep(sent);
            self.told(*to, made.map_err(Into::into), &TaskNews::Created(&database_name(to.target)))
        })
    }
}

/// What a thread needs to make a copy, which has a connection of its own.
struct Order {
    config: DatabaseConfig,
    name: String,
    options: Options,
}

impl Order {
    fn new(from: Place<'_>, to: Place<'_>) -> Self {
        let mut options = postgresql::creation_options(&to.target.config);
        options.insert("template", Arg::str(database_name(from.target)));
        Self { config: postgresql::public_schema_config(to), name: database_name(to.target), options }
    }

    fn carry_out(self) -> (adapters::Result<()>, Vec<events::Statement>) {
        let sent = Rc::<Sent>::default();
        let made = self.make(Rc::clone(&sent) as Rc<dyn StatementObserver>);
        (made, sent.0.take())
    }

    fn make(self, observer: Rc<dyn StatementObserver>) -> adapters::Result<()> {
        let mut adapter = adapters::connection_adapters::resolve(self.config, activerecord::inflector())?;
        adapter.base_mut().observer = Some(observer);
        postgresql::drop_database(&mut *adapter, &self.name)?;
        postgresql::create_database(&mut *adapter, &self.name, &self.options)
    }
}

#[derive(Default)]
struct Sent(RefCell<Vec<events::Statement>>);

impl StatementObserver for Sent {
    fn observe(&self, statement: &Statement) {
        if statement.name.as_deref() != Some("SCHEMA") {
            self.0.borrow_mut().push(events::Statement {
                sql: statement.sql.clone(),
                binds: Vec::new(),
                milliseconds: milliseconds(statement.duration),
                rows: statement.rows_affected,
            });
        }
    }
}
