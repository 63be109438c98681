//! The app's settings that change what a migration sends: config/application.rb, config/environments/ENV.rb and
//! config/initializers, in the order of Rails' boot. Which of them wins follows railties (application/bootstrap.rb,
//! finisher.rb) and active_record/railtie.rb: what is configured reaches ActiveRecord::Base when that is loaded, and the
//! module ActiveRecord once more at the end; the time zone is read before any initializer.

mod reader;
mod schema;

use std::cell::Cell;

use adapters::abstract_adapter::NativeType;
use adapters::{Arg, Dialect};
use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value, method};

use crate::ground::arguments::{to_arg, to_value};
use crate::ground::errors;
pub use crate::ground::options::File;
use crate::ground::settings::Settings;
use crate::ground::state::{state, with_adapter};
use reader::Reader;
pub use reader::is_relevant;
pub use schema::{SchemaFormat, SchemaSettings};

impl File {
    /// What is read before any initializer.
    fn is_early(&self) -> bool {
        self.path == APPLICATION || self.path.starts_with("config/environments/")
    }
}

/// The file in which an app says what it is.
pub const APPLICATION: &str = "config/application.rb";

/// Of `config.active_record`, what is copied to the module ActiveRecord.
const OF_THE_MODULE: [&str; 7] = [
    "default_timezone",
    "error_on_ignored_order",
    "timestamped_migrations",
    "validate_migration_timestamps",
    "belongs_to_required_validates_foreign_key",
    "raise_int_wider_than_64bit",
    "migration_strategy",
];
/// What goes to an adapter's class: its name in the configuration, and there.
const OF_ADAPTERS: [(&str, &str); 2] = [
    ("sqlite3_adapter_strict_strings_by_default", "strict_strings_by_default"),
    ("postgresql_adapter_decode_dates", "decode_dates"),
];

const MODULE_METHODS: &[NativeMethod] = &[
    method("default_timezone", |i, _, _| Ok(Value::symbol(state(i)?.settings.default_timezone.get())), 0..=0),
    method("default_timezone=", set_default_timezone, 1..=1),
    method("timestamped_migrations", read_flag, 0..=0),
    method("timestamped_migrations=", write_flag, 1..=1),
    method("validate_migration_timestamps", read_flag, 0..=0),
    method("validate_migration_timestamps=", write_flag, 1..=1),
    method("belongs_to_required_validates_foreign_key", read_flag, 0..=0),
    method("belongs_to_required_validates_foreign_key=", write_flag, 1..=1),
    method("error_on_ignored_order", read_flag, 0..=0),
    method("error_on_ignored_order=", write_flag, 1..=1),
    method("raise_int_wider_than_64bit", read_flag, 0..=0),
    method("raise_int_wider_than_64bit=", set_raise_int_wider_than_64bit, 1..=1),
];

const BASE_METHODS: &[NativeMethod] = &[
    method("schema_migrations_table_name", |i, _, _| naming(i, |n| n.schema_migrations_table_name.clone()), 0..=0),
    method("schema_migrations_table_name=", set_schema_migrations_table_name, 1..=1),
    method("internal_metadata_table_name", |i, _, _| naming(i, |n| n.internal_metadata_table_name.clone()), 0..=0),
    method("internal_metadata_table_name=", set_internal_metadata_table_name, 1..=1),
    method("protected_environments", protected_environments, 0..=0),
    method("protected_environments=", set_protected_environments, 1..=1),
];

/// Attributes of the adapters' classes, which their instances answer too.
const POSTGRESQL_METHODS: &[NativeMethod] = &[
    method("datetime_type", read_class_attribute, 0..=0),
    method("datetime_type=", write_class_attribute, 1..=1),
    method("create_unlogged_tables", read_class_attribute, 0..=0),
    method("create_unlogged_tables=", write_class_attribute, 1..=1),
    method("decode_dates", read_class_attribute, 0..=0),
    method("decode_dates=", write_class_attribute, 1..=1),
];
const MYSQL_METHODS: &[NativeMethod] = &[
    method("emulate_booleans", read_class_attribute, 0..=0),
    method("emulate_booleans?", read_class_attribute, 0..=0),
    method("emulate_booleans=", write_class_attribute, 1..=1),
];
const SQLITE3_METHODS: &[NativeMethod] = &[
    method("strict_strings_by_default", read_class_attribute, 0..=0),
    method("strict_strings_by_default?", read_class_attribute, 0..=0),
    method("strict_strings_by_default=", write_class_attribute, 1..=1),
];

