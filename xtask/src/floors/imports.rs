//! The paths of its own crate that a source file names: in `use`, and anywhere else in its code.

/// A path from the crate's root, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub path: Vec<String>,
    pub line: usize,
    /// What a `use` calls it here.
    pub name: String,
}

/// What a file says of others of its crate. `module` is the file's own path. A `use` that begins with any other name than
/// `crate`, `self` and `super` is taken for one from `module`, which it is where a module has its own parts in mind.
pub(super) fn imports(source: &str, module: &[String]) -> Vec<Import> {
    let mut reader =
        Reader { tokens: tokens(source), at: 0, module: module.to_vec(), inner: Vec::new(), found: Vec::new() };
    reader.read();
    reader.found
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `::`
    Path,
    Sign(char),
}

struct Reader {
    tokens: Vec<(Token, usize)>,
    at: usize,
    /// The module that the reader is in.
    module: Vec<String>,
    /// For each open brace, whether it is a module's.
    inner: Vec<bool>,
    found: Vec<Import>,
}

impl Reader {
    fn read(&mut self) {
        while let Some((token, _)) = self.tokens.get(self.at) {
            match token {
                Token::Sign('{') => {
                    let module = self.module_before();
                    self.inner.push(module.is_some());
                    self.module.extend(module);
                    self.at += 1;
                }
                Token::Sign('}') => {
                    if self.inner.pop() == Some(true) {
                        self.module.pop();
                    }
                    self.at += 1;
                }
                Token::Sign('#') if self.is_tests() => self.skip_tests(),
                Token::Word(word) if word == "use" => {
                    self.at += 1;
                    self.tree(&[], true);
                }
                Token::Word(word) if is_anchor(word) && !self.follows_path() => self.tree(&[], false),
                _ => self.at += 1,
            }
        }
    }

    /// The name in `mod name`, which stands before a brace.
    fn module_before(&self) -> Option<String> {
        match self.tokens.get(self.at.checked_sub(2)?..self.at)? {
            [(Token::Word(keyword), _), (Token::Word(name), _)] if keyword == "mod" => Some(name.clone()),
            _ => None,
        }
    }

    /// `#[cfg(test)] mod name {`
    fn is_tests(&self) -> bool {
        let rest = &self.tokens[self.at..];
        let attribute = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
        let spells = |(token, text): (&(Token, usize), &str)| match &token.0 {
            Token::Word(word) => word == text,
            Token::Sign(sign) => text.len() == 1 && text.starts_with(*sign),
            Token::Path => false,
        };
        rest.len() > attribute.len() + 1
            && rest.iter().zip(attribute).all(spells)
            && rest[attribute.len() + 1].0 == Token::Sign('{')
    }

