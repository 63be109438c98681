//! What a hostile script tries: to get out of the interpreter, or to use the machine up. Each attempt ends soon, in an
//! error that says what is wrong, and leaves nothing behind.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]
#![expect(clippy::print_stderr, reason = "a slow attempt is told")]

use std::alloc::System;
use std::time::{Duration, Instant};

use cap::Cap;
use ruby::Limits;
use ruby::testing::eval_within;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

const TOTAL_MEMORY: usize = 32 << 20;

/// How much longer than the deadline one attempt may take, on a busy machine without optimization.
const PATIENCE: Duration = Duration::from_secs(30);

/// There is no way out: no files, no processes, no network, no other code, no environment.
const OUTSIDE: &[(&str, &str)] = &[
    ("File.read('/etc/passwd')", "outside of what a migration may read"),
    ("File.read('../../etc/passwd')", "outside of what a migration may read"),
    ("File.open('/tmp/escaped', 'w') { |file| file << 'x' }", "(abort)"),
    ("File.write('/tmp/escaped', 'x')", "(abort)"),
    ("File.delete('/etc/passwd')", "(abort)"),
    ("File.symlink('/etc/passwd', '/tmp/escaped')", "(abort)"),
    ("IO.popen('id').read", "(abort)"),
    ("IO.read('/etc/passwd')", "(abort)"),
    ("IO.sysopen('/etc/passwd')", "(abort)"),
    ("open('/etc/passwd').read", "(abort)"),
    ("open('| id').read", "(abort)"),
    ("Kernel.open('| id')", "(abort)"),
    ("URI.open('http://127.0.0.1/')", "(abort)"),
    ("Dir.glob('/etc/*').fetch(0)", "(abort)"),
    ("CSV.read('/etc/passwd')", "outside of what a migration may read"),
    ("YAML.load_file('/etc/passwd')", "outside of what a migration may read"),
    ("JSON.load_file('/etc/passwd')", "outside of what a migration may read"),
    ("File.exist?('/etc/passwd')", "outside of what a migration may read"),
    ("Dir.children('/etc')", "outside of what a migration may read"),
    ("Dir['/e{tc,xyz}/*']", "outside of what a migration may read"),
    ("begin; File.read('/etc/passwd'); rescue Exception; end", "(abort)"),
    ("Dir.mkdir('/tmp/escaped')", "(abort)"),
    ("FileUtils.rm_rf('/tmp/escaped')", "FileUtils"),
    ("`id`", "(abort)"),
    ("%x(id)", "(abort)"),
    ("system('id')", "(abort)"),
    ("exec('id')", "(abort)"),
    ("spawn('id')", "(abort)"),
    ("fork", "(abort)"),
    ("Kernel.fork { 1 }", "(abort)"),
    ("Process.fork", "private method `fork'"),
    ("Process.kill(9, 1)", "(abort)"),
    ("Object.new.send(:`, 'id')", "(abort)"),
    ("Kernel.method(:system).call('id')", "(abort)"),
    ("Object.instance_method(:exec).bind(1).call('id')", "(abort)"),
    ("require 'socket'; TCPSocket.new('127.0.0.1', 80)", "`socket`"),
    ("require '/etc/passwd'", "/etc/passwd"),
    ("require_relative '../../etc/passwd'", "passwd"),
    ("load '/etc/passwd'", "/etc/passwd"),
    ("TCPSocket.new('127.0.0.1', 80)", "TCPSocket"),
    ("Net::HTTP.get('127.0.0.1', '/')", "Net"),
    ("ObjectSpace.each_object { |object| object }", "ObjectSpace"),
    ("Fiddle.dlopen(nil)", "Fiddle"),
    ("RubyVM::InstructionSequence.compile('1')", "RubyVM"),
    ("TracePoint.new(:call) {}", "TracePoint"),
    ("eval('1')", "(abort)"),
    ("binding.eval('1')", "(abort)"),
    ("Object.class_eval('def x; end')", "(abort)"),
    ("1.instance_eval('self')", "(abort)"),
    ("ENV.to_h", "(abort)"),
    ("raise ENV['PATH'].inspect", "nil (RuntimeError)"),
    ("ENV.fetch('HOME')", "(KeyError)"),
    ("raise ENV.inspect", ": ENV (RuntimeError)"),
    ("Marshal.load('x')", "Marshal"),
    ("YAML.load('--- !ruby/object:Object {}')", "Object"),
    ("exit!", "(SystemExit)"),
    ("trap('INT') {}", "(abort)"),
    ("at_exit { 1 }", "(abort)"),
    ("$stdin.read", "undefined method `read' for nil"),
    ("gets", "(abort)"),
];

