//! The helpers that migrations call most: columns with a default, constraints that are validated later, references whose
//! index and foreign key do not lock the table.

use std::rc::Rc;

use adapters::schema_statements::hashed_identifier;
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method};

use super::super::keyword;
use crate::ground::arguments::{has_option, keywords, option};

pub(super) const METHODS: &[NativeMethod] = &[
    method("add_column_with_default", add_column_with_default, 3..=3).with_keywords(),
    method("add_not_null_constraint", add_not_null_constraint, 2..=2).taking(&["name", "validate"]),
    method("validate_not_null_constraint", validate_not_null_constraint, 2..=2).taking(&["name"]),
    method("remove_not_null_constraint", |i, this, args| remove(i, this, &args, NOT_NULL), 2..=2).taking(&["name"]),
    method("add_text_limit_constraint", add_text_limit_constraint, 3..=3).taking(&["name", "validate"]),
    method("validate_text_limit_constraint", validate_text_limit_constraint, 2..=2).taking(&["name"]),
    method("remove_text_limit_constraint", |i, this, args| remove(i, this, &args, TEXT_LIMIT), 2..=3).taking(&["name"]),
    method("add_reference_concurrently", add_reference_concurrently, 2..=2).with_keywords(),
];

/// What the names of the constraints are made with.
const NOT_NULL: &str = "not_null";
const TEXT_LIMIT: &str = "max_length";

/// Says something as a new migration does.
pub(super) fn say(interpreter: &mut Interpreter, message: &str) -> Eval {
    let migration = Value::Class(interpreter.class_at("ActiveRecord::Migration"));
    let speaker = interpreter.call(&migration, "new", Args::none())?;
    interpreter.call(&speaker, "say", Args::one(Value::str(format!("[online_migrations] {message}"))))
}

/// A call with these keywords.
pub(super) fn with(positional: Vec<Value>, options: RHash) -> Args {
    Args::new(positional).with_keywords(Some(Rc::new(options)))
}

/// Keywords of a call.
pub(super) fn options<const N: usize>(pairs: [(&str, Value); N]) -> RHash {
    RHash::from_pairs(pairs.map(|(name, value)| (Value::symbol(name), value)))
}

/// Whether a method of the connection says so.
pub(super) fn asks(interpreter: &mut Interpreter, this: &Value, question: &str, args: Args) -> Eval<bool> {
    Ok(interpreter.call(this, question, args)?.truthy())
}

/// The options of `index: true` and `foreign_key: {}`; None where there is to be none.
pub(super) fn options_of(value: &Value) -> Option<RHash> {
    match value {
        Value::Hash(hash) => Some(RHash::from_pairs(hash.pairs())),
        other => other.truthy().then(RHash::new),
    }
}

/// The table that a reference without `to_table:` is to.
pub(super) fn referenced_table(interpreter: &mut Interpreter, reference: &Value) -> Eval {
    let base = Value::Class(interpreter.class_at("ActiveRecord::Base"));
    if !interpreter.call(&base, "pluralize_table_names", Args::none())?.truthy() {
        return Ok(reference.clone());
    }
    let name = Value::str(interpreter.to_s(reference)?);
    interpreter.call(&name, "pluralize", Args::none())
}

fn add_column_with_default(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = Value::hash(keywords(&args));
    let default = interpreter.call(&given, "fetch", Args::one(Value::symbol("default")))?;
    let place = vec![args.first(), args.get(1)];
    if let Value::Proc(_) = default {
        // What may differ from row to row is filled in in batches.
        return interpreter.call(this, "update_column_in_batches", Args::new([place, vec![default]].concat()));
    }
    if !asks(interpreter, this, "column_exists?", Args::new(place))? {
        return interpreter.call(this, "add_column", args);
    }
    let (table, column) = (interpreter.to_s(&args.first())?, interpreter.to_s(&args.get(1))?);
    say(
        interpreter,
        &format!(
            "Column was not added because it already exists (this may be due to an aborted migration or similar) \
             table_name: {table}, column_name: {column}"
        ),
    )
}

// Constraints

/// A check constraint that stands for something of a column's.
struct Constraint {
    table: Value,
    /// `table.column`, as it is said.
    place: String,
    name: Value,
}

