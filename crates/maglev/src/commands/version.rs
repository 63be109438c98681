//! `db:version`.

use super::outcome::Reading;
use super::session::{Session, Step};

/// The newest version that is recorded in one database; 0 where there is none.
pub(crate) fn of(session: &mut Session) -> Step<Reading> {
    let version = session.recorded()?.last().copied().unwrap_or(0);
    Ok(Reading::Version { of: session.database(), is_named: session.is_named, version })
}
