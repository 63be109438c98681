//! `cargo run --release --no-default-features --bin mutate -- SECONDS [SEED]`: runs both targets over mutations of
//! `../tests/cases`. The input at work is kept in `artifacts/current.rb`, so that a crash leaves it behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>().unwrap_or(10));
    let seconds = arguments.next().unwrap_or(10);
    let mut random = Random(arguments.next().unwrap_or(1));
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lines = Vec::new();
    collect(&manifest.join("../tests/cases"), &mut lines);
    let artifacts = manifest.join("artifacts");
    let current = artifacts.join("current.rb");
    if lines.is_empty() || fs::create_dir_all(&artifacts).is_err() {
        return ExitCode::FAILURE;
    }
    let (end, mut runs, mut slowest) = (Instant::now() + Duration::from_secs(seconds), 0_u64, Duration::ZERO);
    while Instant::now() < end {
        let input = mutated(&lines, &mut random);
        if fs::write(&current, &input).is_err() {
            return ExitCode::FAILURE;
        }
        let begin = Instant::now();
        targets::parse_and_lower(&input);
        targets::evaluate(&input);
        if begin.elapsed() > slowest {
            slowest = begin.elapsed();
            let _ = fs::copy(&current, artifacts.join("slowest.rb"));
        }
        runs += 1;
    }
    let _ = fs::remove_file(&current);
    println!("{runs} inputs, the slowest took {slowest:?}");
    ExitCode::SUCCESS
}

/// The lines of all cases: each is a small program, or a part of one.
fn collect(directory: &PathBuf, lines: &mut Vec<Vec<u8>>) {
    for path in fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, lines);
        } else if path.extension().is_some_and(|extension| extension == "rb") {
            let source = fs::read(&path).unwrap_or_default();
            lines.extend(source.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).filter(|line| line.len() > 2));
        }
    }
}

/// A few lines, some of them damaged or grown together with a part of another.
fn mutated(lines: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = b"def t(label) = yield\n".to_vec();
    for _ in 0..=random.below(4) {
        let mut line = lines[random.below(lines.len())].clone();
        for _ in 0..random.below(4) {
            mutate(&mut line, lines, random);
        }
        input.extend_from_slice(&line);
        input.push(b'\n');
    }
    input
}

fn mutate(line: &mut Vec<u8>, lines: &[Vec<u8>], random: &mut Random) {
    const TOKENS: &[&str] = &[
        "(", ")", "[", "]", "{", "}", "|", "*", "**", "&", "...", "..", "->", "=>", "=", "||=", "nil", "self", "yield", "super", "0",
        "-1", "9999999999999999999", "2**64", "1.0/0", ":a", "\"#{", "}", "'", "%w[", "/", "\\", "do", "end", "if", "rescue", "ensure",
        "while", "break", "next", "return", "retry", "case", "in", "def x", "class X", "@a", "@@a", "$~", "X", ".freeze", ".to_proc",
        ".each", ".send(:initialize)", ".dup", ".call", ".inspect", ".hash", ".instance_eval { self }", "é", "\u{1f600}", "\0",
    ];
    let at = random.below(line.len() + 1);
    match random.below(6) {
        0 => line.truncate(at),
        1 if at < line.len() => line[at] = random.below(256) as u8,
        2 if at < line.len() => {
            line.remove(at);
        }
        3 => {
            let other = &lines[random.below(lines.len())];
            let from = random.below(other.len() + 1);
            line.truncate(at);
            line.extend_from_slice(&other[from..]);
        }
        4 => {
            let copied = line[at..].to_vec();
            line.extend(copied);
        }
        _ => {
            let token = TOKENS[random.below(TOKENS.len())];
            line.splice(at..at, token.bytes());
        }
    }
}

/// xorshift: the same seed runs the same inputs.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}
