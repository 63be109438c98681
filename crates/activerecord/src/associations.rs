//! associations.rb: what a declaration tells the queries that join or compare by it. What reads and writes through an
//! association is written in Ruby (library/associations.rb).

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use crate::attribute_set::record;
use crate::model_schema::{self, class, lineage, load_schema, schema};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Macro {
    BelongsTo,
    HasMany,
    HasOne,
    HasAndBelongsToMany,
}

/// `ActiveRecord::Reflection`
pub(crate) struct Reflection {
    kind: Macro,
    name: Symbol,
    options: Rc<RHash>,
    scope: Value,
    owner: Rc<RClass>,
}

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("belongs_to", |i, this, args| declare(i, this, args, Macro::BelongsTo), 1).with_keywords(),
    variadic("has_many", |i, this, args| declare(i, this, args, Macro::HasMany), 1).with_keywords(),
    variadic("has_one", |i, this, args| declare(i, this, args, Macro::HasOne), 1).with_keywords(),
    method("_register_association", register_has_many, 3..=3),
    variadic("has_and_belongs_to_many", |i, this, args| declare(i, this, args, Macro::HasAndBelongsToMany), 1)
        .with_keywords(),
];

pub(crate) const METHODS: &[NativeMethod] = &[
    method("association_instance_get", cached, 1..=1),
    method("association_instance_set", set_cached, 2..=2),
    method("association_instance_set?", is_cached, 1..=1),
    method("_may_be_in_a_ring", may_be_in_a_ring, 0..=0),
];

impl Reflection {
    fn option(&self, name: &str) -> Value {
        self.options.get_symbol(name).unwrap_or_default()
    }

    fn foreign_key(&self, interpreter: &mut Interpreter) -> Eval<String> {
        let given = self.option("foreign_key");
        if given.truthy() {
            return interpreter.to_s(&given);
        }
        if self.kind == Macro::BelongsTo {
            return Ok(format!("{}_id", self.name));
        }
        let as_ = self.option("as");
        if as_.truthy() {
            return Ok(format!("{}_id", interpreter.to_s(&as_)?));
        }
        let name = self.owner.name();
        let own = name.rsplit("::").next().unwrap_or(&name).to_owned();
        Ok(format!("{}_id", interpreter.inflector.underscore(&own)))
    }

    /// `klass`: looked up from where the model stands, outwards.
    fn class(&self, interpreter: &mut Interpreter) -> Eval<Rc<RClass>> {
        let given = self.option("class_name");
        let name = if given.truthy() {
            interpreter.to_s(&given)?
        } else {
            let name = self.name.to_string();
            let singular = if self.kind == Macro::HasMany { interpreter.inflector.singularize(&name) } else { name };
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
                let message = format!(
                    "Missing model class {name} for the {owner}#{} association. You can specify a different model class \
                     with the :class_name option.",
                    self.name
                );
                return Err(interpreter.error("NameError", message));
            }
        }
    }
}

fn declare(interpreter: &mut Interpreter, this: &Value, args: Args, kind: Macro) -> Eval {
    crate::library::require(interpreter, crate::library::Library::Associations)?;
    let class = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    let symbol = Symbol::new(&name);
    let reflection = Reflection {
        kind,
        name: symbol,
        options: args.keywords.clone().unwrap_or_default(),
        scope: args.get(1),
        owner: Rc::clone(&class),
    };
    schema(&class).associations.borrow_mut().insert(symbol, Rc::new(reflection));
    let library = interpreter.class_at("ActiveRecord::Associations");
    interpreter.call(&Value::Class(library), "declare", declaration(this, kind, args))
}

/// What the part written in Ruby makes of a declaration: accessors, callbacks, validations.
fn declaration(this: &Value, kind: Macro, args: Args) -> Args {
    let macro_name = match kind {
        Macro::BelongsTo => "belongs_to",
        Macro::HasMany => "has_many",
        Macro::HasOne => "has_one",
        Macro::HasAndBelongsToMany => "has_and_belongs_to_many",
    };
    let options = args.keywords.as_ref().map(|options| RHash::from_pairs(options.pairs())).unwrap_or_default();
    let mut positional = vec![this.clone(), Value::symbol(macro_name)];
    positional.push(args.first());
    positional.push(args.get(1));
    positional.push(Value::hash(options));
    Args::new(positional).with_block(args.block)
}

