//! String's characters, lines, bytes and code points, one by one or as Arrays.

use super::{derive, text};
use crate::Args;
use crate::core::convert::{self, block_or_enumerator};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Receiver, method, variadic};
use crate::runtime::value::{RString, Value};

pub const METHODS: &[NativeMethod] = &[
    method("chars", chars, 0..=0),
    method("grapheme_clusters", grapheme_clusters, 0..=0),
    method("codepoints", codepoints, 0..=0).of(Receiver::Characters),
    variadic("lines", lines, 0).taking(&["chomp"]),
    method("each_char", each_char, 0..=0),
    method("each_grapheme_cluster", each_grapheme_cluster, 0..=0),
    method("each_codepoint", each_codepoint, 0..=0).of(Receiver::Characters),
    method("each_byte", each_byte, 0..=0),
    variadic("each_line", each_line, 0).taking(&["chomp"]),
];

/// The items to an Array, or each to the block.
fn give(interpreter: &mut Interpreter, this: &Value, args: &Args, items: Vec<Value>) -> Eval {
    let Some(block) = &args.block else { return Ok(Value::array(items)) };
    for item in items {
        interpreter.yield_value(block, item)?;
    }
    Ok(this.clone())
}

fn char_values(interpreter: &mut Interpreter, string: &RString) -> Eval<Vec<Value>> {
    interpreter.check_size(string.borrow().len().saturating_mul(size_of::<Value>()))?;
    convert::spend(interpreter, string.borrow().len() / 8)?;
    Ok(string.borrow().chars().map(|c| derive(string, c)).collect())
}

fn chars(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = char_values(interpreter, &text(this))?;
    give(interpreter, this, &args, items)
}

/// Characters with the combining marks, joiners and selectors that belong to them.
fn cluster_values(string: &RString) -> Vec<Value> {
    use unicode_normalization::char::is_combining_mark;
    let mut clusters: Vec<String> = Vec::new();
    let mut joined = false;
    for c in string.borrow().chars() {
        let regional = |c: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c);
        let extends = is_combining_mark(c) || matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
        match clusters.last_mut() {
            Some(last) if joined || extends || (c == '\n' && last == "\r") => last.push(c),
            Some(last) if regional(c) && last.chars().count() == 1 && last.chars().all(regional) => last.push(c),
            _ => clusters.push(c.to_string()),
        }
        joined = c == '\u{200d}';
    }
    clusters.into_iter().map(|cluster| derive(string, cluster)).collect()
}

fn grapheme_clusters(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = cluster_values(&text(this));
    give(interpreter, this, &args, items)
}

fn codepoint_values(string: &RString) -> Vec<Value> {
    string.borrow().chars().map(|c| Value::Int(i64::from(c as u32))).collect()
}

fn codepoints(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = codepoint_values(&text(this));
    give(interpreter, this, &args, items)
}

fn line_values(interpreter: &mut Interpreter, this: &Value, args: &Args) -> Eval<Vec<Value>> {
    let mut args = args.clone();
    let chomp = args.take_options().and_then(|options| options.get_symbol("chomp")).is_some_and(|chomp| chomp.truthy());
    let string = text(this);
    if args.has(0) && args.first().is_nil() {
        return Ok(vec![derive(&string, &*string.borrow())]);
    }
    let separator = if args.has(0) { convert::string(interpreter, &args.first())? } else { "\n".to_owned() };
    let content = string.to_string();
    let mut out = Vec::new();
    let mut rest = content.as_str();
    while !rest.is_empty() {
        let end = line_end(rest, &separator);
        let line = &rest[..end];
        let kept = match separator.as_str() {
            _ if !chomp => line,
            "\n" => super::case::chomped(line),
            "" => line.trim_end_matches('\n'),
            separator => line.strip_suffix(separator).unwrap_or(line),
        };
        out.push(derive(&string, kept));
        rest = &rest[end..];
        if separator.is_empty() {
            rest = rest.trim_start_matches('\n');
        }
    }
    Ok(out)
}

/// Where the first line ends, separator included. An empty separator means paragraphs.
fn line_end(text: &str, separator: &str) -> usize {
    if !separator.is_empty() {
        return text.find(separator).map_or(text.len(), |at| at + separator.len());
    }
    match text.find("\n\n") {
        Some(at) => at + 2,
        None => text.len(),
    }
}

fn lines(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = line_values(interpreter, this, &args)?;
    give(interpreter, this, &args, items)
}

fn each_line(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_line");
    let items = line_values(interpreter, this, &args)?;
    give(interpreter, this, &args.with_block(Some(block)), items)
}

fn each_char(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_char");
    let items = char_values(interpreter, &text(this))?;
    give(interpreter, this, &args.with_block(Some(block)), items)
}

fn each_grapheme_cluster(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_grapheme_cluster");
    give(interpreter, this, &args.with_block(Some(block)), cluster_values(&text(this)))
}

fn each_codepoint(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_codepoint");
    give(interpreter, this, &args.with_block(Some(block)), codepoint_values(&text(this)))
}

fn each_byte(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_byte");
    let items = text(this).bytes().into_iter().map(|byte| Value::Int(byte.into())).collect();
    give(interpreter, this, &args.with_block(Some(block)), items)
}
