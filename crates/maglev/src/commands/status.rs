//! `db:migrate:status`.

use super::outcome::Reading;
use super::session::{Session, Step};

pub fn of(session: &mut Session) -> Step<Reading> {
    Ok(Reading::Status { rows: session.migrations_status()?, of: session.database() })
}
