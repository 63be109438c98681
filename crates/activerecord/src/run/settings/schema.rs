//! What the app's configuration says of the schema's file: when it is written, in which format, and what is left out of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use adapters::schema_dumper::{DumpSchemas, IgnoredTable, NameOf, NamePatterns};
use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value, method};

use super::reader::Reader;
use crate::ground::state::{state, with_adapter};

/// What is known of it once the configuration is read.
#[derive(Clone, Debug)]
pub struct SchemaSettings {
    /// There is an application around.
    pub has_application: bool,
    /// `ActiveRecord.dump_schema_after_migration`
    pub dump_after_migration: bool,
    /// `ActiveRecord.schema_format`
    pub format: SchemaFormat,
    /// `ActiveRecord.dump_schemas`
    pub schemas: DumpSchemas,
    /// `ActiveRecord::SchemaDumper.ignore_tables`
    pub ignored_tables: Vec<IgnoredTable>,
    /// `ActiveRecord::SchemaDumper.fk_ignore_pattern` and its kin
    pub name_patterns: NamePatterns,
    /// `ActiveRecord.schema_cache_ignored_tables`
    pub cache_ignored_tables: Vec<IgnoredTable>,
    /// `ActiveRecord::Tasks::DatabaseTasks.structure_dump_flags`, of this database's adapter
    pub structure_dump_flags: Vec<String>,
    /// The same of `structure_load_flags`.
    pub structure_load_flags: Vec<String>,
}

/// Which file has the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaFormat {
    /// db/schema.rb
    #[default]
    Ruby,
    /// db/structure.sql
    Sql,
}

impl SchemaFormat {
    /// Of `schema_format:` or SCHEMA_FORMAT; none where Rails knows none of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "ruby" => Some(Self::Ruby),
            "sql" => Some(Self::Sql),
            _ => None,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ruby => "ruby",
            Self::Sql => "sql",
        }
    }

    /// `schema_file_type`
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Ruby => "schema.rb",
            Self::Sql => "structure.sql",
        }
    }
}

/// As it was set.
struct Kept {
    dump_after_migration: Cell<bool>,
    format: Cell<SchemaFormat>,
    schemas: RefCell<DumpSchemas>,
    ignored_tables: RefCell<Vec<IgnoredTable>>,
    name_patterns: RefCell<NamePatterns>,
    cache_ignored_tables: RefCell<Vec<IgnoredTable>>,
    structure_dump_flags: RefCell<Value>,
    structure_load_flags: RefCell<Value>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            dump_after_migration: Cell::new(true),
            format: Cell::default(),
            schemas: RefCell::default(),
            ignored_tables: RefCell::default(),
            name_patterns: RefCell::default(),
            cache_ignored_tables: RefCell::default(),
            structure_dump_flags: RefCell::new(Value::Nil),
            structure_load_flags: RefCell::new(Value::Nil),
        }
    }
}

const MODULE_METHODS: &[NativeMethod] = &[
    method("dump_schema_after_migration", |i, _, _| Ok(kept(i)?.dump_after_migration.get().into()), 0..=0),
    method("dump_schema_after_migration=", set_dump_after_migration, 1..=1),
    method("schema_format", |i, _, _| Ok(Value::symbol(kept(i)?.format.get().name())), 0..=0),
    method("schema_format=", set_format, 1..=1),
    method("dump_schemas=", set_schemas, 1..=1),
    method("schema_cache_ignored_tables", |_, this, _| Ok(list_of(this, CACHE_IGNORED_TABLES)), 0..=0),
    method("schema_cache_ignored_tables=", |_, this, args| Ok(keep_in(this, CACHE_IGNORED_TABLES, &args)), 1..=1),
];

const DUMPER_METHODS: &[NativeMethod] = &[
    method("ignore_tables", |_, this, _| Ok(list_of(this, IGNORE_TABLES)), 0..=0),
    method("ignore_tables=", |_, this, args| Ok(keep_in(this, IGNORE_TABLES, &args)), 1..=1),
    method("fk_ignore_pattern", |i, this, _| pattern(i, this, NameOf::ForeignKey), 0..=0),
    method("fk_ignore_pattern=", |_, this, args| Ok(keep_in(this, NameOf::ForeignKey.setting(), &args)), 1..=1),
    method("chk_ignore_pattern", |i, this, _| pattern(i, this, NameOf::Check), 0..=0),
    method("chk_ignore_pattern=", |_, this, args| Ok(keep_in(this, NameOf::Check.setting(), &args)), 1..=1),
    method("excl_ignore_pattern", |i, this, _| pattern(i, this, NameOf::Exclusion), 0..=0),
    method("excl_ignore_pattern=", |_, this, args| Ok(keep_in(this, NameOf::Exclusion.setting(), &args)), 1..=1),
    method("unique_ignore_pattern", |i, this, _| pattern(i, this, NameOf::Unique), 0..=0),
    method("unique_ignore_pattern=", |_, this, args| Ok(keep_in(this, NameOf::Unique.setting(), &args)), 1..=1),
];

