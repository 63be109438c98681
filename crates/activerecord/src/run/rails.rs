//! The module `Rails`, as a bare application answers: environment, root, version, its configuration, a logger nobody
//! reads. Of the application itself only its configuration is there.

mod configuration;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

use ruby::exception::Eval;
use ruby::{Args, Interpreter, NativeData, NativeMethod, RHash, RObject, Symbol, Value, method, variadic};

use crate::ground::arguments::string;
use crate::ground::state::state;
use crate::models::base::VERSION;

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("env", env, 0..=0),
    method("root", root, 0..=0),
    method("version", |_, _, _| Ok(Value::str(VERSION)), 0..=0),
    method("gem_version", |i, _, _| gem_version(i), 0..=0),
    method("logger", logger, 0..=0),
    method("configuration", configuration, 0..=0),
    method("application", |i, _, _| object(i, "Rails::Application"), 0..=0),
    method("autoloaders", |i, _, _| object(i, "Rails::Autoloaders"), 0..=0),
    method("cache", |i, _, _| Err(i.unsupported("`Rails.cache` is not supported")), 0..=0).absent(),
];

const APPLICATION_METHODS: &[NativeMethod] = &[
    method("config", configuration, 0..=0),
    variadic("method_missing", |i, _, args| refuse(i, "Rails.application", &args), 1).absent(),
];

const CONFIGURATION_METHODS: &[NativeMethod] =
    &[method("database_configuration", crate::ground::database_configurations::database_configuration, 0..=0)];

const ORDERED_OPTIONS: ruby::Autoload = ruby::Autoload {
    module: "ActiveSupport",
    constants: &["OrderedOptions", "InheritableOptions"],
    library: None,
    name: "active_support/ordered_options",
    source: include_str!("rails/ordered_options.rb"),
};

const DEPRECATION: ruby::Autoload = ruby::Autoload {
    module: "ActiveSupport",
    constants: &["Deprecation", "DeprecationException"],
    library: None,
    name: "active_support/deprecation",
    source: include_str!("rails/deprecation.rb"),
};

const DEPRECATORS: &[NativeMethod] = &[method("deprecator", deprecator, 0..=0)];

/// What an application's logger has besides: nobody reads it, so its tags are none.
const LOGGER_METHODS: &[NativeMethod] = &[
    method("silence", silence, 0..=1),
    variadic("tagged", tagged, 0),
    variadic("push_tags", |_, _, args| Ok(Value::array(args.positional)), 0),
    method("pop_tags", |_, _, _| Ok(Value::array(Vec::new())), 0..=1),
    method("clear_tags!", |_, _, _| Ok(Value::array(Vec::new())), 0..=0),
    method("flush", |_, _, _| Ok(Value::Nil), 0..=0),
];

/// There is nothing to load: what inflections.rb tells the autoloaders changes no name that a migration has.
const AUTOLOADERS_METHODS: &[NativeMethod] = &[
    method("each", |i, _, args| yield_object(i, "Rails::Autoloaders::Loader", &args), 0..=0),
    method("main", |i, _, _| object(i, "Rails::Autoloaders::Loader"), 0..=0),
    method("once", |i, _, _| object(i, "Rails::Autoloaders::Loader"), 0..=0),
];

const LOADER_METHODS: &[NativeMethod] = &[
    method("inflector", |_, this, _| Ok(this.clone()), 0..=0),
    variadic("inflect", |_, _, _| Ok(Value::Nil), 0).with_keywords(),
    variadic("ignore", |_, _, _| Ok(Value::Nil), 0),
    variadic("collapse", |_, _, _| Ok(Value::Nil), 0),
];

