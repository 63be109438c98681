//! `I18n`, as far as it needs none of the app's translations: which locale it is, and times in a form that is spelled out.
//! Which locales an app has is not known here, so that each is taken for one of them.

use std::cell::RefCell;

use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value, method, variadic};

use crate::ground::state::state;

const METHODS: &[NativeMethod] = &[
    method("default_locale", |i, _, _| default_locale(i), 0..=0),
    method("default_locale=", set_default_locale, 1..=1),
    method("locale", |i, _, _| locale(i), 0..=0),
    method("locale=", set_locale, 1..=1),
    method("with_locale", with_locale, 0..=1),
    method("available_locales", available_locales, 0..=0),
    method("l", localize, 1..=1).taking(&["format"]).lacking(&["locale", "default"]),
    method("localize", localize, 1..=1).taking(&["format"]).lacking(&["locale", "default"]),
    method("transliterate", transliterate, 1..=1).taking(&[]).lacking(&["locale", "replacement", "throw", "raise"]),
    variadic("method_missing", refuse, 1).absent(),
];

/// What Ruby code has set.
#[derive(Default)]
pub(crate) struct Locales {
    locale: RefCell<Option<Value>>,
    default: RefCell<Option<Value>>,
}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let i18n = interpreter.define_module("I18n");
    interpreter.define_singleton(&i18n, METHODS);
}

/// Translations are the application's.
fn refuse(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    Err(interpreter.unsupported(format!("`I18n.{name}` needs the application's translations")))
}

/// What was set, else `config.i18n.default_locale`.
fn default_locale(interpreter: &mut Interpreter) -> Eval {
    let set = state(interpreter)?.locales.default.borrow().clone();
    match set {
        Some(locale) => Ok(locale),
        None => Ok(configured(interpreter, "default_locale")?.unwrap_or_else(|| Value::symbol("en"))),
    }
}

/// An option of `config.i18n`, where the app's configuration was read.
fn configured(interpreter: &mut Interpreter, name: &str) -> Eval<Option<Value>> {
    let rails = interpreter.class_at("Rails");
    let Some(configuration) = rails.ivars.borrow().get(&Symbol::new("@configuration")).cloned() else {
        return Ok(None);
    };
    let options = interpreter.call(&configuration, "i18n", Args::none())?;
    let value = interpreter.call(&options, "[]", Args::one(Value::symbol(name)))?;
    Ok(Some(value).filter(|value| !value.is_nil()))
}

fn locale(interpreter: &mut Interpreter) -> Eval {
    let set = state(interpreter)?.locales.locale.borrow().clone();
    set.map_or_else(|| default_locale(interpreter), Ok)
}

/// A locale as it is kept; None stands for the default one.
fn given(value: &Value) -> Option<Value> {
    value.as_name().map(|name| Value::symbol(&name))
}

fn set_locale(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    *state(interpreter)?.locales.locale.borrow_mut() = given(&args.first());
    Ok(args.first())
}

fn set_default_locale(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    *state(interpreter)?.locales.default.borrow_mut() = given(&args.first());
    Ok(args.first())
}

/// nil keeps the one that is.
fn with_locale(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(crate::ground::calls::no_block(interpreter)) };
    let state = state(interpreter)?;
    let before = state.locales.locale.borrow().clone();
    if !args.first().is_nil() {
        *state.locales.locale.borrow_mut() = given(&args.first());
    }
    let answer = interpreter.call_block(block, Args::none());
    *state.locales.locale.borrow_mut() = before;
    answer
}

fn available_locales(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    if let Some(locales) = configured(interpreter, "available_locales")? {
        return Ok(Value::array(ruby::core::convert::wrap(interpreter, &locales)?));
    }
    Err(interpreter.unsupported("`I18n.available_locales` needs the application's translations"))
}

/// A form that is spelled out, in English.
fn localize(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let is_english = locale(interpreter)?.as_name().is_some_and(|name| name == "en");
    match args.keyword("format") {
        Some(format @ Value::Str(_)) if is_english && interpreter.responds_to(&args.first(), "strftime") => {
            interpreter.call(&args.first(), "strftime", Args::one(format))
        }
        _ => Err(interpreter.unsupported("`I18n.l` needs the application's translations")),
    }
}

fn transliterate(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let inflector = Value::Class(interpreter.class_at("ActiveSupport::Inflector"));
    interpreter.call(&inflector, "transliterate", args)
}
