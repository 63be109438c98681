//! The commands and their options, as clap has them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};

use super::table;
use crate::cli::args::Cli;

/// An option that so many commands have is described once.
const MANY: usize = 6;

/// The part of the page that is about commands.
pub(super) fn section() -> String {
    let mut cli = Cli::command();
    cli.build();
    let mut all = Vec::new();
    collect(&cli, "maglev", &mut all);
    let mut counts: BTreeMap<[String; 2], usize> = BTreeMap::new();
    for option in all.iter().flat_map(|(_, command)| options(command)) {
        *counts.entry(row(option)).or_default() += 1;
    }
    let is_shared = |option: &Arg| counts[&row(option)] >= MANY;
    let mut shared: Vec<[String; 2]> = Vec::new();
    for option in all.iter().flat_map(|(_, command)| options(command)).filter(|option| is_shared(option)) {
        if !shared.contains(&row(option)) {
            shared.push(row(option));
        }
    }
    let mut out = "## Commands\n".to_owned();
    for (name, command) in &all {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = write!(out, "\n### {name}\n\n{about}.\n");
        let (of_many, own): (Vec<&Arg>, Vec<&Arg>) = options(command).partition(|option| is_shared(option));
        if !own.is_empty() {
            out += &format!("\n{}", table(["option", "meaning"], own.into_iter().map(row)));
        }
        let names: Vec<_> =
            of_many.iter().filter_map(|option| option.get_long()).map(|name| format!("`--{name}`")).collect();
        if !names.is_empty() {
            let _ = writeln!(out, "\nBesides: {}.", names.join(", "));
        }
    }
    out + "\n## Options of many commands\n\n" + &table(["option", "meaning"], shared)
}

/// The commands that do something, with their whole names; those of Rails' that nobody calls by these names are hidden.
fn collect<'c>(command: &'c Command, name: &str, all: &mut Vec<(String, &'c Command)>) {
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = format!("{name} {}", command.get_name());
        if !command.is_subcommand_required_set() {
            all.push((name.clone(), command));
        }
        collect(command, &name, all);
    }
}

fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|argument| !argument.is_hide_set() && argument.get_id() != "help")
}

/// How an option is written, and what it means.
fn row(option: &Arg) -> [String; 2] {
    let values: Vec<_> = option.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
    let takes_value = option.get_action().takes_values();
    let values = if takes_value { values.join(" ") } else { String::new() };
    let written = match (option.get_short(), option.get_long()) {
        (short, Some(long)) => {
            let short = short.map_or_else(String::new, |short| format!("-{short}, "));
            format!("{short}--{long} {values}").trim_end().to_owned()
        }
        _ if option.is_required_set() => values,
        _ => format!("[{values}]..."),
    };
    let mut about = option.get_help().map(ToString::to_string).unwrap_or_default();
    let choices: Vec<_> = option.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    if takes_value && !choices.is_empty() {
        let _ = write!(about, ": {}", choices.join(", "));
    }
    [format!("`{written}`"), about]
}
