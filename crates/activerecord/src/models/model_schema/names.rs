//! The names of a model's table and key: model_schema.rb, and the keys of attribute_methods/primary_key.rb.

use std::rc::Rc;

use adapters::{Arg, schema_cache};
use ruby::method::MethodBody;
use ruby::{Args, Eval, Interpreter, RClass, Symbol, Value};

use super::{base, base_class, class, forget_columns, is_base, lineage, schema};
use crate::ground::state::with_adapter;
use crate::models::attribute_methods::primary_key::Key;
use crate::models::class_attributes;

/// What the class answers, which may define `table_name` itself.
pub(crate) fn table_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<String>> {
    let named = Value::Class(Rc::clone(class));
    let schema = schema(class);
    let defines = schema.defines_table_name.get().unwrap_or_else(|| {
        let found = interpreter.find_method(&interpreter.dispatch_class(&named), Symbol::new("table_name"));
        let defines = found.is_some_and(|method| !matches!(method.body, MethodBody::Native(_)));
        schema.defines_table_name.set(Some(defines));
        defines
    });
    if !defines {
        return own_table_name(interpreter, class);
    }
    let answer = interpreter.call(&named, "table_name", Args::none())?;
    if answer.is_nil() { Ok(None) } else { interpreter.to_s(&answer).map(Some) }
}

/// `table_name` itself.
pub(super) fn own_table_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<String>> {
    if is_base(class) {
        return Ok(None);
    }
    if let Some(name) = schema(class).table_name.borrow().clone() {
        return Ok(name);
    }
    let resolver = schema(class).table_name_resolver.borrow().clone();
    if let Value::Proc(resolver) = resolver {
        let name = interpreter.call_block(&resolver, Args::none())?;
        let name = interpreter.to_s(&name)?;
        *schema(class).table_name.borrow_mut() = Some(Some(name.clone()));
        return Ok(Some(name));
    }
    let superclass = class.superclass();
    let name = match superclass {
        Some(superclass) if !is_base(&superclass) && schema(&superclass).abstract_class.get() => {
            match table_name(interpreter, &superclass)? {
                Some(name) => Some(name),
                None => Some(compute_table_name(interpreter, class)?),
            }
        }
        _ if schema(class).abstract_class.get() => None,
        _ => Some(compute_table_name(interpreter, class)?),
    };
    *schema(class).table_name.borrow_mut() = Some(name.clone());
    Ok(name)
}

/// What a class says that its name is, which it may define itself; nothing of one that has none.
pub(crate) fn said_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<String> {
    let name = interpreter.call(&Value::Class(Rc::clone(class)), "name", Args::none())?;
    interpreter.to_s(&name)
}

/// `compute_table_name`: what the class' name says, with what stands around it.
pub(super) fn compute_table_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<String> {
    let base_class = base_class(class);
    if !Rc::ptr_eq(&base_class, class) {
        return Ok(table_name(interpreter, &base_class)?.unwrap_or_default());
    }
    let full = said_name(interpreter, class)?;
    if full.is_empty() {
        return Err(interpreter.argument_error(
            "Class name cannot be blank. You need to supply a name argument when anonymous class given",
        ));
    }
    let mut contained = String::new();
    if let Some(parent) = parents(interpreter, class).first() {
        let root = base(interpreter);
        if parent.is_subclass_of(&root) && !is_base(parent) && !schema(parent).abstract_class.get() {
            let name = table_name(interpreter, parent)?.unwrap_or_default();
            contained = format!("{}_", interpreter.inflector().singularize(&name));
        }
    }
    let prefix = full_affix(interpreter, class, "table_name_prefix")?;
    let suffix = full_affix(interpreter, class, "table_name_suffix")?;
    let own = full.rsplit("::").next().unwrap_or(&full);
    let element = interpreter.inflector().underscore(own);
    let pluralize = class_attributes::of(class, "pluralize_table_names").truthy();
    let undecorated = if pluralize { interpreter.inflector().pluralize(&element) } else { element };
    Ok(format!("{prefix}{contained}{undecorated}{suffix}"))
}

