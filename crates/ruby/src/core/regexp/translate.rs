//! Ruby's (Onigmo's) pattern syntax, rewritten for the `fancy-regex` crate. Extended mode, named groups,
//! POSIX brackets and Ruby's meaning of `^`, `$`, `\w`, `\h` and `\Z` are resolved here, so that the engine
//! sees only what both sides read alike. Absent: the absence operator `(?~...)`, `\X` in full.

use std::iter::Peekable;
use std::str::Chars;

/// What follows a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub ignore_case: bool,
    pub extended: bool,
    /// Ruby's `m`: the dot matches a newline.
    pub multiline: bool,
}

impl Options {
    /// `Regexp::IGNORECASE`
    pub const IGNORECASE: i64 = 1;
    /// `Regexp::EXTENDED`
    pub const EXTENDED: i64 = 2;
    /// `Regexp::MULTILINE`
    pub const MULTILINE: i64 = 4;

    /// The flags of a literal (`/x/im`); `o`, `u`, `n` and `e` change nothing here.
    pub fn from_flags(flags: &str) -> Self {
        Self { ignore_case: flags.contains('i'), extended: flags.contains('x'), multiline: flags.contains('m') }
    }

    /// What `Regexp.new` was given.
    pub fn from_bits(bits: i64) -> Self {
        Self {
            ignore_case: bits & Self::IGNORECASE != 0,
            extended: bits & Self::EXTENDED != 0,
            multiline: bits & Self::MULTILINE != 0,
        }
    }

    /// `options`
    pub fn bits(self) -> i64 {
        i64::from(self.ignore_case) * Self::IGNORECASE
            + i64::from(self.extended) * Self::EXTENDED
            + i64::from(self.multiline) * Self::MULTILINE
    }
}

/// The pattern for the engine. The error is the text that stands before `: /source/` in Ruby's RegexpError.
pub fn translate(source: &str, options: Options) -> Result<String, String> {
    let mut translator = Translator {
        input: source.chars().peekable(),
        out: String::with_capacity(source.len() + 16),
        extended: vec![options.extended],
        unicode: vec![false],
        named: has_named_groups(source),
    };
    translator.out.push_str("(?m");
    if options.ignore_case {
        translator.out.push('i');
    }
    if options.multiline {
        translator.out.push('s');
    }
    translator.out.push(')');
    translator.run()?;
    if translator.extended.len() > 1 {
        return Err("end pattern with unmatched parenthesis".to_owned());
    }
    Ok(translator.out)
}

/// Named groups turn plain groups into non-capturing ones.
fn has_named_groups(source: &str) -> bool {
    let mut rest = source;
    while let Some(at) = rest.find("(?<") {
        let escaped = rest[..at].chars().rev().take_while(|&c| c == '\\').count() % 2 == 1;
        rest = &rest[at + 3..];
        if !escaped && !rest.starts_with(['=', '!']) {
            return true;
        }
    }
    false
}

struct Translator<'a> {
    input: Peekable<Chars<'a>>,
    out: String,
    /// Whether extended mode is on, one entry a group.
    extended: Vec<bool>,
    unicode: Vec<bool>,
    named: bool,
}

const WORD: &str = "0-9A-Za-z_";
const SPACE: &str = r" \t\r\n\x0b\x0c";
const HEX: &str = "0-9A-Fa-f";

