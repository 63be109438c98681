//! A schema above a server: after half of a case's statements ran, the other half is only applied, and what it answers is what
//! the server answers once they have run there.

use adapters::memory::{Overlay, Server};
use adapters::{Adapter, Change};
use conformance::database::{Scratch, Server as Place};
use conformance::{Case, Target};

use super::compare::compare;
use super::{B, Step, Verdict, adapter, check, send, server_of, steps_of, verdict};

/// The half of the statements, as far as no transaction is open behind them.
fn half(steps: &[Step]) -> usize {
    let mut is_open = false;
    let mut end = 0;
    for (at, step) in steps.iter().enumerate().take(steps.len() / 2) {
        match step.change {
            Change::Transaction(B::Begin) => is_open = true,
            Change::Transaction(B::Commit | B::Rollback) => is_open = false,
            _ => {}
        }
        if !is_open {
            end = at + 1;
        }
    }
    end
}

fn judge(case: &Case, server: &Server, place: &Place, scratch: &mut Scratch) -> Verdict {
    let steps = steps_of(case, server, scratch);
    let whole = scratch.empty().unwrap();
    let mut whole = adapter(&whole.url());
    let begun = place.database().unwrap();
    let mut begun = adapter(&begun.url());
    whole.connect().unwrap();
    begun.connect().unwrap();
    let (first, second) = steps.split_at(half(&steps));
    let mut doubts = Vec::new();
    for step in first {
        if !send(&mut *whole, step) || !send(&mut *begun, step) {
            doubts.push(format!("`{}` went otherwise the second time", step.sql));
            return verdict(doubts, Vec::new());
        }
    }
    let mut overlay = Overlay::new(server.clone(), begun);
    let differences = above(&mut overlay, &mut *whole, second, &mut doubts);
    verdict(doubts, differences)
}

fn above(overlay: &mut Overlay, whole: &mut dyn Adapter, steps: &[Step], doubts: &mut Vec<String>) -> Vec<String> {
    let before = compare(overlay, whole, doubts);
    if !before.is_empty() {
        return before;
    }
    for step in steps {
        if !send(whole, step) {
            doubts.push(format!("`{}` went otherwise the second time", step.sql));
            break;
        }
        if step.failed {
            continue;
        }
        overlay.apply(&step.change, &step.sql).unwrap();
        if step.concerns_schema {
            let found = compare(overlay, whole, doubts);
            if !found.is_empty() {
                return [vec![format!("after {}", step.sql)], found].concat();
            }
        }
    }
    Vec::new()
}

fn check_overlay(target: Target, floor: usize) {
    let (server, place) = (server_of(target), Place::private(target).unwrap());
    check(target, &|case, scratch| judge(case, &server, &place, scratch), "overlay ", floor);
}

#[test]
fn sqlite3() {
    check_overlay(Target::Sqlite3, 540);
}

#[test]
#[ignore = "it takes as long as the memory's own, twice"]
fn postgresql() {
    check_overlay(Target::PostgreSql, 0);
}

#[test]
#[ignore = "it takes as long as the memory's own, twice"]
fn mariadb() {
    check_overlay(Target::MariaDb, 0);
}
