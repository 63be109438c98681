//! `ActiveRecord::Base`: the connection, names, settings; sanitization.rb. What models are and do stands in the files that
//! Rails has for it (model_schema.rs, persistence.rs, relation.rs, ..), whose methods are gathered here.

use std::rc::Rc;

use adapters::Dialect;
use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value, method, variadic};

use crate::connection;
use crate::ground::arguments;
use crate::ground::database_configurations;
use crate::ground::gem_version::VERSION;
use crate::ground::state::{self, with_adapter};
use crate::models::{
    aggregations, arel_bindings, associations, attribute_methods, attributes, callbacks, class_attributes,
    connection_handling, core, delegated_type, encryption, enums, inheritance, integration, library, log_subscriber,
    model_schema, nested_attributes, normalization, of_connection, optimistic, persistence, query_constraints,
    querying, relation, scoping, secure_password, secure_token, serialization, store, suppressor, transactions,
    validations,
};

const SINGLETON_METHODS: &[NativeMethod] = &[
    method("inherited", inherited, 1..=1),
    method("connection", |i, _, _| state::connection(i), 0..=0),
    // There is no query cache, as in a bare process.
    method("uncached", crate::connection::abstract_adapter::yield_block, 0..=0).with_keywords(),
    method("cache", crate::connection::abstract_adapter::yield_block, 0..=0),
    method("lease_connection", |i, _, _| state::connection(i), 0..=0),
    method("retrieve_connection", |i, _, _| state::connection(i), 0..=0),
    method("with_connection", connection::with_connection, 0..=0).with_keywords(),
    method("connection_pool", connection_pool, 0..=0),
    method("connected?", connected, 0..=0),
    method("transaction", |i, _, args| connection::transaction(i, &args), 0..=0).with_keywords(),
    method("schema_cache", connection::schema_cache, 0..=0),
    method("clear_cache!", clear_cache, 0..=0),
    method("connection_db_config", |i, _, _| database_configurations::of_connection(i), 0..=0),
    method("connection_config", connection_config, 0..=0),
    method("configurations", |i, _, _| database_configurations::configurations(i), 0..=0),
    variadic(
        "establish_connection",
        |i, _, _| Err(i.unsupported("`establish_connection`: a run has one connection")),
        0,
    )
    .absent(),
    variadic("connected_to", |i, _, _| Err(i.unsupported("`connected_to`: a run has one connection")), 0).absent(),
    method("sanitize_sql", sanitize_sql, 1..=1),
    method("sanitize_sql_array", sanitize_sql, 1..=1),
    method("sanitize_sql_for_conditions", sanitize_sql, 1..=1),
    method("sanitize_sql_for_assignment", sanitize_for_assignment, 1..=2),
    method("sanitize_sql_hash_for_assignment", sanitize_for_assignment, 1..=2),
    method("sanitize_sql_for_order", sanitize_for_order, 1..=1),
    method("sanitize_sql_like", sanitize_sql_like, 1..=2),
    method("quote_value", connection::quote, 1..=2),
];

const MODULE_METHODS: &[NativeMethod] = &[
    method("after_all_transactions_commit", after_all_transactions_commit, 0..=0),
    method("version", |i, _, _| crate::ground::gem_version::rails(i), 0..=0),
    method("gem_version", |i, _, _| crate::ground::gem_version::rails(i), 0..=0),
];

/// Rails' own tables have classes that are no models: they are there by name.
const OWN_TABLE_METHODS: &[NativeMethod] = &[variadic(
    "initialize",
    |i, this, _| {
        let class = i.class_of(this).name();
        Err(i.unsupported(format!("`{class}.new` is not supported")))
    },
    0,
)
.absent()];

/// The one connection's transaction is all there are.
fn after_all_transactions_commit(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(crate::ground::calls::no_block(interpreter)) };
    if crate::models::transactions::add_callback(interpreter, "after_commit", block)? {
        return Ok(Value::Nil);
    }
    interpreter.call_block(block, Args::none())
}