/// One value cannot be larger than a value may be.
const ONE_VALUE: &[(&str, &str)] = &[
    ("10**10**8", "bytes of memory (abort)"),
    ("2**(2**40)", "bytes of memory (abort)"),
    ("1 << (1 << 40)", "bytes of memory (abort)"),
    ("'a' * 2**40", "bytes of memory (abort)"),
    ("[1] * 2**40", "bytes of memory (abort)"),
    ("Array.new(2**40)", "bytes of memory (abort)"),
    ("(1..2**40).to_a", "bytes of memory (abort)"),
    ("'a'.ljust(2**40)", "bytes of memory (abort)"),
    ("'%1000000000000d' % 1", "bytes of memory (abort)"),
    ("a = []; a[2**40] = 1", "bytes of memory (abort)"),
    ("[0].cycle.to_a", "(abort)"),
    ("('a'..).to_a", "(RangeError)"),
    ("a = [0] * 1000; a.product(a, a, a)", "(abort)"),
    ("s = 'a' * 1000; loop { s << s }", "bytes of memory (abort)"),
    ("s = 'a' * 1_000_000; s.gsub('a', s)", "(abort)"),
    ("BigDecimal('2').sqrt(10**7)", "(abort)"),
    ("BigDecimal('1e1000000000').to_r", "(abort)"),
    ("x = 3; loop { x *= x }", "(abort)"),
];

/// Nor can many values be.
const MANY_VALUES: &[&str] = &[
    "a = []; loop { a << 'x' * 1000 }",
    "a = []; loop { a << [1, 2, 3, 4] * 20 }",
    "a = []; loop { a << 'x' * 15_000_000 }",
    "h = {}; i = 0; loop { h[i += 1] = 'x' * 1000 }",
    "a = []; loop { a << { a: 1, b: { c: 2 } } }",
    "i = 0; loop { ('x' * 1000 + (i += 1).to_s).to_sym }",
    "i = 0; loop { $keep = [$keep, 'x' * 500] }",
    "a = []; loop { a << Object.new.tap { |object| object.instance_variable_set(:@a, 'x' * 1000) } }",
    "f = -> { 1 }; loop { g, s = f, 'x' * 1000; f = -> { [g, s] } }",
    "i = 0; loop { Object.const_set(\"C#{i += 1}\", 'x' * 1000) }",
    "i = 0; loop { define_singleton_method(\"m#{i += 1}\") { 1 } }",
    "a = []; loop { a << Class.new }",
    "a = []; i = 0; loop { a << Regexp.new(\"a{1,9}#{i += 1}\") }",
    "a = []; x = 2**4000; loop { a << (x += 1) }",
    "a = [1] * 10_000; b = []; loop { b << a.dup }",
    "s = Set.new; i = 0; loop { s << \"#{i += 1}\" * 100 }",
    "loop { print 'x' * 10_000 }",
];

/// Nor can work go on for ever, or calls and values nest without end.
const ENDLESS: &[(&str, &str)] = &[
    ("loop {}", "steps (abort)"),
    ("while true; end", "steps (abort)"),
    ("begin; raise; rescue; retry; end", "(abort)"),
    ("loop { begin; loop {}; rescue Exception; end }", "steps (abort)"),
    ("begin; loop {}; ensure; raise 'ensure ran'; end", "steps (abort)"),
    ("1.step { }", "steps (abort)"),
    ("[0].cycle { }", "(abort)"),
    ("(1..).each { }", "steps (abort)"),
    ("(1..).lazy.map { 1 }.select { nil }.first", "(abort)"),
    ("def a = a\na", "(abort)"),
    ("def a(&b) = b.call(&b)\na { |&b| b.call(&b) }", "(abort)"),
    ("def method_missing(*) = nope\nnope", "(abort)"),
    ("def to_s = \"#{self}\"\nto_s", "(abort)"),
    ("h = Hash.new { |hash, key| hash[key + 1] }; h[1]", "(abort)"),
    ("sleep", "(abort)"),
    ("('a' * 40) =~ /(a*)*\\1b/", "regexp match timeout"),
    ("Regexp.new('(' * 100_000 + ')' * 100_000)", "(RegexpError)"),
    ("Regexp.new('(((a{1,999}){1,999}){1,999}){1,999}')", "(RegexpError)"),
    ("a = []; a << a; a.deep_dup", "deep (abort)"),
    ("h = {}; h[:a] = h; h.deep_symbolize_keys", "deep (abort)"),
    ("h = {}; h[:a] = h; h.deep_transform_values { 1 }", "deep (abort)"),
    ("h = {}; h[:a] = h; h.with_indifferent_access", "deep (abort)"),
    ("h = {}; h[:a] = h; h.deep_merge(h)", "deep (abort)"),
    ("h = {}; h[:a] = h; h.to_query", "(abort)"),
    ("a = []; a << a; b = []; b << b; a == b", "deep (abort)"),
    ("a = []; a << a; a.flatten", "tried to flatten recursive array (ArgumentError)"),
    ("a = []; 12_000.times { a = [a] }; a.inspect", "deep (abort)"),
    ("a = []; 12_000.times { a = [a] }; a.join", "deep (abort)"),
    ("a = []; 12_000.times { a = [a] }; puts a", "deep (abort)"),
    ("a = []; 12_000.times { a = [a] }; a.to_json", "deep (abort)"),
    ("a = []; 12_000.times { a = [a] }; a.to_yaml", "too deep"),
    ("JSON.parse('[' * 12_000, max_nesting: false)", "deep (abort)"),
    ("YAML.load('[' * 12_000)", "(Psych::SyntaxError)"),
];

