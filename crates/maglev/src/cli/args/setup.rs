//! Commands that make an app's databases ready, of which Rails makes several tasks.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::request::{Common, Dumping, Output, Running};

/// What makes databases ready.
#[derive(Subcommand, Debug, Clone)]
pub(crate) enum Ready {
    /// Create the databases that are not there, load the schemas of new ones, and migrate (db:prepare)
    Prepare(Prepare),
    /// Create the databases and load their schemas (db:setup, but for the seeds)
    Setup(Make),
    /// Drop the databases, create them anew and load their schemas (db:reset, but for the seeds)
    Reset(Make),
    /// Drop the databases, create them anew and migrate (db:migrate:reset)
    #[command(hide = true)]
    MigrateReset(MigrateReset),
    /// Empty the databases of test (db:test:purge)
    #[command(hide = true)]
    TestPurge(Make),
    /// Run the next migrations (db:forward)
    #[command(hide = true)]
    Forward(Forward),
}

/// Which databases, and what keeps from them.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Make {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub output: Output,
    /// In development, leave the database of test alone [env: SKIP_TEST_DATABASE]
    #[arg(long)]
    pub skip_test: bool,
    /// Do not ask in which environment the database was last run [env: DISABLE_DATABASE_ENVIRONMENT_CHECK]
    #[arg(long)]
    pub unprotected: bool,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Prepare {
    #[command(flatten)]
    pub make: Make,
    #[command(flatten)]
    pub running: Running,
    #[command(flatten)]
    pub dumping: Dumping,
    /// Of the pending migrations, run this one alone [env: VERSION]
    #[arg(long, value_name = "VERSION", conflicts_with = "test")]
    pub to: Option<String>,
    /// Of test alone: empty the databases and load their schemas (db:test:prepare)
    #[arg(long)]
    pub test: bool,
    /// As many databases for tests that run in parallel; their schema is loaded once, and copied
    #[arg(long, value_name = "N", requires = "test")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub parallel: Option<u16>,
    /// How these are called [default: as config/database.yml has it with TEST_ENV_NUMBER, else as the app's Rails]
    #[arg(long, value_enum, value_name = "CUSTOM", requires = "parallel")]
    pub names: Option<Names>,
}

/// What databases of parallel tests are called.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// `app_test_0`, `app_test_1`, ...; `app_test-0`, ... before Rails 8.1
    Rails,
    /// As the gem parallel_tests: `app_test`, `app_test2`, ...
    ParallelTests,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Forward {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub running: Running,
    #[command(flatten)]
    pub dumping: Dumping,
    /// How many migrations
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub steps: usize,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct MigrateReset {
    #[command(flatten)]
    pub make: Make,
    /// Where to stop, or the one to run alone where there are several databases
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
}

/// `schema load`
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct SchemaLoad {
    #[command(flatten)]
    pub make: Make,
    /// The file [env: SCHEMA] [default: db/schema.rb, and db/NAME_schema.rb of other databases]
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl Ready {
    /// Which databases.
    pub(crate) fn common(&self) -> &Common {
        match self {
            Self::Prepare(Prepare { make, .. })
            | Self::Setup(make)
            | Self::Reset(make)
            | Self::MigrateReset(MigrateReset { make, .. })
            | Self::TestPurge(make) => &make.common,
            Self::Forward(forward) => &forward.common,
        }
    }

    pub(crate) fn common_mut(&mut self) -> &mut Common {
        match self {
            Self::Prepare(Prepare { make, .. })
            | Self::Setup(make)
            | Self::Reset(make)
            | Self::MigrateReset(MigrateReset { make, .. })
            | Self::TestPurge(make) => &mut make.common,
            Self::Forward(forward) => &mut forward.common,
        }
    }

    /// In seconds.
    pub(crate) fn time_limit(&self) -> Option<u64> {
        match self {
            Self::Prepare(Prepare { running, .. }) | Self::Forward(Forward { running, .. }) => running.time_limit,
            Self::Setup(_) | Self::Reset(_) | Self::MigrateReset(_) | Self::TestPurge(_) => None,
        }
    }

    /// How it is to print.
    pub(crate) fn output(&self) -> Output {
        match self {
            Self::Prepare(Prepare { make, .. })
            | Self::Setup(make)
            | Self::Reset(make)
            | Self::MigrateReset(MigrateReset { make, .. })
            | Self::TestPurge(make) => make.output,
            Self::Forward(forward) => forward.output,
        }
    }
}
