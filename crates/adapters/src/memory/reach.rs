//! What of a schema a change reaches: the tables that must be known before it is applied.

use crate::change::{Alteration, Change, Commented};

pub(super) enum Reach {
    Tables(Vec<String>),
    All,
}

/// Tables by the names that were given.
pub(super) fn of(change: &Change<'_>) -> Reach {
    let one = |table: &str| Reach::Tables(vec![table.to_owned()]);
    match change {
        // Its foreign keys may say nothing of the other table's key.
        Change::CreateTable { table, .. } => one(&table.name),
        Change::AlterTable { table, alterations } => {
            let reaches_others = |alteration: &Alteration| {
                matches!(alteration, Alteration::RenameColumn { .. } | Alteration::DropColumn(_))
            };
            if alterations.iter().any(reaches_others) { Reach::All } else { one(table) }
        }
        Change::CreateIndex(create) => one(&create.index.table),
        Change::Comment { on, .. } => match on {
            Commented::Table(table) | Commented::Column { table, .. } | Commented::Index { table, .. } => one(table),
        },
        Change::DropIndex { table: Some(table), .. } | Change::RenameIndex { table: Some(table), .. } => one(table),
        // Who points at it, stands on it or counts for it may be anywhere.
        Change::DropTable(_)
        | Change::RenameTable { .. }
        | Change::DropIndex { .. }
        | Change::RenameIndex { .. }
        | Change::Sequence(_)
        | Change::Enum(_)
        | Change::Extension(_)
        | Change::Schema(_)
        | Change::View(_) => Reach::All,
        Change::Several(changes) => {
            let mut tables = Vec::new();
            for change in changes {
                match of(change) {
                    Reach::Tables(more) => tables.extend(more),
                    Reach::All => return Reach::All,
                }
            }
            Reach::Tables(tables)
        }
        _ => Reach::Tables(Vec::new()),
    }
}
