//! `db:migrate:status`.

use super::outcome::Reading;
use super::session::{Session, Step};

/// Files and recorded versions of one database, side by side.
pub(crate) fn of(session: &mut Session) -> Step<Reading> {
    Ok(Reading::Status { rows: session.migrations_status()?, of: session.database() })
}
