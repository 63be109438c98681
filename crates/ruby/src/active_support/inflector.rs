//! Active Support's Inflector (inflector/methods.rb), callable from Rust. Patterns that Rails writes as
//! regular expressions over single names are matched by hand here; the rules themselves stay patterns.

pub mod inflections;
pub mod methods;
pub mod transliterate;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

pub use self::inflections::Inflections;
use crate::core::string::case::capitalized;
use crate::runtime::interpreter::Interpreter;

/// The inflections of each locale. English is the default, and the only one with rules of its own.
pub struct Inflector {
    english: Rc<Inflections>,
    others: RefCell<HashMap<String, Rc<Inflections>>>,
}

impl Interpreter {
    /// Active Support's inflections, shared with whoever names tables.
    pub fn inflector(&self) -> Rc<Inflector> {
        self.kept()
    }
}

impl Default for Inflector {
    fn default() -> Self {
        Self { english: Rc::new(Inflections::english()), others: RefCell::default() }
    }
}

impl Inflector {
    /// The inflections of a locale, empty ones where nothing has defined any.
    pub fn inflections(&self, locale: &str) -> Rc<Inflections> {
        if locale == "en" {
            return Rc::clone(&self.english);
        }
        Rc::clone(self.others.borrow_mut().entry(locale.to_owned()).or_default())
    }

    /// The rules of `:en`.
    pub fn english(&self) -> &Inflections {
        &self.english
    }

    /// `pluralize`, by the rules of `:en`.
    pub fn pluralize(&self, word: &str) -> String {
        self.english.pluralize(word)
    }

    /// `singularize`, by the rules of `:en`.
    pub fn singularize(&self, word: &str) -> String {
        self.english.singularize(word)
    }

    /// `"active_record/errors"` to `"ActiveRecord::Errors"`.
    pub fn camelize(&self, term: &str) -> String {
        let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let acronyms = self.english.acronyms();
        if term.chars().all(lower) {
            return acronyms.get(term).cloned().unwrap_or_else(|| capitalized(term));
        }
        let head_end = term.find(|c| !lower(c)).unwrap_or(term.len());
        let (head, rest) = term.split_at(head_end);
        let head = acronyms.get(head).cloned().unwrap_or_else(|| capitalized(head));
        self.camelize_parts(&(head + rest))
    }

    /// As [`Inflector::camelize`], the first letter (or acronym) in lower case.
    pub fn camelize_lower(&self, term: &str) -> String {
        let acronym = self.english.acronyms_by_length().into_iter().find(|acronym| {
            term.strip_prefix(acronym.as_str()).is_some_and(|rest| {
                is_boundary(term, acronym.len()) || rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            })
        });
        let head_end = match acronym {
            Some(acronym) => acronym.len(),
            None => term.chars().next().filter(|c| is_ascii_word(*c)).map_or(0, char::len_utf8),
        };
        let (head, rest) = term.split_at(head_end);
        self.camelize_parts(&(head.to_lowercase() + rest))
    }

    /// Drops each underscore and turns each slash into `::`, the word behind it capitalized.
    fn camelize_parts(&self, text: &str) -> String {
        let acronyms = self.english.acronyms();
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['_', '/']) {
            out.push_str(&rest[..at]);
            if rest[at..].starts_with('/') {
                out.push_str("::");
            }
            rest = &rest[at + 1..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let word = &rest[..end];
            out.push_str(&acronyms.get(word).cloned().unwrap_or_else(|| capitalized(word)));
            rest = &rest[end..];
        }
        out + rest
    }

