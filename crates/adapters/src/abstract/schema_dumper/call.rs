//! A call as schema.rb has it: a method, what it is given, and its options.

use std::fmt;

use crate::Arg;

pub(super) struct Call {
    method: String,
    /// Each as it is written.
    arguments: Vec<String>,
}

/// Options by name, each value as it is written.
pub(super) type WrittenOptions = Vec<(&'static str, String)>;

impl Call {
    pub(super) fn new(method: impl Into<String>) -> Self {
        Self { method: method.into(), arguments: Vec::new() }
    }

    #[must_use]
    pub(super) fn argument(mut self, written: impl Into<String>) -> Self {
        self.arguments.push(written.into());
        self
    }

    #[must_use]
    pub(super) fn option(self, name: &str, written: impl fmt::Display) -> Self {
        self.argument(format!("{name}: {written}"))
    }

    #[must_use]
    pub(super) fn option_of(self, name: &str, written: Option<String>) -> Self {
        match written {
            Some(written) => self.option(name, written),
            None => self,
        }
    }

    #[must_use]
    pub(super) fn options(self, options: WrittenOptions) -> Self {
        options.into_iter().fold(self, |call, (name, written)| call.option(name, written))
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.method)?;
        for (index, argument) in self.arguments.iter().enumerate() {
            write!(f, "{}{argument}", if index == 0 { " " } else { ", " })?;
        }
        Ok(())
    }
}

/// `{ a: 1, b: 2 }`, whose names stand as they are.
pub(super) fn braced(value: &Arg) -> String {
    match value.as_hash() {
        Some(options) => {
            let pairs: Vec<String> =
                options.iter().map(|(name, value)| format!("{name}: {}", value.inspect())).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        None => value.inspect(),
    }
}
