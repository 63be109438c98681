//! The files that a migration loads by a name that stands in its code: `require_relative "x"`, `require Rails.root.join("lib/x")`.

use ruby::Source;
use ruby::ast::{Call, Node, NodeKind};
use ruby::source::SourceFile;

use super::Reason;

/// A file that a migration asks for.
pub struct Required {
    /// From the app's root or absolute, with its extension.
    pub path: String,
    /// The code that asks stands where it runs as soon as the file is loaded.
    pub certain: bool,
    reason: Reason,
}

impl Required {
    /// Why the migration is refused when the app has the file and a run may not read it.
    pub fn refusal(&self) -> Reason {
        self.reason.clone()
    }
}

/// What `source` asks for. `root` is the app's, from which its path is told where it is not absolute.
pub fn required(source: &Source, root: &str) -> Vec<Required> {
    let Ok(program) = source.program() else { return Vec::new() };
    let mut found = Vec::new();
    let path = from_root(source.path(), root);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    collect(&program.body.node, true, &mut |call, certain| {
        if let Some(required) = required_path(call, folder, root) {
            found.push(Required { reason: reason(&program.body.file, call, &required), path: required, certain });
        }
    });
    found
}

fn collect(node: &Node, certain: bool, found: &mut impl FnMut(&Call, bool)) {
    if let NodeKind::Call(call) = &node.kind
        && call.receiver.is_none()
    {
        found(call, certain);
    }
    let certain = certain && matches!(node.kind, NodeKind::Sequence(_) | NodeKind::Class(_) | NodeKind::Module(_));
    node.each_child(&mut |child| collect(child, certain, found));
}

/// The file that a call asks for, from the app's root, where its name is written down. `path` is that of the file it is in.
pub(super) fn path_of(call: &Call, path: &str, root: &str) -> Option<String> {
    let path = from_root(path, root);
    required_path(call, path.rsplit_once('/').map_or("", |(folder, _)| folder), root)
}

fn from_root(path: &str, root: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", root.trim_end_matches('/')) }
}

fn required_path(call: &Call, folder: &str, root: &str) -> Option<String> {
    let argument = call.arguments.positional.first()?;
    let name = &*call.name.to_str();
    let path = match (name, literal(argument)) {
        ("require_relative", Some(text)) => absolute(&format!("{folder}/{text}")),
        ("require" | "require_dependency" | "load", Some(text)) if !text.starts_with(['.', '/']) => {
            format!("lib/{text}")
        }
        ("require" | "require_dependency" | "load", None) => below_root(argument)?,
        _ => return None,
    };
    let path = path.strip_prefix(&format!("{}/", root.trim_end_matches('/'))).map_or(path.clone(), str::to_owned);
    Some(if path.ends_with(".rb") { path } else { format!("{path}.rb") })
}

/// A text that is written down, also where Active Support lays it out.
pub(super) fn literal_text(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::Call(call)
            if matches!(&*call.name.to_str(), "squish" | "strip" | "strip_heredoc" | "chomp" | "freeze") =>
        {
            literal(call.receiver.as_ref()?)
        }
        _ => literal(node),
    }
}

fn literal(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::String(text) => Some(String::from_utf8_lossy(&text.bytes).into_owned()),
        _ => None,
    }
}

/// `Rails.root.join("lib", "x")`, `.to_s` and its like behind it or not.
fn below_root(node: &Node) -> Option<String> {
    let NodeKind::Call(call) = &node.kind else { return None };
    if !call.name.is("join") {
        return below_root(call.receiver.as_ref()?);
    }
    let NodeKind::Call(root) = &call.receiver.as_ref()?.kind else { return None };
    let is_rails =
        matches!(root.receiver.as_ref().map(|node| &node.kind), Some(NodeKind::Constant(name)) if name.is("Rails"));
    if !root.name.is("root") || !is_rails {
        return None;
    }
    let parts: Option<Vec<_>> = call.arguments.positional.iter().map(literal).collect();
    parts.map(|parts| parts.join("/"))
}

/// Without `.` and `..`.
fn absolute(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn reason(file: &SourceFile, call: &Call, path: &str) -> Reason {
    let span = call.arguments.positional.first().map_or(call.name_span, |argument| argument.span);
    let (line, column) = file.position(span.start);
    let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
    Reason {
        message: format!("`{path}` is outside of what a migration may read"),
        line,
        column,
        excerpt: file.excerpt(span),
        hint: Some(format!("`--include {path}`, or `--include {folder}`, lets it in")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_the_ways_they_are_written() {
        let check = |source: &str, expected: &[(&str, bool)]| {
            let found = required(&Source::new("/app/db/migrate/1_x.rb", source), "/app");
            let found: Vec<_> = found.iter().map(|found| (found.path.as_str(), found.certain)).collect();
            assert_eq!(found, expected, "{source}");
        };
        check("require_relative '../../lib/x/y'", &[("lib/x/y.rb", true)]);
        check("require_relative '2_y'", &[("db/migrate/2_y.rb", true)]);
        check("require Rails.root.join('lib', 'x').to_s", &[("lib/x.rb", true)]);
        check("require 'x'", &[("lib/x.rb", true)]);
        check("class A; def up; require_relative './b'; end; end", &[("db/migrate/b.rb", false)]);
        check("require File.expand_path('x', __dir__)", &[]);
    }
}
