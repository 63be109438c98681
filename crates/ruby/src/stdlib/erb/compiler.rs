//! Templates as Ruby source. Which line what stands on is the template's, one further down, and what a comment at the end of
//! a tag hides is what it hides in Ruby: the statements of one line are joined by semicolons.

use std::fmt::Write as _;

/// Which line ends a template loses, besides what `%` at the beginning of a line means.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Trim {
    #[default]
    Nothing,
    /// `>`: that of each line that ends in a tag.
    Ends,
    /// `<>`: that of each line that begins and ends with a tag.
    BeginsAndEnds,
    /// `-`: those that `-%>` asks for; `<%-` takes the blanks before it.
    Dashes,
}

/// Which white space around tags goes.
#[derive(Clone, Copy, Default)]
pub(super) struct TrimMode {
    pub trim: Trim,
    pub percent_lines: bool,
}

impl TrimMode {
    /// `trim_mode:`; what it does not know it leaves aside.
    pub(super) fn named(mode: &str) -> Self {
        let trim = match mode {
            mode if mode.contains('-') => Trim::Dashes,
            mode if mode.contains("<>") => Trim::BeginsAndEnds,
            mode if mode.contains('>') => Trim::Ends,
            _ => Trim::Nothing,
        };
        Self { trim, percent_lines: mode.contains('%') }
    }

    /// Whether Ruby takes a mode without a warning.
    pub(super) fn is_known(mode: &str) -> bool {
        let known = ["%", "-", ">", "<>"];
        known.contains(&mode)
            || known.iter().any(|first| mode.strip_prefix(first).is_some_and(|second| known.contains(&second)))
    }
}

/// The source whose value is the template's text, collected in the variable `out`.
pub(super) fn compile(template: &str, mode: TrimMode, out: &str) -> String {
    let mut compiler = Compiler {
        mode,
        out,
        script: "#coding:UTF-8\n".to_owned(),
        line: vec![format!("{out} = +''")],
        text: String::new(),
        tag: None,
    };
    if mode.percent_lines {
        for line in template.split_inclusive('\n') {
            compiler.percent_line(line);
        }
    } else {
        compiler.scan(template);
    }
    compiler.put_text();
    compiler.line.push(out.to_owned());
    compiler.script.push_str(&compiler.line.join("; "));
    compiler.script
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Code,
    Value,
    Comment,
}

struct Compiler<'a> {
    mode: TrimMode,
    out: &'a str,
    script: String,
    /// The statements of the line that is being written.
    line: Vec<String>,
    /// Text, or the inside of a tag, that is being collected.
    text: String,
    tag: Option<Tag>,
}

/// What a template is made of besides text.
#[derive(Clone, Copy)]
enum Mark {
    Open(Tag),
    /// `<%%`
    EscapedOpen,
    Close,
    /// `%%>`
    EscapedClose,
    /// `-%>`
    DashedClose,
    LineEnd,
    End,
}

/// A mark, where it begins and where what follows it does.
struct Found {
    mark: Mark,
    start: usize,
    end: usize,
}

