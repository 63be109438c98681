//! associations/preloader.rb, with its branches and `through_association.rb`: associations of many records read at once.

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::IndexMap;
use ruby::{Args, Eval, Interpreter, RClass, RHash, Symbol, Value};

use super::load;
use crate::models::associations::join_dependency::Association;
use crate::models::associations::{loaded, set_loaded};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::read_named;
use crate::models::model_schema;
use crate::models::reflection::{self, Reflection};

/// What an association's loader found: all of it, and by the address of the owner, who stands where the first record of its
/// own came.
#[derive(Default)]
struct Found {
    records: Vec<Value>,
    by_owner: IndexMap<usize, Vec<Value>>,
}

impl Found {
    fn of(&self, owner: &Value) -> Vec<Value> {
        self.by_owner.get(&owner.address()).cloned().unwrap_or_default()
    }

    fn add(&mut self, other: Found) {
        self.records.extend(other.records);
        self.by_owner.extend(other.by_owner);
    }
}

/// What a loader was told: a scope of its own, after which records do not learn what they have; and whether the records that
/// it loads are strict.
#[derive(Clone, Copy, Default)]
struct How<'a> {
    scope: Option<&'a Value>,
    strict: bool,
}

/// `Preloader.new(records:, associations:).call`
pub(crate) fn preload(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    records: &[Value],
    association: &Association,
    strict: bool,
) -> Eval<()> {
    let how = How { scope: None, strict };
    match association {
        Association::Named(name) => one(interpreter, model, records, *name, how).map(drop),
        Association::List(all) => all.iter().try_for_each(|inner| preload(interpreter, model, records, inner, strict)),
        Association::Nested(pairs) => {
            for (name, inner) in pairs {
                let children = one(interpreter, model, records, *name, how)?.records;
                for (class, children) in by_class(interpreter, children) {
                    preload(interpreter, &class, &children, inner, strict)?;
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

/// One association of records of one class; answers what was loaded. With a scope of the loader's own (`preload_scope`),
/// the records are not told of what they have.
fn one(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    records: &[Value],
    name: Symbol,
    how: How<'_>,
) -> Eval<Found> {
    if records.is_empty() {
        return Ok(Found::default());
    }
    let Some(reflection) = reflection::find(model, name) else {
        let message = format!(
            "Association named '{name}' was not found on {}; perhaps you misspelled it?",
            interpreter.class_of(&records[0]).name()
        );
        return Err(interpreter.error("ActiveRecord::AssociationNotFoundError", message));
    };
    reflection.check(interpreter)?;
    // `owners.uniq(&:__id__)`
    let owners: IndexMap<usize, &Value> = records.iter().map(|record| (record.address(), record)).collect();
    let owners: Vec<Value> = owners.into_values().cloned().collect();
    if reflection.is_polymorphic() {
        return polymorphic(interpreter, &owners, &reflection, how);
    }
    let class = reflection.class(interpreter)?;
    of_class(interpreter, &owners, &reflection, &class, how)
}

/// `preloaders_for_reflection`: a scope that asks for its owner is each owner's own.
fn of_class(
    interpreter: &mut Interpreter,
    records: &[Value],
    reflection: &Rc<Reflection>,
    class: &Rc<RClass>,
    how: How<'_>,
) -> Eval<Found> {
    let asks = matches!(&reflection.scope, Value::Proc(block) if block.arity() != 0);
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    if asks {
        for owner in records {
            let scope = reflection_scope(interpreter, reflection, class, Some(owner))?;
            let own = super::relation(interpreter, &scope)?;
            let mut place = None;
            for (index, (other, _)) in groups.iter().enumerate() {
                if super::relation(interpreter, other)?.values.wheres == own.values.wheres {
                    place = Some(index);
                }
            }
            match place {
                Some(index) => groups[index].1.push(owner.clone()),
                None => groups.push((scope, vec![owner.clone()])),
            }
        }
    } else {
        groups.push((reflection_scope(interpreter, reflection, class, None)?, records.to_vec()));
    }
    let mut all = Found::default();
    for (scope, owners) in groups {
        all.add(if reflection.is_through() {
            through(interpreter, &owners, reflection, class, &scope, how)?
        } else {
            direct(interpreter, &owners, reflection, class, &scope, how)?
        });
    }
    Ok(all)
}

/// The records of each owner, by key.
fn direct(
    interpreter: &mut Interpreter,
    records: &[Value],
    reflection: &Rc<Reflection>,
    class: &Rc<RClass>,
    reflection_scope: &Value,
    how: How<'_>,
) -> Eval<Found> {
    let foreign_key = reflection.join_foreign_key(interpreter)?;
    let key = if reflection.is_polymorphic() {
        reflection.referred_key(interpreter, class)?
    } else {
        reflection.join_primary_key(interpreter)?
    };
    let mut found = Found::default();
    let (mut owners, mut already) = (Vec::new(), Vec::new());
    let mut keys: Vec<(Value, Value)> = Vec::new();
    for owner in records {
        if crate::models::associations::is_loaded(interpreter, owner, reflection)? {
            let target = loaded(interpreter, owner, reflection)?;
            already.extend(target.iter().cloned());
            found.by_owner.insert(owner.address(), target);
            continue;
        }
        let value = values_of(interpreter, owner, &foreign_key)?;
        owners.push((owner.clone(), value.clone()));
        if !value.is_nil() {
            keys.push((value, Value::Nil));
        }
    }
    let keys: Vec<Value> = RHash::from_pairs(keys).pairs().into_iter().map(|(key, _)| key).collect();
    if !keys.is_empty() {
        let scope = scope(interpreter, reflection, class, &records[0], reflection_scope, how)?;
        let condition = conditions(&key, keys);
        let scope = interpreter.call(&scope, "where", Args::one(Value::hash(condition)))?;
        found.records = load(interpreter, &scope)?;
    }
    assign(interpreter, reflection, &key, &owners, &mut found)?;
    for (owner, _) in owners.iter().filter(|_| how.scope.is_none()) {
        set_loaded(interpreter, owner, reflection, found.of(owner))?;
    }
    found.records.extend(already);
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

/// `load_records`: each record is its owners', of a singular association the first alone.
fn assign(
    interpreter: &mut Interpreter,
    reflection: &Rc<Reflection>,
    key: &Key,
    owners: &[(Value, Value)],
    found: &mut Found,
) -> Eval<()> {
    // Keys are compared as texts: one side may be a number where the other is a string.
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    for (owner, value) in owners.iter().filter(|(_, value)| !value.is_nil()) {
        by_key.entry(interpreter.to_s(value)?).or_default().push(owner.address());
    }
    let mut assigned = Vec::new();
    for child in std::mem::take(&mut found.records) {
        let value = values_of(interpreter, &child, key)?;
        let mut is_assigned = false;
        for owner in by_key.get(&interpreter.to_s(&value)?).into_iter().flatten() {
            let entries = found.by_owner.entry(*owner).or_default();
            if reflection.is_collection() || entries.is_empty() {
                entries.push(child.clone());
                is_assigned = true;
            }
        }
        if is_assigned {
            assigned.push(child);
        }
    }
    found.records = assigned;
    Ok(())
}

/// `build_scope`: the class' own scope, with the association's and the loader's.
fn scope(
    interpreter: &mut Interpreter,
    reflection: &Rc<Reflection>,
    class: &Rc<RClass>,
    owner: &Value,
    reflection_scope: &Value,
    how: How<'_>,
) -> Eval {
    let mut scope = crate::models::scoping::default_scoped(interpreter, class)?;
    if !reflection.is_through()
        && reflection.option("as").truthy()
        && let Some(column) = reflection.foreign_type(interpreter)?
    {
        let name = model_schema::base_class(&interpreter.class_of(owner)).name();
        let condition = RHash::from_pairs(vec![(Value::str(column), Value::str(name))]);
        scope = interpreter.call(&scope, "where", Args::one(Value::hash(condition)))?;
    }
    scope = interpreter.call(&scope, "merge", Args::one(reflection_scope.clone()))?;
    if let Some(own) = how.scope {
        scope = interpreter.call(&scope, "merge", Args::one(own.clone()))?;
    }
    if how.strict { interpreter.call(&scope, "strict_loading", Args::none()) } else { Ok(scope) }
}

/// `join_scopes`, merged: what the association says, and before it what those say that it goes through.
fn reflection_scope(
    interpreter: &mut Interpreter,
    reflection: &Rc<Reflection>,
    class: &Rc<RClass>,
    owner: Option<&Value>,
) -> Eval {
    let mut scope = if reflection.is_through() {
        let source = reflection.source_reflection(interpreter)?;
        reflection_scope(interpreter, &source, class, owner)?
    } else {
        super::wrap(interpreter, class, super::Values::default())
    };
    if let Value::Proc(block) = &reflection.scope {
        let plain = super::wrap(interpreter, class, super::Values::default());
        let arguments = match owner {
            Some(owner) if block.arity() != 0 => Args::one(owner.clone()),
            _ => Args::none(),
        };
        let own = interpreter.instance_exec(block, &plain, arguments)?;
        if own.data::<super::Relation>().is_some() {
            scope = interpreter.call(&scope, "merge", Args::one(own))?;
        }
    }
    Ok(scope)
}

fn polymorphic(
    interpreter: &mut Interpreter,
    records: &[Value],
    reflection: &Rc<Reflection>,
    how: How<'_>,
) -> Eval<Found> {
    let column = reflection.foreign_type(interpreter)?.unwrap_or_default();
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for owner in records {
        let kind = read_named(interpreter, owner, &column)?;
        if kind.is_nil() {
            if how.scope.is_none() {
                set_loaded(interpreter, owner, reflection, Vec::new())?;
            }
            continue;
        }
        let kind = interpreter.to_s(&kind)?;
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, group)) => group.push(owner.clone()),
            None => groups.push((kind, vec![owner.clone()])),
        }
    }
    let mut found = Found::default();
    for (kind, owners) in groups {
        let class = interpreter.call(&Value::str(kind), "constantize", Args::none())?;
        let class = model_schema::class(interpreter, &class)?;
        found.add(of_class(interpreter, &owners, reflection, &class, how)?);
    }
    Ok(found)
}

/// `ThroughAssociation`: what the records go through is loaded first, then the source of that.
fn through(
    interpreter: &mut Interpreter,
    records: &[Value],
    reflection: &Rc<Reflection>,
    class: &Rc<RClass>,
    reflection_scope: &Value,
    how: How<'_>,
) -> Eval<Found> {
    let mut found = Found::default();
    if already_loaded(interpreter, records, reflection, &mut found)? {
        return Ok(found);
    }
    let middle = reflection.through_reflection(interpreter)?;
    let source = reflection.source_reflection(interpreter)?;
    let scope = scope(interpreter, reflection, class, &records[0], reflection_scope, how)?;
    let mut through_scope = through_scope(interpreter, reflection, &middle, &source, reflection_scope)?;
    if how.strict && through_scope.is_none() {
        let class = middle.class(interpreter)?;
        through_scope = Some(super::wrap(interpreter, &class, super::Values::default()));
    }
    let owner_class = Rc::clone(&reflection.owner);
    let links = one(
        interpreter,
        &owner_class,
        records,
        middle.name,
        How { scope: through_scope.as_ref(), strict: how.strict },
    )?;
    let middle_records: Vec<Value> = links.by_owner.values().flatten().cloned().collect();
    let narrowed = !is_empty(&super::relation(interpreter, &scope)?.values);
    let middle_class = middle.class(interpreter)?;
    let of_source = How { scope: narrowed.then_some(&scope), strict: how.strict };
    let sources = one(interpreter, &middle_class, &middle_records, source.name, of_source)?;
    let filters = match records.first() {
        Some(first) => crate::models::associations::is_loaded(interpreter, first, &middle)?,
        None => false,
    };
    for owner in records {
        if found.by_owner.contains_key(&owner.address()) {
            continue;
        }
        let mut children = Vec::new();
        for link in links.of(owner) {
            if !filters || is_of_source_type(interpreter, reflection, &source, &link)? {
                children.extend(sources.of(&link));
            }
        }
        arrange(interpreter, &scope, &sources.records, &mut children)?;
        found.by_owner.insert(owner.address(), children.clone());
        if how.scope.is_none() {
            set_loaded(interpreter, owner, reflection, children)?;
        }
    }
    found.records = sources.records;
    Ok(found)
}

/// Notes what the owners have already; whether that is all of them.
fn already_loaded(
    interpreter: &mut Interpreter,
    records: &[Value],
    reflection: &Rc<Reflection>,
    found: &mut Found,
) -> Eval<bool> {
    for owner in records {
        if crate::models::associations::is_loaded(interpreter, owner, reflection)? {
            let target = loaded(interpreter, owner, reflection)?;
            found.by_owner.insert(owner.address(), target);
        }
    }
    Ok(found.by_owner.len() == records.len())
}

/// In the order of the query, each once, where the scope says so.
fn arrange(interpreter: &mut Interpreter, scope: &Value, all: &[Value], children: &mut Vec<Value>) -> Eval<()> {
    let relation = super::relation(interpreter, scope)?;
    if !relation.values.orders.is_empty() {
        let places: HashMap<usize, usize> = all.iter().enumerate().map(|(index, one)| (one.address(), index)).collect();
        children.sort_by_key(|child| places.get(&child.address()).copied().unwrap_or_default());
    }
    if relation.values.distinct {
        let mut seen = Vec::new();
        children.retain(|child| {
            let new = !seen.contains(&child.address());
            seen.push(child.address());
            new
        });
    }
    Ok(())
}

fn is_of_source_type(
    interpreter: &mut Interpreter,
    reflection: &Rc<Reflection>,
    source: &Rc<Reflection>,
    link: &Value,
) -> Eval<bool> {
    let wanted = reflection.option("source_type");
    let Some(column) = source.foreign_type(interpreter)?.filter(|_| wanted.truthy()) else { return Ok(true) };
    let own = read_named(interpreter, link, &column)?;
    interpreter.equal(&own, &wanted)
}

/// `through_scope`: which rows of the table between; None for all of them.
fn through_scope(
    interpreter: &mut Interpreter,
    reflection: &Rc<Reflection>,
    middle: &Rc<Reflection>,
    source: &Rc<Reflection>,
    reflection_scope: &Value,
) -> Eval<Option<Value>> {
    let class = middle.class(interpreter)?;
    let plain = super::wrap(interpreter, &class, super::Values::default());
    if reflection.has("disable_joins") {
        return Ok(None);
    }
    let source_type = reflection.option("source_type");
    if source_type.truthy() {
        let column = source.foreign_type(interpreter)?.unwrap_or_default();
        let condition = RHash::from_pairs(vec![(Value::str(column), source_type)]);
        return interpreter.call(&plain, "where", Args::one(Value::hash(condition))).map(Some);
    }
    let own = super::relation(interpreter, reflection_scope)?;
    if own.values.wheres.is_empty() {
        return Ok(None);
    }
    if !own.values.includes.is_empty() || !own.values.joins.is_empty() || !own.values.left_joins.is_empty() {
        let message = format!("preloading `{}`, whose scope joins or includes other tables", reflection.name);
        return Err(interpreter.unsupported(message));
    }
    let mut values = super::relation(interpreter, &plain)?.values.clone();
    values.wheres.clone_from(&own.values.wheres);
    values.includes = vec![Association::Named(source.name)];
    values.references.clone_from(&own.values.references);
    if values.references.is_empty() {
        let class = source.class(interpreter)?;
        let table = model_schema::table_name(interpreter, &class)?;
        values.references.extend(table);
    }
    values.orders.clone_from(&own.values.orders);
    Ok(Some(super::wrap(interpreter, &class, values)))
}

/// `empty_scope?`
fn is_empty(values: &super::Values) -> bool {
    values.wheres.is_empty()
        && values.orders.is_empty()
        && values.joins.is_empty()
        && values.left_joins.is_empty()
        && values.includes.is_empty()
        && values.preload.is_empty()
        && values.eager_load.is_empty()
        && values.selects.is_empty()
        && values.groups.is_empty()
        && values.limit.is_none()
        && values.offset.is_none()
        && !values.distinct
        && !values.readonly
        && values.strict_loading.is_none()
}
