//! The Inflector as Ruby sees it: `ActiveSupport::Inflector`, its inflections, and String's methods
//! (core_ext/string/inflections.rb, core_ext/integer/inflections.rb).

use std::rc::Rc;

use super::inflections::{Matcher, Rule};
use super::{Inflections, deconstantize, demodulize, downcase_first, ordinal, transliterate, upcase_first};
use crate::Args;
use crate::core::array::combine::flattened;
use crate::core::convert;
use crate::core::regexp::{self, RegexpData};
use crate::core::string;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Receiver, method, variadic};
use crate::runtime::value::{NativeData, RHash, Value};

const HUMANIZE: &[&str] = &["capitalize", "keep_id_suffix"];
const TITLEIZE: &[&str] = &["keep_id_suffix"];
const PARAMETERIZE: &[&str] = &["separator", "preserve_case", "locale"];

/// Functions of the module. Each takes the word first.
const MODULE_METHODS: &[NativeMethod] = &[
    method("inflections", inflections, 0..=1),
    method("pluralize", pluralize, 1..=2),
    method("singularize", singularize, 1..=2),
    method("camelize", camelize, 1..=2),
    method("underscore", underscore, 1..=1),
    method("humanize", humanize, 1..=1).taking(HUMANIZE),
    method("titleize", titleize, 1..=1).taking(TITLEIZE),
    method("tableize", tableize, 1..=1),
    method("classify", classify, 1..=1),
    method("dasherize", dasherize, 1..=1),
    method("demodulize", demodulize_method, 1..=1),
    method("deconstantize", deconstantize_method, 1..=1),
    method("foreign_key", foreign_key, 1..=2),
    method("upcase_first", upcase_first_method, 1..=1),
    method("downcase_first", downcase_first_method, 1..=1),
    method("constantize", constantize, 1..=1),
    method("safe_constantize", safe_constantize, 1..=1),
    method("ordinal", ordinal_method, 1..=1),
    method("ordinalize", ordinalize, 1..=1),
    method("transliterate", transliterate_method, 1..=2).taking(&["locale"]),
    method("parameterize", parameterize, 1..=1).taking(PARAMETERIZE),
];

const STRING_METHODS: &[NativeMethod] = &[
    method("pluralize", string_pluralize, 0..=2).of(Receiver::Characters),
    method("singularize", of_string::<1>, 0..=1).of(Receiver::Characters),
    method("camelize", string_camelize, 0..=1).of(Receiver::Characters),
    method("camelcase", string_camelize, 0..=1).of(Receiver::Characters),
    method("underscore", of_string::<3>, 0..=0).of(Receiver::Characters),
    method("humanize", of_string::<4>, 0..=0).taking(HUMANIZE).of(Receiver::Characters),
    method("titleize", of_string::<5>, 0..=0).taking(TITLEIZE).of(Receiver::Characters),
    method("titlecase", of_string::<5>, 0..=0).taking(TITLEIZE).of(Receiver::Characters),
    method("tableize", of_string::<6>, 0..=0).of(Receiver::Characters),
    method("classify", of_string::<7>, 0..=0).of(Receiver::Characters),
    method("dasherize", of_string::<8>, 0..=0).of(Receiver::Characters),
    method("demodulize", of_string::<9>, 0..=0),
    method("deconstantize", of_string::<10>, 0..=0),
    method("foreign_key", of_string::<11>, 0..=1).of(Receiver::Characters),
    method("upcase_first", of_string::<12>, 0..=0),
    method("downcase_first", of_string::<13>, 0..=0),
    method("constantize", of_string::<14>, 0..=0),
    method("safe_constantize", of_string::<15>, 0..=0),
    method("parameterize", of_string::<16>, 0..=0).taking(PARAMETERIZE),
];

const INTEGER_METHODS: &[NativeMethod] =
    &[method("ordinal", of_integer::<0>, 0..=0), method("ordinalize", of_integer::<1>, 0..=0)];