/// `module_parents` without Object, innermost first.
pub(super) fn parents(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Vec<Rc<RClass>> {
    let name = class.name();
    let parts: Vec<_> = name.split("::").collect();
    let mut out = Vec::new();
    let mut current = Rc::clone(&interpreter.classes.object);
    for part in &parts[..parts.len() - 1] {
        match current.constant(Symbol::new(part)) {
            Some(Value::Class(inner)) => {
                out.insert(0, Rc::clone(&inner));
                current = inner;
            }
            _ => break,
        }
    }
    out
}

/// The prefix of the nearest module around that has one, else the class' own.
pub(super) fn full_affix(interpreter: &mut Interpreter, class: &Rc<RClass>, name: &str) -> Eval<String> {
    let migration = interpreter.class_at("ActiveRecord::Migration");
    for parent in parents(interpreter, class) {
        let value = Value::Class(Rc::clone(&parent));
        if !parent.is_subclass_of(&migration) && interpreter.responds_to(&value, name) {
            let affix = interpreter.call(&value, name, Args::none())?;
            return interpreter.to_s(&affix);
        }
    }
    let affix = interpreter.call(&Value::Class(Rc::clone(class)), name, Args::none())?;
    interpreter.to_s(&affix)
}

/// `table_name_prefix` and `table_name_suffix`
pub(super) fn affix(interpreter: &mut Interpreter, this: &Value, prefix: bool) -> Eval {
    let class = class(interpreter, this)?;
    for ancestor in lineage(&class) {
        let schema = schema(&ancestor);
        let own = if prefix { schema.prefix.borrow().clone() } else { schema.suffix.borrow().clone() };
        if let Some(own) = own {
            return Ok(own.into());
        }
    }
    with_adapter(interpreter, |adapter| {
        let naming = &adapter.base().naming;
        Ok(if prefix { naming.table_name_prefix.clone() } else { naming.table_name_suffix.clone() }.into())
    })
}

/// `table_name_prefix=` and `table_name_suffix=`
pub(super) fn set_affix(interpreter: &mut Interpreter, this: &Value, args: &Args, prefix: bool) -> Eval {
    let class = class(interpreter, this)?;
    let affix = interpreter.to_s(&args.first())?;
    if is_base(&class) {
        with_adapter(interpreter, |adapter| {
            let naming = &mut adapter.base_mut().naming;
            *(if prefix { &mut naming.table_name_prefix } else { &mut naming.table_name_suffix }) = affix;
            Ok(())
        })?;
    } else {
        let schema = schema(&class);
        *(if prefix { &schema.prefix } else { &schema.suffix }).borrow_mut() = Some(affix);
    }
    Ok(args.first())
}

/// `table_name=`
pub(super) fn set_table_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = if args.first().is_nil() { None } else { Some(interpreter.to_s(&args.first())?) };
    let schema = schema(&class);
    *schema.table_name.borrow_mut() = Some(name);
    forget_columns(&class);
    Ok(args.first())
}

/// `reset_table_name`
pub(super) fn reset_table_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).table_name.borrow_mut().take();
    Ok(table_name(interpreter, &class)?.into())
}

/// The table, or TableNotSpecified.
pub(crate) fn required_table_name(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<String> {
    match table_name(interpreter, class)? {
        Some(name) => Ok(name),
        None => {
            let name = class.name();
            let message = format!("{name} has no table configured. Set one with {name}.table_name=");
            Err(interpreter.error("ActiveRecord::TableNotSpecified", message))
        }
    }
}

/// `quoted_table_name`
pub(super) fn quoted_table_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = table_name(interpreter, &class)?.unwrap_or_default();
    with_adapter(interpreter, |adapter| Ok(adapter.quote_table_name(&name).into()))
}

