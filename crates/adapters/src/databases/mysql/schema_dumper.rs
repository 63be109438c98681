//! What only the server knows of a column that schema.rb shows: the queries of mysql/schema_dumper.rb. How they are
//! written down is the dumper's own affair.

use regex::Regex;

use super::schema_statements::quoted_scope;
use crate::abstract_mysql_adapter::MysqlAdapter;
use crate::column::Column;
use crate::prelude::*;
use crate::{Arg, Result};

/// Of MySQL's answer the escapes are taken away, for writing it down escapes again.
pub fn virtual_column_expression(
    adapter: &mut MysqlAdapter,
    table_name: &str,
    column: &Column,
) -> Result<Option<String>> {
    if adapter.is_mariadb() && !adapter.database_version().at_least("10.2.5") {
        return expression_in_create_table(adapter, table_name, column);
    }
    let scope = quoted_scope(adapter, Some(table_name))?;
    let sql = format!(
        "SELECT generation_expression FROM information_schema.columns WHERE table_schema = {}   AND table_name = {}   \
         AND column_name = {}",
        scope.schema,
        scope.name(),
        adapter.quote(&Arg::str(&column.name))?
    );
    let expression = adapter.query_value(&sql, Some("SCHEMA"))?;
    Ok((!expression.is_nil()).then(|| expression.to_s().replace("\\'", "'")))
}

fn expression_in_create_table(adapter: &mut MysqlAdapter, table_name: &str, column: &Column) -> Result<Option<String>> {
    let info = adapter.create_table_info(table_name)?.unwrap_or_default();
    let pattern = format!(
        r"{} {}(?: COLLATE \w+)? AS \((.+?)\) {}",
        regex::escape(&adapter.quote_column_name(&column.name)),
        regex::escape(column.sql_type()),
        regex::escape(column.metadata.extra.as_deref().unwrap_or_default())
    );
    let found = Regex::new(&pattern).ok().and_then(|pattern| pattern.captures(&info).map(|found| found[1].to_owned()));
    Ok(found)
}

/// The collation that a column has unless it says otherwise; asked once for each table in a dump.
pub fn table_collation(adapter: &mut MysqlAdapter, table_name: &str) -> Result<Option<String>> {
    let sql = format!("SHOW TABLE STATUS LIKE {}", adapter.quote(&Arg::str(table_name))?);
    let status = adapter.exec_query(&sql, Some("SCHEMA"), &[])?;
    Ok(status.first().and_then(|row| row.string_opt("Collation")))
}