const VERSION_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_version, 1..=1),
    method("<=>", compare_versions, 1..=1),
    method("==", |i, this, args| Ok((compare_versions(i, this, args)?.is_identical(&Value::Int(0))).into()), 1..=1),
    method("to_s", |_, this, _| Ok(Value::str(version_text(this))), 0..=0),
    method("version", |_, this, _| Ok(Value::str(version_text(this))), 0..=0),
    method("segments", segments, 0..=0),
    method("inspect", |_, this, _| Ok(Value::str(format!("Gem::Version.new({:?})", version_text(this)))), 0..=0),
];

/// RubyGems' version, for those who ask whether Rails is new enough.
#[derive(Default)]
struct GemVersion(RefCell<String>);

impl NativeData for GemVersion {
    fn eql_key(&self) -> Option<String> {
        Some(self.0.borrow().clone())
    }
}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.autoload(ORDERED_OPTIONS);
    interpreter.autoload(DEPRECATION);
    for name in ["ActiveRecord", "ActiveModel", "ActiveSupport"] {
        let module = interpreter.define_module(name);
        interpreter.define_singleton(&module, DEPRECATORS);
    }
    let rails = interpreter.define_module("Rails");
    interpreter.define_singleton(&rails, SINGLETON_METHODS);
    for (name, methods) in [
        ("Rails::Application", APPLICATION_METHODS),
        ("ActiveSupport::Logger", LOGGER_METHODS),
        ("Rails::Autoloaders", AUTOLOADERS_METHODS),
        ("Rails::Autoloaders::Loader", LOADER_METHODS),
    ] {
        interpreter.define_class(name, &object).define(methods);
    }
    interpreter.define_module("Rails::Configuration");
    crate::ground::i18n::define(interpreter);
    crate::run::tagged_logging::define(interpreter);
    let version = interpreter.define_class("Gem::Version", &object);
    let comparable = Rc::clone(&interpreter.classes.comparable);
    version.include(&comparable);
    version.define(VERSION_METHODS);
    version.allocator.set(Some(|_, class| Ok(Value::native(class, GemVersion::default()))));
    define_version(interpreter);
}

/// `Rails::VERSION`
fn define_version(interpreter: &mut Interpreter) {
    let source = interpreter.class_at("ActiveRecord::VERSION");
    let target = interpreter.define_module("Rails::VERSION");
    for name in ["STRING", "MAJOR", "MINOR", "TINY", "PRE"] {
        if let Some(value) = source.constant(Symbol::new(name)) {
            target.set_constant(name, value);
        }
    }
}

/// A library's own, made when it is first asked for.
fn deprecator(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.eval("deprecator", "::ActiveSupport::Deprecation")?;
    interpreter.call(&class, "_of", Args::one(this.clone()))
}

fn object(interpreter: &mut Interpreter, class: &str) -> Eval {
    let class = interpreter.class_at(class);
    Ok(Value::Object(Rc::new(RObject::new(&class))))
}

fn refuse(interpreter: &mut Interpreter, what: &str, args: &Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    Err(interpreter.unsupported(format!("`{what}.{name}` needs the application")))
}

fn env(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let name = state(interpreter)?.options.rails_env.clone();
    Ok(ruby::active_support::text::environment_inquirer(interpreter, &name))
}

/// A Pathname where there is one, for `Rails.root.join`.
fn root(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let root = Value::str(state(interpreter)?.options.root.clone());
    match interpreter.classes.object.constant(Symbol::new("Pathname")) {
        Some(class) => interpreter.call(&class, "new", Args::one(root)),
        None => Err(interpreter.unsupported("`Rails.root` is not supported yet")),
    }
}

