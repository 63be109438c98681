//! Runs each `tests/cases/**/*.rb` and compares what it prints with what CRuby 3.3 printed, kept beside it as `.out`.
//!
//! `MAGLEV_RUBY="path/to/ruby" RECORD=1 cargo test -p ruby` records anew. Cases below `active_support/` are recorded
//! with Active Support loaded; `files/` has what they read. `CASE=text` runs only the cases whose path contains the text.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ruby::Limits;
use ruby::testing::{Files, eval_among};

#[test]
fn cases_print_what_ruby_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    collect(&root, &mut cases);
    cases.sort();
    let wanted = std::env::var("CASE").unwrap_or_default();
    let recording = std::env::var_os("RECORD").is_some();
    let mut files = Files::new();
    read_files(&root, &root.join("files"), &mut files);
    let mut failures = Vec::new();
    for case in cases.iter().filter(|case| case.to_string_lossy().contains(&wanted)) {
        let name = case.strip_prefix(&root).unwrap_or(case).display().to_string();
        if recording {
            record(&root, case);
        }
        let source = fs::read_to_string(case).expect("the case was just listed");
        let expected = fs::read_to_string(case.with_extension("out")).unwrap_or_default();
        let printed = eval_among(&name, &source, Limits::default(), &files);
        if printed != expected {
            failures.push(format!("{name}: {}", first_difference(&expected, &printed)));
        }
    }
    assert!(failures.is_empty(), "{} cases differ\n{}", failures.len(), failures.join("\n"));
}

fn collect(directory: &Path, cases: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_none_or(|name| name != "files") {
            collect(&path, cases);
        } else if path.extension().is_some_and(|extension| extension == "rb") {
            cases.push(path);
        }
    }
}

/// What the cases read: `files/`, by paths from the root.
fn read_files(root: &Path, directory: &Path, files: &mut Files) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_files(root, &path, files);
        } else if let Ok(name) = path.strip_prefix(root) {
            let content = fs::read(&path).expect("the file was just listed");
            files.insert(name.display().to_string(), content);
        }
    }
}

/// Runs the real Ruby in the root, so that paths in its backtraces are those of the case.
fn record(root: &Path, case: &Path) {
    let ruby = std::env::var("MAGLEV_RUBY").expect("MAGLEV_RUBY says which Ruby records");
    let mut words = ruby.split_whitespace();
    let mut command = Command::new(words.next().expect("MAGLEV_RUBY is not empty"));
    command.args(words).current_dir(root);
    let name = case.strip_prefix(root).unwrap_or(case);
    if name.starts_with("active_support") {
        command.arg("-ractive_support/all");
    }
    let output = command.arg(name).output().expect("MAGLEV_RUBY runs");
    assert!(output.status.success(), "{}: {}", name.display(), String::from_utf8_lossy(&output.stderr));
    fs::write(case.with_extension("out"), output.stdout).expect("the outcome can be written");
}

fn first_difference(expected: &str, printed: &str) -> String {
    let mut expected_lines = expected.lines();
    let mut printed_lines = printed.lines();
    for number in 1.. {
        match (expected_lines.next(), printed_lines.next()) {
            (None, None) => break,
            (expected, printed) if expected == printed => {}
            (expected, printed) => {
                let (expected, printed) = (expected.unwrap_or("(end)"), printed.unwrap_or("(end)"));
                return format!("line {number}\n  ruby:   {expected}\n  maglev: {printed}");
            }
        }
    }
    "line ends differ".to_owned()
}