const TASKS_METHODS: &[NativeMethod] = &[
    method("structure_dump_flags", |i, _, _| Ok(kept(i)?.structure_dump_flags.borrow().clone()), 0..=0),
    method("structure_dump_flags=", |i, _, args| Ok(keep_flags(&kept(i)?.structure_dump_flags, &args)), 1..=1),
    method("structure_load_flags", |i, _, _| Ok(kept(i)?.structure_load_flags.borrow().clone()), 0..=0),
    method("structure_load_flags=", |i, _, args| Ok(keep_flags(&kept(i)?.structure_load_flags, &args)), 1..=1),
];

fn keep_flags(kept: &RefCell<Value>, args: &Args) -> Value {
    kept.replace(args.first());
    args.first()
}

const IGNORE_TABLES: &str = "ignore_tables";
const CACHE_IGNORED_TABLES: &str = "schema_cache_ignored_tables";

/// Of `config.active_record`, what goes to the module.
pub(super) const OF_THE_MODULE: [&str; 4] =
    ["dump_schema_after_migration", "schema_format", "dump_schemas", CACHE_IGNORED_TABLES];

pub(super) fn define(interpreter: &mut Interpreter) {
    let module = interpreter.class_at("ActiveRecord");
    interpreter.define_singleton(&module, MODULE_METHODS);
    let dumper = interpreter.class_at("ActiveRecord::SchemaDumper");
    interpreter.define_singleton(&dumper, DUMPER_METHODS);
    let tasks = interpreter.class_at("ActiveRecord::Tasks::DatabaseTasks");
    interpreter.define_singleton(&tasks, TASKS_METHODS);
}

fn kept(interpreter: &mut Interpreter) -> Eval<Rc<Kept>> {
    Ok(state(interpreter)?.kept::<Kept>())
}

/// Takes what initializers have left in the lists of ignored tables, and the patterns of names.
pub(super) fn finish(interpreter: &mut Interpreter, reader: &mut Reader) -> Eval<()> {
    let dumper = Value::Class(interpreter.class_at("ActiveRecord::SchemaDumper"));
    let module = Value::Class(interpreter.class_at("ActiveRecord"));
    let tables = ignored_tables(interpreter, reader, &dumper, IGNORE_TABLES)?;
    kept(interpreter)?.ignored_tables.replace(tables);
    let tables = ignored_tables(interpreter, reader, &module, CACHE_IGNORED_TABLES)?;
    kept(interpreter)?.cache_ignored_tables.replace(tables);
    for of in NameOf::ALL {
        let Some(given) = kept_in(&dumper, of.setting()) else { continue };
        match ignored_table(interpreter, &given)? {
            Some(pattern @ IgnoredTable::Matching(_)) => kept(interpreter)?.name_patterns.borrow_mut().set(of, pattern),
            _ => reader.warn_of(of.setting(), "it is no pattern that Maglev reads"),
        }
    }
    Ok(())
}

fn ignored_tables(
    interpreter: &mut Interpreter,
    reader: &mut Reader,
    of: &Value,
    setting: &str,
) -> Eval<Vec<IgnoredTable>> {
    let Value::Array(patterns) = list_of(of, setting) else { return Ok(Vec::new()) };
    let mut tables = Vec::new();
    for pattern in patterns.to_vec() {
        match ignored_table(interpreter, &pattern)? {
            Some(table) => tables.push(table),
            None => {
                let shown = interpreter.inspect(&pattern)?;
                reader.warn_of(setting, &format!("{shown} is neither a name nor a pattern that Maglev reads"));
            }
        }
    }
    Ok(tables)
}

