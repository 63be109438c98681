//! The module `Rails`, as a bare application answers: environment, root, version, its configuration, a logger nobody
//! reads. Of the application itself only its configuration is there.

mod configuration;
mod deprecation;
mod ordered_options;
pub(crate) mod stand_in;

use std::rc::Rc;

use ruby::exception::Eval;
use ruby::{Args, Interpreter, NativeMethod, RHash, RObject, Symbol, Value, method, variadic};

use crate::ground::gem_version::{self, VERSION};
use crate::ground::state::state;

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("env", env, 0..=0),
    method("root", root, 0..=0),
    method("version", |_, _, _| Ok(Value::str(VERSION)), 0..=0),
    method("gem_version", |i, _, _| gem_version::rails(i), 0..=0),
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

const DEPRECATORS: &[NativeMethod] = &[method("deprecator", deprecation::of_library, 0..=0)];

/// What an application's logger has besides: nobody reads it, so its tags are none.
const LOGGER_METHODS: &[NativeMethod] = &[
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

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.autoload(ordered_options::PART);
    interpreter.autoload(deprecation::PART);
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
    gem_version::define(interpreter);
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
