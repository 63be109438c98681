//! docs/reference.md, made of the code: of clap's tree of commands, and of the doc comments of variables, exit codes, events and the
//! function's JSON. `cargo xtask reference` writes it; the test here says whether it is up to date. Nothing of it is in the binary.

#![allow(clippy::unwrap_used, reason = "of tests, where it is a failure's report")]

mod commands;
mod outline;
mod pages;

use std::fmt::Write as _;

use outline::{Field, constants, fields, variants};

const ENV_VARS: &str = include_str!("env_vars.rs");
const EXIT: &str = include_str!("exit.rs");
const EVENTS: &str = include_str!("events.rs");
const PLANNED: &str = include_str!("teller/plan/json.rs");
const ENVELOPE: &str = include_str!("envelope.rs");
const REQUEST: &str = include_str!("request.rs");
const PLANNING: &str = include_str!("request/planning.rs");

const HEAD: &str = "# Reference

Made of the code by `cargo xtask reference`; what is to be changed is changed there. Rails' own names of tasks and variables are in
[README.md](../README.md), what differs from Rails in [COMPATIBILITY.md](../COMPATIBILITY.md).
";

const ANSWER: &str = "The word `errorMessage` never stands in it, whatever a migration prints, so that a script may look for that. Where time was short, only a caller whose
options say `continues`, as `maglev --function` does, is answered so; to others that is an error.

";

const ERROR: &str =
    "A Lambda function error: `aws lambda invoke` exits with 0 all the same, and tells of it in `FunctionError`.

";

#[test]
fn the_page_is_up_to_date() {
    let path = pages::root().join("docs/reference.md");
    let page = page();
    if std::env::var_os("RECORD").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = page.lines().zip(there.lines()).find(|(made, there)| made != there);
    assert!(page == there, "docs/reference.md is not up to date (`cargo xtask reference` writes it): {differs:?}");
}

fn page() -> String {
    [HEAD.to_owned(), commands::section(), variables(), exit_codes(), events(), function()].join("\n")
}

fn variables() -> String {
    let mut out = "## Variables\n\nOf a function of several databases, each variable that begins with `DATABASE_` may have a database's name before it: \
                   `CACHE_DATABASE_HOST` is that\nof `cache`, and what is not there is read without the name.\n"
        .to_owned();
    for group in constants(ENV_VARS) {
        let rows = group.constants.iter().map(|(name, about)| [format!("`{name}`"), about.clone()]);
        let _ = write!(out, "\n### {}\n\n{}", group.heading, table(["variable", "meaning"], rows));
    }
    out
}

fn exit_codes() -> String {
    let codes = variants(EXIT, "Exit");
    let rows = codes.iter().map(|code| [code.value.clone(), code.about()]);
    format!("## Exit codes\n\n{}", table(["code", "meaning"], rows))
}

fn events() -> String {
    let lists = ["Statement", "Error", "PlainError", "RefusedReason"].map(|name| {
        let rows = fields(EVENTS, name);
        let names: Vec<_> = rows.iter().map(|field| format!("`{}`", field.name())).collect();
        let called = match name {
            "Statement" => "One of `statements`",
            "Error" => "`error` of a migration",
            "PlainError" => "`error` outside of any migration",
            _ => "One of `reasons`",
        };
        format!("- {called}: {}.\n", names.join(", "))
    });
    let planned: Vec<_> = fields(PLANNED, "Planned").iter().map(|field| format!("`{}`", field.name())).collect();
    format!(
        "## Events of `--format json`\n\nOne JSON object a line on stdout, with its name in `event`. Those of one of several databases say which in \
         `database`.\n\n{}\n{}\n{}\n### Of `plan --format json`\n\n{}\nOne of `statements` has {}: where SQL depends on what a plan cannot know, \
         `uncertain` says on what.\n",
        events_of(EVENTS),
        lists.concat(),
        meanings(EVENTS),
        events_of(PLANNED),
        planned.join(", ")
    )
}

