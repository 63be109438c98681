//! What the check says against the files of a run, read together with the files that they load.

use std::collections::{HashMap, HashSet};

use activerecord::check::{self, Defined, Helper, Reason, Required, Subject};
use activerecord::migration::migration_context::{MigrationFiles, MigrationProxy};
use activerecord::world::{Direction, World};
use ruby::Source;

use super::outcome::Refused;
use crate::app::visible::AppFiles;

/// The migrations that are refused, each with its reasons.
pub fn refusals(
    migrations: &[&MigrationProxy],
    direction: Direction,
    files: &dyn MigrationFiles,
    app: &dyn AppFiles,
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
    let root = app.root().to_string_lossy().into_owned();
    let has_file = |path: &str| app.read(path).is_some() || app.is_outside(path);
    let mut refused = Vec::new();
    for ((migration, source), helpers) in migrations.iter().zip(&sources).zip(&helpers) {
        let source = match source {
            Ok(source) => source,
            Err(message) => {
                refused.push(Refused { migration: (*migration).clone(), reasons: vec![unreadable(message)] });
                continue;
            }
        };
        let subject =
            Subject { source, class_name: &migration.name, direction, helpers, has_file: &has_file, root: &root };
        let mut reasons = check::check(&subject, world, &defined);
        let required = required(source, app);
        let outside = required.iter().filter(|required| required.certain && app.is_outside(&required.path));
        reasons.extend(outside.map(Required::refusal));
        let named = check::read_for_certain(&subject, world, &defined, &root);
        let outside = named.iter().filter(|named| app.look(before_glob(&named.path)) == ruby::Sight::Outside);
        reasons.extend(outside.filter_map(check::Named::refusal));
        if !reasons.is_empty() {
            refused.push(Refused { migration: (*migration).clone(), reasons });
        }
    }
    refused
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
    app: &dyn AppFiles,
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

fn required(source: &Source, app: &dyn AppFiles) -> Vec<Required> {
    check::required(source, &app.root().to_string_lossy())
}
