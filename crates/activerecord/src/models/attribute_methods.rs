//! What a record answers of its attributes: attribute_methods.rb, attribute_methods/{read,write,query,before_type_cast,dirty}.rb,
//! attribute_assignment.rb.

pub(crate) mod dangerous;
pub(crate) mod primary_key;

use std::rc::Rc;

pub(crate) use primary_key::id;
use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use crate::ground::arguments::{self, strings_to_value, to_strings};
use crate::models::attribute_set::{Attribute, Kind, Record, record};
use crate::models::model_schema::{self, Columns, ModelSchema, schema};

pub(crate) const METHODS: &[NativeMethod] = &[
    method("[]", read_by_name, 1..=1),
    method("[]=", write_by_name, 2..=2),
    method("read_attribute", read_by_name, 1..=1),
    method("_read_attribute", read_by_name, 1..=1),
    method("write_attribute", write_by_name, 2..=2),
    method("_write_attribute", write_by_name, 2..=2),
    method("read_attribute_before_type_cast", before_type_cast, 1..=1),
    method("to_model", |_, this, _| Ok(this.clone()), 0..=0),
    method("attributes", attributes, 0..=0),
    method("attributes_before_type_cast", attributes_before_type_cast, 0..=0),
    method("attribute_names", attribute_names, 0..=0),
    method("attribute_present?", attribute_present, 1..=1),
    method("has_attribute?", has_attribute, 1..=1),
    method("attributes=", assign_attributes, 1..=1),
    method("assign_attributes", assign_attributes, 1..=1),
    method("changed?", |i, this, _| Ok((!record(i, this)?.changed(i)?.is_empty()).into()), 0..=0),
    method("has_changes_to_save?", |i, this, _| Ok((!record(i, this)?.changed(i)?.is_empty()).into()), 0..=0),
    method("changed", changed, 0..=0),
    method("changed_attribute_names_to_save", changed, 0..=0),
    method("changes", changes, 0..=0),
    method("changes_to_save", changes, 0..=0),
    method("changed_attributes", changed_attributes, 0..=0),
    method("attributes_in_database", changed_attributes, 0..=0),
    method("previous_changes", saved_changes, 0..=0),
    method("saved_changes", saved_changes, 0..=0),
    method("saved_changes?", |i, this, _| Ok((!record(i, this)?.saved_changes.borrow().is_empty()).into()), 0..=0),
    method("changes_applied", changes_applied, 0..=0),
    method("clear_changes_information", clear_changes_information, 0..=0),
    variadic("clear_attribute_changes", clear_attribute_changes, 1),
    method("clear_attribute_change", clear_attribute_changes, 1..=1),
    method("restore_attributes", restore_attributes, 0..=1),
    method("attribute_changed?", |i, this, args| named(i, this, &args, "_changed?"), 1..=1).with_keywords(),
    method("will_save_change_to_attribute?", |i, this, args| named(i, this, &args, "_changed?"), 1..=1).with_keywords(),
    method("attribute_change_to_be_saved", |i, this, args| named(i, this, &args, "_change"), 1..=1),
    method("attribute_will_change!", |i, this, args| named(i, this, &args, "_will_change!"), 1..=1),
    method("attribute_previously_changed?", |i, this, args| named(i, this, &args, "_previously_changed?"), 1..=1)
        .with_keywords(),
    method("attribute_previously_was", |i, this, args| named(i, this, &args, "_previously_was"), 1..=1),
    method("attribute_before_last_save", |i, this, args| named(i, this, &args, "_before_last_save"), 1..=1),
    method("saved_change_to_attribute", |i, this, args| named(i, this, &args, "_previous_change"), 1..=1),
    method("attribute_changed_in_place?", changed_in_place, 1..=1),
    method("query_attribute", |i, this, args| named(i, this, &args, "?"), 1..=1),
    method("_has_attribute?", has_attribute, 1..=1),
    method("previously_persisted?", previously_persisted, 0..=0),
    method("freeze", freeze, 0..=0),
    method("frozen?", |i, this, _| Ok(record(i, this)?.frozen.get().into()), 0..=0),
    method("_assign_attributes", assign_attributes, 1..=1),
    method("attribute_was", |i, this, args| named(i, this, &args, "_was"), 1..=1),
    method("attribute_in_database", |i, this, args| named(i, this, &args, "_in_database"), 1..=1),
    method("saved_change_to_attribute?", |i, this, args| named(i, this, &args, "saved_change_to?"), 1..=1)
        .with_keywords(),
    method("type_for_attribute", type_for_attribute, 1..=1),
    method("column_for_attribute", column_for_attribute, 1..=1),
    method("new_record?", |i, this, _| Ok(record(i, this)?.new_record.get().into()), 0..=0),
    method("previously_new_record?", |i, this, _| Ok(record(i, this)?.previously_new_record.get().into()), 0..=0),
    method("destroyed?", |i, this, _| Ok(record(i, this)?.destroyed.get().into()), 0..=0),
    method("persisted?", persisted, 0..=0),
    method("readonly?", |i, this, _| Ok(record(i, this)?.readonly.get().into()), 0..=0),
    method("readonly!", readonly, 0..=0),
    method("respond_to_missing?", responds, 1..=2),
    variadic("method_missing", method_missing, 1).with_keywords(),
];

