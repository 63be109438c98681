//! associations/preloader.rb, with its branches and `through_association.rb`: associations of many records read at once.

use std::collections::HashMap;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RClass, RHash, Symbol, Value};

use super::load;
use crate::associations::join_dependency::Association;
use crate::associations::set_loaded;
use crate::attribute_methods::primary_key::Key;
use crate::attribute_methods::read_named;
use crate::model_schema;
use crate::reflection::{self, Reflection};

/// `Preloader.new(records:, associations:).call`
pub(crate) fn preload(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    records: &[Value],
    association: &Association,
) -> Eval<()> {
    match association {
        Association::Named(name) => one(interpreter, model, records, *name).map(drop),
        Association::List(all) => all.iter().try_for_each(|inner| preload(interpreter, model, records, inner)),
        Association::Nested(pairs) => {
            for (name, inner) in pairs {
                let children = one(interpreter, model, records, *name)?;
                for (class, children) in by_class(interpreter, children) {
                    preload(interpreter, &class, &children, inner)?;
                }
            }
            Ok(())
        }
    }
}

fn by_class(interpreter: &mut Interpreter, records: Vec<Value>) -> Vec<(Rc<RClass>, Vec<Value>)> {
    let mut groups: Vec<(Rc<RClass>, Vec<Value>)> = Vec::new();
    for record in records {
        let class = model_schema::base_class(&interpreter.class_of(&record));
        match groups.iter_mut().find(|(other, _)| Rc::ptr_eq(other, &class)) {
            Some((_, group)) => group.push(record),
            None => groups.push((class, vec![record])),
        }
    }
    groups
}

/// One association of records of one class; answers what was loaded.
fn one(interpreter: &mut Interpreter, model: &Rc<RClass>, records: &[Value], name: Symbol) -> Eval<Vec<Value>> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let Some(reflection) = reflection::find(model, name) else {
        let message = format!(
            "Association named '{name}' was not found on {}; perhaps you misspelled it?",
            interpreter.class_of(&records[0]).name()
        );
        return Err(interpreter.error("ActiveRecord::AssociationNotFoundError", message));
    };
    reflection.check(interpreter)?;
    if reflection.is_through() {
        return through(interpreter, model, records, &reflection);
    }
    if reflection.is_polymorphic() {
        return polymorphic(interpreter, records, &reflection);
    }
    let class = reflection.class(interpreter)?;
    direct(interpreter, records, &reflection, &class)
}

/// The records of each owner, by key.
fn direct(
    interpreter: &mut Interpreter,
    records: &[Value],
    reflection: &Rc<Reflection>,
    class: &Rc<RClass>,
) -> Eval<Vec<Value>> {
    let foreign_key = reflection.join_foreign_key(interpreter)?;
    let key = if reflection.is_polymorphic() {
        reflection.referred_key(interpreter, class)?
    } else {
        reflection.join_primary_key(interpreter)?
    };
    let mut owners = Vec::new();
    let mut keys: Vec<(Value, Value)> = Vec::new();
    for owner in records {
        if crate::associations::is_loaded(interpreter, owner, reflection)? {
            continue;
        }
        let value = values_of(interpreter, owner, &foreign_key)?;
        owners.push((owner.clone(), value.clone()));
        if !value.is_nil() {
            keys.push((value, Value::Nil));
        }
    }
    let keys: Vec<Value> = RHash::from_pairs(keys).pairs().into_iter().map(|(key, _)| key).collect();
    let mut found = Vec::new();
    if !keys.is_empty() {
        let scope = scope(interpreter, reflection, class, &records[0])?;
        let condition = conditions(&key, keys);
        let scope = interpreter.call(&scope, "where", Args::one(Value::hash(condition)))?;
        found = load(interpreter, &scope)?;
    }
    // Keys are compared as texts: one side may be a number where the other is a string.
    let mut index: HashMap<String, Vec<Value>> = HashMap::new();
    for child in &found {
        let value = values_of(interpreter, child, &key)?;
        index.entry(interpreter.to_s(&value)?).or_default().push(child.clone());
    }
    for (owner, value) in owners {
        let text = interpreter.to_s(&value)?;
        let children = if value.is_nil() { Vec::new() } else { index.get(&text).cloned().unwrap_or_default() };
        set_loaded(interpreter, &owner, reflection, children)?;
    }
    Ok(found)
}

/// `derive_key`
fn values_of(interpreter: &mut Interpreter, record: &Value, key: &Key) -> Eval {
    match key {
        Key::Column(name) => read_named(interpreter, record, name),
        Key::Columns(names) => {
            let values = names.iter().map(|name| read_named(interpreter, record, name)).collect::<Eval<Vec<_>>>()?;
            Ok(Value::array(values))
        }
    }
}

