//! What an error says: Rails' English messages (active_model/locale/en.yml and active_record/locale/en.yml, MIT), or the one
//! that came with the validation, with what it mentions filled in as I18n does.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RHash, Symbol, Value};

use super::{is_among, is_callable, model};

/// The class of the exception for a message that mentions what nobody knows.
pub(super) const MISSING_ARGUMENT: &str = "I18n::MissingInterpolationArgument";

const MESSAGES: &[(&str, &str)] = &[
    ("inclusion", "is not included in the list"),
    ("exclusion", "is reserved"),
    ("invalid", "is invalid"),
    ("confirmation", "doesn't match %{attribute}"),
    ("accepted", "must be accepted"),
    ("empty", "can't be empty"),
    ("blank", "can't be blank"),
    ("present", "must be blank"),
    ("password_too_long", "is too long"),
    ("not_a_number", "is not a number"),
    ("not_an_integer", "must be an integer"),
    ("greater_than", "must be greater than %{count}"),
    ("greater_than_or_equal_to", "must be greater than or equal to %{count}"),
    ("equal_to", "must be equal to %{count}"),
    ("less_than", "must be less than %{count}"),
    ("less_than_or_equal_to", "must be less than or equal to %{count}"),
    ("other_than", "must be other than %{count}"),
    ("in", "must be in %{count}"),
    ("odd", "must be odd"),
    ("even", "must be even"),
    ("required", "must exist"),
    ("taken", "has already been taken"),
    ("record_invalid", "Validation failed: %{errors}"),
    ("model_invalid", "Validation failed: %{errors}"),
    ("restrict_dependent_destroy.has_one", "Cannot delete record because a dependent %{record} exists"),
    ("restrict_dependent_destroy.has_many", "Cannot delete record because dependent %{record} exist"),
];

/// Those that say another thing of one than of several.
const COUNTED: &[(&str, &str, &str)] = &[
    ("too_long", "is too long (maximum is 1 character)", "is too long (maximum is %{count} characters)"),
    ("too_short", "is too short (minimum is 1 character)", "is too short (minimum is %{count} characters)"),
    (
        "wrong_length",
        "is the wrong length (should be 1 character)",
        "is the wrong length (should be %{count} characters)",
    ),
];

/// I18n's own options, which no message can mention.
const RESERVED: [&str; 16] = [
    "cascade",
    "deep_interpolation",
    "skip_interpolation",
    "default",
    "exception_handler",
    "fallback",
    "fallback_in_progress",
    "fallback_original_locale",
    "format",
    "object",
    "raise",
    "resolve",
    "scope",
    "separator",
    "throw",
    "message",
];

/// An attribute's message as a sentence.
pub(super) fn full(interpreter: &mut Interpreter, attribute: &Value, message: &Value, base: &Value) -> Eval {
    if matches!(attribute, Value::Symbol(name) if name.is("base")) {
        return Ok(message.clone());
    }
    let name = interpreter.to_s(attribute)?;
    let flat = name.strip_suffix(".base").unwrap_or(&name).replace('.', "_");
    let default = interpreter.inflector().humanize(&flat, true, false);
    let options =
        RHash::from_pairs([(Value::symbol("default"), Value::str(default)), (Value::symbol("base"), base.clone())]);
    let (_, class) = model(interpreter, base);
    let arguments = Args::new(vec![Value::str(name), Value::hash(options)]);
    let human = interpreter.call_public(&class, "human_attribute_name", arguments)?;
    let (human, message) = (interpreter.to_s(&human)?, interpreter.to_s(message)?);
    Ok(Value::str(format!("{human} {message}")))
}

/// The message of an error of this kind.
pub(super) fn generate(
    interpreter: &mut Interpreter,
    base: &Value,
    attribute: &Value,
    kind: Symbol,
    options: &RHash,
) -> Eval {
    let given = options.get_symbol("message").unwrap_or_default();
    // A symbol names another kind, whose message it is to have.
    let (kind, given) = match given {
        Value::Symbol(other) => (other, Value::Nil),
        given => (kind, given),
    };
    let (mentioned, object) = mentioned(interpreter, base, attribute, options)?;
    let template = match given {
        given if is_callable(interpreter, &given) => {
            let arguments = Args::one(object).with_keywords(Some(Rc::clone(&mentioned)));
            interpreter.call(&given, "call", arguments)?
        }
        given if given.truthy() => given,
        _ => built_in(&kind.to_str()),
    };
    let template = match &template {
        Value::Hash(forms) => form(forms, &mentioned),
        _ => template,
    };
    match template {
        Value::Nil => missing(interpreter, base, attribute, kind),
        Value::Str(text) => fill_in(interpreter, &text.to_string(), &mentioned),
        other => Ok(other),
    }
}

fn built_in(kind: &str) -> Value {
    if let Some((_, one, other)) = COUNTED.iter().find(|(name, ..)| *name == kind) {
        let forms = [("one", *one), ("other", *other)];
        return Value::hash(RHash::from_pairs(forms.map(|(name, text)| (Value::symbol(name), Value::str(text)))));
    }
    MESSAGES.iter().find(|(name, _)| *name == kind).map_or(Value::Nil, |(_, text)| Value::str(*text))
}

