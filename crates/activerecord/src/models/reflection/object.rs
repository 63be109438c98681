//! A reflection as Ruby code sees it: `Model.reflect_on_association(:name)`.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, RObject, Symbol, Value, method};

use super::{Macro, Reflection, all, find};
use crate::ground::arguments;
use crate::models::attribute_methods::primary_key::Key;
use crate::models::model_schema;

/// Each class with the one it inherits from, parents first.
const CLASSES: &[(&str, &str)] = &[
    ("AbstractReflection", "Object"),
    ("MacroReflection", "ActiveRecord::Reflection::AbstractReflection"),
    ("AssociationReflection", "ActiveRecord::Reflection::MacroReflection"),
    ("BelongsToReflection", "ActiveRecord::Reflection::AssociationReflection"),
    ("HasManyReflection", "ActiveRecord::Reflection::AssociationReflection"),
    ("HasOneReflection", "ActiveRecord::Reflection::AssociationReflection"),
    ("HasAndBelongsToManyReflection", "ActiveRecord::Reflection::AssociationReflection"),
    ("ThroughReflection", "ActiveRecord::Reflection::AbstractReflection"),
];

const METHODS: &[NativeMethod] = &[
    method("macro", |i, this, _| Ok(Value::symbol(of(i, this)?.kind.name())), 0..=0),
    method("name", |i, this, _| Ok(Value::Symbol(of(i, this)?.name)), 0..=0),
    method("scope", |i, this, _| Ok(of(i, this)?.scope.clone()), 0..=0),
    method("options", |i, this, _| Ok(Value::Hash(Rc::clone(&of(i, this)?.options))), 0..=0),
    method("active_record", |i, this, _| Ok(Value::Class(Rc::clone(&of(i, this)?.owner))), 0..=0),
    method("plural_name", plural_name, 0..=0),
    method("belongs_to?", |i, this, _| Ok(of(i, this)?.is_belongs_to().into()), 0..=0),
    method("has_one?", |i, this, _| Ok(of(i, this)?.is_has_one().into()), 0..=0),
    method("collection?", |i, this, _| Ok(of(i, this)?.is_collection().into()), 0..=0),
    method("polymorphic?", |i, this, _| Ok(of(i, this)?.option("polymorphic")), 0..=0),
    method("through_reflection?", |i, this, _| Ok(of(i, this)?.is_through().into()), 0..=0),
    method("through_reflection", |i, this, _| Ok(of(i, this)?.middle().map(|middle| object(i, &middle)).into()), 0..=0),
    method("source_reflection_names", source_reflection_names, 0..=0),
    method("source_reflection", source_reflection, 0..=0),
    method("nested?", |i, this, _| Ok(of(i, this)?.is_nested(i)?.into()), 0..=0),
    method("constraints", |i, this, _| Ok(Value::array(of(i, this)?.scopes(i)?)), 0..=0),
    method("extensions", extensions, 0..=0),
    method("autosave=", set_autosave, 1..=1),
    method("strict_loading?", |i, this, _| Ok(of(i, this)?.option("strict_loading")), 0..=0),
    method("validate?", |i, this, _| Ok(of(i, this)?.validates().into()), 0..=0),
    method("class_name", |i, this, _| Ok(of(i, this)?.class_name(i)?.into()), 0..=0),
    method("klass", |i, this, _| Ok(Value::Class(of(i, this)?.class(i)?)), 0..=0),
    method("compute_class", compute_class, 1..=1),
    method("table_name", |i, this, _| ask_class(i, this, "table_name"), 0..=0),
    method("quoted_table_name", |i, this, _| ask_class(i, this, "quoted_table_name"), 0..=0),
    method("foreign_key", |i, this, _| Ok(of(i, this)?.foreign_key(i)?.to_value()), 0..=0).with_keywords(),
    method("foreign_type", foreign_type, 0..=0),
    method("type", |i, this, _| Ok(of(i, this)?.type_column(i)?.into()), 0..=0),
    method("association_primary_key", association_primary_key, 0..=1),
    method("active_record_primary_key", |i, this, _| Ok(of(i, this)?.key_of_owner(i)?.to_value()), 0..=0),
    method("join_primary_key", join_primary_key, 0..=1),
    method("join_foreign_key", |i, this, _| Ok(of(i, this)?.join_foreign_key(i)?.to_value()), 0..=0),
    method("join_table", |i, this, _| Ok(of(i, this)?.join_table(i)?.into()), 0..=0),
    method("counter_cache_column", |i, this, _| Ok(of(i, this)?.counter_column(i)?.into()), 0..=0),
    method("has_cached_counter?", |i, this, _| Ok(of(i, this)?.has_counter(i)?.into()), 0..=0),
    method("has_active_cached_counter?", |i, this, _| Ok(of(i, this)?.trusts_counter(i)?.into()), 0..=0),
    method("counter_must_be_updated_by_has_many?", |i, this, _| Ok(of(i, this)?.must_count_itself(i)?.into()), 0..=0),
    method("inverse_which_updates_counter_cache", counted_by, 0..=0),
    method("inverse_updates_counter_cache?", counted_by, 0..=0),
    method("has_inverse?", |i, this, _| Ok(of(i, this)?.inverse_name(i)?.is_some().into()), 0..=0),
    method("inverse_of", inverse_of, 0..=0),
    method("polymorphic_inverse_of", polymorphic_inverse_of, 1..=1),
    method("check_validity!", |i, this, _| of(i, this)?.check_validity(i).map(|()| Value::Nil), 0..=0),
    method("association_class", association_class, 0..=0),
];

