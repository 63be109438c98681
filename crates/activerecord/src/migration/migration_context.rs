//! Which migrations there are: file names, versions, their order. Mirrors `MigrationContext` and
//! `MigrationProxy` of migration.rb; running them is the migrator's.

use std::collections::HashSet;

use super::errors::{MigrationError, tomorrow};
pub use crate::ground::schema_migration::version_number;

/// Where migration files come from: a folder, or what a function was sent.
pub trait MigrationFiles {
    /// Every file below the migration folders, as the folder with the file's path below it.
    fn paths(&self) -> Vec<String>;

    /// The Ruby code of one of [`Self::paths`].
    fn read(&self, path: &str) -> Result<String, String>;
}

/// The app's inflections, for `camelize` and `humanize`.
pub trait Names {
    fn camelize(&self, term: &str) -> String;
    fn humanize(&self, term: &str) -> String;
}

/// A migration that is known by its file name, and not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationProxy {
    /// The class name.
    pub name: String,
    pub version: u128,
    pub filename: String,
    /// The engine that it was copied from (`x.blog.rb`), or empty.
    pub scope: String,
}

/// The parts of a file name that `MigrationFilenameRegexp` finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedFilename<'a> {
    pub version: &'a str,
    pub name: &'a str,
    pub scope: &'a str,
}

/// `parse_migration_filename`: `/\A([0-9]+)_([_a-z0-9]*)\.?([_a-z0-9]*)?\.rb\z/`
pub fn parse_migration_filename(path: &str) -> Option<ParsedFilename<'_>> {
    let basename = path.rsplit('/').next().unwrap_or(path);
    let stem = basename.strip_suffix(".rb")?;
    let (version, rest) = stem.split_once('_')?;
    let (name, scope) = rest.split_once('.').unwrap_or((rest, ""));
    let word = |text: &str| text.bytes().all(|byte| matches!(byte, b'_' | b'a'..=b'z' | b'0'..=b'9'));
    let number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    (number && word(name) && word(scope)).then_some(ParsedFilename { version, name, scope })
}

/// Whether a path is one that Rails' glob `**/[0-9]*_*.rb` finds.
pub fn is_migration_path(path: &str) -> bool {
    let basename = path.rsplit('/').next().unwrap_or(path);
    basename.starts_with(|first: char| first.is_ascii_digit()) && basename.ends_with(".rb") && basename.contains('_')
}

/// `Migration.valid_version_format?`: digits, or a migration's file name.
pub fn valid_version_format(version: &str) -> bool {
    let digits = version.starts_with(|first: char| first.is_ascii_digit())
        && version.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    digits || (!version.contains('/') && parse_migration_filename(version).is_some())
}

/// `normalize_migration_number`: at least three digits.
pub fn normalize_migration_number(version: u128) -> String {
    format!("{version:03}")
}

/// A row of `db:migrate:status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    pub up: bool,
    pub version: String,
    pub name: String,
}

/// The folders of migrations, and what was found in them.
pub struct MigrationContext<'a> {
    files: &'a dyn MigrationFiles,
    /// `ActiveRecord.validate_migration_timestamps`
    validate_timestamps: bool,
}

impl<'a> MigrationContext<'a> {
    /// `validate_timestamps` refuses a version that lies in the future.
    pub fn new(files: &'a dyn MigrationFiles, validate_timestamps: bool) -> Self {
        Self { files, validate_timestamps }
    }

    /// Every migration, by version. Names are checked, files are not read.
    pub fn migrations(&self, names: &dyn Names) -> Result<Vec<MigrationProxy>, MigrationError> {
        let paths = self.migration_files();
        let mut migrations = Vec::with_capacity(paths.len());
        for path in &paths {
            let parsed = self.parse(path)?;
            migrations.push(MigrationProxy {
                name: names.camelize(parsed.name),
                version: version_number(parsed.version),
                scope: parsed.scope.to_owned(),
                filename: path.clone(),
            });
        }
        migrations.sort_by_key(|migration| migration.version);
        Ok(migrations)
    }

    /// Files and recorded versions side by side.
    pub fn migrations_status(
        &self,
        recorded: &[u128],
        names: &dyn Names,
    ) -> Result<Vec<MigrationStatus>, MigrationError> {
        let mut recorded: Vec<String> = recorded.iter().map(|&version| normalize_migration_number(version)).collect();
        let mut rows = Vec::new();
        for path in self.migration_files() {
            let parsed = self.parse(&path)?;
            let version = normalize_migration_number(version_number(parsed.version));
            let before = recorded.len();
            recorded.retain(|other| *other != version);
            let name = names.humanize(&format!("{}{}", parsed.name, parsed.scope));
            rows.push(MigrationStatus { up: recorded.len() < before, version, name });
        }
        let gone = |version| MigrationStatus { up: true, version, name: "********** NO FILE **********".to_owned() };
        let mut all: Vec<_> = recorded.into_iter().map(gone).chain(rows).collect();
        all.sort_by_key(|row| version_number(&row.version));
        Ok(all)
    }

    fn migration_files(&self) -> Vec<String> {
        let mut paths: Vec<_> = self.files.paths().into_iter().filter(|path| is_migration_path(path)).collect();
        let mut seen = HashSet::new();
        paths.retain(|path| seen.insert(path.clone()));
        paths
    }

    fn parse<'p>(&self, path: &'p str) -> Result<ParsedFilename<'p>, MigrationError> {
        let parsed = parse_migration_filename(path)
            .ok_or_else(|| MigrationError::IllegalMigrationName { file: path.to_owned() })?;
        if self.validate_timestamps && version_number(parsed.version) >= tomorrow() {
            return Err(MigrationError::InvalidMigrationTimestamp {
                version: parsed.version.to_owned(),
                name: parsed.name.to_owned(),
            });
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_read_as_rails_reads_them() {
        let check = |path: &str, expected: Option<(&str, &str, &str)>| {
            let parsed = parse_migration_filename(path).map(|parsed| (parsed.version, parsed.name, parsed.scope));
            assert_eq!(parsed, expected, "{path}");
        };
        check("db/migrate/20240102030405_create_users.rb", Some(("20240102030405", "create_users", "")));
        check("001_add_x.blog.rb", Some(("001", "add_x", "blog")));
        check("1_.rb", Some(("1", "", "")));
        check("1_CreateUsers.rb", None);
        check("1_create-users.rb", None);
        check("1_a.b.c.rb", None);
        check("12a_create.rb", None);
        check("1_create.rb.bak", None);
    }

    #[test]
    fn versions_are_numbers() {
        assert_eq!(version_number("0012"), 12);
        assert_eq!(version_number("20_240"), 20240);
        assert_eq!(version_number("2024__1"), 2024);
        assert_eq!(version_number("20240102_create.rb"), 20_240_102);
        assert_eq!(normalize_migration_number(7), "007");
    }

    #[test]
    fn a_target_is_a_number_or_a_file_name() {
        for valid in ["0", "001", "20240102030405", "2024_01_02", "20240102_create_users.rb", "1_x.blog.rb"] {
            assert!(valid_version_format(valid), "{valid}");
        }
        for invalid in ["", "abc", "1a", "_1", "1__2", "1_", "-1", "create_users.rb", "1 ", "db/1_x.rb"] {
            assert!(!valid_version_format(invalid), "{invalid}");
        }
    }
}
