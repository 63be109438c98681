//! `AbstractAdapter::Version`.

use std::cmp::Ordering;
use std::fmt;

/// `AbstractAdapter::Version`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    numbers: Vec<u64>,
    full: Option<String>,
}

impl Version {
    /// `version` is what is compared, `full` what the server wrote of itself.
    pub fn new(version: &str, full: Option<&str>) -> Self {
        Self { numbers: version_numbers(version), full: full.map(str::to_owned) }
    }

    /// PostgreSQL's `server_version`, one number.
    pub fn from_number(number: u64) -> Self {
        Self { numbers: vec![number], full: None }
    }

    /// As PostgreSQL numbers versions: 160004 for 16.4.
    pub fn number(&self) -> u64 {
        self.numbers.first().copied().unwrap_or(0)
    }

    /// As the server wrote it; None where nobody kept it.
    pub fn full_version_string(&self) -> Option<&str> {
        self.full.as_deref()
    }

    /// `version >= "1.2.3"`
    pub fn at_least(&self, other: &str) -> bool {
        self.compare(other) != Ordering::Less
    }

    /// `version <=> "1.2.3"`
    pub fn compare(&self, other: &str) -> Ordering {
        self.numbers.cmp(&version_numbers(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.numbers.iter().map(u64::to_string).collect();
        formatter.write_str(&numbers.join("."))
    }
}

fn version_numbers(version: &str) -> Vec<u64> {
    let leading = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    // As Ruby's `split`, which leaves out what is empty at the end.
    version.trim_end_matches('.').split('.').filter(|_| !version.is_empty()).map(leading).collect()
}
