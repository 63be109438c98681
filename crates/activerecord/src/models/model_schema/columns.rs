//! The columns of a model, read once, and what a class answers of them: model_schema.rb and attributes.rb.

use std::rc::Rc;

use adapters::column::Column;
use adapters::{Arg, schema_cache};
use ruby::{Args, Eval, Interpreter, RClass, Value};

use super::{
    Columns, Decoration, class, columns_of_model, descendants, inheritance_column, is_base, lineage, primary_key,
    required_table_name, schema, table_name,
};
use crate::connection::column_object;
use crate::ground::arguments;
use crate::ground::state::with_adapter;
use crate::models::attribute_set::{Attribute, AttributeType, Encrypted, Kind, Shape};
use crate::models::{attribute_methods, query_constraints};

/// `table_exists?`
pub(super) fn table_exists(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let table = table_name(interpreter, &class)?.unwrap_or_default();
    Ok(with_adapter(interpreter, |adapter| schema_cache::data_source_exists(adapter, &table))?.into())
}

/// Reads the columns, once; and gives the class its accessors.
pub(crate) fn load_schema(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Rc<Columns>> {
    if let Some(columns) = schema(class).loaded.borrow().clone() {
        return Ok(columns);
    }
    let table_name = required_table_name(interpreter, class)?;
    let read = with_adapter(interpreter, |adapter| schema_cache::columns(adapter, &table_name))?;
    let columns = columns_of_model(class, read);
    let primary_key = primary_key(interpreter, class)?;
    let mut names: Vec<Rc<str>> = Vec::new();
    let mut types = Vec::new();
    let mut defaults = Vec::new();
    for column in columns.iter() {
        let cast_type = with_adapter(interpreter, |adapter| column.fetch_cast_type(adapter))?;
        names.push(Rc::from(column.name.as_str()));
        types.push(AttributeType::plain(cast_type));
        defaults.push(Attribute::from_database(column.default.clone()));
    }
    let mut computed_defaults = Vec::new();
    let mut encrypted_places = Vec::new();
    for ancestor in lineage(class).iter().rev() {
        for (name, decoration) in schema(ancestor).decorations.borrow().iter() {
            let index = match names.iter().position(|other| **other == **name) {
                Some(index) => index,
                None => {
                    names.push(Rc::from(name.as_str()));
                    types.push(AttributeType::value());
                    defaults.push(Attribute::without_column());
                    names.len() - 1
                }
            };
            match decoration {
                Decoration::Type(new, default) => {
                    types[index] = new.clone();
                    match default {
                        Some(Value::Proc(block)) => computed_defaults.push((index, Value::Proc(Rc::clone(block)))),
                        Some(default) => {
                            let is_column = index < columns.len();
                            defaults[index] = defaults[index].clone().with_user_default(default.clone(), is_column);
                        }
                        None => {}
                    }
                }
                Decoration::Default(Some(Value::Proc(block))) => {
                    computed_defaults.push((index, Value::Proc(Rc::clone(block))));
                }
                Decoration::Default(Some(default)) => {
                    let is_column = index < columns.len();
                    defaults[index] = defaults[index].clone().with_user_default(default.clone(), is_column);
                }
                Decoration::Default(None) => {}
                Decoration::Wrap(Kind::Encrypted(encrypted)) => {
                    let default = columns.get(index).map_or(Arg::Nil, |column| column.default.clone());
                    let inner = types[index].kind.clone();
                    let encrypted = Encrypted { name: encrypted.name.clone(), default, inner };
                    types[index].kind = Kind::Encrypted(Rc::new(encrypted));
                    encrypted_places.push(index);
                }
                Decoration::Wrap(kind) => decorate(interpreter, class, name, &mut types[index], kind)?,
            }
        }
    }
    for (name, kind) in names.iter().zip(&mut types) {
        if crate::models::optimistic::is_column(class, name) && matches!(kind.kind, Kind::Plain) {
            kind.kind = Kind::Locking;
        }
    }
    crate::models::attribute_set::convert_types(interpreter, class, &names, &mut types)?;
    let shape = Rc::new(Shape::new(names, types));
    if shape.index("id").is_some() && shape.index("id_value").is_none() {
        schema(class).aliases.borrow_mut().insert("id_value".to_owned(), "id".to_owned());
    }
    let encrypted = encrypted_places;
    let names = shape.names.iter().filter(|name| &***name != "id");
    let taken = names.into_iter().find_map(|name| attribute_methods::dangerous::method_of_attribute(name));
    let row_key = query_constraints::columns(interpreter, class)?;
    let columns =
        Columns { table_name, columns, shape, defaults, computed_defaults, encrypted, primary_key, row_key, taken };
    let loaded = Rc::new(columns);
    *schema(class).loaded.borrow_mut() = Some(Rc::clone(&loaded));
    attribute_methods::define_accessors(class, &loaded);
    validate_encrypted_columns(interpreter, class, &loaded)?;
    Ok(loaded)
}

/// `add_length_validation_for_encrypted_columns`
pub(super) fn validate_encrypted_columns(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    columns: &Columns,
) -> Eval<()> {
    for column in columns.encrypted.iter().filter_map(|index| columns.columns.get(*index)) {
        let Some(limit) = column.limit() else { continue };
        let options = ruby::RHash::new();
        options.insert_symbol("maximum", Value::Int(limit));
        let args = Args::one(Value::symbol(&column.name)).with_keywords(Some(Rc::new(options)));
        interpreter.call(&Value::Class(Rc::clone(class)), "validates_length_of", args)?;
    }
    Ok(())
}

/// `decorate_attributes`
pub(super) fn decorate(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    name: &str,
    attribute_type: &mut AttributeType,
    kind: &Kind,
) -> Eval<()> {
    if matches!(attribute_type.kind, Kind::Encrypted(_)) {
        // Nothing but nil gets through, whatever stands outside of the encryption.
        if let Kind::Serialized(serialized) = kind
            && interpreter.call(&serialized.coder, "load", Args::one(Value::Nil))?.is_nil()
        {
            return Ok(());
        }
        return Err(interpreter.unsupported(format!("`encrypts :{name}` before what else the attribute becomes")));
    }
    if attribute_type.custom().is_some() && matches!(kind, Kind::Enum(_) | Kind::Serialized(_)) {
        return Err(
            interpreter.unsupported(format!("`enum` or `serialize` of `{name}`, whose type is written in Ruby"))
        );
    }
    match kind {
        Kind::Enum(_) if attribute_type.cast_type.type_name().is_none() => {
            let message = format!(
                "Undeclared attribute type for enum '{name}' in {}. Enums must be backed by a database column or declared \
                 with an explicit type via `attribute`.",
                class.name()
            );
            return Err(interpreter.error("RuntimeError", message));
        }
        Kind::Serialized(serialized) if serialized.of_arrays && attribute_type.cast_type.is_array() => {
            return Err(not_serializable(
                interpreter,
                name,
                "ActiveRecord::ConnectionAdapters::PostgreSQL::OID::Array",
            ));
        }
        Kind::Serialized(serialized) if attribute_type.is_json() => {
            let coder = interpreter.class_of(&serialized.coder).name();
            if coder == "ActiveRecord::Coders::JSON" {
                return Err(not_serializable(interpreter, name, "ActiveRecord::Type::Json"));
            }
        }
        Kind::Normalized(normalized) => {
            attribute_type.kind = Kind::Normalized(Rc::new(crate::models::attribute_set::Normalized {
                normalizer: normalized.normalizer.clone(),
                normalize_nil: normalized.normalize_nil,
                inner: attribute_type.kind.clone(),
            }));
            return Ok(());
        }
        _ => {}
    }
    attribute_type.kind = kind.clone();
    Ok(())
}

/// What a value of a serialized column raises where it is of another class than it must be.
pub(super) fn not_serializable(interpreter: &mut Interpreter, name: &str, class: &str) -> Box<ruby::Flow> {
    let message = format!(
        "Column `{name}` of type {class} does not support `serialize` feature.\nUsually it means that you are trying to \
         use `serialize`\non a column that already implements serialization natively.\n"
    );
    interpreter.error("ActiveRecord::AttributeMethods::Serialization::ColumnNotSerializableError", message)
}

/// `reload_schema_from_cache`: the class and those below.
pub(crate) fn forget_columns(class: &Rc<RClass>) {
    schema(class).loaded.borrow_mut().take();
    for subclass in descendants(class) {
        schema(&subclass).loaded.borrow_mut().take();
    }
}

/// `reset_column_information`
pub(super) fn reset_column_information(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    if is_base(&class) {
        return Ok(Value::Nil);
    }
    let table = table_name(interpreter, &class)?;
    if let Some(table) = table {
        with_adapter(interpreter, |adapter| {
            adapter.base_mut().schema_cache.clear_data_source_cache(&table);
            Ok(())
        })?;
    }
    for one in std::iter::once(Rc::clone(&class)).chain(descendants(&class)) {
        attribute_methods::undefine_accessors(&one);
    }
    forget_columns(&class);
    Ok(Value::Nil)
}

/// `columns`
pub(super) fn columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    let objects = loaded.columns.iter().map(|column| column_object(interpreter, column)).collect();
    Ok(Value::array(objects))
}

