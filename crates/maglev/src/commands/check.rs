//! `check`: what the native engine would refuse, and where. Needs no database.

use std::path::PathBuf;
use std::rc::Rc;

use activerecord::Engine;
use activerecord::check::Reason;
use activerecord::check::refusals::Refused;
use activerecord::migration::migration_context::MigrationContext;
use activerecord::migrator;
use activerecord::world::{Direction, World, WorldOptions};
use anyhow::{Context, Result, anyhow, bail};

use super::outcome::Checked;
use super::session::warn_of_settings;
use crate::app::App;
use crate::app::folder::Named;
use crate::app::visible::AppFiles;
use crate::cli::args::Check;
use crate::host::{AppHost, Silence};
use crate::request::Common;
use crate::teller::Teller;
use crate::{config, env_vars};

/// Where nothing says which database it will be, a file is refused for what no adapter has.
const ADAPTERS: [&str; 3] = ["mysql2", "postgresql", "sqlite3"];

/// Reads the files and evaluates nothing. Err: there is no such folder, or its names are not those of migrations.
pub(crate) fn run(arguments: &Check, teller: &Teller) -> Result<Checked> {
    let root = std::env::current_dir().context("cannot tell the current folder")?;
    let configured = config::resolve(&Common::default(), &root).map(|targets| targets.targets).unwrap_or_default();
    let dirs = match &arguments.dirs[..] {
        [] if configured.is_empty() => vec![PathBuf::from("db/migrate")],
        [] => configured.iter().flat_map(|target| target.migrations_paths.clone()).collect(),
        dirs => dirs.to_vec(),
    };
    if let Some(dir) = dirs.iter().find(|dir| !dir.is_dir()) {
        bail!("there is no folder {}", dir.display());
    }
    let is_told = root.join(config::DATABASE_YML).exists() || env_vars::get(env_vars::DATABASE_URL).is_some();
    let adapters: Vec<_> = match &configured[..] {
        [target, ..] if is_told => vec![target.config.adapter.as_str()],
        _ => ADAPTERS.to_vec(),
    };
    let named = Named { migrations: &dirs, by_user: !arguments.dirs.is_empty(), included: &arguments.include };
    let (files, app) = App::Folder(root).open(named).map_err(|message| anyhow!(message))?;
    let worlds = adapters.iter().map(|adapter| world(adapter, &app, arguments.implied_models));
    let mut worlds = worlds.collect::<Result<Vec<_>>>()?;
    let validates = match worlds.first_mut() {
        Some((world, warnings)) => {
            warnings.extend(world.refusal());
            warn_of_settings(teller, warnings);
            world.validates_migration_timestamps()
        }
        None => false,
    };
    let worlds: Vec<_> = worlds.into_iter().map(|(world, _)| world).collect();
    let migrations = MigrationContext::new(&*files, validates)
        .migrations(&worlds[0])
        .and_then(|migrations| migrator::validate(&migrations).map(|()| migrations))
        .map_err(|error| anyhow!("{}", error.to_string().trim()))?;
    let all: Vec<_> = migrations.iter().collect();
    let mut worlds = worlds.iter();
    let check = |world: &World| world.refusals(&all, Direction::Up, &*files, &*app);
    let mut refused = worlds.next().map(check).unwrap_or_default();
    for world in worlds {
        let others = check(world);
        refused.retain_mut(|Refused { migration, reasons }| {
            let theirs = others.iter().find(|other| other.migration.filename == migration.filename);
            reasons.retain(|reason| {
                theirs.is_some_and(|theirs| theirs.reasons.iter().any(|other| at_one_place(other, reason)))
            });
            !reasons.is_empty()
        });
    }
    Ok(Checked { files: files.paths().len(), migrations, refused })
}

/// A world with the app's settings, and what could not be taken over.
fn world(adapter: &str, app: &Rc<dyn AppFiles>, implied_models: bool) -> Result<(World, Vec<String>)> {
    let options = WorldOptions {
        rails_env: config::environment(),
        settings: app.settings(&config::environment()),
        root: app.root().to_string_lossy().into_owned(),
        ..WorldOptions::default()
    };
    let host = AppHost::new(Rc::clone(app), Rc::new(Silence));
    World::unconnected(adapter, Box::new(host), options)
        .and_then(|mut world| {
            world.set_implied_models(implied_models);
            world.load_settings().map(|warnings| (world, warnings))
        })
        .map_err(|error| anyhow!("{}: {}", error.class, error.message))
}

fn at_one_place(one: &Reason, other: &Reason) -> bool {
    (one.line, one.column) == (other.line, other.column)
}
