//! `Rails.configuration` of an application that sets nothing: Rails::Application::Configuration with the settings of each
//! railtie, `config.x` and `config.generators`. Its classes are there when it is first asked for.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, RProc, Symbol, Value, method, variadic};

use crate::ground::calls::no_block;
use crate::models::attribute_methods::undefined_method;

/// Its name in Ruby.
pub(super) const CLASS: &str = "Rails::Application::Configuration";
const CUSTOM: &str = "Rails::Application::Configuration::Custom";
const GENERATORS: &str = "Rails::Configuration::Generators";

const OF_APPLICATIONS: &[NativeMethod] = &[
    method("config", super::configuration, 0..=0),
    method(
        "configure",
        |i, _, args| {
            let application = super::object(i, "Rails::Application")?;
            configure(i, &application, args)
        },
        0..=0,
    ),
];

const OF_APPLICATION: &[NativeMethod] = &[method("configure", configure, 0..=0)];

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 3..=3),
    method("generators", generators, 0..=0),
    method("app_generators", generators, 0..=0),
    method("load_defaults", load_defaults, 1..=1),
    method("after_initialize", run_hook, 0..=0),
    method("before_initialize", run_hook, 0..=0),
    method("before_configuration", run_hook, 0..=0),
    method("before_eager_load", run_hook, 0..=0),
    method("to_prepare", run_hook, 0..=0),
    method("respond_to_missing?", |i, _, args| Ok(is_railtie(&i.to_s(&args.first())?).into()), 1..=2),
    variadic("method_missing", setting_of_railtie, 1).with_keywords(),
];

const CUSTOM_METHODS: &[NativeMethod] =
    &[method("respond_to_missing?", |_, _, _| Ok(true.into()), 1..=2), variadic("method_missing", custom_setting, 1)];

const GENERATOR_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_generators, 1..=1),
    method("respond_to_missing?", |_, _, _| Ok(false.into()), 1..=2),
    variadic("method_missing", generator_setting, 1),
];

const GENERATOR_SETTINGS: [&str; 6] = ["aliases", "options", "templates", "fallbacks", "colorize_logging", "api_only"];

/// What is read and written under its own name (railties 8.1.3.1, MIT).
const SETTINGS: &[&str] = &[
    "add_autoload_paths_to_load_path",
    "allow_concurrency",
    "api_only",
    "asset_host",
    "assume_ssl",
    "autoflush_log",
    "beginning_of_week",
    "cache_classes",
    "consider_all_requests_local",
    "console",
    "disable_sandbox",
    "eager_load",
    "encoding",
    "exceptions_app",
    "filter_parameters",
    "filter_redirect",
    "force_ssl",
    "helpers_paths",
    "host_authorization",
    "hosts",
    "log_file_size",
    "log_level",
    "log_tags",
    "logger",
    "precompile_filter_parameters",
    "public_file_server",
    "railties_order",
    "rake_eager_load",
    "relative_url_root",
    "reload_classes_only_on_change",
    "require_master_key",
    "root",
    "sandbox_by_default",
    "server_timing",
    "session_options",
    "silence_healthcheck_path",
    "ssl_options",
    "time_zone",
    "x",
    "yjit",
];

/// Those that are true or false till they are set.
const ON: [&str; 3] = ["reload_classes_only_on_change", "autoflush_log", "add_autoload_paths_to_load_path"];
const OFF: [&str; 10] = [
    "api_only",
    "assume_ssl",
    "consider_all_requests_local",
    "disable_sandbox",
    "force_ssl",
    "rake_eager_load",
    "require_master_key",
    "sandbox_by_default",
    "server_timing",
    "yjit",
];
const LISTS: [&str; 4] = ["filter_parameters", "filter_redirect", "helpers_paths", "hosts"];

/// The parts of Rails that have settings of their own.
const RAILTIES: [&str; 13] = [
    "action_cable",
    "action_controller",
    "action_dispatch",
    "action_mailbox",
    "action_mailer",
    "action_text",
    "action_view",
    "active_job",
    "active_model",
    "active_record",
    "active_storage",
    "active_support",
    "i18n",
];

const VERSIONS: [&str; 10] = ["5.0", "5.1", "5.2", "6.0", "6.1", "7.0", "7.1", "7.2", "8.0", "8.1"];

/// Of what a release makes a default, that which changes what a migration sends (railties 8.1.3.1, MIT).
const DEFAULTS: [(&str, &str, bool); 6] = [
    ("5.0", "belongs_to_required_by_default", true),
    ("7.0", "partial_inserts", false),
    ("7.1", "sqlite3_adapter_strict_strings_by_default", true),
    ("7.1", "belongs_to_required_validates_foreign_key", false),
    ("7.2", "postgresql_adapter_decode_dates", true),
    ("7.2", "validate_migration_timestamps", true),
];

