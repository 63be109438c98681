//! enum.rb: an attribute whose values have names, with a method for each to ask, to set and to look for.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use crate::models::attribute_methods::{self, dangerous};
use crate::models::attribute_set::{EnumMapping, Kind};
use crate::models::model_schema::{Decoration, class, forget_columns, lineage, nearest, schema};

/// One `enum` of a class.
#[derive(Clone)]
pub(crate) struct Definition {
    attribute: String,
    /// Each method's name, with what the attribute is then.
    methods: Vec<(String, Value)>,
    mapping: Rc<EnumMapping>,
}

pub(crate) const SINGLETON_METHODS: &[NativeMethod] =
    &[variadic("enum", declare, 0).with_keywords(), method("defined_enums", defined_enums, 0..=0)];

/// What `enum` takes besides the values.
#[derive(Default)]
struct Options {
    prefix: Value,
    suffix: Value,
    scopes: bool,
    instance_methods: bool,
    validate: Value,
    rest: Vec<(Value, Value)>,
}

/// `enum :status, { .. }, prefix: ..`, `enum :status, [..]`, `enum :status, active: 0, archived: 1`.
fn declare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if args.is_empty() {
        return Err(interpreter.wrong_number(0, 1, Some(2)));
    }
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let keywords = args.keywords.clone().unwrap_or_default();
    let (values, options) = if args.get(1).truthy() {
        (args.get(1), Options::of(&keywords))
    } else {
        (Value::Hash(keywords), Options::of(&RHash::new()))
    };
    let mapping = mapping(interpreter, &name, &values, !options.validate.truthy())?;
    check_options(interpreter, &options)?;
    let plural = interpreter.inflector().pluralize(&name);
    detect_conflict(interpreter, &class, &name, &plural, true)?;
    detect_conflict(interpreter, &class, &name, &name, false)?;
    detect_conflict(interpreter, &class, &name, &format!("{name}="), false)?;
    let singleton = interpreter.singleton_class(&class);
    singleton.set_method(
        Symbol::new(&plural),
        MethodBody::Native(method("enum_values", values_of, 0..=0)),
        Visibility::Public,
    );
    let mut attribute = Args::one(Value::str(name.as_str()));
    attribute.keywords = Some(Rc::new(RHash::from_pairs(options.rest.clone()))).filter(|rest| !rest.is_empty());
    interpreter.call(this, "attribute", attribute)?;
    schema(&class).decorations.borrow_mut().push((name.clone(), Decoration::Wrap(Kind::Enum(Rc::clone(&mapping)))));
    forget_columns(&class);
    let methods = method_names(&name, &mapping, &options);
    let definition = Definition { attribute: name.clone(), methods: methods.clone(), mapping: Rc::clone(&mapping) };
    for (method_name, _) in &methods {
        define_methods(interpreter, &class, &name, method_name, &options)?;
    }
    schema(&class).enums.borrow_mut().push(definition);
    if options.validate.truthy() {
        validate(interpreter, this, &name, &mapping, &options.validate)?;
    }
    Ok(Value::Nil)
}

impl Options {
    fn of(keywords: &RHash) -> Self {
        let mut options = Self { scopes: true, instance_methods: true, ..Self::default() };
        for (key, value) in keywords.pairs() {
            match key.as_name().as_deref() {
                Some("prefix") => options.prefix = value,
                Some("suffix") => options.suffix = value,
                Some("scopes") => options.scopes = value.truthy(),
                Some("instance_methods") => options.instance_methods = value.truthy(),
                Some("validate") => options.validate = value,
                _ => options.rest.push((key, value)),
            }
        }
        options
    }
}

/// `assert_valid_enum_options`
fn check_options(interpreter: &mut Interpreter, options: &Options) -> Eval<()> {
    let old = ["_prefix", "_suffix", "_scopes", "_default", "_instance_methods"];
    let invalid: Vec<String> = options
        .rest
        .iter()
        .filter_map(|(key, _)| key.as_name())
        .filter(|key| old.contains(&key.as_str()))
        .map(|key| format!(":{key}"))
        .collect();
    if invalid.is_empty() {
        return Ok(());
    }
    let message = format!(
        "invalid option(s): {}. Valid options are: :prefix, :suffix, :scopes, :default, :instance_methods, and :validate.",
        invalid.join(", ")
    );
    Err(interpreter.argument_error(message))
}

