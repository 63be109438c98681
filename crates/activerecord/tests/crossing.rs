//! Gives every native method of Active Record's classes lists and hashes that contain themselves, that nest deep and that
//! double at each level, in each place of its arguments and as each option. Whatever it makes of them, it comes to an end
//! soon, within its memory, and without an overflow of the stack.
//!
//! `CROSSING=text` calls only the methods whose name contains the text. What was called last is in `crossing.txt` in
//! target/tmp, where the process dies.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::alloc::System;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

use activerecord::{World, WorldOptions};
use cap::Cap;
use ruby::budget::Budget;
use ruby::eval::Found;
use ruby::method::{Method, MethodBody};
use ruby::stack::on_stack_of;
use ruby::{Args, Host, Interpreter, Limits, RClass, RHash, Value};

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

const DEADLINE: Duration = Duration::from_secs(2);
const STEPS: u64 = 15_000;

/// What a call may take, unoptimized on a busy machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// Small enough that a recursion which asks nobody overflows it.
const STACK: usize = 32 << 20;

const OPTIONS: &[&str] = &[
    "as",
    "array",
    "charset",
    "check",
    "collation",
    "column",
    "comment",
    "default",
    "deferrable",
    "expression",
    "force",
    "foreign_key",
    "id",
    "if_exists",
    "include",
    "index",
    "length",
    "limit",
    "name",
    "null",
    "on_delete",
    "opclass",
    "options",
    "order",
    "polymorphic",
    "precision",
    "primary_key",
    "scale",
    "temporary",
    "to_table",
    "type",
    "unique",
    "unique_by",
    "using",
    "values",
    "where",
];

const SETUP: &str = "
def cyclic = [1].tap { |array| array << array }
def cyclic_hash = { a: 1 }.tap { |hash| hash[:a] = hash }
def deep = 12_000.times.inject([1]) { |array, _| [array] }
def deep_hash = 12_000.times.inject({ a: 1 }) { |hash, _| { a: hash } }
def doubling = 60.times.inject([1]) { |array, _| [array, array] }
def doubling_hash = 60.times.inject({ a: 1 }) { |hash, _| { a: hash, b: hash } }

class Thing < ActiveRecord::Base; end
class Change < ActiveRecord::Migration[8.1]; end

connection = ActiveRecord::Base.connection
connection.create_table(:things) { |t| t.string :a; t.integer :b; t.json :c }
Thing.create!(a: 'x')
definition = nil
connection.create_table(:others) { |t| definition = t }
table = nil
connection.change_table(:others) { |t| table = t }
arel = Thing.arel_table

RECEIVERS = {
  'ActiveRecord::Base' => [Thing.first, Thing.new],
  'ActiveRecord::Relation' => [Thing.all, Thing.where(a: 'x')],
  'ActiveRecord::Migration' => [Change.new('Change', 1)],
  'connection' => [connection],
  'definition' => [definition, table],
  'Arel::Table' => [arel],
  'Arel::Attributes::Attribute' => [arel[:a]],
  'Arel::Nodes::Node' => [arel[:a].eq(1), Arel.sql('1')],
  'Arel::SelectManager' => [arel.project(Arel.star)],
  'Arel::UpdateManager' => [Arel::UpdateManager.new(arel)],
  'Arel::DeleteManager' => [Arel::DeleteManager.new(arel)],
  'Arel::InsertManager' => [Arel::InsertManager.new(arel)],
  'ActiveSupport::OrderedOptions' => [ActiveSupport::OrderedOptions.new.tap { |options| options.a = cyclic }],
  'ActiveSupport::InheritableOptions' => [ActiveSupport::InheritableOptions.new({ a: deep })],
  'ActiveSupport::Deprecation' => [ActiveSupport::Deprecation.new],
  'ActiveRecord::Relation::ExplainProxy' => [Thing.where(a: 'x').explain],
  'ActiveSupport::TaggedLogging' => [ActiveSupport::TaggedLogging.new(Rails.logger)],
}
[cyclic, cyclic_hash, deep, deep_hash, doubling, doubling_hash, [cyclic_hash], { a: cyclic }, 'a' * 100_000]
";

struct Nowhere;

