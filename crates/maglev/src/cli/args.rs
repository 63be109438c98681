//! The command line: Maglev's own commands, and Rails' task names translated into them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::env_vars;

/// Runs Rails database migrations without Rails.
#[derive(Parser, Debug)]
#[command(name = "maglev", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Rails' task names work too, with their variables: maglev db:migrate VERSION=20240102030405")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug, Clone)]
pub enum Command {
    /// Run the pending migrations (db:migrate)
    Migrate(Migrate),
    /// Revert the last migrations (db:rollback)
    Rollback(Rollback),
    /// Run the `up` of one migration (db:migrate:up)
    Up(One),
    /// Run the `down` of one migration (db:migrate:down)
    Down(One),
    /// Revert the last migrations and run them again (db:migrate:redo)
    Redo(Redo),
    /// Show which migrations have run (db:migrate:status)
    Status(Common),
    /// Show the current version of the schema (db:version)
    Version(Common),
    /// List pending migrations; exits 1 if there are any (db:abort_if_pending_migrations)
    Pending(Common),
    /// Say what the native engine would refuse, and where; needs no database
    Check(Check),
    /// Be an AWS Lambda function: serve the runtime API (implied by AWS_LAMBDA_RUNTIME_API)
    Function,
    /// Print the payload that `migrate --function` sends, for scripts that use the AWS CLI
    Payload(Payload),
}

impl Command {
    /// What the commands that work on a database share.
    pub fn common(&self) -> Option<&Common> {
        match self {
            Self::Migrate(arguments) => Some(&arguments.common),
            Self::Rollback(arguments) => Some(&arguments.common),
            Self::Up(arguments) | Self::Down(arguments) => Some(&arguments.common),
            Self::Redo(arguments) => Some(&arguments.common),
            Self::Status(common) | Self::Version(common) | Self::Pending(common) => Some(common),
            Self::Check(_) | Self::Function | Self::Payload(_) => None,
        }
    }

    /// What the commands that run migrations share.
    pub fn running(&self) -> Option<&Running> {
        match self {
            Self::Migrate(arguments) => Some(&arguments.running),
            Self::Rollback(arguments) => Some(&arguments.running),
            Self::Up(arguments) | Self::Down(arguments) => Some(&arguments.running),
            Self::Redo(arguments) => Some(&arguments.running),
            _ => None,
        }
    }
}

#[derive(Args, Debug, Clone, Default)]
pub struct Common {
    /// The database, as Rails' DATABASE_URL: mysql2://, trilogy://, postgresql:// or sqlite3:PATH
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Send it to this Lambda function instead: NAME[:QUALIFIER] or an ARN; region, profile and endpoint as the AWS CLI
    #[arg(long, value_name = "NAME", conflicts_with_all = ["database", "name"])]
    pub function: Option<String>,
    #[command(flatten)]
    pub sending: Sending,
    /// Of several databases in config/database.yml, the one to work on
    #[arg(long, value_name = "NAME", conflicts_with = "database")]
    pub name: Option<String>,
    /// Where migrations are (repeatable) [default: migrations_paths of database.yml, else db/migrate]
    #[arg(long, value_name = "DIR")]
    pub dir: Vec<PathBuf>,
    /// A file or folder that migrations may read besides db/ and their own (repeatable), such as lib/migration_helpers
    #[arg(long, value_name = "PATH")]
    pub include: Vec<PathBuf>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Print only errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// How `--function` sends.
#[derive(Args, Debug, Clone, Default)]
pub struct Sending {
    /// Sign the payload with this ed25519 private key (PKCS#8 PEM), for a function with MAGLEV_TRUSTED_KEYS
    #[arg(long, value_name = "KEYFILE", help_heading = "With --function")]
    pub sign: Option<PathBuf>,
    /// The S3 bucket for what is larger than an invocation may be: s3://BUCKET[/PREFIX] [env: MAGLEV_BUCKET]
    #[arg(long, value_name = "URL", help_heading = "With --function")]
    pub bucket: Option<String>,
}

#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// What Rails prints
    #[default]
    Rails,
    /// One JSON object a line
    Json,
}

/// A year.
const MAX_SECONDS: u64 = 366 * 24 * 60 * 60;

