//! What writes single attributes: update_columns, counters, toggle, touch, and what reads a record anew.

use std::rc::Rc;

use adapters::transaction::TransactionOptions;
use ruby::{Args, Eval, Interpreter, RClass, RHash, Value};

use super::saving::{UPDATED, check_readonly, now, own_row, send_update_to, timestamps, update_row};
use crate::connection::arel::Node;
use crate::connection::in_transaction;
use crate::ground::arguments::to_strings;
use crate::models::attribute_methods;
use crate::models::attribute_set::{Attribute, Record, record};
use crate::models::model_schema::{self, Columns, load_schema};
use crate::models::transactions::with_transaction_returning_status;
use crate::models::{associations, callbacks, optimistic, query_constraints, scoping};

/// `update`
pub(super) fn update(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bang = interpreter.called_name().is_some_and(|name| name.is("update!"));
    with_transaction_returning_status(interpreter, this, |interpreter| {
        interpreter.call(this, "assign_attributes", Args::one(args.first()))?;
        interpreter.call(this, if bang { "save!" } else { "save" }, Args::none())
    })
}

/// Rails 6.1 took them away.
pub(super) fn removed(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    attribute_methods::undefined_method(interpreter, this, &name)
}

/// `update_attribute`
pub(super) fn update_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let bang = interpreter.called_name().is_some_and(|name| name.is("update_attribute!"));
    let name = interpreter.to_s(&args.first())?;
    check_readonly_attribute(interpreter, this, &name)?;
    interpreter.call_public(this, format!("{name}=").as_str(), Args::one(args.get(1)))?;
    let unvalidated = RHash::new();
    unvalidated.insert_symbol("validate", false.into());
    let arguments = Args::none().with_keywords(Some(Rc::new(unvalidated)));
    interpreter.call(this, if bang { "save!" } else { "save" }, arguments)
}

/// `verify_readonly_attribute`
pub(super) fn check_readonly_attribute(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval<()> {
    if model_schema::is_readonly_attribute(&interpreter.class_of(this), name) {
        let message = format!("{name} is marked as readonly");
        return Err(interpreter.error("ActiveRecord::ActiveRecordError", message));
    }
    Ok(())
}

/// `update_column`
pub(super) fn update_column(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let touch = args.keyword("touch").unwrap_or_default();
    write_columns(interpreter, this, vec![(args.first(), args.get(1))], &touch)
}

/// `update_columns`
pub(super) fn update_columns(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Hash(hash) = args.first() else {
        return Err(interpreter.type_error("update_columns takes a hash"));
    };
    let is_touch = |key: &Value| key.as_name().is_some_and(|name| name == "touch");
    let touch = hash.pairs().into_iter().find(|(key, _)| is_touch(key)).map(|(_, value)| value).unwrap_or_default();
    let pairs = hash.pairs().into_iter().filter(|(key, _)| !is_touch(key)).collect();
    write_columns(interpreter, this, pairs, &touch)
}

/// Writes to the row at once, past validations, callbacks and times.
pub(super) fn write_columns(
    interpreter: &mut Interpreter,
    this: &Value,
    mut pairs: Vec<(Value, Value)>,
    touch: &Value,
) -> Eval {
    let record = record(interpreter, this)?;
    check_persisted(interpreter, &record, "update")?;
    check_readonly(interpreter, this)?;
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    if touch.truthy() {
        pairs = with_touched(interpreter, &class, &columns, pairs, touch)?;
    }
    let row = own_row(interpreter, this, &columns)?;
    let mut values = Vec::new();
    let mut named = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let name = interpreter.to_s(&key)?;
        let name = attribute_methods::alias(&class, &name).unwrap_or(name);
        check_readonly_attribute(interpreter, this, &name)?;
        named.push((name, value));
    }
    for (name, value) in named {
        let Some(index) = record.index(&name) else {
            let message = format!("can't write unknown attribute `{name}`");
            return Err(interpreter.error("ActiveModel::MissingAttributeError", message));
        };
        interpreter_check_frozen(interpreter, &record)?;
        let kind = record.shape().types[index].clone();
        let serialized = kind.serialize(interpreter, &value)?;
        let moment = crate::models::temporal::serialized(interpreter, &kind, &value)?;
        values.push((name, Node::Bind(serialized.clone())));
        record.access(index);
        record.forced_changes.borrow_mut().retain(|other| *other != index);
        record.with(interpreter, index, |attribute, _, _| {
            attribute.write_serialized(serialized, moment);
            Ok(())
        })?;
    }
    let rows = send_update_to(interpreter, this, &columns, &values, &row)?;
    Ok((rows == 1).into())
}

