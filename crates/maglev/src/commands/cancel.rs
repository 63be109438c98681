//! `maglev cancel`: ends the session that holds the migration lock, Maglev's or Rails', wherever its run is. The run learns of it from
//! the database, where a mark names its session: what it says then is that it was cancelled, and not that its connection was lost.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use activerecord::world::SharedAdapter;
use activerecord::{internal_metadata, migrator, schema_migration};
use adapters::{Adapter, Arg, Dialect, Error};
use jiff::{SignedDuration, Timestamp};

use super::outcome::Reading;
use super::session::{Session, Step};
use super::stop::{ScriptError, Why};
use crate::signature;

/// The key of the mark in Rails' table. Its value: the session, and when it was ended.
const KEY: &str = "maglev_cancelled";
/// For how long the server is watched as it takes back what the session was at.
const PATIENCE: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_millis(200);
/// For how long a run looks for the mark.
const LOOK: Duration = Duration::from_secs(5);
/// What two clocks may differ by: a mark that is older than the run is another run's.
const SKEW: SignedDuration = SignedDuration::from_mins(2);
/// ER_NO_SUCH_THREAD: it has ended by itself.
const GONE: &str = "1094";
/// ER_KILL_DENIED_ERROR of MySQL, insufficient_privilege of PostgreSQL.
const DENIED: [&str; 2] = ["1095", "42501"];
/// So much of its statement is told.
const LONGEST: usize = 200;

/// Who holds the migration lock.
pub(crate) struct Holder {
    pub session: u64,
    pub user: String,
    /// What it is at, as far as the server tells.
    pub statement: String,
}

/// Ends the session that holds the lock of one database.
pub(super) fn of(session: &mut Session) -> Step<Reading> {
    let shared = Rc::clone(&session.adapter);
    let adapter = &mut **shared.borrow_mut();
    if !adapter.advisory_locks_enabled() {
        let why = "without an advisory lock (SQLite, or `advisory_locks: false`) no session can be told to be the run's; end its process";
        return Err(session.stop(Why::Unusable(why.to_owned())));
    }
    let lock = migrator::generate_migrator_advisory_lock_id(adapter).map_err(|error| session.stop(error))?;
    let found = holder(adapter, &lock).map_err(|error| session.stop(error))?;
    let mut is_free = true;
    if let Some(holder) = &found {
        if let Some(once) = &session.once {
            let claimed = once.claim(&session.target().name, adapter, signature::LIFETIME);
            claimed.map_err(|error| session.stop(error))?;
        }
        // Before it ends, and where it cannot be written the run says less.
        let now = Timestamp::now();
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let _ = internal_metadata::set(adapter, KEY, &format!("{} {now}", holder.session));
        end(adapter, holder.session).map_err(|error| session.stop(refused(error, holder)))?;
        is_free = waited(adapter, &lock, holder.session).map_err(|error| session.stop(error))?;
    }
    let recorded = recorded(adapter).map_err(|error| session.stop(error))?;
    let version = recorded.last().copied().unwrap_or(0);
    Ok(Reading::Cancelled { of: session.database(), holder: found, is_free, version })
}

fn holder(adapter: &mut dyn Adapter, lock: &str) -> adapters::Result<Option<Holder>> {
    let sql = match adapter.dialect() {
        Dialect::PostgreSql => {
            // Its two halves are in two columns.
            let id: u64 = lock.parse().unwrap_or_default();
            format!(
                "SELECT l.pid, a.usename, a.query FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
                 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid::bigint = {} \
                 AND l.objid::bigint = {} AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                id >> 32,
                id & 0xffff_ffff
            )
        }
        _ => {
            let lock = adapter.quote(&Arg::str(lock))?;
            format!(
                "SELECT l.id, p.user, p.info FROM (SELECT IS_USED_LOCK({lock}) AS id) l \
                 LEFT JOIN information_schema.processlist p ON p.id = l.id WHERE l.id IS NOT NULL"
            )
        }
    };
    let rows = adapter.select_rows(&sql, Some("SCHEMA"), &[])?;
    let text = |value: &Arg| if value.is_nil() { String::new() } else { value.to_s() };
    Ok(rows.first().and_then(|row| match &row[..] {
        [session, user, statement] => Some(Holder {
            session: session.to_s().parse().ok()?,
            user: text(user),
            statement: ruby::source::cut(text(statement).trim(), LONGEST).into_owned(),
        }),
        _ => None,
    }))
}

