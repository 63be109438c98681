//! What passes a gate, in which order, and what becomes of it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::{Gate, Next, Outcome, Pass};
use crate::change::Change;
use crate::prelude::*;
use crate::schema_statements::create_table;
use crate::sqlite3_adapter::SQLite3Adapter;
use crate::testing::sqlite;
use crate::transaction::{TransactionOptions, transaction};
use crate::{Arg, Options, Result};

/// Takes down what it is asked, and answers as it is told.
#[derive(Default)]
struct Desk {
    kinds: Vec<String>,
    passes: Option<fn(&Change<'_>) -> Pass>,
    retries: usize,
}

impl Gate for Desk {
    fn before(&mut self, change: &Change<'_>, _: &str) -> Pass {
        let kind = format!("{change:?}");
        let end = kind.find(['(', '{', ' ']).unwrap_or(kind.len());
        if !matches!(change, Change::Read | Change::Session(_)) {
            self.kinds.push(kind[..end].to_owned());
        }
        self.passes.map_or(Pass::Send, |pass| pass(change))
    }

    fn after(&mut self, _: &Change<'_>, outcome: &Outcome<'_>) -> Next {
        if outcome.result.is_ok() || self.retries == 0 {
            return Next::Done;
        }
        self.retries -= 1;
        Next::Retry(Duration::ZERO)
    }
}

fn at_desk(
    desk: Desk,
    run: impl FnOnce(&mut SQLite3Adapter) -> Result<()>,
) -> (Rc<RefCell<Desk>>, Vec<String>, Result<()>) {
    let (mut adapter, log) = sqlite();
    let desk = Rc::new(RefCell::new(desk));
    adapter.base_mut().gate = Some(Box::new(Rc::clone(&desk)));
    let outcome = run(&mut adapter);
    (desk, log.take(), outcome)
}

fn create_users(adapter: &mut SQLite3Adapter) -> Result<()> {
    create_table(adapter, "users", &Options::new(), |table, adapter| {
        table.column(adapter, "name", &Arg::symbol("string"), Options::from([("index", true)]))
    })
    .map(drop)
}

#[test]
fn a_statement_says_what_it_does() {
    let (desk, _, outcome) = at_desk(Desk::default(), |adapter| {
        transaction(adapter, TransactionOptions::default(), create_users)?;
        adapter.rename_table("users", "people", &Options::new())?;
        adapter.remove_columns("people", &["name".to_owned()], &Options::new())?;
        adapter.execute("SELECT 1", None)?;
        adapter.truncate("people", None)?;
        adapter.drop_table(&["people"], &Options::new())
    });
    outcome.unwrap();
    let expected = "Transaction CreateTable CreateIndex Transaction RenameTable CreateIndex DropIndex Transaction \
                    CreateTable CreateIndex Rows DropTable CreateTable Rows DropTable Transaction Opaque Rows DropTable";
    assert_eq!(desk.borrow().kinds.join(" "), expected);
}

#[test]
fn what_is_recorded_is_not_sent() {
    let desk = Desk {
        passes: Some(|change| if change.concerns_schema() { Pass::Record } else { Pass::Send }),
        ..Desk::default()
    };
    let (_, log, outcome) = at_desk(desk, |adapter| {
        create_users(adapter)?;
        assert!(!adapter.catalogue().table_exists("users")?);
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(log.len(), 2, "{log:?}");
}

#[test]
fn what_is_skipped_is_not_heard_of() {
    let desk = Desk {
        passes: Some(|change| if change.concerns_schema() { Pass::Skip } else { Pass::Send }),
        ..Desk::default()
    };
    let (_, log, outcome) = at_desk(desk, create_users);
    outcome.unwrap();
    assert_eq!(log, [""; 0]);
}

#[test]
fn what_failed_may_be_sent_again() {
    let (_, log, outcome) = at_desk(Desk { retries: 2, ..Desk::default() }, |adapter| {
        adapter.execute("SELECT * FROM nowhere", None).map(drop)
    });
    assert!(outcome.is_err());
    assert_eq!(log, ["SELECT * FROM nowhere"; 3]);
}
