//! What a command works with, whichever door it came through: the command line or a function's event.

use std::sync::Arc;

use adapters::DatabaseConfig;
use anyhow::Result;

use crate::app::App;
use crate::cli::args::Common;
use crate::config::{self, Target, Targets};
use crate::deadline::Deadline;
use crate::printer::Printer;

/// Which databases a command may work on.
pub enum Databases {
    /// Those that the command line, the environment and config/database.yml name.
    Configured,
    /// This one: a function has one database.
    Given { environment: String, config: DatabaseConfig },
}

pub struct Context {
    pub app: App,
    pub printer: Printer,
    pub databases: Databases,
    /// When the work must be over; none on the command line.
    pub deadline: Option<Arc<Deadline>>,
    /// Bytes that Ruby code may hold; the interpreter's own limit where none is given.
    pub memory: Option<usize>,
}

impl Context {
    /// Of the command line: the app is the current folder.
    pub fn local(printer: Printer) -> Result<Self> {
        use anyhow::Context as _;
        let root = std::env::current_dir().context("cannot tell the current folder")?;
        Ok(Self { app: App::Folder(root), printer, databases: Databases::Configured, deadline: None, memory: None })
    }

    /// The databases that a command line means.
    pub fn targets(&self, common: &Common) -> Result<Targets> {
        match &self.databases {
            Databases::Configured => config::resolve(common, self.app.root()),
            Databases::Given { environment, config } => {
                let target = Target {
                    name: "primary".to_owned(),
                    config: config.clone(),
                    migrations_paths: config::migrations_paths(&common.dir, &[]),
                    by_user: true,
                };
                Ok(Targets { environment: environment.clone(), targets: vec![target] })
            }
        }
    }

    /// The only database meant. Rails refuses these commands where there are several.
    pub fn single_target(&self, common: &Common, command: &str) -> Result<(String, Target)> {
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