impl Constraint {
    fn of(interpreter: &mut Interpreter, args: &Args, what: &str) -> Eval<Self> {
        let (table, column) = (interpreter.to_s(&args.first())?, interpreter.to_s(&args.get(1))?);
        let name = match keyword(args, "name") {
            name if name.truthy() => name,
            _ => Value::str(format!("chk_rails_{}", hashed_identifier(&format!("{table}_{column}_{what}_chk")))),
        };
        Ok(Self { table: args.first(), place: format!("{table}.{column}"), name })
    }

    fn named(&self) -> Args {
        with(vec![self.table.clone()], options([("name", self.name.clone())]))
    }

    fn exists(&self, interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
        asks(interpreter, this, "check_constraint_exists?", self.named())
    }

    /// For new rows only.
    fn add(&self, interpreter: &mut Interpreter, this: &Value, expression: String) -> Eval {
        let given = options([("name", self.name.clone()), ("validate", false.into())]);
        interpreter.call(this, "add_check_constraint", with(vec![self.table.clone(), expression.into()], given))
    }

    fn validate(&self, interpreter: &mut Interpreter, this: &Value) -> Eval {
        interpreter.call(this, "validate_check_constraint", self.named())
    }
}

/// The definition of the column that a call names.
fn column(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    let (table, name) = (interpreter.to_s(&args.first())?, interpreter.to_s(&args.get(1))?);
    let columns = interpreter.call(this, "columns", Args::one(args.first()))?;
    if let Value::Array(columns) = columns {
        for column in columns.to_vec() {
            if interpreter.call(&column, "name", Args::none())?.as_name().as_deref() == Some(name.as_str()) {
                return Ok(column);
            }
        }
    }
    Err(interpreter.error("ActiveRecord::ActiveRecordError", format!("No such column: {table}.{name}")))
}

