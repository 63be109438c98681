//! `translate_exception` of abstract_mysql_adapter.rb: the server's error numbers as Rails' classes.

use std::sync::LazyLock;

use regex::Regex;

use super::MysqlAdapter;
use crate::column::Column;
use crate::mysql::client::{ClientError, ErrorKind};
use crate::pattern::constant;
use crate::prelude::*;
use crate::{Error, ErrorClass, Result};

const ER_CANNOT_CREATE_TABLE: u16 = 1005;
const ER_DB_CREATE_EXISTS: u16 = 1007;
const ER_FILSORT_ABORT: u16 = 1028;
const ER_NOT_NULL_VIOLATION: u16 = 1048;
const ER_SERVER_SHUTDOWN: u16 = 1053;
const ER_DUP_ENTRY: u16 = 1062;
const ER_LOCK_WAIT_TIMEOUT: u16 = 1205;
const ER_LOCK_DEADLOCK: u16 = 1213;
const ER_CANNOT_ADD_FOREIGN: u16 = 1215;
const ER_NO_REFERENCED_ROW: u16 = 1216;
const ER_ROW_IS_REFERENCED: u16 = 1217;
const ER_OUT_OF_RANGE: u16 = 1264;
const ER_QUERY_INTERRUPTED: u16 = 1317;
const ER_DO_NOT_HAVE_DEFAULT: u16 = 1364;
const ER_DATA_TOO_LONG: u16 = 1406;
const ER_ROW_IS_REFERENCED_2: u16 = 1451;
const ER_NO_REFERENCED_ROW_2: u16 = 1452;
const ER_CONNECTION_KILLED: u16 = 1927;
const CR_SERVER_GONE_ERROR: u16 = 2006;
const CR_SERVER_LOST: u16 = 2013;
const ER_QUERY_TIMEOUT: u16 = 3024;
const ER_FK_INCOMPATIBLE_COLUMNS: u16 = 3780;
const ER_CHECK_CONSTRAINT_VIOLATED: u16 = 3819;
const ER_CONSTRAINT_FAILED: u16 = 4025;
const ER_CLIENT_INTERACTION_TIMEOUT: u16 = 4031;

impl MysqlAdapter {
    /// `translate_exception_class`: the message begins with the class of the gem's own error.
    pub(crate) fn translate_exception(&mut self, error: &ClientError, sql: &str) -> Error {
        if error.kind == ErrorKind::Memory {
            return Error::new(ErrorClass::NoMemoryError, &error.message);
        }
        let (class, text) = (self.driver.native_error)(&self.base.config, error);
        let message = format!("{class}: {text}");
        let translated = match (self.driver.translate_exception)(error, &message) {
            Some(translated) => translated,
            None => self.translate_number(error, message, sql),
        };
        match error.number {
            Some(number) => translated.with_code(number.to_string()),
            None => translated,
        }
    }

    fn translate_number(&mut self, error: &ClientError, message: String, sql: &str) -> Error {
        let class = match error.number {
            None if error.message.to_lowercase().contains("mysql client is not connected") => {
                return Error::new(ErrorClass::ConnectionNotEstablished, &error.message);
            }
            None => ErrorClass::StatementInvalid,
            Some(number) => match number {
                ER_CONNECTION_KILLED
                | ER_SERVER_SHUTDOWN
                | CR_SERVER_GONE_ERROR
                | CR_SERVER_LOST
                | ER_CLIENT_INTERACTION_TIMEOUT => ErrorClass::ConnectionFailed,
                ER_DB_CREATE_EXISTS => ErrorClass::DatabaseAlreadyExists,
                ER_DUP_ENTRY => ErrorClass::RecordNotUnique,
                ER_NO_REFERENCED_ROW | ER_ROW_IS_REFERENCED | ER_ROW_IS_REFERENCED_2 | ER_NO_REFERENCED_ROW_2 => {
                    ErrorClass::InvalidForeignKey
                }
                ER_CANNOT_ADD_FOREIGN | ER_FK_INCOMPATIBLE_COLUMNS => {
                    return self.mismatched_foreign_key(&message, sql);
                }
                ER_CANNOT_CREATE_TABLE if message.contains("errno: 150") => {
                    return self.mismatched_foreign_key(&message, sql);
                }
                ER_DATA_TOO_LONG => ErrorClass::ValueTooLong,
                ER_OUT_OF_RANGE => ErrorClass::RangeErrorStatement,
                ER_NOT_NULL_VIOLATION | ER_DO_NOT_HAVE_DEFAULT => ErrorClass::NotNullViolation,
                ER_CHECK_CONSTRAINT_VIOLATED | ER_CONSTRAINT_FAILED => ErrorClass::CheckViolation,
                ER_LOCK_DEADLOCK => ErrorClass::Deadlocked,
                ER_LOCK_WAIT_TIMEOUT => ErrorClass::LockWaitTimeout,
                ER_QUERY_TIMEOUT | ER_FILSORT_ABORT => ErrorClass::StatementTimeout,
                ER_QUERY_INTERRUPTED => ErrorClass::QueryCanceled,
                _ => ErrorClass::StatementInvalid,
            },
        };
        Error::new(class, message)
    }

