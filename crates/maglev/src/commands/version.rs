//! `db:version`.

use super::outcome::Reading;
use super::session::{Session, Step};

pub fn of(session: &mut Session) -> Step<Reading> {
    let version = session.recorded()?.last().copied().unwrap_or(0);
    Ok(Reading::Version { of: session.database(), version })
}
