//! The rules of a locale (inflector/inflections.rb), and English ones (inflections.rb). A rule's pattern is
//! compiled when a word first ends in a way that it might match.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use fancy_regex::Regex;
use indexmap::IndexMap;

use super::is_boundary;
use crate::core::regexp::translate::{Options, translate};

/// What a rule looks for: a pattern in Ruby's syntax, or a text.
#[derive(Clone)]
pub enum Matcher {
    Text(String),
    Pattern {
        source: Cow<'static, str>,
        ignore_case: bool,
        /// How a word of one line begins and ends that matches, in whatever case.
        beginning: &'static str,
        endings: Vec<Cow<'static, str>>,
        regex: OnceCell<Option<Regex>>,
    },
}

/// What is looked for in a word, and what takes its place.
#[derive(Clone)]
pub struct Rule {
    pub matcher: Matcher,
    pub replacement: Cow<'static, str>,
}

/// The rules of one language; what is said last counts first.
#[derive(Default)]
pub struct Inflections {
    pub plurals: RefCell<Vec<Rule>>,
    pub singulars: RefCell<Vec<Rule>>,
    pub humans: RefCell<Vec<Rule>>,
    pub uncountables: RefCell<Vec<String>>,
    acronyms: RefCell<IndexMap<String, String>>,
}

/// Pattern (ignoring case), the ways in which a word that matches can end, replacement; later rules win.
type DefaultRule = (&'static str, &'static [&'static str], &'static str);

const PLURALS: &[DefaultRule] = &[
    ("$", &[""], "s"),
    ("s$", &["s"], "s"),
    ("^(ax|test)is$", &["axis", "testis"], r"\1es"),
    ("(octop|vir)us$", &["octopus", "virus"], r"\1i"),
    ("(octop|vir)i$", &["octopi", "viri"], r"\1i"),
    ("(alias|status)$", &["alias", "status"], r"\1es"),
    ("(bu)s$", &["bus"], r"\1ses"),
    ("(buffal|tomat)o$", &["buffalo", "tomato"], r"\1oes"),
    ("([ti])um$", &["tum", "ium"], r"\1a"),
    ("([ti])a$", &["ta", "ia"], r"\1a"),
    ("sis$", &["sis"], "ses"),
    ("(?:([^f])fe|([lr])f)$", &["fe", "lf", "rf"], r"\1\2ves"),
    ("(hive)$", &["hive"], r"\1s"),
    ("([^aeiouy]|qu)y$", &["y"], r"\1ies"),
    ("(x|ch|ss|sh)$", &["x", "ch", "ss", "sh"], r"\1es"),
    ("(matr|vert|ind)(?:ix|ex)$", &["ix", "ex"], r"\1ices"),
    ("^(m|l)ouse$", &["mouse", "louse"], r"\1ice"),
    ("^(m|l)ice$", &["mice", "lice"], r"\1ice"),
    ("^(ox)$", &["ox"], r"\1en"),
    ("^(oxen)$", &["oxen"], r"\1"),
    ("(quiz)$", &["quiz"], r"\1zes"),
];

const OXEN: &str = "^(ox)en";

const SINGULARS: &[DefaultRule] = &[
    ("s$", &["s"], ""),
    ("(ss)$", &["ss"], r"\1"),
    ("(n)ews$", &["news"], r"\1ews"),
    ("([ti])a$", &["ta", "ia"], r"\1um"),
    ("((a)naly|(b)a|(d)iagno|(p)arenthe|(p)rogno|(s)ynop|(t)he)(sis|ses)$", &["sis", "ses"], r"\1sis"),
    ("(^analy)(sis|ses)$", &["analysis", "analyses"], r"\1sis"),
    ("([^f])ves$", &["ves"], r"\1fe"),
    ("(hive)s$", &["hives"], r"\1"),
    ("(tive)s$", &["tives"], r"\1"),
    ("([lr])ves$", &["lves", "rves"], r"\1f"),
    ("([^aeiouy]|qu)ies$", &["ies"], r"\1y"),
    ("(s)eries$", &["series"], r"\1eries"),
    ("(m)ovies$", &["movies"], r"\1ovie"),
    ("(x|ch|ss|sh)es$", &["xes", "ches", "sses", "shes"], r"\1"),
    ("^(m|l)ice$", &["mice", "lice"], r"\1ouse"),
    ("(bus)(es)?$", &["bus", "buses"], r"\1"),
    ("(o)es$", &["oes"], r"\1"),
    ("(shoe)s$", &["shoes"], r"\1"),
    ("(cris|test)(is|es)$", &["is", "es"], r"\1is"),
    ("^(a)x[ie]s$", &["axis", "axes"], r"\1xis"),
    ("(octop|vir)(us|i)$", &["us", "i"], r"\1us"),
    ("(alias|status)(es)?$", &["alias", "status", "aliases", "statuses"], r"\1"),
    // The one rule that is not bound to the end of the word, but to its beginning.
    (OXEN, &[""], r"\1"),
    ("(vert|ind)ices$", &["ices"], r"\1ex"),
    ("(matr)ices$", &["matrices"], r"\1ix"),
    ("(quiz)zes$", &["quizzes"], r"\1"),
    ("(database)s$", &["databases"], r"\1"),
];

const IRREGULARS: &[(&str, &str)] = &[
    ("person", "people"),
    ("man", "men"),
    ("child", "children"),
    ("sex", "sexes"),
    ("move", "moves"),
    ("zombie", "zombies"),
];

const UNCOUNTABLES: &[&str] =
    &["equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "jeans", "police"];

impl Matcher {
    /// Of a Regexp's source.
    pub fn pattern(source: &str, ignore_case: bool) -> Self {
        Self::ending(source, ignore_case, "")
    }

    /// A pattern that only words with this ending can match.
    fn ending(source: &str, ignore_case: bool, ending: &str) -> Self {
        // Beyond ASCII, more than one letter may fold to the same.
        let ending = if ending.is_ascii() { ending } else { "" };
        Self::Pattern {
            source: Cow::Owned(source.to_owned()),
            ignore_case,
            beginning: "",
            endings: vec![Cow::Owned(ending.to_owned())],
            regex: OnceCell::new(),
        }
    }

    /// The ending that is all that the pattern says.
    fn plain_ending(&self) -> Option<&str> {
        match self {
            Self::Pattern { source, ignore_case: true, endings, .. } => {
                source.strip_suffix('$').filter(|ending| endings[..] == [*ending])
            }
            _ => None,
        }
    }

    /// `word.sub!(self, replacement)`: None where nothing matches.
    fn substitute(&self, word: &str, replacement: &str) -> Option<String> {
        match self {
            Self::Text(text) => {
                let at = word.find(text.as_str())?;
                let filled = expand(replacement, |group| if group == 0 { text } else { "" });
                Some(format!("{}{filled}{}", &word[..at], &word[at + text.len()..]))
            }
            Self::Pattern { source, ignore_case, beginning, endings, regex } => {
                if !word.contains('\n') {
                    if !begins_with(word, beginning) || !endings.iter().any(|ending| ends_with(word, ending)) {
                        return None;
                    }
                    if let Some(ending) = self.plain_ending() {
                        let (kept, whole) = word.split_at(word.len() - ending.len());
                        let filled = expand(replacement, |group| if group == 0 { whole } else { "" });
                        return Some(format!("{kept}{filled}"));
                    }
                }
                let options = Options { ignore_case: *ignore_case, ..Options::default() };
                let regex = regex.get_or_init(|| Regex::new(&translate(source, options).ok()?).ok()).as_ref()?;
                let captures = regex.captures(word).ok()??;
                let whole = captures.get(0)?;
                let filled = expand(replacement, |group| captures.get(group).map_or("", |group| group.as_str()));
                Some(format!("{}{filled}{}", &word[..whole.start()], &word[whole.end()..]))
            }
        }
    }
}

fn begins_with(word: &str, beginning: &str) -> bool {
    word.as_bytes().get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
}

fn ends_with(word: &str, ending: &str) -> bool {
    let Some(at) = word.len().checked_sub(ending.len()) else { return false };
    word.as_bytes()[at..].eq_ignore_ascii_case(ending.as_bytes())
}

/// Fills `\0` to `\9` and `\\` in.
fn expand<'a>(replacement: &str, group: impl Fn(usize) -> &'a str) -> String {
    let mut out = String::new();
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => out.push(c),
            _ => match chars.next() {
                Some(digit @ '0'..='9') => out.push_str(group(digit as usize - '0' as usize)),
                Some('\\') | None => out.push('\\'),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
            },
        }
    }
    out
}

