//! `db:schema:cache:dump` and `:clear`: db/schema_cache.yml as Rails 8.1 writes it (connection_adapters/schema_cache.rb,
//! `encode_with` of it and of each adapter's Column). Absent: older Rails' forms, Marshal's (`.dump`) and compressed files.

mod tree;
mod types;

use std::fs;
use std::path::PathBuf;

use adapters::column::{Column, Generated};
use adapters::schema_definitions::IndexDefinition;
use adapters::schema_dumper::RailsVersion;
use adapters::{Adapter, Arg, Dialect};
use anyhow::Result;

use self::tree::Tree;
use super::context::Context;
use super::outcome::{Outcome, SchemaFile};
use super::session::{Session, Step};
use super::stop::Why;
use super::whole_file;
use crate::app::rails_version;
use crate::cli::args::task::Ask;
use crate::config::{Target, Targets};
use crate::request::{Common, Running};

/// Where the classes of the adapters stand.
const MODULE: &str = "ActiveRecord::ConnectionAdapters";

/// What a schema's cache is made of, or why it cannot be.
type Made<T> = Result<T, Why>;

/// `db:schema:cache:dump`
pub(crate) fn run(arguments: &Ask, context: &Context) -> Result<Outcome> {
    let targets = context.targets(&arguments.common)?;
    let dump = |target: Target| {
        let path = path(&target);
        let mut session = Session::open(context, &targets.environment, target, &arguments.common, &Running::default())?;
        dump(&mut session, path)
    };
    let stop = targets.targets.into_iter().try_for_each(dump).err();
    Ok(Outcome { account: context.teller.account().clone(), stop, ..Outcome::default() })
}

/// `db:schema:cache:clear`
pub(crate) fn clear(common: &Common, context: &Context) -> Result<()> {
    let Targets { targets, .. } = context.targets(common)?;
    for target in targets {
        // `rm_f`
        let _ = fs::remove_file(context.app.root().join(path(&target)));
    }
    Ok(())
}

/// `cache_dump_filename`
fn path(target: &Target) -> PathBuf {
    PathBuf::from(match target.config.string("schema_cache_path") {
        Some(path) => path,
        None if target.is_primary => "db/schema_cache.yml".to_owned(),
        None => format!("db/{}_schema_cache.yml", target.name),
    })
}

fn dump(session: &mut Session, path: PathBuf) -> Step {
    let refusal = refusal(session, &path);
    if let Some(message) = refusal {
        return Err(session.stop(Why::Unusable(message)));
    }
    let ignored = session.engine.schema_settings().map(|settings| settings.cache_ignored_tables).unwrap_or_default();
    let columns = tables(&mut **session.adapter.borrow_mut(), |table| ignored.iter().any(|one| one.names(table)));
    let columns = columns.map_err(|why| session.stop(why))?;
    let version = session.recorded()?.last().copied().unwrap_or(0);
    let text = document(columns, version);
    let written = whole_file::write(&path, text.as_bytes());
    let is_changed = written.map_err(|error| session.stop(whole_file::unwritable(&path, &error)))?;
    session.teller.dumped(&SchemaFile::Written { path, is_changed });
    Ok(())
}

/// Why the file cannot be written faithfully.
fn refusal(session: &Session, path: &std::path::Path) -> Option<String> {
    let name = path.to_string_lossy();
    if name.contains(".dump") || name.ends_with(".gz") {
        return Some(format!(
            "{name}: Marshal's and compressed caches are not written; `bin/rails db:schema:cache:dump` does it"
        ));
    }
    let is_older = |version: &String| RailsVersion::parse(version) != Some(RailsVersion::V8_1);
    if let Some(version) = rails_version::locked(&*session.app).filter(is_older) {
        return Some(format!(
            "the schema's cache is known as Rails 8.1 writes it, and Gemfile.lock has {version}; \
             `bin/rails db:schema:cache:dump` does it"
        ));
    }
    let config = &session.target().config;
    let is_set = |name: &str| config.get(name).is_truthy();
    let named = if is_set("default_timezone") { Some("`default_timezone`") } else { None };
    let named = named.or_else(|| (config.adapter == "postgis").then_some("the adapter `postgis`"));
    named.map(|named| format!("a schema's cache with {named} is not written; `bin/rails db:schema:cache:dump` does it"))
}

/// What the cache has of one table.
struct Table {
    name: String,
    columns: Vec<Tree>,
    primary_key: Arg,
    indexes: Vec<Tree>,
}

/// `add_all`, of what is not ignored, in the order of the names.
fn tables(adapter: &mut dyn Adapter, is_ignored: impl Fn(&str) -> bool) -> Made<Vec<Table>> {
    let mut names = adapter.catalogue().data_sources()?;
    names.retain(|name| !is_ignored(name));
    let dialect = adapter.dialect();
    let mut tables = Vec::new();
    for name in names {
        let primary_key = adapter.catalogue().primary_key(&name)?;
        let mut columns = adapter.catalogue().columns(&name)?;
        columns.sort_by(|one, other| one.name.cmp(&other.name));
        let in_table = |column: &Column| {
            column_tree(dialect, column).map_err(|what| {
                let name = format!("{name}.{}", column.name);
                Why::Unusable(format!(
                    "{what} of the column {name} is not written into a schema's cache; `bin/rails db:schema:cache:dump` does it"
                ))
            })
        };
        let columns = columns.iter().map(in_table).collect::<Made<_>>()?;
        let mut indexes = adapter.catalogue().indexes(&name)?;
        indexes.sort_by(|one, other| one.name.cmp(&other.name));
        let indexes = indexes.iter().map(|index| index_tree(dialect, index)).collect();
        tables.push(Table { name, columns, primary_key, indexes });
    }
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tables)
}

