//! What SQL may not reach through SQLite: another file, code, or the schema's own text. The app's configuration may, for it is set
//! before this is. Has no Rails counterpart: there, Ruby itself could open any file.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::ffi::SQLITE_ATTACH;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use crate::database_statements::is_read_query;

/// Settings that name a folder or a file, or let the schema be written as if it were rows.
const PRAGMAS: [&str; 4] = ["temp_store_directory", "data_store_directory", "lock_proxy_file", "writable_schema"];
/// Functions that load code, or take an address for it.
const FUNCTIONS: [&str; 2] = ["load_extension", "fts3_tokenizer"];

/// What was denied last: SQLite itself only says `not authorized`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Denied(Arc<Mutex<Option<String>>>);

impl Denied {
    /// Why the last statement was refused, once.
    pub(crate) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// From here on the connection's statements are looked at when they are prepared.
    pub(crate) fn watch(&self, connection: &mut rusqlite::Connection) -> rusqlite::Result<()> {
        let denied = self.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| match reason(&context.action) {
            None => Authorization::Allow,
            Some(reason) => {
                *denied.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
                Authorization::Deny
            }
        }))
    }
}

/// What in a statement may be denied.
const SUSPECTS: [&str; 5] = ["attach", "vacuum", "pragma", FUNCTIONS[0], FUNCTIONS[1]];

/// What a statement would be denied, asked of an empty database.
pub(crate) fn refused_statement(sql: &str) -> Option<String> {
    let lower = sql.to_ascii_lowercase();
    if !SUSPECTS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let mut connection = rusqlite::Connection::open_in_memory().ok()?;
    let denied = Denied::default();
    denied.watch(&mut connection).ok()?;
    // An empty database lacks the statement's tables: only what was denied counts.
    let is_vacuum = is_read_query(sql, &["vacuum"]) && !is_read_query(sql, &[]);
    if let Ok(mut statement) = connection.prepare(sql)
        && is_vacuum
    {
        // It attaches its file when it runs.
        let _ = statement.raw_execute();
    }
    denied.take()
}

fn reason(action: &AuthAction<'_>) -> Option<String> {
    let another_file = |file: &str| {
        format!("SQL may reach no file but the database's own: ATTACH and VACUUM INTO are not supported{file}")
    };
    match action {
        // VACUUM attaches a nameless file of its own.
        AuthAction::Attach { filename: "" | ":memory:" } => None,
        AuthAction::Attach { filename } => Some(another_file(&format!(" (`{filename}`)"))),
        // The name is computed.
        AuthAction::Unknown { code: SQLITE_ATTACH, .. } => Some(another_file("")),
        AuthAction::Function { function_name } if named(&FUNCTIONS, function_name) => Some(format!(
            "the SQL function `{function_name}` reaches code outside of the database; it is not supported"
        )),
        AuthAction::Pragma { pragma_name, pragma_value: Some(value) } if named(&PRAGMAS, pragma_name) => {
            let harmless = ["0", "off", "false", "no", "reset"].iter().any(|off| off.eq_ignore_ascii_case(value));
            (!harmless).then(|| {
                format!(
                    "`PRAGMA {pragma_name}` reaches beyond the database's tables; it is not supported in a statement"
                )
            })
        }
        _ => None,
    }
}

fn named(names: &[&str], name: &str) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_file_is_reached() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mut connection = rusqlite::Connection::open(path("own.sqlite3")).unwrap();
        let denied = Denied::default();
        denied.watch(&mut connection).unwrap();
        let other = path("other.sqlite3");
        let check = |sql: &str, expected: Option<&str>| {
            let outcome = connection.execute_batch(sql);
            let denied = denied.take();
            assert_eq!(denied.is_some(), expected.is_some(), "{sql}: {outcome:?}");
            assert_eq!(outcome.is_err(), expected.is_some(), "{sql}: {outcome:?}");
            assert!(denied.unwrap_or_default().contains(expected.unwrap_or_default()), "{sql}");
        };
        check(&format!("ATTACH '{other}' AS o"), Some("other.sqlite3"));
        check(&format!("ATTACH DATABASE 'file:{other}?mode=rwc' AS o"), Some("ATTACH"));
        check("ATTACH 'a' || 'b' AS o", Some("ATTACH"));
        check(&format!("VACUUM INTO '{other}'"), Some("VACUUM INTO"));
        check(&format!("VACUUM main INTO '{other}' || ''"), Some("VACUUM INTO"));
        check("SELECT load_extension('x')", Some("load_extension"));
        check("SELECT LOAD_EXTENSION('x', 'y')", Some("not supported"));
        check("SELECT fts3_tokenizer('simple', x'00')", Some("fts3_tokenizer"));
        check("PRAGMA temp_store_directory = '/'", Some("temp_store_directory"));
        check("PRAGMA main.WRITABLE_SCHEMA(1)", Some("not supported"));
        check("PRAGMA writable_schema = OFF", None);
        check("PRAGMA writable_schema", None);
        check("CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE TEMP TABLE u AS SELECT * FROM t", None);
        check("VACUUM", None);
        check("VACUUM main", None);
        check("ATTACH ':memory:' AS m; DETACH m", None);
        check("CREATE VIRTUAL TABLE f USING fts5(a); PRAGMA journal_mode = delete; PRAGMA foreign_keys = ON", None);
        assert!(!folder.path().join("other.sqlite3").exists());
    }

    #[test]
    fn a_statement_is_refused_before_it_runs() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other.sqlite3").display().to_string();
        let check = |sql: &str, expected: Option<&str>| {
            let refused = refused_statement(sql);
            assert_eq!(refused.is_some(), expected.is_some(), "{sql}: {refused:?}");
            assert!(refused.unwrap_or_default().contains(expected.unwrap_or_default()), "{sql}");
        };
        check(&format!("ATTACH DATABASE '{other}' AS o"), Some("other.sqlite3"));
        check(&format!("-- for safety\n attach '{other}' as o"), Some("ATTACH"));
        check(&format!("VACUUM INTO '{other}'"), Some("VACUUM INTO"));
        check(&format!("/* a copy */ vacuum main into '{other}'"), Some("VACUUM INTO"));
        check("SELECT load_extension('x')", Some("load_extension"));
        check("PRAGMA writable_schema = 1", Some("writable_schema"));
        check("VACUUM", None);
        check("ATTACH ':memory:' AS m", None);
        check("INSERT INTO attachments (name) VALUES ('vacuum into')", None);
        check("DELETE FROM pragmas", None);
        check("PRAGMA foreign_keys = ON", None);
        assert!(!folder.path().join("other.sqlite3").exists());
    }
}
