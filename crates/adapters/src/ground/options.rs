//! The keyword arguments of a schema statement: ordered, mutable, and asked `key?`, for an option given as `nil` is not one left out.

use indexmap::IndexMap;

use crate::arg::Arg;
use crate::errors::{Error, Result};

/// Keys are the names of symbols. Boxed, so that an [`Arg`] stays small: rows are made of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options(Box<IndexMap<String, Arg>>);

const NIL: Arg = Arg::Nil;

impl Options {
    /// `{}`
    pub fn new() -> Self {
        Self::default()
    }

    /// `options[:key]`: `nil` when it is missing.
    pub fn get(&self, key: &str) -> &Arg {
        self.0.get(key).unwrap_or(&NIL)
    }

    /// None where the key is missing, which `nil` is not.
    pub fn get_opt(&self, key: &str) -> Option<&Arg> {
        self.0.get(key)
    }

    /// `options.key?(:key)`
    pub fn key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// `options.fetch(:key, default)`
    pub fn fetch_or(&self, key: &str, default: impl Into<Arg>) -> Arg {
        self.0.get(key).cloned().unwrap_or_else(|| default.into())
    }

    /// In the place of a value that is there, else at the end.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Arg>) {
        self.0.insert(key.into(), value.into());
    }

    /// `options[:key] ||= value`
    pub fn or_insert(&mut self, key: &str, value: impl FnOnce() -> Arg) {
        if !self.get(key).is_truthy() {
            self.insert(key, value());
        }
    }

    /// `options.delete(:key)`: `nil` when it is missing.
    pub fn delete(&mut self, key: &str) -> Arg {
        self.0.shift_remove(key).unwrap_or(Arg::Nil)
    }

    /// `except`: a copy without these keys.
    #[must_use]
    pub fn except(&self, keys: &[&str]) -> Self {
        self.iter().filter(|(key, _)| !keys.contains(key)).map(|(key, value)| (key, value.clone())).collect()
    }

    /// `slice`: a copy with these keys alone, in their order here.
    #[must_use]
    pub fn slice(&self, keys: &[&str]) -> Self {
        keys.iter().filter_map(|key| self.0.get(*key).map(|value| (*key, value.clone()))).collect()
    }

    /// `options.extract!(*keys)`: removes them and answers them.
    #[must_use]
    pub fn extract(&mut self, keys: &[&str]) -> Self {
        let extracted = self.slice(keys);
        for key in keys {
            self.delete(key);
        }
        extracted
    }

    /// `merge`: the other's values win.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        merged.update(other);
        merged
    }

    /// `merge!`
    pub fn update(&mut self, other: &Self) {
        for (key, value) in other {
            self.insert(key, value.clone());
        }
    }

    /// `reverse_merge!`: keeps what is there.
    pub fn reverse_update(&mut self, other: &Self) {
        let mut merged = other.clone();
        merged.update(self);
        *self = merged;
    }

    /// In the order in which they were given.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// In the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &Arg> {
        self.0.values()
    }

    /// The pairs in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arg)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no option was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Active Support's `assert_valid_keys`, with its message.
    pub fn assert_valid_keys(&self, valid: &[&str]) -> Result<()> {
        match self.keys().find(|key| !valid.contains(key)) {
            None => Ok(()),
            Some(unknown) => {
                let valid: Vec<_> = valid.iter().map(|key| literals::symbol(key)).collect();
                Err(Error::argument(format!(
                    "Unknown key: {}. Valid keys are: {}",
                    literals::symbol(unknown),
                    valid.join(", ")
                )))
            }
        }
    }

    /// Ruby 3.3's `Hash#inspect`.
    pub fn inspect(&self) -> String {
        let pairs: Vec<_> =
            self.iter().map(|(key, value)| format!("{}=>{}", literals::symbol(key), value.inspect())).collect();
        format!("{{{}}}", pairs.join(", "))
    }
}

impl<K: Into<String>, V: Into<Arg>, const N: usize> From<[(K, V); N]> for Options {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<Arg>> FromIterator<(K, V)> for Options {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(Box::new(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect()))
    }
}

impl<'a> IntoIterator for &'a Options {
    type Item = (&'a String, &'a Arg);
    type IntoIter = indexmap::map::Iter<'a, String, Arg>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl IntoIterator for Options {
    type Item = (String, Arg);
    type IntoIter = indexmap::map::IntoIter<String, Arg>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
