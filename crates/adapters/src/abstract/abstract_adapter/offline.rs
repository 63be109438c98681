//! What takes a connection's place where there is no server: nothing is sent anywhere. memory/offline.rs makes such adapters. Has no
//! Rails counterpart.

use super::{AbstractAdapter, Version};
use crate::{Arg, QueryResult};

/// A server that is not there, as far as an adapter asks for one.
#[derive(Clone, Debug)]
pub struct Offline {
    pub version: Version,
    pub is_mariadb: bool,
    /// Whether it has been connected.
    pub connected: bool,
}

impl AbstractAdapter {
    /// Whether there is a connection, or what takes its place.
    pub(crate) fn is_connected(&self, has_client: bool) -> bool {
        self.offline.as_ref().map_or(has_client, |offline| offline.connected)
    }

    /// The server that takes a connection's place, once that is made.
    pub(crate) fn connect_offline(&mut self) -> Option<&Offline> {
        let offline = self.offline.as_mut()?;
        offline.connected = true;
        Some(offline)
    }
}

/// What is answered to a statement that goes nowhere: to locks and settings what every server says, else nothing.
pub(crate) fn answer(sql: &str) -> QueryResult {
    const ANSWERS: [(&str, Arg); 9] = [
        ("SELECT GET_LOCK(", Arg::Int(1)),
        ("SELECT RELEASE_LOCK(", Arg::Int(1)),
        ("SELECT pg_try_advisory_lock(", Arg::Bool(true)),
        ("SELECT pg_advisory_unlock(", Arg::Bool(true)),
        ("SELECT @@FOREIGN_KEY_CHECKS", Arg::Int(1)),
        ("SHOW max_identifier_length", Arg::Int(63)),
        ("PRAGMA foreign_keys", Arg::Int(1)),
        ("PRAGMA defer_foreign_keys", Arg::Int(0)),
        ("INSERT ", Arg::Nil),
    ];
    let Some((_, value)) = ANSWERS.into_iter().find(|(start, _)| sql.starts_with(start)) else {
        return QueryResult::default();
    };
    if value.is_nil() {
        return QueryResult { affected_rows: 1, ..QueryResult::default() };
    }
    QueryResult { columns: vec![String::new()], rows: vec![vec![value]], ..QueryResult::default() }
}
