//! scenic 1.9.0 (lib/scenic/{statements,command_recorder,definition}.rb, adapters/postgres.rb): views, whose definitions
//! stand in db/views. As in the gem, PostgreSQL's ways are used on every database. `cascade:` is absent.

mod dump;
mod indexes;

use std::rc::Rc;

use adapters::change::ViewChange;
use adapters::{Change, gate};
use ruby::{Args, Eval, Interpreter, NativeMethod, RObject, Symbol, Value, method};

use super::{
    command_options, execute, first_argument, invert_version, is_blank, keyword, quote_table_name, read_definition,
};
use crate::ground::arguments::{check_keywords, delete_option, option, string};
use crate::ground::errors::irreversible;
use crate::ground::state::with_adapter;
use crate::migration::command_recorder::Command;
use crate::migration::extensions::Extension;

/// The gem of views.
pub(super) const GEM: Extension = Extension {
    name: "scenic",
    is_library: true,
    connection: &[
        method("create_view", create_view, 1..=1).with_keywords(),
        method("drop_view", drop_view, 1..=1).with_keywords(),
        method("update_view", update_view, 1..=1).with_keywords(),
        method("replace_view", replace_view, 1..=1).with_keywords(),
    ],
    recorded: &["create_view", "drop_view", "update_view", "replace_view"],
    invert,
    define,
    dumped: Some(dump::DUMPED),
    ..Extension::NOTHING
};

/// `Scenic.database`
const SCENIC_METHODS: &[NativeMethod] = &[method("database", database, 0..=0)];

const DATABASE_METHODS: &[NativeMethod] = &[
    method(
        "create_view",
        |i, _, args| {
            let sql = string(i, &args, 1)?;
            database_create_view(i, &args.first(), &sql)
        },
        2..=2,
    ),
    method(
        "update_view",
        |i, _, args| {
            let sql = string(i, &args, 1)?;
            database_update_view(i, &args.first(), &sql)
        },
        2..=2,
    ),
    method(
        "replace_view",
        |i, _, args| {
            let sql = string(i, &args, 1)?;
            database_replace_view(i, &args.first(), &sql)
        },
        2..=2,
    ),
    method("drop_view", |i, _, args| database_drop_view(i, &args.first()), 1..=1),
    method("drop_materialized_view", |i, _, args| drop_materialized_view(i, &args.first()), 1..=1),
    method("refresh_materialized_view", refresh_materialized_view, 1..=1).with_keywords(),
    method("populated?", |i, _, args| Ok(is_populated(i, &args.first())?.into()), 1..=1),
];

const UNSUPPORTED_ERROR: &str = "Scenic::Adapters::Postgres::MaterializedViewsNotSupportedError";

fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let standard_error = interpreter.class_at("StandardError");
    let scenic = interpreter.define_module("Scenic");
    interpreter.define_module("Scenic::Adapters");
    interpreter.define_class("Scenic::Adapters::Postgres", &object).define(DATABASE_METHODS);
    interpreter.define_class(UNSUPPORTED_ERROR, &standard_error);
    interpreter.define_singleton(&scenic, SCENIC_METHODS);
}

fn database(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let class = interpreter.class_at("Scenic::Adapters::Postgres");
    Ok(Value::Object(Rc::new(RObject::new(&class))))
}

// Statements

fn create_view(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["version", "sql_definition", "materialized"])?;
    let mut version = keyword(&args, "version");
    refuse_both(interpreter, &version, &args)?;
    if is_blank(interpreter, &version)? && is_blank(interpreter, &keyword(&args, "sql_definition"))? {
        version = Value::Int(1);
    }
    let sql = definition(interpreter, &args, &version)?;
    match Materialized::of(&args) {
        Some(materialized) => create_materialized_view(interpreter, &args.first(), &sql, materialized.no_data),
        None => database_create_view(interpreter, &args.first(), &sql),
    }
}

fn drop_view(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["revert_to_version", "materialized"])?;
    if keyword(&args, "materialized").truthy() {
        return drop_materialized_view(interpreter, &args.first());
    }
    database_drop_view(interpreter, &args.first())
}

