//! A change that borrows nothing.

use std::borrow::Cow;

use super::{
    Boundary, Change, Commented, DatabaseChange, EnumChange, ExtensionChange, RoutineChange, SchemaChange,
    SequenceChange, Setting, ViewChange,
};

fn text(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

fn optional(of: Option<&Cow<'_, str>>) -> Option<Cow<'static, str>> {
    of.map(|name| text(name))
}

pub(super) fn change(change: &Change<'_>) -> Change<'static> {
    match change {
        Change::Read => Change::Read,
        Change::CreateTable { table, indexes } => {
            Change::CreateTable { table: Cow::Owned(table.as_ref().clone()), indexes: indexes.clone() }
        }
        Change::DropTable(drop) => Change::DropTable(drop.clone()),
        Change::RenameTable { from, to } => Change::RenameTable { from: text(from), to: text(to) },
        Change::AlterTable { table, alterations } => {
            Change::AlterTable { table: text(table), alterations: alterations.clone() }
        }
        Change::CreateIndex(create) => Change::CreateIndex(Cow::Owned(create.as_ref().clone())),
        Change::DropIndex { table, name } => Change::DropIndex { table: optional(table.as_ref()), name: text(name) },
        Change::RenameIndex { table, from, to } => {
            Change::RenameIndex { table: optional(table.as_ref()), from: text(from), to: text(to) }
        }
        Change::Comment { on, comment } => Change::Comment { on: commented(on), comment: comment.clone() },
        Change::Sequence(SequenceChange::Rename { from, to }) => {
            Change::Sequence(SequenceChange::Rename { from: text(from), to: text(to) })
        }
        Change::Sequence(SequenceChange::Set(name)) => Change::Sequence(SequenceChange::Set(text(name))),
        Change::Enum(change) => Change::Enum(of_enum(change)),
        Change::Extension(ExtensionChange::Create { name, schema }) => {
            Change::Extension(ExtensionChange::Create { name: text(name), schema: optional(schema.as_ref()) })
        }
        Change::Extension(ExtensionChange::Drop { name, cascade }) => {
            Change::Extension(ExtensionChange::Drop { name: text(name), cascade: *cascade })
        }
        Change::Schema(change) => Change::Schema(of_schema(change)),
        Change::View(change) => Change::View(of_view(change)),
        Change::Routine(change) => Change::Routine(of_routine(change)),
        Change::CreateVirtualTable { table, module, arguments } => {
            Change::CreateVirtualTable { table: text(table), module: text(module), arguments: arguments.clone() }
        }
        Change::Database(DatabaseChange::Create(name)) => Change::Database(DatabaseChange::Create(text(name))),
        Change::Database(DatabaseChange::Drop(name)) => Change::Database(DatabaseChange::Drop(text(name))),
        Change::Rows { verb, table } => Change::Rows { verb: *verb, table: text(table) },
        Change::Transaction(boundary) => Change::Transaction(of_boundary(boundary)),
        Change::Session(setting) => Change::Session(of_setting(setting)),
        Change::Upkeep => Change::Upkeep,
        Change::Several(changes) => Change::Several(changes.iter().map(self::change).collect()),
        Change::Opaque => Change::Opaque,
    }
}

fn commented(on: &Commented<'_>) -> Commented<'static> {
    match on {
        Commented::Table(table) => Commented::Table(text(table)),
        Commented::Column { table, column } => Commented::Column { table: text(table), column: text(column) },
        Commented::Index { table, name } => Commented::Index { table: text(table), name: text(name) },
    }
}

fn of_enum(change: &EnumChange<'_>) -> EnumChange<'static> {
    match change {
        EnumChange::Create { name, values } => EnumChange::Create { name: text(name), values: values.clone() },
        EnumChange::Drop { name, if_exists } => EnumChange::Drop { name: text(name), if_exists: *if_exists },
        EnumChange::Rename { name, to } => EnumChange::Rename { name: text(name), to: text(to) },
        EnumChange::AddValue { name, value, place } => {
            EnumChange::AddValue { name: text(name), value: text(value), place: place.clone() }
        }
        EnumChange::RenameValue { name, from, to } => {
            EnumChange::RenameValue { name: text(name), from: text(from), to: text(to) }
        }
    }
}

fn of_schema(change: &SchemaChange<'_>) -> SchemaChange<'static> {
    match change {
        SchemaChange::Create { name, if_not_exists } => {
            SchemaChange::Create { name: text(name), if_not_exists: *if_not_exists }
        }
        SchemaChange::Drop { name, if_exists } => SchemaChange::Drop { name: text(name), if_exists: *if_exists },
        SchemaChange::Rename { name, to } => SchemaChange::Rename { name: text(name), to: text(to) },
    }
}

fn of_view(change: &ViewChange<'_>) -> ViewChange<'static> {
    match change {
        ViewChange::Create { name, query, materialized, replace } => {
            let (materialized, replace) = (*materialized, *replace);
            ViewChange::Create { name: text(name), query: text(query), materialized, replace }
        }
        ViewChange::Drop { name, materialized, if_exists, cascade } => {
            let (materialized, if_exists, cascade) = (*materialized, *if_exists, *cascade);
            ViewChange::Drop { name: text(name), materialized, if_exists, cascade }
        }
        ViewChange::Rename { name, to } => ViewChange::Rename { name: text(name), to: text(to) },
        ViewChange::Refresh(name) => ViewChange::Refresh(text(name)),
    }
}

fn of_routine(change: &RoutineChange<'_>) -> RoutineChange<'static> {
    match change {
        RoutineChange::CreateFunction => RoutineChange::CreateFunction,
        RoutineChange::DropFunction(name) => RoutineChange::DropFunction(text(name)),
        RoutineChange::CreateTrigger => RoutineChange::CreateTrigger,
        RoutineChange::DropTrigger { name, table } => {
            RoutineChange::DropTrigger { name: text(name), table: text(table) }
        }
    }
}

fn of_boundary(boundary: &Boundary<'_>) -> Boundary<'static> {
    match boundary {
        Boundary::Begin => Boundary::Begin,
        Boundary::Commit => Boundary::Commit,
        Boundary::Rollback => Boundary::Rollback,
        Boundary::Restart => Boundary::Restart,
        Boundary::Savepoint(name) => Boundary::Savepoint(text(name)),
        Boundary::RollbackTo(name) => Boundary::RollbackTo(text(name)),
        Boundary::Release(name) => Boundary::Release(text(name)),
    }
}

fn of_setting(setting: &Setting<'_>) -> Setting<'static> {
    match setting {
        Setting::Variable => Setting::Variable,
        Setting::SearchPath(path) => Setting::SearchPath(text(path)),
        Setting::ReferentialIntegrity(on) => Setting::ReferentialIntegrity(*on),
        Setting::Constraints => Setting::Constraints,
        Setting::AdvisoryLock(taken) => Setting::AdvisoryLock(*taken),
    }
}