/// `with_defaults!(touch_updates)`: the timestamps go before, with what is given for them.
fn with_touched(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    columns: &Columns,
    pairs: Vec<(Value, Value)>,
    touch: &Value,
) -> Eval<Vec<(Value, Value)>> {
    let mut names = crate::ground::arguments::wrap(interpreter, touch)?;
    let mut time = Value::Nil;
    if let Some(Value::Hash(options)) = names.last().cloned() {
        names.pop();
        for (key, value) in options.pairs() {
            if key.as_name().is_none_or(|name| name != "time") {
                let shown = interpreter.inspect(&key)?;
                return Err(interpreter.argument_error(format!("unknown keyword: {shown}")));
            }
            time = value;
        }
    }
    names.retain(|name| !matches!(name, Value::Bool(_)));
    if !time.truthy() {
        time = now(interpreter)?;
    }
    let all = RHash::new();
    for name in touched_names(interpreter, class, columns, &Value::array(names))? {
        all.insert(Value::str(name), time.clone());
    }
    for (key, value) in pairs {
        let name = interpreter.to_s(&key)?;
        let name = attribute_methods::alias(class, &name).unwrap_or(name);
        all.insert(Value::str(name), value);
    }
    Ok(all.pairs())
}

/// A FrozenError where the record is frozen.
pub(crate) fn interpreter_check_frozen(interpreter: &mut Interpreter, record: &Record) -> Eval<()> {
    if record.frozen.get() {
        return Err(interpreter.error("FrozenError", "can't modify frozen attributes"));
    }
    Ok(())
}

/// The names that `touch: true`, `touch: :name` or `touch: [..]` stands for, the model's own timestamps first.
pub(crate) fn touched_names(
    interpreter: &mut Interpreter,
    class: &Rc<RClass>,
    columns: &Columns,
    touch: &Value,
) -> Eval<Vec<String>> {
    let mut names: Vec<String> = timestamps(class, columns, &UPDATED);
    let given = match touch {
        Value::Bool(_) | Value::Nil => Vec::new(),
        Value::Array(items) => items.to_vec(),
        one => vec![one.clone()],
    };
    for name in to_strings(interpreter, &given)? {
        let name = attribute_methods::alias(class, &name).unwrap_or(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// An ActiveRecordError where there is no row to be changed.
pub(super) fn check_persisted(interpreter: &mut Interpreter, record: &Record, verb: &str) -> Eval<()> {
    let what = match (record.new_record.get(), record.destroyed.get()) {
        (true, _) => "new",
        (_, true) => "destroyed",
        _ => return Ok(()),
    };
    Err(interpreter.error("ActiveRecord::ActiveRecordError", format!("cannot {verb} a {what} record")))
}

/// Adds to an attribute, nil being 0.
pub(super) fn add(interpreter: &mut Interpreter, this: &Value, name: &str, by: &Value) -> Eval<()> {
    let current = attribute_methods::read_named(interpreter, this, name)?;
    let current = if current.truthy() { current } else { Value::Int(0) };
    let sum = interpreter.call(&current, "+", Args::one(by.clone()))?;
    attribute_methods::write_named(interpreter, this, name, sum)?;
    Ok(())
}

/// By how much; 1 unless told otherwise.
pub(super) fn by(args: &Args) -> Value {
    if args.has(1) { args.get(1) } else { Value::Int(1) }
}

/// `increment`
pub(super) fn increment(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    add(interpreter, this, &name, &by(&args))?;
    Ok(this.clone())
}

/// `decrement`
pub(super) fn decrement(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let by = interpreter.call(&by(&args), "-@", Args::none())?;
    add(interpreter, this, &name, &by)?;
    Ok(this.clone())
}

/// `increment!`
pub(super) fn increment_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let amount = by(&args);
    change_counter(interpreter, this, &args, &amount)
}

/// `decrement!`
pub(super) fn decrement_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let amount = interpreter.call(&by(&args), "-@", Args::none())?;
    change_counter(interpreter, this, &args, &amount)
}

/// An attribute and its row at once.
pub(super) fn change_counter(interpreter: &mut Interpreter, this: &Value, args: &Args, by: &Value) -> Eval {
    let touch = args.keyword("touch").unwrap_or_default();
    if !touch.truthy() {
        return change_counter_row(interpreter, this, args, by, &touch);
    }
    let (target, args, by) = (this.clone(), args.clone(), by.clone());
    callbacks::run(interpreter, this, "touch", move |interpreter| {
        change_counter_row(interpreter, &target, &args, &by, &touch)
    })
}

/// The row alone, by what it has then and not by what the record knows.
pub(super) fn change_counter_row(
    interpreter: &mut Interpreter,
    this: &Value,
    args: &Args,
    by: &Value,
    touch: &Value,
) -> Eval {
    let record = record(interpreter, this)?;
    check_persisted(interpreter, &record, "update")?;
    let name = interpreter.to_s(&args.first())?;
    add(interpreter, this, &name, by)?;
    let class = interpreter.class_of(this);
    let name = attribute_methods::alias(&class, &name).unwrap_or(name);
    let Some(index) = record.index(&name) else { return Ok(this.clone()) };
    let now = record.read(interpreter, index)?;
    record.access(index);
    let before = record.with(interpreter, index, Attribute::original_value)?;
    let before = if before.truthy() { before } else { Value::Int(0) };
    let change = interpreter.call(&now, "-", Args::one(before))?;
    let id = attribute_methods::id(interpreter, this, Args::none())?;
    let counters = RHash::from_pairs(vec![(Value::symbol(&name), change)]);
    if touch.truthy() {
        counters.insert_symbol("touch", touch.clone());
    }
    let target = Value::Class(Rc::clone(&class));
    interpreter.call(&target, "update_counters", Args::new(vec![id, Value::hash(counters)]))?;
    record.clear_change(interpreter, index)?;
    let columns = load_schema(interpreter, &class)?;
    if let Some(index) = optimistic::column(&class, &columns).and_then(|name| record.index(&name)) {
        let version = record.read(interpreter, index)?;
        let version = interpreter.call(&version, "+", Args::one(Value::Int(1)))?;
        record.write(index, version);
        record.clear_change(interpreter, index)?;
    }
    Ok(this.clone())
}

/// `toggle`
pub(super) fn toggle(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.to_s(&args.first())?;
    let current = interpreter.call_public(this, format!("{name}?").as_str(), Args::none())?;
    attribute_methods::write_named(interpreter, this, &name, Value::Bool(!current.truthy()))?;
    Ok(this.clone())
}

/// `toggle!`
pub(super) fn toggle_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first();
    toggle(interpreter, this, args)?;
    let value = interpreter.call(this, "[]", Args::one(name.clone()))?;
    interpreter.call(this, "update_attribute", Args::new(vec![name, value]))
}

