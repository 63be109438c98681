//! relation/batches.rb, with batch_enumerator.rb. A cursor other than the primary key is refused.

use std::rc::Rc;

use adapters::Arg;
use ruby::builtins::enumerator;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method};

use super::calculations::pluck;
use super::predicate_builder::bind;
use super::{Relation, load, relation, spawn, type_of};
use crate::arel::{Comparison, Node};
use crate::attribute_methods;
use crate::bindings::arguments::check_keywords;
use crate::model_schema::load_schema;

pub(crate) const METHODS: &[NativeMethod] = &[
    method("find_each", find_each, 0..=0).with_keywords(),
    method("find_in_batches", find_in_batches, 0..=0).with_keywords(),
    method("in_batches", in_batches, 0..=0).with_keywords(),
];

const ENUMERATOR_METHODS: &[NativeMethod] = &[
    method("each", each_batch, 0..=0),
    method("each_record", each_record, 0..=0),
    method("update_all", on_each, 1..=1),
    method("touch_all", on_each, 0..=1),
    method("delete_all", on_each, 0..=0),
    method("destroy_all", on_each, 0..=0),
    method("batch_size", batch_size, 0..=0),
];

struct BatchEnumerator {
    relation: Value,
    options: Options,
}

impl NativeData for BatchEnumerator {}

#[derive(Clone)]
struct Options {
    size: i64,
    start: Value,
    finish: Value,
    descending: bool,
    load: bool,
    use_ranges: Option<bool>,
}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("ActiveRecord::Batches::BatchEnumerator", &object);
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    class.include(&enumerable);
    class.define(ENUMERATOR_METHODS);
}

fn options(interpreter: &mut Interpreter, args: &Args, size: &str) -> Eval<Options> {
    check_keywords(
        interpreter,
        args,
        &[size, "start", "finish", "load", "error_on_ignore", "cursor", "order", "use_ranges"],
    )?;
    if args.keyword("cursor").is_some() {
        return Err(interpreter.unsupported("batches with `cursor:`"));
    }
    let order = args.keyword("order").unwrap_or_else(|| Value::symbol("asc"));
    if !matches!(order.as_name().as_deref(), Some("asc" | "desc")) {
        let shown = interpreter.inspect(&order)?;
        let message = format!(":order must be :asc or :desc or an array consisting of :asc or :desc, got {shown}");
        return Err(interpreter.argument_error(message));
    }
    let size = match args.keyword(size) {
        Some(size) => ruby::builtins::convert::int(interpreter, &size)?,
        None => 1000,
    };
    Ok(Options {
        size,
        start: args.keyword("start").unwrap_or_default(),
        finish: args.keyword("finish").unwrap_or_default(),
        descending: order.as_name().as_deref() == Some("desc"),
        load: args.keyword("load").is_some_and(|load| load.truthy()),
        use_ranges: args.keyword("use_ranges").filter(|value| !value.is_nil()).map(|value| value.truthy()),
    })
}

fn find_each(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block.clone() else {
        return enumerator::of_method(interpreter, this, "find_each", args);
    };
    let mut options = options(interpreter, &args, "batch_size")?;
    options.load = true;
    run(interpreter, this, &options, &mut |interpreter, batch| {
        for record in load(interpreter, &batch)? {
            interpreter.yield_value(&block, record)?;
        }
        Ok(())
    })
}

fn find_in_batches(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block.clone() else {
        return enumerator::of_method(interpreter, this, "find_in_batches", args);
    };
    let mut options = options(interpreter, &args, "batch_size")?;
    options.load = true;
    run(interpreter, this, &options, &mut |interpreter, batch| {
        let records = load(interpreter, &batch)?;
        interpreter.yield_value(&block, Value::array(records)).map(drop)
    })
}

fn in_batches(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args, "of")?;
    let Some(block) = args.block else {
        let class = interpreter.class_at("ActiveRecord::Batches::BatchEnumerator");
        return Ok(Value::native(&class, BatchEnumerator { relation: this.clone(), options }));
    };
    run(interpreter, this, &options, &mut |interpreter, batch| interpreter.yield_value(&block, batch).map(drop))
}

