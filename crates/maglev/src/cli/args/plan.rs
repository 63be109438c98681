//! `plan`: what a command would send.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::request::{Common, Dumping, Format, Migrate, One, Output, Redo, Request, Rollback, Running};

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
    /// Do not check the files first
    #[arg(long)]
    pub no_check: bool,
    /// Read a constant that nothing defines and whose table exists as a plain model
    #[arg(long)]
    pub implied_models: bool,
}

/// The form of a plan.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum PlanFormat {
    /// What Rails prints, with the SQL below each line
    #[default]
    Rails,
    /// One JSON object a line
    Json,
    /// A script that can be run as it is
    Sql,
    /// For a pull request: a summary, and each migration folded
    Markdown,
    /// Annotations for GitHub's actions: what is refused, fails or is uncertain, at its file and line
    Github,
}

impl PlanOptions {
    fn running(&self) -> Running {
        Running { no_check: self.no_check, implied_models: self.implied_models, ..Running::default() }
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

    /// The command that is planned, on what `common` says.
    pub(crate) fn request(&self, common: Common) -> Request {
        let options = self.options();
        let (output, running) = (options.output(), options.running());
        let dumping = Dumping { dump: false, no_dump: true };
        match self.command.clone() {
            None => Request::Migrate(Migrate {
                common,
                output,
                running,
                dumping,
                to: self.to.clone(),
                scope: self.scope.clone(),
                #[cfg(feature = "comparison")]
                comparison: crate::commands::comparison::Options { keep_going: options.keep_going, rows: None },
            }),
            Some(Planned::Rollback { steps, .. }) => {
                Request::Rollback(Rollback { common, output, running, dumping, steps })
            }
            Some(Planned::Up { version, .. }) => Request::Up(One { common, output, running, dumping, version }),
            Some(Planned::Down { version, .. }) => Request::Down(One { common, output, running, dumping, version }),
            Some(Planned::Redo { steps, version, .. }) => {
                Request::Redo(Redo { common, output, running, dumping, steps, version })
            }
        }
    }
}