impl Translator<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(c) = self.input.next() {
            match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => self.close()?,
                '^' => self.line_start(),
                '{' => self.brace(),
                '}' => self.out.push_str(r"\}"),
                ']' => self.out.push_str(r"\]"),
                '#' if self.is_extended() => self.skip_comment('\n'),
                c if c.is_ascii_whitespace() && self.is_extended() => {}
                c => self.out.push(c),
            }
        }
        Ok(())
    }

    fn is_extended(&self) -> bool {
        self.extended.last().copied().unwrap_or(false)
    }

    fn is_unicode(&self) -> bool {
        self.unicode.last().copied().unwrap_or(false)
    }

    fn skip_comment(&mut self, end: char) {
        while let Some(c) = self.input.next() {
            if c == '\\' && end == ')' {
                self.input.next();
            }
            if c == end {
                return;
            }
        }
    }

    fn close(&mut self) -> Result<(), String> {
        if self.extended.len() == 1 {
            return Err("unmatched close parenthesis".to_owned());
        }
        self.extended.pop();
        self.unicode.pop();
        self.out.push(')');
        Ok(())
    }

    /// Ruby's `^` does not match after a newline that ends the string. Where something must follow
    /// anyway, the plain anchor means the same and keeps the pattern linear.
    fn line_start(&mut self) {
        let mut ahead = self.input.clone();
        let consumes = match ahead.next() {
            Some('\\') => ahead.next().is_some_and(|c| !"AzZbBGKkg".contains(c)),
            Some(c) => c.is_alphanumeric() || " _-<>=,;:'\"!@#%&/".contains(c),
            None => false,
        } && !self.is_extended()
            && !matches!(ahead.next(), Some('*' | '?' | '{'));
        self.out.push_str(if consumes { "^" } else { r"(?:^(?!\z)|\A)" });
    }

    /// `{n}`, `{n,}`, `{n,m}` and `{,m}` are repetitions; any other brace is itself.
    fn brace(&mut self) {
        let ahead: String = self.input.clone().take_while(|&c| c != '}').take(24).collect();
        let closed = self.input.clone().nth(ahead.chars().count()) == Some('}');
        let (low, high) = ahead.split_once(',').unwrap_or((&ahead, &ahead));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !closed || ahead.is_empty() || ahead == "," || !digits(low) || !digits(high) {
            self.out.push_str(r"\{");
            return;
        }
        self.out.push('{');
        if low.is_empty() {
            self.out.push('0');
        }
        self.out.push_str(&ahead);
        self.out.push('}');
        for _ in 0..=ahead.chars().count() {
            self.input.next();
        }
    }

    fn group(&mut self) -> Result<(), String> {
        let (extended, unicode) = (self.is_extended(), self.is_unicode());
        if self.input.peek() != Some(&'?') {
            self.extended.push(extended);
            self.unicode.push(unicode);
            self.out.push_str(if self.named { "(?:" } else { "(" });
            return Ok(());
        }
        self.input.next();
        match self.input.peek().copied() {
            Some('#') => {
                self.skip_comment(')');
                return Ok(());
            }
            Some('~') => return Err("the absence operator is not supported".to_owned()),
            Some('<' | '\'' | '=' | '!' | '>' | ':' | '(') => {
                self.extended.push(extended);
                self.unicode.push(unicode);
                self.out.push_str("(?");
                self.group_head();
                return Ok(());
            }
            _ => {}
        }
        self.inline_options(extended, unicode)
    }

    /// What follows `(?` of a group: look-around, atomic, named, conditional.
    fn group_head(&mut self) {
        match self.input.next() {
            Some('<') if matches!(self.input.peek(), Some('=' | '!')) => self.out.push('<'),
            Some(quote @ ('<' | '\'')) => {
                let end = if quote == '<' { '>' } else { '\'' };
                self.out.push('<');
                for c in self.input.by_ref() {
                    if c == end {
                        break;
                    }
                    self.out.push(c);
                }
                self.out.push('>');
                return;
            }
            Some('(') => {
                self.out.push('(');
                for c in self.input.by_ref() {
                    self.out.push(c);
                    if c == ')' {
                        break;
                    }
                }
                return;
            }
            Some(c) => {
                self.out.push(c);
                return;
            }
            None => return,
        }
        if let Some(c) = self.input.next() {
            self.out.push(c);
        }
    }

    /// `(?mi-x)` for the rest of the group, `(?mi-x:...)` for a group of its own.
    fn inline_options(&mut self, mut extended: bool, mut unicode: bool) -> Result<(), String> {
        let (mut on, mut off, mut negative) = (String::new(), String::new(), false);
        loop {
            match self.input.next() {
                Some('-') => negative = true,
                Some('x') => extended = !negative,
                Some('i') => (if negative { &mut off } else { &mut on }).push('i'),
                Some('m') => (if negative { &mut off } else { &mut on }).push('s'),
                Some('u') => unicode = true,
                Some('a' | 'd') => unicode = false,
                Some(end @ (':' | ')')) => {
                    let flags = if off.is_empty() { on } else { format!("{on}-{off}") };
                    if end == ':' {
                        self.extended.push(extended);
                        self.unicode.push(unicode);
                        self.out.push_str(&format!("(?{flags}:"));
                    } else {
                        for (stack, value) in [(&mut self.extended, extended), (&mut self.unicode, unicode)] {
                            if let Some(top) = stack.last_mut() {
                                *top = value;
                            }
                        }
                        if !flags.is_empty() {
                            self.out.push_str(&format!("(?{flags})"));
                        }
                    }
                    return Ok(());
                }
                _ => return Err("undefined group option".to_owned()),
            }
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(c) = self.input.next() else { return Err("too short escape sequence".to_owned()) };
        match c {
            'h' => self.out.push_str("[0-9A-Fa-f]"),
            'H' => self.out.push_str("[^0-9A-Fa-f]"),
            'w' if !self.is_unicode() => self.out.push_str("[0-9A-Za-z_]"),
            'W' if !self.is_unicode() => self.out.push_str("[^0-9A-Za-z_]"),
            'd' if !self.is_unicode() => self.out.push_str("[0-9]"),
            'D' if !self.is_unicode() => self.out.push_str("[^0-9]"),
            's' if !self.is_unicode() => self.out.push_str(&format!("[{SPACE}]")),
            'S' if !self.is_unicode() => self.out.push_str(&format!("[^{SPACE}]")),
            'Z' => self.out.push_str(r"(?=\n?\z)"),
            'R' => self.out.push_str(r"(?:\r\n|[\n\x0b\x0c\r\u{85}\u{2028}\u{2029}])"),
            'X' => self.out.push_str(r"(?:\r\n|\P{M}\p{M}*|\p{M}+)"),
            'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'A' | 'z' | 'b' | 'B' | 'G' | 'K' => self.push_escape(c),
            'k' => self.named_reference(),
            'g' => self.subexpression_call(),
            '1'..='9' => self.back_reference(c),
            c => return self.character_escape(c, false),
        }
        Ok(())
    }

    fn push_escape(&mut self, c: char) {
        self.out.push('\\');
        self.out.push(c);
    }

    fn delimited(&mut self) -> Option<String> {
        let end = match self.input.peek()? {
            '<' => '>',
            '\'' => '\'',
            _ => return None,
        };
        self.input.next();
        Some(self.input.by_ref().take_while(|&c| c != end).collect())
    }

    fn named_reference(&mut self) {
        match self.delimited() {
            Some(name) => self.out.push_str(&format!(r"\k<{name}>")),
            None => self.out.push('k'),
        }
    }

    fn subexpression_call(&mut self) {
        match self.delimited() {
            Some(name) => self.out.push_str(&format!(r"\g<{name}>")),
            None => self.out.push('g'),
        }
    }

    fn back_reference(&mut self, first: char) {
        let mut digits = String::from(first);
        while let Some(&c) = self.input.peek() {
            if !c.is_ascii_digit() || digits.len() == 2 {
                break;
            }
            digits.push(c);
            self.input.next();
        }
        self.out.push_str(&format!(r"(?:\{digits})"));
    }

    /// An escape that stands for one character (or a property), inside a class or out of one.
    fn character_escape(&mut self, c: char, in_class: bool) -> Result<(), String> {
        match c {
            'n' | 't' | 'r' | 'f' | 'v' | 'a' => self.push_escape(c),
            'e' => self.out.push_str(r"\x1b"),
            'x' => {
                let code = self.digits("", 16, 2);
                self.push_code(code);
            }
            'u' => self.unicode_escape()?,
            '0'..='7' => {
                let code = self.digits(c.encode_utf8(&mut [0; 4]), 8, 2);
                self.push_code(code);
            }
            'c' => {
                let code = self.input.next().map_or(0, |c| c as u32 & 0x1f);
                self.push_code(code);
            }
            'C' => {
                self.input.next();
                let code = self.input.next().map_or(0, |c| c as u32 & 0x1f);
                self.push_code(code);
            }
            'p' | 'P' => return self.property(c == 'P', in_class),
            c if r"\.+*?()|[]{}^$".contains(c) || (in_class && "-&~#".contains(c)) => self.push_escape(c),
            c => self.out.push(c),
        }
        Ok(())
    }

    /// The number that `start` and up to `max` more digits spell.
    fn digits(&mut self, start: &str, radix: u32, max: usize) -> u32 {
        let mut digits = start.to_owned();
        for _ in 0..max {
            match self.input.peek() {
                Some(c) if c.is_digit(radix) => digits.push(*c),
                _ => break,
            }
            self.input.next();
        }
        u32::from_str_radix(&digits, radix).unwrap_or(0)
    }

    fn push_code(&mut self, code: u32) {
        self.out.push_str(&format!(r"\x{{{code:X}}}"));
    }

    /// `\u00e9`, `\u{e9}`, `\u{e9 ea}`.
    fn unicode_escape(&mut self) -> Result<(), String> {
        if self.input.peek() != Some(&'{') {
            let code = self.digits("", 16, 4);
            self.push_code(code);
            return Ok(());
        }
        self.input.next();
        let codes: String = self.input.by_ref().take_while(|&c| c != '}').collect();
        for code in codes.split_whitespace() {
            let code = u32::from_str_radix(code, 16).map_err(|_| "invalid Unicode escape".to_owned())?;
            self.push_code(code);
        }
        Ok(())
    }

    fn property(&mut self, negated: bool, in_class: bool) -> Result<(), String> {
        let mut name = String::new();
        if self.input.peek() == Some(&'{') {
            self.input.next();
            name.extend(self.input.by_ref().take_while(|&c| c != '}'));
        } else if let Some(c) = self.input.next() {
            name.push(c);
        }
        let (name, negated) = match name.strip_prefix('^') {
            Some(name) => (name.to_owned(), !negated),
            None => (name, negated),
        };
        let Some(set) = posix_set(&name.to_ascii_lowercase()) else {
            self.out.push_str(&format!(r"\{}{{{name}}}", if negated { 'P' } else { 'p' }));
            return Ok(());
        };
        let open = if negated { "[^" } else { "[" };
        if in_class && !negated {
            self.out.push_str(set);
        } else {
            self.out.push_str(&format!("{open}{set}]"));
        }
        Ok(())
    }

    /// A bracket expression, its opening bracket already read.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.input.peek() == Some(&'^') {
            self.input.next();
            self.out.push('^');
        }
        if self.input.peek() == Some(&']') {
            self.input.next();
            self.out.push_str(r"\]");
        }
        loop {
            let Some(c) = self.input.next() else { return Err("premature end of char-class".to_owned()) };
            match c {
                ']' => {
                    self.out.push(']');
                    return Ok(());
                }
                '[' if self.input.peek() == Some(&':') && self.posix_bracket() => {}
                '[' => self.class()?,
                '\\' => self.class_escape()?,
                '&' if self.input.peek() == Some(&'&') => {
                    self.input.next();
                    self.out.push_str("&&");
                }
                '-' if self.input.peek() == Some(&'-') || self.input.peek() == Some(&']') => self.out.push_str(r"\-"),
                '-' if self.out.ends_with('[') || self.out.ends_with("[^") => self.out.push_str(r"\-"),
                '&' | '~' | '#' | '^' => self.push_escape(c),
                c => self.out.push(c),
            }
        }
    }

    /// `[:alpha:]` and `[:^alpha:]`; false (nothing read) where it is no such thing.
    fn posix_bracket(&mut self) -> bool {
        let ahead: String = self.input.clone().skip(1).take_while(|&c| c != ']').take(12).collect();
        let Some(name) = ahead.strip_suffix(':') else { return false };
        let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
        let Some(set) = posix_set(name) else { return false };
        if negated {
            self.out.push_str(&format!("[^{set}]"));
        } else {
            self.out.push_str(set);
        }
        for _ in 0..ahead.chars().count() + 2 {
            self.input.next();
        }
        true
    }

    fn class_escape(&mut self) -> Result<(), String> {
        let Some(c) = self.input.next() else { return Err("too short escape sequence".to_owned()) };
        let unicode = self.is_unicode();
        match c {
            'h' => self.out.push_str(HEX),
            'H' => self.out.push_str(&format!("[^{HEX}]")),
            'w' if !unicode => self.out.push_str(WORD),
            'W' if !unicode => self.out.push_str(&format!("[^{WORD}]")),
            'd' if !unicode => self.out.push_str("0-9"),
            'D' if !unicode => self.out.push_str("[^0-9]"),
            's' if !unicode => self.out.push_str(SPACE),
            'S' if !unicode => self.out.push_str(&format!("[^{SPACE}]")),
            'w' | 'W' | 'd' | 'D' | 's' | 'S' => self.push_escape(c),
            'b' => self.push_code(8),
            'R' => self.out.push_str(r"\n"),
            c => return self.character_escape(c, true),
        }
        // A dash right after a set is itself.
        if "hHwWdDsS".contains(c) && self.input.peek() == Some(&'-') {
            self.input.next();
            self.out.push_str(r"\-");
        }
        Ok(())
    }
}

/// What a POSIX bracket or property stands for, to put inside a class.
fn posix_set(name: &str) -> Option<&'static str> {
    Some(match name {
        "alpha" => r"\p{Alphabetic}",
        "digit" => r"\p{Nd}",
        "alnum" => r"\p{Alphabetic}\p{Nd}",
        "upper" => r"\p{Uppercase}",
        "lower" => r"\p{Lowercase}",
        "space" => r"\p{White_Space}",
        "blank" => r"\p{Zs}\t",
        "cntrl" => r"\p{Cc}",
        "punct" => r"\p{P}$+<=>\^`|\~",
        "graph" => r"[^\p{White_Space}\p{Cc}\p{Cs}\p{Cn}]",
        "print" => r"[^\p{Cc}\p{Cs}\p{Cn}]",
        "word" => r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}",
        "xdigit" => HEX,
        "ascii" => r"\x00-\x7F",
        _ => return None,
    })
}