pub(super) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let application = interpreter.class_at("Rails::Application");
    application.define(OF_APPLICATION);
    interpreter.define_singleton(&application, OF_APPLICATIONS);
    for (name, methods, settings) in [
        (CLASS, METHODS, SETTINGS),
        (CUSTOM, CUSTOM_METHODS, &[]),
        (GENERATORS, GENERATOR_METHODS, &GENERATOR_SETTINGS),
    ] {
        let class = interpreter.define_class(name, &object);
        class.define(methods);
        for name in settings {
            let variable = Symbol::new(&format!("@{name}"));
            class.set_method(Symbol::new(name), MethodBody::Reader(variable), Visibility::Public);
            let writer = Symbol::new(&format!("{name}="));
            class.set_method(writer, MethodBody::Writer(variable), Visibility::Public);
        }
    }
}

fn set(interpreter: &mut Interpreter, this: &Value, name: &str, value: Value) -> Eval<()> {
    interpreter.set_instance_variable(this, Symbol::new(&format!("@{name}")), value)
}

fn get(interpreter: &Interpreter, this: &Value, name: &str) -> Value {
    interpreter.instance_variable(this, Symbol::new(&format!("@{name}")))
}

fn new_object(interpreter: &mut Interpreter, class: &str, args: Args) -> Eval {
    let class = Value::Class(interpreter.class_at(class));
    interpreter.call(&class, "new", args)
}

/// `Rails.application.configure { config.x = .. }`
fn configure(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match &args.block {
        Some(block) => interpreter.instance_exec(block, this, Args::none()),
        None => Err(no_block(interpreter)),
    }
}

/// `new(root, time_zone, options of the model generator)`
fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let files = super::ordered_options::empty(interpreter)?;
    for (name, value) in [("enabled", true.into()), ("index_name", Value::str("index"))] {
        interpreter.call(&files, "[]=", Args::new(vec![Value::symbol(name), value]))?;
    }
    let encodings = Value::Class(interpreter.class_at("Encoding"));
    let utf_8 = interpreter.call(&encodings, "const_get", Args::one(Value::symbol("UTF_8")))?;
    let generators = new_object(interpreter, GENERATORS, Args::one(args.get(2)))?;
    let custom = new_object(interpreter, CUSTOM, Args::none())?;
    for (name, value) in [
        ("root", args.first()),
        ("time_zone", args.get(1)),
        ("generators", generators),
        ("encoding", utf_8),
        ("public_file_server", files),
        ("host_authorization", Value::hash(RHash::new())),
        ("ssl_options", Value::hash(RHash::new())),
        ("beginning_of_week", Value::symbol("monday")),
        ("log_level", Value::symbol("debug")),
        ("railties_order", Value::array(vec![Value::symbol("all")])),
        ("x", custom),
    ] {
        set(interpreter, this, name, value)?;
    }
    for (names, value) in [(&ON[..], true), (&OFF[..], false)] {
        for name in names {
            set(interpreter, this, name, value.into())?;
        }
    }
    for name in LISTS {
        set(interpreter, this, name, Value::array(Vec::new()))?;
    }
    let railties = RHash::new();
    for name in RAILTIES {
        railties.insert_symbol(name, super::ordered_options::empty(interpreter)?);
    }
    set(interpreter, this, "options", Value::hash(railties))?;
    Ok(Value::Nil)
}

/// `config.generators { |g| .. }`
fn generators(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let generators = get(interpreter, this, "generators");
    if let Some(block) = &args.block {
        interpreter.yield_value(block, generators.clone())?;
    }
    Ok(generators)
}

fn load_defaults(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let version = interpreter.to_s(&args.first())?;
    let Some(place) = VERSIONS.iter().position(|known| *known == version) else {
        return Err(interpreter.error("RuntimeError", format!("Unknown version {version:?}")));
    };
    let options = interpreter.call(this, "active_record", Args::none())?;
    for (_, name, value) in DEFAULTS.iter().filter(|(since, ..)| VERSIONS[..=place].contains(since)) {
        interpreter.call(&options, "[]=", Args::new(vec![Value::symbol(name), (*value).into()]))?;
    }
    Ok(Value::Nil)
}

/// What is for later is called when it is later.
fn run_hook(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let application = super::object(interpreter, "Rails::Application")?;
    match &args.block {
        Some(block) => interpreter.call_block(block, Args::one(application)),
        None => Err(no_block(interpreter)),
    }
}

