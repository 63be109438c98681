//! The command line: Maglev's own commands (what works on a database is `request.rs`), and Rails' task names translated into them.

pub(crate) mod drift;
#[cfg(feature = "manual")]
pub(crate) mod manual;
#[cfg(feature = "plan")]
pub(crate) mod plan;
mod sent_to;
pub(crate) mod setup;
pub(crate) mod task;

use std::collections::HashMap;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use self::drift::{Drift, SchemaMerge};
use self::setup::{Ready, SchemaLoad};
use self::task::Task as DatabaseTask;
use crate::env_vars;
use crate::request::{Common, Output, Request};

/// What `--version` says: the release, the commit and the target, which build.rs knows.
const MADE_OF: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("MAGLEV_COMMIT"), ", ", env!("MAGLEV_TARGET"), ")");

/// Runs Rails database migrations without Rails.
#[derive(Parser, Debug)]
#[command(name = "maglev", version, long_version = MADE_OF, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Rails' task names work too, with their variables: maglev db:migrate VERSION=20240102030405")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary is told to do.
#[derive(Subcommand, Debug, Clone)]
pub(crate) enum Command {
    #[command(flatten)]
    Request(Request),
    #[command(flatten)]
    Task(DatabaseTask),
    #[command(flatten)]
    Ready(Ready),
    /// Show what `migrate`, or another command, would send, and send nothing
    #[cfg(feature = "plan")]
    Plan(Box<plan::Plan>),
    /// Show what the database has otherwise than its schema file; exits 1 where there is anything
    Drift(Drift),
    /// Say what the native engine would refuse, and where; needs no database
    Check(Check),
    /// The schema as a file of the app's
    #[command(subcommand)]
    Schema(Schema),
    /// Be an AWS Lambda function: serve the runtime API (implied by AWS_LAMBDA_RUNTIME_API)
    Function,
    /// Print the payload that `migrate --function` sends, for scripts that use the AWS CLI
    Payload(Payload),
    /// Print a script that completes command lines, for a shell to read when it starts
    #[cfg(feature = "manual")]
    Completions(manual::Completions),
    /// Print the manual page
    #[cfg(feature = "manual")]
    #[command(hide = true)]
    Man(manual::Man),
}

impl Command {
    /// How it is to print.
    pub(crate) fn output(&self) -> Output {
        match self {
            Self::Request(request) => request.output(),
            Self::Task(task) => task.output(),
            Self::Ready(ready) => ready.output(),
            Self::Schema(Schema::Load(load)) => load.make.output,
            Self::Check(check) => check.output,
            Self::Schema(Schema::Dump(dump)) => dump.output,
            Self::Schema(Schema::CacheDump(ask) | Schema::CacheClear(ask)) => ask.output,
            #[cfg(feature = "plan")]
            Self::Plan(plan) => plan.options().output(),
            Self::Drift(drift) => drift.output,
            Self::Schema(Schema::Merge(_) | Schema::InstallMergeDriver) | Self::Function | Self::Payload(_) => {
                Output::default()
            }
            #[cfg(feature = "manual")]
            Self::Completions(_) | Self::Man(_) => Output::default(),
        }
    }
}

