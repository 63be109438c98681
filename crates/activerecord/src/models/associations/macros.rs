//! `belongs_to`, `has_one`, `has_many`: what a declaration makes of its model: accessors, callbacks, validations. After
//! associations.rb and associations/builder/*.rb.

use std::rc::Rc;

use ruby::method::{MethodBody, Visibility};
use ruby::value::ClassKind;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, RProc, Symbol, Value, method, variadic};

use super::association::Handle;
use super::{autosave, belongs_to, dependent, habtm, options, owner, touch};
use crate::ground::state::state;
use crate::models::class_attributes;
use crate::models::library::{self, Library};
use crate::models::model_schema::{self, class, schema};
use crate::models::reflection::object::{object, of};
use crate::models::reflection::{Macro, Reflection};

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("belongs_to", |i, this, args| declare(i, this, args, Macro::BelongsTo), 1).with_keywords(),
    variadic("has_many", |i, this, args| declare(i, this, args, Macro::HasMany), 1).with_keywords(),
    variadic("has_one", |i, this, args| declare(i, this, args, Macro::HasOne), 1).with_keywords(),
    variadic("has_and_belongs_to_many", |i, this, args| declare(i, this, args, Macro::HasAndBelongsToMany), 1)
        .with_keywords(),
    method("generated_association_methods", generated_methods, 0..=0),
    method("_define_autosave_validation_callbacks", validate_associated, 1..=1),
];

/// What a macro was given.
pub(super) struct Declaration {
    pub name: Value,
    pub scope: Value,
    pub options: Rc<RHash>,
    pub extension: Option<Rc<RProc>>,
}

fn declare(interpreter: &mut Interpreter, this: &Value, args: Args, kind: Macro) -> Eval {
    library::require(interpreter, Library::Associations)?;
    let model = class(interpreter, this)?;
    let options = args.keywords.as_ref().map(|options| options.pairs()).unwrap_or_default();
    let declaration = Declaration {
        name: args.first(),
        scope: args.get(1),
        options: Rc::new(RHash::from_pairs(options)),
        extension: args.block,
    };
    if kind == Macro::HasAndBelongsToMany {
        return habtm::declare(interpreter, &model, declaration);
    }
    let reflection = build(interpreter, &model, kind, declaration)?;
    Ok(object(interpreter, &reflection))
}

/// A reflection, and the methods that the model gets by it.
pub(super) fn build(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    kind: Macro,
    declaration: Declaration,
) -> Eval<Rc<Reflection>> {
    let this = Value::Class(Rc::clone(model));
    let taken = interpreter.call(&this, "dangerous_attribute_method?", Args::one(declaration.name.clone()))?;
    if taken.truthy() {
        let class = interpreter.call(&this, "name", Args::none())?;
        let (name, class) = (interpreter.to_s(&declaration.name)?, interpreter.to_s(&class)?);
        let message = format!(
            "You tried to define an association named {name} on the model {class}, but this will conflict with a method \
             {name} already defined by Active Record. Please choose a different association name."
        );
        return Err(interpreter.argument_error(message));
    }
    let reflection = reflect(interpreter, model, kind, declaration)?;
    define_accessors(interpreter, model, &reflection);
    add_callbacks(interpreter, model, &reflection)?;
    require_presence(interpreter, model, &reflection)?;
    register(model, &reflection);
    Ok(reflection)
}

/// The reflection of a declaration, its options checked.
pub(super) fn reflect(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    kind: Macro,
    declaration: Declaration,
) -> Eval<Rc<Reflection>> {
    let Value::Symbol(name) = declaration.name else {
        return Err(interpreter.argument_error("association names must be a Symbol"));
    };
    let given = declaration.options;
    options::check(interpreter, kind, &given)?;
    if given.get_symbol("query_constraints").unwrap_or_default().truthy() {
        let called = interpreter.called_name().map(|called| called.to_string()).unwrap_or_default();
        let message = format!(
            "Setting `query_constraints:` option on `{}.{called} :{name}` is not allowed. To get the same behavior, use the \
             `foreign_key` option instead.",
            model.name()
        );
        return Err(interpreter.error("ActiveRecord::ConfigurationError", message));
    }
    if let Some(block) = declaration.extension {
        extend(interpreter, model, name, &given, &block)?;
    }
    options::settle(interpreter, kind, &given)?;
    let scope = block_of(interpreter, declaration.scope)?;
    Ok(Rc::new(Reflection::new(kind, name, given, scope, Rc::clone(model))))
}