/// `Rails.configuration`: one object for the whole run.
pub(crate) fn configuration(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let rails = interpreter.class_at("Rails");
    let name = Symbol::new("@configuration");
    if let Some(configuration) = rails.ivars.borrow().get(&name) {
        return Ok(configuration.clone());
    }
    configuration::define(interpreter);
    let (time_zone, primary_key_type) = {
        let options = &state(interpreter)?.options;
        (Value::str(options.time_zone.clone()), options.primary_key_type.clone())
    };
    let active_record = RHash::new();
    active_record.insert_symbol("migration", true.into());
    active_record.insert_symbol("timestamps", true.into());
    if let Some(primary_key_type) = primary_key_type {
        active_record.insert_symbol("primary_key_type", Value::symbol(&primary_key_type));
    }
    let root = root(interpreter, &Value::Nil, Args::none())?;
    let class = interpreter.class_at(configuration::CLASS);
    class.define(CONFIGURATION_METHODS);
    let class = Value::Class(class);
    let arguments = Args::new(vec![root, time_zone, Value::hash(active_record)]);
    let configuration = interpreter.call(&class, "new", arguments)?;
    interpreter.call(&Value::Class(rails), "instance_variable_set", Args::new(vec![Value::Symbol(name), configuration]))
}

/// `Rails.logger`, of the level that production has: it writes nowhere.
fn logger(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = Value::symbol("@logger");
    let there = interpreter.call(this, "instance_variable_get", Args::one(name.clone()))?;
    if !there.is_nil() {
        return Ok(there);
    }
    let class = Value::Class(interpreter.class_at("ActiveSupport::Logger"));
    let made = interpreter.call(&class, "new", Args::one(Value::Nil))?;
    interpreter.call(&made, "level=", Args::one(Value::Int(1)))?;
    interpreter.call(this, "instance_variable_set", Args::new(vec![name, made]))
}

/// Yields an object of a class.
fn yield_object(interpreter: &mut Interpreter, class: &str, args: &Args) -> Eval {
    let object = object(interpreter, class)?;
    match &args.block {
        Some(block) => interpreter.yield_value(block, object),
        None => Ok(Value::Nil),
    }
}

/// An application's logger has tags; nobody reads this one.
fn tagged(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match &args.block {
        Some(block) => interpreter.yield_value(block, this.clone()),
        None => Ok(this.clone()),
    }
}

fn silence(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match &args.block {
        Some(block) => interpreter.yield_value(block, this.clone()),
        None => Ok(Value::Nil),
    }
}

// Gem::Version

/// `Rails.gem_version`
pub(crate) fn gem_version(interpreter: &mut Interpreter) -> Eval {
    let class = interpreter.class_at("Gem::Version");
    Ok(Value::native(&class, GemVersion(RefCell::new(VERSION.to_owned()))))
}

fn initialize_version(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = string(interpreter, &args, 0)?;
    if let Some(version) = this.data::<GemVersion>() {
        text.trim().clone_into(&mut version.0.borrow_mut());
    }
    Ok(Value::Nil)
}

fn version_text(this: &Value) -> String {
    this.data::<GemVersion>().map_or_else(String::new, |version| version.0.borrow().clone())
}

/// Numbers, and words for a prerelease.
fn version_segments(text: &str) -> Vec<Result<u64, String>> {
    text.split('.').map(|segment| segment.parse().map_err(|_| segment.to_owned())).collect()
}

fn segments(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let segments = version_segments(&version_text(this)).into_iter();
    Ok(Value::array(segments.map(|segment| segment.map_or_else(Value::str, |n| Value::Int(n.cast_signed()))).collect()))
}

fn compare_versions(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = match args.first() {
        Value::Str(text) => text.to_string(),
        other if other.data::<GemVersion>().is_some() => version_text(&other),
        _ => return Ok(Value::Nil),
    };
    let (one, other) = (version_segments(&version_text(this)), version_segments(&other));
    let length = one.len().max(other.len());
    let order = (0..length)
        .map(|index| {
            let segment = |segments: &[Result<u64, String>]| segments.get(index).cloned().unwrap_or(Ok(0));
            match (segment(&one), segment(&other)) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Err(a), Err(b)) => a.cmp(&b),
                // A word makes a prerelease, which comes before.
                (Ok(_), Err(_)) => Ordering::Greater,
                (Err(_), Ok(_)) => Ordering::Less,
            }
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal);
    Ok(Value::Int(order as i64))
}