/// `reload`
pub(super) fn reload(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    let mine = record(interpreter, this)?;
    let option = |name: &str| match args.first() {
        Value::Hash(options) => options.get_symbol(name).unwrap_or_default(),
        _ => Value::Nil,
    };
    let lock = option("lock");
    let own_class = interpreter.class_of(this);
    let mut scope = if !option("unscoped").truthy() && scoping::applies_to_reload(&own_class) {
        scoping::all_in(interpreter, &own_class, scoping::Scopes::ForAllQueries)?
    } else {
        interpreter.call(&class, "unscoped", Args::none())?
    };
    if lock.truthy() {
        scope = interpreter.call(&scope, "lock", Args::one(lock))?;
    }
    // `strict_loaded_associations`: what a strict record has loaded it has again.
    let loaded: Vec<Value> = mine.associations.borrow().keys().copied().map(Value::Symbol).collect();
    if !loaded.is_empty() && associations::strict_loading::reloads_strictly(interpreter, this) {
        if loaded.len() > 1 {
            return Err(interpreter.unsupported("`reload` of a strict record with several associations"));
        }
        scope = interpreter.call(&scope, "preload", Args::new(loaded))?;
    }
    // `_in_memory_query_constraints_hash`
    let conditions = match query_constraints::list(interpreter, &own_class)? {
        Some(names) => {
            let pairs = RHash::new();
            for name in names {
                let value = attribute_methods::read_named(interpreter, this, &name)?;
                pairs.insert(Value::str(name), value);
            }
            Value::hash(pairs)
        }
        None => {
            let id = attribute_methods::id(interpreter, this, Args::none())?;
            let key = mine.primary_key.borrow().as_ref().map_or_else(|| Value::str(""), |key| key.to_value());
            Value::hash(RHash::from_pairs(vec![(key, id)]))
        }
    };
    let fresh = interpreter.call(&scope, "find_by!", Args::one(conditions))?;
    mine.take_over(&*record(interpreter, &fresh)?);
    associations::take_over(interpreter, this, &fresh)?;
    if let Value::Object(object) = this {
        for name in ["@marked_for_destruction", "@destroyed_by_association", "@aggregation_cache"] {
            object.ivars().borrow_mut().remove(ruby::Symbol::new(name));
        }
    }
    Ok(this.clone())
}

