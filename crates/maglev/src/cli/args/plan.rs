//! `plan`: what a command would send.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

#[cfg(feature = "comparison")]
use crate::request::Migrate;
use crate::request::planning::{Of, PlanFormat, Planning};
use crate::request::{Common, Format, Output, Request, Running};

#[derive(Args, Debug, Clone)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Plan {
    #[command(subcommand)]
    pub command: Option<Planned>,
    #[command(flatten)]
    pub options: PlanOptions,
    /// Migrate up or down to this version; 0 reverts everything
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    /// Only the migrations that came from this engine (db/migrate/*.SCOPE.rb)
    #[arg(long, value_name = "SCOPE")]
    pub scope: Option<String>,
}

/// A command other than `migrate`.
#[derive(Subcommand, Debug, Clone)]
pub(crate) enum Planned {
    /// What `rollback` would send
    Rollback {
        #[command(flatten)]
        options: PlanOptions,
        /// How many migrations
        #[arg(long, value_name = "N", default_value_t = 1)]
        steps: usize,
    },
    /// What `up` would send
    Up {
        #[command(flatten)]
        options: PlanOptions,
        /// The migration's version, or its file name
        version: String,
    },
    /// What `down` would send
    Down {
        #[command(flatten)]
        options: PlanOptions,
        /// The migration's version, or its file name
        version: String,
    },
    /// What `redo` would send
    Redo {
        #[command(flatten)]
        options: PlanOptions,
        /// How many migrations
        #[arg(long, value_name = "N", default_value_t = 1)]
        steps: usize,
        /// This one migration instead of the last ones
        #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
        version: Option<String>,
    },
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct PlanOptions {
    #[command(flatten)]
    pub common: Common,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t)]
    pub format: PlanFormat,
    /// Write it to this file instead
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print only errors, and the plan where it is no talk
    #[arg(long, short)]
    pub quiet: bool,
    /// Plan without a database, from the app's schema file, or this one [default: db/schema.rb, else db/structure.sql]
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[allow(clippy::option_option, reason = "given without a value is another thing than not given")]
    pub schema: Option<Option<PathBuf>>,
    /// Plan without a database what this git revision lacks, from its schema file
    #[arg(long, value_name = "REVISION")]
    pub base: Option<String>,
    /// Which server it will run on, without a database: mysql:8.0.36, mariadb:10.11, postgresql:16, sqlite [default:
    /// database.yml's adapter, the newest version]
    #[arg(long, value_name = "SERVER")]
    pub server: Option<String>,
    /// Record a migration that fails as run, and go on
    #[cfg(feature = "comparison")]
    #[arg(long)]
    pub keep_going: bool,
    /// Take these versions back once all have run
    #[cfg(feature = "comparison")]
    #[arg(long, value_delimiter = ',')]
    pub back: Vec<u128>,
    /// Do not check the files first
    #[arg(long)]
    pub no_check: bool,
    /// Read a constant that nothing defines and whose table exists as a plain model
    #[arg(long)]
    pub implied_models: bool,
}

impl PlanOptions {
    fn running(&self) -> Running {
        Running { no_check: self.no_check, implied_models: self.implied_models, ..Running::default() }
    }

    /// Whether it is not planned from a file.
    pub(crate) fn asks_a_database(&self) -> bool {
        self.schema.is_none() && self.base.is_none() && self.server.is_none()
    }

    /// How everything but the plan itself is printed.
    pub(crate) fn output(&self) -> Output {
        let format = if self.format == PlanFormat::Json { Format::Json } else { Format::Rails };
        Output { format, quiet: self.quiet }
    }
}

impl Plan {
    /// Those of the command that is planned.
    pub(crate) fn options(&self) -> &PlanOptions {
        match &self.command {
            None => &self.options,
            Some(
                Planned::Rollback { options, .. }
                | Planned::Up { options, .. }
                | Planned::Down { options, .. }
                | Planned::Redo { options, .. },
            ) => options,
        }
    }

    pub(crate) fn options_mut(&mut self) -> &mut PlanOptions {
        match &mut self.command {
            None => &mut self.options,
            Some(
                Planned::Rollback { options, .. }
                | Planned::Up { options, .. }
                | Planned::Down { options, .. }
                | Planned::Redo { options, .. },
            ) => options,
        }
    }

    /// What is asked for, on what `common` says.
    pub(crate) fn planning(&self, common: Common) -> Planning {
        let options = self.options();
        let (to, scope) = (self.to.clone(), self.scope.clone());
        let (output, running, form) = (options.output(), options.running(), options.format);
        let (of, steps, version) = match self.command.clone() {
            None => (Of::Migrate, None, None),
            Some(Planned::Rollback { steps, .. }) => (Of::Rollback, Some(steps), None),
            Some(Planned::Up { version, .. }) => (Of::Up, None, Some(version)),
            Some(Planned::Down { version, .. }) => (Of::Down, None, Some(version)),
            Some(Planned::Redo { steps, version, .. }) => (Of::Redo, Some(steps), version),
        };
        Planning { common, output, running, of, form, to, scope, steps, version }
    }

    /// The command that is planned, on what `common` says.
    ///
    /// # Errors
    /// It lacks what it is of.
    pub(crate) fn request(&self, common: Common) -> Result<Request> {
        let request = self.planning(common).planned()?;
        #[cfg(feature = "comparison")]
        if let Request::Migrate(migrate) = request {
            let PlanOptions { keep_going, back, .. } = self.options().clone();
            let comparison = crate::commands::comparison::Options { keep_going, rows: None, back };
            return Ok(Request::Migrate(Migrate { comparison, ..migrate }));
        }
        Ok(request)
    }

    /// What is asked of a function.
    ///
    /// # Errors
    /// An option is for a plan without a database, or for a file that no function has.
    pub(crate) fn asked(&self) -> Result<Request> {
        let options = self.options();
        if !options.asks_a_database() {
            bail!("`--schema`, `--base` and `--server` plan without a database; `--function` plans on one");
        }
        if options.output.is_some() {
            bail!("a function prints its plan: `> FILE` in place of `--output FILE`");
        }
        Ok(Request::Plan(self.planning(options.common.clone())))
    }
}
