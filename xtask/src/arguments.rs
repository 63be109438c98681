//! Options and words of a command line.

use std::collections::VecDeque;

use anyhow::{Context as _, Result, bail};

pub(crate) struct Arguments(VecDeque<String>);

impl Arguments {
    pub(crate) fn new(arguments: impl Iterator<Item = String>) -> Self {
        Self(arguments.collect())
    }

    pub(crate) fn command(&mut self) -> Option<String> {
        self.0.pop_front()
    }

    /// All values of an option that may be repeated.
    pub(crate) fn values(&mut self, option: &str) -> Result<Vec<String>> {
        let mut values = Vec::new();
        while let Some(position) = self.0.iter().position(|argument| argument == option) {
            self.0.remove(position);
            values.push(self.0.remove(position).with_context(|| format!("`{option}` needs a value"))?);
        }
        Ok(values)
    }

    pub(crate) fn value(&mut self, option: &str) -> Result<Option<String>> {
        Ok(self.values(option)?.pop())
    }

    /// Whether an option without a value is there.
    pub(crate) fn flag(&mut self, option: &str) -> bool {
        let position = self.0.iter().position(|argument| argument == option);
        position.is_some_and(|position| self.0.remove(position).is_some())
    }

    /// What is left when all options are taken.
    pub(crate) fn words(self) -> Result<Vec<String>> {
        if let Some(option) = self.0.iter().find(|argument| argument.starts_with('-')) {
            bail!("unknown option `{option}`");
        }
        Ok(self.0.into())
    }
}
