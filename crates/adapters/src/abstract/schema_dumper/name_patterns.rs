//! Which names of keys and constraints schema.rb leaves out: `fk_ignore_pattern` and its kin of schema_dumper.rb.

use super::IgnoredTable;

/// What has such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    ForeignKey,
    Check,
    Exclusion,
    Unique,
}

impl NameOf {
    /// In Rails' order.
    pub const ALL: [Self; 4] = [Self::ForeignKey, Self::Check, Self::Exclusion, Self::Unique];

    /// SchemaDumper's accessor.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::ForeignKey => "fk_ignore_pattern",
            Self::Check => "chk_ignore_pattern",
            Self::Exclusion => "excl_ignore_pattern",
            Self::Unique => "unique_ignore_pattern",
        }
    }

    /// How the names begin that Rails makes; ten hexadecimal digits follow.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ForeignKey => "fk_rails_",
            Self::Check => "chk_rails_",
            Self::Exclusion => "excl_rails_",
            Self::Unique => "uniq_rails_",
        }
    }
}

/// The patterns, where the app has its own.
#[derive(Clone, Debug, Default)]
pub struct NamePatterns(Vec<(NameOf, IgnoredTable)>);

impl NamePatterns {
    /// From here on the app's own.
    pub fn set(&mut self, of: NameOf, pattern: IgnoredTable) {
        self.0.retain(|(known, _)| *known != of);
        self.0.push((of, pattern));
    }

    /// Whether the name is left out.
    pub(super) fn hides(&self, of: NameOf, name: &str) -> bool {
        match self.0.iter().find(|(known, _)| *known == of) {
            Some((_, pattern)) => pattern.names(name),
            None => is_generated(name, of.prefix()),
        }
    }
}

/// `/^fk_rails_[0-9a-f]{10}$/`, which is asked of each line.
fn is_generated(name: &str, prefix: &str) -> bool {
    name.split('\n').any(|line| {
        let digits = line.strip_prefix(prefix).unwrap_or_default();
        digits.len() == 10 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}