/// `undefine_attribute_methods`
pub(crate) fn undefine_accessors(class: &Rc<RClass>) {
    let module = schema(class).accessors.borrow().clone();
    if let Some(module) = module {
        let names: Vec<_> = module.methods().keys().copied().collect();
        for name in names {
            module.remove_method(name);
        }
    }
}

/// `GeneratedAttributeMethods`: included before any module of the class itself, whose methods come first.
pub(crate) fn accessors(class: &Rc<RClass>) -> Rc<RClass> {
    let schema: Rc<ModelSchema> = schema(class);
    let existing = schema.accessors.borrow().clone();
    existing.unwrap_or_else(|| {
        let name = format!("{}::GeneratedAttributeMethods", class.name());
        let module = RClass::new(ruby::value::ClassKind::Module, Some(&name), None);
        class.include(&module);
        *schema.accessors.borrow_mut() = Some(Rc::clone(&module));
        module
    })
}

/// What a class inherits from models above it but for their accessors: those methods are not overridden.
fn written_above(class: &Rc<RClass>) -> Vec<Rc<RClass>> {
    let Some(superclass) = class.superclass().filter(|superclass| !model_schema::is_base(superclass)) else {
        return Vec::new();
    };
    let generated: Vec<_> =
        model_schema::lineage(&superclass).iter().filter_map(|one| schema(one).accessors.borrow().clone()).collect();
    let above = superclass.ancestors().into_iter().take_while(|ancestor| !model_schema::is_base(ancestor));
    above.filter(|ancestor| !generated.iter().any(|module| Rc::ptr_eq(module, ancestor))).collect()
}

/// The accessors of each attribute, in a module that the class includes: its own methods come first, and reach these by
/// `super`.
pub(crate) fn define_accessors(class: &Rc<RClass>, columns: &Columns) {
    let module = accessors(class);
    let above = written_above(class);
    for name in &columns.shape.names {
        if &**name == "id" {
            continue;
        }
        if dangerous::method_of_attribute(name).is_some() {
            continue;
        }
        for (name, function, arity) in [
            (name.to_string(), read_accessor as ruby::method::NativeFn, 0..=0),
            (format!("{name}="), write_accessor, 1..=1),
            (format!("{name}?"), query_accessor, 0..=0),
        ] {
            let symbol = Symbol::new(&name);
            let is_written = above.iter().any(|ancestor| ancestor.own_method(symbol).is_some());
            if !is_written && module.own_method(symbol).is_none() {
                module.set_method(symbol, MethodBody::Native(method("attribute", function, arity)), Visibility::Public);
            }
        }
    }
}

/// The attribute that the running accessor is named after.
fn called(interpreter: &mut Interpreter, suffix: &str) -> String {
    let name = interpreter.called_name().map(ruby::Symbol::to_str);
    let name = name.as_deref().unwrap_or_default();
    name.strip_suffix(suffix).unwrap_or(name).to_owned()
}

fn read_accessor(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = called(interpreter, "");
    read_named(interpreter, this, &name)
}

fn write_accessor(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = called(interpreter, "=");
    write_named(interpreter, this, &name, args.first())
}

fn query_accessor(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = called(interpreter, "?");
    query(interpreter, this, &name)
}

/// The place of an attribute, its alias resolved.
fn place(this: &Value, record: &Record, name: &str) -> Option<usize> {
    if let Some(index) = record.index(name) {
        return Some(index);
    }
    let Value::Object(object) = this else { return None };
    record.index(&alias(&object.class(), name)?)
}

/// The attribute that `alias_attribute` gave this name to.
pub(crate) fn alias(class: &Rc<RClass>, name: &str) -> Option<String> {
    let class = if class.kind == ruby::value::ClassKind::Singleton { class.superclass()? } else { Rc::clone(class) };
    model_schema::nearest(&class, |class| schema(class).aliases.borrow().get(name).cloned())
}

