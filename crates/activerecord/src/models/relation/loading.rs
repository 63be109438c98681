//! The records of a relation: what its statement answers, and what is loaded with it.

use std::rc::Rc;

use adapters::{Arg, QueryResult};
use ruby::{Args, Eval, Interpreter, RClass, RProc, Value};

use super::{
    arel, association_relation, data, disable_joins_association_relation, eager_select, is_contradiction,
    is_eager_loading, preloader, select_all,
};
use crate::ground::state::with_adapter;
use crate::models::attribute_set::{Attribute, AttributeType, Record, Shape, record};
use crate::models::model_schema;
use crate::models::model_schema::{Columns, load_schema};

/// The rows as records, read once.
pub(crate) fn load(interpreter: &mut Interpreter, this: &Value) -> Eval<Vec<Value>> {
    let relation = data(interpreter, this)?;
    if relation.values.is_proxy {
        return association_relation::load_target(interpreter, &relation.values.association);
    }
    if let Some(records) = relation.records.borrow().clone() {
        return Ok(records);
    }
    let model_name = if relation.model.has_name() { relation.model.name() } else { String::new() };
    let eager = is_eager_loading(interpreter, &relation)?;
    let records = if is_contradiction(&relation.values) {
        Vec::new()
    } else if eager {
        let (select, dependency, root) = eager_select(interpreter, &relation)?;
        if select.limit == Some(Arg::Int(0)) && relation.values.limit != select.limit {
            Vec::new()
        } else {
            let result = select_all(interpreter, &select, &format!("{model_name} Eager Load"))?;
            dependency.instantiate(interpreter, &result, root, relation.values.strict_loading == Some(true))?
        }
    } else {
        let select = arel(interpreter, &relation)?;
        let result = select_all(interpreter, &select, &format!("{model_name} Load"))?;
        instantiate(interpreter, &relation.model, result)?
    };
    let mut preload = relation.values.preload.clone();
    if relation.values.skip_preloading {
        preload.clear();
    } else if !eager {
        preload.extend(relation.values.includes.iter().cloned());
    }
    for association in &preload {
        let strict = relation.values.strict_loading == Some(true);
        preloader::preload(interpreter, &relation.model, &records, association, strict)?;
    }
    if relation.values.readonly {
        for value in &records {
            record(interpreter, value)?.readonly.set(true);
        }
    }
    association_relation::set_inverses(interpreter, &relation.values.association, &records)?;
    if let Some(strict) = relation.values.strict_loading {
        for value in &records {
            interpreter.call(value, "strict_loading!", Args::one(strict.into()))?;
        }
    }
    let records = match &relation.values.put_in_order {
        Some(order) => disable_joins_association_relation::arrange(interpreter, order, records)?,
        None => records,
    };
    *relation.records.borrow_mut() = Some(records.clone());
    Ok(records)
}

/// Records of the rows, each of the class that its inheritance column names.
pub(crate) fn instantiate(interpreter: &mut Interpreter, model: &Rc<RClass>, result: QueryResult) -> Eval<Vec<Value>> {
    let columns = load_schema(interpreter, model)?;
    let (shape, places) = result_shape(interpreter, &columns, &result)?;
    let inheritance = model_schema::inheritance_column(model)
        .filter(|name| columns.column(name).is_some())
        .and_then(|name| result.columns.iter().position(|column| *column == name));
    let unselected = unselected_defaults(&columns, &shape, &places);
    if !result.rows.is_empty() {
        columns.check_names(interpreter)?;
    }
    let mut records = Vec::with_capacity(result.rows.len());
    for row in result.rows {
        let class = match inheritance.and_then(|index| row.get(index)) {
            Some(kind) if kind.is_present() => {
                crate::models::inheritance::find_sti_class(interpreter, model, &kind.to_s())?
            }
            _ => Rc::clone(model),
        };
        interpreter.check_size(shape.names.len() * size_of::<Attribute>())?;
        let mut attributes = vec![Attribute::missing(); shape.names.len()];
        for (value, place) in row.into_iter().zip(&places) {
            attributes[*place] = Attribute::from_database(value);
        }
        for (place, default, block) in &unselected {
            attributes[*place] = match block {
                Some(block) => default.clone().with_user_default(interpreter.call_block(block, Args::none())?, false),
                None => default.clone(),
            };
        }
        let record = Record::new(Rc::clone(&shape), attributes, columns.primary_key.clone(), true);
        let value = Value::native(&class, record);
        for event in ["find", "initialize"] {
            if !crate::models::callbacks::is_empty(&class, event) {
                crate::models::callbacks::run(interpreter, &value, event, |_| Ok(Value::Bool(true)))?;
            }
        }
        records.push(value);
    }
    Ok(records)
}

/// A default with its place, and the block that makes it anew for each record.
type UnselectedDefault = (usize, Attribute, Option<Rc<RProc>>);

/// The key and the attributes that are no columns, which a loaded record has at their defaults.
pub(super) fn unselected_defaults(columns: &Columns, shape: &Shape, places: &[usize]) -> Vec<UnselectedDefault> {
    let own = &columns.shape;
    let key = columns.primary_key.as_ref().and_then(|key| own.index(key.column()?));
    let virtuals = key.into_iter().chain(columns.columns.len()..own.names.len()).filter_map(|index| {
        let place = shape.index(&own.names[index]).filter(|place| !places.contains(place))?;
        let block = columns.computed_defaults.iter().find_map(|(of, block)| match block {
            Value::Proc(block) if *of == index => Some(Rc::clone(block)),
            _ => None,
        });
        Some((place, columns.defaults[index].clone(), block))
    });
    virtuals.collect()
}

/// Rails' keys of a loaded record: what was selected, then what else the model has.
pub(super) fn result_shape(
    interpreter: &mut Interpreter,
    columns: &Columns,
    result: &QueryResult,
) -> Eval<(Rc<Shape>, Vec<usize>)> {
    let own = &columns.shape;
    let selected = &result.columns;
    if selected.len() == own.names.len() && selected.iter().zip(&own.names).all(|(a, b)| **a == **b) {
        return Ok((Rc::clone(own), (0..selected.len()).collect()));
    }
    let mut names: Vec<Rc<str>> = Vec::new();
    let mut types = Vec::new();
    let mut places = Vec::new();
    for (index, name) in selected.iter().enumerate() {
        if let Some(place) = names.iter().position(|other| **other == **name) {
            places.push(place);
            continue;
        }
        places.push(names.len());
        names.push(Rc::from(name.as_str()));
        types.push(match own.index(name) {
            Some(index) => own.types[index].clone(),
            None => result_type(interpreter, result, index)?,
        });
    }
    for (name, kind) in own.names.iter().zip(&own.types) {
        if !names.contains(name) {
            names.push(Rc::clone(name));
            types.push(kind.clone());
        }
    }
    Ok((Rc::new(Shape::new(names, types)), places))
}

/// The type of a column that no model knows: the adapter's, else a plain value.
pub(crate) fn result_type(interpreter: &mut Interpreter, result: &QueryResult, index: usize) -> Eval<AttributeType> {
    let found = with_adapter(interpreter, |adapter| adapter.column_type(result, index))?;
    Ok(found.map_or_else(AttributeType::value, AttributeType::plain))
}