/// `columns_hash`
pub(super) fn columns_hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    let pairs: Vec<_> = loaded
        .columns
        .iter()
        .map(|column| (Value::str(column.name.as_str()), column_object(interpreter, column)))
        .collect();
    Ok(Value::hash(ruby::RHash::from_pairs(pairs)))
}

/// `column_names`
pub(super) fn column_names(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    Ok(arguments::strings_to_value(loaded.columns.iter().map(|column| column.name.clone()).collect()))
}

/// `attribute_names`
pub(super) fn attribute_names(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    if is_base(&class) || schema(&class).abstract_class.get() || !table_exists(interpreter, this, args)?.truthy() {
        return Ok(Value::array(Vec::new()));
    }
    let loaded = load_schema(interpreter, &class)?;
    Ok(arguments::strings_to_value(loaded.shape.names.iter().map(ToString::to_string).collect()))
}

/// Each attribute's type by its name.
pub(super) fn attribute_types(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let columns = load_schema(interpreter, &class)?;
    let types = ruby::RHash::new();
    for (name, kind) in columns.shape.names.iter().zip(&columns.shape.types) {
        types.insert(Value::str(&**name), crate::models::types::object(interpreter, kind.clone()));
    }
    Ok(Value::hash(types))
}

/// `content_columns`
pub(super) fn content_columns(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    let inheritance = inheritance_column(&class).unwrap_or_default();
    let content = |column: &&Column| {
        loaded.primary_key.as_ref().and_then(|key| key.column()) != Some(column.name.as_str())
            && column.name != inheritance
            && !column.name.ends_with("_id")
            && !column.name.ends_with("_count")
    };
    let objects = loaded.columns.iter().filter(content).map(|column| column_object(interpreter, column)).collect();
    Ok(Value::array(objects))
}

