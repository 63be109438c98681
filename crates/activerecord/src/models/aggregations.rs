//! `composed_of`: a value object that stands for some of a record's attributes, made when it is asked for and kept until the
//! record is loaded again. What conditions make of it stands in attributes.rs.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, RHash, Symbol, Value, method};

use crate::ground::arguments::{to_strings, wrap};
use crate::models::attribute_methods::{read_named, write_named};
use crate::models::generated::{define, inherited, own};
use crate::models::model_schema::{class, schema};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("composed_of", composed_of, 1..=2),
    method("reflect_on_aggregation", reflect_on, 1..=1),
    method("reflect_on_all_aggregations", |i, this, _| Ok(Value::array(reflections(&class(i, this)?))), 0..=0),
];

const REFLECTION: &str = "ActiveRecord::Reflection::AggregateReflection";

const REFLECTION_METHODS: &[NativeMethod] = &[
    method("name", |i, this, _| Ok(Value::symbol(&aggregation(i, this)?.name)), 0..=0),
    method("macro", |_, _, _| Ok(Value::symbol("composed_of")), 0..=0),
    method("scope", |_, _, _| Ok(Value::Nil), 0..=0),
    method("options", |i, this, _| Ok(Value::Hash(Rc::clone(&aggregation(i, this)?.options))), 0..=0),
    method("active_record", |i, this, _| Ok(Value::Class(Rc::clone(&aggregation(i, this)?.owner))), 0..=0),
    method("mapping", mapping, 0..=0),
    method("klass", |i, this, _| aggregation(i, this)?.class(i), 0..=0),
];

const KEPT: &str = "@aggregation_cache";
const DECLARED: &str = "@_aggregations";

/// What a declaration says.
struct Aggregation {
    name: String,
    class_name: String,
    /// Attributes of the record, and what the object answers for each.
    parts: Vec<(String, String)>,
    allow_nil: bool,
    options: Rc<RHash>,
    owner: Rc<RClass>,
}

impl NativeData for Aggregation {}

fn aggregation(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Aggregation>> {
    match this.data::<Aggregation>() {
        Some(aggregation) => Ok(aggregation),
        None => Err(interpreter.type_error("not an aggregate reflection")),
    }
}

fn composed_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = match args.get(1) {
        Value::Hash(options) => options,
        _ => Rc::default(),
    };
    let known = ["class_name", "mapping", "allow_nil", "constructor", "converter"].map(Value::symbol);
    ruby::active_support::hash::assert_valid_keys_of(interpreter, &options, &known)?;
    let name = args.first().as_name().unwrap_or_default();
    let class_name = match options.get_symbol("class_name") {
        Some(given) if given.truthy() => interpreter.to_s(&given)?,
        _ => interpreter.inflector().camelize(&name),
    };
    let owner = class(interpreter, this)?;
    let parts = parts(interpreter, &name, &options)?;
    schema(&owner)
        .aggregations
        .borrow_mut()
        .insert(name.clone(), Rc::new(parts.iter().map(|(from, to)| vec![from.clone(), to.clone()]).collect()));
    let allow_nil = options.get_symbol("allow_nil").is_some_and(|allows| allows.truthy());
    let aggregation =
        Aggregation { name: name.clone(), class_name, parts, allow_nil, options, owner: Rc::clone(&owner) };
    let object = Rc::clone(&interpreter.classes.object);
    let reflection = interpreter.define_class(REFLECTION, &object);
    reflection.define(REFLECTION_METHODS);
    let reflection = Value::native(&reflection, aggregation);
    let described = self::aggregation(interpreter, &reflection)?;
    let declared = own(&owner, DECLARED, || Value::hash(RHash::new()));
    if let Value::Hash(declared) = &declared {
        declared.insert(Value::str(&*name), reflection);
    }
    let writer = Rc::clone(&described);
    define(&owner, &name, 0..=0, move |interpreter, record, _| described.read(interpreter, record));
    define(&owner, &format!("{name}="), 1..=1, move |interpreter, record, args| {
        writer.write(interpreter, record, args.first())?;
        Ok(args.first())
    });
    Ok(Value::Nil)
}

/// `mapping:`: one pair or several; without it, an attribute of the aggregation's own name.
fn parts(interpreter: &mut Interpreter, name: &str, options: &RHash) -> Eval<Vec<(String, String)>> {
    let given = options.get_symbol("mapping").unwrap_or_default();
    let given = match &given {
        Value::Hash(pairs) => pairs.pairs().into_iter().map(|(from, to)| Value::array(vec![from, to])).collect(),
        other => wrap(interpreter, other)?,
    };
    if given.is_empty() {
        return Ok(vec![(name.to_owned(), name.to_owned())]);
    }
    let pairs = if matches!(given.first(), Some(Value::Array(_))) { given } else { vec![Value::array(given)] };
    let mut parts = Vec::new();
    for pair in pairs {
        let pair = wrap(interpreter, &pair)?;
        let mut ends = to_strings(interpreter, &pair)?.into_iter();
        if let (Some(from), Some(to)) = (ends.next(), ends.next()) {
            parts.push((from, to));
        }
    }
    Ok(parts)
}