/// A scope is a block, or what can become one; options in its place are an error, as Rails asks it for its arity.
fn block_of(interpreter: &mut Interpreter, scope: Value) -> Eval {
    if !scope.truthy() || matches!(scope, Value::Proc(_)) {
        return Ok(scope);
    }
    interpreter.call_public(&scope, "arity", Args::none())?;
    Ok(interpreter.block_of(&scope)?.map(Value::Proc).into())
}

/// The macro's block is the body of a module that the association's collection has.
fn extend(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    name: Symbol,
    options: &RHash,
    block: &Rc<RProc>,
) -> Eval<()> {
    let class = Value::Class(interpreter.class_at("Module"));
    let module = interpreter.call(&class, "new", Args::none().with_block(Some(Rc::clone(block))))?;
    let constant = format!("{}AssociationExtension", interpreter.inflector().camelize(&name.to_str()));
    interpreter.assign_constant(model, Symbol::new(&constant), module.clone())?;
    let mut all = crate::ground::arguments::wrap(interpreter, &options.get_symbol("extend").unwrap_or_default())?;
    all.push(module);
    options.insert_symbol("extend", Value::array(all));
    Ok(())
}

/// The last declaration of a name counts, and stands last.
pub(super) fn register(model: &Rc<RClass>, reflection: &Rc<Reflection>) {
    let schema = schema(model);
    let mut all = schema.associations.borrow_mut();
    all.shift_remove(&reflection.name);
    all.insert(reflection.name, Rc::clone(reflection));
}

// Accessors

/// `GeneratedAssociationMethods`: a module that the class includes, so that its own methods come first.
pub(crate) fn methods_module(model: &Rc<RClass>) -> Rc<RClass> {
    let schema = schema(model);
    let existing = schema.association_methods.borrow().clone();
    existing.unwrap_or_else(|| {
        let name = format!("{}::GeneratedAssociationMethods", model.name());
        let module = RClass::new(ClassKind::Module, Some(&name), None);
        model.set_constant("GeneratedAssociationMethods", Value::Class(Rc::clone(&module)));
        model.include(&module);
        *schema.association_methods.borrow_mut() = Some(Rc::clone(&module));
        module
    })
}

fn generated_methods(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let model = class(interpreter, this)?;
    Ok(Value::Class(methods_module(&model)))
}

/// A method of a module; it takes at most so many arguments.
fn define(
    module: &Rc<RClass>,
    name: &str,
    most: usize,
    body: impl Fn(&mut Interpreter, &Value, Args) -> Eval + 'static,
) {
    let body = RProc::native(move |interpreter, args| {
        let mut args = args.flatten_keywords();
        let this = args.positional.remove(0);
        if args.len() > most {
            return Err(interpreter.wrong_number(args.len(), 0, Some(most)));
        }
        body(interpreter, &this, args)
    });
    if let Value::Proc(body) = body {
        module.set_method(Symbol::new(name), MethodBody::Proc(body), Visibility::Public);
    }
}

