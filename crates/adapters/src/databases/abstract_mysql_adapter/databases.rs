//! Databases made and dropped: the head of abstract_mysql_adapter.rb's SCHEMA STATEMENTS.

use crate::abstract_adapter::SchemaStatements;
use crate::change::{Change, DatabaseChange};
use crate::{Error, ErrorClass, Options, Result, gate};

/// `charset:` and `collation:` may say which; utf8mb4 is the default.
pub(crate) fn create_database<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    name: &str,
    options: &Options,
) -> Result<()> {
    let default = if options.get("collation").is_truthy() {
        format!("COLLATE {}", adapter.quote_table_name(&options.get("collation").to_s()))
    } else if options.get("charset").is_truthy() {
        format!("CHARACTER SET {}", adapter.quote_table_name(&options.get("charset").to_s()))
    } else {
        adapter.connect()?;
        if !adapter.row_format_dynamic_by_default() {
            return Err(Error::new(
                ErrorClass::RuntimeError,
                "Configure a supported :charset and ensure innodb_large_prefix is enabled to support indexes on varchar(255) string columns.",
            ));
        }
        "CHARACTER SET `utf8mb4`".to_owned()
    };
    let sql = format!("CREATE DATABASE {} DEFAULT {default}", adapter.quote_table_name(name));
    gate::execute(adapter, &Change::Database(DatabaseChange::Create(name.into())), &sql).map(drop)
}

/// `drop_database`: nothing where it is not there.
pub(crate) fn drop_database<A: SchemaStatements + ?Sized>(adapter: &mut A, name: &str) -> Result<()> {
    let sql = format!("DROP DATABASE IF EXISTS {}", adapter.quote_table_name(name));
    gate::execute(adapter, &Change::Database(DatabaseChange::Drop(name.into())), &sql).map(drop)
}

/// Reconnects, for the server leaves a dropped database.
pub(crate) fn recreate_database<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    name: &str,
    options: &Options,
) -> Result<()> {
    drop_database(adapter, name)?;
    create_database(adapter, name, options)?;
    crate::database_statements::reconnect_with_retries(adapter, false)
}
