//! relation/batches.rb, with batch_enumerator.rb.

use std::rc::Rc;

use adapters::Arg;
use ruby::core::enumerator;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method, variadic};

use super::calculations::pluck;
use super::predicate_builder::bind;
use super::{Relation, load, relation, spawn, type_of};
use crate::connection::arel::{Comparison, Node};
use crate::ground::arguments::{check_keywords, to_strings};
use crate::ground::state::{state, with_adapter};
use crate::models::attribute_methods;
use crate::models::model_schema::load_schema;

pub(crate) const METHODS: &[NativeMethod] = &[
    method("find_each", find_each, 0..=0).with_keywords(),
    method("find_in_batches", find_in_batches, 0..=0).with_keywords(),
    method("in_batches", in_batches, 0..=0).with_keywords(),
    method("_enumerator_size", size_of_batches, 1..=1).with_keywords(),
];

const ENUMERATOR_METHODS: &[NativeMethod] = &[
    method("each", each_batch, 0..=0),
    method("each_record", each_record, 0..=0),
    method("update_all", on_each, 1..=1),
    variadic("touch_all", on_each, 0).with_keywords(),
    method("delete_all", on_each, 0..=0),
    method("destroy_all", on_each, 0..=0),
    method("batch_size", batch_size, 0..=0),
    method("relation", |i, this, _| Ok(enumerator(i, this)?.relation.clone()), 0..=0),
    method("start", |i, this, _| Ok(enumerator(i, this)?.options.start.clone()), 0..=0),
    method("finish", |i, this, _| Ok(enumerator(i, this)?.options.finish.clone()), 0..=0),
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
    /// None: the primary key.
    cursor: Option<Vec<String>>,
    /// For each column of the cursor, whether it goes down; the rest go up.
    descending: Vec<bool>,
    load: bool,
    use_ranges: Option<bool>,
    error_on_ignore: Option<bool>,
    /// The block is given relations, not their records alone.
    yields_relation: bool,
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
    let cursor = match args.keyword("cursor") {
        Some(cursor) => {
            let names = ruby::core::convert::wrap(interpreter, &cursor)?;
            Some(to_strings(interpreter, &names)?)
        }
        None => None,
    };
    let order = args.keyword("order").unwrap_or_else(|| Value::symbol("asc"));
    let mut descending = Vec::new();
    for direction in ruby::core::convert::wrap(interpreter, &order)? {
        if !matches!(&direction, Value::Symbol(name) if name.is("asc") || name.is("desc")) {
            let shown = interpreter.inspect(&order)?;
            let message = format!(":order must be :asc or :desc or an array consisting of :asc or :desc, got {shown}");
            return Err(interpreter.argument_error(message));
        }
        descending.push(direction.as_name().as_deref() == Some("desc"));
    }
    let size = match args.keyword(size) {
        Some(size) => ruby::core::convert::int(interpreter, &size)?,
        None => 1000,
    };
    Ok(Options {
        size,
        start: args.keyword("start").unwrap_or_default(),
        finish: args.keyword("finish").unwrap_or_default(),
        cursor,
        descending,
        error_on_ignore: args.keyword("error_on_ignore").filter(|raise| !raise.is_nil()).map(|raise| raise.truthy()),
        yields_relation: true,
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
    options.yields_relation = false;
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
    options.yields_relation = false;
    run(interpreter, this, &options, &mut |interpreter, batch| {
        let records = load(interpreter, &batch)?;
        interpreter.yield_value(&block, Value::array(records)).map(drop)
    })
}

fn in_batches(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args, "of")?;
    let Some(block) = args.block else {
        let own = relation(interpreter, this)?;
        act_on_ignored_order(interpreter, &own, &options)?;
        let class = interpreter.class_at("ActiveRecord::Batches::BatchEnumerator");
        return Ok(Value::native(
            &class,
            BatchEnumerator { relation: this.clone(), options: Options { error_on_ignore: None, ..options } },
        ));
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
    let options = Options { load: false, ..data.options.clone() };
    run(interpreter, &data.relation, &options, &mut |interpreter, batch| {
        interpreter.yield_value(&block, batch).map(drop)
    })
}

/// How many rows or batches `find_each` and `find_in_batches` would have: they are counted.
fn size_of_batches(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    if !matches!(name.as_str(), "find_each" | "find_in_batches") {
        return Ok(Value::Nil);
    }
    let options = options(interpreter, &args, "batch_size")?;
    let own = relation(interpreter, this)?;
    let cursor = Cursor::new(interpreter, &own, &options)?;
    let conditions = limits(interpreter, &own, &cursor, &options)?;
    let limited = spawn(interpreter, this, |values| values.wheres.extend(conditions))?;
    let total = interpreter.call(&limited, "size", Args::none())?;
    let total = ruby::core::convert::int(interpreter, &total)?;
    if name == "find_each" {
        return Ok(Value::Int(total));
    }
    if options.size == 0 {
        return Err(interpreter.error("ZeroDivisionError", "divided by 0"));
    }
    Ok(Value::Int((total - 1).div_euclid(options.size) + 1))
}

fn each_record(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let data = enumerator(interpreter, this)?;
    let Some(block) = args.block.clone() else {
        return enumerator::of_method(interpreter, this, "each_record", args);
    };
    let options = Options { load: true, yields_relation: false, ..data.options.clone() };
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
            Value::Array(records) => {
                for record in records.to_vec() {
                    total += i64::from(interpreter.call(&record, "destroyed?", Args::none())?.truthy());
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(Value::Int(total))
}

fn batch_size(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Int(enumerator(interpreter, this)?.options.size))
}

/// The columns that the rows are gone through by, and whether each goes down.
struct Cursor {
    table: String,
    columns: Vec<(String, bool)>,
}

impl Cursor {
    /// `ensure_valid_options_for_batching!`
    fn new(interpreter: &mut Interpreter, own: &Relation, options: &Options) -> Eval<Self> {
        let columns = load_schema(interpreter, &own.model)?;
        let key = columns.key_columns();
        let names = options.cursor.clone().unwrap_or_else(|| key.to_vec());
        for (name, bound) in [("start", &options.start), ("finish", &options.finish)] {
            if bound.truthy() && ruby::core::convert::wrap(interpreter, bound)?.len() != names.len() {
                let message = format!(":{name} must contain one value per cursor column");
                return Err(interpreter.argument_error(message));
            }
        }
        if key.iter().any(|column| !names.contains(column)) {
            let table = &columns.table_name;
            let indexes = with_adapter(interpreter, |adapter| adapter.catalogue().indexes(table))?;
            let covers = |index: &adapters::schema_definitions::IndexDefinition| {
                let own = index.columns.to_strings();
                index.unique && index.r#where.is_none() && own.iter().all(|column| names.contains(column))
            };
            if !indexes.iter().any(covers) {
                let message = ":cursor must include a primary key or other unique column(s)";
                return Err(interpreter.argument_error(message));
            }
        }
        let down = |index: usize| options.descending.get(index).copied().unwrap_or(false);
        let columns = names.into_iter().enumerate().map(|(index, name)| (name, down(index))).collect();
        let table = load_schema(interpreter, &own.model)?.table_name.clone();
        Ok(Self { table, columns })
    }

    fn attribute(&self, name: &str) -> Node {
        Node::attribute(&*self.table, name)
    }

    fn orders(&self) -> Vec<Node> {
        let order = |(name, down): &(String, bool)| {
            let column = Box::new(self.attribute(name));
            if *down { Node::Descending(column) } else { Node::Ascending(column) }
        };
        self.columns.iter().map(order).collect()
    }

    fn names(&self) -> Vec<Value> {
        self.columns.iter().map(|(name, _)| Value::str(&**name)).collect()
    }

    /// `batch_condition`: rows from these values on.
    fn from(&self, interpreter: &mut Interpreter, own: &Relation, values: &[Value]) -> Eval<Node> {
        self.condition(interpreter, own, values, |down, _| {
            if down { Comparison::LessOrEqual } else { Comparison::GreaterOrEqual }
        })
    }

    fn to(&self, interpreter: &mut Interpreter, own: &Relation, values: &[Value]) -> Eval<Node> {
        self.condition(interpreter, own, values, |down, _| {
            if down { Comparison::GreaterOrEqual } else { Comparison::LessOrEqual }
        })
    }

    fn beyond(&self, interpreter: &mut Interpreter, own: &Relation, values: &[Value]) -> Eval<Node> {
        self.condition(interpreter, own, values, |down, last| match (down, last) {
            (true, true) => Comparison::Less,
            (false, true) => Comparison::Greater,
            (true, false) => Comparison::LessOrEqual,
            (false, false) => Comparison::GreaterOrEqual,
        })
    }

    fn condition(
        &self,
        interpreter: &mut Interpreter,
        own: &Relation,
        values: &[Value],
        operator: impl Fn(bool, bool) -> Comparison,
    ) -> Eval<Node> {
        let columns = load_schema(interpreter, &own.model)?;
        let last = self.columns.len().saturating_sub(1);
        let mut clause: Option<Node> = None;
        for (index, (name, down)) in self.columns.iter().enumerate().rev() {
            let value = values.get(index).cloned().unwrap_or_default();
            let value = bind(interpreter, &type_of(&columns, name), &value)?;
            let comparison = operator(*down, index == last);
            clause = Some(match clause {
                None => self.attribute(name).compare(comparison, value),
                Some(inner) => {
                    let strict =
                        if comparison == Comparison::LessOrEqual { Comparison::Less } else { Comparison::Greater };
                    let same = self.attribute(name).equal(value.clone());
                    let beyond = self.attribute(name).compare(strict, value);
                    Node::Or(vec![beyond, Node::And(vec![same, inner])]).grouping()
                }
            });
        }
        // Of no columns, Rails makes a condition of none.
        Ok(clause.unwrap_or_else(|| self.attribute("").equal(Node::Bind(Arg::Nil))))
    }
}

/// An order that the batches do not follow is an error, or the logger hears of it.
fn act_on_ignored_order(interpreter: &mut Interpreter, own: &Relation, options: &Options) -> Eval<()> {
    if own.values.orders.is_empty() {
        return Ok(());
    }
    let message = "Scoped order is ignored, use :cursor with :order to configure custom order.";
    let raises = match options.error_on_ignore {
        Some(raises) => raises,
        None => state(interpreter)?.settings.error_on_ignored_order.get(),
    };
    if raises {
        return Err(interpreter.argument_error(message));
    }
    let logger = interpreter.call(&Value::Class(Rc::clone(&own.model)), "logger", Args::none())?;
    if logger.truthy() {
        interpreter.call(&logger, "warn", Args::one(message.into()))?;
    }
    Ok(())
}

/// `in_batches`, with `work` for its block.
fn run(
    interpreter: &mut Interpreter,
    this: &Value,
    options: &Options,
    work: &mut dyn FnMut(&mut Interpreter, Value) -> Eval<()>,
) -> Eval {
    let own = relation(interpreter, this)?;
    let cursor = Cursor::new(interpreter, &own, options)?;
    act_on_ignored_order(interpreter, &own, options)?;
    let mut remaining = own.values.limit.as_ref().and_then(Arg::as_int);
    let limit = remaining.map_or(options.size, |remaining| remaining.min(options.size));
    if own.records.borrow().is_some() {
        return on_loaded(interpreter, this, &cursor, options, limit, work);
    }
    if own.values.none {
        return Ok(Value::Nil);
    }
    let mut base = base_relation(interpreter, this, &cursor, options, limit)?;
    let empty_scope = is_empty_scope(interpreter, &own)?;
    // A relation of its own: the first batch's records go with it, not with the last.
    let mut batch = spawn(interpreter, &base, |_| ())?;
    loop {
        let by_ranges =
            !options.load && ((empty_scope && options.use_ranges != Some(false)) || options.use_ranges == Some(true));
        let Some(found) = next_batch(interpreter, this, &batch, &cursor, options, by_ranges, limit, remaining)? else {
            break;
        };
        if found.size == 0 {
            break;
        }
        if found.last.iter().any(Value::is_nil) {
            let message = "Not all of the batch cursor columns were included in the custom select clause or some columns \
                           contain nil.";
            return Err(interpreter.argument_error(message));
        }
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
        let condition = cursor.beyond(interpreter, &own, &found.last)?;
        batch = spawn(interpreter, &base, |values| values.wheres.push(condition))?;
    }
    Ok(Value::Nil)
}

/// `batch_on_loaded_relation`
fn on_loaded(
    interpreter: &mut Interpreter,
    this: &Value,
    cursor: &Cursor,
    options: &Options,
    limit: i64,
    work: &mut dyn FnMut(&mut Interpreter, Value) -> Eval<()>,
) -> Eval {
    let start = ruby::core::convert::wrap(interpreter, &options.start)?;
    let finish = ruby::core::convert::wrap(interpreter, &options.finish)?;
    let mut kept: Vec<(Vec<Value>, Value)> = Vec::new();
    for record in load(interpreter, this)? {
        let mut values = Vec::new();
        for (name, _) in &cursor.columns {
            values.push(attribute_methods::read_named(interpreter, &record, name)?);
        }
        let after = !options.start.truthy() || compare(interpreter, cursor, &values, &start)?.is_ge();
        let before = !options.finish.truthy() || compare(interpreter, cursor, &values, &finish)?.is_le();
        if !after || !before {
            continue;
        }
        let mut place = kept.len();
        while place > 0 && compare(interpreter, cursor, &values, &kept[place - 1].0)?.is_lt() {
            place -= 1;
        }
        kept.insert(place, (values, record));
    }
    let size = usize::try_from(limit).unwrap_or(1).max(1);
    for chunk in kept.chunks(size) {
        let part = spawn(interpreter, this, |_| ())?;
        let records = chunk.iter().map(|(_, record)| record.clone()).collect();
        *relation(interpreter, &part)?.records.borrow_mut() = Some(records);
        work(interpreter, part)?;
    }
    Ok(Value::Nil)
}

/// `compare_values_for_order`
fn compare(interpreter: &mut Interpreter, cursor: &Cursor, one: &[Value], other: &[Value]) -> Eval<std::cmp::Ordering> {
    for (index, (_, down)) in cursor.columns.iter().enumerate() {
        let (Some(one), Some(other)) = (one.get(index), other.get(index)) else { continue };
        if let Value::Int(order) = interpreter.call(one, "<=>", Args::one(other.clone()))?
            && order != 0
        {
            let order = order.cmp(&0);
            return Ok(if *down { order.reverse() } else { order });
        }
    }
    Ok(std::cmp::Ordering::Equal)
}

fn base_relation(interpreter: &mut Interpreter, this: &Value, cursor: &Cursor, options: &Options, limit: i64) -> Eval {
    let own = relation(interpreter, this)?;
    let conditions = limits(interpreter, &own, cursor, options)?;
    let orders = cursor.orders();
    spawn(interpreter, this, |values| {
        values.orders = orders;
        values.limit = Some(Arg::Int(limit));
        values.wheres.extend(conditions);
    })
}

/// `apply_limits`
fn limits(interpreter: &mut Interpreter, own: &Relation, cursor: &Cursor, options: &Options) -> Eval<Vec<Node>> {
    let mut conditions = Vec::new();
    if options.start.truthy() {
        let start = ruby::core::convert::wrap(interpreter, &options.start)?;
        conditions.push(cursor.from(interpreter, own, &start)?);
    }
    if options.finish.truthy() {
        let finish = ruby::core::convert::wrap(interpreter, &options.finish)?;
        conditions.push(cursor.to(interpreter, own, &finish)?);
    }
    Ok(conditions)
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
    last: Vec<Value>,
}

/// What `pluck` answers for a row, as a list.
fn as_row(cursor: &Cursor, value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) if cursor.columns.len() > 1 => items.to_vec(),
        value => vec![value.clone()],
    }
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
    let own = relation(interpreter, this)?;
    if options.load {
        let records = load(interpreter, batch)?;
        let Some(last) = records.last() else { return Ok(None) };
        if cursor.columns.is_empty() {
            // Rails looks for them by no columns.
            return Err(interpreter.argument_error("Expected corresponding value for [] to be an Array"));
        }
        let mut values = Vec::new();
        for (name, _) in &cursor.columns {
            values.push(attribute_methods::read_named(interpreter, last, name)?);
        }
        let size = records.len() as i64;
        let yielded = if options.yields_relation {
            let mut keys = Vec::new();
            for record in &records {
                let mut row = Vec::new();
                for (name, _) in &cursor.columns {
                    row.push(attribute_methods::read_named(interpreter, record, name)?);
                }
                keys.push(if row.len() == 1 { row.remove(0) } else { Value::array(row) });
            }
            rewhere(interpreter, this, cursor, keys)?
        } else {
            spawn(interpreter, batch, |_| ())?
        };
        *relation(interpreter, &yielded)?.records.borrow_mut() = Some(records);
        return Ok(Some(Batch { relation: yielded, size, last: values }));
    }
    let names = cursor.names();
    if by_ranges {
        let mut size = remaining.map_or(limit, |remaining| remaining.min(limit));
        let at = spawn(interpreter, batch, |values| {
            values.offset = Some(Arg::Int(size - 1));
            values.limit = Some(Arg::Int(1));
        })?;
        let rows = pluck(interpreter, &at, &names)?;
        let mut last = interpreter.call(&rows, "first", Args::none())?;
        if last.is_nil() {
            let values = pluck(interpreter, batch, &names)?;
            let values = ruby::core::convert::array(interpreter, &values)?;
            size = values.len() as i64;
            match values.last() {
                Some(value) => last = value.clone(),
                None => return Ok(None),
            }
        }
        let last = as_row(cursor, &last);
        let condition = cursor.to(interpreter, &own, &last)?;
        let relation = spawn(interpreter, batch, |values| {
            values.wheres.push(condition);
            values.limit = None;
            values.orders.clear();
        })?;
        return Ok(Some(Batch { relation, size, last }));
    }
    let values = pluck(interpreter, batch, &names)?;
    let values = ruby::core::convert::array(interpreter, &values)?;
    let Some(last) = values.last().map(|last| as_row(cursor, last)) else { return Ok(None) };
    if cursor.columns.is_empty() {
        return Err(interpreter.argument_error("Expected corresponding value for [] to be an Array"));
    }
    let size = values.len() as i64;
    let relation = rewhere(interpreter, this, cursor, values)?;
    Ok(Some(Batch { relation, size, last }))
}

/// `rewhere(cursor => values)`
fn rewhere(interpreter: &mut Interpreter, this: &Value, cursor: &Cursor, values: Vec<Value>) -> Eval {
    let mut names = cursor.names();
    let key = if names.len() == 1 { names.remove(0) } else { Value::array(names) };
    let hash = ruby::RHash::from_pairs(vec![(key, Value::array(values))]);
    interpreter.call(this, "rewhere", Args::one(Value::hash(hash)))
}
