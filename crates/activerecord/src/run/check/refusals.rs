//! What the check says against the files of a run, read together with the files that they load.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use ruby::{Sight, Source};

use super::{Defined, Helper, Reason, Required, Subject, check as read_for_what_fails, named, read_for_certain};
use crate::migration::migration_context::{MigrationFiles, MigrationProxy};
use crate::run::world::{Direction, World};

/// A migration that is certain to fail.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Which one.
    pub migration: MigrationProxy,
    /// Everything that is against it.
    pub reasons: Vec<Reason>,
}

/// What of an app's files Ruby code may know.
pub trait AppSight {
    /// The app's root, as `Rails.root` shows it.
    fn root(&self) -> &Path;

    /// A file that Ruby code may read.
    fn read(&self, path: &str) -> Option<Vec<u8>>;

    /// What stands at a path, as far as Ruby code may know.
    fn look(&self, path: &str) -> Sight;

    /// Whether the app has this file and Ruby code may not read it.
    fn is_outside(&self, path: &str) -> bool;
}

/// The migrations that are refused, each with its reasons.
pub(crate) fn refusals(
    migrations: &[&MigrationProxy],
    direction: Direction,
    files: &dyn MigrationFiles,
    app: &dyn AppSight,
    world: &World,
) -> Vec<Refused> {
    let read = |migration: &&MigrationProxy| world.source(&migration.filename, || files.read(&migration.filename));
    let sources: Vec<_> = migrations.iter().map(read).collect();
    let mut defined = Defined::default();
    let mut helpers = Vec::new();
    let mut shared = HashMap::new();
    for source in &sources {
        let mut found: Vec<Helper> = Vec::new();
        if let Ok(source) = source {
            defined.add(source);
            collect(source, None, app, &mut found, &mut HashSet::new(), &mut shared);
            for helper in &found {
                defined.add(&helper.source);
            }
        }
        helpers.push(found);
    }
    let mut refused = Vec::new();
    for ((migration, source), helpers) in migrations.iter().zip(&sources).zip(&helpers) {
        let reasons = match source {
            Ok(source) => {
                let file = File { source, class_name: Some(&migration.name), direction, helpers };
                reasons(&file, app, world, &defined)
            }
            Err(message) => vec![unreadable(message)],
        };
        if !reasons.is_empty() {
            refused.push(Refused { migration: (*migration).clone(), reasons });
        }
    }
    refused
}

/// Everything that is certain to go wrong with a schema's file.
pub(crate) fn of_schema(source: &Source, app: &dyn AppSight, world: &World) -> Vec<Reason> {
    let mut helpers = Vec::new();
    collect(source, None, app, &mut helpers, &mut HashSet::new(), &mut HashMap::new());
    let mut defined = Defined::default();
    defined.add(source);
    for helper in &helpers {
        defined.add(&helper.source);
    }
    let file = File { source, class_name: None, direction: Direction::Up, helpers: &helpers };
    reasons(&file, app, world, &defined)
}

/// A file, with those that it loads.
struct File<'a> {
    source: &'a Source,
    class_name: Option<&'a str>,
    direction: Direction,
    helpers: &'a [Helper],
}

fn reasons(file: &File<'_>, app: &dyn AppSight, world: &World, defined: &Defined) -> Vec<Reason> {
    let File { source, class_name, direction, helpers } = *file;
    let root = app.root().to_string_lossy().into_owned();
    let has_file = |path: &str| app.read(path).is_some() || app.is_outside(path);
    let subject = Subject { source, class_name, direction, helpers, has_file: &has_file, root: &root };
    let mut reasons = read_for_what_fails(&subject, world, defined);
    let required = required(source, app);
    let outside = required.iter().filter(|required| required.certain && app.is_outside(&required.path));
    reasons.extend(outside.map(Required::refusal));
    let named = read_for_certain(&subject, world, defined, &root);
    let outside = named.iter().filter(|named| app.look(before_glob(&named.path)) == Sight::Outside);
    reasons.extend(outside.filter_map(named::Named::refusal));
    reasons
}

/// The part of a path before what a glob leaves open.
fn before_glob(path: &str) -> &str {
    let open = path.find(['*', '?', '[', '{']);
    open.map_or(path, |open| path[..open].rsplit_once('/').map_or("", |(folder, _)| folder))
}

/// A file that is gone, or no text: `path:line: what` where a line is known.
fn unreadable(message: &str) -> Reason {
    let line = message.split(": ").next().and_then(|place| place.rsplit(':').next()).and_then(|line| line.parse().ok());
    Reason {
        message: message.to_owned(),
        line: line.unwrap_or(1),
        column: 1,
        excerpt: String::new(),
        hint: line.map(|_| "save the file as UTF-8".to_owned()),
    }
}

/// The files that a file loads, and those that they load. `from` is where the migration asks for the first of them, and
/// whether it is certain to.
fn collect(
    source: &Source,
    from: Option<(&Reason, bool)>,
    app: &dyn AppSight,
    found: &mut Vec<Helper>,
    seen: &mut HashSet<String>,
    shared: &mut HashMap<String, Source>,
) {
    for required in required(source, app) {
        if !seen.insert(required.path.clone()) {
            continue;
        }
        // Many migrations may load one file.
        let known = shared.get(&required.path).cloned();
        let read = || app.read(&required.path).map(|bytes| Source::new(required.path.as_str(), bytes));
        if let Some(source) = known.or_else(read) {
            shared.insert(required.path.clone(), source.clone());
            let place = from.map_or_else(|| required.refusal(), |(from, _)| from.clone());
            let certain = required.certain && from.is_none_or(|(_, certain)| certain);
            collect(&source, Some((&place, certain)), app, found, seen, shared);
            found.push(Helper { source, certain, from: place });
        }
    }
}

fn required(source: &Source, app: &dyn AppSight) -> Vec<Required> {
    super::required(source, &app.root().to_string_lossy())
}