    /// `"ActiveRecord::Errors"` to `"active_record/errors"`.
    pub fn underscore(&self, word: &str) -> String {
        if !word.contains(|c: char| c.is_ascii_uppercase() || c == '-') && !word.contains("::") {
            return word.to_owned();
        }
        let word = self.underscore_acronyms(&word.replace("::", "/"));
        let chars: Vec<char> = word.chars().collect();
        let mut out = String::with_capacity(word.len() + 4);
        for (at, &c) in chars.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| chars[at]);
            let next_is_lower = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
            let starts_word = c.is_ascii_uppercase()
                && before.is_some_and(|before| {
                    before.is_ascii_lowercase()
                        || before.is_ascii_digit()
                        || (before.is_ascii_uppercase() && next_is_lower)
                });
            if starts_word {
                out.push('_');
            }
            out.push(if c == '-' { '_' } else { c });
        }
        out.to_lowercase()
    }

    fn underscore_acronyms(&self, word: &str) -> String {
        let acronyms = self.english.acronyms_by_length();
        if acronyms.is_empty() {
            return word.to_owned();
        }
        let mut out = String::new();
        let mut at = 0;
        while let Some(c) = word[at..].chars().next() {
            let behind = word[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
            let found = acronyms.iter().find(|acronym| {
                let end = at + acronym.len();
                word[at..].starts_with(acronym.as_str())
                    && (is_boundary(word, end) || word[end..].starts_with(|c: char| !c.is_ascii_lowercase()))
            });
            match found.filter(|_| behind || is_boundary(word, at)) {
                Some(acronym) => {
                    if behind {
                        out.push('_');
                    }
                    out.push_str(&acronym.to_lowercase());
                    at += acronym.len();
                }
                None => {
                    out.push(c);
                    at += c.len_utf8();
                }
            }
        }
        out
    }

    /// `"author_id"` to `"Author"`.
    pub fn humanize(&self, word: &str, capitalize: bool, keep_id_suffix: bool) -> String {
        let mut result = self.english.apply_human(word).replace('_', " ");
        result = result.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\0' || c == '\x0b').to_owned();
        if !keep_id_suffix && word.ends_with("_id") && result.ends_with(" id") {
            result.truncate(result.len() - 3);
        }
        let acronyms = self.english.acronyms();
        let mut out = String::with_capacity(result.len());
        let is_letter = |c: char| c.is_alphabetic() || c.is_ascii_digit();
        let mut rest = result.as_str();
        while let Some(first) = rest.chars().next() {
            let letters = is_letter(first);
            let end = rest.find(|c| is_letter(c) != letters).unwrap_or(rest.len());
            let part = &rest[..end];
            if letters {
                let lower = part.to_lowercase();
                out.push_str(acronyms.get(&lower).unwrap_or(&lower));
            } else {
                out.push_str(part);
            }
            rest = &rest[end..];
        }
        if capitalize && out.starts_with(char::is_alphabetic) { upcase_first(&out) } else { out }
    }

    /// `"man from the boondocks"` to `"Man From The Boondocks"`.
    pub fn titleize(&self, word: &str, keep_id_suffix: bool) -> String {
        let human = self.humanize(&self.underscore(word), true, keep_id_suffix);
        let chars: Vec<char> = human.chars().collect();
        let is_word = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|&c| is_word(c));
        let mut out = String::with_capacity(human.len());
        for (at, &c) in chars.iter().enumerate() {
            let before = at.checked_sub(1);
            let after_apostrophe = before.is_some_and(|before| "'’`()".contains(chars[before]))
                && at.checked_sub(2).is_some_and(|at| is_ascii_word(chars[at]));
            if c.is_ascii_lowercase() && !is_word(before) && !after_apostrophe {
                out.push(c.to_ascii_uppercase());
            } else {
                out.push(c);
            }
        }
        out
    }

    /// `"RawScaledScorer"` to `"raw_scaled_scorers"`.
    pub fn tableize(&self, class_name: &str) -> String {
        self.pluralize(&self.underscore(class_name))
    }

    /// `"schema.posts"` to `"Post"`.
    pub fn classify(&self, table_name: &str) -> String {
        let (line, rest) = table_name.split_at(table_name.find('\n').unwrap_or(table_name.len()));
        let name = line.rsplit('.').next().unwrap_or_default();
        self.camelize(&self.singularize(&format!("{name}{rest}")))
    }

    /// `"Admin::Post"` to `"post_id"`.
    pub fn foreign_key(&self, class_name: &str, underscore_before_id: bool) -> String {
        let suffix = if underscore_before_id { "_id" } else { "id" };
        self.underscore(demodulize(class_name)) + suffix
    }
}

/// `demodulize`
pub fn demodulize(path: &str) -> &str {
    path.rfind("::").map_or(path, |at| &path[at + 2..])
}

/// `deconstantize`
pub fn deconstantize(path: &str) -> &str {
    path.rfind("::").map_or("", |at| &path[..at])
}

/// `upcase_first`
pub fn upcase_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().collect::<String>() + chars.as_str(),
        None => String::new(),
    }
}

/// `downcase_first`
pub fn downcase_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().collect::<String>() + chars.as_str(),
        None => String::new(),
    }
}

/// `st`, `nd`, `rd` or `th`.
pub fn ordinal(number: i64) -> &'static str {
    let number = number.unsigned_abs();
    match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

fn is_ascii_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What `\b` takes for part of a word.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || unicode_normalization::char::is_combining_mark(c)
}

/// Whether a word begins or ends at this byte.
fn is_boundary(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(is_word) != text[at..].chars().next().is_some_and(is_word)
}