/// `load_records_for_keys`: each column is one of the values that it has in any of the keys.
fn conditions(key: &Key, keys: Vec<Value>) -> RHash {
    let Key::Columns(names) = key else {
        return RHash::from_pairs(vec![(key.to_value(), Value::array(keys))]);
    };
    let column = |place: usize| {
        let at = |key: &Value| match key {
            Value::Array(values) => values.to_vec().get(place).cloned().unwrap_or_default(),
            _ => Value::Nil,
        };
        // A hash's keys are a set.
        let values = RHash::from_pairs(keys.iter().map(|key| (at(key), Value::Nil)).collect::<Vec<_>>());
        Value::array(values.pairs().into_iter().map(|(value, _)| value).collect())
    };
    let pairs = names.iter().enumerate().map(|(place, name)| (Value::str(name.as_str()), column(place)));
    RHash::from_pairs(pairs.collect::<Vec<_>>())
}

/// The class' own scope, with the association's.
fn scope(interpreter: &mut Interpreter, reflection: &Rc<Reflection>, class: &Rc<RClass>, owner: &Value) -> Eval {
    let mut scope = super::default_scoped(interpreter, class)?;
    if reflection.option("as").truthy()
        && let Some(column) = reflection.foreign_type(interpreter)?
    {
        let name = model_schema::base_class(&interpreter.class_of(owner)).name();
        let condition = RHash::from_pairs(vec![(Value::str(column), Value::str(name))]);
        scope = interpreter.call(&scope, "where", Args::one(Value::hash(condition)))?;
    }
    if let Value::Proc(block) = &reflection.scope {
        if block.lambda && block.arity() > 0 {
            return Err(interpreter.unsupported(format!("`{}`, whose scope asks for its owner", reflection.name)));
        }
        let plain = super::wrap(interpreter, class, super::Values::default());
        let own = interpreter.instance_exec(block, &plain, Args::none())?;
        if own.data::<super::Relation>().is_some() {
            scope = interpreter.call(&scope, "merge", Args::one(own))?;
        }
    }
    Ok(scope)
}

fn polymorphic(interpreter: &mut Interpreter, records: &[Value], reflection: &Rc<Reflection>) -> Eval<Vec<Value>> {
    let column = reflection.foreign_type(interpreter)?.unwrap_or_default();
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for owner in records {
        let kind = read_named(interpreter, owner, &column)?;
        if kind.is_nil() {
            set_loaded(interpreter, owner, reflection, Vec::new())?;
            continue;
        }
        let kind = interpreter.to_s(&kind)?;
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, group)) => group.push(owner.clone()),
            None => groups.push((kind, vec![owner.clone()])),
        }
    }
    let mut found = Vec::new();
    for (kind, owners) in groups {
        let class = interpreter.call(&Value::str(kind), "constantize", Args::none())?;
        let class = model_schema::class(interpreter, &class)?;
        found.extend(direct(interpreter, &owners, reflection, &class)?);
    }
    Ok(found)
}

/// What the records go through is loaded first, then the source of that.
fn through(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    records: &[Value],
    reflection: &Rc<Reflection>,
) -> Eval<Vec<Value>> {
    if !reflection.scope.is_nil() {
        return Err(interpreter.unsupported(format!("preloading `{}`, which has a scope", reflection.name)));
    }
    let middle = reflection.through_reflection(interpreter)?;
    let source = reflection.source_reflection(interpreter)?;
    let found = one(interpreter, model, records, middle.name)?;
    let links = by_owner(interpreter, records, &middle, &found)?;
    let class = middle.class(interpreter)?;
    let found = one(interpreter, &class, &links, source.name)?;
    for owner in records {
        let links = loaded(interpreter, owner, &middle)?;
        let mut children: Vec<Value> = Vec::new();
        for link in links {
            for child in loaded(interpreter, &link, &source)? {
                if !children.iter().any(|other| other.is_identical(&child)) || reflection.is_collection() {
                    children.push(child);
                }
            }
        }
        set_loaded(interpreter, owner, reflection, children)?;
    }
    Ok(found)
}

/// `middle_records`: those of the owner whose first one was found first, then those of the next.
fn by_owner(
    interpreter: &mut Interpreter,
    owners: &[Value],
    reflection: &Rc<Reflection>,
    found: &[Value],
) -> Eval<Vec<Value>> {
    let places: HashMap<usize, usize> = found.iter().enumerate().map(|(place, one)| (one.address(), place)).collect();
    let mut groups = Vec::new();
    for owner in owners {
        let links = loaded(interpreter, owner, reflection)?;
        let first = links.iter().filter_map(|link| places.get(&link.address())).min().copied();
        groups.push((first.unwrap_or(usize::MAX), links));
    }
    groups.sort_by_key(|(first, _)| *first);
    Ok(groups.into_iter().flat_map(|(_, links)| links).collect())
}

fn loaded(interpreter: &mut Interpreter, owner: &Value, reflection: &Rc<Reflection>) -> Eval<Vec<Value>> {
    let association = interpreter.call(owner, "association", Args::one(Value::Symbol(reflection.name)))?;
    let target = interpreter.call(&association, "target", Args::none())?;
    crate::bindings::arguments::wrap(interpreter, &target)
}
