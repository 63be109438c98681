//! What a run has done so far, as its events tell: for the last event of a run that fails.

use serde::Serialize;

use crate::events::Event;

#[derive(Debug, Default)]
pub struct Tally {
    pub took_effect: Vec<TookEffect>,
    /// How many are pending, where that is known.
    pub pending: Option<usize>,
    /// The last event was told.
    pub is_finished: bool,
}

/// A migration that ran, or some statements of one that failed.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct TookEffect {
    pub version: String,
    pub name: String,
    pub direction: String,
    /// Of several databases, the one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Of a migration that failed: so many of its statements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statements: Option<usize>,
}

impl Tally {
    pub fn hear(&mut self, event: &Event<'_>, database: Option<&str>) {
        let (migration, direction, statements) = match event {
            Event::Migrated { migration, direction, .. } => (migration, *direction, None),
            Event::Failed { migration, direction, took_effect, .. } if *took_effect > 0 => {
                (migration, *direction, Some(*took_effect))
            }
            Event::Finished { .. } => {
                self.is_finished = true;
                return;
            }
            _ => return,
        };
        self.took_effect.push(TookEffect {
            version: migration.version().to_owned(),
            name: migration.name().to_owned(),
            direction: direction.to_owned(),
            database: database.map(str::to_owned),
            statements,
        });
    }

    /// How many migrations ran to their end.
    pub fn migrated(&self) -> usize {
        self.took_effect.iter().filter(|effect| effect.statements.is_none()).count()
    }

    /// Whether a migration failed and some of its statements stay.
    pub fn has_remains(&self) -> bool {
        self.took_effect.iter().any(|effect| effect.statements.is_some())
    }

    /// `before it, 2 migrations took effect: 1, 2`
    pub fn before(&self) -> Option<String> {
        let versions: Vec<&str> = self
            .took_effect
            .iter()
            .filter(|effect| effect.statements.is_none())
            .map(|effect| effect.version.as_str())
            .collect();
        let count = versions.len();
        (count > 0).then(|| format!("before it, {} took effect: {}", count_of(count), versions.join(", ")))
    }
}

/// `1 migration`
pub fn count_of(migrations: usize) -> String {
    if migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") }
}