/// `quoted_primary_key`
pub(super) fn quoted_primary_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let Some(key) = primary_key(interpreter, &class)? else {
        // `nil.to_s`
        return with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name("").into()));
    };
    let Some(name) = key.column() else {
        return Err(interpreter.unsupported("`quoted_primary_key` of a primary key of several columns"));
    };
    with_adapter(interpreter, |adapter| Ok(adapter.quote_column_name(name).into()))
}

/// None of a table without one.
pub(crate) fn primary_key(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Option<Rc<Key>>> {
    if let Some(primary_key) = schema(class).primary_key.borrow().clone() {
        return Ok(primary_key);
    }
    let base_class = base_class(class);
    if !Rc::ptr_eq(&base_class, class) {
        return primary_key(interpreter, &base_class);
    }
    if let Some(name) = prefixed_primary_key(interpreter, class) {
        let primary_key = Some(Rc::new(Key::Column(name)));
        *schema(class).primary_key.borrow_mut() = Some(primary_key.clone());
        return Ok(primary_key);
    }
    let table = table_name(interpreter, class)?;
    // What has no table has a key all the same.
    let found = with_adapter(interpreter, |adapter| match table {
        Some(table) if schema_cache::data_source_exists(adapter, &table)? => {
            schema_cache::primary_keys(adapter, &table)
        }
        _ => Ok(Arg::str("id")),
    })?;
    let primary_key = match found {
        Arg::Nil => None,
        names @ Arg::Array(_) => Some(Rc::new(Key::Columns(names.to_strings()))),
        name => Some(Rc::new(Key::Column(name.to_s()))),
    };
    *schema(class).primary_key.borrow_mut() = Some(primary_key.clone());
    Ok(primary_key)
}

/// `get_primary_key`, where `primary_key_prefix_type` makes it of the class' name.
pub(super) fn prefixed_primary_key(interpreter: &Interpreter, class: &Rc<RClass>) -> Option<String> {
    let name = class.name();
    let own = interpreter.inflector().underscore(name.rsplit("::").next().unwrap_or(&name));
    match class_attributes::of(class, "primary_key_prefix_type").as_name()?.as_str() {
        "table_name" => Some(format!("{own}id")),
        "table_name_with_underscore" => Some(format!("{own}_id")),
        _ => None,
    }
}

/// `get_primary_key(base_name)`: by the class' settings, else the table's own.
pub(super) fn get_primary_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if !args.first().is_nil() {
        let settings = class_attributes::of(&class, "primary_key_prefix_type").as_name().unwrap_or_default();
        let underscored = match settings.as_str() {
            "table_name" => Some(false),
            "table_name_with_underscore" => Some(true),
            _ => None,
        };
        if let Some(underscored) = underscored {
            return interpreter.call(&args.first(), "foreign_key", Args::one(underscored.into()));
        }
    }
    let table = required_table_name(interpreter, &class)?;
    let found = with_adapter(interpreter, |adapter| {
        if schema_cache::data_source_exists(adapter, &table)? {
            schema_cache::primary_keys(adapter, &table)
        } else {
            Ok(adapters::Arg::str("id"))
        }
    })?;
    Ok(crate::ground::arguments::to_value(interpreter, &found))
}

/// `reset_primary_key`
pub(super) fn reset_primary_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    schema(&class).primary_key.borrow_mut().take();
    forget_columns(&class);
    Ok(primary_key(interpreter, &class)?.map(|key| key.to_value()).into())
}

/// `primary_key=`
pub(super) fn set_primary_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let primary_key = match args.first() {
        Value::Nil | Value::Bool(false) => None,
        key => Some(Rc::new(Key::named(interpreter, &key)?)),
    };
    *schema(&class).primary_key.borrow_mut() = Some(primary_key);
    forget_columns(&class);
    Ok(args.first())
}

/// `composite_primary_key?`
pub(super) fn has_composite_primary_key(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    Ok(primary_key(interpreter, &class)?.is_some_and(|key| key.is_composite()).into())
}