/// The events of a source, with their fields.
fn events_of(source: &str) -> String {
    let names_of = |kind: &str| inner(kind).map(|inner| fields(source, inner)).unwrap_or_default();
    let rows = variants(source, "Event").into_iter().map(|event| {
        let own = event
            .fields
            .iter()
            .flat_map(|field| if field.is_flat() { names_of(&field.kind) } else { vec![field.clone()] });
        let all = own.chain(event.content.as_deref().map(names_of).unwrap_or_default());
        let names: Vec<_> = all.map(|field| format!("`{}`", field.name())).collect();
        let name = event.renamed().unwrap_or_else(|| event.name.to_lowercase());
        assert!(!names.is_empty() && !event.about().is_empty(), "{name} has no field, or no comment");
        [format!("`{name}`"), event.about(), names.join(", ")]
    });
    table(["event", "of", "fields"], rows)
}

/// What fields mean whose names do not say it.
fn meanings(source: &str) -> String {
    let mut rows: Vec<[String; 2]> = Vec::new();
    for field in variants(source, "Event").iter().flat_map(|event| &event.fields) {
        let row = [format!("`{}`", field.name()), field.about()];
        if !row[1].is_empty() && !rows.iter().any(|[name, _]| *name == row[0]) {
            rows.push(row);
        }
    }
    table(["field", "meaning"], rows)
}

/// `OfTask<'a>`: its name.
fn inner(kind: &str) -> Option<&str> {
    kind.split(['<', ',']).next().filter(|name| name.chars().next().is_some_and(char::is_uppercase))
}

fn function() -> String {
    let mut out = "## The function's event\n\nEither the plain form, `{\"migrate/20240102030405_create_users.rb\": \"BASE64\", ...}`, which migrates all that is \
                   pending, its paths below db/\n(behind `./`, from the app's root); or the envelope:\n\n"
        .to_owned();
    out += &of_fields("field", &fields(ENVELOPE, "Envelope"));
    let _ = write!(out, "\nCommands are {}.\n\n", crate::request::COMMANDS.map(|name| format!("`{name}`")).join(", "));
    out += "### Options\n\n";
    let mut rows = Vec::new();
    for (source, name, of) in [
        (REQUEST, "Common", "each"),
        (REQUEST, "Output", "each"),
        (REQUEST, "Running", "each that runs migrations"),
        (REQUEST, "Migrate", "`migrate`"),
        (REQUEST, "Rollback", "`rollback`, `redo`"),
        (REQUEST, "One", "`up`, `down`"),
        (REQUEST, "Dump", "`dump`"),
        (REQUEST, "Load", "`load`"),
        (PLANNING, "Planning", "`plan`"),
    ] {
        let sent = fields(source, name).into_iter().filter(|field| field.is_sent() && !field.docs.is_empty());
        rows.extend(sent.map(|field| [format!("`{}`", field.name()), of.to_owned(), field.about()]));
    }
    out += &table(["option", "of", "meaning"], rows);
    for (heading, about, name) in [
        ("## The function's answer", ANSWER, "Answer"),
        ("### One of `migrated`", "", "Ran"),
        ("### One of `schemas`", "", "Schema"),
        ("## The function's error", ERROR, "FunctionError"),
    ] {
        let _ = write!(out, "\n{heading}\n\n{about}{}", of_fields("field", &fields(ENVELOPE, name)));
    }
    out += "\n## The function's stream\n\nTo callers whose options say `stream`: one JSON object a line with one of these, and an answer or an error \
            as the last one.\n\n";
    let frames = variants(ENVELOPE, "Frame");
    let rows = frames.iter().map(|frame| [format!("`{}`", outline::snake(&frame.name)), frame.about()]);
    out + &table(["field", "meaning"], rows)
}

fn of_fields(first: &str, fields: &[Field]) -> String {
    table([first, "meaning"], fields.iter().map(|field| [format!("`{}`", field.name()), field.about()]))
}

/// A table of Markdown.
fn table<const N: usize>(heads: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let line = |cells: [String; N]| format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    let mut out = line(heads.map(str::to_owned));
    out += &format!("|{}\n", "---|".repeat(N));
    out.extend(rows.into_iter().map(line));
    out
}