fn update_view(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["version", "sql_definition", "revert_to_version", "materialized"])?;
    let version = keyword(&args, "version");
    if is_blank(interpreter, &version)? && is_blank(interpreter, &keyword(&args, "sql_definition"))? {
        return Err(interpreter.argument_error("sql_definition or version must be specified"));
    }
    refuse_both(interpreter, &version, &args)?;
    let sql = definition(interpreter, &args, &version)?;
    let Some(materialized) = Materialized::of(&args) else {
        return database_update_view(interpreter, &args.first(), &sql);
    };
    if materialized.no_data && materialized.side_by_side {
        return Err(interpreter.argument_error("no_data and side_by_side options cannot be combined"));
    }
    if materialized.side_by_side && !with_adapter(interpreter, |adapter| Ok(adapter.transaction_open()))? {
        return Err(interpreter.error("RuntimeError", "a transaction is required to perform a side-by-side update"));
    }
    require_materialized_views(interpreter)?;
    if materialized.side_by_side {
        return indexes::update_side_by_side(interpreter, &args.first(), &sql);
    }
    indexes::reapply(interpreter, &args.first(), |interpreter| {
        drop_materialized_view(interpreter, &args.first())?;
        create_materialized_view(interpreter, &args.first(), &sql, materialized.no_data)
    })
}

fn replace_view(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["version", "revert_to_version", "materialized"])?;
    let version = keyword(&args, "version");
    if is_blank(interpreter, &version)? {
        return Err(interpreter.argument_error("version is required"));
    }
    if keyword(&args, "materialized").truthy() {
        return Err(interpreter.argument_error("Cannot replace materialized views"));
    }
    let sql = definition(interpreter, &args, &version)?;
    database_replace_view(interpreter, &args.first(), &sql)
}

/// `materialized_options`
struct Materialized {
    no_data: bool,
    side_by_side: bool,
}

impl Materialized {
    fn of(args: &Args) -> Option<Self> {
        match keyword(args, "materialized") {
            Value::Hash(options) => Some(Self {
                no_data: option(&options, "no_data").truthy(),
                side_by_side: option(&options, "side_by_side").truthy(),
            }),
            value => value.truthy().then_some(Self { no_data: false, side_by_side: false }),
        }
    }
}

fn refuse_both(interpreter: &mut Interpreter, version: &Value, args: &Args) -> Eval<()> {
    if !is_blank(interpreter, version)? && !is_blank(interpreter, &keyword(args, "sql_definition"))? {
        return Err(interpreter.argument_error("sql_definition and version cannot both be set"));
    }
    Ok(())
}

/// What was given, else the file of the version.
fn definition(interpreter: &mut Interpreter, args: &Args, version: &Value) -> Eval<String> {
    let given = keyword(args, "sql_definition");
    if given.truthy() {
        return interpreter.to_s(&given);
    }
    let name = string(interpreter, args, 0)?;
    let naming = with_adapter(interpreter, |adapter| Ok(adapter.base().naming.clone()))?;
    let name = unaffixed(&name, &naming.table_name_prefix, &naming.table_name_suffix).replace('.', "_");
    let (content, path) = read_definition(interpreter, "views", &name, version)?;
    if content.is_empty() {
        return Err(interpreter.error("RuntimeError", format!("Define view query in {path} before migrating.")));
    }
    Ok(content)
}

/// `UnaffixedName`: without the prefix and the suffix of tables, where something stays and both are there.
fn unaffixed<'a>(name: &'a str, prefix: &str, suffix: &str) -> &'a str {
    let inner = name.strip_prefix(prefix).and_then(|name| name.strip_suffix(suffix));
    inner.filter(|inner| !inner.is_empty()).unwrap_or(name)
}

// Scenic.database

fn database_create_view(interpreter: &mut Interpreter, name: &Value, sql: &str) -> Eval {
    let (quoted, change) = creation(interpreter, name, sql, false)?;
    execute(interpreter, &change, &format!("CREATE VIEW {quoted} AS {sql};"))
}

fn database_update_view(interpreter: &mut Interpreter, name: &Value, sql: &str) -> Eval {
    database_drop_view(interpreter, name)?;
    database_create_view(interpreter, name, sql)
}

fn database_replace_view(interpreter: &mut Interpreter, name: &Value, sql: &str) -> Eval {
    let (quoted, change) = creation(interpreter, name, sql, true)?;
    execute(interpreter, &change, &format!("CREATE OR REPLACE VIEW {quoted} AS {sql};"))
}