/// The form of a message for a number; all of them where there is no number.
fn form(forms: &Rc<RHash>, mentioned: &RHash) -> Value {
    let name = match mentioned.get_symbol("count") {
        None | Some(Value::Nil) => return Value::Hash(Rc::clone(forms)),
        Some(Value::Int(0)) if forms.get_symbol("zero").is_some() => "zero",
        Some(Value::Int(1)) => "one",
        Some(Value::Float(count)) if (count - 1.0).abs() < f64::EPSILON => "one",
        Some(_) => "other",
    };
    forms.get_symbol(name).unwrap_or_default()
}

/// What a message may mention, and the record, which it may not.
fn mentioned(
    interpreter: &mut Interpreter,
    base: &Value,
    attribute: &Value,
    options: &RHash,
) -> Eval<(Rc<RHash>, Value)> {
    let (_, class) = model(interpreter, base);
    let name = interpreter.call_public(&class, "model_name", Args::none())?;
    let about = RHash::from_pairs([(Value::symbol("base"), base.clone())]);
    let arguments = Args::new(vec![attribute.clone(), Value::hash(about)]);
    let is_whole = matches!(attribute, Value::Symbol(name) if name.is("base"));
    let all = RHash::new();
    all.insert_symbol("model", interpreter.call_public(&name, "human", Args::none())?);
    all.insert_symbol("attribute", interpreter.call_public(&class, "human_attribute_name", arguments)?);
    let value = if is_whole {
        Value::Nil
    } else {
        interpreter.call_public(base, "read_attribute_for_validation", Args::one(attribute.clone()))?
    };
    all.insert_symbol("value", value);
    for (key, value) in options.pairs() {
        all.insert(key, value);
    }
    let object = all.get_symbol("object").unwrap_or_else(|| base.clone());
    let kept = all.pairs().into_iter().filter(|(key, _)| !is_among(key, &RESERVED));
    Ok((Rc::new(RHash::from_pairs(kept)), object))
}

/// `%{name}`, `%<name>.2f` and `%%`.
fn fill_in(interpreter: &mut Interpreter, template: &str, mentioned: &Rc<RHash>) -> Eval {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('%') {
        out.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
        } else if let Some((name, format, after)) = placeholder(rest) {
            let value = value_of(interpreter, name, mentioned, template)?;
            out.push_str(&shown(interpreter, &value, format)?);
            rest = after;
        } else {
            out.push('%');
        }
    }
    out.push_str(rest);
    Ok(Value::str(out))
}

/// The name of what is to be put in, its format, and what comes after, of a text that begins behind a percent sign.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let is_word = |name: &str| !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
    if let Some(inner) = text.strip_prefix('{') {
        let (name, after) = inner.split_once('}')?;
        return is_word(name).then_some((name, "", after));
    }
    let (name, after) = text.strip_prefix('<')?.split_once('>')?;
    let end = after.find(|one: char| "bBdiouxXeEfgGcps".contains(one))? + 1;
    is_word(name).then_some((name, &after[..end], &after[end..]))
}

fn value_of(interpreter: &mut Interpreter, name: &str, mentioned: &Rc<RHash>, template: &str) -> Eval {
    let Some(value) = mentioned.get_symbol(name) else {
        let template = interpreter.inspect(&Value::str(template))?;
        let all = interpreter.inspect(&Value::Hash(Rc::clone(mentioned)))?;
        let message = format!("missing interpolation argument :{name} in {template} ({all} given)");
        return Err(interpreter.error(MISSING_ARGUMENT, message));
    };
    if is_callable(interpreter, &value) {
        return interpreter.call(&value, "call", Args::one(Value::Hash(Rc::clone(mentioned))));
    }
    Ok(value)
}

fn shown(interpreter: &mut Interpreter, value: &Value, format: &str) -> Eval<String> {
    if format.is_empty() {
        return interpreter.to_s(value);
    }
    let text = interpreter.call(&Value::str(format!("%{format}")), "%", Args::one(value.clone()))?;
    interpreter.to_s(&text)
}

/// What is said of a kind that nobody has a message for: the keys of a translation that would have one.
fn missing(interpreter: &mut Interpreter, base: &Value, attribute: &Value, kind: Symbol) -> Eval {
    let (_, class) = model(interpreter, base);
    let attribute = interpreter.to_s(attribute)?;
    let scope = interpreter.call_public(&class, "i18n_scope", Args::none())?;
    let scope = interpreter.to_s(&scope)?;
    let ancestors = interpreter.call_public(&class, "lookup_ancestors", Args::none())?;
    let mut text = "Translation missing. Options considered were:".to_owned();
    let mut consider = |key: &str| {
        text.push_str("\n- en.");
        text.push_str(key);
    };
    for ancestor in ruby::core::convert::array(interpreter, &ancestors)? {
        let name = interpreter.call_public(&ancestor, "model_name", Args::none())?;
        let key = interpreter.call_public(&name, "i18n_key", Args::none())?;
        let key = interpreter.to_s(&key)?;
        consider(&format!("{scope}.errors.models.{key}.attributes.{attribute}.{kind}"));
        consider(&format!("{scope}.errors.models.{key}.{kind}"));
    }
    consider(&format!("{scope}.errors.messages.{kind}"));
    consider(&format!("errors.attributes.{attribute}.{kind}"));
    consider(&format!("errors.messages.{kind}"));
    Ok(Value::str(text))
}
