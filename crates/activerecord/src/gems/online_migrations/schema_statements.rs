//! Rails' own methods, which online_migrations makes safe to run twice: each looks whether what it is for is there, and says so
//! in the place of an error. For an app whose Gemfile.lock names the gem.

use std::rc::Rc;

use adapters::schema_statements::hashed_identifier;
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method};

use super::super::is_blank;
use super::helpers::{asks, expect_no_transaction, options, options_of, referenced_table, say, with};
use crate::ground::arguments::{delete_option, has_option, keywords, option};

const MODULE: &str = "OnlineMigrations::SchemaStatements";

const METHODS: &[NativeMethod] = &[
    method("add_column", add_column, 3..=3).with_keywords(),
    method("add_reference", add_reference, 2..=2).with_keywords(),
    method("add_belongs_to", add_reference, 2..=2).with_keywords(),
    method("remove_reference", remove_reference, 2..=2).with_keywords(),
    method("remove_belongs_to", remove_reference, 2..=2).with_keywords(),
    method("add_index", add_index, 2..=2).with_keywords(),
    method("remove_index", remove_index, 1..=2).with_keywords(),
    method("add_foreign_key", add_foreign_key, 2..=2).with_keywords(),
    method("remove_foreign_key", remove_foreign_key, 1..=2).with_keywords(),
    method("add_check_constraint", add_check_constraint, 2..=2).with_keywords(),
    method("remove_check_constraint", remove_check_constraint, 1..=2).with_keywords(),
    method("add_exclusion_constraint", add_exclusion_constraint, 2..=2).with_keywords(),
];

const ABORTED: &str = "(this may be due to an aborted migration or similar)";

pub(super) fn define(interpreter: &mut Interpreter) {
    interpreter.define_module("OnlineMigrations");
    let module = interpreter.define_module(MODULE);
    module.define(METHODS);
    interpreter.class_at("ActiveRecord::ConnectionAdapters::PostgreSQLAdapter").prepend(&module);
}

/// Rails' own method.
fn own(interpreter: &mut Interpreter, this: &Value, name: &str, args: Args) -> Eval {
    let module = interpreter.class_at(MODULE);
    interpreter.call_super(this, &module, name, args)
}

/// Those of the options that have these names.
fn only(given: &RHash, names: &[&str]) -> RHash {
    let named = |key: &Value| key.as_name().is_some_and(|key| names.contains(&key.as_str()));
    RHash::from_pairs(given.pairs().into_iter().filter(|(key, _)| named(key)))
}

fn without(given: &RHash, names: &[&str]) -> RHash {
    let named = |key: &Value| key.as_name().is_some_and(|key| names.contains(&key.as_str()));
    RHash::from_pairs(given.pairs().into_iter().filter(|(key, _)| !named(key)))
}

fn text(interpreter: &mut Interpreter, values: [&Value; 2]) -> Eval<[String; 2]> {
    Ok([interpreter.to_s(values[0])?, interpreter.to_s(values[1])?])
}

fn add_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let place = Args::new(vec![args.first(), args.get(1)]);
    if !asks(interpreter, this, "column_exists?", place)? {
        return own(interpreter, this, "add_column", args);
    }
    let [table, column] = text(interpreter, [&args.first(), &args.get(1)])?;
    let said = format!("Column was not added because it already exists {ABORTED}");
    say(interpreter, &format!("{said} table_name: {table}, column_name: {column}"))
}

// References

struct ReferenceColumn {
    name: Value,
    kind: Value,
    options: RHash,
}

/// What a reference consists of, the key last.
fn reference_columns(reference: &str, given: &RHash) -> Vec<ReferenceColumn> {
    let shared = without(given, &["index", "foreign_key", "polymorphic", "type"]);
    let polymorphic = option(given, "polymorphic");
    let mut columns = Vec::new();
    if polymorphic.truthy() {
        let options = match &polymorphic {
            Value::Hash(options) => RHash::from_pairs(options.pairs()),
            _ => only(&shared, &["null", "first", "after"]),
        };
        let name = Value::str(format!("{reference}_type"));
        columns.push(ReferenceColumn { name, kind: Value::symbol("string"), options });
    }
    let kind = if option(given, "type").truthy() { option(given, "type") } else { Value::symbol("bigint") };
    columns.push(ReferenceColumn { name: Value::str(format!("{reference}_id")), kind, options: shared });
    columns
}