/// `record[name]`, past a method of that name.
pub(crate) fn read_named(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval {
    let record = record(interpreter, this)?;
    let Some(index) = place(this, &record, name) else { return Ok(Value::Nil) };
    if !record.is_initialized(index) {
        return Err(missing_attribute(interpreter, this, name));
    }
    record.read(interpreter, index)
}

fn missing_attribute(interpreter: &mut Interpreter, this: &Value, name: &str) -> Box<ruby::Flow> {
    let class = interpreter.class_of(this).name();
    interpreter.error("ActiveModel::MissingAttributeError", format!("missing attribute '{name}' for {class}"))
}

/// `record[name] = value`, past a method of that name.
pub(crate) fn write_named(interpreter: &mut Interpreter, this: &Value, name: &str, value: Value) -> Eval {
    let record = record(interpreter, this)?;
    crate::models::persistence::interpreter_check_frozen(interpreter, &record)?;
    let Some(index) = place(this, &record, name) else {
        let message = format!("can't write unknown attribute `{name}`");
        return Err(interpreter.error("ActiveModel::MissingAttributeError", message));
    };
    match &record.shape().types[index].kind {
        Kind::Enum(mapping) => check_enum(interpreter, mapping, &value)?,
        Kind::Custom(custom) => custom.assert_valid_value(interpreter, &value)?,
        Kind::Serialized(serialized) if interpreter.responds_to(&serialized.coder, "assert_valid_value") => {
            let action = RHash::new();
            action.insert_symbol("action", Value::str("serialize"));
            let arguments = Args::one(value.clone()).with_keywords(Some(Rc::new(action)));
            interpreter.call(&serialized.coder, "assert_valid_value", arguments)?;
        }
        _ => {}
    }
    record.write(index, value.clone());
    Ok(value)
}

/// `EnumType#assert_valid_value`
fn check_enum(
    interpreter: &mut Interpreter,
    mapping: &crate::models::attribute_set::EnumMapping,
    value: &Value,
) -> Eval<()> {
    if !mapping.raises || is_blank(value) || value.as_name().is_some_and(|name| mapping.has(&name)) {
        return Ok(());
    }
    for (_, known) in &mapping.values {
        if interpreter.equal(known, value)? {
            return Ok(());
        }
    }
    let shown = interpreter.to_s(value)?;
    Err(interpreter.argument_error(format!("'{shown}' is not a valid {}", mapping.name)))
}

/// The attribute that is written: `id` means the key, whatever its column; for reading it does not.
fn written_name(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<String> {
    let name = interpreter.to_s(&args.first())?;
    let record = record(interpreter, this)?;
    if name == "id"
        && let Some(key) = record.primary_key.borrow().as_ref().and_then(|key| key.column())
    {
        return Ok(key.to_owned());
    }
    Ok(name)
}

fn read_by_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    read_named(interpreter, this, &name)
}

fn write_by_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = written_name(interpreter, this, &args)?;
    write_named(interpreter, this, &name, args.get(1))
}

fn before_type_cast(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    suffixed(interpreter, this, &name, "_before_type_cast", &Args::none())
}

fn attributes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    let mut pairs = Vec::new();
    for index in record.keys() {
        let value = record.read(interpreter, index)?;
        pairs.push((Value::str(&*record.shape().names[index]), value));
    }
    Ok(Value::hash(RHash::from_pairs(pairs)))
}

fn attributes_before_type_cast(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    let mut pairs = Vec::new();
    for index in record.keys() {
        let value = record.with(interpreter, index, |attribute, i, _| Ok(attribute.value_before_type_cast(i)))?;
        pairs.push((Value::str(&*record.shape().names[index]), value));
    }
    Ok(Value::hash(RHash::from_pairs(pairs)))
}

fn attribute_names(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    let names = record.keys().into_iter().map(|index| record.shape().names[index].to_string()).collect();
    Ok(arguments::strings_to_value(names))
}

fn attribute_present(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let value = read_named(interpreter, this, &name)?;
    Ok((!is_blank(&value)).into())
}

fn has_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let record = record(interpreter, this)?;
    Ok(place(this, &record, &name).is_some_and(|index| record.is_initialized(index)).into())
}

/// `assign_attributes`
pub(crate) fn assign_attributes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    assign(interpreter, this, &args.first())?;
    Ok(args.first())
}

