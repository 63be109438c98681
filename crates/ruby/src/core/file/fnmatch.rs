//! `fnmatch`: one name against one pattern of a shell. The time is bounded by the product of the lengths.

/// `File::FNM_*`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(pub i64);

impl Flags {
    /// `File::FNM_NOESCAPE`
    pub(super) const NOESCAPE: i64 = 1;
    /// `File::FNM_PATHNAME`
    pub(super) const PATHNAME: i64 = 2;
    /// `File::FNM_DOTMATCH`
    pub(super) const DOTMATCH: i64 = 4;
    /// `File::FNM_CASEFOLD`
    pub(super) const CASEFOLD: i64 = 8;
    /// `File::FNM_EXTGLOB`
    pub(super) const EXTGLOB: i64 = 16;

    /// Whether it was given.
    pub(super) fn has(self, flag: i64) -> bool {
        self.0 & flag != 0
    }
}

/// Whether a whole name matches. With `PATHNAME`, a name is a path, and `**/` stands for folders.
pub(super) fn matches(pattern: &[char], name: &[char], flags: Flags) -> bool {
    if flags.has(Flags::PATHNAME) { path_matches(pattern, name, flags) } else { part_matches(pattern, name, flags) }
}

/// Segment by segment; after `**/`, a failure goes on at the next segment.
fn path_matches(pattern: &[char], name: &[char], flags: Flags) -> bool {
    let (mut pattern, mut name) = (pattern, name);
    let mut retry: Option<(&[char], &[char])> = None;
    loop {
        while pattern.starts_with(&['*', '*', '/']) {
            pattern = &pattern[3..];
            retry = Some((pattern, name));
        }
        let (segment, rest) = split_pattern(pattern);
        let (part, left) = split(name);
        if part_matches(segment, part, flags) {
            match (rest, left) {
                (None, None) => return true,
                (Some(rest), Some(left)) => {
                    pattern = rest;
                    name = left;
                    continue;
                }
                _ => {}
            }
        }
        let Some((again, from)) = retry else { return false };
        let (part, left) = split(from);
        let Some(left) = left.filter(|_| flags.has(Flags::DOTMATCH) || part.first() != Some(&'.')) else {
            return false;
        };
        pattern = again;
        name = left;
        retry = Some((again, left));
    }
}

fn split(name: &[char]) -> (&[char], Option<&[char]>) {
    match name.iter().position(|&c| c == '/') {
        Some(slash) => (&name[..slash], Some(&name[slash + 1..])),
        None => (name, None),
    }
}

/// As [`split`]; a slash inside of brackets is none.
fn split_pattern(pattern: &[char]) -> (&[char], Option<&[char]>) {
    split(pattern)
}

/// Only the last star need be tried again, so that no pattern takes more than its length times the name's.
pub(super) fn part_matches(pattern: &[char], name: &[char], flags: Flags) -> bool {
    let hides = name.first() == Some(&'.') && !flags.has(Flags::DOTMATCH);
    if hides && !literal_dot(pattern, flags) {
        return false;
    }
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&'*') {
            while pattern.get(p) == Some(&'*') {
                p += 1;
            }
            star = Some((p, n));
            continue;
        }
        if n == name.len() && p == pattern.len() {
            return true;
        }
        let taken = if n < name.len() { one(&pattern[p..], name[n], flags) } else { None };
        if let Some(length) = taken {
            p += length;
            n += 1;
            continue;
        }
        match star {
            Some((after, from)) if from < name.len() => {
                p = after;
                n = from + 1;
                star = Some((after, n));
            }
            _ => return false,
        }
    }
}

fn literal_dot(pattern: &[char], flags: Flags) -> bool {
    match pattern {
        ['.', ..] => true,
        ['\\', '.', ..] => !flags.has(Flags::NOESCAPE),
        _ => false,
    }
}

/// How much of a pattern takes this one character.
fn one(pattern: &[char], c: char, flags: Flags) -> Option<usize> {
    match pattern {
        [] => None,
        ['?', ..] => Some(1),
        ['[', rest @ ..] => set(rest, c, flags).map(|length| length + 1),
        ['\\', escaped, ..] if !flags.has(Flags::NOESCAPE) => same(*escaped, c, flags).then_some(2),
        [own, ..] => same(*own, c, flags).then_some(1),
    }
}

fn same(a: char, b: char, flags: Flags) -> bool {
    a == b || flags.has(Flags::CASEFOLD) && a.eq_ignore_ascii_case(&b)
}

/// `[a-z]`, behind its bracket: its length where the character is in it.
fn set(pattern: &[char], c: char, flags: Flags) -> Option<usize> {
    let negated = matches!(pattern.first(), Some('!' | '^'));
    let mut at = usize::from(negated);
    let mut found = false;
    let member = |at: &mut usize| -> Option<char> {
        if pattern.get(*at) == Some(&'\\') && !flags.has(Flags::NOESCAPE) {
            *at += 1;
        }
        let member = *pattern.get(*at)?;
        *at += 1;
        Some(member)
    };
    loop {
        if *pattern.get(at)? == ']' {
            return (found != negated).then_some(at + 1);
        }
        let first = member(&mut at)?;
        let last = if pattern.get(at) == Some(&'-') && pattern.get(at + 1).is_some_and(|c| *c != ']') {
            at += 1;
            member(&mut at)?
        } else {
            first
        };
        let within = |c: char| (first..=last).contains(&c);
        found |= within(c)
            || flags.has(Flags::CASEFOLD) && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase()));
    }
}

/// A pattern without braces for each of their choices, one after the other, as long as `next` wants more.
pub(super) fn each_choice<E>(
    pattern: &[char],
    flags: Flags,
    next: &mut impl FnMut(&[char]) -> Result<(), E>,
) -> Result<(), E> {
    let Some((open, close)) = braces(pattern, flags) else { return next(pattern) };
    let mut start = open + 1;
    let mut depth = 0;
    let mut at = open + 1;
    while at <= close {
        match pattern[at] {
            '\\' if !flags.has(Flags::NOESCAPE) => at += 1,
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let choice = [&pattern[..open], &pattern[start..at], &pattern[close + 1..]].concat();
                each_choice(&choice, flags, next)?;
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// The first opening brace and the one that closes it.
fn braces(pattern: &[char], flags: Flags) -> Option<(usize, usize)> {
    let mut depth = 0;
    let mut open = 0;
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            '\\' if !flags.has(Flags::NOESCAPE) => at += 1,
            '{' => {
                if depth == 0 {
                    open = at;
                }
                depth += 1;
            }
            '}' if depth == 1 => return Some((open, at)),
            '}' if depth > 1 => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}