fn is_not_null(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<bool> {
    let column = column(interpreter, this, args)?;
    let null = interpreter.call(&column, "null", Args::none())?;
    Ok(matches!(null, Value::Bool(false)))
}

/// Whether what was added is to hold for the rows that are there.
fn validates(args: &Args) -> bool {
    args.keyword("validate").is_none_or(|validate| validate.truthy())
}

fn add_not_null_constraint(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let is_not_null = is_not_null(interpreter, this, &args)?;
    let constraint = Constraint::of(interpreter, &args, NOT_NULL)?;
    let place = &constraint.place;
    if is_not_null || constraint.exists(interpreter, this)? {
        let said = format!("NOT NULL constraint was not created: column {place} is already defined as `NOT NULL`");
        return say(interpreter, &said);
    }
    let column = interpreter.call(this, "quote_column_name", Args::one(args.get(1)))?;
    let column = interpreter.to_s(&column)?;
    constraint.add(interpreter, this, format!("{column} IS NOT NULL"))?;
    if validates(&args) { validate_not_null(interpreter, this, &args, &constraint) } else { Ok(Value::Nil) }
}

fn validate_not_null_constraint(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let constraint = Constraint::of(interpreter, &args, NOT_NULL)?;
    validate_not_null(interpreter, this, &args, &constraint)
}

fn validate_not_null(interpreter: &mut Interpreter, this: &Value, args: &Args, constraint: &Constraint) -> Eval {
    if !is_not_null(interpreter, this, args)? || constraint.exists(interpreter, this)? {
        return constraint.validate(interpreter, this);
    }
    let place = &constraint.place;
    let said = "NOT NULL constraint was not validated: it does not exist and column";
    say(interpreter, &format!("{said} {place} is already defined as `NOT NULL`"))
}

fn add_text_limit_constraint(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let column = column(interpreter, this, &args)?;
    let kind = interpreter.call(&column, "type", Args::none())?;
    if !matches!(kind.as_name().as_deref(), Some("text" | "string")) {
        let message = "add_text_limit_constraint must be used only with :text or :string columns";
        return Err(interpreter.error("RuntimeError", message));
    }
    let constraint = Constraint::of(interpreter, &args, TEXT_LIMIT)?;
    if constraint.exists(interpreter, this)? {
        let place = &constraint.place;
        return say(interpreter, &format!("Text limit constraint was not created: {place} is already has a limit"));
    }
    let (name, limit) = (interpreter.to_s(&args.get(1))?, interpreter.to_s(&args.get(2))?);
    constraint.add(interpreter, this, format!("char_length({name}) <= {limit}"))?;
    if validates(&args) { constraint.validate(interpreter, this) } else { Ok(Value::Nil) }
}

fn validate_text_limit_constraint(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Constraint::of(interpreter, &args, TEXT_LIMIT)?.validate(interpreter, this)
}

fn remove(interpreter: &mut Interpreter, this: &Value, args: &Args, what: &str) -> Eval {
    let constraint = Constraint::of(interpreter, args, what)?;
    if constraint.exists(interpreter, this)? {
        return interpreter.call(this, "remove_check_constraint", constraint.named());
    }
    let table = interpreter.to_s(&constraint.table)?;
    let name = interpreter.inspect(&Value::hash(options([("name", constraint.name)])))?;
    say(
        interpreter,
        &format!(
            "Check constraint was not removed because it does not exist (this may be due to an aborted migration or \
             similar). table_name: {table}, expression: , options: {name}"
        ),
    )
}

// References

/// Complains where a method would lock: outside of a transaction it does not.
pub(super) fn expect_no_transaction(interpreter: &mut Interpreter, this: &Value, method: &str) -> Eval<()> {
    if !asks(interpreter, this, "transaction_open?", Args::none())? {
        return Ok(());
    }
    let message = format!(
        "`{method}` cannot run inside a transaction block.\n\nYou can remove transaction block by calling \
         `disable_ddl_transaction!` in the body of\nyour migration class.\n"
    );
    Err(interpreter.error("RuntimeError", message))
}

fn add_reference_concurrently(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    expect_no_transaction(interpreter, this, "add_reference_concurrently")?;
    let (table, reference, given) = (args.first(), interpreter.to_s(&args.get(1))?, keywords(&args));
    let id = Value::str(format!("{reference}_id"));
    let mut columns = vec![id.clone()];

    let kind = if option(&given, "type").truthy() { option(&given, "type") } else { Value::symbol("bigint") };
    let null = if has_option(&given, "null") { option(&given, "null") } else { true.into() };
    add_missing_column(interpreter, this, &table, &id, kind, null)?;
    let polymorphic = option(&given, "polymorphic");
    if polymorphic.truthy() {
        let kind = Value::str(format!("{reference}_type"));
        let null = if let Value::Hash(options) = &polymorphic { option(options, "null") } else { true.into() };
        add_missing_column(interpreter, this, &table, &kind, Value::symbol("string"), null)?;
        columns.insert(0, kind);
    }

    let index = if has_option(&given, "index") { option(&given, "index") } else { true.into() };
    if let Some(index) = options_of(&index) {
        if polymorphic.truthy() && !option(&index, "name").truthy() {
            let table = interpreter.to_s(&table)?;
            index.insert_symbol("name", Value::str(format!("index_{table}_on_{reference}")));
        }
        index.insert_symbol("algorithm", Value::symbol("concurrently"));
        interpreter.call(this, "add_index", with(vec![table.clone(), Value::array(columns)], index))?;
    }
    match options_of(&option(&given, "foreign_key")) {
        Some(key) => add_foreign_key(interpreter, this, &args, id, &key),
        None => Ok(Value::Nil),
    }
}

fn add_missing_column(
    interpreter: &mut Interpreter,
    this: &Value,
    table: &Value,
    column: &Value,
    kind: Value,
    null: Value,
) -> Eval<()> {
    let place = vec![table.clone(), column.clone()];
    if !asks(interpreter, this, "column_exists?", Args::new(place.clone()))? {
        let args = with([place, vec![kind]].concat(), options([("null", null)]));
        interpreter.call(this, "add_column", args)?;
    }
    Ok(())
}

/// Added for new rows, then validated.
fn add_foreign_key(interpreter: &mut Interpreter, this: &Value, args: &Args, id: Value, key: &RHash) -> Eval {
    let to_table = match option(key, "to_table") {
        named if named.truthy() => named,
        _ => referenced_table(interpreter, &args.get(1))?,
    };
    let tables = vec![args.first(), to_table];
    let given = RHash::from_pairs(key.pairs());
    given.insert_symbol("column", id);
    let validated = with(tables.clone(), RHash::from_pairs(given.pairs()));
    given.insert_symbol("validate", false.into());
    interpreter.call(this, "add_foreign_key", with(tables, given))?;
    if matches!(option(key, "validate"), Value::Bool(false)) {
        return Ok(Value::Nil);
    }
    interpreter.call(this, "validate_foreign_key", validated)
}
