//! Hostile programs: those of tests/hostile, each of which tries to use up time, memory or the stack in its own way, and
//! every kind of syntax nested or repeated twenty thousand times. Each ends by itself soon after its deadline.
//!
//! `HOSTILE=text` runs only those whose name contains the text.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]
#![expect(clippy::print_stderr, reason = "a program without an end is told before the process is ended")]

use std::alloc::System;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use std::{fs, thread};

use cap::Cap;
use ruby::Limits;
use ruby::parser::parse;
use ruby::stack::on_large_stack;
use ruby::testing::eval_within;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

const DEADLINE: Duration = Duration::from_secs(2);

/// What may pass until the program has noticed, unoptimized on a busy machine.
const PATIENCE: Duration = Duration::from_secs(8);

const HOPELESS: Duration = Duration::from_secs(90);

#[test]
fn hostile_programs_end() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut programs: Vec<_> = fs::read_dir(directory)
        .expect("the folder is there")
        .flatten()
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read_to_string(entry.path()).expect("it is text"))
        })
        .collect();
    programs.sort();
    run_all(programs, |name, source| {
        let limits = Limits {
            memory: 32 << 20,
            total_memory: 200 << 20,
            allocated: Some(|| MEMORY.allocated()),
            deadline: Some(Instant::now() + DEADLINE),
            ..Limits::default()
        };
        eval_within(name, source, limits)
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn hostile_syntax_ends() {
    const MANY: usize = 20_000;
    let nested = [
        "!",
        "-",
        "~",
        "not ",
        "(",
        "[",
        "{",
        "{a: ",
        "a.",
        "a&.",
        "A::",
        "a ? ",
        "a ? b : ",
        "a && ",
        "a || ",
        "a and ",
        "1 + ",
        "1 ** ",
        "a = ",
        "a ||= ",
        "a += ",
        "p ",
        "p(",
        "p *",
        "p **",
        "p a: ",
        "\"#{",
        ":\"#{",
        "/#{",
        "`#{",
        "%w[",
        "%W[#{",
        "->{",
        "-> a = ",
        "->(a = ",
        "p{",
        "p do ",
        "p{|a = ",
        "if 1;",
        "if ",
        "unless 1;",
        "while 1;",
        "while ",
        "until 1;",
        "for a in ",
        "begin;",
        "begin;rescue;",
        "begin;ensure;",
        "case 1;when ",
        "case ",
        "case 1;in [",
        "case 1;in {a: ",
        "case 1;in ^(",
        "case 1;in A(",
        "1 in [",
        "def a;",
        "def a = ",
        "def a(b = ",
        "class A;",
        "class A < ",
        "class << ",
        "module A;",
        "a[",
        "*a, (",
        "(a, ",
        "return ",
        "yield ",
        "super ",
        "defined? ",
        "raise ",
        "a rescue ",
        "a if ",
        "a while ",
        "[*",
        "1..",
        "..",
        "BEGIN{",
        "a\n.",
        "a \\\n",
        "<<A\n#{",
        "alias a b;",
        "undef a;",
        "elsif 1;",
        "when 1;",
        "__END__\n",
        "=begin\n",
        "#\n",
        "?a ",
        "a,",
        "|",
        "&",
        "::",
        ";",
        "\n",
        "#{",
        "@a=",
        "$a=",
        "a::b = ",
        "a[1] = ",
        "a.b = ",
    ];
    let mut programs: Vec<_> = nested.iter().map(|part| (format!("{part:?} nested"), part.repeat(MANY))).collect();
    let closed = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a: ", "1", "}"),
        ("!", "1", ""),
        ("-", "a", ""),
        ("a(", "1", ")"),
        ("\"#{", "1", "}\""),
        ("->{", "1", "}"),
        ("p{", "1", "}"),
        ("if 1;", "1", ";end"),
        ("begin;", "1", ";end"),
        ("def a;", "1", ";end"),
        ("", "a", ".b"),
        ("", "a", "[1]"),
        ("", "A", "::B"),
        ("", "1", " + 1"),
        ("", "a", " && a"),
        ("", "a", " or a"),
        ("", "a", " rescue a"),
        ("", "a", " if a"),
        ("", "a", "(1) { }.b"),
        ("", "1", " ? 1 : 1"),
        ("a = ", "1", ""),
        ("[1, *", "a", "]"),
        ("a ? 1 : ", "1", ""),
        ("if a then 1 else ", "1", " end"),
        ("class A;", "1", ";end"),
        ("case 1;in ", "[1]", ";end"),
    ];
    for (open, middle, close) in closed {
        for count in [900, 20_000] {
            let program = format!("{}{middle}{}", open.repeat(count), close.repeat(count));
            programs.push((format!("{count} of {open:?} and {close:?}"), program));
        }
    }
    for (name, program) in [
        ("digits", "9".repeat(1 << 20)),
        ("hexadecimal digits", format!("0x{}", "f".repeat(1 << 20))),
        ("octal digits", format!("0{}", "7".repeat(1 << 20))),
        ("decimals", format!("0.{}", "9".repeat(1 << 20))),
        ("a rational", format!("{}r", "9".repeat(1 << 20))),
        ("an exponent", format!("1e{}", "9".repeat(1 << 20))),
        ("underscores", "1_".repeat(1 << 19) + "1"),
        ("heredocs", (0..MANY).map(|_| "<<A,").collect::<String>() + "1\n" + &"A\n".repeat(MANY)),
        ("open heredocs", "<<A\n".repeat(MANY)),
        ("heredocs in heredocs", "<<A\n#{".repeat(2_000) + &"}\nA\n".repeat(2_000)),
        ("locals", (0..20_000).map(|n| format!("a{n} = 1")).collect::<Vec<_>>().join("\n")),
        ("parameters", format!("def f({}) = 1", (0..20_000).map(|n| format!("a{n}")).collect::<Vec<_>>().join(", "))),
        ("keys", format!("{{{}}}", (0..20_000).map(|n| format!("a{n}: 1")).collect::<Vec<_>>().join(", "))),
        ("whens", format!("case 1\n{}end", "when 1 then 2\n".repeat(20_000))),
        ("targets", format!("{} = 1", vec!["a"; 20_000].join(", "))),
        ("a hundred thousand `!`", "!".repeat(100_000)),
        ("a hundred thousand heredocs", "<<A\nA\n".repeat(100_000)),
        ("a name", "a".repeat(1 << 20)),
        ("a string", format!("\"{}\"", "\\u{1F600}".repeat(100_000))),
        ("a pattern", format!("/{}/", "(a|".repeat(30_000))),
        ("a byte order mark", "\u{feff}".repeat(MANY)),
        ("null", "\0".repeat(MANY)),
    ] {
        programs.push((name.to_owned(), program));
    }
    run_all(programs, |_, source| match parse("hostile.rb", source.as_bytes()) {
        Ok(program) => format!("{} things not supported", program.unsupported.len()),
        Err(error) => format!("{} bytes of errors", error.to_string().len()),
    });
}

