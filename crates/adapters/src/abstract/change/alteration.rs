//! The parts of an ALTER TABLE, one by one.

use crate::schema_definitions::{
    AlterTable, ChangeColumnDefaultDefinition, ChangeColumnDefinition, CheckConstraintDefinition, ColumnDefinition,
    ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition, UniqueConstraintDefinition,
};

/// One change of one table.
#[derive(Clone, Debug)]
pub enum Alteration {
    AddColumn(ColumnDefinition),
    DropColumn(String),
    RenameColumn {
        from: String,
        to: String,
    },
    /// MySQL says all of the column, PostgreSQL what changes of it.
    ChangeColumn(ChangeColumnDefinition),
    ChangeDefault(ChangeColumnDefaultDefinition),
    ChangeNull {
        column: String,
        null: bool,
    },
    AddIndex(IndexDefinition),
    DropIndex(String),
    RenameIndex {
        from: String,
        to: String,
    },
    EnableIndex {
        name: String,
        enabled: bool,
    },
    AddForeignKey(ForeignKeyDefinition),
    DropForeignKey(String),
    AddCheckConstraint(CheckConstraintDefinition),
    DropCheckConstraint(String),
    /// Of whatever kind.
    DropConstraint(String),
    ValidateConstraint(String),
    AddExclusionConstraint(ExclusionConstraintDefinition),
    AddUniqueConstraint(UniqueConstraintDefinition),
    Comment(String),
    /// The text says which table it is, and what of it changes can't be read.
    Unread,
}

impl AlterTable {
    /// The parts in the order in which the statement has them.
    pub(crate) fn alterations(&self) -> Vec<Alteration> {
        use Alteration as A;
        let mut all: Vec<A> = self.adds.iter().map(|add| A::AddColumn(add.column.clone())).collect();
        all.extend(self.foreign_key_adds.iter().cloned().map(A::AddForeignKey));
        all.extend(self.foreign_key_drops.iter().cloned().map(A::DropForeignKey));
        all.extend(self.check_constraint_adds.iter().cloned().map(A::AddCheckConstraint));
        all.extend(self.check_constraint_drops.iter().cloned().map(A::DropCheckConstraint));
        all.extend(self.constraint_drops.iter().cloned().map(A::DropConstraint));
        all.extend(self.constraint_validations.iter().cloned().map(A::ValidateConstraint));
        all.extend(self.exclusion_constraint_adds.iter().cloned().map(A::AddExclusionConstraint));
        all.extend(self.unique_constraint_adds.iter().cloned().map(A::AddUniqueConstraint));
        all
    }
}