    /// Tests may know what they like.
    fn skip_tests(&mut self) {
        let mut depth = 0_usize;
        while let Some((token, _)) = self.tokens.get(self.at) {
            self.at += 1;
            match token {
                Token::Sign('{') => depth += 1,
                Token::Sign('}') => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn follows_path(&self) -> bool {
        self.at.checked_sub(1).is_some_and(|before| self.tokens[before].0 == Token::Path)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    /// `a::b`, and in a `use` also `a::{b, c::*}` and `a as b`, after what stands before it.
    fn tree(&mut self, before: &[String], in_use: bool) {
        let mut path = before.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |(_, line)| *line);
        loop {
            match self.peek() {
                Some(Token::Word(word)) => {
                    path.push(word.clone());
                    self.at += 1;
                }
                Some(Token::Sign('*')) if in_use => {
                    path.push("*".to_owned());
                    self.at += 1;
                    break;
                }
                Some(Token::Sign('{')) if in_use => return self.group(&path),
                // `::name` is another crate's.
                Some(Token::Path) if path.is_empty() => {}
                _ => break,
            }
            if self.peek() != Some(&Token::Path) {
                break;
            }
            self.at += 1;
        }
        let mut name = path.last().cloned().unwrap_or_default();
        if in_use
            && self.peek() == Some(&Token::Word("as".to_owned()))
            && let Some((Token::Word(alias), _)) = self.tokens.get(self.at + 1)
        {
            name.clone_from(alias);
            self.at += 2;
        }
        self.keep(&path, line, name, in_use);
    }

    fn group(&mut self, path: &[String]) {
        self.at += 1;
        loop {
            match self.peek() {
                None => return,
                Some(Token::Sign('}')) => {
                    self.at += 1;
                    return;
                }
                Some(Token::Sign(',')) => self.at += 1,
                Some(Token::Word(_) | Token::Path | Token::Sign('{' | '*')) => self.tree(path, true),
                Some(Token::Sign(_)) => self.at += 1,
            }
        }
    }

    fn keep(&mut self, path: &[String], line: usize, name: String, in_use: bool) {
        let (anchor, mut rest) = match path.split_first() {
            Some((anchor, rest)) if is_anchor(anchor) => (anchor.as_str(), rest),
            Some(_) if in_use => ("self", path),
            _ => return,
        };
        // `self` and `pub(crate)` alone name nothing.
        if rest.is_empty() && !in_use {
            return;
        }
        let mut absolute = if anchor == "crate" { Vec::new() } else { self.module.clone() };
        if anchor == "super" {
            absolute.pop();
            while let Some((_, further)) = rest.split_first().filter(|(word, _)| *word == "super") {
                absolute.pop();
                rest = further;
            }
        }
        let rest = rest.strip_suffix(&["self".to_owned()]).unwrap_or(rest);
        absolute.extend(rest.iter().cloned());
        self.found.push(Import { path: absolute, line, name });
    }
}

fn is_anchor(word: &str) -> bool {
    matches!(word, "crate" | "self" | "super")
}

fn tokens(source: &str) -> Vec<(Token, usize)> {
    let mut found = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => comment(rest),
            '"' => string(rest),
            '\'' => character(rest),
            _ if first == '_' || first.is_alphanumeric() => match quoted(rest) {
                Some(length) => length,
                None => word(rest, line, &mut found),
            },
            ':' if rest.starts_with("::") => {
                found.push((Token::Path, line));
                2
            }
            _ => {
                if !first.is_whitespace() {
                    found.push((Token::Sign(first), line));
                }
                first.len_utf8()
            }
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// A word, or `r#word`.
fn word(rest: &str, line: usize, found: &mut Vec<(Token, usize)>) -> usize {
    let raw = if rest.starts_with("r#") { 2 } else { 0 };
    let text = &rest[raw..];
    let end = text.find(|other: char| other != '_' && !other.is_alphanumeric()).unwrap_or(text.len());
    found.push((Token::Word(text[..end].to_owned()), line));
    raw + end
}

/// `/* .. */`, which may hold others.
fn comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at.min(rest.len())
}

/// `"..."`
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (index, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `'x'`; of a lifetime the quote alone.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => rest[3.min(rest.len())..].find('\'').map_or(1, |end| end + 4),
        Some((index, inner)) if rest[index + inner.len_utf8()..].starts_with('\'') => index + inner.len_utf8() + 1,
        _ => 1,
    }
}

/// `r"..."`, `r#"..."#`, `b"..."`, `c"..."` and their kin.
fn quoted(rest: &str) -> Option<usize> {
    let after = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - after.len();
    if prefix > 1 {
        return None;
    }
    let Some(raw) = after.strip_prefix('r') else {
        return match after.chars().next()? {
            '"' if prefix == 1 => Some(prefix + string(after)),
            '\'' if prefix == 1 => Some(prefix + character(after)),
            _ => None,
        };
    };
    let body = raw.trim_start_matches('#');
    let hashes = raw.len() - body.len();
    let body = body.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end).map_or(body.len(), |at| at + end.len());
    Some(prefix + 1 + hashes + 1 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[&str]) {
        let module = ["upper".to_owned(), "own".to_owned()];
        let found: Vec<String> = imports(source, &module).into_iter().map(|import| import.path.join("::")).collect();
        assert_eq!(found, expected, "of {source}");
    }

    #[test]
    fn in_use() {
        check("use crate::a::b;", &["a::b"]);
        check("pub(crate) use crate::a::{self, b::{c, d as e}, *};", &["a", "a::b::c", "a::b::d", "a::*"]);
        check("use super::{x, super::y};", &["upper::x", "y"]);
        check("use super::super::a::b;", &["a::b"]);
        check("use crate as all;", &[""]);
        check("use part::x;", &["upper::own::part::x"]);
        check("use {crate::a, crate::b};", &["a", "b"]);
        check("use crate::r#type::a;", &["type::a"]);
    }

    #[test]
    fn in_code() {
        check("fn x(a: crate::a::B<super::C>) -> self::D {}", &["a::B", "upper::C", "upper::own::D"]);
        check("let a = crate :: a\n :: b(self.c, crate::d!());", &["a::b", "d"]);
        check("macro_rules! m { () => { $crate::a::b() } }", &["a::b"]);
        check("pub(crate) fn a() {} pub(super) fn b(self) {}", &[]);
        check("pub(in crate::a) fn a() {}", &["a"]);
    }

    #[test]
    fn in_a_module_of_the_file() {
        check(
            "mod inner { use super::a; fn b() { super::super::c() } } use super::d;",
            &["upper::own::a", "upper::c", "upper::d"],
        );
    }

    #[test]
    fn not_in_tests() {
        check("#[cfg(test)] mod tests { use crate::a; fn b() { crate::c() } } use crate::d;", &["d"]);
        check("#[cfg(unix)] mod b { use crate::a; }", &["a"]);
    }

    #[test]
    fn not_in_comments_and_texts() {
        check("// crate::a\n/* crate::b /* crate::c */ */ let s = \"\\\"crate::d\";", &[]);
        check("let s = r#\"crate::a \" \"#; let c = '\"'; let d = '\\''; crate::b()", &["b"]);
        check("fn f<'a>(x: &'a str) { b\"crate::c\"; br\"crate::d\"; crate::e() }", &["e"]);
    }
}