/// `column_defaults`
pub(super) fn column_defaults(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = class(interpreter, this)?;
    let loaded = load_schema(interpreter, &class)?;
    let mut pairs = Vec::new();
    for (index, name) in loaded.shape.names.iter().enumerate() {
        let mut attribute = loaded.defaults[index].clone();
        let value = attribute.value(interpreter, &loaded.shape.types[index])?;
        pairs.push((Value::str(&**name), value));
    }
    Ok(Value::hash(ruby::RHash::from_pairs(pairs)))
}

/// `column_for_attribute`
pub(super) fn column_for_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    let loaded = load_schema(interpreter, &class)?;
    match loaded.column(&name) {
        Some(column) => Ok(column_object(interpreter, column)),
        None => Err(interpreter.unsupported(format!("the column of the attribute `{name}`, which has none"))),
    }
}

/// `has_attribute?`
pub(super) fn has_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = interpreter.to_s(&args.first())?;
    Ok(load_schema(interpreter, &class)?.shape.index(&name).is_some().into())
}

/// `inspect` of the class.
pub(super) fn inspect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let name = class.name();
    if is_base(&class) {
        return Ok(name.into());
    }
    if schema(&class).abstract_class.get() {
        return Ok(format!("{name}(abstract)").into());
    }
    if !table_exists(interpreter, this, args)?.truthy() {
        return Ok(format!("{name}(Table doesn't exist)").into());
    }
    let loaded = load_schema(interpreter, &class)?;
    let shown: Vec<_> = loaded
        .shape
        .names
        .iter()
        .zip(&loaded.shape.types)
        .map(|(name, kind)| format!("{name}: {}", kind.cast_type.type_name().unwrap_or_default()))
        .collect();
    Ok(format!("{name}({})", shown.join(", ")).into())
}