/// What the methods of an association ask of its object: name before, name behind, how many arguments, and what is asked.
type Accessor = (&'static str, &'static str, usize, &'static str);

const OF_EVERY: &[Accessor] = &[("", "", 0, "reader"), ("", "=", 1, "writer")];
const OF_SINGULAR: &[Accessor] = &[("reload_", "", 0, "force_reload_reader"), ("reset_", "", 0, "reset")];
const OF_BELONGS_TO: &[Accessor] =
    &[("", "_changed?", 0, "target_changed?"), ("", "_previously_changed?", 0, "target_previously_changed?")];
const OF_ONE_CLASS: &[Accessor] =
    &[("build_", "", 1, "build"), ("create_", "", 1, "create"), ("create_", "!", 1, "create!")];
const OF_COLLECTION: &[Accessor] = &[("", "_ids", 0, "ids_reader"), ("", "_ids=", 1, "ids_writer")];

fn define_accessors(interpreter: &mut Interpreter, model: &Rc<RClass>, reflection: &Reflection) {
    let module = methods_module(model);
    let name = reflection.name;
    let add = |word: &str, accessors: &[Accessor]| {
        for (before, behind, most, message) in accessors {
            let message = Symbol::new(message);
            define(&module, &format!("{before}{word}{behind}"), *most, move |interpreter, this, args| {
                let association = owner::handle(interpreter, this, name)?.object;
                interpreter.call(&association, message, args)
            });
        }
    };
    let word = name.to_string();
    add(&word, OF_EVERY);
    if reflection.is_collection() {
        add(&interpreter.inflector().singularize(&word), OF_COLLECTION);
        return;
    }
    add(&word, OF_SINGULAR);
    if reflection.is_belongs_to() {
        add(&word, OF_BELONGS_TO);
    }
    if !reflection.is_polymorphic() {
        add(&word, OF_ONE_CLASS);
    }
}

// Callbacks

/// `model.EVENT { |record| .. }`
pub(super) fn on(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    event: &str,
    condition: Option<&str>,
    work: impl Fn(&mut Interpreter, &Value) -> Eval + 'static,
) -> Eval<()> {
    let callback = RProc::native(move |interpreter, args| work(interpreter, &args.first()));
    let mut args = Args::one(callback);
    if let Some(condition) = condition {
        let options = RHash::new();
        options.insert_symbol("if", Value::symbol(condition));
        args = args.with_keywords(Some(Rc::new(options)));
    }
    interpreter.call(&Value::Class(Rc::clone(model)), event, args).map(drop)
}

/// `model.EVENT :method`
fn on_method(interpreter: &mut Interpreter, model: &Rc<RClass>, event: &str, method: Symbol) -> Eval<()> {
    interpreter.call(&Value::Class(Rc::clone(model)), event, Args::one(Value::Symbol(method))).map(drop)
}

/// The callback that does something with the record's association.
fn with(
    name: Symbol,
    work: fn(&mut Interpreter, &Handle) -> Eval<()>,
) -> impl Fn(&mut Interpreter, &Value) -> Eval + 'static {
    move |interpreter, record| {
        let own = owner::handle(interpreter, record, name)?;
        work(interpreter, &own).map(|()| Value::Nil)
    }
}

/// What is called before and after a record joins or leaves.
pub(super) fn add_callbacks(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    reflection: &Rc<Reflection>,
) -> Eval<()> {
    let name = reflection.name;
    let dependent = reflection.option("dependent");
    if dependent.truthy() {
        options::check_dependent(interpreter, reflection.kind, &dependent)?;
        if reflection.is_belongs_to() {
            on(interpreter, model, "after_destroy", None, with(name, dependent::handle))?;
        } else if !(reflection.is_has_one() && reflection.is_through()) {
            on(interpreter, model, "before_destroy", None, with(name, dependent::handle))?;
        }
    }
    add_autosave(interpreter, model, reflection)?;
    match reflection.kind {
        Macro::BelongsTo => {
            if reflection.has("counter_cache") {
                count(interpreter, model, reflection)?;
            }
            if reflection.has("touch") {
                touch::of_belongs_to(interpreter, model, reflection)?;
            }
            if let Value::Proc(default) = reflection.option("default") {
                on(interpreter, model, "before_validation", None, move |interpreter, record| {
                    let own = owner::handle(interpreter, record, name)?;
                    belongs_to::default(interpreter, &own, &default).map(|()| Value::Nil)
                })?;
            }
        }
        Macro::HasOne if reflection.has("touch") => touch::of_has_one(interpreter, model, reflection)?,
        _ => {}
    }
    Ok(())
}

/// A save of the owner saves what is associated: a belongs_to before it, the others after.
fn add_autosave(interpreter: &mut Interpreter, model: &Rc<RClass>, reflection: &Rc<Reflection>) -> Eval<()> {
    let saving = Symbol::new(&format!("autosave_associated_records_for_{}", reflection.name));
    let events: &[&str] = if reflection.is_belongs_to() { &["before_save"] } else { &["after_create", "after_update"] };
    if reflection.is_collection() {
        on_method(interpreter, model, "around_save", Symbol::new("around_save_collection_association"))?;
    }
    let own = Rc::clone(reflection);
    owner::define_once(model, saving, move |interpreter, record| autosave::save_along(interpreter, record, &own));
    for event in events {
        on_method(interpreter, model, event, saving)?;
    }
    validate_if_asked(interpreter, model, reflection)
}