/// `sanitize_forbidden_attributes`: of what can say whether it is permitted.
pub(crate) fn permitted(interpreter: &mut Interpreter, attributes: &Value) -> Eval {
    if !matches!(attributes, Value::Object(_)) || !interpreter.responds_to(attributes, "permitted?") {
        return Ok(attributes.clone());
    }
    if interpreter.call(attributes, "permitted?", Args::none())?.truthy() {
        return interpreter.call(attributes, "to_h", Args::none());
    }
    let name = "ActiveModel::ForbiddenAttributesError";
    Err(interpreter.error(name, name))
}

/// The same of a hash: each by its writer; an unknown one raises UnknownAttributeError.
pub(crate) fn assign(interpreter: &mut Interpreter, this: &Value, attributes: &Value) -> Eval<()> {
    let attributes = &permitted(interpreter, attributes)?;
    let Value::Hash(hash) = attributes else {
        let class = interpreter.class_of(attributes).name();
        let message = format!("When assigning attributes, you must pass a hash as an argument, {class} passed.");
        return Err(interpreter.argument_error(message));
    };
    for (key, value) in hash.pairs() {
        let name = interpreter.to_s(&key)?;
        if name.contains('(') {
            return Err(interpreter.unsupported(format!("the multiparameter attribute `{name}`")));
        }
        let setter = format!("{name}=");
        if !interpreter.responds_to(this, &setter) && !responds_to_pattern(interpreter, this, &setter)? {
            let class = interpreter.class_of(this).name();
            let message = format!("unknown attribute '{name}' for {class}.");
            return Err(interpreter.error("ActiveModel::UnknownAttributeError", message));
        }
        interpreter.call_public(this, setter.as_str(), Args::one(value))?;
    }
    Ok(())
}

// Dirty

fn names_of(record: &Record, indexes: Vec<usize>) -> Value {
    arguments::strings_to_value(indexes.into_iter().map(|index| record.shape().names[index].to_string()).collect())
}

fn changed(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    let indexes = record.changed(interpreter)?;
    Ok(names_of(&record, indexes))
}

/// A hash whose keys may be asked for as texts and as symbols.
pub(crate) fn indifferent(interpreter: &mut Interpreter, pairs: Vec<(Value, Value)>) -> Eval {
    ruby::core::hash::indifferent_copy(interpreter, &RHash::from_pairs(pairs))
}

fn changes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    let mut pairs = Vec::new();
    for index in record.changed(interpreter)? {
        let before = record.with(interpreter, index, Attribute::original_value)?;
        let after = record.read(interpreter, index)?;
        pairs.push((Value::str(&*record.shape().names[index]), Value::array(vec![before, after])));
    }
    indifferent(interpreter, pairs)
}

fn changed_attributes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    let mut pairs = Vec::new();
    for index in record.changed(interpreter)? {
        let before = record.with(interpreter, index, Attribute::original_value)?;
        pairs.push((Value::str(&*record.shape().names[index]), before));
    }
    indifferent(interpreter, pairs)
}

fn saved_changes(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    let saved = record.saved_changes.borrow().clone();
    let pairs = saved.into_iter().map(|(name, before, after)| (Value::str(&*name), Value::array(vec![before, after])));
    let pairs = pairs.collect();
    indifferent(interpreter, pairs)
}

fn changes_applied(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    record(interpreter, this)?.changes_applied(interpreter)?;
    Ok(Value::Nil)
}

fn clear_changes_information(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    record.changes_applied(interpreter)?;
    record.saved_changes.borrow_mut().clear();
    Ok(Value::Nil)
}

fn clear_attribute_changes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = record(interpreter, this)?;
    let mut names = Vec::new();
    for given in &args.positional {
        names.extend(crate::ground::arguments::wrap(interpreter, given)?);
    }
    for name in to_strings(interpreter, &names)? {
        if let Some(index) = place(this, &record, &name) {
            record.clear_change(interpreter, index)?;
        }
    }
    Ok(Value::Nil)
}

/// Changed where it stands, not assigned.
fn changed_in_place(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let record = record(interpreter, this)?;
    let Some(index) = place(this, &record, &name) else { return Ok(false.into()) };
    Ok(record.with(interpreter, index, Attribute::is_changed_in_place)?.into())
}

fn type_for_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    interpreter.call(&class, "type_for_attribute", args)
}

fn previously_persisted(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    Ok((!record.new_record.get() && record.destroyed.get()).into())
}

