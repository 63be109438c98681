//! Calls every native method of every class with what a hostile script would give it: huge texts and numbers, values that
//! contain themselves, that nest deep, that double at each level. Each call ends by itself, soon, within its memory, and
//! without a panic or an overflow of the stack. A class is found by itself; `RECEIVERS` says how to make one of it.
//!
//! `NATIVES=text` calls only the methods whose name contains the text; `NATIVES_ROUNDS=n` tries n times as much, `NATIVES_SEED=n` something else.
//! What was called last is in `natives-*.txt` in target/tmp, where the process dies.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]
#![expect(clippy::print_stderr, reason = "what never ends is told before the process is ended")]

use std::alloc::System;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use cap::Cap;
use ruby::budget::Budget;
use ruby::eval::Found;
use ruby::method::{Keywords, Method, MethodBody};
use ruby::stack::on_stack_of;
use ruby::{Args, Flow, Host, Interpreter, Limits, RClass, RHash, Value};

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// What each call is given.
const DEADLINE: Duration = Duration::from_secs(2);
const STEPS: u64 = 120_000;
const TOTAL_MEMORY: usize = 200 << 20;

/// What a call may take, unoptimized on a busy machine, and the process as a whole: two calls run at once.
const PATIENCE: Duration = Duration::from_secs(4);
const PEAK_MEMORY: usize = 500 << 20;

/// After so long a call has no end.
const HOPELESS: Duration = Duration::from_secs(40);

/// Small enough that a recursion which asks nobody overflows it.
const STACK: usize = 32 << 20;

/// How many calls a method gets.
const CALLS: usize = 6;

#[derive(Default)]
struct Watched {
    /// What each thread calls, and since when.
    current: [Mutex<Option<(String, Instant)>>; 2],
    failures: Mutex<Vec<String>>,
    /// The class that is next.
    next: AtomicUsize,
    peak: AtomicUsize,
}

struct Nowhere;

