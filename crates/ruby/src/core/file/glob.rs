//! `Dir.glob`: walks folders by the parts of a pattern, in Ruby's order. A folder that the run cannot see ends it.

use super::door;
use super::fnmatch::{Flags, each_choice, part_matches};
use crate::runtime::exception::Eval;
use crate::runtime::host::Sight;
use crate::runtime::interpreter::Interpreter;

enum Part {
    /// `**/`
    Folders,
    Literal(String),
    Match(Vec<char>),
    /// Nothing after a last slash: folders only.
    Slash,
}

struct Walk<'a> {
    parts: Vec<Part>,
    flags: Flags,
    base: Option<&'a str>,
    found: &'a mut Vec<String>,
}

/// Adds the paths that match a pattern, below `base` where one is given.
pub(super) fn glob(
    interpreter: &mut Interpreter,
    pattern: &str,
    flags: Flags,
    base: Option<&str>,
    found: &mut Vec<String>,
) -> Eval<()> {
    let pattern: Vec<char> = pattern.chars().collect();
    each_choice(&pattern, flags, &mut |choice| {
        // Each choice costs what it takes to look at it, however many there are.
        let work = 1 + choice.len() as u64 / 8;
        interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))?;
        if choice.is_empty() {
            return Ok(());
        }
        let (prefix, parts) = parts(choice, flags);
        let mut walk = Walk { parts, flags, base, found };
        walk.visit(interpreter, &prefix, &[0], false)
    })
}

/// The leading slashes, and what follows by its slashes.
fn parts(pattern: &[char], flags: Flags) -> (String, Vec<Part>) {
    let leading = pattern.iter().take_while(|&&c| c == '/').count();
    let mut rest = &pattern[leading..];
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(&['*', '*', '/']) {
            while rest.starts_with(&['*', '*', '/']) {
                rest = &rest[3..];
                rest = &rest[rest.iter().take_while(|&&c| c == '/').count()..];
            }
            parts.push(Part::Folders);
            continue;
        }
        let end = segment_end(rest, flags);
        let segment = &rest[..end];
        if segment.is_empty() {
            if leading > 0 || !parts.is_empty() {
                parts.push(Part::Slash);
            }
            break;
        }
        parts.push(part(segment, flags));
        let slashes = rest[end..].iter().take_while(|&&c| c == '/').count();
        if slashes == 0 {
            break;
        }
        rest = &rest[end + slashes..];
    }
    (pattern[..leading.min(1)].iter().collect(), parts)
}

fn segment_end(pattern: &[char], flags: Flags) -> usize {
    let mut at = 0;
    let mut open = false;
    while at < pattern.len() {
        match pattern[at] {
            '[' => open = true,
            ']' => open = false,
            '/' if !open => return at,
            '\\' if !flags.has(Flags::NOESCAPE) => at += 1,
            _ => {}
        }
        at += 1;
    }
    pattern.len()
}