/// What looks worse than it is.
const HARMLESS: &[&str] = &[
    "a = []; 12_000.times { a = [a] }; a.flatten.size",
    "a = []; 12_000.times { a = [a] }; a.hash; { a => 1 }.size",
    "x = nil; 12_000.times { y = x; x = -> { y } }; 1",
    "x = nil; 12_000.times { y = Object.new; y.instance_variable_set(:@a, x); x = y }; 1",
    "x = nil; 12_000.times { y = [x].each; x = y }; 1",
    "('a' * 40 + 'b') =~ /\\A(a|a|aa)+\\z/; ('a' * 40 + 'c') =~ /^(a+)+$/; ('a' * 40 + 'c') =~ /^(a|aa)+$/",
    "'%.70000f|%.70000e|%.70000g' % [1.5, 1.5, 1.5]",
    "Date.new(2000, 1, 1) >> 10**18",
    "f = g = ->(x) { x }; 12_000.times { f = f >> g }; 1",
];

/// One after another: the counter is the process'.
#[test]
fn hostile_scripts_end() {
    let mut wrong = Vec::new();
    for (source, expected) in [OUTSIDE, ONE_VALUE, ENDLESS].concat() {
        check(source, 300_000, |shown| shown.contains("-- ") && shown.contains(expected), &mut wrong);
    }
    for source in MANY_VALUES {
        let memory = format!("more than {TOTAL_MEMORY} bytes of memory (abort)");
        check(source, 20_000_000, |shown| shown.contains(&memory), &mut wrong);
    }
    for source in HARMLESS {
        check(source, 20_000_000, |shown| !shown.contains("-- "), &mut wrong);
    }
    assert!(wrong.is_empty(), "{} scripts went wrong\n{}", wrong.len(), wrong.join("\n"));
}

fn check(source: &str, steps: u64, accepts: impl Fn(&str) -> bool, wrong: &mut Vec<String>) {
    let (begin, before) = (Instant::now(), MEMORY.allocated());
    let shown = run(source, steps);
    let took = begin.elapsed();
    if std::env::var_os("SHOW").is_some() {
        eprintln!("{took:?} {source}\n    {}", tail(&shown));
    }
    if !accepts(&shown) || took > PATIENCE {
        wrong.push(format!("{source}\n  after {took:?}: {}", tail(&shown)));
    }
    drop(shown);
    let left = MEMORY.allocated().saturating_sub(before);
    if left > 1 << 20 {
        wrong.push(format!("{source}\n  left {left} bytes behind"));
    }
}

fn run(source: &str, steps: u64) -> String {
    let limits = Limits {
        steps,
        memory: 16 << 20,
        total_memory: TOTAL_MEMORY,
        allocated: Some(|| MEMORY.allocated()),
        deadline: Some(Instant::now() + Duration::from_secs(20)),
        ..Limits::default()
    };
    eval_within("escape.rb", source, limits)
}

/// The end of what was shown: the error.
fn tail(shown: &str) -> String {
    let skipped = shown.chars().count().saturating_sub(200);
    shown.chars().skip(skipped).collect()
}