fn end(adapter: &mut dyn Adapter, session: u64) -> adapters::Result<()> {
    if adapter.dialect() == Dialect::PostgreSql {
        return adapter.query_value(&format!("SELECT pg_terminate_backend({session})"), Some("SCHEMA")).map(drop);
    }
    match adapter.execute(&format!("KILL {session}"), None) {
        Err(error) if error.code() == Some(GONE) => Ok(()),
        // Amazon RDS has a procedure for those who may not.
        Err(error) if error.code() == Some(DENIED[0]) => {
            adapter.execute(&format!("CALL mysql.rds_kill({session})"), None).map(drop).map_err(|_| error)
        }
        outcome => outcome.map(drop),
    }
}

/// The server's refusal, and what would have helped.
fn refused(error: Error, holder: &Holder) -> Why {
    if !error.code().is_some_and(|code| DENIED.contains(&code)) {
        return error.into();
    }
    let message = format!(
        "the session {} of `{}` holds the migration lock, and goes on: {}\nhint: its own user may end it, on every server; others need \
         CONNECTION_ADMIN (MySQL), CONNECTION ADMIN (MariaDB) or pg_signal_backend (PostgreSQL)",
        holder.session,
        holder.user,
        error.message().trim()
    );
    Why::Script(Box::new(ScriptError { class: error.class().name().to_owned(), message, is_lost: false }))
}

/// Whether the lock is free, or another's.
fn waited(adapter: &mut dyn Adapter, lock: &str, session: u64) -> adapters::Result<bool> {
    let since = Instant::now();
    while holder(adapter, lock)?.is_some_and(|holder| holder.session == session) {
        if since.elapsed() > PATIENCE {
            return Ok(false);
        }
        std::thread::sleep(INTERVAL);
    }
    Ok(true)
}

fn recorded(adapter: &mut dyn Adapter) -> adapters::Result<BTreeSet<u128>> {
    if !schema_migration::table_exists(adapter)? {
        return Ok(BTreeSet::new());
    }
    Ok(schema_migration::integer_versions(adapter)?.into_iter().collect())
}

/// Lets a run whose session is ended on purpose not go on in another: Rails' own tables are there.
pub(super) fn mind(adapter: &mut dyn Adapter) -> adapters::Result<()> {
    if !internal_metadata::enabled(adapter) || !adapter.advisory_locks_enabled() {
        return Ok(());
    }
    let Some(session) = adapter.session_id() else { return Ok(()) };
    let table = adapter.quote_table_name(&internal_metadata::table_name(adapter));
    let (key, value) = (adapter.quote_column_name("key"), adapter.quote_column_name("value"));
    adapter.base_mut().ended_on_purpose =
        Some(format!("SELECT 1 FROM {table} WHERE {key} = '{KEY}' AND {value} LIKE '{session} %'"));
    Ok(())
}

/// What a run finds whose session was ended on purpose.
pub(super) struct Mark {
    /// When.
    pub at: String,
    /// The versions that are recorded now.
    pub recorded: BTreeSet<u128>,
}

/// Looks for the mark of a run, on a connection of its own. Where it cannot be had, it is not known to have been cancelled.
pub(super) fn mark(adapter: &SharedAdapter, session: Option<u64>, began: Timestamp) -> Option<Mark> {
    let (mut config, naming) = {
        let adapter = adapter.borrow();
        (adapter.base().config.clone(), adapter.base().naming.clone())
    };
    // Where the network is gone too, that is to be said soon.
    let soon = Instant::now() + LOOK;
    config.bounds.deadline = Some(config.bounds.deadline.map_or(soon, |deadline| deadline.min(soon)));
    let mut fresh = adapters::connection_adapters::resolve(config, activerecord::inflector()).ok()?;
    fresh.base_mut().naming = naming;
    fresh.connect().ok()?;
    let value = internal_metadata::value(&mut *fresh, KEY).ok()??;
    let (marked, at) = value.split_once(' ')?;
    let time: Timestamp = at.parse().ok()?;
    if marked.parse::<u64>().ok() != Some(session?) || time < began - SKEW {
        return None;
    }
    let recorded = recorded(&mut *fresh).ok()?;
    // It has done its service.
    let _ = internal_metadata::forget(&mut *fresh, KEY, Timestamp::now() + SKEW);
    Some(Mark { at: at.to_owned(), recorded })
}