const INFLECTIONS_METHODS: &[NativeMethod] = &[
    method("acronym", acronym, 1..=1),
    method("plural", plural, 2..=2),
    method("singular", singular, 2..=2),
    method("irregular", irregular, 2..=2),
    variadic("uncountable", uncountable, 0),
    method("human", human, 2..=2),
    method("clear", clear, 0..=1),
    method("plurals", plurals, 0..=0),
    method("singulars", singulars, 0..=0),
    method("humans", humans, 0..=0),
    method("uncountables", uncountables, 0..=0),
    method("acronyms", acronyms, 0..=0),
];

struct InflectionsObject(Rc<Inflections>);

impl NativeData for InflectionsObject {}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let module = interpreter.define_module("ActiveSupport::Inflector");
    interpreter.define_singleton(&module, MODULE_METHODS);
    module.define(MODULE_METHODS);
    interpreter.define_class("ActiveSupport::Inflector::Inflections", &object).define(INFLECTIONS_METHODS);
    interpreter.classes.string.define(STRING_METHODS);
    interpreter.classes.integer.define(INTEGER_METHODS);
}

/// The function that stands at `N` in [`of_string`]'s list, called on the receiver.
fn of_string<const N: usize>(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    const FUNCTIONS: [fn(&mut Interpreter, &Value, Args) -> Eval; 17] = [
        pluralize,
        singularize,
        camelize,
        underscore,
        humanize,
        titleize,
        tableize,
        classify,
        dasherize,
        demodulize_method,
        deconstantize_method,
        foreign_key,
        upcase_first_method,
        downcase_first_method,
        constantize,
        safe_constantize,
        parameterize,
    ];
    args.positional.insert(0, this.clone());
    FUNCTIONS[N](interpreter, this, args)
}

fn of_integer<const N: usize>(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let function = [ordinal_method, ordinalize][N];
    function(interpreter, this, Args::one(this.clone()))
}

/// The word of a function: any object, by its `to_s`.
fn word(interpreter: &mut Interpreter, args: &Args) -> Eval<String> {
    /// Each rule's pattern looks through all of a text; a name is short.
    const RULES: u64 = 200;
    match &args.first() {
        Value::Str(text) => {
            let text = text.to_string();
            if text.len() > 1024 {
                let work = (text.len() as u64).saturating_mul(RULES);
                interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))?;
            }
            Ok(text)
        }
        Value::Class(class) => Ok(class.name()),
        other => interpreter.to_s(other),
    }
}

fn locale(value: &Value) -> String {
    value.as_name().unwrap_or_else(|| "en".to_owned())
}

fn inflections(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let rules = interpreter.inflector().inflections(&locale(&args.first()));
    let class = interpreter.class_at("ActiveSupport::Inflector::Inflections");
    let object = Value::native(&class, InflectionsObject(rules));
    match &args.block {
        Some(block) => interpreter.yield_value(block, object),
        None => Ok(object),
    }
}

fn pluralize(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(interpreter.inflector().inflections(&locale(&args.get(1))).pluralize(&word)))
}

fn singularize(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(interpreter.inflector().inflections(&locale(&args.get(1))).singularize(&word)))
}

fn string_pluralize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = args.first();
    if matches!(count, Value::Int(1)) || matches!(count, Value::Float(count) if count == 1.0) {
        return Ok(Value::str(string::text(this).to_string()));
    }
    let locale = if matches!(count, Value::Symbol(_)) { count } else { args.get(1) };
    pluralize(interpreter, this, Args::new(vec![this.clone(), locale]))
}

fn camelize(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    let lower = match args.get(1) {
        Value::Symbol(first) => first.is("lower"),
        first => args.has(1) && !first.truthy(),
    };
    let inflector = &interpreter.inflector();
    Ok(Value::str(if lower { inflector.camelize_lower(&word) } else { inflector.camelize(&word) }))
}

fn string_camelize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match args.first() {
        Value::Nil if !args.has(0) => {}
        Value::Symbol(first) if first.is("upper") || first.is("lower") => {}
        _ => return Err(interpreter.argument_error("Invalid option, use either :upper or :lower.")),
    }
    of_string::<2>(interpreter, this, args)
}