/// As it was given, a single pair in a list.
fn mapping(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let aggregation = aggregation(interpreter, this)?;
    match aggregation.options.get_symbol("mapping").filter(Value::truthy) {
        None => {
            let name = Value::symbol(&aggregation.name);
            Ok(Value::array(vec![Value::array(vec![name.clone(), name])]))
        }
        Some(Value::Array(pair)) if !matches!(pair.get(0), Some(Value::Array(_))) => {
            Ok(Value::array(vec![Value::Array(pair)]))
        }
        Some(mapping) => Ok(mapping),
    }
}

fn reflections(class: &Rc<RClass>) -> Vec<Value> {
    declared(class).pairs().into_iter().map(|(_, reflection)| reflection).collect()
}

fn declared(class: &Rc<RClass>) -> RHash {
    let all = RHash::new();
    for of_class in inherited(class, DECLARED) {
        if let Value::Hash(of_class) = of_class {
            for (name, reflection) in of_class.pairs() {
                all.insert(name, reflection);
            }
        }
    }
    all
}

fn reflect_on(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    Ok(declared(&class(interpreter, this)?).get(&Value::str(name)).unwrap_or_default())
}

fn kept(interpreter: &mut Interpreter, record: &Value) -> Eval<Rc<RHash>> {
    if let Value::Hash(kept) = interpreter.instance_variable(record, Symbol::new(KEPT)) {
        return Ok(kept);
    }
    let kept = Rc::new(RHash::new());
    interpreter.set_instance_variable(record, Symbol::new(KEPT), Value::Hash(Rc::clone(&kept)))?;
    Ok(kept)
}

impl Aggregation {
    fn class(&self, interpreter: &mut Interpreter) -> Eval {
        interpreter.call(&Value::str(&*self.class_name), "constantize", Args::none())
    }

    fn option(&self, name: &str) -> Value {
        self.options.get_symbol(name).unwrap_or_default()
    }

    fn read(&self, interpreter: &mut Interpreter, record: &Value) -> Eval {
        let (kept, name) = (kept(interpreter, record)?, Value::str(&*self.name));
        if let Some(there) = kept.get(&name).filter(|there| !there.is_nil()) {
            return Ok(there);
        }
        let mut values = Vec::with_capacity(self.parts.len());
        for (attribute, _) in &self.parts {
            values.push(read_named(interpreter, record, attribute)?);
        }
        if self.allow_nil && values.iter().all(Value::is_nil) {
            return Ok(Value::Nil);
        }
        let made = self.make(interpreter, "constructor", Args::new(values))?;
        let made = interpreter.call(&made, "freeze", Args::none())?;
        kept.insert(name, made.clone());
        Ok(made)
    }

    /// Has the class make an object, by the method or the proc that an option says.
    fn make(&self, interpreter: &mut Interpreter, option: &str, args: Args) -> Eval {
        match self.option(option) {
            Value::Nil => {
                let class = self.class(interpreter)?;
                interpreter.call(&class, "new", args)
            }
            maker if interpreter.responds_to(&maker, "call") => interpreter.call(&maker, "call", args),
            name => {
                let (class, name) = (self.class(interpreter)?, interpreter.to_s(&name)?);
                interpreter.call(&class, name.as_str(), args)
            }
        }
    }

    fn write(&self, interpreter: &mut Interpreter, record: &Value, part: Value) -> Eval<()> {
        let part = self.converted(interpreter, part)?;
        let kept = kept(interpreter, record)?;
        let is_nothing = part.is_nil() && self.allow_nil;
        for (attribute, answer) in &self.parts {
            let value = if is_nothing { Value::Nil } else { interpreter.call(&part, answer.as_str(), Args::none())? };
            write_named(interpreter, record, attribute, value)?;
        }
        let own = if is_nothing {
            Value::Nil
        } else {
            let copy = interpreter.call(&part, "dup", Args::none())?;
            interpreter.call(&copy, "freeze", Args::none())?
        };
        kept.insert(Value::str(&*self.name), own);
        Ok(())
    }

    /// What was assigned, as an object of the class where that can be told.
    fn converted(&self, interpreter: &mut Interpreter, part: Value) -> Eval {
        let Value::Class(class) = self.class(interpreter)? else { return Ok(part) };
        let mut part = part;
        if !part.is_nil() && !interpreter.is_a(&part, &class) && !self.option("converter").is_nil() {
            part = self.make(interpreter, "converter", Args::one(part))?;
        }
        // A form's fields, numbered from one.
        if let Value::Hash(fields) = &part {
            let mut fields: Vec<(i64, Value)> = fields
                .pairs()
                .into_iter()
                .map_while(|(key, value)| if let Value::Int(key) = key { Some((key, value)) } else { None })
                .collect();
            let is_numbered = fields.len() == other_len(&part);
            if is_numbered {
                fields.sort_by_key(|(number, _)| *number);
                if fields.last().map(|(number, _)| *number) != i64::try_from(fields.len()).ok() {
                    return Err(interpreter.argument_error("ArgumentError"));
                }
                let values = fields.into_iter().map(|(_, value)| value).collect();
                return interpreter.call(&Value::Class(class), "new", Args::new(values));
            }
        }
        Ok(part)
    }
}

fn other_len(hash: &Value) -> usize {
    match hash {
        Value::Hash(hash) => hash.len(),
        _ => 0,
    }
}