fn enumerator(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<BatchEnumerator>> {
    match this.data::<BatchEnumerator>() {
        Some(data) => Ok(data),
        None => Err(interpreter.type_error("not a batch enumerator")),
    }
}

fn each_batch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let data = enumerator(interpreter, this)?;
    let Some(block) = args.block.clone() else {
        return enumerator::of_method(interpreter, this, "each", args);
    };
    run(interpreter, &data.relation, &data.options, &mut |interpreter, batch| {
        interpreter.yield_value(&block, batch).map(drop)
    })?;
    Ok(this.clone())
}

fn each_record(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let data = enumerator(interpreter, this)?;
    let Some(block) = args.block.clone() else {
        return enumerator::of_method(interpreter, this, "each_record", args);
    };
    let options = Options { load: true, ..data.options.clone() };
    run(interpreter, &data.relation, &options, &mut |interpreter, batch| {
        for record in load(interpreter, &batch)? {
            interpreter.yield_value(&block, record)?;
        }
        Ok(())
    })
}

/// The sum of what `update_all` and its kin answer, batch by batch.
fn on_each(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = interpreter.called_name().map(|name| name.to_string()).unwrap_or_default();
    let data = enumerator(interpreter, this)?;
    let mut total = 0;
    let options = Options { load: false, ..data.options.clone() };
    run(interpreter, &data.relation, &options, &mut |interpreter, batch| {
        match interpreter.call(&batch, name.as_str(), args.clone())? {
            Value::Int(rows) => total += rows,
            Value::Array(records) => total += records.len() as i64,
            _ => {}
        }
        Ok(())
    })?;
    Ok(Value::Int(total))
}

fn batch_size(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(enumerator(interpreter, this)?.options.size))
}

struct Cursor {
    table: String,
    key: String,
    descending: bool,
}

impl Cursor {
    fn attribute(&self) -> Node {
        Node::Attribute(self.table.clone(), self.key.clone())
    }

    fn condition(
        &self,
        interpreter: &mut Interpreter,
        relation: &Relation,
        value: &Value,
        comparison: Comparison,
    ) -> Eval<Node> {
        let columns = load_schema(interpreter, &relation.model)?;
        let value = bind(interpreter, &type_of(&columns, &self.key), value)?;
        Ok(self.attribute().compare(comparison, value))
    }

    fn from(&self) -> Comparison {
        if self.descending { Comparison::LessOrEqual } else { Comparison::GreaterOrEqual }
    }

    fn to(&self) -> Comparison {
        if self.descending { Comparison::GreaterOrEqual } else { Comparison::LessOrEqual }
    }

    fn beyond(&self) -> Comparison {
        if self.descending { Comparison::Less } else { Comparison::Greater }
    }
}

/// `in_batches`, with `work` for its block.
fn run(
    interpreter: &mut Interpreter,
    this: &Value,
    options: &Options,
    work: &mut dyn FnMut(&mut Interpreter, Value) -> Eval<()>,
) -> Eval {
    let own = relation(interpreter, this)?;
    let columns = load_schema(interpreter, &own.model)?;
    let Some(key) = columns.primary_key.clone() else {
        return Err(interpreter.argument_error(":cursor must include a primary key or other unique column(s)"));
    };
    if own.values.none {
        return Ok(Value::Nil);
    }
    if own.records.borrow().is_some() {
        return Err(interpreter.unsupported("batches of a relation that is loaded"));
    }
    let cursor = Cursor { table: columns.table_name.clone(), key, descending: options.descending };
    let mut remaining = own.values.limit.as_ref().and_then(Arg::as_int);
    let limit = remaining.map_or(options.size, |remaining| remaining.min(options.size));
    let mut base = base_relation(interpreter, this, &cursor, options, limit)?;
    let empty_scope = is_empty_scope(interpreter, &own)?;
    let mut batch = base.clone();
    loop {
        let by_ranges =
            !options.load && ((empty_scope && options.use_ranges != Some(false)) || options.use_ranges == Some(true));
        let Some(found) = next_batch(interpreter, this, &batch, &cursor, options, by_ranges, limit, remaining)? else {
            break;
        };
        work(interpreter, found.relation)?;
        if found.size < limit {
            break;
        }
        if let Some(left) = &mut remaining {
            *left -= found.size;
            if *left == 0 {
                break;
            }
            if *left < limit {
                let left = *left;
                base = spawn(interpreter, &base, |values| values.limit = Some(Arg::Int(left)))?;
            }
        }
        let condition = cursor.condition(interpreter, &own, &found.last, cursor.beyond())?;
        batch = spawn(interpreter, &base, |values| values.wheres.push(condition))?;
    }
    Ok(Value::Nil)
}