/// A `has_many` that the part written in Ruby made itself.
fn register_has_many(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = Symbol::new(&args.get(1).as_name().unwrap_or_default());
    let Value::Hash(options) = args.get(2) else { return Ok(Value::Nil) };
    let reflection = Reflection { kind: Macro::HasMany, name, options, scope: Value::Nil, owner: Rc::clone(&class) };
    schema(&class).associations.borrow_mut().insert(name, Rc::new(reflection));
    Ok(Value::Nil)
}

fn cached(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let owner = record(interpreter, this)?;
    let found = owner.associations.borrow().get(&Symbol::new(&name)).cloned();
    Ok(found.unwrap_or_default())
}

fn set_cached(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    record(interpreter, this)?.associations.borrow_mut().insert(Symbol::new(&name), args.get(1));
    crate::cycles::remember(interpreter, this)?;
    Ok(args.get(1))
}

fn may_be_in_a_ring(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    crate::cycles::remember(interpreter, this)?;
    Ok(Value::Nil)
}

fn is_cached(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    Ok(record(interpreter, this)?.associations.borrow().contains_key(&Symbol::new(&name)).into())
}

fn find(class: &Rc<RClass>, name: Symbol) -> Option<Rc<Reflection>> {
    lineage(class).iter().find_map(|class| schema(class).associations.borrow().get(&name).cloned())
}

fn check_simple(interpreter: &mut Interpreter, reflection: &Reflection) -> Eval<()> {
    for option in ["polymorphic", "through", "as", "primary_key", "source"] {
        if reflection.option(option).truthy() {
            let message = format!("the association `{}` with `{option}:` is not supported yet", reflection.name);
            return Err(interpreter.unsupported(message));
        }
    }
    if reflection.kind == Macro::HasAndBelongsToMany {
        let message = format!("`has_and_belongs_to_many :{}` is not supported yet", reflection.name);
        return Err(interpreter.unsupported(message));
    }
    Ok(())
}

/// The columns and values that a condition on an association stands for.
pub(crate) fn as_condition(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    name: &str,
    value: &Value,
) -> Eval<Option<(Vec<String>, Vec<Value>)>> {
    let Some(reflection) = find(model, Symbol::new(name)) else { return Ok(None) };
    check_simple(interpreter, &reflection)?;
    if reflection.kind != Macro::BelongsTo {
        return Err(interpreter.unsupported(format!("a condition on the association `{name}`")));
    }
    let key = reflection.foreign_key(interpreter)?;
    Ok(Some((vec![key], vec![value.clone()])))
}

/// `joins(:name)`: the INNER JOIN of a simple association.
pub(crate) fn join(interpreter: &mut Interpreter, model: &Rc<RClass>, name: Symbol) -> Eval<String> {
    let Some(reflection) = find(model, name) else {
        let message =
            format!("Can't join '{}' to association named '{name}'; perhaps you misspelled it?", model.name());
        return Err(interpreter.error("ActiveRecord::ConfigurationError", message));
    };
    check_simple(interpreter, &reflection)?;
    if !reflection.scope.is_nil() {
        return Err(interpreter.unsupported(format!("a join of `{name}`, which has a scope")));
    }
    let target = reflection.class(interpreter)?;
    let (mine, theirs) = (load_schema(interpreter, model)?, load_schema(interpreter, &target)?);
    if !lineage(&target).iter().all(|class| schema(class).default_scopes.borrow().is_empty())
        || model_schema::has_type_condition(interpreter, &target)?
        || mine.table_name == theirs.table_name
    {
        return Err(interpreter.unsupported(format!("a join of `{name}`")));
    }
    let key = reflection.foreign_key(interpreter)?;
    let (their_key, my_key) = if reflection.kind == Macro::BelongsTo {
        (theirs.primary_key.clone().unwrap_or_default(), key)
    } else {
        (key, mine.primary_key.clone().unwrap_or_default())
    };
    crate::state::with_adapter(interpreter, |adapter| {
        let (their_table, my_table) =
            (adapter.quote_table_name(&theirs.table_name), adapter.quote_table_name(&mine.table_name));
        let (their_key, my_key) = (adapter.quote_column_name(&their_key), adapter.quote_column_name(&my_key));
        Ok(format!("INNER JOIN {their_table} ON {their_table}.{their_key} = {my_table}.{my_key}"))
    })
}