/// A validation of the owner validates what is associated, where the association says so.
fn validate_if_asked(interpreter: &mut Interpreter, model: &Rc<RClass>, reflection: &Rc<Reflection>) -> Eval<()> {
    let validating = Symbol::new(&format!("validate_associated_records_for_{}", reflection.name));
    if !reflection.validates() || interpreter.find_method(model, validating).is_some() {
        return Ok(());
    }
    let own = Rc::clone(reflection);
    owner::define_once(model, validating, move |interpreter, record| {
        autosave::validate(interpreter, record, &own).map(|()| Value::Nil)
    });
    on_method(interpreter, model, "validate", validating)?;
    on_method(interpreter, model, "after_validation", Symbol::new("_ensure_no_duplicate_errors"))
}

/// What `accepts_nested_attributes_for` asks for.
fn validate_associated(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let model = class(interpreter, this)?;
    let reflection = of(interpreter, &args.first())?;
    validate_if_asked(interpreter, &model, &reflection)?;
    Ok(Value::Nil)
}

/// The counter follows the foreign key; the other model leaves the column out of its updates.
fn count(interpreter: &mut Interpreter, model: &Rc<RClass>, reflection: &Rc<Reflection>) -> Eval<()> {
    let name = reflection.name;
    on(interpreter, model, "after_update", None, move |interpreter, record| {
        let own = owner::handle(interpreter, record, name)?;
        if belongs_to::saved_change(interpreter, &own)? {
            belongs_to::count(interpreter, &own, 1)?;
            belongs_to::count_down_last(interpreter, &own)?;
        }
        Ok(Value::Nil)
    })?;
    let counted = Value::str(reflection.class_name(interpreter)?);
    let base = model_schema::base(interpreter);
    if let Value::Class(counted) = interpreter.call(&counted, "safe_constantize", Args::none())?
        && counted.is_subclass_of(&base)
        && let Some(column) = reflection.counter_column(interpreter)?
    {
        model_schema::add_counter_cache_column(&counted, column);
    }
    schema(model).counted.borrow_mut().push(name);
    Ok(())
}

// Validations

/// `validates_presence_of`, where something must be there. Of a belongs_to it may be looked at only when the foreign key is
/// not there or has changed.
fn require_presence(interpreter: &mut Interpreter, model: &Rc<RClass>, reflection: &Rc<Reflection>) -> Eval<()> {
    let required = match reflection.kind {
        Macro::BelongsTo => match reflection.option("optional") {
            Value::Nil => class_attributes::of(model, "belongs_to_required_by_default").truthy(),
            optional => !optional.truthy(),
        },
        Macro::HasOne => reflection.has("required"),
        _ => false,
    };
    if !required {
        return Ok(());
    }
    let options = RHash::new();
    options.insert_symbol("message", Value::symbol("required"));
    if reflection.is_belongs_to() && !state(interpreter)?.settings.belongs_to_required_validates_foreign_key.get() {
        let own = Rc::clone(reflection);
        options.insert_symbol(
            "if",
            RProc::native(move |interpreter, args| {
                let record = args.first();
                let mut names = own.foreign_key(interpreter)?.columns().to_vec();
                names.extend(own.foreign_type(interpreter)?.filter(|_| own.is_polymorphic()));
                for name in names {
                    let name = Args::one(Value::str(name));
                    if interpreter.call(&record, "read_attribute", name.clone())?.is_nil()
                        || interpreter.call(&record, "attribute_changed?", name)?.truthy()
                    {
                        return Ok(true.into());
                    }
                }
                Ok(false.into())
            }),
        );
    }
    let args = Args::one(Value::Symbol(reflection.name)).with_keywords(Some(Rc::new(options)));
    interpreter.call(&Value::Class(Rc::clone(model)), "validates_presence_of", args).map(drop)
}