/// Where a column of it is there, the rest is added piece by piece, each if it is missing.
fn add_reference(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = keywords(&args);
    let [table, reference] = text(interpreter, [&args.first(), &args.get(1)])?;
    let columns = reference_columns(&reference, &given);
    let mut is_there = false;
    for column in &columns {
        let place = Args::new(vec![args.first(), column.name.clone()]);
        is_there = is_there || asks(interpreter, this, "column_exists?", place)?;
    }
    if !is_there {
        return own(interpreter, this, "add_reference", args);
    }
    let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
    for ReferenceColumn { name, kind, options } in columns {
        interpreter.call(this, "add_column", with(vec![args.first(), name, kind], options))?;
    }
    let index = if has_option(&given, "index") { option(&given, "index") } else { true.into() };
    if let Some(index) = options_of(&index) {
        if names.len() > 1 && !option(&index, "name").truthy() {
            index.insert_symbol("name", Value::str(format!("index_{table}_on_{reference}")));
        }
        let indexed = if let [only] = names.as_slice() { only.clone() } else { Value::array(names.clone()) };
        interpreter.call(this, "add_index", with(vec![args.first(), indexed], index))?;
    }
    let Some(key) = options_of(&option(&given, "foreign_key")) else { return Ok(Value::Nil) };
    let to_table = match delete_option(&key, "to_table") {
        Some(named) if named.truthy() => named,
        _ => referenced_table(interpreter, &args.get(1))?,
    };
    key.insert_symbol("column", names.last().cloned().unwrap_or_default());
    interpreter.call(this, "add_foreign_key", with(vec![args.first(), to_table], key))
}

fn remove_reference(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = keywords(&args);
    let key = delete_option(&given, "foreign_key").unwrap_or_default();
    if key.truthy() {
        let key = match &key {
            Value::Hash(options) => RHash::from_pairs(options.pairs()),
            _ => options([("to_table", referenced_table(interpreter, &args.get(1))?)]),
        };
        for (name, value) in only(&given, &["if_exists", "if_not_exists"]).pairs() {
            key.insert(name, value);
        }
        if !option(&key, "column").truthy() {
            let reference = interpreter.to_s(&args.get(1))?;
            key.insert_symbol("column", Value::str(format!("{reference}_id")));
        }
        interpreter.call(this, "remove_foreign_key", with(vec![args.first()], key))?;
    }
    own(interpreter, this, "remove_reference", with(args.positional, given))
}

// Indexes

/// Whether a string is more than the name of a column.
fn is_expression(column: &Value) -> bool {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    column.as_string().is_some_and(|text| !text.chars().all(is_word))
}

fn index_name(interpreter: &mut Interpreter, this: &Value, args: &Args, column: &Value, given: &RHash) -> Eval {
    match option(given, "name") {
        name if name.truthy() => Ok(name),
        _ => interpreter.call(this, "index_name", Args::new(vec![args.first(), column.clone()])),
    }
}