impl Host for Nowhere {
    fn random(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn write(&mut self, _: &str) {}

    fn read_file(&mut self, path: &str) -> Option<Vec<u8>> {
        (path == "data.txt").then(|| b"a,b\n".repeat(20_000))
    }

    fn sleep(&mut self, duration: Duration) {
        thread::sleep(duration.min(Duration::from_millis(2)));
    }
}

#[test]
fn every_native_method_ends() {
    let watched = Arc::new(Watched::default());
    let done = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..2)
        .map(|index| {
            let (watched, done) = (Arc::clone(&watched), Arc::clone(&done));
            thread::spawn(move || {
                let ended = on_stack_of(STACK, || call_all(&watched, index));
                done.fetch_add(1, Ordering::SeqCst);
                matches!(ended, Ok(Ok(())))
            })
        })
        .collect();
    while done.load(Ordering::SeqCst) < 2 {
        watch(&watched);
        thread::sleep(Duration::from_millis(1));
    }
    for worker in workers {
        assert!(worker.join().unwrap_or(false), "a worker failed");
    }
    let mut failures = watched.failures.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let peak = watched.peak.load(Ordering::SeqCst);
    if peak > PEAK_MEMORY {
        failures.push(format!("{peak} bytes were held at once"));
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// Notes the memory that is held, and ends the process where a call has no end: a thread cannot be ended.
fn watch(watched: &Watched) {
    watched.peak.fetch_max(MEMORY.allocated(), Ordering::SeqCst);
    for current in &watched.current {
        let current = current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((call, since)) = &*current
            && since.elapsed() > HOPELESS
        {
            eprintln!("{call} has no end");
            std::process::abort();
        }
    }
}

fn call_all(watched: &Watched, index: usize) {
    let wanted = std::env::var("NATIVES").unwrap_or_default();
    let rounds = std::env::var("NATIVES_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let seed = std::env::var("NATIVES_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut world = World::new();
    let classes = world.classes();
    loop {
        let number = watched.next.fetch_add(1, Ordering::SeqCst);
        let Some((name, _)) = classes.get(number) else { break };
        let begin = Instant::now();
        world = World::new();
        let Some((_, class)) = world.classes().into_iter().find(|(other, _)| other == name) else { continue };
        let natives = natives_of(&class);
        let receivers = world.receivers(name, &class);
        if receivers.is_empty() && !natives.is_empty() {
            let mut failures = watched.failures.lock().unwrap_or_else(PoisonError::into_inner);
            failures.push(format!("tests/natives/setup.rb says nothing of how to make a {name}"));
        }
        let own = world.interpreter.singleton_class(&class);
        let of_class = natives_of(&own);
        let mut run = Run { watched, index, world, random: Random(number as u64 + seed), rounds };
        for method in natives.iter().filter(|method| method.name.to_str().contains(&wanted)) {
            // What the last method changed is no receiver for the next one.
            let receivers = run.world.receivers(name, &class);
            run.method(name, '#', &class, method, &receivers);
        }
        let receivers = [Value::Class(Rc::clone(&class))];
        for method in of_class.iter().filter(|method| method.name.to_str().contains(&wanted)) {
            run.method(name, '.', &own, method, &receivers);
        }
        if begin.elapsed() > Duration::from_secs(3) {
            eprintln!("{name} took {:?}", begin.elapsed());
        }
    }
}

struct World {
    interpreter: Interpreter,
    arguments: Vec<(String, Value)>,
    blocks: Vec<Value>,
}

impl World {
    fn new() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/natives/setup.rb");
        let setup = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut interpreter = Interpreter::new(Box::new(Nowhere), Limits::default());
        let made = interpreter.eval("setup.rb", &setup).unwrap_or_else(|flow| panic!("setup.rb: {flow:?}"));
        let parts = ruby::core::convert::array(&mut interpreter, &made).unwrap_or_default();
        let Some(Value::Hash(hash)) = parts.first() else { panic!("setup.rb answers arguments and blocks") };
        let arguments =
            hash.pairs().into_iter().map(|(name, value)| (name.as_name().unwrap_or_default(), value)).collect();
        let blocks = match parts.get(1) {
            Some(Value::Array(blocks)) => blocks.to_vec(),
            _ => Vec::new(),
        };
        Self { interpreter, arguments, blocks }
    }

    /// Every class and module that a constant leads to, by its path.
    fn classes(&mut self) -> Vec<(String, Rc<RClass>)> {
        let mut found: Vec<(String, Rc<RClass>)> =
            vec![("Object".to_owned(), Rc::clone(&self.interpreter.classes.object))];
        let mut seen: HashSet<*const RClass> = found.iter().map(|(_, class)| Rc::as_ptr(class)).collect();
        let mut next = 0;
        while next < found.len() {
            let (path, class) = found[next].clone();
            let constants: Vec<_> =
                class.constants.borrow().iter().map(|(name, value)| (*name, value.clone())).collect();
            for (name, value) in constants {
                if let Value::Class(inner) = value
                    && seen.insert(Rc::as_ptr(&inner))
                {
                    let path = if path == "Object" { name.to_string() } else { format!("{path}::{name}") };
                    found.push((path, inner));
                }
            }
            next += 1;
        }
        found
    }

    /// Instances of a class: what setup.rb makes, else what `new` or `allocate` answers.
    fn receivers(&mut self, name: &str, class: &Rc<RClass>) -> Vec<Value> {
        self.refresh();
        let listed = self.interpreter.classes.object.constant("RECEIVERS".into()).unwrap_or_default();
        if let Value::Hash(listed) = listed
            && let Some(maker) = listed.get(&Value::str(name))
        {
            self.interpreter.budget = Budget::new(Limits::default());
            let made = self.interpreter.call(&maker, "call", Args::none());
            let made = made.unwrap_or_else(|flow| panic!("the receivers of {name}: {flow:?}"));
            return ruby::core::convert::array(&mut self.interpreter, &made).unwrap_or_default();
        }
        if class.is_module() {
            let object = Rc::clone(&self.interpreter.classes.object);
            return vec![self.interpreter.allocate(&object).unwrap_or_default()];
        }
        ["new", "allocate"]
            .iter()
            .filter_map(|how| {
                let class = Value::Class(Rc::clone(class));
                self.interpreter.call(&class, *how, Args::none()).ok()
            })
            .take(1)
            .collect()
    }

    fn refresh(&mut self) {
        self.interpreter.budget = Budget::new(Limits {
            steps: STEPS,
            memory: 16 << 20,
            total_memory: TOTAL_MEMORY,
            allocated: Some(|| MEMORY.allocated()),
            deadline: Some(Instant::now() + DEADLINE),
            ..Limits::default()
        });
    }
}

fn natives_of(class: &Rc<RClass>) -> Vec<Rc<Method>> {
    class.methods().values().filter(|method| matches!(method.body, MethodBody::Native(_))).cloned().collect()
}

struct Run<'a> {
    watched: &'a Watched,
    index: usize,
    world: World,
    random: Random,
    rounds: usize,
}

impl Run<'_> {
    fn method(&mut self, name: &str, sign: char, class: &Rc<RClass>, method: &Rc<Method>, receivers: &[Value]) {
        let MethodBody::Native(native) = &method.body else { return };
        let (min, max) = (usize::from(native.min), native.max.map_or(usize::from(native.min) + 2, usize::from));
        // What takes nothing needs no more calls than there are receivers.
        let calls = if max == 0 { receivers.len() } else { CALLS.max(receivers.len()) };
        if !receivers.is_empty() {
            for number in 0..calls * self.rounds {
                let at = if max == 0 { number % receivers.len() } else { self.random.below(receivers.len()) };
                let count = (min + self.random.below(max.saturating_sub(min) + 1)).min(4);
                let chosen: Vec<_> = (0..count).map(|_| self.random.below(self.world.arguments.len())).collect();
                let shown: Vec<_> = chosen.iter().map(|at| self.world.arguments[*at].0.clone()).collect();
                let label = format!("{name}{sign}{} of receiver {at} ({})", method.name, shown.join(", "));
                let args = Args::new(chosen.iter().map(|at| self.world.arguments[*at].1.clone()).collect());
                let block = match self.random.below(3) {
                    0 => None,
                    _ => match &self.world.blocks[self.random.below(self.world.blocks.len())] {
                        Value::Proc(block) => Some(Rc::clone(block)),
                        _ => None,
                    },
                };
                let keywords = self.keyword(&native.keywords);
                let found = Found { method: Rc::clone(method), owner: Rc::clone(class) };
                self.call(label, &receivers[at], &found, args.with_keywords(keywords).with_block(block));
            }
        }
    }

