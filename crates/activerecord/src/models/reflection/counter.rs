//! Counters: a belongs_to with `counter_cache:` keeps one in the other table, and a has_many may know of it.

use std::rc::Rc;

use ruby::{Eval, Interpreter, Value};

use super::{Reflection, all, last_part};
use crate::models::model_schema::load_schema;

impl Reflection {
    /// A part of the option `counter_cache:`.
    fn counter(&self, part: &str) -> Option<Value> {
        match self.option("counter_cache") {
            Value::Hash(counter) => Some(counter.get_symbol(part).unwrap_or_default()),
            _ => None,
        }
    }

    /// `counter_cache_column`
    pub(crate) fn counter_column(&self, interpreter: &mut Interpreter) -> Eval<Option<String>> {
        let named = self.counter("column");
        if let Some(column) = named.as_ref().filter(|column| column.truthy()) {
            return interpreter.to_s(column).map(Some);
        }
        if !self.is_belongs_to() {
            return Ok(Some(format!("{}_count", self.name)));
        }
        if named.is_none() {
            return Ok(None);
        }
        let word = interpreter.inflector().underscore(last_part(&self.owner.name()));
        Ok(Some(format!("{}_count", interpreter.inflector().pluralize(&word))))
    }

    /// `inverse_which_updates_counter_cache`: the belongs_to that keeps this one's counter.
    pub(crate) fn counted_by(&self, interpreter: &mut Interpreter) -> Eval<Option<Rc<Reflection>>> {
        if let Some(known) = &*self.found.counted_by.borrow() {
            return Ok(known.as_ref().and_then(std::rc::Weak::upgrade));
        }
        let candidates = match self.inverse(interpreter)? {
            Some(inverse) => vec![inverse],
            None => {
                let class = self.class(interpreter)?;
                all(&class).into_iter().filter(|one| one.is_belongs_to()).collect()
            }
        };
        let column = self.counter_column(interpreter)?;
        let mut found = None;
        for one in candidates {
            if one.counter_column(interpreter)? == column
                && (one.is_polymorphic() || Rc::ptr_eq(&one.class(interpreter)?, &self.owner))
            {
                found = Some(one);
                break;
            }
        }
        *self.found.counted_by.borrow_mut() = Some(found.as_ref().map(Rc::downgrade));
        Ok(found)
    }

    /// `has_cached_counter?`
    pub(crate) fn has_counter(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        if self.has("counter_cache") {
            return Ok(true);
        }
        let Some(keeper) = self.counted_by(interpreter)? else { return Ok(false) };
        if !keeper.has("counter_cache") {
            return Ok(false);
        }
        let column = self.counter_column(interpreter)?.unwrap_or_default();
        let owner = Rc::clone(&self.owner);
        Ok(load_schema(interpreter, &owner)?.shape.index(&column).is_some())
    }

    /// `has_active_cached_counter?`: whether what the counter says may be believed.
    pub(crate) fn trusts_counter(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        if !self.has_counter(interpreter)? {
            return Ok(false);
        }
        let active = match self.counter("active") {
            Some(active) => Some(active),
            None => self.counted_by(interpreter)?.and_then(|keeper| keeper.counter("active")),
        };
        Ok(!matches!(active, Some(Value::Bool(false))))
    }

    /// `counter_must_be_updated_by_has_many?`
    pub(crate) fn must_count_itself(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        let inverse = self.inverse(interpreter)?;
        let keeper = self.counted_by(interpreter)?;
        let kept_by_inverse = matches!((&inverse, &keeper), (Some(one), Some(other)) if Rc::ptr_eq(one, other));
        Ok(!kept_by_inverse && self.has_counter(interpreter)?)
    }
}