fn part(segment: &[char], flags: Flags) -> Part {
    if segment.iter().any(|c| matches!(c, '*' | '?' | '[')) {
        return Part::Match(segment.to_vec());
    }
    let mut text = String::new();
    let mut chars = segment.iter();
    while let Some(&c) = chars.next() {
        match c {
            '\\' if !flags.has(Flags::NOESCAPE) => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    Part::Literal(text)
}

impl Walk<'_> {
    /// `path` as the answer shows it; `at` are the parts that may come next.
    fn visit(&mut self, interpreter: &mut Interpreter, path: &str, at: &[usize], descended: bool) -> Eval<()> {
        let at = self.with_none(at);
        let work = 1 + at.len() as u64;
        interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))?;
        if at.contains(&self.parts.len()) && self.sight(interpreter, path)? != Sight::Nothing {
            self.add(interpreter, path.to_owned())?;
        }
        let wants_folder = at.iter().any(|&index| matches!(self.parts.get(index), Some(Part::Slash)));
        if wants_folder && self.sight(interpreter, path)? == Sight::Folder {
            let slash = if path.ends_with('/') { "" } else { "/" };
            self.add(interpreter, format!("{path}{slash}"))?;
        }
        let lists = at.iter().any(|&index| matches!(self.parts.get(index), Some(Part::Folders | Part::Match(_))));
        if lists {
            return self.list(interpreter, path, &at, descended);
        }
        let mut seen: Vec<&str> = Vec::new();
        let mut next = Vec::new();
        for &index in &at {
            if let Some(Part::Literal(name)) = self.parts.get(index)
                && !seen.contains(&name.as_str())
            {
                seen.push(name);
                next.push((below(path, name), index + 1));
            }
        }
        next.into_iter().try_for_each(|(path, index)| self.visit(interpreter, &path, &[index], false))
    }

    /// `**/` may stand for no folder at all.
    fn with_none(&self, at: &[usize]) -> Vec<usize> {
        let mut all = Vec::new();
        for &index in at {
            let mut index = index;
            all.push(index);
            while matches!(self.parts.get(index), Some(Part::Folders)) {
                index += 1;
                all.push(index);
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `descended`: through `**/`, below which a folder is not its own content.
    fn list(&mut self, interpreter: &mut Interpreter, path: &str, at: &[usize], descended: bool) -> Eval<()> {
        let shown = if path.is_empty() { "." } else { path };
        let Some(entries) = door::children(interpreter, &self.real(shown))? else { return Ok(()) };
        let mut names: Vec<(String, bool)> = entries.into_iter().map(|entry| (entry.name, entry.is_folder)).collect();
        if !descended {
            names.insert(0, (".".to_owned(), false));
        }
        for (name, is_folder) in names {
            let next = self.after(interpreter, at, &name, is_folder)?;
            if !next.is_empty() {
                let descends = next.iter().any(|index| at.contains(index));
                self.visit(interpreter, &below(path, &name), &next, descends)?;
            }
        }
        Ok(())
    }

    /// The parts that may come after a name.
    fn after(&self, interpreter: &mut Interpreter, at: &[usize], name: &str, is_folder: bool) -> Eval<Vec<usize>> {
        let chars: Vec<char> = name.chars().collect();
        let mut next = Vec::new();
        for &index in at {
            match self.parts.get(index) {
                Some(Part::Folders) => {
                    let hidden = name.starts_with('.') && (!self.flags.has(Flags::DOTMATCH) || name == ".");
                    if is_folder && !hidden {
                        next.push(index);
                    }
                }
                Some(Part::Match(pattern)) => {
                    let work = 1 + (pattern.len() * chars.len()) as u64 / 64;
                    interpreter.budget.steps(work).map_err(|kind| interpreter.abort(kind))?;
                    let recursive = at.iter().any(|&index| matches!(self.parts.get(index), Some(Part::Folders)));
                    let itself = name == "." && recursive && !self.flags.has(Flags::DOTMATCH);
                    if !itself && part_matches(pattern, &chars, self.flags) {
                        next.push(index + 1);
                    }
                }
                Some(Part::Literal(literal)) if literal == name => next.push(index + 1),
                _ => {}
            }
        }
        Ok(next)
    }

    fn sight(&self, interpreter: &mut Interpreter, path: &str) -> Eval<Sight> {
        if path.is_empty() {
            return Ok(Sight::Nothing);
        }
        door::look(interpreter, &self.real(path))
    }

    fn real(&self, path: &str) -> String {
        match self.base {
            Some(base) if !path.starts_with('/') => format!("{}/{path}", base.trim_end_matches('/')),
            _ => path.to_owned(),
        }
    }

    fn add(&mut self, interpreter: &mut Interpreter, path: String) -> Eval<()> {
        interpreter.check_size(self.found.len().saturating_mul(64) + path.len())?;
        self.found.push(path);
        Ok(())
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() || path.ends_with('/') { format!("{path}{name}") } else { format!("{path}/{name}") }
}