    /// One of the keywords that a method takes, for every other call.
    fn keyword(&mut self, keywords: &Keywords) -> Option<Rc<RHash>> {
        let Keywords::Named { taken, .. } = keywords else { return None };
        if taken.is_empty() || self.random.below(2) == 0 {
            return None;
        }
        let name = taken[self.random.below(taken.len())];
        let value = self.world.arguments[self.random.below(self.world.arguments.len())].1.clone();
        Some(Rc::new(RHash::from_pairs([(Value::symbol(name), value)])))
    }

    fn call(&mut self, label: String, receiver: &Value, found: &Found, args: Args) {
        let _ = fs::write(
            concat!(env!("CARGO_TARGET_TMPDIR"), "/natives-").to_owned() + &format!("{}.txt", self.index),
            &label,
        );
        let begin = Instant::now();
        *self.watched.current[self.index].lock().unwrap_or_else(PoisonError::into_inner) = Some((label.clone(), begin));
        self.world.refresh();
        let interpreter = &mut self.world.interpreter;
        let before = MEMORY.allocated();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let result = interpreter.invoke(receiver, found, found.method.name, args);
            match result {
                Ok(_) => "ends".to_owned(),
                Err(flow) => match *flow {
                    Flow::Abort(abort) => abort.kind.to_string(),
                    _ => "raises".to_owned(),
                },
            }
        }));
        let taken = begin.elapsed();
        *self.watched.current[self.index].lock().unwrap_or_else(PoisonError::into_inner) = None;
        if taken > Duration::from_secs(1) && std::env::var_os("NATIVES_SLOW").is_some() {
            eprintln!("{label}: {taken:?}");
        }
        let failure = match outcome {
            Err(_) => format!("{label}: panics"),
            Ok(how) if taken > PATIENCE => format!("{label}: {how} after {taken:?}"),
            Ok(_) => {
                let held = MEMORY.allocated().saturating_sub(before);
                if held < PEAK_MEMORY {
                    return;
                }
                format!("{label}: {held} bytes")
            }
        };
        eprintln!("{failure}");
        self.watched.failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
    }
}

/// xorshift: the same calls each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}
