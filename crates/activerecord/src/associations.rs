//! associations.rb, as far as a migration's models need it: declared, read and written by `belongs_to`; read as relations by
//! `has_many` and `has_one`. Polymorphic ones, `through:` and `dependent:` are refused when they are used.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use crate::attribute_methods::{self, read_named, write_named};
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
    variadic("has_and_belongs_to_many", |i, this, args| declare(i, this, args, Macro::HasAndBelongsToMany), 1)
        .with_keywords(),
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

/// `dependent:` makes `destroy` write to other tables; a record with such an association is not destroyed.
pub(crate) fn refuse_dependent(interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
    for class in lineage(&interpreter.class_of(this)) {
        let dependent =
            schema(&class).associations.borrow().values().find(|one| one.option("dependent").truthy()).cloned();
        if let Some(association) = dependent {
            let what = format!("`dependent:` of `{}.{}` is not supported yet", class.name(), association.name);
            return Err(interpreter.unsupported(what));
        }
    }
    Ok(())
}

fn declare(interpreter: &mut Interpreter, this: &Value, args: Args, kind: Macro) -> Eval {
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
    let define = |name: &str, function: ruby::method::NativeFn, arity| {
        class.set_method(
            Symbol::new(name),
            MethodBody::Native(method("association", function, arity)),
            Visibility::Public,
        );
    };
    define(&name, read, 0..=0);
    define(&format!("{name}="), write, 1..=1);
    if kind == Macro::BelongsTo || kind == Macro::HasOne {
        define(&format!("build_{name}"), refuse, 0..=1);
        define(&format!("create_{name}"), refuse, 0..=1);
        define(&format!("reload_{name}"), refuse, 0..=0);
    }
    Ok(Value::Nil)
}

fn refuse(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    Err(interpreter.unsupported(format!("`{name}` of an association is not supported yet")))
}

fn find(class: &Rc<RClass>, name: Symbol) -> Option<Rc<Reflection>> {
    lineage(class).iter().find_map(|class| schema(class).associations.borrow().get(&name).cloned())
}

fn called(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Reflection>> {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let class = interpreter.class_of(this);
    match find(&class, Symbol::new(name.trim_end_matches('='))) {
        Some(reflection) => Ok(reflection),
        None => Err(interpreter.unsupported(format!("the association `{name}`"))),
    }
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

fn read(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let reflection = called(interpreter, this)?;
    check_simple(interpreter, &reflection)?;
    let owner = record(interpreter, this)?;
    let target = Value::Class(reflection.class(interpreter)?);
    let key = reflection.foreign_key(interpreter)?;
    if reflection.kind == Macro::BelongsTo {
        let id = read_named(interpreter, this, &key)?;
        if let Some(found) = owner.associations.borrow().get(&reflection.name).cloned() {
            return Ok(found);
        }
        if id.is_nil() {
            return Ok(Value::Nil);
        }
        let class = class(interpreter, &target)?;
        let primary = load_schema(interpreter, &class)?.primary_key.clone().unwrap_or_default();
        let found = scoped(interpreter, &reflection, &target, &primary, id)?;
        let found = interpreter.call(&found, "take", Args::none())?;
        owner.associations.borrow_mut().insert(reflection.name, found.clone());
        return Ok(found);
    }
    if reflection.kind == Macro::HasOne
        && let Some(found) = owner.associations.borrow().get(&reflection.name).cloned()
    {
        return Ok(found);
    }
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    if reflection.kind == Macro::HasMany {
        if owner.new_record.get() {
            return Err(interpreter.unsupported(format!("`{}` of a record that is not saved", reflection.name)));
        }
        return scoped(interpreter, &reflection, &target, &key, id);
    }
    let found = scoped(interpreter, &reflection, &target, &key, id)?;
    let found = interpreter.call(&found, "take", Args::none())?;
    owner.associations.borrow_mut().insert(reflection.name, found.clone());
    Ok(found)
}

fn scoped(interpreter: &mut Interpreter, reflection: &Reflection, target: &Value, key: &str, id: Value) -> Eval {
    let conditions = RHash::from_pairs(vec![(Value::str(key), id)]);
    let found = interpreter.call(target, "where", Args::one(Value::hash(conditions)))?;
    match &reflection.scope {
        Value::Proc(block) => interpreter.instance_exec(block, &found, Args::none()),
        _ => Ok(found),
    }
}

fn write(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let reflection = called(interpreter, this)?;
    check_simple(interpreter, &reflection)?;
    if reflection.kind != Macro::BelongsTo {
        return Err(interpreter.unsupported(format!("`{}=` is not supported yet", reflection.name)));
    }
    let other = args.first();
    let key = reflection.foreign_key(interpreter)?;
    let id = if other.is_nil() {
        Value::Nil
    } else {
        let target = record(interpreter, &other)?;
        if target.new_record.get() {
            return Err(interpreter.unsupported(format!("`{}=` of a record that is not saved", reflection.name)));
        }
        attribute_methods::id(interpreter, &other, Args::none())?
    };
    write_named(interpreter, this, &key, id)?;
    record(interpreter, this)?.associations.borrow_mut().insert(reflection.name, other.clone());
    Ok(other)
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
