//! What the app's configuration says of the schema's file: when it is written, in which format, and what is left out of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use adapters::schema_dumper::{DumpSchemas, IgnoredTable};
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
];

const DUMPER_METHODS: &[NativeMethod] =
    &[method("ignore_tables", ignore_tables, 0..=0), method("ignore_tables=", set_ignore_tables, 1..=1)];

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

const IGNORE_TABLES: &str = "@ignore_tables";

/// Of `config.active_record`, what goes to the module.
pub(super) const OF_THE_MODULE: [&str; 3] = ["dump_schema_after_migration", "schema_format", "dump_schemas"];

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

/// Takes what initializers have left in the list of ignored tables.
pub(super) fn finish(interpreter: &mut Interpreter, reader: &mut Reader) -> Eval<()> {
    let class = Value::Class(interpreter.class_at("ActiveRecord::SchemaDumper"));
    let Value::Array(patterns) = ignore_tables(interpreter, &class, Args::none())? else { return Ok(()) };
    let mut tables = Vec::new();
    for pattern in patterns.to_vec() {
        match ignored_table(interpreter, &pattern)? {
            Some(table) => tables.push(table),
            None => {
                let shown = interpreter.inspect(&pattern)?;
                reader.warn_of("ignore_tables", &format!("{shown} is neither a name nor a pattern that Maglev reads"));
            }
        }
    }
    kept(interpreter)?.ignored_tables.replace(tables);
    Ok(())
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
fn ignore_tables(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let name = Symbol::new(IGNORE_TABLES);
    let known = class.ivars.borrow().get(&name).cloned();
    if let Some(list) = known {
        return Ok(list);
    }
    let list = Value::array(Vec::new());
    class.ivars.borrow_mut().insert(name, list.clone());
    Ok(list)
}

fn set_ignore_tables(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let Value::Class(class) = this {
        class.ivars.borrow_mut().insert(Symbol::new(IGNORE_TABLES), args.first());
    }
    Ok(args.first())
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