impl Host for Nowhere {
    fn random(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn write(&mut self, _: &str) {}
}

#[test]
fn what_crosses_is_bounded() {
    let failures = on_stack_of(STACK, call_all).expect("a thread can be had").expect("the setup runs");
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

fn world() -> World {
    let options = adapters::Options::from([("adapter", "sqlite3"), ("database", ":memory:")]);
    let config = adapters::DatabaseConfig::new(options);
    let adapter = adapters::connection_adapters::resolve(config, activerecord::inflector()).expect("sqlite3 is there");
    World::new(Rc::new(RefCell::new(adapter)), Box::new(Nowhere), Limits::default(), WorldOptions::default())
}

fn call_all() -> Vec<String> {
    let wanted = std::env::var("CROSSING").unwrap_or_default();
    let mut failures = Vec::new();
    let mut world = world();
    let interpreter = world.interpreter();
    let hostile = interpreter.eval("setup.rb", SETUP).unwrap_or_else(|flow| panic!("{flow:?}"));
    let hostile = ruby::core::convert::array(interpreter, &hostile).unwrap_or_default();
    let receivers = interpreter.classes.object.constant("RECEIVERS".into()).unwrap_or_default();
    let Value::Hash(receivers) = receivers else { panic!("RECEIVERS is a hash") };
    let mut seen = HashSet::new();
    for (name, instances) in receivers.pairs() {
        for receiver in ruby::core::convert::array(interpreter, &instances).unwrap_or_default() {
            let singleton = match &receiver {
                Value::Object(_) => interpreter.class_of(&receiver),
                _ => continue,
            };
            for class in [singleton.ancestors(), interpreter.singleton_class(&singleton).ancestors()].concat() {
                let of_class = class.kind == ruby::value::ClassKind::Singleton;
                let receiver = if of_class { Value::Class(Rc::clone(&singleton)) } else { receiver.clone() };
                for (found, label) in natives(&class, &name.as_name().unwrap_or_default()) {
                    if label.contains(&wanted) && seen.insert(label.clone()) {
                        call_with(interpreter, &receiver, &found, &label, &hostile, &mut failures);
                    }
                }
            }
        }
    }
    failures
}

fn natives(class: &Rc<RClass>, name: &str) -> Vec<(Found, String)> {
    // What all objects have is called elsewhere.
    if ["Object", "Kernel", "BasicObject", "Module", "Class"].contains(&class.name().as_str()) {
        return Vec::new();
    }
    let is_native = |method: &&Rc<Method>| matches!(method.body, MethodBody::Native(_));
    let methods: Vec<_> = class.methods().values().filter(is_native).cloned().collect();
    methods
        .into_iter()
        .map(|method| {
            let label = format!("{name}: {}#{}", class.name(), method.name);
            (Found { method, owner: Rc::clone(class) }, label)
        })
        .collect()
}

fn call_with(
    interpreter: &mut Interpreter,
    receiver: &Value,
    found: &Found,
    label: &str,
    hostile: &[Value],
    failures: &mut Vec<String>,
) {
    let MethodBody::Native(native) = &found.method.body else { return };
    let max = native.max.map_or(usize::from(native.min).max(2), usize::from).min(4);
    // A third of the values for each method, another third for the next one.
    for (which, value) in hostile.iter().enumerate().filter(|(which, _)| (which + label.len()).is_multiple_of(3)) {
        let mut calls = Vec::new();
        // Each value comes to each place in turn.
        if max > 0 {
            let mut positional = vec![Value::symbol("things"), Value::symbol("a"), Value::symbol("b"), Value::Int(1)];
            positional.truncate(max);
            positional[which % max] = value.clone();
            calls.push(Args::new(positional));
        }
        if !matches!(native.keywords, ruby::method::Keywords::Flattened) {
            let options = RHash::from_pairs(OPTIONS.iter().map(|name| (Value::symbol(name), value.clone())));
            let mut positional = vec![Value::symbol("things"), Value::symbol("a"), Value::symbol("string")];
            positional.truncate(usize::from(native.min).max(max.min(3)));
            calls.push(Args::new(positional.clone()).with_keywords(Some(Rc::new(options))));
        }
        for args in calls {
            let label = format!("{label} with hostile value {which} among {} arguments", args.len());
            if let Some(failure) = call(interpreter, receiver, found, args, &label) {
                failures.push(failure);
            }
        }
    }
}

fn call(interpreter: &mut Interpreter, receiver: &Value, found: &Found, args: Args, label: &str) -> Option<String> {
    let _ = fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/crossing.txt"), label);
    interpreter.budget = Budget::new(Limits {
        steps: STEPS,
        memory: 16 << 20,
        total_memory: 200 << 20,
        allocated: Some(|| MEMORY.allocated()),
        deadline: Some(Instant::now() + DEADLINE),
        ..Limits::default()
    });
    let begin = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| drop(interpreter.invoke(receiver, found, found.method.name, args))));
    if outcome.is_err() {
        return Some(format!("{label}: panics"));
    }
    let taken = begin.elapsed();
    (taken > PATIENCE).then(|| format!("{label}: took {taken:?}"))
}