const ADAPTERS: &str = "ActiveRecord::ConnectionAdapters";

pub(crate) fn define(interpreter: &mut Interpreter) {
    let module = interpreter.class_at("ActiveRecord");
    interpreter.define_singleton(&module, MODULE_METHODS);
    let base = interpreter.class_at("ActiveRecord::Base");
    interpreter.define_singleton(&base, BASE_METHODS);
    schema::define(interpreter);
    for (class, methods) in [
        ("PostgreSQLAdapter", POSTGRESQL_METHODS),
        ("AbstractMysqlAdapter", MYSQL_METHODS),
        ("SQLite3Adapter", SQLITE3_METHODS),
    ] {
        let class = interpreter.class_at(&format!("{ADAPTERS}::{class}"));
        interpreter.define_singleton(&class, methods);
        class.define(methods);
    }
}

/// Reads the settings. Ask before the first name is inflected, and before the connection is made. Answers what could not
/// be taken over, each with its place.
pub(crate) fn load(interpreter: &mut Interpreter, files: &[File]) -> Eval<Vec<String>> {
    let mut reader = Reader::default();
    if files.is_empty() {
        zone_of_the_database(interpreter)?;
        return Ok(reader.warnings);
    }
    state(interpreter)?.settings.has_application.set(files.iter().any(|file| file.path == APPLICATION));
    let patches_types = files.iter().any(|file| file.source.contains("NATIVE_DATABASE_TYPES"));
    if files.iter().any(|file| is_relevant(&file.source)) {
        prepare(interpreter, patches_types)?;
    }
    let (early, initializers): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.is_early());
    for file in early {
        reader.read(interpreter, file);
    }
    reader.early = std::mem::take(&mut reader.on_load);
    if files.iter().any(File::is_early) {
        initialize_time(interpreter, &mut reader)?;
    }
    for file in initializers {
        reader.read(interpreter, file);
    }
    reader.load_active_record(interpreter);
    finish(interpreter, &mut reader, patches_types)?;
    zone_of_the_database(interpreter)?;
    Ok(reader.warnings)
}

/// What the app's code finds: the adapters' classes are loaded, and their types may be written into.
fn prepare(interpreter: &mut Interpreter, patches_types: bool) -> Eval<()> {
    const HOOKS: [(&str, &str); 4] = [
        ("active_record_postgresqladapter", "PostgreSQLAdapter"),
        ("active_record_mysql2adapter", "Mysql2Adapter"),
        ("active_record_trilogyadapter", "TrilogyAdapter"),
        ("active_record_sqlite3adapter", "SQLite3Adapter"),
    ];
    crate::run::rails::configuration(interpreter, &Value::Nil, Args::none())?;
    let support = Value::Class(interpreter.class_at("ActiveSupport"));
    for (hook, class) in HOOKS {
        let class = Value::Class(interpreter.class_at(&format!("{ADAPTERS}::{class}")));
        interpreter.call(&support, "run_load_hooks", Args::new(vec![Value::symbol(hook), class]))?;
    }
    if patches_types {
        let own = native_types_class(interpreter)?;
        for class in ["AbstractMysqlAdapter", "PostgreSQLAdapter", "SQLite3Adapter"] {
            let types = if class == own {
                crate::connection::native_types(interpreter)?
            } else {
                Value::hash(ruby::RHash::new())
            };
            interpreter.class_at(&format!("{ADAPTERS}::{class}")).set_constant("NATIVE_DATABASE_TYPES", types);
        }
    }
    Ok(())
}

/// The class whose constant has the native types.
fn native_types_class(interpreter: &mut Interpreter) -> Eval<&'static str> {
    with_adapter(interpreter, |adapter| {
        Ok(match adapter.dialect() {
            Dialect::PostgreSql => "PostgreSQLAdapter",
            Dialect::Sqlite => "SQLite3Adapter",
            Dialect::MySql => "AbstractMysqlAdapter",
        })
    })
}

