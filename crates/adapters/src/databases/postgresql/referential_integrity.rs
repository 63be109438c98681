//! postgresql/referential_integrity.rb, but for `check_all_foreign_keys_valid!`, which only fixtures call.

use crate::change::{Change, Setting};
use crate::postgresql_adapter::PostgreSQLAdapter;
use crate::prelude::*;
use crate::transaction::TransactionOptions;
use crate::{Arg, Result, gate, transaction};

/// Without the right to do so the block runs all the same, as in Rails.
pub fn suspend(adapter: &mut PostgreSQLAdapter) -> Result<Vec<Arg>> {
    let _ = switch_triggers(adapter, "DISABLE");
    Ok(Vec::new())
}

/// The `ensure` of `disable_referential_integrity`: the triggers are on again.
pub fn restore(adapter: &mut PostgreSQLAdapter) -> Result<()> {
    let _ = switch_triggers(adapter, "ENABLE");
    Ok(())
}

fn switch_triggers(adapter: &mut PostgreSQLAdapter, action: &str) -> Result<()> {
    let options = TransactionOptions { requires_new: true, ..TransactionOptions::default() };
    transaction::transaction(adapter, options, |adapter| {
        let tables = adapter.catalogue().tables()?;
        let statements: Vec<_> = tables
            .iter()
            .map(|name| format!("ALTER TABLE {} {action} TRIGGER ALL", adapter.quote_table_name(name)))
            .collect();
        let change = Change::Session(Setting::ReferentialIntegrity(action == "ENABLE"));
        gate::execute(adapter, &change, &statements.join(";")).map(drop)
    })
    .map(drop)
}
