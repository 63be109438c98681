//! `uniqueness:`: asks the database whether another row has the value. A saved record that has the value already is not asked
//! for, where an index sees to it.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Symbol, Value, method};

use super::validator::{begin, details, options_of, report};
use super::{is_callable, option, own_hash, read, write};
use crate::ground::arguments::wrap;
use crate::models::attribute_methods::primary_key::Key;
use crate::models::{model_schema, reflection};

pub(super) const METHODS: &[NativeMethod] =
    &[method("initialize", initialize, 1..=1), method("validate_each", expect, 3..=3)];

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = own_hash(&args.first());
    let conditions = option(&options, "conditions");
    if conditions.truthy() && !is_callable(interpreter, &conditions) {
        let shown = interpreter.to_s(&conditions)?;
        let message = format!(
            "{shown} was passed as :conditions but is not callable. Pass a callable instead: `conditions: -> {{ \
             where(approved: true) }}`"
        );
        return Err(interpreter.argument_error(message));
    }
    let scope = option(&options, "scope");
    let is_named = match &scope {
        Value::Hash(hash) => hash.is_empty(),
        scope => wrap(interpreter, scope)?.iter().all(|one| one.as_name().is_some()),
    };
    if !is_named {
        let shown = interpreter.to_s(&scope)?;
        let message = format!(
            "{shown} is not supported format for :scope option. Pass a symbol or an array of symbols instead: `scope: \
             :user_id`"
        );
        return Err(interpreter.argument_error(message));
    }
    write(this, "@klass", option(&options, "class"));
    begin(interpreter, this, options)
}

/// A record, its attribute, and what the validator was told.
struct Question {
    record: Value,
    attribute: String,
    options: Rc<RHash>,
    /// The class among whose rows the value is looked for.
    model: Rc<RClass>,
}

fn expect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let record = args.first();
    let Some(model) = searched(interpreter, this, &record) else { return Ok(Value::Nil) };
    let attribute = interpreter.to_s(&args.get(1))?;
    let question = Question { record, attribute, options: options_of(this), model };
    let value = question.enumerated(interpreter, args.get(2))?;
    let is_saved = interpreter.call(&question.record, "persisted?", Args::none())?.truthy();
    if is_saved && !question.is_open(interpreter, this)? {
        return Ok(Value::Nil);
    }
    let mut rows = question.rows(interpreter, &value)?;
    if is_saved {
        rows = question.others(interpreter, &rows)?;
    }
    rows = question.in_scope(interpreter, &rows)?;
    if question.ask(interpreter, &rows)? {
        let details = details(&question.options, &["case_sensitive", "scope", "conditions"], &value);
        report(interpreter, &question.record, &args.get(1), Value::symbol("taken"), details)?;
    }
    Ok(Value::Nil)
}

/// The outermost class with a table between the record's and the one that declared the validation.
fn searched(interpreter: &mut Interpreter, this: &Value, record: &Value) -> Option<Rc<RClass>> {
    let declared = read(this, "@klass");
    let mut found = None;
    for class in model_schema::lineage(&interpreter.class_of(record)) {
        let is_last = declared.is_identical(&Value::Class(Rc::clone(&class)));
        if !model_schema::schema(&class).abstract_class.get() {
            found = Some(class);
        }
        if is_last {
            break;
        }
    }
    found
}

impl Question {
    fn class(&self) -> Value {
        Value::Class(Rc::clone(&self.model))
    }

    /// An enum's value as the column has it.
    fn enumerated(&self, interpreter: &mut Interpreter, value: Value) -> Eval {
        let enums = interpreter.call(&self.class(), "defined_enums", Args::none())?;
        let mapping = interpreter.call(&enums, "[]", Args::one(Value::str(&*self.attribute)))?;
        if value.truthy() && mapping.truthy() {
            return interpreter.call(&mapping, "[]", Args::one(value));
        }
        Ok(value)
    }

    fn scope(&self, interpreter: &mut Interpreter) -> Eval<Vec<Value>> {
        wrap(interpreter, &option(&self.options, "scope"))
    }

    /// Whether a saved record may have come to have a value that another one has.
    fn is_open(&self, interpreter: &mut Interpreter, validator: &Value) -> Eval<bool> {
        if option(&self.options, "conditions").truthy() || self.options.get_symbol("case_sensitive").is_some() {
            return Ok(true);
        }
        for column in self.columns(interpreter, &self.attribute)? {
            let column = Value::str(column);
            if interpreter.call(&self.record, "attribute_changed?", Args::one(column.clone()))?.truthy()
                || interpreter.call(&self.record, "read_attribute", Args::one(column))?.is_nil()
            {
                return Ok(true);
            }
        }
        Ok(!self.is_indexed(interpreter, validator)?)
    }

    /// The columns that an attribute and the scope stand for.
    fn columns(&self, interpreter: &mut Interpreter, attribute: &str) -> Eval<Vec<String>> {
        let mut columns = Vec::new();
        let class = interpreter.class_of(&self.record);
        let names = self.scope(interpreter)?.into_iter().filter_map(|one| one.as_name());
        for name in names.chain([attribute.to_owned()]).collect::<Vec<_>>() {
            match reflection::find(&class, Symbol::new(&name)) {
                None => columns.push(name),
                Some(reflection) => {
                    columns.extend(reflection.foreign_key(interpreter)?.columns().iter().cloned());
                    if reflection.is_polymorphic() {
                        columns.extend(reflection.foreign_type(interpreter)?);
                    }
                }
            }
        }
        Ok(columns)
    }