/// Its attributes freeze; the record itself may still learn other things.
fn freeze(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    record(interpreter, this)?.frozen.set(true);
    Ok(this.clone())
}

fn restore_attributes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = record(interpreter, this)?;
    let names = match args.first() {
        Value::Array(names) => Some(to_strings(interpreter, &names.to_vec())?),
        _ => None,
    };
    let shape = record.shape();
    let changed = record.changed(interpreter)?;
    let shown = match &names {
        Some(names) => names.clone(),
        None => changed.iter().map(|index| shape.names[*index].to_string()).collect(),
    };
    for index in changed {
        if shown.iter().any(|name| **name == *shape.names[index]) {
            record.forced_changes.borrow_mut().retain(|forced| *forced != index);
            record.with(interpreter, index, |attribute, _, _| {
                attribute.restore();
                Ok(())
            })?;
        }
    }
    Ok(strings_to_value(shown))
}

fn column_for_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    interpreter.call(&class, "column_for_attribute", args)
}

fn persisted(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let record = record(interpreter, this)?;
    Ok((!record.new_record.get() && !record.destroyed.get()).into())
}

fn readonly(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    record(interpreter, this)?.readonly.set(true);
    Ok(true.into())
}

// Patterns: `name_was`, `saved_change_to_name?`, ...

const SUFFIXES: [&str; 16] = [
    "_came_from_user?",
    "_before_type_cast",
    "_for_database",
    "_previously_changed?",
    "_previous_change",
    "_previously_was",
    "_before_last_save",
    "_change_to_be_saved",
    "_in_database",
    "_will_change!",
    "_changed?",
    "_change",
    "_was",
    "=",
    "?",
    "",
];

const AFFIXES: [(&str, &str); 6] = [
    ("saved_change_to_", "?"),
    ("saved_change_to_", ""),
    ("will_save_change_to_", "?"),
    ("restore_", "!"),
    ("clear_", "_change"),
    ("reset_", "!"),
];

/// The attribute and the pattern of a message, if it is one.
fn pattern(this: &Value, record: &Record, message: &str) -> Option<(String, String)> {
    let known =
        |name: &str| (name == "id" && record.primary_key_index().is_some()) || place(this, record, name).is_some();
    for (prefix, suffix) in AFFIXES {
        let name = message.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
        if let Some(name) = name.filter(|name| known(name)) {
            return Some((name.to_owned(), format!("{prefix}{suffix}")));
        }
    }
    SUFFIXES.iter().find_map(|suffix| {
        let name = message.strip_suffix(suffix).filter(|name| known(name))?;
        Some((name.to_owned(), (*suffix).to_owned()))
    })
}

fn responds_to_pattern(interpreter: &mut Interpreter, this: &Value, message: &str) -> Eval<bool> {
    let record = record(interpreter, this)?;
    Ok(pattern(this, &record, message).is_some())
}

fn responds(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let message = args.first().as_name().unwrap_or_default();
    Ok(responds_to_pattern(interpreter, this, &message)?.into())
}

fn named(interpreter: &mut Interpreter, this: &Value, args: &Args, kind: &str) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let kind = if kind == "saved_change_to?" { "saved_change_to_?" } else { kind };
    suffixed(interpreter, this, &name, kind, &Args { positional: Vec::new(), ..args.clone() })
}

fn method_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let message = args.first().as_name().unwrap_or_default();
    let record = record(interpreter, this)?;
    let Some((name, kind)) = pattern(this, &record, &message) else {
        return undefined_method(interpreter, this, &message);
    };
    let rest = Args { positional: args.positional[1..].to_vec(), ..args };
    let name = match record.primary_key.borrow().as_ref().and_then(|key| key.column()) {
        Some(key) if name == "id" => key.to_owned(),
        _ => name,
    };
    suffixed(interpreter, this, &name, &kind, &rest)
}

/// What Ruby says to a method that is not there.
pub(crate) fn undefined_method(interpreter: &mut Interpreter, this: &Value, message: &str) -> Eval {
    interpreter.refuse_lacking_method(this, Symbol::new(message), true)?;
    let class = match this {
        Value::Class(class) => format!("class {}", class.name()),
        _ => format!("an instance of {}", interpreter.class_of(this).name()),
    };
    if interpreter.missing_variable {
        let message = format!("undefined local variable or method `{message}' for {class}");
        return Err(interpreter.error("NameError", message));
    }
    Err(interpreter.error("NoMethodError", format!("undefined method `{message}' for {class}")))
}