pub(super) fn settings(interpreter: &mut Interpreter) -> Eval<SchemaSettings> {
    let kept = kept(interpreter)?;
    let (dump_flags, load_flags) =
        (kept.structure_dump_flags.borrow().clone(), kept.structure_load_flags.borrow().clone());
    Ok(SchemaSettings {
        structure_dump_flags: flags(interpreter, &dump_flags)?,
        structure_load_flags: flags(interpreter, &load_flags)?,
        has_application: state(interpreter)?.settings.has_application.get(),
        dump_after_migration: kept.dump_after_migration.get(),
        format: kept.format.get(),
        schemas: kept.schemas.borrow().clone(),
        ignored_tables: kept.ignored_tables.borrow().clone(),
        name_patterns: kept.name_patterns.borrow().clone(),
        cache_ignored_tables: kept.cache_ignored_tables.borrow().clone(),
    })
}

/// `structure_dump_flags_for(adapter)`: a text or several, of one adapter where they are told apart.
fn flags(interpreter: &mut Interpreter, given: &Value) -> Eval<Vec<String>> {
    let own = match given {
        Value::Hash(of_adapters) => {
            let adapter = with_adapter(interpreter, |adapter| Ok(adapter.base().config.adapter.clone()))?;
            let own = of_adapters.pairs().into_iter().find(|(name, _)| name.as_name().as_deref() == Some(&*adapter));
            own.map_or(Value::Nil, |(_, flags)| flags)
        }
        given => given.clone(),
    };
    match own {
        Value::Nil => Ok(Vec::new()),
        Value::Array(flags) => flags.to_vec().iter().map(|flag| interpreter.to_s(flag)).collect(),
        flag => Ok(vec![interpreter.to_s(&flag)?]),
    }
}

fn set_dump_after_migration(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    kept(interpreter)?.dump_after_migration.set(args.first().truthy());
    Ok(args.first())
}

fn set_format(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    match SchemaFormat::named(&name) {
        Some(format) => kept(interpreter)?.format.set(format),
        None => return Err(interpreter.error("RuntimeError", "Invalid schema format")),
    }
    Ok(args.first())
}

/// A text names them, apart by commas.
fn set_schemas(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let schemas = match args.first() {
        Value::Symbol(name) if name.is("all") => DumpSchemas::All,
        Value::Str(_) => {
            let names = interpreter.to_s(&args.first())?;
            DumpSchemas::Named(names.split(',').map(|name| name.trim().to_owned()).collect())
        }
        _ => DumpSchemas::SearchPath,
    };
    kept(interpreter)?.schemas.replace(schemas);
    Ok(args.first())
}

/// The list itself: an initializer may add to it.
fn list_of(this: &Value, setting: &str) -> Value {
    kept_in(this, setting).unwrap_or_else(|| keep(this, setting, Value::array(Vec::new())))
}

/// Rails' own where the app has not set another.
fn pattern(interpreter: &mut Interpreter, this: &Value, of: NameOf) -> Eval {
    if let Some(given) = kept_in(this, of.setting()) {
        return Ok(given);
    }
    let class = Value::Class(interpreter.class_at("Regexp"));
    let source = Value::str(format!("^{}[0-9a-f]{{10}}$", of.prefix()));
    interpreter.call(&class, "new", Args::one(source))
}

fn keep_in(this: &Value, setting: &str, args: &Args) -> Value {
    keep(this, setting, args.first())
}

fn keep(this: &Value, setting: &str, value: Value) -> Value {
    if let Value::Class(class) = this {
        class.ivars.borrow_mut().insert(variable(setting), value.clone());
    }
    value
}

fn kept_in(this: &Value, setting: &str) -> Option<Value> {
    let Value::Class(class) = this else { return None };
    class.ivars.borrow().get(&variable(setting)).cloned()
}

fn variable(setting: &str) -> Symbol {
    Symbol::new(&format!("@{setting}"))
}

fn ignored_table(interpreter: &mut Interpreter, pattern: &Value) -> Eval<Option<IgnoredTable>> {
    if let Some(name) = pattern.as_name() {
        return Ok(Some(IgnoredTable::Named(name)));
    }
    if !interpreter.responds_to(pattern, "casefold?") {
        return Ok(None);
    }
    let source = interpreter.call(pattern, "source", Args::none())?;
    let source = interpreter.to_s(&source)?;
    let ignores_case = interpreter.call(pattern, "casefold?", Args::none())?.truthy();
    Ok(IgnoredTable::matching(&source, ignores_case))
}