fn underscore(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(interpreter.inflector().underscore(&word)))
}

/// A boolean option, or its default.
fn flag(options: Option<&Rc<RHash>>, name: &str, default: bool) -> bool {
    options.and_then(|options| options.get_symbol(name)).map_or(default, |value| value.truthy())
}

fn humanize(interpreter: &mut Interpreter, _this: &Value, mut args: Args) -> Eval {
    let options = args.take_options();
    let word = word(interpreter, &args)?;
    let capitalize = flag(options.as_ref(), "capitalize", true);
    let keep = flag(options.as_ref(), "keep_id_suffix", false);
    Ok(Value::str(interpreter.inflector().humanize(&word, capitalize, keep)))
}

fn titleize(interpreter: &mut Interpreter, _this: &Value, mut args: Args) -> Eval {
    let options = args.take_options();
    let word = word(interpreter, &args)?;
    Ok(Value::str(interpreter.inflector().titleize(&word, flag(options.as_ref(), "keep_id_suffix", false))))
}

fn tableize(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(interpreter.inflector().tableize(&word)))
}

fn classify(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(interpreter.inflector().classify(&word)))
}

fn dasherize(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(word.replace('_', "-")))
}

fn demodulize_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(demodulize(&word)))
}

fn deconstantize_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(deconstantize(&word)))
}

fn foreign_key(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    let separate = !args.has(1) || args.get(1).truthy();
    Ok(Value::str(interpreter.inflector().foreign_key(&word, separate)))
}

fn upcase_first_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(upcase_first(&word)))
}

fn downcase_first_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let word = word(interpreter, &args)?;
    Ok(Value::str(downcase_first(&word)))
}

fn constantize(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let object = Value::Class(Rc::clone(&interpreter.classes.object));
    interpreter.call(&object, "const_get", Args::one(args.first()))
}

/// nil where a part of the very name is missing; a NameError about anything else goes on.
fn safe_constantize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let path = word(interpreter, &args)?;
    let flow = match constantize(interpreter, this, args) {
        Err(flow) => flow,
        found => return found,
    };
    let name_error = interpreter.class_at("NameError");
    if let Flow::Raise(error) = &*flow
        && interpreter.is_a(error, &name_error)
    {
        let name = interpreter.call(error, "name", Args::none())?;
        let missing = name.as_name();
        if missing.is_none_or(|missing| missing == path || path.split("::").any(|part| part == missing)) {
            return Ok(Value::Nil);
        }
    }
    Err(flow)
}

fn ordinal_of(interpreter: &mut Interpreter, number: &Value) -> Eval<&'static str> {
    let number = match number {
        Value::Str(text) => string::number::parse_integer(interpreter, &text.to_string(), 10)?,
        other => interpreter.call(other, "to_i", Args::none())?,
    };
    match number {
        Value::Int(number) => Ok(ordinal(number)),
        big => {
            let rest = interpreter.call(&big, "%", Args::one(Value::Int(100)))?;
            Ok(ordinal(convert::int(interpreter, &rest)?))
        }
    }
}

fn ordinal_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    ordinal_of(interpreter, &args.first()).map(Value::from)
}

fn ordinalize(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let suffix = ordinal_of(interpreter, &args.first())?;
    let number = interpreter.to_s(&args.first())?;
    Ok(Value::str(format!("{number}{suffix}")))
}

fn transliterate_method(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    let Value::Str(text) = args.first() else {
        let class = interpreter.class_of(&args.first()).name();
        return Err(interpreter.argument_error(format!("Can only transliterate strings. Received {class}")));
    };
    if text.is_binary() {
        return Err(interpreter.argument_error("Cannot transliterate strings with ASCII-8BIT encoding"));
    }
    let replacement = if args.has(1) { convert::string(interpreter, &args.get(1))? } else { "?".to_owned() };
    Ok(Value::str(transliterate::transliterate(&text.borrow(), &replacement)))
}

