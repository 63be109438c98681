//! reflection.rb: what an association is between, as joins and preloading ask for it.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RClass, RHash, Symbol, Value};

use crate::attribute_methods::primary_key::Key;
use crate::model_schema::{lineage, load_schema, schema};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Macro {
    BelongsTo,
    HasMany,
    HasOne,
    HasAndBelongsToMany,
}

/// `ActiveRecord::Reflection`
pub(crate) struct Reflection {
    pub kind: Macro,
    pub name: Symbol,
    pub options: Rc<RHash>,
    pub scope: Value,
    pub owner: Rc<RClass>,
}

/// `_reflect_on_association`
pub(crate) fn find(class: &Rc<RClass>, name: Symbol) -> Option<Rc<Reflection>> {
    lineage(class).iter().find_map(|class| schema(class).associations.borrow().get(&name).cloned())
}

impl Reflection {
    pub fn option(&self, name: &str) -> Value {
        self.options.get_symbol(name).unwrap_or_default()
    }

    pub fn is_collection(&self) -> bool {
        matches!(self.kind, Macro::HasMany | Macro::HasAndBelongsToMany)
    }

    pub fn is_belongs_to(&self) -> bool {
        self.kind == Macro::BelongsTo
    }

    pub fn is_polymorphic(&self) -> bool {
        self.is_belongs_to() && self.option("polymorphic").truthy()
    }

    pub fn is_through(&self) -> bool {
        self.option("through").truthy()
    }