/// The index that is to be added, if it is there. Of one on an expression only the name tells.
fn existing_index(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Option<Value>> {
    let (column, given) = (args.get(1), Rc::new(keywords(args)));
    let name = if is_expression(&column) {
        let name = index_name(interpreter, this, args, &column, &given)?;
        Some(Value::str(interpreter.to_s(&name)?))
    } else {
        None
    };
    let indexes = interpreter.call(this, "indexes", Args::one(args.first()))?;
    let Value::Array(indexes) = indexes else { return Ok(None) };
    for index in indexes.to_vec() {
        let fits = if let Some(name) = &name {
            let other = interpreter.call(&index, "name", Args::none())?;
            interpreter.equal(&other, name)?
        } else {
            let wanted = Args::one(column.clone()).with_keywords(Some(Rc::clone(&given)));
            asks(interpreter, &index, "defined_for?", wanted)?
        };
        if fits {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn is_concurrent(given: &RHash) -> bool {
    matches!(option(given, "algorithm"), Value::Symbol(name) if name.is("concurrently"))
}

fn add_index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if is_concurrent(&keywords(&args)) {
        expect_no_transaction(interpreter, this, "add_index")?;
    }
    if let Some(index) = existing_index(interpreter, this, &args)? {
        if asks(interpreter, &index, "valid?", Args::none())? {
            let name = interpreter.call(&index, "name", Args::none())?;
            let name = interpreter.to_s(&name)?;
            say(interpreter, &format!("Index {name} was not created because it already exists."))?;
            return Ok(Value::Nil);
        }
        let [table, column] = text(interpreter, [&args.first(), &args.get(1)])?;
        say(interpreter, &format!("Recreating invalid index: table_name: {table}, column_name: {column}"))?;
        interpreter.call(this, "remove_index", args.clone())?;
    }
    own(interpreter, this, "add_index", args)
}

fn remove_index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = keywords(&args);
    let mut is_named = !is_blank(interpreter, &args.get(1))?;
    for name in ["column", "name"] {
        is_named = is_named || !is_blank(interpreter, &option(&given, name))?;
    }
    if !is_named {
        return Err(interpreter.argument_error("No name or columns specified"));
    }
    if is_concurrent(&given) {
        expect_no_transaction(interpreter, this, "remove_index")?;
    }
    let column = if args.get(1).truthy() { args.get(1) } else { option(&given, "column") };
    let is_there = if is_expression(&column) {
        let name = index_name(interpreter, this, &args, &column, &given)?;
        asks(interpreter, this, "index_name_exists?", Args::new(vec![args.first(), name]))?
    } else {
        asks(interpreter, this, "index_exists?", with(vec![args.first(), args.get(1)], given))?
    };
    if is_there {
        return own(interpreter, this, "remove_index", args);
    }
    say(interpreter, "Index was not removed because it does not exist.")
}

// Constraints

fn add_foreign_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = keywords(&args);
    let [from_table, to_table] = text(interpreter, [&args.first(), &args.get(1)])?;
    if !option(&given, "column").truthy() {
        let column = Args::new(vec![args.get(1), "id".into()]);
        given.insert_symbol("column", interpreter.call(this, "foreign_key_column_for", column)?);
    }
    if !option(&given, "name").truthy() {
        let column = interpreter.to_s(&option(&given, "column"))?;
        let name = format!("fk_rails_{}", hashed_identifier(&format!("{from_table}_{column}_fk")));
        given.insert_symbol("name", Value::str(name));
    }
    let wanted = with(args.positional.clone(), only(&given, &["column", "primary_key"]));
    if !asks(interpreter, this, "foreign_key_exists?", wanted)? {
        return own(interpreter, this, "add_foreign_key", with(args.positional, given));
    }
    let given = interpreter.inspect(&Value::hash(given))?;
    let said =
        "Foreign key was not created because it already exists (this can be due to an aborted migration or similar).";
    say(interpreter, &format!("{said} from_table: {from_table}, to_table: {to_table}, options: {given}"))
}

fn remove_foreign_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = keywords(&args);
    let tables = vec![args.first(), args.get(1)];
    if asks(interpreter, this, "foreign_key_exists?", with(tables, only(&given, &["name", "to_table", "column"])))? {
        return own(interpreter, this, "remove_foreign_key", args);
    }
    let [from_table, to_table] = text(interpreter, [&args.first(), &args.get(1)])?;
    let given = interpreter.inspect(&Value::hash(given))?;
    let said = format!("Foreign key was not removed because it does not exist {ABORTED}.");
    say(interpreter, &format!("{said} from_table: {from_table}, to_table: {to_table}, options: {given}"))
}

/// `check_constraint_exists?` with the other options of the call.
fn has_check(interpreter: &mut Interpreter, this: &Value, args: &Args, given: &RHash) -> Eval<bool> {
    let wanted = options([("expression", args.get(1))]);
    for (name, value) in given.pairs() {
        wanted.insert(name, value);
    }
    asks(interpreter, this, "check_constraint_exists?", with(vec![args.first()], wanted))
}

fn add_check_constraint(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = without(&keywords(&args), &["if_not_exists"]);
    if !has_check(interpreter, this, &args, &given)? {
        return own(interpreter, this, "add_check_constraint", args);
    }
    let [table, expression] = text(interpreter, [&args.first(), &args.get(1)])?;
    let said = format!("Check constraint was not created because it already exists {ABORTED}.");
    say(interpreter, &format!("{said} table_name: {table}, expression: {expression}"))
}

fn remove_check_constraint(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = without(&keywords(&args), &["if_exists"]);
    if has_check(interpreter, this, &args, &given)? {
        return own(interpreter, this, "remove_check_constraint", args);
    }
    let [table, expression] = text(interpreter, [&args.first(), &args.get(1)])?;
    let given = interpreter.inspect(&Value::hash(given))?;
    let said = format!("Check constraint was not removed because it does not exist {ABORTED}.");
    say(interpreter, &format!("{said} table_name: {table}, expression: {expression}, options: {given}"))
}

fn add_exclusion_constraint(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let [table, expression] = text(interpreter, [&args.first(), &args.get(1)])?;
    let name = match args.keyword("name") {
        Some(name) => name,
        None => Value::str(format!("excl_rails_{}", hashed_identifier(&format!("{table}_{expression}_excl")))),
    };
    let constraints = interpreter.call(this, "exclusion_constraints", Args::one(args.first()))?;
    if let Value::Array(constraints) = constraints {
        for constraint in constraints.to_vec() {
            let other = interpreter.call(&constraint, "name", Args::none())?;
            if interpreter.equal(&other, &name)? {
                let said = format!("Exclusion constraint was not created because it already exists {ABORTED}.");
                return say(interpreter, &format!("{said} table_name: {table}, expression: {expression}"));
            }
        }
    }
    own(interpreter, this, "add_exclusion_constraint", args)
}