fn is_railtie(name: &str) -> bool {
    RAILTIES.contains(&name)
}

/// The settings of a railtie; those of another part once it was given some.
fn setting_of_railtie(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let Value::Hash(railties) = get(interpreter, this, "options") else { return Ok(Value::Nil) };
    if let Some(name) = name.strip_suffix('=') {
        railties.insert_symbol(name, args.get(1));
        return Ok(args.get(1));
    }
    match railties.get_symbol(&name) {
        Some(options) => Ok(options),
        None => undefined_method(interpreter, this, &name),
    }
}

/// `config.x.name`, which is there as soon as it is named.
fn custom_setting(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let settings = section(interpreter, this, "configurations")?;
    if let Some(name) = name.strip_suffix('=') {
        settings.insert_symbol(name, args.get(1));
        return Ok(args.get(1));
    }
    if args.has(1) {
        let message = format!(
            "wrong number of arguments (given {}, expected 0) when reading configuration `{name}`",
            args.len() - 1
        );
        return Err(interpreter.argument_error(message));
    }
    if let Some(there) = settings.get_symbol(&name) {
        return Ok(there);
    }
    let options = super::ordered_options::empty(interpreter)?;
    settings.insert_symbol(&name, options.clone());
    Ok(options)
}

fn section(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval<Rc<RHash>> {
    if let Value::Hash(there) = get(interpreter, this, name) {
        return Ok(there);
    }
    let new = Rc::new(RHash::new());
    set(interpreter, this, name, Value::Hash(Rc::clone(&new)))?;
    Ok(new)
}

// Generators

/// A hash that answers with a new hash to a name that it has not heard of.
fn hash_of_hashes() -> Value {
    let hash = RHash::new();
    hash.set_default_proc(RProc::native(|_, args| match args.first() {
        Value::Hash(hash) => Ok(Value::Hash(entry(&hash, args.get(1)))),
        _ => Ok(Value::Nil),
    }));
    Value::hash(hash)
}

fn entry(hash: &RHash, name: Value) -> Rc<RHash> {
    if let Some(Value::Hash(there)) = hash.get(&name) {
        return there;
    }
    let new = Rc::new(RHash::new());
    hash.insert(name, Value::Hash(Rc::clone(&new)));
    new
}

fn initialize_generators(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    for (name, value) in [
        ("aliases", hash_of_hashes()),
        ("options", hash_of_hashes()),
        ("fallbacks", Value::hash(RHash::new())),
        ("templates", Value::array(Vec::new())),
        ("colorize_logging", true.into()),
        ("api_only", false.into()),
    ] {
        set(interpreter, this, name, value)?;
    }
    let orm = vec![Value::symbol("orm"), Value::symbol("active_record"), args.first()];
    generator_setting(interpreter, this, Args::new(orm))
}

/// `g.orm :active_record, primary_key_type: :uuid` names a generator and gives it options, `g.active_record x: 1` only gives
/// options, `g.orm` asks.
fn generator_setting(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (Value::Hash(options), Value::Hash(aliases)) =
        (get(interpreter, this, "options"), get(interpreter, this, "aliases"))
    else {
        return Ok(Value::Nil);
    };
    let called = args.first().as_name().unwrap_or_default();
    let name = Value::symbol(called.strip_suffix('=').unwrap_or(&called));
    let is_rails = matches!(&name, Value::Symbol(name) if name.is("rails"));
    let rails = entry(&options, Value::symbol("rails"));
    let mut given = args.positional.into_iter().skip(1);
    let Some(first) = given.next() else {
        return Ok(if is_rails { Value::Hash(rails) } else { rails.get(&name).unwrap_or_default() });
    };
    let (namespace, told) = if is_rails || matches!(first, Value::Hash(_)) {
        (name, first)
    } else {
        let namespace = match first.as_name() {
            Some(text) => Value::symbol(&text),
            None => first,
        };
        rails.insert(name, namespace.clone());
        (namespace, given.next().unwrap_or_default())
    };
    let Value::Hash(told) = told else { return Ok(Value::Nil) };
    let of_namespace = entry(&options, namespace.clone());
    for (key, value) in told.pairs() {
        match (&key, value) {
            (Value::Symbol(name), Value::Hash(more)) if name.is("aliases") => {
                let own = entry(&aliases, namespace.clone());
                more.pairs().into_iter().for_each(|(key, value)| own.insert(key, value));
            }
            (_, value) => of_namespace.insert(key, value),
        }
    }
    Ok(Value::Hash(of_namespace))
}
