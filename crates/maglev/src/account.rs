//! What a run has done so far: for its last event, for what is said of a failure, for a function's answer.

use serde::Serialize;

/// What took effect, what failed, and what is left.
#[derive(Debug, Default, Clone)]
pub(crate) struct Account {
    /// In order.
    pub took_effect: Vec<TookEffect>,
    /// The migration that failed.
    pub failure: Option<Failed>,
    /// How many are pending, where that is known.
    pub pending: Option<usize>,
    /// The last event was told.
    pub is_finished: bool,
}

/// A migration that ran, or some statements of one that failed.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub(crate) struct TookEffect {
    pub version: String,
    pub name: String,
    pub direction: String,
    /// Of several databases, the one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Of a migration that failed: so many of its statements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statements: Option<usize>,
    #[serde(skip)]
    pub milliseconds: f64,
}

/// A migration that failed, in words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failed {
    pub class: String,
    pub message: String,
    pub backtrace: Vec<String>,
    /// `20240102030405 CreateUsers (up) failed at db/migrate/x.rb:7; its transaction was rolled back`
    pub summary: String,
}

impl Account {
    /// The migrations that ran to their end.
    pub(crate) fn ran(&self) -> impl Iterator<Item = &TookEffect> {
        self.took_effect.iter().filter(|effect| effect.statements.is_none())
    }

    /// Whether a migration failed and some of its statements stay.
    pub(crate) fn has_remains(&self) -> bool {
        self.took_effect.iter().any(|effect| effect.statements.is_some())
    }

    /// `before it, 2 migrations took effect: 1, 2`
    pub(crate) fn before(&self) -> Option<String> {
        let versions: Vec<&str> = self.ran().map(|effect| effect.version.as_str()).collect();
        let count = versions.len();
        (count > 0).then(|| format!("before it, {} took effect: {}", count_of(count), versions.join(", ")))
    }
}

/// `1 migration`
pub(crate) fn count_of(migrations: usize) -> String {
    if migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") }
}
