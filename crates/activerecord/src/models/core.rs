//! What a record is beside its attributes: `inspect`, `==`, `hash`, `dup` and their kin of core.rb.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use crate::ground::arguments::to_strings;
use crate::models::attribute_methods::{id, indifferent, primary_key, read_named};
use crate::models::attribute_set::{Record, record};
use crate::models::model_schema::{self, Columns};

pub(crate) const METHODS: &[NativeMethod] = &[
    method("inspect", inspect, 0..=0),
    method("full_inspect", |i, this, _| inspect_all(i, this, None), 0..=0),
    method("attribute_for_inspect", attribute_for_inspect, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", equal, 1..=1),
    method("hash", hash, 0..=0),
    method("<=>", compare, 1..=1),
    method("dup", dup, 0..=0),
    variadic("slice", slice, 0),
    variadic("values_at", values_at, 0),
];

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    match crate::models::class_attributes::of(&interpreter.class_of(this), "attributes_for_inspect") {
        Value::Array(names) => inspect_all(interpreter, this, Some(&names.to_vec())),
        _ => inspect_all(interpreter, this, None),
    }
}

/// All attributes, or those of a list that the record has, in the list's order.
fn inspect_all(interpreter: &mut Interpreter, this: &Value, listed: Option<&[Value]>) -> Eval {
    let record = record(interpreter, this)?;
    let mut shown = Vec::new();
    let mut indexes = record.keys();
    if let Some(names) = listed {
        let named = |name: &Value| name.as_name().and_then(|name| record.index(&name));
        indexes = names.iter().filter_map(named).filter(|index| indexes.contains(index)).collect();
    }
    for index in indexes {
        let value = record.read(interpreter, index)?;
        let value = format_for_inspect(interpreter, &value)?;
        shown.push(format!("{}: {value}", record.shape().names[index]));
    }
    let class = interpreter.class_of(this).name();
    Ok(Value::str(format!("#<{class} {}>", shown.join(", "))))
}

fn attribute_for_inspect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let value = read_named(interpreter, this, &name)?;
    Ok(Value::str(format_for_inspect(interpreter, &value)?))
}

const INSPECTED_CHARACTERS: usize = 50;

fn format_for_inspect(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    match value {
        Value::Str(text) if text.borrow().chars().count() > INSPECTED_CHARACTERS => {
            let start: String = text.borrow().chars().take(INSPECTED_CHARACTERS).collect();
            interpreter.inspect(&Value::str(format!("{start}...")))
        }
        Value::Object(_) => {
            let class = interpreter.class_of(value).name();
            if matches!(class.as_str(), "Time" | "Date" | "DateTime" | "ActiveSupport::TimeWithZone") {
                let text = interpreter.call(value, "to_fs", Args::one(Value::symbol("inspect")))?;
                return Ok(format!("\"{}\"", interpreter.to_s(&text)?));
            }
            interpreter.inspect(value)
        }
        _ => interpreter.inspect(value),
    }
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if this.is_identical(&other) {
        return Ok(true.into());
    }
    if other.data::<Record>().is_none() || !Rc::ptr_eq(&interpreter.class_of(this), &interpreter.class_of(&other)) {
        return Ok(false.into());
    }
    let (one, two) = (id(interpreter, this, Args::none())?, id(interpreter, &other, Args::none())?);
    Ok((primary_key::is_present(&one) && interpreter.equal(&one, &two)?).into())
}

fn hash(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let id = id(interpreter, this, args)?;
    if !primary_key::is_present(&id) {
        return Ok(Value::Int(this.address() as i64));
    }
    let key = Value::array(vec![Value::Class(interpreter.class_of(this)), id]);
    interpreter.call(&key, "hash", Args::none())
}

fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    if other.data::<Record>().is_none() {
        return Ok(Value::Nil);
    }
    let (one, two) = (id(interpreter, this, Args::none())?, id(interpreter, &other, Args::none())?);
    interpreter.call(&one, "<=>", Args::one(two))
}

/// A new record with the same values, but for the key.
fn dup(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let Value::Object(object) = this else { return Ok(this.clone()) };
    let class = interpreter.class_of(this);
    let copy = Value::Object(Rc::new(object.duplicate(&class)));
    let (from, to) = (record(interpreter, this)?, record(interpreter, &copy)?);
    let defaults = model_schema::load_schema(interpreter, &class)?;
    let fresh = crate::models::persistence::with_defaults(interpreter, &defaults)?;
    to.take_over(&fresh);
    to.lazy.set(false);
    to.new_record.set(true);
    to.destroyed.set(false);
    for index in from.keys() {
        let name = Rc::clone(&from.shape().names[index]);
        if from.primary_key.borrow().as_ref().is_some_and(|key| key.has(&name)) {
            continue;
        }
        let value = from.read(interpreter, index)?;
        if let Some(index) = to.index(&name) {
            to.write(index, value);
        }
    }
    if let Value::Object(object) = &copy {
        let internal = ["@errors", "@validation_context", "@marked_for_destruction", "@destroyed_by_association"];
        object.ivars().borrow_mut().retain(|name| !internal.contains(&&*name.to_str()));
        let cache = Symbol::new("@aggregation_cache");
        if let Some(Value::Hash(own)) = object.ivar(cache) {
            object.set_ivar(cache, Value::hash(RHash::from_pairs(own.pairs())));
        }
    }
    crate::models::callbacks::run(interpreter, &copy, "initialize", |_| Ok(Value::Bool(true)))?;
    clear_what_is_its_own(interpreter, &class, &defaults, &to)?;
    Ok(copy)
}

/// A copy has no times yet, and no version.
fn clear_what_is_its_own(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    columns: &Columns,
    record: &Record,
) -> Eval<()> {
    let times = ["created_at", "created_on", "updated_at", "updated_on"];
    let mut names = crate::models::persistence::timestamps(class, columns, &times);
    names.extend(crate::models::optimistic::column(class, columns));
    for name in names {
        if let Some(index) = record.index(&name)
            && record.read(interpreter, index)?.truthy()
        {
            record.write(index, Value::Nil);
            record.clear_change(interpreter, index)?;
        }
    }
    Ok(())
}

fn values_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut names = Vec::new();
    for given in &args.positional {
        names.extend(crate::ground::arguments::wrap(interpreter, given)?);
    }
    let mut values = Vec::new();
    for name in names {
        let name = interpreter.to_s(&name)?;
        values.push(interpreter.call_public(this, name.as_str(), Args::none())?);
    }
    Ok(Value::array(values))
}

fn slice(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut pairs = Vec::new();
    let mut names = Vec::new();
    for given in &args.positional {
        names.extend(crate::ground::arguments::wrap(interpreter, given)?);
    }
    for name in to_strings(interpreter, &names)? {
        let value = interpreter.call_public(this, name.as_str(), Args::none())?;
        pairs.push((Value::str(name), value));
    }
    indifferent(interpreter, pairs)
}