/// What becomes of the schema's file.
#[derive(Subcommand, Debug, Clone)]
pub(crate) enum Schema {
    /// Write db/schema.rb or db/structure.sql from the database (db:schema:dump)
    Dump(SchemaDump),
    /// Load db/schema.rb or db/structure.sql into the database, in development into that of test too (db:schema:load)
    Load(SchemaLoad),
    /// Write db/schema_cache.yml, as Rails 8.1 does (db:schema:cache:dump)
    CacheDump(task::Ask),
    /// Remove db/schema_cache.yml (db:schema:cache:clear)
    CacheClear(task::Ask),
    /// Merge two changed db/schema.rb by tables and columns: a merge driver for git; exits 1 where there are conflicts
    Merge(SchemaMerge),
    /// Have git merge db/schema.rb with `schema merge`, in the repository of the current folder
    InstallMergeDriver,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct SchemaDump {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub output: Output,
    /// Where to write it, - for stdout [env: SCHEMA] [default: db/schema.rb, and db/NAME_schema.rb of other databases]
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Without a database: as it will be once the pending migrations have run, from the file that is there
    #[cfg(feature = "plan")]
    #[arg(long, conflicts_with = "function")]
    pub offline: bool,
    /// With `--offline`, which server it is of: mysql:8.0.36, mariadb:10.11, postgresql:16, sqlite [default: database.yml's]
    #[cfg(feature = "plan")]
    #[arg(long, value_name = "SERVER", requires = "offline")]
    pub server: Option<String>,
    /// With `--offline`, read a constant that nothing defines and whose table exists as a plain model
    #[cfg(feature = "plan")]
    #[arg(long, requires = "offline")]
    pub implied_models: bool,
    /// The Rails whose form it has, 7.1 to 8.1 [default: Gemfile.lock's, else that of the file that is there, else 8.1]
    #[arg(long, value_name = "VERSION")]
    pub rails: Option<String>,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Check {
    /// The folders to check [default: migrations_paths of database.yml, else db/migrate]
    pub dirs: Vec<PathBuf>,
    /// Read a constant that nothing defines as a plain model; whether its table exists shows when it runs
    #[arg(long)]
    pub implied_models: bool,
    /// A file or folder that migrations may read besides db/ and their own (repeatable)
    #[arg(long, value_name = "PATH")]
    pub include: Vec<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Payload {
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

/// One command line for each of several tasks (`db:drop db:create db:migrate`), which share what stands beside them.
pub(crate) fn each_task(arguments: Vec<String>) -> Vec<Vec<String>> {
    let is_task = |argument: &String| argument.starts_with("db:");
    if !arguments.get(1).is_some_and(is_task) {
        return vec![arguments];
    }
    let (tasks, shared): (Vec<_>, Vec<_>) = arguments[1..].iter().cloned().partition(is_task);
    let line = |task: String| [arguments[0].clone(), task].into_iter().chain(shared.iter().cloned()).collect();
    tasks.into_iter().map(line).collect()
}

/// The variables that stand behind a task.
pub(crate) fn variables(arguments: &[String]) -> HashMap<String, String> {
    if !arguments.get(1).is_some_and(|first| first.starts_with("db:")) {
        return HashMap::new();
    }
    let given = arguments.iter().skip(2).filter(|argument| is_variable(argument));
    given.filter_map(|argument| argument.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
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
            None => env_vars::get_even_empty(name),
        }
    }

    /// Whether a variable is set, to whatever.
    fn is_given(&self, name: &str) -> bool {
        self.rest.iter().filter_map(|argument| argument.split_once('=')).any(|(key, _)| key == name)
    }

    /// The arguments that are not variables: Maglev's own options.
    fn options(&self) -> impl Iterator<Item = String> + '_ {
        self.rest.iter().filter(|argument| !is_variable(argument)).cloned()
    }
}

/// Commands that ask whether the environment is protected.
const DESTROYING: [&str; 5] = ["drop", "drop --all", "purge", "purge --all", "truncate-all"];
/// Commands that in development work on test's databases too.
const REACHING: [&str; 4] = ["create", "drop", "drop --unprotected", "purge"];

fn is_variable(argument: &str) -> bool {
    argument.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

/// Translates `db:migrate VERSION=1` into `migrate --to 1`; any other command line is returned as it is.
/// Err: Rails' own message about the task's variables.
pub(crate) fn translate_task(arguments: Vec<String>) -> Result<Vec<String>, String> {
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
        ["schema", "dump"] => ("schema dump", None),
        ["schema", "dump", database] => ("schema dump", Some(database)),
        ["schema", "load"] => ("schema load", None),
        ["schema", "load", database] => ("schema load", Some(database)),
        [command @ ("prepare" | "forward")] => (command, None),
        [command @ ("setup" | "reset")] | [command @ ("setup" | "reset"), "all"] => (command, None),
        [command @ ("setup" | "reset"), database] => (command, Some(database)),
        ["migrate", "reset"] => ("migrate-reset", None),
        ["migrate", "reset", database] => ("migrate-reset", Some(database)),
        ["test", "prepare" | "load_schema" | "load"] => ("prepare --test", None),
        ["test", "prepare" | "load_schema" | "load", database] => ("prepare --test", Some(database)),
        ["test", "purge"] => ("test-purge", None),
        ["test", "purge", database] => ("test-purge", Some(database)),
        ["abort_if_pending_migrations"] => ("pending", None),
        ["migrate", command @ ("up" | "down" | "redo" | "status")] => (command, None),
        ["migrate", command @ ("up" | "down" | "redo" | "status"), database] => (command, Some(database)),
        ["migrate", database] => ("migrate", Some(database)),
        ["rollback", database] => ("rollback", Some(database)),
        ["version", database] => ("version", Some(database)),
        ["abort_if_pending_migrations", database] => ("pending", Some(database)),
        ["schema", "cache", "dump"] => ("schema cache-dump", None),
        ["schema", "cache", "dump", database] => ("schema cache-dump", Some(database)),
        ["schema", "cache", "clear"] => ("schema cache-clear", None),
        ["schema", "cache", "clear", database] => ("schema cache-clear", Some(database)),
        ["create", "all"] => ("create --all", None),
        ["drop", "all"] => ("drop --all", None),
        ["purge", "all"] => ("purge --all", None),
        ["drop", "_unsafe"] => ("drop --unprotected", None),
        [command @ ("create" | "drop" | "purge" | "charset" | "collation")] => (command, None),
        [command @ ("create" | "drop" | "purge" | "charset" | "collation"), database] => (command, Some(database)),
        ["truncate_all"] => ("truncate-all", None),
        ["truncate_all", database] => ("truncate-all", Some(database)),
        ["environment", "set"] => ("environment-set", None),
        ["environment", "set", database] => ("environment-set", Some(database)),
        ["check_protected_environments"] => ("check-protected-environments", None),
        ["check_protected_environments", database] => ("check-protected-environments", Some(database)),
        _ if let Some(why) = task::refusal(task.name) => return Err(format!("`db:{}`: {why}", task.name)),
        _ => return Err(format!("Unrecognized command \"db:{}\"", task.name)),
    };
    let mut words: Vec<String> = command.split(' ').map(str::to_owned).collect();
    if DESTROYING.contains(&command) && task.is_given(env_vars::DISABLE_DATABASE_ENVIRONMENT_CHECK) {
        words.push("--unprotected".to_owned());
    }
    if REACHING.contains(&command) && task.is_given(env_vars::SKIP_TEST_DATABASE) {
        words.push("--skip-test".to_owned());
    }
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
        "prepare" | "migrate-reset" => option("--to", given_version),
        "rollback" if version.is_some() && database.is_none() => {
            return Err("VERSION is not supported - To rollback a specific version, use db:migrate:down".to_owned());
        }
        "rollback" | "forward" => option("--steps", task.variable(env_vars::STEP)),
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
        check("maglev db:prepare VERSION=3", Ok("maglev prepare --to 3"));
        check("maglev db:migrate:reset VERSION=3", Ok("maglev migrate-reset --to 3"));
        check("maglev db:version", Ok("maglev version"));
        check("maglev db:abort_if_pending_migrations", Ok("maglev pending"));
        check("maglev db:schema:dump", Ok("maglev schema dump"));
        check("maglev db:create", Ok("maglev create"));
        check("maglev db:create:all", Ok("maglev create --all"));
        check("maglev db:create:animals SKIP_TEST_DATABASE=1", Ok("maglev create --skip-test --name animals"));
        check("maglev db:drop:_unsafe", Ok("maglev drop --unprotected"));
        check("maglev db:drop DISABLE_DATABASE_ENVIRONMENT_CHECK=", Ok("maglev drop --unprotected"));
        check("maglev db:truncate_all", Ok("maglev truncate-all"));
        check("maglev db:environment:set", Ok("maglev environment-set"));
        check("maglev db:schema:cache:dump", Ok("maglev schema cache-dump"));
        check("maglev db:schema:cache:clear", Ok("maglev schema cache-clear"));
        check("maglev db:schema:load:animals", Ok("maglev schema load --name animals"));
        check("maglev db:migrate:reset", Ok("maglev migrate-reset"));
        check("maglev db:reset:all", Ok("maglev reset"));
        check("maglev db:test:prepare:animals", Ok("maglev prepare --test --name animals"));
        check("maglev db:forward STEP=2", Ok("maglev forward --steps 2"));
        check("maglev db:schema:dump:animals", Ok("maglev schema dump --name animals"));
    }

    #[test]
    fn several_tasks_share_their_variables() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let lines = |line: &str| each_task(words(line)).iter().map(|words| words.join(" ")).collect::<Vec<_>>();
        assert_eq!(lines("m db:a X=1 db:b --quiet"), ["m db:a X=1 --quiet", "m db:b X=1 --quiet"]);
        assert_eq!(lines("m check db:b"), ["m check db:b"]);
        assert_eq!(variables(&words("m db:a X=1 --to Y=2 Z=")).len(), 3);
        assert!(variables(&words("m migrate X=1")).is_empty());
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
        check("maglev db:dorp", Err("Unrecognized command \"db:dorp\""));
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