/// active_support/railtie.rb: the zone and the week, from what is configured by now.
fn initialize_time(interpreter: &mut Interpreter, reader: &mut Reader) -> Eval<()> {
    let configuration = crate::run::rails::configuration(interpreter, &Value::Nil, Args::none())?;
    for (setting, class, writer) in
        [("time_zone", "Time", "zone_default="), ("beginning_of_week", "Date", "beginning_of_week_default=")]
    {
        let value = interpreter.call(&configuration, setting, Args::none())?;
        let class = Value::Class(interpreter.class_at(class));
        if value.is_nil() || !interpreter.responds_to(&class, writer) {
            continue;
        }
        if let Err(flow) = interpreter.call(&class, writer, Args::one(value)) {
            let error = errors::ruby_error(interpreter, *flow);
            reader.warn_of(setting, &error.message);
        }
    }
    Ok(())
}

impl Reader {
    /// `active_record.set_configs`: ActiveRecord::Base is loaded, and takes what is configured.
    pub(crate) fn load_active_record(&mut self, interpreter: &mut Interpreter) {
        if std::mem::replace(&mut self.is_loaded, true) {
            return;
        }
        for later in std::mem::take(&mut self.early) {
            self.evaluate(interpreter, &later);
        }
        self.set_configs(interpreter, false);
        for later in std::mem::take(&mut self.on_load) {
            self.evaluate(interpreter, &later);
        }
    }

    /// Copies `config.active_record` to the module, or to the class.
    fn set_configs(&mut self, interpreter: &mut Interpreter, only_module: bool) {
        for (name, value) in configured(interpreter).unwrap_or_default() {
            if OF_ADAPTERS.iter().any(|(setting, _)| *setting == name) {
                continue;
            }
            let of_module = OF_THE_MODULE.contains(&name.as_str()) || schema::OF_THE_MODULE.contains(&name.as_str());
            if only_module && !of_module {
                continue;
            }
            let target = if of_module { "ActiveRecord" } else { "ActiveRecord::Base" };
            let target = Value::Class(interpreter.class_at(target));
            let writer = format!("{name}=");
            if !interpreter.responds_to(&target, &writer) {
                self.warn_of(&name, "Maglev does not have this setting");
                continue;
            }
            if let Err(flow) = interpreter.call(&target, &writer, Args::one(value)) {
                let error = errors::ruby_error(interpreter, *flow);
                self.warn_of(&name, error.message.trim());
            }
        }
    }
}

/// What is known of the schema's file once [`load`] has run.
pub(crate) fn of_schema(interpreter: &mut Interpreter) -> Eval<SchemaSettings> {
    schema::settings(interpreter)
}

/// The pairs of `config.active_record`.
fn configured(interpreter: &mut Interpreter) -> Eval<Vec<(String, Value)>> {
    let rails = interpreter.class_at("Rails");
    let known = rails.ivars.borrow().get(&Symbol::new("@configuration")).cloned();
    let Some(configuration) = known else { return Ok(Vec::new()) };
    let options = interpreter.call(&configuration, "active_record", Args::none())?;
    let Value::Array(pairs) = interpreter.call(&options, "to_a", Args::none())? else { return Ok(Vec::new()) };
    let pair = |pair: &Value| match pair {
        Value::Array(pair) => Some((pair.to_vec().first()?.as_name()?, pair.to_vec().get(1)?.clone())),
        _ => None,
    };
    Ok(pairs.to_vec().iter().filter_map(pair).collect())
}

/// What is called after everything is initialized, and what the adapter is told.
fn finish(interpreter: &mut Interpreter, reader: &mut Reader, patches_types: bool) -> Eval<()> {
    reader.set_configs(interpreter, true);
    for (setting, attribute) in OF_ADAPTERS {
        if let Some((_, value)) = configured(interpreter)?.into_iter().find(|(name, _)| name == setting) {
            let value = Arg::Bool(value.truthy());
            with_adapter(interpreter, |adapter| Ok(adapter.set_class_attribute(attribute, &value)))?;
            state(interpreter)?.settings.class_attributes.borrow_mut().push((attribute.to_owned(), value));
        }
    }
    for later in std::mem::take(&mut reader.after_initialize) {
        reader.evaluate(interpreter, &later);
    }
    schema::finish(interpreter, reader)?;
    if patches_types {
        take_native_types(interpreter, reader)?;
    }
    let attributes = state(interpreter)?.settings.class_attributes.borrow().clone();
    for (name, value) in attributes {
        with_adapter(interpreter, |adapter| Ok(adapter.set_class_attribute(&name, &value)))?;
    }
    Ok(())
}