pub(crate) fn define(interpreter: &mut Interpreter) {
    associations::errors::define(interpreter);
    of_connection::define(interpreter);
    let object = Rc::clone(&interpreter.classes.object);
    let base = interpreter.define_class("ActiveRecord::Base", &object);
    interpreter.define_singleton(&base, SINGLETON_METHODS);
    for methods in [
        model_schema::SINGLETON_METHODS,
        class_attributes::SINGLETON_METHODS,
        log_subscriber::SINGLETON_METHODS,
        persistence::SINGLETON_METHODS,
        callbacks::SINGLETON_METHODS,
        inheritance::SINGLETON_METHODS,
        optimistic::SINGLETON_METHODS,
        attributes::SINGLETON_METHODS,
        enums::SINGLETON_METHODS,
        validations::SINGLETON_METHODS,
        validations::NAMING_METHODS,
        aggregations::SINGLETON_METHODS,
        delegated_type::SINGLETON_METHODS,
        encryption::SINGLETON_METHODS,
        nested_attributes::SINGLETON_METHODS,
        normalization::SINGLETON_METHODS,
        secure_password::SINGLETON_METHODS,
        secure_token::SINGLETON_METHODS,
        serialization::SINGLETON_METHODS,
        store::SINGLETON_METHODS,
        querying::SINGLETON_METHODS,
        querying::DELEGATED_METHODS,
        connection_handling::SINGLETON_METHODS,
        suppressor::SINGLETON_METHODS,
        query_constraints::SINGLETON_METHODS,
        scoping::SINGLETON_METHODS,
    ] {
        interpreter.define_singleton(&base, methods);
    }
    for methods in associations::SINGLETON_METHODS {
        interpreter.define_singleton(&base, methods);
    }
    base.define(attribute_methods::METHODS);
    base.define(core::METHODS);
    base.define(attribute_methods::primary_key::METHODS);
    base.define(persistence::METHODS);
    base.define(callbacks::METHODS);
    base.define(transactions::METHODS);
    base.define(integration::METHODS);
    base.define(log_subscriber::METHODS);
    for methods in [
        validations::METHODS,
        encryption::METHODS,
        nested_attributes::METHODS,
        normalization::METHODS,
        secure_password::METHODS,
        serialization::METHODS,
    ] {
        base.define(methods);
    }
    for methods in associations::METHODS {
        base.define(methods);
    }
    base.allocator.set(Some(persistence::allocate));
    attributes::define(interpreter);
    relation::define(interpreter);
    arel_bindings::define(interpreter);
    let module = interpreter.class_at("ActiveRecord");
    interpreter.define_singleton(&module, MODULE_METHODS);
    library::define_constants(interpreter);
    database_configurations::define(interpreter);
    for name in ["ActiveRecord::SchemaMigration", "ActiveRecord::InternalMetadata"] {
        interpreter.define_class(name, &object).define(OWN_TABLE_METHODS);
    }
    let version = interpreter.define_module("ActiveRecord::VERSION");
    version.set_constant("STRING", Value::str(VERSION));
    for (index, name) in ["MAJOR", "MINOR", "TINY", "PRE"].iter().enumerate() {
        let number = VERSION.split('.').nth(index).and_then(|number| number.parse().ok()).unwrap_or(0);
        version.set_constant(name, Value::Int(number));
    }
    version.set_constant("PRE", Value::str("1"));
}

/// A model's class keeps what is known of it with itself; its superclass knows that it is there.
fn inherited(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if let (Value::Class(class), Value::Class(superclass)) = (args.first(), this) {
        attribute_methods::accessors(&class);
        associations::macros::methods_module(&class);
        validations::inherit(&class, superclass);
        model_schema::schema(superclass).subclasses.borrow_mut().push(Rc::downgrade(&class));
    }
    Ok(Value::Nil)
}

fn connection_pool(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let connection = state::connection(interpreter)?;
    interpreter.call(&connection, "pool", Args::none())
}

fn clear_cache(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let cache = connection::schema_cache(interpreter, this, Args::none())?;
    interpreter.call(&cache, "clear!", Args::none())
}

fn connected(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    with_adapter(interpreter, |adapter| Ok(adapter.connected().into()))
}

