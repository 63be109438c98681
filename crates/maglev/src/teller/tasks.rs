//! What a task says of a database as a whole: tasks/database_tasks.rb.

use super::Teller;
use crate::commands::statement_log::StatementLog;
use crate::events::{Event, OfTask, Statement};
use crate::request::Format;

/// What became of a database, by its name.
pub(crate) enum TaskNews<'a> {
    Created(&'a str),
    AlreadyExists(&'a str),
    /// The error itself is told as the end of the command.
    NotCreated {
        database: &'a str,
        message: &'a str,
    },
    Dropped(&'a str),
    DoesNotExist(&'a str),
    /// Rails says nothing of it, nor of the next.
    Purged(&'a str),
    Truncated(&'a str),
    NotDone(&'a str),
    NotDropped {
        database: &'a str,
        message: &'a str,
    },
}

impl Teller {
    /// Tells of a database as Rails does: to stdout what was done, to stderr what was not.
    pub(crate) fn task(&self, news: &TaskNews<'_>) {
        let statements = &self.sent.take()[..];
        if self.printer.format() == Format::Json {
            let of = |name| OfTask { name, statements };
            match *news {
                TaskNews::Created(name) => self.emit(&Event::Created(of(name))),
                TaskNews::AlreadyExists(name) => self.emit(&Event::AlreadyExists(of(name))),
                TaskNews::Dropped(name) => self.emit(&Event::Dropped(of(name))),
                TaskNews::DoesNotExist(name) => self.emit(&Event::DoesNotExist(of(name))),
                TaskNews::Purged(name) => self.emit(&Event::Purged(of(name))),
                TaskNews::Truncated(name) => self.emit(&Event::Truncated(of(name))),
                TaskNews::NotCreated { database, .. }
                | TaskNews::NotDropped { database, .. }
                | TaskNews::NotDone(database) => {
                    self.emit(&Event::NotDone(of(database)));
                }
            }
            return;
        }
        match news {
            TaskNews::Created(name) => self.printer.migration_output(&format!("Created database '{name}'\n")),
            TaskNews::AlreadyExists(name) => self.printer.talk(&format!("Database '{name}' already exists")),
            TaskNews::NotCreated { database, message } => self.printer.error_output(&format!(
                "{message}\nCouldn't create '{database}' database. Please check your configuration.\n"
            )),
            TaskNews::Dropped(name) => self.printer.migration_output(&format!("Dropped database '{name}'\n")),
            TaskNews::DoesNotExist(name) => {
                self.printer.error_output(&format!("Database '{name}' does not exist\n"));
            }
            TaskNews::Purged(_) | TaskNews::Truncated(_) | TaskNews::NotDone(_) => {}
            TaskNews::NotDropped { database, message } => {
                self.printer.error_output(&format!("{message}\nCouldn't drop database '{database}'\n"));
            }
        }
    }

    /// Keeps what a connection has sent, for the next thing that is told.
    pub(crate) fn keep_sent(&self, log: &StatementLog) {
        self.sent.borrow_mut().extend(log.statements().iter().cloned());
    }

    /// The same of another one.
    pub(crate) fn keep(&self, sent: Vec<Statement>) {
        self.sent.borrow_mut().extend(sent);
    }

    /// A task of every environment leaves a database on another machine alone.
    pub(crate) fn is_remote(&self, database: &str) {
        let message = "This task only modifies local databases.";
        self.printer.error_output(&format!("{message} {database} is on a remote host.\n"));
    }
}
