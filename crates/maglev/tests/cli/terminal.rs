//! docs/terminal.svg, README's picture: a real run on SQLite in a terminal of `script`'s, drawn as text. `cargo xtask terminal` draws it; the
//! test here says whether it is what the commands print today. Times are replaced by a fixed one, so that only what is said makes another picture.

use std::fmt::Write as _;
use std::process::Command;

use crate::app::{App, finished};
use crate::documentation::repository;

/// The last migration of the shop that is there, and the one that is pending.
const RECORDED: &str = "20240120081500";
const PENDING: &str = "20240203120000";
const LATER: &str = "db/migrate/20240601120000_backfill_names.rb";
const LATER_CODE: &str = "class BackfillNames < ActiveRecord::Migration[8.1]
  def up
    LegacyCustomer.find_each(&:touch)
  end
end
";
const COLUMNS: usize = 99;
/// Of a character, and of a line.
const WIDTH: f64 = 8.1;
const HEIGHT: usize = 18;
const MARGIN: usize = 16;

#[test]
fn the_picture_is_true() {
    let path = repository().join("docs/terminal.svg");
    let picture = picture(&session());
    if std::env::var_os("RECORD").is_some() {
        std::fs::write(&path, &picture).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(picture == there, "docs/terminal.svg is not up to date (`cargo xtask terminal` draws it):\n{picture}");
}

/// What a terminal shows: each command behind a prompt, and what it printed.
fn session() -> Vec<String> {
    let app = App::new();
    for entry in std::fs::read_dir(repository().join("examples/shop/db/migrate")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name[..PENDING.len()] <= *PENDING {
            app.file(&format!("db/migrate/{name}"), &std::fs::read_to_string(&path).unwrap());
        }
    }
    app.sqlite(&["migrate", "--to", RECORDED]).exits(0);
    let mut lines = Vec::new();
    for command in ["maglev plan", "maglev migrate"] {
        lines.extend(typed(&app, command));
    }
    app.file(LATER, LATER_CODE);
    for command in [&format!("cat {LATER}"), "maglev migrate"] {
        lines.extend(typed(&app, command));
    }
    lines
}

fn typed(app: &App, command: &str) -> Vec<String> {
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_maglev")).parent().unwrap();
    let mut script = Command::new("script");
    script.args(["-qec", command, "/dev/null"]).current_dir(app.path()).env_clear();
    script.env("PATH", format!("{}:/usr/bin:/bin", programs.display()));
    script.env("TERM", "xterm-256color").env("DATABASE_URL", app.sqlite_url());
    let printed = finished(script).stdout;
    let mut lines = vec![format!("\u{1b}[1m$ {command}\u{1b}[0m")];
    lines.extend(printed.lines().flat_map(|line| wrapped(&without_time(line.trim_end_matches('\r')))));
    if lines.last().is_none_or(|line| !line.is_empty()) {
        lines.push(String::new());
    }
    lines
}

/// `0.0182s`: `0.0012s`.
fn without_time(line: &str) -> String {
    let mut words = line.split_inclusive([' ', '(', ')']).map(|word| {
        let number = word.trim_end_matches([' ', ')']);
        let is_time = number.trim_start_matches("\u{1b}[32m").trim_end_matches("\u{1b}[0m").strip_suffix('s');
        match is_time.filter(|seconds| seconds.contains('.') && seconds.parse::<f64>().is_ok()) {
            Some(seconds) => word.replace(seconds, "0.0012"),
            None => word.to_owned(),
        }
    });
    let line: String = words.by_ref().collect();
    line
}

/// As a terminal continues a line that is too long. Only lines without colours in their middle are.
fn wrapped(line: &str) -> Vec<String> {
    let count = spans(line).iter().map(|(_, text)| text.chars().count()).sum::<usize>();
    if count <= COLUMNS {
        return vec![line.to_owned()];
    }
    let hidden = line.chars().count() - count;
    let place = line.char_indices().nth(COLUMNS + hidden).map_or(line.len(), |(place, _)| place);
    [vec![line[..place].to_owned()], wrapped(&line[place..])].concat()
}

/// The pieces of a line, each with the number of its colour.
fn spans(line: &str) -> Vec<(String, String)> {
    let mut spans = Vec::new();
    let mut colour = String::new();
    for (index, piece) in line.split("\u{1b}[").enumerate() {
        let text = if index == 0 {
            piece
        } else {
            let (code, text) = piece.split_once('m').unwrap();
            colour = if code == "0" { String::new() } else { code.to_owned() };
            text
        };
        if !text.is_empty() {
            spans.push((colour.clone(), text.to_owned()));
        }
    }
    spans
}

fn style(colour: &str) -> &'static str {
    match colour {
        "1" => " class=\"b\"",
        "36" => " class=\"c\"",
        "32" => " class=\"g\"",
        "1;31" => " class=\"r\"",
        "33" => " class=\"y\"",
        "2" => " class=\"d\"",
        _ => "",
    }
}

/// The lines as they come: a pause before each command, then what it prints.
fn picture(lines: &[String]) -> String {
    let width = (f64::from(u32::try_from(COLUMNS).unwrap()) * WIDTH).round() as usize + 2 * MARGIN;
    let height = lines.len() * HEIGHT + 2 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" xml:space=\"preserve\">\n\
         <!-- A real run, drawn by `cargo xtask terminal`. Times are replaced by 0.0012s. -->\n\
         <style>\n\
         text {{ font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d5d9e0; white-space: pre; animation: show 1ms both }}\n\
         .b {{ font-weight: bold; fill: #fff }} .c {{ fill: #62c8d8 }} .g {{ fill: #8ccf7e }} .r {{ font-weight: bold; fill: #f2777a }} .y {{ fill: #e5c76b }} .d {{ fill: #8a8f98 }}\n\
         @keyframes show {{ from {{ opacity: 0 }} }}\n\
         @media (prefers-reduced-motion: reduce) {{ text {{ animation: none }} }}\n\
         </style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#16181d\"/>\n"
    );
    let mut time = 0;
    for (index, line) in lines.iter().enumerate() {
        time += if line.contains("$ ") { 1500 } else { 30 };
        if line.is_empty() {
            continue;
        }
        let y = MARGIN + HEIGHT * index + 13;
        let _ = write!(out, "<text x=\"{MARGIN}\" y=\"{y}\" style=\"animation-delay: {time}ms\">");
        for (colour, text) in spans(line) {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let style = style(&colour);
            let _ = if style.is_empty() { write!(out, "{text}") } else { write!(out, "<tspan{style}>{text}</tspan>") };
        }
        out += "</text>\n";
    }
    out + "</svg>\n"
}