impl Compiler<'_> {
    fn percent_line(&mut self, line: &str) {
        match line.strip_prefix('%').filter(|_| self.tag.is_none()) {
            None => self.scan(line),
            Some(rest) if rest.starts_with('%') => self.scan(rest),
            Some(code) => {
                self.put_text();
                self.line.push(code.trim_end_matches(['\n', '\r']).to_owned());
                self.end_line();
            }
        }
    }

    fn scan(&mut self, source: &str) {
        let mut at = 0;
        // Whether the line so far begins with a tag; None before anything of it was seen.
        let mut begins_with_tag = None;
        while at < source.len() {
            let found = self.find(source, at);
            if found.start > at {
                begins_with_tag.get_or_insert(false);
                self.text.push_str(&source[at..found.start]);
            }
            at = found.end;
            let written = &source[found.start..found.end];
            match found.mark {
                Mark::End => {}
                Mark::LineEnd => {
                    self.text.push('\n');
                    if self.tag.is_none() {
                        self.put_text();
                    }
                    begins_with_tag = None;
                }
                Mark::Open(tag) if self.tag.is_none() => {
                    begins_with_tag.get_or_insert(true);
                    self.put_text();
                    self.tag = Some(tag);
                }
                Mark::EscapedOpen if self.tag.is_none() => {
                    begins_with_tag.get_or_insert(false);
                    self.text.push_str("<%");
                }
                Mark::EscapedClose if self.tag.is_some() => {
                    begins_with_tag.get_or_insert(false);
                    self.text.push_str("%>");
                }
                Mark::Close | Mark::DashedClose => {
                    let begins = *begins_with_tag.get_or_insert(false);
                    at += self.close(found.mark, written, &source[at..], begins, &mut begins_with_tag);
                }
                Mark::Open(_) | Mark::EscapedOpen | Mark::EscapedClose => {
                    begins_with_tag.get_or_insert(false);
                    self.text.push_str(written);
                }
            }
        }
    }

    /// The end of a tag, or what looks like it. Answers how much of what follows goes with it.
    fn close(
        &mut self,
        mark: Mark,
        written: &str,
        rest: &str,
        begins: bool,
        begins_with_tag: &mut Option<bool>,
    ) -> usize {
        let line_end = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        if self.tag.is_none() && self.mode.trim == Trim::Dashes {
            self.text.push_str(written);
            return 0;
        }
        if self.tag.is_some() {
            self.end_tag();
        } else {
            self.text.push_str(written);
        }
        match (self.mode.trim, mark) {
            (Trim::Dashes, Mark::DashedClose) | (Trim::Ends, _) if line_end > 0 => self.end_line(),
            (Trim::BeginsAndEnds, _) if line_end > 0 => {
                if begins {
                    self.end_line();
                } else {
                    self.text.push('\n');
                    self.put_text();
                }
                *begins_with_tag = None;
            }
            _ => return 0,
        }
        line_end
    }

    fn end_tag(&mut self) {
        let mut inside = std::mem::take(&mut self.text);
        match self.tag.take() {
            Some(Tag::Value) => self.line.push(format!("{}.<<(({inside}).to_s)", self.out)),
            Some(Tag::Comment) => self.line.push("\n".repeat(inside.matches('\n').count())),
            Some(Tag::Code) | None => {
                let ends_line = inside.ends_with('\n');
                if ends_line {
                    inside.pop();
                }
                self.line.push(inside);
                if ends_line {
                    self.end_line();
                }
            }
        }
    }

    fn end_line(&mut self) {
        self.script.push_str(&self.line.join("; "));
        self.script.push('\n');
        self.line.clear();
    }

    fn put_text(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let lines = "\n".repeat(text.matches('\n').count());
        self.line.push(format!("{}.<< {}.freeze{lines}", self.out, dumped(&text)));
    }

    /// The next mark that means something here.
    fn find(&self, source: &str, from: usize) -> Found {
        let by_lines = self.mode.percent_lines || matches!(self.mode.trim, Trim::Ends | Trim::BeginsAndEnds);
        let dashes = self.mode.trim == Trim::Dashes;
        let bytes = source.as_bytes();
        let mut at = from;
        while at < bytes.len() {
            let rest = &source[at..];
            let found = match bytes[at] {
                b'\n' if by_lines && !dashes => Some((Mark::LineEnd, 1)),
                b'<' if by_lines || self.tag.is_none() => open_mark(rest, dashes),
                b'-' if dashes && (by_lines || self.tag.is_some()) && rest.starts_with("-%>") => {
                    Some((Mark::DashedClose, 3))
                }
                b'%' if by_lines || self.tag.is_some() => close_mark(rest),
                _ => None,
            };
            if let Some((mark, length)) = found {
                let start = if rest.starts_with("<%-") && dashes && self.tag.is_none() {
                    self.blanks_before(source, from, at)
                } else {
                    at
                };
                return Found { mark, start, end: at + length };
            }
            at += 1;
            while !source.is_char_boundary(at) {
                at += 1;
            }
        }
        Found { mark: Mark::End, start: source.len(), end: source.len() }
    }

    /// Where the blanks before `<%-` begin, if the line begins with them. Without `%` lines, what follows a tag counts as
    /// a line's beginning.
    fn blanks_before(&self, source: &str, from: usize, at: usize) -> usize {
        let start = source[from..at].trim_end_matches([' ', '\t']).len() + from;
        let begins = start == 0 || source[..start].ends_with('\n') || start == from && !self.mode.percent_lines;
        if begins { start } else { at }
    }
}

fn open_mark(rest: &str, dashes: bool) -> Option<(Mark, usize)> {
    let after = rest.strip_prefix("<%")?;
    Some(match after.as_bytes().first() {
        Some(b'-') if dashes => (Mark::Open(Tag::Code), 3),
        Some(b'%') => (Mark::EscapedOpen, 3),
        Some(b'=') => (Mark::Open(Tag::Value), 3),
        Some(b'#') => (Mark::Open(Tag::Comment), 3),
        _ => (Mark::Open(Tag::Code), 2),
    })
}

fn close_mark(rest: &str) -> Option<(Mark, usize)> {
    if rest.starts_with("%%>") {
        return Some((Mark::EscapedClose, 3));
    }
    rest.starts_with("%>").then_some((Mark::Close, 2))
}

/// A literal of the text's bytes.
fn dumped(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => literal.push_str("\\\""),
            b'\\' => literal.push_str("\\\\"),
            b'#' if matches!(bytes.get(index + 1), Some(b'{' | b'$' | b'@')) => literal.push_str("\\#"),
            b'\n' => literal.push_str("\\n"),
            b'\r' => literal.push_str("\\r"),
            b'\t' => literal.push_str("\\t"),
            0x0c => literal.push_str("\\f"),
            0x0b => literal.push_str("\\v"),
            0x08 => literal.push_str("\\b"),
            0x07 => literal.push_str("\\a"),
            0x1b => literal.push_str("\\e"),
            0x20..=0x7e => literal.push(char::from(*byte)),
            // Writing to a String does not fail.
            _ => drop(write!(literal, "\\x{byte:02X}")),
        }
    }
    literal.push('"');
    literal
}