fn parameterize(interpreter: &mut Interpreter, _this: &Value, mut args: Args) -> Eval {
    let options = args.take_options();
    let word = word(interpreter, &args)?;
    let separator = match options.as_ref().and_then(|options| options.get_symbol("separator")) {
        None => "-".to_owned(),
        Some(separator) => convert::string(interpreter, &separator)?,
    };
    let preserve_case = flag(options.as_ref(), "preserve_case", false);
    Ok(Value::str(transliterate::parameterize(&word, &separator, preserve_case)))
}

// Inflections

fn rules(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Inflections>> {
    match this.data::<InflectionsObject>() {
        Some(object) => Ok(Rc::clone(&object.0)),
        None => Err(interpreter.type_error("uninitialized inflections")),
    }
}

fn matcher(interpreter: &mut Interpreter, value: &Value) -> Eval<Matcher> {
    match value.data::<RegexpData>() {
        Some(data) => {
            // Flags beyond `i` travel inside the pattern.
            let plain = !data.options.extended && !data.options.multiline;
            let source = if plain { data.source.clone() } else { regexp::embedded(&data) };
            Ok(Matcher::pattern(&source, data.options.ignore_case))
        }
        None => convert::string(interpreter, value).map(Matcher::Text),
    }
}

fn acronym(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let word = convert::string(interpreter, &args.first())?;
    rules(interpreter, this)?.acronym(&word);
    Ok(Value::Nil)
}

fn plural(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (matcher, to) = (matcher(interpreter, &args.first())?, convert::string(interpreter, &args.get(1))?);
    rules(interpreter, this)?.plural(matcher, &to);
    Ok(Value::Nil)
}

fn singular(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (matcher, to) = (matcher(interpreter, &args.first())?, convert::string(interpreter, &args.get(1))?);
    rules(interpreter, this)?.singular(matcher, &to);
    Ok(Value::Nil)
}

fn human(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (matcher, to) = (matcher(interpreter, &args.first())?, convert::string(interpreter, &args.get(1))?);
    rules(interpreter, this)?.human(matcher, &to);
    Ok(Value::Nil)
}

fn irregular(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let singular = convert::string(interpreter, &args.first())?;
    let plural = convert::string(interpreter, &args.get(1))?;
    rules(interpreter, this)?.irregular(&singular, &plural);
    Ok(Value::Nil)
}

fn uncountable(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut words = Vec::new();
    for word in flattened(interpreter, &args.positional, -1)? {
        words.push(convert::string(interpreter, &word)?);
    }
    rules(interpreter, this)?.uncountable(words.into_iter());
    Ok(Value::Nil)
}

fn clear(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let scope = args.first().as_name().unwrap_or_else(|| "all".to_owned());
    rules(interpreter, this)?.clear(&scope);
    Ok(Value::Nil)
}

fn rule_values(interpreter: &mut Interpreter, rules: &[Rule]) -> Eval {
    let mut out = Vec::new();
    for rule in rules {
        let pattern = match &rule.matcher {
            Matcher::Text(text) => Value::str(text.clone()),
            Matcher::Pattern { source, ignore_case, .. } => {
                let options = regexp::translate::Options { ignore_case: *ignore_case, ..Default::default() };
                regexp::new(interpreter, source, options)?
            }
        };
        out.push(convert::pair(pattern, Value::str(rule.replacement.clone())));
    }
    Ok(Value::array(out))
}

fn plurals(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let rules = rules(interpreter, this)?.plurals.borrow().clone();
    rule_values(interpreter, &rules)
}

fn singulars(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let rules = rules(interpreter, this)?.singulars.borrow().clone();
    rule_values(interpreter, &rules)
}

fn humans(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let rules = rules(interpreter, this)?.humans.borrow().clone();
    rule_values(interpreter, &rules)
}

fn uncountables(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let words = rules(interpreter, this)?.uncountables.borrow().clone();
    Ok(Value::array(words.into_iter().map(Value::str).collect()))
}

fn acronyms(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let rules = rules(interpreter, this)?;
    let pairs =
        rules.acronyms().iter().map(|(key, word)| (string::frozen(key), Value::str(word.clone()))).collect::<Vec<_>>();
    Ok(Value::hash(RHash::from_pairs(pairs)))
}