/// The view's quoted name, and what is made of it.
fn creation<'a>(
    interpreter: &mut Interpreter,
    name: &Value,
    query: &'a str,
    replace: bool,
) -> Eval<(String, Change<'a>)> {
    let quoted = quote_table_name(interpreter, name)?;
    let name = interpreter.to_s(name)?.into();
    Ok((quoted, Change::View(ViewChange::Create { name, query: query.into(), materialized: false, replace })))
}

/// The view's quoted name, and its end.
fn removal(interpreter: &mut Interpreter, name: &Value, materialized: bool) -> Eval<(String, Change<'static>)> {
    let quoted = quote_table_name(interpreter, name)?;
    let name = interpreter.to_s(name)?.into();
    Ok((quoted, Change::View(ViewChange::Drop { name, materialized, if_exists: false, cascade: false })))
}

fn database_drop_view(interpreter: &mut Interpreter, name: &Value) -> Eval {
    let (quoted, change) = removal(interpreter, name, false)?;
    execute(interpreter, &change, &format!("DROP VIEW {quoted};"))
}

fn create_materialized_view(interpreter: &mut Interpreter, name: &Value, sql: &str, no_data: bool) -> Eval {
    let quoted_name = quote_table_name(interpreter, name)?;
    require_materialized_views(interpreter)?;
    let sql = sql.trim_end_matches(|last: char| last == '\0' || last.is_ascii_whitespace() || last == '\x0b');
    let sql = sql.strip_suffix(';').unwrap_or(sql);
    let no_data = if no_data { "WITH NO DATA" } else { "" };
    let name = interpreter.to_s(name)?.into();
    let change = Change::View(ViewChange::Create { name, query: sql.into(), materialized: true, replace: false });
    let sql = format!("  CREATE MATERIALIZED VIEW {quoted_name} AS\n  {sql}\n  {no_data};\n");
    execute(interpreter, &change, &sql)
}

fn drop_materialized_view(interpreter: &mut Interpreter, name: &Value) -> Eval {
    require_materialized_views(interpreter)?;
    let (quoted, change) = removal(interpreter, name, true)?;
    execute(interpreter, &change, &format!("DROP MATERIALIZED VIEW {quoted};"))
}

fn refresh_materialized_view(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["concurrently", "cascade"])?;
    require_materialized_views(interpreter)?;
    if keyword(&args, "cascade").truthy() {
        return Err(interpreter.unsupported("`refresh_materialized_view` with `cascade: true` is not supported"));
    }
    let concurrently = keyword(&args, "concurrently").truthy() && is_populated(interpreter, &args.first())?;
    let concurrently = if concurrently { "CONCURRENTLY " } else { "" };
    let quoted = quote_table_name(interpreter, &args.first())?;
    let change = Change::View(ViewChange::Refresh(interpreter.to_s(&args.first())?.into()));
    execute(interpreter, &change, &format!("REFRESH MATERIALIZED VIEW {concurrently}{quoted};"))
}

fn is_populated(interpreter: &mut Interpreter, name: &Value) -> Eval<bool> {
    require_materialized_views(interpreter)?;
    let name = interpreter.to_s(name)?;
    let name = name.rsplit('.').next().unwrap_or_default().to_owned();
    let sql = format!("SELECT relispopulated FROM pg_class WHERE relname = '{name}'");
    let answer = with_adapter(interpreter, |adapter| gate::execute(adapter, &Change::Read, &sql))?.single_value();
    Ok(answer.is_true() || answer.as_str() == Some("t"))
}

fn require_materialized_views(interpreter: &mut Interpreter) -> Eval<()> {
    if with_adapter(interpreter, |adapter| Ok(adapter.supports_materialized_views()))? {
        return Ok(());
    }
    Err(interpreter.error(UNSUPPORTED_ERROR, "Materialized views require Postgres 9.3 or newer"))
}

// The recorder

fn invert(interpreter: &mut Interpreter, command: Command) -> Eval<Command> {
    let name = command.name.to_str();
    let inverse = match &*name {
        "create_view" => {
            let options = command_options(&command);
            delete_option(&options, "version");
            let args = first_argument(&command).with_keywords(Some(Rc::new(options)));
            return Ok(Command { name: Symbol::new("drop_view"), args });
        }
        "drop_view" => "create_view",
        other => other,
    };
    match invert_version(&command) {
        Some(command) => Ok(Command { name: Symbol::new(inverse), ..command }),
        None => {
            let message = format!("{inverse} is reversible only if given a revert_to_version");
            Err(irreversible(interpreter, &message))
        }
    }
}