/// `lock!` of locking/pessimistic.rb
pub(super) fn lock_now(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = record(interpreter, this)?;
    let lock = if args.has(0) { args.first() } else { Value::Bool(true) };
    if !own.new_record.get() && !own.destroyed.get() {
        if !own.changed(interpreter)?.is_empty() {
            let changes = interpreter.call(this, "changed", Args::none())?;
            let inspect = interpreter.block_of(&Value::symbol("inspect"))?;
            let changes = interpreter.call(&changes, "map", Args::none().with_block(inspect))?;
            let changes = interpreter.call(&changes, "join", Args::one(Value::str(", ")))?;
            let changes = interpreter.to_s(&changes)?;
            let message = format!(
                "Locking a record with unpersisted changes is not supported. Use `save` to persist the changes, or `reload` to \
                 discard them explicitly. Changed attributes: {changes}."
            );
            return Err(interpreter.error("RuntimeError", message));
        }
        let options = RHash::new();
        options.insert_symbol("lock", lock);
        interpreter.call(this, "reload", Args::one(Value::hash(options)))?;
    }
    Ok(this.clone())
}

/// `with_lock`
pub(super) fn with_lock(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block.clone() else { return Err(crate::ground::calls::no_block(interpreter)) };
    let keyword = |name: &str| args.keyword(name).unwrap_or_default();
    let options = TransactionOptions {
        requires_new: keyword("requires_new").truthy(),
        isolation: keyword("isolation").as_name(),
        joinable: args.keyword("joinable").is_none_or(|joinable| joinable.truthy()),
    };
    in_transaction(interpreter, options, |interpreter| {
        let arguments = if args.has(0) { Args::one(args.first()) } else { Args::none() };
        interpreter.call(this, "lock!", arguments)?;
        interpreter.call_block(&block, Args::none())
    })
}

/// `touch`
pub(super) fn touch(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    if !model_schema::applied_no_touching(interpreter, this)? {
        args.positional.extend(crate::models::associations::touch::take_waiting(interpreter, this)?);
        return with_transaction_returning_status(interpreter, this, |interpreter| {
            let target = this.clone();
            callbacks::run(interpreter, this, "touch", move |interpreter| touch_row(interpreter, &target, &args))
        });
    }
    Ok(Value::Nil)
}

/// The columns of the time, the row and the record both.
pub(super) fn touch_row(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval {
    let record = record(interpreter, this)?;
    if record.new_record.get() || record.destroyed.get() {
        let message = "Cannot touch on a new or destroyed record object. Consider using persisted?, new_record?, or \
                       destroyed? before touching.";
        return Err(interpreter.error("ActiveRecord::ActiveRecordError", message));
    }
    check_readonly(interpreter, this)?;
    let class = interpreter.class_of(this);
    let columns = load_schema(interpreter, &class)?;
    let names = touched_names(interpreter, &class, &columns, &Value::array(args.positional.clone()))?;
    if names.is_empty() {
        return Ok(true.into());
    }
    let time = match args.keyword("time") {
        Some(time) if time.truthy() => time,
        _ => now(interpreter)?,
    };
    let mut indexes = Vec::new();
    for name in &names {
        check_readonly_attribute(interpreter, this, name)?;
        attribute_methods::write_named(interpreter, this, name, time.clone())?;
        indexes.extend(record.index(name));
    }
    let rows = update_row(interpreter, this, &record, &columns, &indexes, "touch")?;
    indexes.extend(optimistic::column(&class, &columns).and_then(|name| record.index(&name)));
    let mut pending = Vec::new();
    for index in record.changed(interpreter)? {
        if !indexes.contains(&index) {
            pending.push((index, record.read(interpreter, index)?));
            record.with(interpreter, index, |attribute, _, _| {
                attribute.restore();
                Ok(())
            })?;
        }
    }
    record.changes_applied(interpreter)?;
    for (index, value) in pending {
        record.write(index, value);
    }
    record.trigger_update_callback.set(rows == 1);
    Ok((rows == 1).into())
}