    pub fn foreign_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if !self.is_belongs_to() && !self.option("foreign_key").truthy() && !self.option("as").truthy() {
            let inverse = self.option("inverse_of").as_name();
            if let Some(inverse) = inverse
                && let Some(found) = find(&self.class(interpreter)?, Symbol::new(&inverse))
            {
                let key = found.own_foreign_key(interpreter)?;
                // Rails changes the inverse's list in place, which is frozen.
                if key.is_composite() {
                    return Err(interpreter.error("FrozenError", format!("can't modify frozen Array: {key}")));
                }
                return Ok(key);
            }
        }
        self.own_foreign_key(interpreter)
    }

    /// Without what the inverse says of it.
    fn own_foreign_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        let given = self.option("foreign_key");
        if given.truthy() {
            return Key::named(interpreter, &given);
        }
        let as_ = self.option("as");
        let derived = if self.is_belongs_to() {
            format!("{}_id", self.name)
        } else if as_.truthy() {
            format!("{}_id", interpreter.to_s(&as_)?)
        } else {
            let name = self.owner.name();
            let own = name.rsplit("::").next().unwrap_or(&name).to_owned();
            format!("{}_id", interpreter.inflector.underscore(&own))
        };
        Ok(Key::Column(derived))
    }

    /// The column that names a polymorphic record's class.
    pub fn foreign_type(&self, interpreter: &mut Interpreter) -> Eval<Option<String>> {
        let given = self.option("foreign_type");
        let as_ = self.option("as");
        if given.truthy() && (as_.truthy() || self.is_polymorphic()) {
            return Ok(Some(interpreter.to_s(&given)?));
        }
        if as_.truthy() {
            return Ok(Some(format!("{}_type", interpreter.to_s(&as_)?)));
        }
        Ok(self.is_polymorphic().then(|| format!("{}_type", self.name)))
    }

    /// `klass`: looked up from where the model stands, outwards.
    pub fn class(&self, interpreter: &mut Interpreter) -> Eval<Rc<RClass>> {
        let given = if self.is_through() { self.option("source_type") } else { self.option("class_name") };
        if self.is_through() && !given.truthy() {
            return self.source_reflection(interpreter)?.class(interpreter);
        }
        let name = if given.truthy() {
            interpreter.to_s(&given)?
        } else {
            let name = self.name.to_string();
            let singular = if self.is_collection() { interpreter.inflector.singularize(&name) } else { name };
            interpreter.inflector.camelize(&singular)
        };
        let owner = self.owner.name();
        let mut scopes: Vec<String> = owner.split("::").map(str::to_owned).collect();
        loop {
            let path = scopes.iter().map(String::as_str).chain(name.trim_start_matches("::").split("::"));
            let mut current = Some(Rc::clone(&interpreter.classes.object));
            for part in path {
                current = current.and_then(|class| match class.constant(Symbol::new(part)) {
                    Some(Value::Class(found)) => Some(found),
                    _ => None,
                });
            }
            if let Some(found) = current {
                return Ok(found);
            }
            if scopes.pop().is_none() {
                break;
            }
        }
        // Last, whatever `const_missing` may make of it.
        if let Value::Class(found) = interpreter.call(&Value::str(&*name), "safe_constantize", Args::none())? {
            return Ok(found);
        }
        let message = format!(
            "Missing model class {name} for the {owner}#{} association. You can specify a different model class with the \
             :class_name option.",
            self.name
        );
        Err(interpreter.error("NameError", message))
    }

    pub fn through_reflection(&self, interpreter: &mut Interpreter) -> Eval<Rc<Reflection>> {
        let through = self.option("through").as_name().unwrap_or_default();
        match find(&self.owner, Symbol::new(&through)) {
            Some(found) => Ok(found),
            None => {
                let name = self.owner.name();
                let message = format!("Could not find the association :{through} in model {name}");
                Err(interpreter.error("ActiveRecord::HasManyThroughAssociationNotFoundError", message))
            }
        }
    }

    pub fn source_reflection(&self, interpreter: &mut Interpreter) -> Eval<Rc<Reflection>> {
        let through = self.through_reflection(interpreter)?.class(interpreter)?;
        let name = self.name.to_string();
        let names = match self.option("source").as_name() {
            Some(source) => vec![source],
            None => vec![interpreter.inflector.singularize(&name), name],
        };
        match names.iter().find_map(|name| find(&through, Symbol::new(name))) {
            Some(found) => Ok(found),
            None => Err(interpreter.unsupported(format!("the source of the association `{}`", self.name))),
        }
    }

    /// `association_primary_key`, `active_record_primary_key`: the key that the foreign key refers to. Of a composite key,
    /// one column refers to `id` if that is part of it.
    pub fn referred_key(&self, interpreter: &mut Interpreter, of: &Rc<RClass>) -> Eval<Key> {
        let given = self.option("primary_key");
        if given.truthy() {
            return Key::named(interpreter, &given);
        }
        let columns = load_schema(interpreter, of)?;
        let several = matches!(self.option("foreign_key"), Value::Array(_));
        match columns.primary_key.as_deref() {
            Some(Key::Column(name)) if several && self.is_belongs_to() => Ok(Key::Columns(vec![name.clone()])),
            Some(Key::Column(_)) if several => {
                let message =
                    format!("`{}`, whose foreign key has several columns and whose owner's key has one", self.name);
                Err(interpreter.unsupported(message))
            }
            Some(key @ Key::Columns(_)) if !several && key.has("id") => Ok(Key::Column("id".to_owned())),
            Some(key) => Ok(key.clone()),
            None => {
                let message = format!("Unknown primary key for table {} in model {}.", columns.table_name, of.name());
                Err(interpreter.error("ActiveRecord::UnknownPrimaryKey", message))
            }
        }
    }

    /// The column of the association's table.
    pub fn join_primary_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if self.is_through() {
            let source = self.source_reflection(interpreter)?;
            if source.is_polymorphic() {
                let class = self.class(interpreter)?;
                return source.referred_key(interpreter, &class);
            }
            return source.join_primary_key(interpreter);
        }
        if self.is_belongs_to() {
            let class = self.class(interpreter)?;
            return self.referred_key(interpreter, &class);
        }
        self.foreign_key(interpreter)
    }

    /// The column of the table that it is joined to.
    pub fn join_foreign_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if self.is_through() {
            return self.source_reflection(interpreter)?.join_foreign_key(interpreter);
        }
        if self.is_belongs_to() {
            return self.foreign_key(interpreter);
        }
        self.referred_key(interpreter, &Rc::clone(&self.owner))
    }

    /// `association_primary_key`, for `where.missing` and conditions on the association.
    pub fn association_primary_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if self.is_belongs_to() {
            return self.join_primary_key(interpreter);
        }
        let class = self.class(interpreter)?;
        let key = load_schema(interpreter, &class)?.primary_key.as_deref().cloned();
        Ok(key.unwrap_or_else(|| Key::Column(String::new())))
    }

    /// `check_validity!`: as many columns on one side as on the other, where a composite key is involved.
    pub fn check_columns(&self, interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<()> {
        if self.is_through() || self.is_polymorphic() {
            return Ok(());
        }
        let owner = Rc::clone(&self.owner);
        if !load_schema(interpreter, class)?.is_composite() && !load_schema(interpreter, &owner)?.is_composite() {
            return Ok(());
        }
        let foreign_key = self.foreign_key(interpreter)?;
        let key = self.referred_key(interpreter, if self.is_belongs_to() { class } else { &owner })?;
        if key.columns().len() == foreign_key.columns().len() {
            return Ok(());
        }
        let message = format!(
            "Association {}#{} primary key {key} doesn't match with foreign key {foreign_key}. Please specify \
             query_constraints, or primary_key and foreign_key values.",
            owner.name(),
            self.name
        );
        Err(interpreter.error("ActiveRecord::CompositePrimaryKeyMismatchError", message))
    }

    /// What cannot be joined or preloaded here, and `check_validity!` of what goes through another.
    pub fn check(&self, interpreter: &mut Interpreter) -> Eval<()> {
        if self.is_through() {
            let owner = Value::Class(Rc::clone(&self.owner));
            let own = interpreter.call(&owner, "_reflect_on_association", Args::one(Value::Symbol(self.name)))?;
            interpreter.call(&own, "check_validity!", Args::none())?;
        }
        if self.kind == Macro::HasAndBelongsToMany {
            let message = format!("a join of `has_and_belongs_to_many :{}` is not supported yet", self.name);
            return Err(interpreter.unsupported(message));
        }
        Ok(())
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
    pub fn source_type(&self, interpreter: &mut Interpreter) -> Eval<Option<(String, Value)>> {
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