/// Runs the programs one by one, and tells which took too long.
fn run_all(programs: Vec<(String, String)>, run: impl Fn(&str, &str) -> String + Send + Sync + Copy + 'static) {
    let wanted = std::env::var("HOSTILE").unwrap_or_default();
    let mut slow = Vec::new();
    for (name, source) in programs.into_iter().filter(|(name, _)| name.contains(&wanted)) {
        let begin = Instant::now();
        let (answer, answered) = channel();
        let label = name.clone();
        thread::spawn(move || {
            let outcome = on_large_stack(|| run(&name, &source)).unwrap_or_else(|error| error.to_string());
            let _ = answer.send(outcome);
        });
        let outcome = answered.recv_timeout(HOPELESS);
        let Ok(outcome) = outcome else {
            eprintln!("{label} has no end, or panicked: {outcome:?}");
            std::process::abort();
        };
        let taken = begin.elapsed();
        if std::env::var_os("HOSTILE_SHOW").is_some() {
            let shown: String = outcome.chars().rev().take(120).collect::<Vec<_>>().into_iter().rev().collect();
            eprintln!("{label}: {taken:?}: {}", shown.replace('\n', " "));
        }
        if taken > DEADLINE + PATIENCE {
            slow.push(format!("{label} took {taken:?}"));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
