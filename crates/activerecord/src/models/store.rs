//! `store` and `store_accessor`: keys of a hash in one column, read and written as if they were attributes.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Value, method, variadic};

use crate::ground::arguments::{check_keywords, flatten, wrap};
use crate::models::generated::{define, inherited, own};
use crate::models::model_schema::class;

pub(crate) mod coders;

use coders::{build_serializer, serialize_with};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("serialize", coders::serialize, 1..=1).with_keywords(),
    method(
        "build_column_serializer",
        |i, _, args| build_serializer(i, &args.first(), &args.get(1), &args.get(2), &args.get(3)),
        3..=4,
    ),
    method("store", store, 1..=2),
    variadic("store_accessor", store_accessor, 1).with_keywords(),
    method("stored_attributes", |i, this, _| Ok(Value::hash(stored(&class(i, this)?))), 0..=0),
];

const DECLARED: &str = "@_local_stored_attributes";
const ACCESSORS: &str = "@_store_accessors_module";

/// `store :settings, accessors: [:color], coder: JSON`
fn store(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = match args.get(1) {
        Value::Hash(options) => options,
        _ => Rc::default(),
    };
    let option = |name: &str| options.get_symbol(name).unwrap_or_default();
    let object = Value::Class(Rc::clone(&interpreter.classes.object));
    let inner = build_serializer(interpreter, &args.first(), &option("coder"), &object, &option("yaml"))?;
    let class = Value::Class(interpreter.class_at(coders::INDIFFERENT));
    let coder = interpreter.call(&class, "new", Args::new(vec![args.first(), inner]))?;
    serialize_with(interpreter, this, &args.first(), coder)?;
    if options.get_symbol("accessors").is_some() {
        let named = RHash::new();
        for name in ["prefix", "suffix"] {
            if let Some(given) = options.get_symbol(name) {
                named.insert_symbol(name, given);
            }
        }
        let accessors = Args::new(vec![args.first(), option("accessors")]).with_keywords(Some(Rc::new(named)));
        return store_accessor(interpreter, this, accessors);
    }
    Ok(Value::Nil)
}

/// `store_accessor :settings, :color, :size, prefix: true`
fn store_accessor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["prefix", "suffix"])?;
    let attribute = args.first().as_name().unwrap_or_default();
    let affix = |option: &str| match args.keyword(option) {
        Some(Value::Bool(true)) => Some(attribute.clone()),
        Some(given) => given.as_name(),
        None => None,
    };
    let prefix = affix("prefix").map(|prefix| format!("{prefix}_")).unwrap_or_default();
    let suffix = affix("suffix").map(|suffix| format!("_{suffix}")).unwrap_or_default();
    let class = class(interpreter, this)?;
    let module = own(&class, ACCESSORS, || {
        let module = RClass::new(ruby::value::ClassKind::Module, None, None);
        class.include(&module);
        Value::Class(module)
    });
    let keys = flatten(interpreter, args.positional.get(1..).unwrap_or_default())?;
    for key in &keys {
        let name = format!("{prefix}{}{suffix}", interpreter.to_s(key)?);
        if let Value::Class(module) = &module {
            Stored { attribute: Rc::from(attribute.as_str()), key: key.clone() }.define(module, &name);
        }
    }
    let Value::Hash(declared) = own(&class, DECLARED, || Value::hash(RHash::new())) else { return Ok(Value::Nil) };
    declared.insert(args.first(), united(declared.get(&args.first()), keys));
    Ok(Value::Nil)
}

fn united(there: Option<Value>, more: Vec<Value>) -> Value {
    let mut all = match there {
        Some(Value::Array(there)) => there.to_vec(),
        _ => Vec::new(),
    };
    for one in more {
        if !all.iter().any(|other| ruby::value::hash::eql(other, &one)) {
            all.push(one);
        }
    }
    Value::array(all)
}

fn stored(class: &Rc<RClass>) -> RHash {
    let all = RHash::new();
    for of_class in inherited(class, DECLARED) {
        let Value::Hash(of_class) = of_class else { continue };
        for (attribute, keys) in of_class.pairs() {
            let keys = match keys {
                Value::Array(keys) => keys.to_vec(),
                _ => Vec::new(),
            };
            let united = united(all.get(&attribute), keys);
            all.insert(attribute, united);
        }
    }
    all
}

/// A key of the hash that an attribute is.
#[derive(Clone)]
struct Stored {
    attribute: Rc<str>,
    key: Value,
}

/// What a method about a key's changes says.
#[derive(Clone, Copy)]
enum About {
    Whether,
    Both,
    Before,
}

