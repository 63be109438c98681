//! The migrations that a new database will run once its schema is loaded, checked before anything is made: those that are newer
//! than the file, or all where there is none.

use activerecord::migration::migration_context::MigrationContext;
use activerecord::world::Direction;

use super::schema::SchemaSource;
use super::{Place, Tasks};
use crate::commands::session::{Step, Unconnected};
use crate::commands::stop::Why;
use crate::request::Running;

impl Tasks<'_> {
    /// Refuses what is certain to fail of them.
    pub(super) fn check_newer(self, place: Place<'_>, schema: Option<&SchemaSource>, running: &Running) -> Step {
        let loaded = match schema.map(|schema| declared_version(&schema.text())) {
            // Which of them are newer is not known before it is loaded.
            Some(None) => return Ok(()),
            Some(Some(version)) => version,
            None => 0,
        };
        if running.no_check {
            return Ok(());
        }
        self.refuse_above(place, loaded, running).map_err(|why| self.stop(place, why))
    }

    fn refuse_above(self, place: Place<'_>, version: u128, running: &Running) -> Result<(), Why> {
        let Unconnected { mut engine, files, app, .. } = self.unconnected(place, None)?;
        engine.set_implied_models(running.implied_models);
        let validates = engine.validates_migration_timestamps();
        let migrations = MigrationContext::new(&*files, validates).migrations(&*engine)?;
        let newer: Vec<_> = migrations.iter().filter(|migration| migration.version > version).collect();
        let refused = engine.refusals(&newer, Direction::Up, &*files, &*app);
        if refused.is_empty() { Ok(()) } else { Err(Why::Refused(refused)) }
    }
}

/// The version that a schema says of itself, where it is written down; 0 where it says none.
fn declared_version(text: &str) -> Option<u128> {
    let define = text.lines().find(|line| !line.trim_start().starts_with('#') && line.contains(".define"))?;
    let Some((_, rest)) = define.split_once("version") else {
        return (define.contains("define do") || define.contains("define {")).then_some(0);
    };
    let number = rest.trim_start_matches([':', ' ', '=', '>', '"', '\'']);
    let digits = number.split(|letter: char| !letter.is_ascii_digit() && letter != '_').next()?;
    digits.replace('_', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::declared_version;

    #[test]
    fn a_schema_says_its_version() {
        let check = |text: &str, version: Option<u128>| assert_eq!(declared_version(text), version, "{text}");
        check("# x.define\nActiveRecord::Schema[8.1].define(version: 2024_01_02) do\n", Some(20_240_102));
        check("ActiveRecord::Schema.define(:version => 7) do\n", Some(7));
        check("ActiveRecord::Schema.define(version: \"7\") do\n", Some(7));
        check("ActiveRecord::Schema.define do\n", Some(0));
        check("ActiveRecord::Schema.define(version: VERSION) do\n", None);
        check("ActiveRecord::Schema.define(\n", None);
        check("", None);
    }
}