#[derive(Args, Debug, Clone, Default)]
pub struct Running {
    /// Do not check the files first; run as Rails would, and fail where Rails fails
    #[arg(long)]
    pub no_check: bool,
    /// Read a constant that nothing defines and whose table exists as a plain model
    #[arg(long)]
    pub implied_models: bool,
    /// Be over in so many seconds: begin nothing too late, and cancel and roll back what would take longer
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=MAX_SECONDS))]
    pub time_limit: Option<u64>,
    /// Wait so long for another run that holds the migration lock, and for a function that is busy
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(0..=MAX_SECONDS))]
    pub wait: u64,
}

#[derive(Args, Debug, Clone, Default)]
pub struct Migrate {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub running: Running,
    /// Migrate up or down to this version; 0 reverts everything
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    /// Only the migrations that came from this engine (db/migrate/*.SCOPE.rb)
    #[arg(long, value_name = "SCOPE")]
    pub scope: Option<String>,
    /// Record a migration that fails as run, and go on: for comparing whole histories, not for deploys
    #[arg(long, hide = true)]
    pub keep_going: bool,
    /// A file of statements to send before each version: for comparing whole histories with rows in their tables
    #[arg(long, hide = true)]
    pub rows: Option<PathBuf>,
}

#[derive(Args, Debug, Clone, Default)]
pub struct Rollback {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub running: Running,
    /// How many migrations
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub steps: usize,
}

#[derive(Args, Debug, Clone, Default)]
pub struct One {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub running: Running,
    /// The migration's version, or its file name
    pub version: String,
}

#[derive(Args, Debug, Clone, Default)]
pub struct Redo {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub running: Running,
    /// How many migrations
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub steps: usize,
    /// This one migration instead of the last ones
    #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
    pub version: Option<String>,
}

#[derive(Args, Debug, Clone, Default)]
pub struct Check {
    /// The folders to check [default: migrations_paths of database.yml, else db/migrate]
    pub dirs: Vec<PathBuf>,
    /// Read a constant that nothing defines as a plain model; whether its table exists shows when it runs
    #[arg(long)]
    pub implied_models: bool,
    /// A file or folder that migrations may read besides db/ and their own (repeatable)
    #[arg(long, value_name = "PATH")]
    pub include: Vec<PathBuf>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Print only errors
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Args, Debug, Clone, Default)]
pub struct Payload {
    /// The migration folders [default: db/migrate]
    pub dirs: Vec<PathBuf>,
    /// A file or folder that migrations may read besides db/ and their own (repeatable)
    #[arg(long, value_name = "PATH")]
    pub include: Vec<PathBuf>,
    /// The plain form, {"migrate/FILE.rb": BASE64, ...}, in place of the envelope
    #[arg(long, conflicts_with_all = ["sign", "for_function"])]
    pub plain: bool,
    /// Encode the payload in base64, as `aws lambda invoke --payload` of AWS CLI 2 takes it
    #[arg(long)]
    pub base64: bool,
    /// Sign the payload with this ed25519 private key (PKCS#8 PEM)
    #[arg(long, value_name = "KEYFILE", requires = "for_function")]
    pub sign: Option<PathBuf>,
    /// The function that a signed payload is for
    #[arg(long = "for", value_name = "FUNCTION")]
    pub for_function: Option<String>,
}

/// A task's name and its `NAME=value` arguments, which stand before the process' environment.
struct Task<'a> {
    name: &'a str,
    rest: &'a [String],
}

impl Task<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        let given = self.rest.iter().filter_map(|argument| argument.split_once('=')).find(|(key, _)| *key == name);
        match given {
            Some((_, value)) => Some(value.to_owned()),
            None => std::env::var(name).ok(),
        }
    }

    /// The arguments that are not variables: Maglev's own options.
    fn options(&self) -> impl Iterator<Item = String> + '_ {
        self.rest.iter().filter(|argument| !is_variable(argument)).cloned()
    }
}

