//! Commands that do something to a database as a whole, and those of their names that are not done.

use clap::{Args, Subcommand};

use crate::request::{Common, Output};

/// What is done to a database as a whole.
#[derive(Subcommand, Debug, Clone)]
pub(crate) enum Task {
    /// Create the database, in development that of test too (db:create)
    Create(Create),
    /// Drop the database, in development that of test too (db:drop)
    Drop(Destroy),
    /// Drop the database and create it anew, in development that of test too (db:purge)
    Purge(Destroy),
    /// Empty every table but Rails' own (db:truncate_all)
    TruncateAll(Destroy),
    /// Show the database's character set (db:charset)
    Charset(Ask),
    /// Show the database's collation (db:collation)
    Collation(Ask),
    /// Note the environment in the database (db:environment:set)
    EnvironmentSet(Ask),
    /// Fail where the database was last run in a protected environment (db:check_protected_environments)
    CheckProtectedEnvironments(Ask),
}

/// How far a task reaches.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Reach {
    /// Of every environment in config/database.yml, those that are on this machine
    #[arg(long, conflicts_with_all = ["database", "name"])]
    pub all: bool,
    /// In development, leave the database of test alone [env: SKIP_TEST_DATABASE]
    #[arg(long)]
    pub skip_test: bool,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Create {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub reach: Reach,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Destroy {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub reach: Reach,
    /// Do not ask in which environment the database was last run [env: DISABLE_DATABASE_ENVIRONMENT_CHECK]
    #[arg(long)]
    pub unprotected: bool,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Ask {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub output: Output,
}

impl Task {
    /// Which databases.
    pub(crate) fn common(&self) -> &Common {
        match self {
            Self::Create(Create { common, .. })
            | Self::Drop(Destroy { common, .. })
            | Self::Purge(Destroy { common, .. })
            | Self::TruncateAll(Destroy { common, .. })
            | Self::Charset(Ask { common, .. })
            | Self::Collation(Ask { common, .. })
            | Self::EnvironmentSet(Ask { common, .. })
            | Self::CheckProtectedEnvironments(Ask { common, .. }) => common,
        }
    }

    pub(crate) fn common_mut(&mut self) -> &mut Common {
        match self {
            Self::Create(Create { common, .. })
            | Self::Drop(Destroy { common, .. })
            | Self::Purge(Destroy { common, .. })
            | Self::TruncateAll(Destroy { common, .. })
            | Self::Charset(Ask { common, .. })
            | Self::Collation(Ask { common, .. })
            | Self::EnvironmentSet(Ask { common, .. })
            | Self::CheckProtectedEnvironments(Ask { common, .. }) => common,
        }
    }

    /// How it is to print.
    pub(crate) fn output(&self) -> Output {
        match self {
            Self::Create(Create { output, .. })
            | Self::Drop(Destroy { output, .. })
            | Self::Purge(Destroy { output, .. })
            | Self::TruncateAll(Destroy { output, .. })
            | Self::Charset(Ask { output, .. })
            | Self::Collation(Ask { output, .. })
            | Self::EnvironmentSet(Ask { output, .. })
            | Self::CheckProtectedEnvironments(Ask { output, .. }) => *output,
        }
    }
}

/// Why a task of Rails' is not done, where it is known by name: without `db:`.
pub(crate) fn refusal(task: &str) -> Option<&'static str> {
    Some(match task {
        "seed" => "it needs the app's code: `bin/rails db:seed`",
        "seed:replant" => "seeds need the app's code: `maglev db:truncate_all`, then `bin/rails db:seed`",
        "fixtures:load" | "fixtures:identify" => "fixtures need the app's models: `bin/rails` does it",
        "encryption:init" => "it prints new keys for the app's credentials and needs no database: `bin/rails` does it",
        "system:change" => "it edits the app's files: `bin/rails` does it",
        _ if task == "structure:dump" || task.starts_with("structure:dump:") => {
            "Rails has no such task since 7.0: `db:schema:dump`, with `config.active_record.schema_format = :sql`"
        }
        _ if task == "structure:load" || task.starts_with("structure:load:") => {
            "Rails has no such task since 7.0: `db:schema:load`, with `config.active_record.schema_format = :sql`"
        }
        _ => return None,
    })
}