/// `assert_valid_enum_definition_values`, and the labels with their values.
fn mapping(interpreter: &mut Interpreter, name: &str, values: &Value, raises: bool) -> Eval<Rc<EnumMapping>> {
    let shown = interpreter.to_s(values)?;
    let invalid = |interpreter: &mut Interpreter, what: &str| {
        Err(interpreter.argument_error(format!("Enum values {shown} {what}")))
    };
    let mut pairs = Vec::new();
    match values {
        Value::Hash(hash) => {
            if hash.is_empty() {
                return invalid(interpreter, "must not be empty.");
            }
            for (label, value) in hash.pairs() {
                if attribute_methods::is_blank(&label) {
                    return invalid(interpreter, "must not contain a blank name.");
                }
                let value = match value {
                    Value::Symbol(name) => Value::str(&*name.to_str()),
                    Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Nil => value,
                    other => {
                        let class = interpreter.class_of(&other).name();
                        let what = format!("must be only booleans, integers, floats, symbols or strings, got: {class}");
                        return invalid(interpreter, &what);
                    }
                };
                pairs.push((interpreter.to_s(&label)?, value));
            }
        }
        Value::Array(items) => {
            let items = items.to_vec();
            if items.is_empty() {
                return invalid(interpreter, "must not be empty.");
            }
            let all_of_a_kind = items.iter().all(|item| matches!(item, Value::Symbol(_)))
                || items.iter().all(|item| matches!(item, Value::Str(_)));
            if !all_of_a_kind {
                return invalid(interpreter, "must only contain symbols or strings.");
            }
            for (index, label) in items.iter().enumerate() {
                let label = interpreter.to_s(label)?;
                if label.trim().is_empty() {
                    return invalid(interpreter, "must not contain a blank name.");
                }
                pairs.push((label, Value::Int(index as i64)));
            }
        }
        _ => return invalid(interpreter, "must be either a non-empty hash or an array."),
    }
    Ok(Rc::new(EnumMapping { name: name.to_owned(), values: pairs, raises }))
}

fn method_names(name: &str, mapping: &EnumMapping, options: &Options) -> Vec<(String, Value)> {
    let affix = |given: &Value| match given {
        value if !value.truthy() => None,
        Value::Bool(true) => Some(name.to_owned()),
        given => given.as_name(),
    };
    let prefix = affix(&options.prefix).map(|prefix| format!("{prefix}_")).unwrap_or_default();
    let suffix = affix(&options.suffix).map(|suffix| format!("_{suffix}")).unwrap_or_default();
    let mut methods: Vec<(String, Value)> = Vec::new();
    for (label, value) in &mapping.values {
        methods.push((format!("{prefix}{label}{suffix}"), value.clone()));
        let friendly = format!("{prefix}{}{suffix}", friendly(label));
        if methods.iter().all(|(other, _)| *other != friendly) {
            methods.push((friendly, value.clone()));
        }
    }
    methods
}

/// `label.gsub(/[\W&&[:ascii:]]+/, "_")`
fn friendly(label: &str) -> String {
    let mut out = String::new();
    let mut replaced = false;
    for character in label.chars() {
        let keep = !character.is_ascii() || character.is_ascii_alphanumeric() || character == '_';
        if keep {
            out.push(character);
        } else if !replaced {
            out.push('_');
        }
        replaced = !keep;
    }
    out
}

fn define_methods(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    attribute: &str,
    name: &str,
    options: &Options,
) -> Eval<()> {
    let native = |function| MethodBody::Native(method("enum", function, 0..=0));
    if options.instance_methods {
        let module = methods_module(class);
        for suffix in ["?", "!"] {
            let method_name = format!("{name}{suffix}");
            detect_conflict(interpreter, class, attribute, &method_name, false)?;
            module.set_method(Symbol::new(&method_name), native(ask_or_set), Visibility::Public);
        }
    }
    if options.scopes {
        let singleton = interpreter.singleton_class(class);
        for method_name in [name.to_owned(), format!("not_{name}")] {
            detect_conflict(interpreter, class, attribute, &method_name, true)?;
            singleton.set_method(Symbol::new(&method_name), native(scope), Visibility::Public);
        }
    }
    Ok(())
}

fn methods_module(class: &Rc<RClass>) -> Rc<RClass> {
    let schema = schema(class);
    let existing = schema.enum_methods.borrow().clone();
    existing.unwrap_or_else(|| {
        let module = RClass::new(ruby::value::ClassKind::Module, None, None);
        class.include(&module);
        *schema.enum_methods.borrow_mut() = Some(Rc::clone(&module));
        module
    })
}