/// Everything but the password.
fn connection_config(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let options = with_adapter(interpreter, |adapter| Ok(adapter.base().config.options.except(&["password"])))?;
    Ok(Value::hash(arguments::to_hash(interpreter, &options)))
}

// sanitization.rb

/// A string as it is; an array's first with the rest quoted into it; a hash has no model to ask.
fn sanitize_sql(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    sanitize(interpreter, &args.first())
}

/// `sanitize_sql_hash_for_assignment`: `name = 'x', age = 3`.
fn sanitize_for_assignment(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Hash(hash) = args.first() else { return sanitize(interpreter, &args.first()) };
    let model = model_schema::class(interpreter, this)?;
    let columns = model_schema::load_schema(interpreter, &model)?;
    let mut parts = Vec::new();
    for (key, value) in hash.pairs() {
        let name = interpreter.to_s(&key)?;
        let kind = relation::type_of(&columns, &name);
        let value = kind.cast(interpreter, &value)?;
        let value = kind.serialize(interpreter, &value)?;
        parts.push(with_adapter(interpreter, |adapter| {
            let mysql = adapter.dialect() == Dialect::MySql;
            let column = adapter.quote_column_name(&name);
            let column =
                if mysql { format!("{}.{column}", adapter.quote_table_name(&columns.table_name)) } else { column };
            Ok(format!("{column} = {}", adapter.quote(&value)?))
        })?);
    }
    Ok(Value::str(parts.join(", ")))
}

/// A list that begins with SQL and has placeholders is filled in.
fn sanitize_for_order(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Value::Array(items) = args.first() else { return Ok(args.first()) };
    let items = items.to_vec();
    let Some(first) = items.first() else { return Ok(args.first()) };
    let text = interpreter.to_s(first)?;
    if !text.contains('?') {
        return Ok(args.first());
    }
    if arel_bindings::node(first).is_none() {
        relation::order::check_raw_sql(interpreter, &text, true)?;
    }
    let sql = sanitize(interpreter, &args.first())?;
    let sql = interpreter.to_s(&sql)?;
    Ok(arel_bindings::sql_literal(interpreter, sql))
}

/// `sanitize_sql`: a text, an array with binds, or a hash.
pub(crate) fn sanitize(interpreter: &mut Interpreter, condition: &Value) -> Eval {
    let Value::Array(statement) = condition else {
        return match condition {
            Value::Hash(_) => Err(interpreter.unsupported("`sanitize_sql` of a hash without a model")),
            condition => Ok(condition.clone()),
        };
    };
    let mut values = statement.to_vec();
    if values.is_empty() {
        return Ok(Value::Nil);
    }
    let sql = values.remove(0);
    let sql = interpreter.to_s(&sql)?;
    match values.first() {
        Some(Value::Hash(named)) if has_named_bind(&sql) => {
            let named = Rc::clone(named);
            replace_named_bind_variables(interpreter, &sql, &named)
        }
        _ if sql.contains('?') => replace_bind_variables(interpreter, &sql, &values),
        _ if sql.trim().is_empty() => Ok(Value::str(sql)),
        _ => {
            let mut quoted = Vec::new();
            for value in values {
                let text = interpreter.to_s(&value)?;
                quoted.push(with_adapter(interpreter, |adapter| Ok(Value::str(adapter.quote_string(&text))))?);
            }
            interpreter.call(&Value::str(sql), "%", Args::one(Value::array(quoted)))
        }
    }
}

/// `/:\w+/`
pub(crate) fn has_named_bind(sql: &str) -> bool {
    sql.match_indices(':').any(|(index, _)| sql[index + 1..].starts_with(is_word))
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric()
}

fn replace_bind_variables(interpreter: &mut Interpreter, sql: &str, values: &[Value]) -> Eval {
    let expected = sql.matches('?').count();
    if expected != values.len() {
        let message = format!("wrong number of bind variables ({} for {expected}) in: {sql}", values.len());
        return Err(interpreter.error("ActiveRecord::PreparedStatementInvalid", message));
    }
    let mut out = String::new();
    let mut values = values.iter();
    for character in sql.chars() {
        match (character, values.len()) {
            ('?', 1..) => {
                if let Some(value) = values.next() {
                    out.push_str(&quote_bound_value(interpreter, value)?);
                }
            }
            _ => out.push(character),
        }
    }
    Ok(Value::str(out))
}