/// `name_changed?` and its kin, of an attribute that is known.
pub(crate) fn suffixed(interpreter: &mut Interpreter, this: &Value, name: &str, kind: &str, args: &Args) -> Eval {
    let record = record(interpreter, this)?;
    let Some(index) = place(this, &record, name) else {
        return Ok(if kind.ends_with('?') { false.into() } else { Value::Nil });
    };
    record.access(index);
    let saved = |record: &Record| {
        let own = Rc::clone(&record.shape().names[index]);
        record.saved_changes.borrow().iter().find(|(other, ..)| *other == own).cloned()
    };
    match kind {
        "" => read_named(interpreter, this, name),
        "=" => write_named(interpreter, this, name, args.first()),
        "?" => query(interpreter, this, name),
        "_before_type_cast" => {
            record.with(interpreter, index, |attribute, i, _| Ok(attribute.value_before_type_cast(i)))
        }
        "_for_database" => {
            let value = record.with(interpreter, index, Attribute::value_for_database)?;
            Ok(arguments::to_value(interpreter, &value))
        }
        "_was" | "_in_database" => record.with(interpreter, index, Attribute::original_value),
        "_came_from_user?" => {
            let from_user = record.with(interpreter, index, |attribute, _, _| Ok(attribute.came_from_user()))?;
            Ok(from_user.into())
        }
        "_will_change!" => {
            crate::models::persistence::interpreter_check_frozen(interpreter, &record)?;
            if !record.forced_changes.borrow().contains(&index) {
                record.forced_changes.borrow_mut().push(index);
            }
            Ok(Value::Nil)
        }
        "_changed?" | "will_save_change_to_?" => {
            if !record.is_changed(interpreter, index)? {
                return Ok(false.into());
            }
            let before = record.with(interpreter, index, Attribute::original_value)?;
            let after = record.read(interpreter, index)?;
            matches_change(interpreter, args, &before, &after)
        }
        "_change" | "_change_to_be_saved" => {
            if !record.is_changed(interpreter, index)? {
                return Ok(Value::Nil);
            }
            let before = record.with(interpreter, index, Attribute::original_value)?;
            let after = record.read(interpreter, index)?;
            Ok(Value::array(vec![before, after]))
        }
        "_previously_changed?" | "saved_change_to_?" => match saved(&record) {
            Some((_, before, after)) => matches_change(interpreter, args, &before, &after),
            None => Ok(false.into()),
        },
        "_previous_change" | "saved_change_to_" => {
            Ok(saved(&record).map(|(_, before, after)| Value::array(vec![before, after])).into())
        }
        "_previously_was" | "_before_last_save" => match saved(&record) {
            Some((_, before, _)) => Ok(before),
            // What did not change is what it was.
            None if record.previously_new_record.get() && record.saved_changes.borrow().is_empty() => Ok(Value::Nil),
            None => record.with(interpreter, index, Attribute::original_value),
        },
        "restore_!" => {
            record.with(interpreter, index, |attribute, _, _| {
                attribute.restore();
                Ok(())
            })?;
            Ok(Value::Nil)
        }
        "clear__change" => {
            record.clear_change(interpreter, index)?;
            Ok(Value::Nil)
        }
        other => Err(interpreter.unsupported(format!("the attribute method `*{other}` is not supported"))),
    }
}

/// `from:` and `to:` of a question for a change.
fn matches_change(interpreter: &mut Interpreter, args: &Args, before: &Value, after: &Value) -> Eval {
    for (name, value) in [("from", before), ("to", after)] {
        if let Some(expected) = args.keyword(name)
            && !interpreter.equal(&expected, value)?
        {
            return Ok(false.into());
        }
    }
    Ok(true.into())
}

fn query(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval {
    let value = interpreter.call_public(this, name, Args::none())?;
    query_value(interpreter, value)
}

fn query_value(interpreter: &mut Interpreter, value: Value) -> Eval {
    match value {
        Value::Bool(value) => Ok(value.into()),
        Value::Nil => Ok(false.into()),
        value if interpreter.responds_to(&value, "zero?") => {
            let zero = interpreter.call(&value, "zero?", Args::none())?;
            Ok((!zero.truthy()).into())
        }
        value => Ok((!is_blank(&value)).into()),
    }
}

/// Active Support's `blank?`, of what a row may hold.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Nil | Value::Bool(false) => true,
        Value::Str(text) => text.borrow().chars().all(char::is_whitespace),
        Value::Array(items) => items.is_empty(),
        Value::Hash(hash) => hash.is_empty(),
        _ => false,
    }
}
