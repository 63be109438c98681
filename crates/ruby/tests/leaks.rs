//! When an interpreter goes, everything its program made goes too: a warm function must not grow.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::cell::Cell;
use std::rc::Rc;

use ruby::stack::on_large_stack;
use ruby::testing::Recorder;
use ruby::{Args, Eval, Interpreter, Limits, NativeData, NativeMethod, Value, method};

thread_local! {
    static ALIVE: Cell<usize> = const { Cell::new(0) };
}

/// Counts itself while it lives.
struct Probe;

impl Probe {
    fn new() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl NativeData for Probe {}

const KERNEL: &[NativeMethod] = &[method("probe", probe, 0..=0)];

fn probe(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let object = Rc::clone(&interpreter.classes.object);
    Ok(Value::native(&object, Probe::new()))
}

/// How many probes outlive a program, and how many outlive its interpreter.
fn left(source: &'static str) -> (usize, usize) {
    let run = || {
        let mut interpreter = Interpreter::new(Box::new(Recorder::default()), Limits::default());
        interpreter.classes.kernel.define(KERNEL);
        let result = interpreter.eval("leak.rb", source);
        assert!(result.is_ok(), "{source}: {result:?}");
        drop(result);
        let after_program = ALIVE.get();
        drop(interpreter);
        (after_program, ALIVE.get())
    };
    on_large_stack(run).expect("a thread starts")
}

#[test]
fn nothing_outlives_the_interpreter() {
    let programs = [
        "x = probe; f = -> { [x, f] }; 1",
        "CONSTANT = probe; class A; @ivar = probe; @@cvar = probe; B = self; K = probe; end; 1",
        "class A; def self.make = @me ||= new; def initialize = (@self = self; @p = probe); end; A.make; 1",
        "$global = probe; 1",
        "o = Object.new; p = probe; o.define_singleton_method(:m) { p }; 1",
        "class A; p = probe; define_method(:m) { p }; end; 1",
        "e = [1].each; x = probe; g = Enumerator.new { |y| y << x << g }; 1",
        "h = Hash.new { |hash, key| hash[key] = [hash, probe] }; h[1]; h.default = nil; 1",
        "begin; p = probe; raise 'x'; rescue => error; keep = -> { [error, p] }; end; 1",
        "module M; def self.included(b) = b.extend(self); end; class A; include M; P = probe; end; 1",
        "S = Struct.new(:a); s = S.new(probe); b = proc { s }; 1",
    ];
    let mut leaking = Vec::new();
    for source in programs {
        let (_, after_interpreter) = left(source);
        if after_interpreter > 0 {
            leaking.push(format!("{source}: {after_interpreter}"));
        }
    }
    assert!(leaking.is_empty(), "{leaking:#?}");
}

#[test]
fn a_loop_does_not_keep_what_its_rounds_made() {
    let programs = [
        "1000.times { x = probe; f = -> { [x, f] }; f.call; nil }; 1",
        "def round(x) = [1].map { |y| [x, y] }.size\n1000.times { round(probe) }; 1",
        "1000.times { begin; x = probe; raise 'x'; rescue; x; end }; 1",
    ];
    for source in programs {
        let (after_program, _) = left(source);
        assert!(after_program < 10, "{source}: {after_program} are left");
    }
}
