//! What a statement does, in the terms of schema_definitions.rb: it is made where the statement's text is made, and goes with
//! it through the gate (gate.rs). Names are those that were given, unquoted. Has no Rails counterpart: there, a statement is its
//! text.

use std::borrow::Cow;

use crate::schema_definitions::{CreateIndexDefinition, IndexDefinition, TableDefinition};

mod alteration;
mod owned;
mod read;

pub use alteration::Alteration;

/// A statement's meaning. Borrowed where it can be: one is made for each row that is saved.
#[derive(Clone, Debug)]
pub enum Change<'a> {
    /// It asks, and changes nothing.
    Read,
    /// `indexes` are those that stand within the statement.
    CreateTable {
        table: Cow<'a, TableDefinition>,
        indexes: Vec<IndexDefinition>,
    },
    DropTable(DropTable),
    RenameTable {
        from: Cow<'a, str>,
        to: Cow<'a, str>,
    },
    AlterTable {
        table: Cow<'a, str>,
        alterations: Vec<Alteration>,
    },
    CreateIndex(Cow<'a, CreateIndexDefinition>),
    /// The table is not always named.
    DropIndex {
        table: Option<Cow<'a, str>>,
        name: Cow<'a, str>,
    },
    RenameIndex {
        table: Option<Cow<'a, str>>,
        from: Cow<'a, str>,
        to: Cow<'a, str>,
    },
    /// None takes it away.
    Comment {
        on: Commented<'a>,
        comment: Option<String>,
    },
    Sequence(SequenceChange<'a>),
    Enum(EnumChange<'a>),
    Extension(ExtensionChange<'a>),
    Schema(SchemaChange<'a>),
    View(ViewChange<'a>),
    /// Functions and triggers, whose text is not read.
    Routine(RoutineChange<'a>),
    /// SQLite's.
    CreateVirtualTable {
        table: Cow<'a, str>,
        module: Cow<'a, str>,
        arguments: Vec<String>,
    },
    Database(DatabaseChange<'a>),
    Rows {
        verb: Verb,
        table: Cow<'a, str>,
    },
    Transaction(Boundary<'a>),
    Session(Setting<'a>),
    /// Statistics, room and rights: nothing that schema.rb tells.
    Upkeep,
    /// Several statements sent as one.
    Several(Vec<Change<'a>>),
    /// What `execute` was given as text.
    Opaque,
}

/// `drop_table`, of one table or of several in one statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DropTable {
    pub tables: Vec<String>,
    pub temporary: bool,
    pub if_exists: bool,
    pub cascade: bool,
}

/// What has a comment of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commented<'a> {
    Table(Cow<'a, str>),
    Column { table: Cow<'a, str>, column: Cow<'a, str> },
    Index { table: Cow<'a, str>, name: Cow<'a, str> },
}

/// Of a sequence of PostgreSQL's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SequenceChange<'a> {
    Rename {
        from: Cow<'a, str>,
        to: Cow<'a, str>,
    },
    /// Its next value.
    Set(Cow<'a, str>),
}

/// Of an enum type of PostgreSQL's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnumChange<'a> {
    /// Unless it is there.
    Create {
        name: Cow<'a, str>,
        values: Vec<String>,
    },
    Drop {
        name: Cow<'a, str>,
        if_exists: bool,
    },
    Rename {
        name: Cow<'a, str>,
        to: Cow<'a, str>,
    },
    AddValue {
        name: Cow<'a, str>,
        value: Cow<'a, str>,
        place: Option<Place>,
    },
    RenameValue {
        name: Cow<'a, str>,
        from: Cow<'a, str>,
        to: Cow<'a, str>,
    },
}

/// Where among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Before(String),
    After(String),
}

/// Of an extension of PostgreSQL's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtensionChange<'a> {
    /// Unless it is there.
    Create {
        name: Cow<'a, str>,
        schema: Option<Cow<'a, str>>,
    },
    Drop {
        name: Cow<'a, str>,
        cascade: bool,
    },
}

/// Of a schema within PostgreSQL's database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaChange<'a> {
    Create {
        name: Cow<'a, str>,
        if_not_exists: bool,
    },
    /// With everything in it.
    Drop {
        name: Cow<'a, str>,
        if_exists: bool,
    },
    Rename {
        name: Cow<'a, str>,
        to: Cow<'a, str>,
    },
}

/// Of a view, materialized or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewChange<'a> {
    Create { name: Cow<'a, str>, query: Cow<'a, str>, materialized: bool, replace: bool },
    Drop { name: Cow<'a, str>, materialized: bool, if_exists: bool, cascade: bool },
    Rename { name: Cow<'a, str>, to: Cow<'a, str> },
    Refresh(Cow<'a, str>),
}

/// Of a function or a trigger, whose body nobody reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutineChange<'a> {
    CreateFunction,
    DropFunction(Cow<'a, str>),
    CreateTrigger,
    DropTrigger { name: Cow<'a, str>, table: Cow<'a, str> },
}

/// Of a whole database, which is never the connection's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseChange<'a> {
    Create(Cow<'a, str>),
    Drop(Cow<'a, str>),
}

/// What becomes of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Insert,
    Update,
    Delete,
    Truncate,
}

/// Where a transaction or a savepoint begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Boundary<'a> {
    Begin,
    Commit,
    Rollback,
    /// Rolls back and begins at once.
    Restart,
    Savepoint(Cow<'a, str>),
    RollbackTo(Cow<'a, str>),
    Release(Cow<'a, str>),
}

/// What holds for the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting<'a> {
    /// Whatever else is SET: the text says what.
    Variable,
    SearchPath(Cow<'a, str>),
    /// Whether foreign keys are looked at.
    ReferentialIntegrity(bool),
    Constraints,
    /// Taken, or given back.
    AdvisoryLock(bool),
}

impl<'a> Change<'a> {
    /// Of one table's rows.
    pub fn rows(verb: Verb, table: impl Into<Cow<'a, str>>) -> Self {
        Self::Rows { verb, table: table.into() }
    }

    /// One thing that becomes of a table.
    pub fn alter(table: impl Into<Cow<'a, str>>, alteration: Alteration) -> Self {
        Self::AlterTable { table: table.into(), alterations: vec![alteration] }
    }

    /// Several tables that lose all their rows at once.
    pub fn truncate(tables: &'a [String]) -> Self {
        Self::Several(tables.iter().map(|table| Self::rows(Verb::Truncate, table)).collect())
    }

    /// Of a statement of which only the text is known, and its name in the log.
    pub(crate) fn of_text(name: Option<&str>) -> Self {
        if name == Some("SCHEMA") { Self::Read } else { Self::Opaque }
    }

    /// For who keeps it.
    pub fn detached(&self) -> Change<'static> {
        owned::change(self)
    }

    /// Whether the statement may leave the schema other than it was; an opaque one may.
    pub fn concerns_schema(&self) -> bool {
        match self {
            Self::Read
            | Self::Rows { .. }
            | Self::Transaction(_)
            | Self::Session(_)
            | Self::Database(_)
            | Self::Upkeep => false,
            Self::Several(changes) => changes.iter().any(Change::concerns_schema),
            _ => true,
        }
    }
}