fn base_relation(interpreter: &mut Interpreter, this: &Value, cursor: &Cursor, options: &Options, limit: i64) -> Eval {
    let own = relation(interpreter, this)?;
    let mut conditions = Vec::new();
    if options.start.truthy() {
        conditions.push(cursor.condition(interpreter, &own, &options.start, cursor.from())?);
    }
    if options.finish.truthy() {
        conditions.push(cursor.condition(interpreter, &own, &options.finish, cursor.to())?);
    }
    let attribute = Box::new(cursor.attribute());
    let order = if cursor.descending { Node::Descending(attribute) } else { Node::Ascending(attribute) };
    spawn(interpreter, this, |values| {
        values.orders = vec![order];
        values.limit = Some(Arg::Int(limit));
        values.wheres.extend(conditions);
    })
}

/// `to_sql == model.unscoped.all.to_sql`
fn is_empty_scope(interpreter: &mut Interpreter, own: &Rc<Relation>) -> Eval<bool> {
    let unscoped = super::unscoped(interpreter, &own.model)?;
    let unscoped = relation(interpreter, &unscoped)?;
    let (mine, plain) = (super::arel(interpreter, own)?, super::arel(interpreter, &unscoped)?);
    Ok(mine == plain)
}

struct Batch {
    relation: Value,
    size: i64,
    last: Value,
}

#[allow(clippy::too_many_arguments)]
fn next_batch(
    interpreter: &mut Interpreter,
    this: &Value,
    batch: &Value,
    cursor: &Cursor,
    options: &Options,
    by_ranges: bool,
    limit: i64,
    remaining: Option<i64>,
) -> Eval<Option<Batch>> {
    let key = Value::str(cursor.key.as_str());
    let own = relation(interpreter, this)?;
    if options.load {
        let records = load(interpreter, batch)?;
        let mut ids = Vec::new();
        for record in &records {
            ids.push(attribute_methods::read_named(interpreter, record, &cursor.key)?);
        }
        let Some(last) = ids.last().cloned() else { return Ok(None) };
        let size = ids.len() as i64;
        let yielded = rewhere(interpreter, this, cursor, ids)?;
        *relation(interpreter, &yielded)?.records.borrow_mut() = Some(records);
        return Ok(Some(Batch { relation: yielded, size, last }));
    }
    if by_ranges {
        let mut size = remaining.map_or(limit, |remaining| remaining.min(limit));
        let at = spawn(interpreter, batch, |values| {
            values.offset = Some(Arg::Int(size - 1));
            values.limit = Some(Arg::Int(1));
        })?;
        let rows = pluck(interpreter, &at, std::slice::from_ref(&key))?;
        let mut last = interpreter.call(&rows, "first", Args::none())?;
        if last.is_nil() {
            let values = pluck(interpreter, batch, &[key])?;
            let values = ruby::builtins::convert::array(interpreter, &values)?;
            size = values.len() as i64;
            match values.last() {
                Some(value) => last = value.clone(),
                None => return Ok(None),
            }
        }
        let condition = cursor.condition(interpreter, &own, &last, cursor.to())?;
        let relation = spawn(interpreter, batch, |values| {
            values.wheres.push(condition);
            values.limit = None;
            values.orders.clear();
        })?;
        return Ok(Some(Batch { relation, size, last }));
    }
    let values = pluck(interpreter, batch, &[key])?;
    let values = ruby::builtins::convert::array(interpreter, &values)?;
    let Some(last) = values.last().cloned() else { return Ok(None) };
    let size = values.len() as i64;
    let relation = rewhere(interpreter, this, cursor, values)?;
    Ok(Some(Batch { relation, size, last }))
}

/// `rewhere(cursor => values)`
fn rewhere(interpreter: &mut Interpreter, this: &Value, cursor: &Cursor, values: Vec<Value>) -> Eval {
    let hash = ruby::RHash::from_pairs(vec![(Value::str(cursor.key.as_str()), Value::array(values))]);
    interpreter.call(this, "rewhere", Args::one(Value::hash(hash)))
}
