//! `query_constraints` of persistence.rb: the columns by which a record's row is found again, and what an association of
//! the model derives of them.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Value, method, variadic};

use crate::ground::arguments::{strings_to_value, to_strings};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::model_schema::{base_class, class, forget_columns, primary_key, schema};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("query_constraints", declare, 0),
    method("has_query_constraints?", has, 0..=0),
    method(
        "query_constraints_list",
        |i, this, _| {
            let class = class(i, this)?;
            Ok(list(i, &class)?.map(strings_to_value).into())
        },
        0..=0,
    ),
    method(
        "composite_query_constraints_list",
        |i, this, _| {
            let class = class(i, this)?;
            Ok(strings_to_value(columns(i, &class)?))
        },
        0..=0,
    ),
];

fn declare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if args.positional.is_empty() {
        return Err(interpreter.argument_error("You must specify at least one column to be used in querying"));
    }
    let names = to_strings(interpreter, &args.positional)?;
    *schema(&class).query_constraints.borrow_mut() = Some(names.clone());
    forget_columns(&class);
    Ok(strings_to_value(names))
}

fn has(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = schema(&class(interpreter, this)?).query_constraints.borrow().clone();
    Ok(own.map_or_else(|| false.into(), strings_to_value))
}

/// `has_query_constraints?`: declared by the class itself.
pub(crate) fn are_declared(class: &Rc<RClass>) -> bool {
    schema(class).query_constraints.borrow().is_some()
}

/// `query_constraints_list`: what was declared, else a key of several columns. A class of single table inheritance has its
/// base class'.
pub(crate) fn list(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<Vec<String>>> {
    if let Some(declared) = schema(class).query_constraints.borrow().clone() {
        return Ok(Some(declared));
    }
    let key = primary_key(interpreter, class)?;
    let base = base_class(class);
    if !Rc::ptr_eq(&base, class) && key == primary_key(interpreter, &base)? {
        return list(interpreter, &base);
    }
    Ok(key.filter(|key| key.is_composite()).map(|key| key.columns().to_vec()))
}

/// `composite_query_constraints_list`
pub(crate) fn columns(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Vec<String>> {
    if let Some(list) = list(interpreter, class)? {
        return Ok(list);
    }
    Ok(primary_key(interpreter, class)?.map(|key| key.columns().to_vec()).unwrap_or_default())
}

/// `derive_fk_query_constraints`: the other column of the owner's constraints goes with the derived foreign key.
pub(crate) fn foreign_key(interpreter: &mut Interpreter, owner: &Rc<RClass>, derived: String) -> Eval<Key> {
    let constraints = list(interpreter, owner)?.unwrap_or_default();
    let key = primary_key(interpreter, owner)?;
    let key = key.as_ref().and_then(|key| key.column()).unwrap_or_default().to_owned();
    let model = owner.name();
    let message = if constraints.len() > 2 {
        format!(
            "The query constraints list on the `{model}` model has more than 2 attributes. Active Record is unable to derive \
             the query constraints for the association. You need to explicitly define the query constraints for this \
             association."
        )
    } else if !constraints.contains(&key) {
        format!(
            "The query constraints on the `{model}` model does not include the primary key so Active Record is unable to \
             derive the foreign key constraints for the association. You need to explicitly define the query constraints for \
             this association."
        )
    } else if constraints.contains(&derived) {
        return Ok(Key::Column(derived));
    } else {
        let (first, last) = (constraints.first().cloned(), constraints.get(1).cloned().unwrap_or_default());
        return Ok(Key::Columns(match first {
            Some(first) if first != key => vec![first, derived],
            _ => vec![derived, last],
        }));
    };
    Err(interpreter.argument_error(message))
}
