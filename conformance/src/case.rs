//! A case: a Ruby file that holds one or more migrations, and how to run them.
//!
//! ```ruby
//! # adapters: mysql2, postgresql       (default: all)
//! # run: migrate, rollback 1           (default: migrate, migrate 0)
//! # implied_models: true              (default: false)
//! # new_database: true                (default: false; for what shows in which order a catalogue lists its tables)
//! # table_name_prefix: app_            (default: none; table_name_suffix likewise)
//! # leaves_settings: true                (default: false; a migration changes settings of its process, which show in the schema.rb that it dumps)
//! # older_rails: true                 (default: false; schema.rb as older versions of Rails write it is compared too)
//! class CreateUsers < ActiveRecord::Migration[8.1]
//!   ...
//! end
//!
//! class AddNameToUsers < ActiveRecord::Migration[8.1]
//!   ...
//! end
//! ```
//!
//! Each migration class becomes a file of its own, with versions that count up from [`FIRST_VERSION`]. What stands
//! before a class (a model) goes with it. `# file: 20240101000001_create_users.rb` before a class names the file.
//! `up`, `down` and `migrate` in `run` take a migration's number in the case, or a whole version.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::Target;

/// The version of the first migration of a case.
pub const FIRST_VERSION: u64 = 20_240_101_000_001;

/// Those whose schema.rb has another form than that of the Rails which Maglev follows, newest first.
pub const OLDER_RAILS: [&str; 3] = ["8.0", "7.2", "7.1"];

#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The path below `cases/`, without its extension.
    pub name: String,
    /// Empty means all.
    pub adapters: Vec<String>,
    pub run: Vec<String>,
    pub table_name_prefix: String,
    pub table_name_suffix: String,
    pub implied_models: bool,
    pub needs_new_database: bool,
    pub leaves_settings: bool,
    /// Whether schema.rb is recorded of [`OLDER_RAILS`] too.
    pub older_rails: bool,
    /// File names and contents.
    pub files: Vec<(String, String)>,
}

impl Case {
    /// All cases whose name contains `filter`, in the order of their names.
    pub fn all(filter: &str) -> Result<Vec<Self>> {
        let directory = crate::home().join("cases");
        let mut paths = Vec::new();
        collect(&directory, "rb", &mut paths)?;
        paths.sort();
        let mut cases = Vec::new();
        for path in paths {
            let name = path.strip_prefix(&directory)?.with_extension("").display().to_string();
            if name.contains(filter) {
                let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
                cases.push(Self::parse(&name, &text).with_context(|| format!("in `{}`", path.display()))?);
            }
        }
        Ok(cases)
    }

    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let mut case = Self { name: name.to_string(), ..Self::default() };
        let mut lines = text.lines().peekable();
        while let Some((key, value)) = lines.peek().and_then(|line| directive(line)) {
            let list = || value.split(',').map(|item| item.trim().to_string()).collect();
            match key {
                "adapters" => case.adapters = list(),
                "run" => case.run = list(),
                "table_name_prefix" => case.table_name_prefix = value.to_string(),
                "table_name_suffix" => case.table_name_suffix = value.to_string(),
                "implied_models" => case.implied_models = value == "true",
                "new_database" => case.needs_new_database = value == "true",
                "older_rails" => case.older_rails = value == "true",
                "leaves_settings" => case.leaves_settings = value == "true",
                "file" => break,
                _ => bail!("unknown directive `{key}`"),
            }
            lines.next();
        }
        if case.run.is_empty() {
            case.run = vec!["migrate".to_string(), "migrate 0".to_string()];
        }
        case.files = files(lines)?;
        for command in &mut case.run {
            *command = with_whole_version(command);
        }
        Ok(case)
    }

    pub fn runs_on(&self, target: Target) -> bool {
        self.adapters.is_empty() || self.adapters.iter().any(|adapter| adapter == target.adapter())
    }

    /// Writes the migrations into `directory`.
    pub fn write_to(&self, directory: &Path) -> Result<()> {
        for (name, text) in &self.files {
            fs::write(directory.join(name), text)?;
        }
        Ok(())
    }
}

/// The files below a folder whose names end so.
pub(crate) fn collect(directory: &Path, ending: &str, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(directory).with_context(|| format!("cannot read `{}`", directory.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, ending, paths)?;
        } else if path.extension().is_some_and(|extension| extension == ending) {
            paths.push(path);
        }
    }
    Ok(())
}

fn directive(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.strip_prefix("# ")?.split_once(": ")?;
    key.chars().all(|c| c.is_ascii_lowercase() || c == '_').then_some((key, value.trim()))
}

fn files<'text>(lines: impl Iterator<Item = &'text str>) -> Result<Vec<(String, String)>> {
    let mut files: Vec<(Option<String>, Option<String>, String)> = Vec::new();
    let mut is_closed = true;
    for line in lines {
        let explicit = line.strip_prefix("# file: ").map(|name| name.trim().to_string());
        if explicit.is_some() || is_closed {
            files.push((explicit.clone(), None, String::new()));
            is_closed = false;
        }
        if explicit.is_some() {
            continue;
        }
        let Some((explicit, class, text)) = files.last_mut() else { continue };
        if class.is_none() {
            *class = migration_class(line).map(str::to_string);
        }
        text.push_str(line);
        text.push('\n');
        is_closed = class.is_some() && explicit.is_none() && line == "end";
    }
    files.retain(|(_, _, text)| !text.trim().is_empty());
    let mut named = Vec::new();
    for (number, (explicit, class, text)) in files.into_iter().enumerate() {
        let name = match (explicit, class) {
            (Some(name), _) => name,
            (None, Some(class)) => format!("{}_{}.rb", FIRST_VERSION + number as u64, underscore(&class)),
            (None, None) => bail!("text after the last migration:\n{text}"),
        };
        named.push((name, text.trim_start_matches('\n').to_string()));
    }
    Ok(named)
}

fn migration_class(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix("class ")?.split_once(" < ")?;
    rest.starts_with("ActiveRecord::Migration").then_some(name)
}

fn underscore(class: &str) -> String {
    let mut name = String::new();
    for character in class.chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}

fn with_whole_version(command: &str) -> String {
    match command.split_once(' ') {
        Some((verb @ ("up" | "down" | "migrate"), number)) => match number.parse::<u64>() {
            Ok(number @ 1..1000) => format!("{verb} {}", FIRST_VERSION + number - 1),
            _ => command.to_string(),
        },
        _ => command.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let case = Case::parse("x", text).unwrap();
        let files: Vec<_> = case.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(files, expected);
    }

    #[test]
    fn splits_at_each_migration_class() {
        let first = "class CreateAs < ActiveRecord::Migration[8.1]\n  def change\n  end\nend\n";
        let second = "class A < ActiveRecord::Base\nend\n\nclass FillAs < ActiveRecord::Migration[8.1]\nend\n";
        check(
            &format!("# run: migrate 2, up 1\n{first}\n{second}"),
            &[("20240101000001_create_as.rb", first), ("20240101000002_fill_as.rb", second)],
        );
        check(&format!("# file: 7_other.rb\n{first}"), &[("7_other.rb", first)]);
    }

    #[test]
    fn reads_directives() {
        let case = Case::parse("x", "# run: migrate 2, rollback 1\n# adapters: mysql2, sqlite3\n").unwrap();
        assert_eq!(case.run, ["migrate 20240101000002", "rollback 1"]);
        assert!(case.runs_on(Target::MariaDb) && !case.runs_on(Target::PostgreSql));
        assert!(Case::parse("x", "# adaptors: mysql2\n").is_err());
    }
}