/// `detect_enum_conflict!`
fn detect_conflict(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    attribute: &str,
    name: &str,
    of_class: bool,
) -> Eval<()> {
    let (kind, source) = if of_class {
        if dangerous::is_class_method(name) {
            ("a class", "Active Record")
        } else if dangerous::is_relation_method(name) {
            ("a class", "ActiveRecord::Relation")
        } else if name == "id" {
            ("an instance", "Active Record")
        } else {
            return Ok(());
        }
    } else if dangerous::is_attribute_method(name) {
        ("an instance", "Active Record")
    } else {
        let defined = schema(class).enum_methods.borrow().clone();
        if defined.is_none_or(|module| module.own_method(Symbol::new(name)).is_none()) {
            return Ok(());
        }
        ("an instance", "another enum")
    };
    let message = format!(
        "You tried to define an enum named \"{attribute}\" on the model \"{}\", but this will generate {kind} method \
         \"{name}\", which is already defined by {source}.",
        class.name()
    );
    Err(interpreter.argument_error(message))
}

fn validate(
    interpreter: &mut Interpreter,
    this: &Value,
    name: &str,
    mapping: &EnumMapping,
    options: &Value,
) -> Eval<()> {
    let labels = mapping.values.iter().map(|(label, _)| Value::str(label.as_str())).collect();
    let keywords = RHash::new();
    keywords.insert_symbol("in", Value::array(labels));
    if let Value::Hash(options) = options {
        for (key, value) in options.pairs() {
            keywords.insert(key, value);
        }
    }
    let arguments = Args::one(Value::symbol(name)).with_keywords(Some(Rc::new(keywords)));
    interpreter.call(this, "validates_inclusion_of", arguments).map(drop)
}

fn called(interpreter: &mut Interpreter) -> String {
    interpreter.called_name().map(|name| name.to_string()).unwrap_or_default()
}

/// The enum that has a method of this name, nearest class first.
fn find(class: &Rc<RClass>, name: &str) -> Option<(String, Value)> {
    nearest(class, |class| {
        schema(class).enums.borrow().iter().rev().find_map(|definition| {
            let (_, value) = definition.methods.iter().find(|(other, _)| other == name)?;
            Some((definition.attribute.clone(), value.clone()))
        })
    })
}

/// `active?` and `active!`
fn ask_or_set(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = called(interpreter);
    let class = interpreter.class_of(this);
    let Some((attribute, value)) = find(&class, name.trim_end_matches(['?', '!'])) else {
        return attribute_methods::undefined_method(interpreter, this, &name);
    };
    if name.ends_with('?') {
        let current = interpreter.call_public(this, format!("{attribute}_for_database").as_str(), Args::none())?;
        return Ok(interpreter.equal(&current, &value)?.into());
    }
    let attributes = Value::hash(RHash::from_pairs(vec![(Value::str(attribute), value)]));
    interpreter.call(this, "update!", Args::one(attributes))
}

/// `Model.active` and `Model.not_active`
fn scope(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = called(interpreter);
    let class = class(interpreter, this)?;
    let all = crate::models::scoping::all(interpreter, &class)?;
    let (found, not) = match find(&class, &name) {
        Some(found) => (found, false),
        None => match name.strip_prefix("not_").and_then(|name| find(&class, name)) {
            Some(found) => (found, true),
            None => return attribute_methods::undefined_method(interpreter, this, &name),
        },
    };
    let conditions = Args::one(Value::hash(RHash::from_pairs(vec![(Value::str(found.0), found.1)])));
    if not {
        let chain = interpreter.call(&all, "where", Args::none())?;
        return interpreter.call(&chain, "not", conditions);
    }
    interpreter.call(&all, "where", conditions)
}

/// `Model.statuses`
fn values_of(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = called(interpreter);
    let class = class(interpreter, this)?;
    for ancestor in lineage(&class) {
        let enums = schema(&ancestor).enums.borrow().clone();
        for definition in enums.iter().rev() {
            if interpreter.inflector().pluralize(&definition.attribute) == name {
                return as_hash(interpreter, &definition.mapping);
            }
        }
    }
    attribute_methods::undefined_method(interpreter, this, &name)
}

fn as_hash(interpreter: &mut Interpreter, mapping: &EnumMapping) -> Eval {
    let pairs = mapping.values.iter().map(|(label, value)| (Value::str(label.as_str()), value.clone()));
    let hash = ruby::core::hash::indifferent_copy(interpreter, &RHash::from_pairs(pairs.collect::<Vec<_>>()))?;
    if let Value::Hash(hash) = &hash {
        hash.freeze();
    }
    Ok(hash)
}

fn defined_enums(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let all = RHash::new();
    for ancestor in lineage(&class).iter().rev() {
        for definition in schema(ancestor).enums.borrow().clone() {
            let values = as_hash(interpreter, &definition.mapping)?;
            all.insert(Value::str(definition.attribute.as_str()), values);
        }
    }
    Ok(Value::hash(all))
}