/// What a model's class says of its associations.
pub(crate) const OF_MODELS: &[NativeMethod] = &[
    method("reflect_on_association", reflect_on_association, 1..=1),
    method("_reflect_on_association", reflect_on_association, 1..=1),
    method("reflect_on_all_associations", reflect_on_all_associations, 0..=1),
    method("reflect_on_all_autosave_associations", reflect_on_all_autosave_associations, 0..=0),
    method("reflections", |i, this, _| reflections(i, this, |name| Value::str(&*name.to_str())), 0..=0),
    method("_reflections", |i, this, _| reflections(i, this, Value::Symbol), 0..=0),
];

pub(crate) fn define(interpreter: &mut Interpreter) {
    for (name, parent) in CLASSES {
        let parent = interpreter.class_at(parent);
        interpreter.define_class(&format!("ActiveRecord::Reflection::{name}"), &parent);
    }
    interpreter.class_at("ActiveRecord::Reflection::AbstractReflection").define(METHODS);
}

/// The one object that stands for it.
pub(crate) fn object(interpreter: &mut Interpreter, reflection: &Rc<Reflection>) -> Value {
    if let Some(object) = reflection.found.object.borrow().upgrade() {
        return Value::Object(object);
    }
    let name = match reflection.kind {
        _ if reflection.is_through() => "ThroughReflection",
        Macro::BelongsTo => "BelongsToReflection",
        Macro::HasMany => "HasManyReflection",
        Macro::HasOne => "HasOneReflection",
        Macro::HasAndBelongsToMany => "HasAndBelongsToManyReflection",
    };
    let class = interpreter.class_at(&format!("ActiveRecord::Reflection::{name}"));
    let object = Rc::new(RObject::with_data(&class, Rc::clone(reflection) as Rc<dyn NativeData>));
    *reflection.found.object.borrow_mut() = Rc::downgrade(&object);
    Value::Object(object)
}

/// The reflection of an object that shows it.
pub(crate) fn of(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Reflection>> {
    match this.data::<Reflection>() {
        Some(reflection) => Ok(reflection),
        None => Err(interpreter.type_error("not a reflection")),
    }
}

fn plural_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let reflection = of(interpreter, this)?;
    let name = reflection.name.to_string();
    let pluralizes = crate::models::class_attributes::of(&reflection.owner, "pluralize_table_names").truthy();
    Ok(if pluralizes { interpreter.inflector().pluralize(&name) } else { name }.into())
}

fn source_reflection_names(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let reflection = of(interpreter, this)?;
    Ok(Value::array(reflection.source_names(interpreter)))
}