fn is_variable(argument: &str) -> bool {
    argument.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

/// Translates `db:migrate VERSION=1` into `migrate --to 1`; any other command line is returned as it is.
/// Err: Rails' own message about the task's variables.
pub fn translate_task(arguments: Vec<String>) -> Result<Vec<String>, String> {
    let Some(name) = arguments.get(1).and_then(|first| first.strip_prefix("db:")) else {
        return Ok(arguments);
    };
    let task = Task { name, rest: &arguments[2..] };
    let mut words = vec![arguments[0].clone()];
    words.extend(task_words(&task)?);
    words.extend(task.options());
    if task.variable(env_vars::VERBOSE).as_deref() == Some("false") {
        words.push("--quiet".to_owned());
    }
    Ok(words)
}

fn task_words(task: &Task<'_>) -> Result<Vec<String>, String> {
    let version = task.variable(env_vars::VERSION);
    let given_version = version.clone().filter(|version| !version.is_empty());
    let (command, database) = match task.name.split(':').collect::<Vec<_>>()[..] {
        ["migrate"] => ("migrate", None),
        ["rollback"] => ("rollback", None),
        ["version"] => ("version", None),
        ["abort_if_pending_migrations"] => ("pending", None),
        ["migrate", command @ ("up" | "down" | "redo" | "status")] => (command, None),
        ["migrate", command @ ("up" | "down" | "redo" | "status"), database] => (command, Some(database)),
        ["migrate", database] => ("migrate", Some(database)),
        ["rollback", database] => ("rollback", Some(database)),
        ["version", database] => ("version", Some(database)),
        ["abort_if_pending_migrations", database] => ("pending", Some(database)),
        _ => return Err(format!("Unrecognized command \"db:{}\"", task.name)),
    };
    let mut words = vec![command.to_owned()];
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.extend([name.to_owned(), value]);
        }
    };
    option("--name", database.map(str::to_owned));
    match command {
        "migrate" => {
            option("--to", given_version);
            option("--scope", task.variable(env_vars::SCOPE).filter(|scope| !scope.trim().is_empty()));
        }
        "rollback" if version.is_some() && database.is_none() => {
            return Err("VERSION is not supported - To rollback a specific version, use db:migrate:down".to_owned());
        }
        "rollback" => option("--steps", task.variable(env_vars::STEP)),
        "redo" => match version {
            Some(version) if version.is_empty() => return Err("Empty VERSION provided".to_owned()),
            Some(version) => option("--version", Some(version)),
            None => option("--steps", task.variable(env_vars::STEP)),
        },
        "up" => words.push(given_version.ok_or("VERSION is required")?),
        "down" => words.push(given_version.ok_or("VERSION is required - To go down one migration, use db:rollback")?),
        _ => {}
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<&str, &str>) {
        let words = line.split(' ').map(str::to_owned).collect();
        let translated = translate_task(words).map(|words| words.join(" "));
        assert_eq!(translated.as_deref().map_err(String::as_str), expected, "{line}");
    }

    #[test]
    fn tasks_become_commands() {
        check("maglev migrate --to 3", Ok("maglev migrate --to 3"));
        check("maglev db:migrate", Ok("maglev migrate"));
        check("maglev db:migrate VERSION=20240102", Ok("maglev migrate --to 20240102"));
        check("maglev db:migrate VERBOSE=false SCOPE=blog", Ok("maglev migrate --scope blog --quiet"));
        check("maglev db:migrate:animals --format json", Ok("maglev migrate --name animals --format json"));
        check("maglev db:rollback STEP=2", Ok("maglev rollback --steps 2"));
        check("maglev db:rollback:animals STEP=2", Ok("maglev rollback --name animals --steps 2"));
        check("maglev db:migrate:up VERSION=3", Ok("maglev up 3"));
        check("maglev db:migrate:redo VERSION=3", Ok("maglev redo --version 3"));
        check("maglev db:migrate:status", Ok("maglev status"));
        check("maglev db:version", Ok("maglev version"));
        check("maglev db:abort_if_pending_migrations", Ok("maglev pending"));
    }

    #[test]
    fn tasks_complain_as_rails_does() {
        check("maglev db:migrate:up", Err("VERSION is required"));
        check("maglev db:migrate:down", Err("VERSION is required - To go down one migration, use db:rollback"));
        check("maglev db:migrate:redo VERSION=", Err("Empty VERSION provided"));
        check(
            "maglev db:rollback VERSION=1",
            Err("VERSION is not supported - To rollback a specific version, use db:migrate:down"),
        );
        check("maglev db:drop", Err("Unrecognized command \"db:drop\""));
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
