//! reflection.rb: what an association is between. Joins, preloading, and the associations themselves ask it; Ruby code sees it as
//! an object of `ActiveRecord::Reflection` (reflection/object.rs). `composed_of` is absent here.

mod counter;
mod inverse;
pub(crate) mod keys;
pub(crate) mod object;
mod target;
mod through;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use ruby::{Eval, Interpreter, NativeData, RClass, RHash, RObject, Symbol, Value};

use crate::models::attribute_methods::primary_key::Key;
use crate::models::model_schema::{lineage, nearest, schema};

/// By which call an association was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Macro {
    BelongsTo,
    HasMany,
    HasOne,
    HasAndBelongsToMany,
}

impl Macro {
    /// The call's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BelongsTo => "belongs_to",
            Self::HasMany => "has_many",
            Self::HasOne => "has_one",
            Self::HasAndBelongsToMany => "has_and_belongs_to_many",
        }
    }
}

/// `ActiveRecord::Reflection`
pub(crate) struct Reflection {
    pub kind: Macro,
    pub name: Symbol,
    /// As declared, but for `counter_cache:`, which is `{ active:, column: }`, a `foreign_key:` of several columns, which is
    /// `query_constraints:`, and `required:`, which says what `optional:` is.
    pub options: Rc<RHash>,
    pub scope: Value,
    pub owner: Rc<RClass>,
    found: Found,
}

impl NativeData for Reflection {}

/// What was found out once, and stays.
#[derive(Default)]
struct Found {
    class: RefCell<Option<Rc<RClass>>>,
    foreign_key: RefCell<Option<Key>>,
    inverse: Cell<Option<Option<Symbol>>>,
    counted_by: RefCell<Option<Option<Weak<Reflection>>>>,
    is_sound: Cell<bool>,
    object: RefCell<Weak<RObject>>,
}

/// The last name of a constant path: `demodulize`.
pub(crate) fn last_part(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// `_reflect_on_association`
pub(crate) fn find(class: &Rc<RClass>, name: Symbol) -> Option<Rc<Reflection>> {
    nearest(class, |class| schema(class).associations.borrow().get(&name).cloned())
}

/// `_reflections`: those of the superclasses first.
pub(crate) fn all(class: &Rc<RClass>) -> Vec<Rc<Reflection>> {
    let mut all: indexmap::IndexMap<Symbol, Rc<Reflection>> = indexmap::IndexMap::new();
    for class in lineage(class).iter().rev() {
        for (name, reflection) in schema(class).associations.borrow().iter() {
            all.insert(*name, Rc::clone(reflection));
        }
    }
    all.into_values().collect()
}

impl Reflection {
    /// As declared; what it implies is found out when it is asked for.
    pub(crate) fn new(kind: Macro, name: Symbol, options: Rc<RHash>, scope: Value, owner: Rc<RClass>) -> Self {
        Self { kind, name, options, scope, owner, found: Found::default() }
    }

    /// nil where it was not given.
    pub(crate) fn option(&self, name: &str) -> Value {
        self.options.get_symbol(name).unwrap_or_default()
    }

    /// Whether it was given and is neither nil nor false.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.option(name).truthy()
    }

    /// An option that is a name.
    pub(crate) fn named(&self, name: &str) -> Option<Symbol> {
        self.option(name).as_name().map(|name| Symbol::new(&name))
    }

    /// `collection?`
    pub(crate) fn is_collection(&self) -> bool {
        matches!(self.kind, Macro::HasMany | Macro::HasAndBelongsToMany)
    }

    /// `belongs_to?`
    pub(crate) fn is_belongs_to(&self) -> bool {
        self.kind == Macro::BelongsTo
    }

    /// `has_one?`
    pub(crate) fn is_has_one(&self) -> bool {
        self.kind == Macro::HasOne
    }

    /// `polymorphic?`: whether the other model is known only by each record.
    pub(crate) fn is_polymorphic(&self) -> bool {
        self.is_belongs_to() && self.has("polymorphic")
    }

    /// `through_reflection?`
    pub(crate) fn is_through(&self) -> bool {
        self.has("through")
    }

    /// `constraints`: the scopes that narrow its rows, the source's before its own.
    pub(crate) fn scopes(&self, interpreter: &mut Interpreter) -> Eval<Vec<Value>> {
        let mut scopes =
            if self.is_through() { self.source_reflection(interpreter)?.scopes(interpreter)? } else { Vec::new() };
        scopes.extend(Some(self.scope.clone()).filter(Value::truthy));
        Ok(scopes)
    }

    /// `validate?`: whether a save looks at what is associated.
    pub(crate) fn validates(&self) -> bool {
        match self.option("validate") {
            Value::Nil => matches!(self.option("autosave"), Value::Bool(true)) || self.is_collection(),
            said => said.truthy(),
        }
    }
}

/// A step of a chain: an association, and the polymorphic one whose `source_type:` picks among the rows of its table.
#[derive(Clone)]
pub(crate) struct Link {
    pub reflection: Rc<Reflection>,
    pub typed_by: Option<Rc<Reflection>>,
}

impl Link {
    fn to(reflection: &Rc<Reflection>) -> Self {
        Self { reflection: Rc::clone(reflection), typed_by: None }
    }

    /// `source_type_scope`: the column and what it holds.
    pub(crate) fn source_type(&self, interpreter: &mut Interpreter) -> Eval<Option<(String, Value)>> {
        let Some(reflection) = &self.typed_by else { return Ok(None) };
        let column = reflection.source_reflection(interpreter)?.foreign_type(interpreter)?;
        Ok(column.map(|column| (column, reflection.option("source_type"))))
    }
}

/// `chain`: the association itself, then what it goes through.
pub(crate) fn chain(interpreter: &mut Interpreter, reflection: &Rc<Reflection>) -> Eval<Vec<Link>> {
    let seed = vec![Link::to(reflection)];
    if reflection.is_through() { collect(interpreter, reflection, seed) } else { Ok(seed) }
}

/// `collect_join_reflections`
fn collect(interpreter: &mut Interpreter, reflection: &Rc<Reflection>, seed: Vec<Link>) -> Eval<Vec<Link>> {
    let source = reflection.source_reflection(interpreter)?;
    let mut all = if source.is_through() { collect(interpreter, &source, seed)? } else { seed };
    let through = reflection.through_reflection(interpreter)?;
    let typed_by = reflection.option("source_type").truthy().then(|| Rc::clone(reflection));
    all.push(Link { reflection: Rc::clone(&through), typed_by });
    if through.is_through() { collect(interpreter, &through, all) } else { Ok(all) }
}