/// What was written into `NATIVE_DATABASE_TYPES`, as far as it is another type than before.
fn take_native_types(interpreter: &mut Interpreter, reader: &mut Reader) -> Eval<()> {
    let class = native_types_class(interpreter)?;
    let types = interpreter.class_at(&format!("{ADAPTERS}::{class}")).constant(Symbol::new("NATIVE_DATABASE_TYPES"));
    let Some(Value::Hash(types)) = types else { return Ok(()) };
    for (name, value) in types.pairs() {
        let name = name.as_name().unwrap_or_default();
        let Some(native) = native_type(&to_arg(interpreter, &value)?) else {
            reader.warn_of("NATIVE_DATABASE_TYPES", &format!("the entry of `{name}` is no type"));
            continue;
        };
        with_adapter(interpreter, |adapter| {
            // PostgreSQL's takes the entry that `datetime_type` names.
            let is_derived = name == "datetime" && adapter.dialect() == Dialect::PostgreSql;
            if !is_derived && adapter.native_database_type(&name) != Some(&native) {
                adapter.base_mut().native_types.insert(name, native);
            }
            Ok(())
        })?;
    }
    let state = state(interpreter)?;
    let mut attributes = state.settings.class_attributes.borrow_mut();
    if !attributes.iter().any(|(name, _)| name == "datetime_type") {
        attributes.push(("datetime_type".to_owned(), Arg::symbol("timestamp")));
    }
    Ok(())
}

fn native_type(value: &Arg) -> Option<NativeType> {
    match value {
        Arg::Str(name) => Some(NativeType { name: name.clone().into(), ..NativeType::default() }),
        Arg::Hash(options) => {
            let number = |key: &str| match options.get(key) {
                Arg::Int(number) => Some(*number),
                _ => None,
            };
            let name = options.get("name");
            let native = NativeType {
                name: name.to_s().into(),
                limit: number("limit"),
                precision: number("precision"),
                scale: number("scale"),
            };
            Some(native).filter(|_| name.is_truthy() || options.is_empty())
        }
        _ => None,
    }
}

/// The flag of `name` or `name=`, whichever was called.
fn flag_called(interpreter: &Interpreter, settings: &Settings, change: impl FnOnce(&Cell<bool>)) {
    let name = attribute_called(interpreter);
    let found = [
        ("timestamped_migrations", &settings.timestamped_migrations),
        ("validate_migration_timestamps", &settings.validate_migration_timestamps),
        ("belongs_to_required_validates_foreign_key", &settings.belongs_to_required_validates_foreign_key),
        ("error_on_ignored_order", &settings.error_on_ignored_order),
        ("raise_int_wider_than_64bit", &settings.raise_int_wider_than_64bit),
    ];
    if let Some((_, flag)) = found.into_iter().find(|(known, _)| *known == name) {
        change(flag);
    }
}

fn read_flag(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let (state, mut answer) = (state(interpreter)?, false);
    flag_called(interpreter, &state.settings, |flag| answer = flag.get());
    Ok(answer.into())
}

fn write_flag(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let state = state(interpreter)?;
    flag_called(interpreter, &state.settings, |flag| flag.set(args.first().truthy()));
    Ok(args.first())
}

/// `ActiveRecord.raise_int_wider_than_64bit=`, which PostgreSQL's quoting follows.
fn set_raise_int_wider_than_64bit(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let raises = Arg::Bool(args.first().truthy());
    with_adapter(interpreter, |adapter| Ok(adapter.set_class_attribute("raise_int_wider_than_64bit", &raises)))?;
    write_flag(interpreter, this, args)
}

/// `ActiveRecord.default_timezone=`
fn set_default_timezone(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let zone = match args.first() {
        Value::Symbol(name) if name.is("utc") => "utc",
        Value::Symbol(name) if name.is("local") => "local",
        _ => return Err(interpreter.argument_error("default_timezone must be either :utc (default) or :local.")),
    };
    state(interpreter)?.settings.default_timezone.set(zone);
    set_local_times(interpreter, zone == "local")?;
    Ok(args.first())
}