/// `/([:\\]?):([a-zA-Z]\w*)/`: a cast and an escaped colon are left alone.
fn replace_named_bind_variables(interpreter: &mut Interpreter, sql: &str, named: &ruby::RHash) -> Eval {
    let mut out = String::new();
    let mut rest = sql;
    while let Some(index) = rest.find(':') {
        let after = &rest[index + 1..];
        let name: String = after.chars().take_while(|&character| is_word(character)).collect();
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic());
        if let Some(cast) = after.strip_prefix(':') {
            let cast: String = cast.chars().take_while(|&character| is_word(character)).collect();
            out.push_str(&rest[..index + 2 + cast.len()]);
            rest = &rest[index + 2 + cast.len()..];
        } else if is_name && rest[..index].ends_with('\\') {
            out.push_str(&rest[..index - 1]);
            out.push(':');
            out.push_str(&name);
            rest = &after[name.len()..];
        } else if is_name {
            out.push_str(&rest[..index]);
            let Some(value) = named.get(&Value::Symbol(Symbol::new(&name))) else {
                let message = format!("missing value for :{name} in {sql}");
                return Err(interpreter.error("ActiveRecord::PreparedStatementInvalid", message));
            };
            out.push_str(&quote_bound_value(interpreter, &value)?);
            rest = &after[name.len()..];
        } else {
            out.push_str(&rest[..=index]);
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(Value::str(out))
}

fn quote_bound_value(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    if value.data::<crate::models::attribute_set::Record>().is_some() {
        let id = interpreter.call(value, "id_for_database", Args::none())?;
        return quote_bound_value(interpreter, &id);
    }
    // What has a `map`, and is no string.
    let items = match value {
        Value::Array(_) => value.clone(),
        Value::Range(_) | Value::Object(_) if interpreter.responds_to(value, "map") => {
            interpreter.call(value, "to_a", Args::none())?
        }
        _ => Value::Nil,
    };
    if let Value::Array(items) = items {
        let items = if items.is_empty() { vec![Value::Nil] } else { items.to_vec() };
        let quoted = items.iter().map(|item| quote(interpreter, item)).collect::<Eval<Vec<_>>>()?;
        return Ok(quoted.join(","));
    }
    quote(interpreter, value)
}

fn quote(interpreter: &mut Interpreter, value: &Value) -> Eval<String> {
    let connection = state::connection(interpreter)?;
    let value = cast_bound_value(interpreter, value)?;
    let quoted = interpreter.call(&connection, "quote", Args::one(value))?;
    interpreter.to_s(&quoted)
}

/// MySQL's numbers and booleans are bound as strings.
pub(crate) fn cast_bound_value(interpreter: &mut Interpreter, value: &Value) -> Eval {
    let numeric = Rc::clone(&interpreter.classes.numeric);
    if state::dialect(interpreter)? != Dialect::MySql {
        return Ok(value.clone());
    }
    Ok(match value {
        Value::Bool(value) => Value::str(if *value { "1" } else { "0" }),
        value if interpreter.class_of(value).is_named("Rational") => {
            let number = interpreter.call(value, "to_f", Args::none())?;
            Value::str(interpreter.to_s(&number)?)
        }
        value if interpreter.is_a(value, &numeric) => Value::str(interpreter.to_s(value)?),
        value => value.clone(),
    })
}

fn sanitize_sql_like(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let text = arguments::string(interpreter, &args, 0)?;
    let escape = if args.has(1) { arguments::string(interpreter, &args, 1)? } else { "\\".to_owned() };
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(character) = rest.chars().next() {
        if !escape.is_empty() && rest.starts_with(&escape) {
            out.push_str(&escape);
            out.push_str(&escape);
            rest = &rest[escape.len()..];
            continue;
        }
        if matches!(character, '%' | '_') {
            out.push_str(&escape);
        }
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    Ok(Value::str(out))
}