    /// Reads the column that the key points at, so as to say what it should have been; failing at that is the error then.
    fn mismatched_foreign_key(&mut self, message: &str, sql: &str) -> Error {
        const UNKNOWN: &str = "There is a mismatch between the foreign key and primary key column types. Verify that the foreign key \
                               column type and the primary key of the associated table match types.";
        let mismatch = |explanation: &str| {
            Error::new(ErrorClass::MismatchedForeignKey, format!("{explanation}\nOriginal message: {message}"))
        };
        match self.mismatched_foreign_key_details(message, sql) {
            Ok(Some(details)) => mismatch(&details.explanation()),
            Ok(None) => mismatch(UNKNOWN),
            // Ruby raises it while the first is being handled, and so keeps that as its cause.
            Err(error) => error.with_cause(mismatch(UNKNOWN)),
        }
    }

    fn mismatched_foreign_key_details(&mut self, message: &str, sql: &str) -> Result<Option<MismatchDetails>> {
        static REFERENCING: LazyLock<Regex> =
            LazyLock::new(|| constant(r"(?i)Referencing column '(\w+)' and referenced"));
        let foreign_key = REFERENCING.captures(message).map_or(r"\w+".to_owned(), |found| found[1].to_owned());
        let pattern = format!(
            r"(?ism)(?:CREATE|ALTER)\s+TABLE\s*(?:`?\w+`?\.)?`?(\w+)`?.+?FOREIGN\s+KEY\s*\(`?({foreign_key})`?\)\s*REFERENCES\s*(?:`?(\w+)`?)\s*\(`?(\w+)`?\)"
        );
        let Some(found) = Regex::new(&pattern).ok().and_then(|pattern| pattern.captures(sql)) else { return Ok(None) };
        let (target_table, primary_key) = (found[3].to_owned(), found[4].to_owned());
        let primary_key_column = self.catalogue().column_for(&target_table, &primary_key)?;
        Ok(Some(MismatchDetails {
            table: found[1].to_owned(),
            foreign_key: found[2].to_owned(),
            target_table,
            primary_key,
            primary_key_column,
        }))
    }
}

/// The error of a key of a table's column that does not go with another's.
pub(crate) fn mismatched_foreign_key(
    message: &str,
    (table, foreign_key): (&str, &str),
    target_table: &str,
    column: &Column,
) -> Error {
    let details = MismatchDetails {
        table: table.to_owned(),
        foreign_key: foreign_key.to_owned(),
        target_table: target_table.to_owned(),
        primary_key: column.name.clone(),
        primary_key_column: column.clone(),
    };
    Error::new(ErrorClass::MismatchedForeignKey, format!("{}\nOriginal message: {message}", details.explanation()))
}

struct MismatchDetails {
    table: String,
    foreign_key: String,
    target_table: String,
    primary_key: String,
    primary_key_column: Column,
}

impl MismatchDetails {
    /// `MismatchedForeignKey`'s message.
    fn explanation(&self) -> String {
        let MismatchDetails { table, foreign_key, target_table, primary_key, primary_key_column } = self;
        let sql_type = primary_key_column.sql_type();
        let r#type =
            if primary_key_column.is_bigint() { "bigint" } else { primary_key_column.r#type().unwrap_or_default() };
        format!(
            "Column `{foreign_key}` on table `{table}` does not match column `{primary_key}` on `{target_table}`, which has \
             type `{sql_type}`. To resolve this issue, change the type of the `{foreign_key}` column on `{table}` to be \
             :{type}. (For example `t.{type} :{foreign_key}`)."
        )
    }
}