/// `default_timezone` of the database's configuration, which goes before that of Active Record.
fn zone_of_the_database(interpreter: &mut Interpreter) -> Eval<()> {
    let own = with_adapter(interpreter, |adapter| Ok(adapter.base().config.string("default_timezone")))?;
    match own.as_deref() {
        None => Ok(()),
        Some("utc") => set_local_times(interpreter, false),
        Some("local") => set_local_times(interpreter, true),
        Some(_) => Err(interpreter.argument_error("default_timezone must be either 'utc' or 'local'")),
    }
}

/// Times are kept in UTC, which is what is local where the process' zone is; elsewhere nothing may be written.
fn set_local_times(interpreter: &mut Interpreter, local: bool) -> Eval<()> {
    let refusal = local && !is_utc(interpreter)?;
    *state(interpreter)?.settings.refusal.borrow_mut() = refusal.then(|| {
        "`default_timezone` is `local`, and the process' time zone is not UTC: Maglev writes times in UTC only \
         (set TZ=UTC where that is what the database has)"
            .to_owned()
    });
    with_adapter(interpreter, |adapter| {
        adapter.base_mut().local_times = local;
        Ok(())
    })
}

/// Whether the process' zone is UTC, winter and summer.
fn is_utc(interpreter: &mut Interpreter) -> Eval<bool> {
    let time = Value::Class(interpreter.class_at("Time"));
    let now = interpreter.call(&time, "now", Args::none())?;
    for days in [0, 182] {
        let moment = interpreter.call(&now, "+", Args::one(Value::Int(days * 86_400)))?;
        if !matches!(interpreter.call(&moment, "utc_offset", Args::none())?, Value::Int(0)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn naming(interpreter: &mut Interpreter, of: fn(&adapters::abstract_adapter::NamingOptions) -> String) -> Eval {
    with_adapter(interpreter, |adapter| Ok(of(&adapter.base().naming).into()))
}

fn set_schema_migrations_table_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    with_adapter(interpreter, |adapter| {
        adapter.base_mut().naming.schema_migrations_table_name = name;
        Ok(())
    })?;
    Ok(args.first())
}

fn protected_environments(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let names = state(interpreter)?.settings.protected_environments.borrow().clone();
    Ok(Value::array(names.into_iter().map(Value::str).collect()))
}

fn set_protected_environments(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Array(names) = args.first() else {
        return Err(interpreter.argument_error("protected_environments must be an Array"));
    };
    let names = names.to_vec().iter().map(|name| interpreter.to_s(name)).collect::<Eval<Vec<_>>>()?;
    *state(interpreter)?.settings.protected_environments.borrow_mut() = names;
    Ok(args.first())
}

fn set_internal_metadata_table_name(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    with_adapter(interpreter, |adapter| {
        adapter.base_mut().naming.internal_metadata_table_name = name;
        Ok(())
    })?;
    Ok(args.first())
}

/// Of the method that was called.
fn attribute_called(interpreter: &Interpreter) -> String {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    name.trim_end_matches(['=', '?']).to_owned()
}

/// Whether it is the connection, or a class of its adapter.
fn is_of_connection(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    let own = with_adapter(interpreter, |adapter| Ok(adapter.class_name()))?;
    let own = interpreter.class_at(own);
    Ok(match this {
        Value::Class(class) => own.is_subclass_of(class),
        _ => true,
    })
}

/// An attribute of the class of this connection's adapter; of another's it changes nothing.
fn write_class_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = attribute_called(interpreter);
    if is_of_connection(interpreter, this)? {
        let value = to_arg(interpreter, &args.first())?;
        with_adapter(interpreter, |adapter| Ok(adapter.set_class_attribute(&name, &value)))?;
        state(interpreter)?.settings.class_attributes.borrow_mut().push((name, value));
    }
    Ok(args.first())
}

fn read_class_attribute(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = attribute_called(interpreter);
    let mut set = None;
    if is_of_connection(interpreter, this)? {
        let attributes = &state(interpreter)?.settings.class_attributes;
        set = attributes.borrow().iter().rfind(|(other, _)| *other == name).cloned();
    }
    Ok(match (set, name.as_str()) {
        (Some((_, value)), _) => to_value(interpreter, &value),
        (None, "datetime_type") => Value::symbol("timestamp"),
        (None, name) => (name == "emulate_booleans").into(),
    })
}
