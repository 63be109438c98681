//! `db:abort_if_pending_migrations`. Reads only: where Rails would make its own tables, this leaves the database alone.

use super::outcome::Reading;
use super::session::{Session, Step};

/// The migrations of one database that are not recorded.
pub(crate) fn of(session: &mut Session) -> Step<Reading> {
    let recorded = session.recorded()?.clone();
    Ok(Reading::Pending { migrations: session.pending(&recorded).cloned().collect(), of: session.database() })
}