/// `SchemaCache#encode_with`
fn document(tables: Vec<Table>, version: u128) -> String {
    let [mut columns, mut primary_keys, mut data_sources, mut indexes] = [const { Vec::new() }; 4];
    for table in tables {
        let name = || tree::key(&table.name);
        columns.push((name(), Tree::List(table.columns)));
        primary_keys.push((name(), tree::of_arg(&table.primary_key)));
        data_sources.push((name(), Tree::plain("true")));
        indexes.push((name(), Tree::List(table.indexes)));
    }
    let pairs = [
        ("columns", Tree::map(columns)),
        ("primary_keys", Tree::map(primary_keys)),
        ("data_sources", Tree::map(data_sources)),
        ("indexes", Tree::map(indexes)),
        ("version", Tree::plain(version.to_string())),
    ];
    Tree::object(&format!("{MODULE}::SchemaCache"), None, pairs.into()).into_document()
}

/// `Column#encode_with`, of the three adapters. Err: what of it is not known.
fn column_tree(dialect: Dialect, column: &Column) -> Result<Tree, String> {
    let own = match dialect {
        Dialect::MySql => Vec::new(),
        Dialect::Sqlite => vec![("auto_increment", Tree::truth(column.auto_increment))],
        Dialect::PostgreSql => vec![
            ("serial", column.serial.map_or(Tree::nil(), |serial| Tree::plain(serial.to_string()))),
            ("identity", Tree::text_or_nil(column.identity.as_deref())),
            ("generated", Tree::text(if column.is_virtual_stored() { "s" } else { virtual_mark(column) })),
        ],
    };
    let shared = [
        ("name", Tree::text(&column.name)),
        ("cast_type", types::cast_type(dialect, column)?),
        ("sql_type_metadata", types::metadata(dialect, column)),
        ("null", Tree::plain(column.null.to_string())),
        ("default", default(column)?),
        ("default_function", Tree::text_or_nil(column.default_function.as_deref())),
        ("collation", Tree::text_or_nil(column.collation.as_deref())),
        ("comment", Tree::text_or_nil(column.comment.as_deref())),
    ];
    let class = match dialect {
        Dialect::MySql => "MySQL::Column",
        Dialect::Sqlite => "SQLite3::Column",
        Dialect::PostgreSql => "PostgreSQL::Column",
    };
    Ok(Tree::object(&format!("{MODULE}::{class}"), Some(identity(column)), own.into_iter().chain(shared).collect()))
}

/// PostgreSQL 18's `attgenerated` of what is computed when it is read.
fn virtual_mark(column: &Column) -> &'static str {
    if column.generated == Some(Generated::Virtual) { "v" } else { "" }
}

/// Columns for which `==` holds are one object: what it compares. Their types follow from the SQL type.
fn identity(column: &Column) -> String {
    let own = (column.is_virtual(), column.generated, column.rowid, column.auto_increment);
    let kept = (column.serial == Some(true), column.identity.is_some());
    let shared = (&column.name, &column.default, &column.metadata, column.null);
    format!("{:?}", (own, kept, shared, &column.default_function, &column.collation, &column.comment))
}

fn default(column: &Column) -> Result<Tree, String> {
    Ok(match &column.default {
        Arg::Decimal(number) => {
            let is_rounded = column.cast_type.as_ref().is_some_and(|cast_type| cast_type.scale().is_some());
            tree::decimal(number, is_rounded || column.r#type() == Some("money"))
        }
        value @ (Arg::Nil
        | Arg::Bool(_)
        | Arg::Int(_)
        | Arg::BigInt(_)
        | Arg::Float(_)
        | Arg::Str(_)
        | Arg::Date(_)) => tree::of_arg(value),
        _ => return Err("the default".to_owned()),
    })
}

/// `IndexDefinition`, its variables.
fn index_tree(dialect: Dialect, index: &IndexDefinition) -> Tree {
    let enabled = match dialect {
        // A server that cannot disable indexes has them enabled.
        Dialect::MySql => vec![("enabled", Tree::plain(index.enabled.unwrap_or(true).to_string()))],
        _ => Vec::new(),
    };
    let shared = [
        ("table", Tree::text(&index.table)),
        ("name", Tree::text(&index.name)),
        ("unique", Tree::plain(index.unique.to_string())),
        ("columns", tree::of_arg(&index.columns)),
        ("lengths", tree::of_arg(&index.lengths)),
        ("orders", tree::of_arg(&index.orders)),
        ("opclasses", tree::of_arg(&index.opclasses)),
        ("where", Tree::text_or_nil(index.r#where.as_deref())),
        ("type", Tree::symbol_or_nil(index.r#type.as_deref())),
        ("using", Tree::symbol_or_nil(index.using.as_deref())),
        ("include", tree::of_arg(&index.include)),
        ("nulls_not_distinct", index.nulls_not_distinct.map_or(Tree::nil(), |given| Tree::plain(given.to_string()))),
        ("comment", Tree::text_or_nil(index.comment.as_deref())),
        ("valid", Tree::plain(index.valid.to_string())),
    ];
    let class = if dialect == Dialect::MySql { "MySQL::IndexDefinition" } else { "IndexDefinition" };
    Tree::variables(&format!("{MODULE}::{class}"), None, enabled.into_iter().chain(shared).collect())
}