fn source_reflection(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let reflection = of(interpreter, this)?;
    if !reflection.is_through() {
        return Ok(this.clone());
    }
    Ok(reflection.source(interpreter)?.map(|source| object(interpreter, &source)).into())
}

fn extensions(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let given = of(interpreter, this)?.option("extend");
    Ok(Value::array(arguments::wrap(interpreter, &given)?))
}

fn set_autosave(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    of(interpreter, this)?.options.insert_symbol("autosave", args.first());
    Ok(args.first())
}

fn compute_class(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    Ok(Value::Class(of(interpreter, this)?.compute_class(interpreter, &name)?))
}

fn ask_class(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval {
    let class = of(interpreter, this)?.class(interpreter)?;
    interpreter.call(&Value::Class(class), name, Args::none())
}

fn foreign_type(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let mut reflection = of(interpreter, this)?;
    while reflection.is_through() {
        reflection = reflection.source_reflection(interpreter)?;
    }
    if reflection.is_polymorphic() { Ok(reflection.foreign_type(interpreter)?.into()) } else { Ok(Value::Nil) }
}

/// The class that is given, or else the association's own.
fn class_argument(interpreter: &mut Interpreter, reflection: &Reflection, args: &Args) -> Eval<Rc<RClass>> {
    match args.first() {
        Value::Class(class) => Ok(class),
        _ => reflection.class(interpreter),
    }
}

fn association_primary_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let reflection = of(interpreter, this)?;
    if reflection.is_belongs_to() && reflection.has("primary_key") {
        return Ok(Key::named(interpreter, &reflection.option("primary_key"))?.to_value());
    }
    let class = class_argument(interpreter, &reflection, &args)?;
    Ok(reflection.key_of_target(interpreter, &class)?.to_value())
}

fn join_primary_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let reflection = of(interpreter, this)?;
    let key = if reflection.is_polymorphic() {
        let class = class_argument(interpreter, &reflection, &args)?;
        reflection.referred_key(interpreter, &class)?
    } else {
        reflection.join_primary_key(interpreter)?
    };
    Ok(key.to_value())
}

fn counted_by(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let keeper = of(interpreter, this)?.counted_by(interpreter)?;
    Ok(keeper.map(|keeper| object(interpreter, &keeper)).into())
}

fn inverse_of(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let inverse = of(interpreter, this)?.inverse(interpreter)?;
    Ok(inverse.map(|inverse| object(interpreter, &inverse)).into())
}

fn polymorphic_inverse_of(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = model_schema::class(interpreter, &args.first())?;
    let inverse = of(interpreter, this)?.inverse_in(interpreter, &class)?;
    Ok(inverse.map(|inverse| object(interpreter, &inverse)).into())
}

fn association_class(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let reflection = of(interpreter, this)?;
    let name = crate::models::associations::class_name(&reflection);
    Ok(Value::Class(interpreter.class_at(name)))
}

fn reflect_on_association(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = model_schema::class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    Ok(find(&class, Symbol::new(&name)).map(|found| object(interpreter, &found)).into())
}

fn objects_of(interpreter: &mut Interpreter, this: &Value, wanted: impl Fn(&Reflection) -> bool) -> Eval {
    let class = model_schema::class(interpreter, this)?;
    let found = all(&class).into_iter().filter(|one| wanted(one));
    Ok(Value::array(found.map(|one| object(interpreter, &one)).collect()))
}

fn reflect_on_all_associations(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let kind = args.first().as_name();
    objects_of(interpreter, this, |one| kind.as_ref().is_none_or(|kind| one.kind.name() == kind))
}

fn reflect_on_all_autosave_associations(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    objects_of(interpreter, this, |one| one.has("autosave"))
}

fn reflections(interpreter: &mut Interpreter, this: &Value, key: fn(Symbol) -> Value) -> Eval {
    let class = model_schema::class(interpreter, this)?;
    let pairs: Vec<_> = all(&class).iter().map(|one| (key(one.name), object(interpreter, one))).collect();
    Ok(Value::hash(ruby::RHash::from_pairs(pairs)))
}
