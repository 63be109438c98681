//! What the pages for people say to type: each command line of Maglev's is one that it takes.

use std::path::{Path, PathBuf};

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::cli::args::{Cli, each_task, translate_task};

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pages for users; the others speak of commands more than they show them.
fn pages() -> Vec<PathBuf> {
    let folders = ["docs", "deploy", "deploy/terraform"].map(|folder| root().join(folder));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut pages: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.extend(["README.md", "README.ja.md"].map(|name| root().join(name)));
    pages.retain(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    pages
}

/// Command lines in code blocks, at the start of a line or behind variables, and, told apart, those that stand in a sentence.
fn lines(text: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut fence = String::new();
    // What a session shows behind `$` is typed, and the rest is what it prints.
    let mut is_session = false;
    for line in text.lines() {
        let marks: String = line.chars().take_while(|&letter| letter == '`').collect();
        if marks.len() >= 3 {
            fence = if fence.is_empty() {
                is_session = line.ends_with("console");
                marks
            } else if marks == fence {
                String::new()
            } else {
                fence
            };
        } else if fence.is_empty() {
            let line = line.replace("\\|", "\u{1}");
            found.extend(line.split('`').skip(1).step_by(2).filter_map(command).map(|line| (line, true)));
        } else if !is_session || line.starts_with("$ ") {
            found.extend(line.split(" && ").filter_map(command).map(|line| (line, false)));
        }
    }
    found
}

/// `$ NAME=value target/release/maglev migrate > file`: `maglev migrate`.
fn command(text: &str) -> Option<String> {
    let is_assignment = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
    };
    let mut words =
        text.trim().trim_start_matches("$ ").split_whitespace().skip_while(|word| is_assignment(word)).peekable();
    let program = words.next()?.trim_matches('"');
    let is_ours = program == "maglev" || program.ends_with("/maglev") && !program.starts_with('-');
    // An option alone is none.
    words.peek().filter(|word| !word.starts_with("--"))?;
    let rest: Vec<_> =
        words.take_while(|word| !matches!(*word, ">" | "|" | "2>" | "&&" | "#" | "\\" | "...")).collect();
    is_ours.then(|| format!("maglev {}", rest.join(" ")))
}

/// A synopsis without what may be left out, and with each such part: `up VERSION [--no-check]`.
fn written_out(line: &str) -> Vec<String> {
    let mut bare = String::new();
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((before, (part, after))) =
        rest.split_once('[').and_then(|(before, part)| Some((before, part.split_once(']')?)))
    {
        bare.push_str(before);
        parts.push((bare.len(), part.split('\u{1}').next().unwrap_or_default()));
        rest = after;
    }
    bare.push_str(rest);
    let with = |(place, part): &(usize, &str)| {
        // What stands behind a name is part of it: `NAME[:QUALIFIER]`.
        if part.starts_with([':', '/']) {
            None
        } else {
            Some(format!("{} {part} {}", &bare[..*place], &bare[*place..]))
        }
    };
    let all: Vec<_> = parts.iter().filter_map(with).collect();
    [bare.clone()].into_iter().chain(all).collect()
}

/// Words that stand for numbers.
fn number(word: &str) -> &str {
    match word {
        "SECONDS" | "N" => "5",
        word => word.trim_matches(['"', '\'']),
    }
}

/// Whether it is taken. A sentence may name a command without what it needs.
fn check(line: &str, is_in_sentence: bool) -> Result<(), String> {
    const LACKS: [ErrorKind; 2] = [ErrorKind::MissingRequiredArgument, ErrorKind::InvalidValue];
    let words: Vec<String> = line.split_whitespace().map(|word| number(word).to_owned()).collect();
    for words in each_task(words) {
        let words = translate_task(words)?;
        match Cli::try_parse_from(&words) {
            Ok(_) => {}
            Err(error) if !error.use_stderr() => {}
            Err(error) if is_in_sentence && LACKS.contains(&error.kind()) => {}
            Err(error) => return Err(error.to_string().lines().next().unwrap_or_default().to_owned()),
        }
    }
    Ok(())
}

#[test]
fn every_command_line_is_taken() {
    let mut count = 0;
    let mut wrong = String::new();
    for path in pages() {
        let text = std::fs::read_to_string(&path).unwrap();
        let all = lines(&text);
        for (line, is_in_sentence) in
            all.iter().flat_map(|(line, of)| written_out(line).into_iter().map(|line| (line, *of)))
        {
            count += 1;
            if let Err(error) = check(&line, is_in_sentence) {
                wrong += &format!("{}: `{line}`: {error}\n", path.display());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 50, "only {count} command lines were found");
}

#[test]
fn a_synopsis_is_several_lines() {
    assert_eq!(written_out("maglev up VERSION [--no-check]"), ["maglev up VERSION ", "maglev up VERSION  --no-check "]);
    assert_eq!(command("$ A=b bin/maglev plan --base x > file"), Some("maglev plan --base x".to_owned()));
    assert_eq!(command("maglev"), None);
}