impl Stored {
    fn define(&self, module: &RClass, name: &str) {
        let stored = self.clone();
        define(module, name, 0..=0, move |interpreter, record, _| stored.read(interpreter, record));
        let stored = self.clone();
        define(module, &format!("{name}="), 1..=1, move |interpreter, record, args| {
            stored.write(interpreter, record, args.first())?;
            Ok(args.first())
        });
        for (method, list, about) in [
            (format!("{name}_changed?"), "changes", About::Whether),
            (format!("{name}_change"), "changes", About::Both),
            (format!("{name}_was"), "changes", About::Before),
            (format!("saved_change_to_{name}?"), "saved_changes", About::Whether),
            (format!("saved_change_to_{name}"), "saved_changes", About::Both),
            (format!("{name}_before_last_save"), "saved_changes", About::Before),
        ] {
            let stored = self.clone();
            define(module, &method, 0..=0, move |interpreter, record, _| {
                stored.change(interpreter, record, list, about)
            });
        }
    }

    /// Whether the hash takes symbols for strings, or keys have to be strings.
    fn is_indifferent(&self, interpreter: &mut Interpreter, record: &Value) -> Eval<bool> {
        let kind = interpreter.call(record, "type_for_attribute", Args::one(Value::str(&*self.attribute)))?;
        match interpreter.call(&kind, "store_kind", Args::none())?.as_name().as_deref() {
            Some("indifferent") => Ok(true),
            Some("string_keyed") => Ok(false),
            _ => {
                let message = format!(
                    "the column '{}' has not been configured as a store. Please make sure the column is declared \
                     serializable via 'ActiveRecord.store' or, if your database supports it, use a structured column type \
                     like hstore or json.",
                    self.attribute
                );
                Err(interpreter.error("ActiveRecord::ConfigurationError", message))
            }
        }
    }

    /// The key as the hash has it.
    fn key(&self, interpreter: &mut Interpreter, indifferent: bool) -> Eval {
        if indifferent {
            return Ok(self.key.clone());
        }
        Ok(Value::str(interpreter.to_s(&self.key)?))
    }

    /// The record's hash, assigned first where there is none yet.
    fn hash(&self, interpreter: &mut Interpreter, record: &Value, indifferent: bool) -> Eval {
        let there = interpreter.call_public(record, &*self.attribute, Args::none())?;
        let is_ready =
            if indifferent { matches!(&there, Value::Hash(hash) if hash.is_indifferent()) } else { !there.is_nil() };
        if is_ready {
            return Ok(there);
        }
        let new = if indifferent { coders::as_indifferent(interpreter, &there)? } else { Value::hash(RHash::new()) };
        interpreter.call_public(record, format!("{}=", self.attribute).as_str(), Args::one(new))?;
        interpreter.call_public(record, &*self.attribute, Args::none())
    }

    fn read(&self, interpreter: &mut Interpreter, record: &Value) -> Eval {
        let indifferent = self.is_indifferent(interpreter, record)?;
        let hash = self.hash(interpreter, record, indifferent)?;
        let key = self.key(interpreter, indifferent)?;
        interpreter.call(&hash, "[]", Args::one(key))
    }

    fn write(&self, interpreter: &mut Interpreter, record: &Value, value: Value) -> Eval<()> {
        let indifferent = self.is_indifferent(interpreter, record)?;
        let hash = self.hash(interpreter, record, indifferent)?;
        let key = self.key(interpreter, indifferent)?;
        let there = interpreter.call(&hash, "[]", Args::one(key.clone()))?;
        if !interpreter.equal(&value, &there)? {
            interpreter.call(&hash, "[]=", Args::new(vec![key, value]))?;
        }
        Ok(())
    }

    /// What the key had and has, of the changes to the whole hash.
    fn change(&self, interpreter: &mut Interpreter, record: &Value, list: &str, about: About) -> Eval {
        let changes = interpreter.call(record, list, Args::none())?;
        let change = interpreter.call(&changes, "[]", Args::one(Value::str(&*self.attribute)))?;
        let change = wrap(interpreter, &change)?;
        if change.is_empty() {
            return Ok(if matches!(about, About::Whether) { false.into() } else { Value::Nil });
        }
        let indifferent = self.is_indifferent(interpreter, record)?;
        let key = self.key(interpreter, indifferent)?;
        let mut values = Vec::with_capacity(2);
        for hash in change {
            let value = if hash.truthy() { interpreter.call(&hash, "[]", Args::one(key.clone()))? } else { Value::Nil };
            values.push(value);
        }
        let (before, after) = (values.first().cloned().unwrap_or_default(), values.get(1).cloned().unwrap_or_default());
        Ok(match about {
            About::Whether => (!interpreter.equal(&before, &after)?).into(),
            About::Both => Value::array(values),
            About::Before => before,
        })
    }
}
