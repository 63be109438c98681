//! The sequences of postgresql/schema_statements.rb.

use std::borrow::Cow;

use super::regclass;
use crate::catalogue::KeySequence;
use crate::change::{Change, SequenceChange};
use crate::name::{Name, extract_schema_qualified_name};
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::{Arg, ErrorClass, Result};

/// `default_sequence_name`: the sequence that the column has; by the name that it would have where there is no such table.
pub fn default_sequence_name<A: DatabaseStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    pk: &str,
) -> Result<Option<String>> {
    match adapter.catalogue().serial_sequence(table_name, pk) {
        Ok(Arg::Nil) => Ok(None),
        Ok(sequence) => Ok(Some(extract_schema_qualified_name(&sequence.to_s()).to_string())),
        Err(error) if error.is_a(ErrorClass::StatementInvalid) => {
            Ok(Some(Name::new(None, &format!("{table_name}_{pk}_seq")).to_string()))
        }
        Err(error) => Err(error),
    }
}

/// `reset_pk_sequence!`: sets the sequence behind the largest key there is.
pub fn reset_pk_sequence(
    adapter: &mut PostgreSQLAdapter,
    table: &str,
    pk: Option<&str>,
    sequence: Option<&str>,
) -> Result<()> {
    let mut found = (pk.map(str::to_owned), sequence.map(str::to_owned));
    if (found.0.is_none() || found.1.is_none())
        && let Some(default) = adapter.catalogue().pk_and_sequence_for(table)?
    {
        found.0 = found.0.or(Some(default.primary_key));
        found.1 = found.1.or_else(|| default.sequence.map(|sequence| sequence.to_string()));
    }
    let (Some(pk), Some(sequence)) = found else { return Ok(()) };
    let sequence = adapter.quote_table_name(&sequence);
    let quoted_sequence = adapter.quote(&Arg::str(sequence.as_str()))?;
    let sql = format!("SELECT MAX({}) FROM {}", adapter.quote_column_name(&pk), adapter.quote_table_name(table));
    let max_pk = adapter.query_value(&sql, Some("SCHEMA"))?;
    let (value, is_called) =
        if max_pk.is_nil() { (adapter.catalogue().sequence_minimum(&sequence)?, false) } else { (max_pk, true) };
    let change = Change::Sequence(SequenceChange::Set(Cow::Borrowed(&sequence)));
    let sql = format!("SELECT setval({quoted_sequence}, {}, {is_called})", value.to_s());
    adapter.execute_schema(&change, &sql).map(drop)
}

/// The least value of a sequence, which a table without rows begins with.
pub fn sequence_minimum(adapter: &mut PostgreSQLAdapter, sequence: &str) -> Result<Arg> {
    let sql = if adapter.server_version() >= 10_00_00 {
        let quoted_sequence = adapter.quote(&Arg::str(sequence))?;
        format!("SELECT seqmin FROM pg_sequence WHERE seqrelid = {quoted_sequence}::regclass")
    } else {
        format!("SELECT min_value FROM {sequence}")
    };
    adapter.query_value(&sql, Some("SCHEMA"))
}

impl PostgreSQLAdapter {
    /// `set_pk_sequence!`
    pub fn set_pk_sequence(&mut self, table: &str, value: &Arg) -> Result<()> {
        let found = self.catalogue().pk_and_sequence_for(table)?;
        let Some(KeySequence { sequence: Some(sequence), .. }) = found else { return Ok(()) };
        let sequence = self.quote_table_name(&sequence.to_string());
        let sql = format!("SELECT setval({}, {})", self.quote(&Arg::str(sequence.as_str()))?, value.to_s());
        let change = Change::Sequence(SequenceChange::Set(Cow::Owned(sequence)));
        self.execute_schema(&change, &sql).map(drop)
    }

    /// `reset_pk_sequence!`
    pub fn reset_pk_sequence(&mut self, table: &str, pk: Option<&str>, sequence: Option<&str>) -> Result<()> {
        reset_pk_sequence(self, table, pk, sequence)
    }
}

/// A table's primary key and its sequence: the one that belongs to the column, else the one its default names.
/// Whatever goes wrong is none, as in Rails.
pub fn pk_and_sequence_for(adapter: &mut PostgreSQLAdapter, table: &str) -> Result<Option<KeySequence>> {
    let found = match owned_sequence(adapter, table) {
        Ok(None) => sequence_of_default(adapter, table),
        found => found,
    };
    match found {
        Err(error) if error.is_a(ErrorClass::Unsupported) => Err(error),
        found => Ok(found.unwrap_or(None)),
    }
}

fn owned_sequence(adapter: &mut PostgreSQLAdapter, table: &str) -> Result<Option<KeySequence>> {
    let sql = format!(
        "SELECT attr.attname, nsp.nspname, seq.relname \
         FROM pg_class seq, pg_attribute attr, pg_depend dep, pg_constraint cons, pg_namespace nsp \
         WHERE seq.oid = dep.objid AND seq.relkind = 'S' \
         AND attr.attrelid = dep.refobjid AND attr.attnum = dep.refobjsubid \
         AND attr.attrelid = cons.conrelid AND attr.attnum = cons.conkey[1] \
         AND seq.relnamespace = nsp.oid AND cons.contype = 'p' \
         AND dep.classid = 'pg_class'::regclass AND dep.refobjid = {}",
        regclass(adapter, table)
    );
    pk_and_sequence(adapter, &sql)
}

fn sequence_of_default(adapter: &mut PostgreSQLAdapter, table: &str) -> Result<Option<KeySequence>> {
    // What stands between the first two quotes of the default, without a schema.
    let default = "pg_get_expr(def.adbin, def.adrelid)";
    let quoted = format!("split_part({default}, '''', 2)");
    let sql = format!(
        "SELECT attr.attname, nsp.nspname, \
         CASE WHEN {default} !~* 'nextval' THEN NULL \
         WHEN {quoted} ~ '.' THEN substr({quoted}, strpos({quoted}, '.') + 1) \
         ELSE {quoted} END \
         FROM pg_class t \
         JOIN pg_attribute attr ON (t.oid = attrelid) \
         JOIN pg_attrdef def ON (adrelid = attrelid AND adnum = attnum) \
         JOIN pg_constraint cons ON (conrelid = adrelid AND adnum = conkey[1]) \
         JOIN pg_namespace nsp ON (t.relnamespace = nsp.oid) \
         WHERE t.oid = {} AND cons.contype = 'p' AND {default} ~* 'nextval|uuid_generate|gen_random_uuid'",
        regclass(adapter, table)
    );
    pk_and_sequence(adapter, &sql)
}

fn pk_and_sequence(adapter: &mut PostgreSQLAdapter, sql: &str) -> Result<Option<KeySequence>> {
    let result = adapter.query(sql, Some("SCHEMA"))?;
    Ok(result.rows.first().and_then(|row| {
        let [pk, schema, sequence] = row.as_slice() else { return None };
        let sequence = sequence.is_truthy().then(|| Name::new(Some(&schema.to_s()), &sequence.to_s()));
        Some(KeySequence { primary_key: pk.to_s(), sequence })
    }))
}
