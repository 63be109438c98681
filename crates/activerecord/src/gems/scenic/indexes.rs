//! What becomes of a materialized view's indexes when the view is made anew: scenic's
//! adapters/postgres/{index_reapplication,index_migration,index_creation,side_by_side,temporary_name}.rb.

use adapters::change::{Boundary, ViewChange};
use adapters::{Arg, Change, gate};
use ruby::{Args, Eval, Flow, Interpreter, Value};

use super::super::execute;
use super::{create_materialized_view, drop_materialized_view};
use crate::ground::state::{self, with_adapter};

struct Index {
    object_name: String,
    name: String,
    definition: String,
}

/// `IndexReapplication#on`: the indexes there are, made again after `work`, if they still can be.
pub(super) fn reapply(
    interpreter: &mut Interpreter,
    name: &Value,
    work: impl FnOnce(&mut Interpreter) -> Eval,
) -> Eval {
    let indexes = indexes_on(interpreter, name)?;
    work(interpreter)?;
    try_create(interpreter, &indexes)
}

/// `SideBySide#update`
pub(super) fn update_side_by_side(interpreter: &mut Interpreter, name: &Value, sql: &str) -> Eval {
    let old = interpreter.to_s(name)?;
    let temporary = temporary_name(interpreter, &old)?;
    create_materialized_view(interpreter, &Value::str(temporary.as_str()), sql, false)?;
    say(interpreter, &format!("temporary materialized view '{temporary}' has been created"))?;
    migrate_indexes(interpreter, name, &temporary)?;
    drop_materialized_view(interpreter, name)?;
    say(interpreter, &format!("materialized view '{old}' has been dropped"))?;
    let change = Change::View(ViewChange::Rename { name: temporary.as_str().into(), to: old.as_str().into() });
    execute(interpreter, &change, &format!("ALTER MATERIALIZED VIEW {temporary} RENAME TO {old}"))?;
    say(interpreter, &format!("temporary materialized view '{temporary}' has been renamed to '{old}'"))
}

/// `IndexMigration#migrate`
fn migrate_indexes(interpreter: &mut Interpreter, from: &Value, to: &str) -> Eval<()> {
    let sources = indexes_on(interpreter, from)?;
    let retargeted: Vec<_> = sources
        .iter()
        .map(|index| Index {
            object_name: to.to_owned(),
            name: index.name.clone(),
            definition: retarget(&index.definition, &index.object_name, to),
        })
        .collect();
    for index in &sources {
        let temporary = temporary_name(interpreter, &index.name)?;
        let connection = state::connection(interpreter)?;
        let names = [&index.object_name, &index.name, &temporary].map(|name| Value::str(name.as_str()));
        interpreter.call(&connection, "rename_index", Args::new(names.to_vec()))?;
    }
    if !sources.is_empty() {
        let from = interpreter.to_s(from)?;
        say(interpreter, &format!("indexes on '{from}' have been renamed to avoid collisions"))?;
    }
    try_create(interpreter, &retargeted)?;
    Ok(())
}

/// The last `.object` behind the first `ON` becomes the other view, and a space.
fn retarget(definition: &str, object: &str, to: &str) -> String {
    let target = format!(".{object}");
    let Some(on) = definition.find("ON ") else { return definition.to_owned() };
    let Some(place) = definition[on + 3..].rfind(&target).map(|place| place + on + 3) else {
        return definition.to_owned();
    };
    format!("{}.{to} {}", &definition[..place], &definition[place + target.len()..])
}

fn indexes_on(interpreter: &mut Interpreter, name: &Value) -> Eval<Vec<Index>> {
    let name = interpreter.to_s(name)?;
    let sql = query(&name);
    let answer = with_adapter(interpreter, |adapter| gate::execute(adapter, &Change::Read, &sql))?;
    let text = |row: &[Arg], column: usize| row.get(column).map(Arg::to_s).unwrap_or_default();
    let index = |row: &Vec<Arg>| Index { object_name: text(row, 0), name: text(row, 1), definition: text(row, 2) };
    Ok(answer.rows.iter().map(index).collect())
}

/// The gem's statement: what is asked, of which tables, under which conditions. Its spaces are the gem's too.
fn query(view: &str) -> String {
    let asked = ["t.relname as object_name", "i.relname as index_name", "pg_get_indexdef(d.indexrelid) AS definition"];
    let tables = [
        "pg_class t",
        "INNER JOIN pg_index d ON t.oid = d.indrelid",
        "INNER JOIN pg_class i ON d.indexrelid = i.oid",
        "LEFT JOIN pg_namespace n ON n.oid = i.relnamespace",
    ];
    let is_of_view = format!("t.relname = '{view}'");
    let conditions =
        ["i.relkind = 'i'", "d.indisprimary = 'f'", &is_of_view, "n.nspname = ANY (current_schemas(false))"];
    let clauses = [
        format!("SELECT\n{:14}{}", "", asked.join(",\n              ")),
        format!("FROM {}", tables.join("\n            ")),
        format!("WHERE {}", conditions.join("\n              AND ")),
        "ORDER BY i.relname".to_owned(),
    ];
    clauses.map(|clause| format!("{:12}{clause}\n", "")).concat()
}

/// `IndexCreation#try_create`
fn try_create(interpreter: &mut Interpreter, indexes: &[Index]) -> Eval {
    for Index { object_name, name, definition } in indexes {
        let outcome = if create_within_savepoint(interpreter, name, definition)? {
            "has been created"
        } else {
            "is no longer valid and has been dropped."
        };
        say(interpreter, &format!("index '{name}' on '{object_name}' {outcome}"))?;
    }
    Ok(Value::array(Vec::new()))
}

fn create_within_savepoint(interpreter: &mut Interpreter, name: &str, definition: &str) -> Eval<bool> {
    let mut create = || {
        let savepoint = Change::Transaction(Boundary::Savepoint(name.into()));
        execute(interpreter, &savepoint, &format!("SAVEPOINT {name}"))?;
        execute(interpreter, &Change::Opaque, definition)?;
        let release = Change::Transaction(Boundary::Release(name.into()));
        execute(interpreter, &release, &format!("RELEASE SAVEPOINT {name}"))
    };
    let Err(flow) = create() else { return Ok(true) };
    let standard_error = interpreter.class_at("StandardError");
    match &*flow {
        Flow::Raise(error) if interpreter.is_a(error, &standard_error) => {
            let change = Change::Transaction(Boundary::RollbackTo(name.into()));
            execute(interpreter, &change, &format!("ROLLBACK TO SAVEPOINT {name}"))?;
            Ok(false)
        }
        _ => Err(flow),
    }
}

/// A name that nothing else has.
fn temporary_name(interpreter: &mut Interpreter, name: &str) -> Eval<String> {
    let random = Value::Class(interpreter.class_at("SecureRandom"));
    let salt = interpreter.call(&random, "hex", Args::one(Value::Int(4)))?;
    let salt = interpreter.to_s(&salt)?;
    let sha1 = Value::Class(interpreter.class_at("Digest::SHA1"));
    let digest = interpreter.call(&sha1, "hexdigest", Args::one(Value::str(format!("{name}{salt}"))))?;
    Ok(format!("_scenic_sbs_{}", interpreter.to_s(&digest)?))
}

/// A new migration says it, as a sub-item.
fn say(interpreter: &mut Interpreter, message: &str) -> Eval {
    let migration = Value::Class(interpreter.class_at("ActiveRecord::Migration"));
    let speaker = interpreter.call(&migration, "new", Args::none())?;
    interpreter.call(&speaker, "say", Args::new(vec![Value::str(message), true.into()]))
}