    /// Whether an index makes the database itself refuse a second row. Which attributes have one is found out once.
    fn is_indexed(&self, interpreter: &mut Interpreter, validator: &Value) -> Eval<bool> {
        if read(validator, "@covered").is_nil() {
            let connection = interpreter.call(&self.class(), "connection", Args::none())?;
            let cache = interpreter.call(&connection, "schema_cache", Args::none())?;
            let table = interpreter.call(&self.class(), "table_name", Args::none())?;
            let indexes = interpreter.call(&cache, "indexes", Args::one(table))?;
            let indexes = wrap(interpreter, &indexes)?;
            let mut covered = Vec::new();
            for attribute in wrap(interpreter, &read(validator, "@attributes"))? {
                let name = interpreter.to_s(&attribute)?;
                let columns = self.columns(interpreter, &name)?;
                for index in &indexes {
                    if is_unique_within(interpreter, index, &columns)? {
                        covered.push(Value::str(&*name));
                        break;
                    }
                }
            }
            write(validator, "@covered", Value::array(covered));
        }
        let covered = wrap(interpreter, &read(validator, "@covered"))?;
        Ok(covered.iter().any(|name| name.as_name().as_deref() == Some(&*self.attribute)))
    }

    /// The rows with the value, as the adapter compares it.
    fn rows(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        let (mut column, mut value) = (self.attribute.clone(), value.clone());
        if let Some(reflection) = reflection::find(&self.model, Symbol::new(&self.attribute)) {
            let Key::Column(key) = reflection.foreign_key(interpreter)? else {
                return Err(interpreter.unsupported("uniqueness of an association by several columns"));
            };
            column = key;
            if value.truthy() {
                let class = interpreter.class_of(&value);
                let key = reflection.referred_key(interpreter, &class)?.to_value();
                value = interpreter.call(&value, "read_attribute", Args::one(key))?;
            }
        }
        let letters = match option(&self.options, "case_sensitive") {
            Value::Nil => "default",
            sensitive if sensitive.truthy() => "sensitive",
            _ => "insensitive",
        };
        let all = interpreter.call(&self.class(), "unscoped", Args::none())?;
        interpreter.call(&all, "_where_unique", Args::new(vec![Value::str(column), value, Value::symbol(letters)]))
    }

    /// Without the record's own row.
    fn others(&self, interpreter: &mut Interpreter, rows: &Value) -> Eval {
        let key = interpreter.call(&self.class(), "primary_key", Args::none())?;
        if key.is_nil() {
            let table = interpreter.call(&self.class(), "table_name", Args::none())?;
            let table = interpreter.to_s(&table)?;
            let message = format!(
                "Unknown primary key for table {table} in model {}.\nCannot validate uniqueness for persisted record without \
                 primary key.",
                self.model.name()
            );
            return Err(interpreter.error("ActiveRecord::UnknownPrimaryKey", message));
        }
        let id = interpreter.call(&self.record, "id_in_database", Args::none())?;
        let own = RHash::from_pairs([(key, Value::array(vec![id]))]);
        let chain = interpreter.call(rows, "where", Args::none())?;
        interpreter.call(&chain, "not", Args::one(Value::hash(own)))
    }

    /// Those that share with the record what the scope names.
    fn in_scope(&self, interpreter: &mut Interpreter, rows: &Value) -> Eval {
        let mut rows = rows.clone();
        let class = interpreter.class_of(&self.record);
        for name in self.scope(interpreter)? {
            let is_association =
                name.as_name().is_some_and(|name| reflection::find(&class, Symbol::new(&name)).is_some());
            let shared = if is_association {
                let association = interpreter.call(&self.record, "association", Args::one(name.clone()))?;
                interpreter.call(&association, "reader", Args::none())?
            } else {
                interpreter.call(&self.record, "read_attribute", Args::one(name.clone()))?
            };
            let condition = Value::hash(RHash::from_pairs([(name, shared)]));
            rows = interpreter.call(&rows, "where", Args::one(condition))?;
        }
        Ok(rows)
    }

    fn ask(&self, interpreter: &mut Interpreter, rows: &Value) -> Eval<bool> {
        let mut rows = rows.clone();
        match option(&self.options, "conditions") {
            Value::Proc(conditions) => {
                let takes_none = conditions.arity() == 0;
                let arguments = if takes_none { Args::none() } else { Args::one(self.record.clone()) };
                rows = interpreter.instance_exec(&conditions, &rows, arguments)?;
            }
            conditions if conditions.truthy() => {
                return Err(interpreter.unsupported("`conditions:` of a uniqueness validation that are no proc"));
            }
            _ => {}
        }
        Ok(interpreter.call(&rows, "exists?", Args::none())?.truthy())
    }
}

fn is_unique_within(interpreter: &mut Interpreter, index: &Value, columns: &[String]) -> Eval<bool> {
    let is_unique = interpreter.call(index, "unique", Args::none())?.truthy();
    if !is_unique || !interpreter.call(index, "where", Args::none())?.is_nil() {
        return Ok(false);
    }
    let indexed = interpreter.call(index, "columns", Args::none())?;
    let indexed = wrap(interpreter, &indexed)?;
    Ok(indexed.iter().all(|column| column.as_name().is_some_and(|name| columns.contains(&name))))
}
