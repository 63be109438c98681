//! What a command works with, whichever door it came through: the command line or a function's event.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use activerecord::database_configurations::DatabaseYml;
use activerecord::settings;
use adapters::DatabaseConfig;
use anyhow::Result;

use super::rehearsal::Rehearsal;
use crate::app::App;
use crate::config::{self, Reach, Target, Targets};
use crate::deadline::Deadline;
use crate::env_vars;
use crate::once::Once;
use crate::request::Common;
use crate::teller::Teller;

/// Which databases a command may work on.
pub(crate) enum Databases {
    /// Those that the command line, the environment and config/database.yml name.
    Configured,
    /// These: a function's event and its environment have named them.
    Given { environment: String, databases: Vec<Given> },
}

/// A database of a function.
#[derive(Clone)]
pub(crate) struct Given {
    pub name: String,
    pub is_primary: bool,
    pub is_one_of_several: bool,
    pub config: DatabaseConfig,
    /// As config/database.yml has them; none where it has none.
    pub migrations_paths: Vec<String>,
}

/// Where a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    CommandLine,
    Function,
}

/// Where a command's files, database, time and listeners come from.
pub(crate) struct Context {
    pub app: App,
    /// Who is told.
    pub teller: Teller,
    pub databases: Databases,
    pub place: Place,
    /// When the work must be over; none on the command line but with `--time-limit`.
    pub deadline: Option<Arc<Deadline>>,
    /// Bytes that Ruby code may hold; the interpreter's own limit where none is given.
    pub memory: Option<usize>,
    /// What lets a signed payload run once.
    pub once: Option<Arc<Once>>,
    /// Whoever has the run go nowhere.
    pub rehearsal: Option<Rc<dyn Rehearsal>>,
}

impl Context {
    /// Of the command line: the app is the current folder. `time_limit`: in seconds.
    pub(crate) fn in_current_folder(teller: Teller, time_limit: Option<u64>) -> Result<Self> {
        use anyhow::Context as _;
        let root = std::env::current_dir().context("cannot tell the current folder")?;
        let limit = time_limit.map(Duration::from_secs);
        Ok(Self {
            app: App::Folder(root),
            teller,
            databases: Databases::Configured,
            place: Place::CommandLine,
            deadline: limit.map(|limit| Arc::new(Deadline::after(limit))),
            memory: None,
            once: None,
            rehearsal: None,
        })
    }

    /// Whether the app's folder is here, with its configuration: what Rails does of itself then is done.
    pub(crate) fn is_app(&self) -> bool {
        let has_configuration = self.app.root().join(settings::APPLICATION).is_file();
        self.place == Place::CommandLine && has_configuration && env_vars::get(env_vars::MAGLEV_BARE).is_none()
    }

    /// `Rails.env`
    pub(crate) fn environment(&self) -> String {
        match &self.databases {
            Databases::Configured => config::environment(),
            Databases::Given { environment, .. } => environment.clone(),
        }
    }

    /// The databases that a command line means.
    pub(crate) fn targets(&self, common: &Common) -> Result<Targets> {
        match &self.databases {
            Databases::Configured => config::resolve(common, self.app.root()),
            Databases::Given { environment, databases } => {
                let target = |given: &Given| Target {
                    name: given.name.clone(),
                    is_primary: given.is_primary,
                    label: given.is_one_of_several.then(|| Rc::from(given.name.as_str())),
                    config: given.config.clone(),
                    migrations_paths: config::migrations_paths(&common.dirs, &given.migrations_paths),
                    by_user: true,
                    database_yml: DatabaseYml::Unread,
                };
                Ok(Targets { environment: environment.clone(), targets: databases.iter().map(target).collect() })
            }
        }
    }

    /// The databases that a task works on, environment by environment.
    pub(crate) fn targets_each(&self, common: &Common, reach: Reach) -> Result<Vec<Targets>> {
        match &self.databases {
            Databases::Configured => config::resolve_each(common, self.app.root(), reach),
            Databases::Given { .. } => Ok(vec![self.targets(common)?]),
        }
    }

    /// The only database meant. Rails refuses these commands where there are several.
    pub(crate) fn single_target(&self, common: &Common, command: &str) -> Result<(String, Target)> {
        let targets = self.targets(common)?;
        let names: Vec<_> = targets.targets.iter().map(|target| format!("{command}:{}", target.name)).collect();
        let mut all = targets.targets;
        match (all.pop(), all.is_empty()) {
            (Some(target), true) => Ok((targets.environment, target)),
            _ => anyhow::bail!(
                "You're using a multiple database application. To use `{command}` you must run the namespaced task \
                 with a VERSION. Available tasks are {}.",
                sentence(&names)
            ),
        }
    }
}

/// Active Support's `to_sentence`.
fn sentence(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
    }
}