impl Inflections {
    /// The rules that Active Support comes with.
    pub fn english() -> Self {
        let inflections = Self::default();
        let rule = |(source, endings, replacement): &DefaultRule| Rule {
            matcher: Matcher::Pattern {
                source: Cow::Borrowed(source),
                ignore_case: true,
                beginning: if *source == OXEN { "oxen" } else { "" },
                endings: endings.iter().map(|ending| Cow::Borrowed(*ending)).collect(),
                regex: OnceCell::new(),
            },
            replacement: Cow::Borrowed(replacement),
        };
        *inflections.plurals.borrow_mut() = PLURALS.iter().rev().map(rule).collect();
        *inflections.singulars.borrow_mut() = SINGULARS.iter().rev().map(rule).collect();
        for (singular, plural) in IRREGULARS {
            inflections.irregular(singular, plural);
        }
        inflections.uncountable(UNCOUNTABLES.iter().map(|word| (*word).to_owned()));
        inflections
    }

    /// Each under its lower-case form.
    pub fn acronyms(&self) -> std::cell::Ref<'_, IndexMap<String, String>> {
        self.acronyms.borrow()
    }

    /// The acronyms as written, the longest first.
    pub fn acronyms_by_length(&self) -> Vec<String> {
        let mut acronyms: Vec<String> = self.acronyms.borrow().values().cloned().collect();
        acronyms.sort_by_key(|acronym| std::cmp::Reverse(acronym.chars().count()));
        acronyms
    }

    /// `inflect.acronym`
    pub fn acronym(&self, word: &str) {
        self.acronyms.borrow_mut().insert(word.to_lowercase(), word.to_owned());
    }

    fn countable(&self, word: &str) {
        self.uncountables.borrow_mut().retain(|uncountable| uncountable != word);
    }

    fn prepend(&self, rules: &RefCell<Vec<Rule>>, matcher: Matcher, replacement: &str) {
        if let Matcher::Text(text) = &matcher {
            self.countable(text);
        }
        self.countable(replacement);
        rules.borrow_mut().insert(0, Rule { matcher, replacement: Cow::Owned(replacement.to_owned()) });
    }

    /// `inflect.plural`
    pub fn plural(&self, matcher: Matcher, replacement: &str) {
        self.prepend(&self.plurals, matcher, replacement);
    }

    /// `inflect.singular`
    pub fn singular(&self, matcher: Matcher, replacement: &str) {
        self.prepend(&self.singulars, matcher, replacement);
    }

    /// `inflect.human`
    pub fn human(&self, matcher: Matcher, replacement: &str) {
        self.humans.borrow_mut().insert(0, Rule { matcher, replacement: Cow::Owned(replacement.to_owned()) });
    }

    /// `inflect.irregular`
    pub fn irregular(&self, singular: &str, plural: &str) {
        self.countable(singular);
        self.countable(plural);
        let (s0, srest) = split_first(singular);
        let (p0, prest) = split_first(plural);
        if s0.to_uppercase() == p0.to_uppercase() {
            for (first, rest) in [(s0, srest), (p0, prest)] {
                let source = format!("({first}){rest}$");
                self.plural(Matcher::ending(&source, true, rest), &format!("\\1{prest}"));
            }
            for (first, rest) in [(s0, srest), (p0, prest)] {
                let source = format!("({first}){rest}$");
                self.singular(Matcher::ending(&source, true, rest), &format!("\\1{srest}"));
            }
            return;
        }
        let cases = |text: &str| [text.to_uppercase(), text.to_lowercase()];
        for (first, rest) in [(s0, srest), (p0, prest)] {
            for (first, p0) in cases(first).iter().zip(cases(p0)) {
                let source = format!("{first}(?i){rest}$");
                self.plural(Matcher::ending(&source, false, rest), &format!("{p0}{prest}"));
            }
        }
        for (first, rest) in [(s0, srest), (p0, prest)] {
            for (first, s0) in cases(first).iter().zip(cases(s0)) {
                let source = format!("{first}(?i){rest}$");
                self.singular(Matcher::ending(&source, false, rest), &format!("{s0}{srest}"));
            }
        }
    }

    /// `inflect.uncountable`
    pub fn uncountable(&self, words: impl Iterator<Item = String>) {
        self.uncountables.borrow_mut().extend(words.map(|word| word.to_lowercase()));
    }

    /// Forgets the rules of a scope (`all`, `plurals`, ...).
    pub fn clear(&self, scope: &str) {
        let is = |name: &str| scope == "all" || scope == name;
        if is("plurals") {
            self.plurals.borrow_mut().clear();
        }
        if is("singulars") {
            self.singulars.borrow_mut().clear();
        }
        if is("humans") {
            self.humans.borrow_mut().clear();
        }
        if is("uncountables") {
            self.uncountables.borrow_mut().clear();
        }
        if is("acronyms") {
            self.acronyms.borrow_mut().clear();
        }
    }

    /// Whether the word is, or ends in a word that is, the same in singular and plural.
    pub fn is_uncountable(&self, word: &str) -> bool {
        let word = word.strip_suffix('\n').unwrap_or(word);
        self.uncountables.borrow().iter().any(|uncountable| {
            ends_with(word, uncountable)
                && word.is_char_boundary(word.len() - uncountable.len())
                && is_boundary(word, word.len() - uncountable.len())
        })
    }

    fn apply(&self, word: &str, rules: &RefCell<Vec<Rule>>) -> String {
        if word.is_empty() || self.is_uncountable(word) {
            return word.to_owned();
        }
        let rules = rules.borrow();
        let changed = rules.iter().find_map(|rule| rule.matcher.substitute(word, &rule.replacement));
        changed.unwrap_or_else(|| word.to_owned())
    }

    /// `pluralize`
    pub fn pluralize(&self, word: &str) -> String {
        self.apply(word, &self.plurals)
    }

    /// `singularize`
    pub fn singularize(&self, word: &str) -> String {
        self.apply(word, &self.singulars)
    }

    /// The part of `humanize` that the rules do.
    pub fn apply_human(&self, word: &str) -> String {
        let rules = self.humans.borrow();
        let changed = rules.iter().find_map(|rule| rule.matcher.substitute(word, &rule.replacement));
        changed.unwrap_or_else(|| word.to_owned())
    }
}

fn split_first(word: &str) -> (&str, &str) {
    word.split_at(word.chars().next().map_or(0, char::len_utf8))
}
