//! What is asked of Maglev, whichever door it comes through. The command line (by clap) and a function's event (by serde) read
//! these very types, so that an option is declared once. Scripts rely on the names: a field's is both the option's, with
//! dashes, and the key in the event.

pub(crate) mod planning;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Error, Result, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::envelope::{DatabaseSaid, MAGLEV_VERSION};
use planning::Planning;

/// A command that works on a database: all that a function does.
#[derive(Subcommand, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "command", content = "options", rename_all = "lowercase")]
pub(crate) enum Request {
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
    Status(Plain),
    /// Show the current version of the schema (db:version)
    Version(Plain),
    /// List pending migrations; exits 1 if there are any (db:abort_if_pending_migrations)
    Pending(Plain),
    /// End the session of the run that holds the migration lock, wherever it runs; exits 1 where it does not end
    Cancel(Plain),
    /// Show which Maglev a function is; exits 1 where it is not this release
    #[serde(rename = "function-version")]
    FunctionVersion(Plain),
    /// Answer with the schema: what `schema dump` and `drift` ask of a function.
    #[command(skip)]
    Dump(Dump),
    /// `schema load` in a function: into databases without tables.
    #[command(skip)]
    Load(Load),
    /// `create` in a function.
    #[command(skip)]
    Create(Plain),
    /// `prepare` in a function.
    #[command(skip)]
    Prepare(Plain),
    /// `plan` in a function.
    #[command(skip)]
    Plan(Planning),
}

/// A command and its options apart, as the envelope has them.
pub(crate) struct Parts {
    pub command: String,
    pub options: Map<String, Value>,
}

/// Which database, and where its migrations are.
#[derive(Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(default)]
pub(crate) struct Common {
    /// The database, as Rails' DATABASE_URL: mysql2://, trilogy://, postgresql:// or sqlite3:PATH
    #[arg(long, value_name = "URL")]
    #[serde(skip)]
    pub database: Option<String>,
    /// Send it to this Lambda function instead: NAME[:QUALIFIER] or an ARN; region, profile and endpoint as the AWS CLI
    #[arg(long, value_name = "NAME", conflicts_with = "database")]
    #[serde(skip)]
    pub function: Option<String>,
    #[command(flatten)]
    #[serde(skip)]
    pub sending: Sending,
    /// Of several databases in config/database.yml, the one to work on
    #[arg(long, value_name = "NAME", conflicts_with = "database")]
    #[serde(skip_serializing_if = "is_default")]
    pub name: Option<String>,
    /// Where migrations are (repeatable) [default: migrations_paths of database.yml, else db/migrate]
    #[arg(long = "dir", value_name = "DIR")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dirs: Vec<PathBuf>,
    /// A file or folder that migrations may read besides db/ and their own (repeatable), such as lib/migration_helpers
    #[arg(long, value_name = "PATH")]
    #[serde(skip)]
    pub include: Vec<PathBuf>,
    // What only an event says.
    /// Whoever asks takes up what is left in another invocation when time is up; else that is an error.
    #[arg(skip)]
    #[serde(skip_serializing_if = "is_default")]
    pub continues: bool,
    /// Answer with a stream, line by line.
    #[arg(skip)]
    #[serde(skip_serializing_if = "is_default")]
    pub stream: bool,
    /// What the app's `config.generators` says of primary keys: of callers that send no configuration.
    #[arg(skip)]
    #[serde(skip_serializing_if = "is_default")]
    pub primary_key_type: Option<String>,
    /// What config/database.yml says of each environment's databases, in its order, but places and secrets: `{"production": [{"name":
    /// "primary", "options": {"adapter": "mysql2"}}]}`
    #[arg(skip)]
    #[serde(skip_serializing_if = "is_default")]
    pub databases: BTreeMap<String, Vec<DatabaseSaid>>,
    /// The app's git revision, for the audit.
    #[arg(skip)]
    #[serde(skip_serializing_if = "is_default")]
    pub revision: Option<String>,
}

/// How `--function` sends.
#[derive(Args, Debug, Clone, Default, PartialEq)]
pub(crate) struct Sending {
    /// Sign the payload with this ed25519 private key (PKCS#8 PEM), for a function with MAGLEV_TRUSTED_KEYS
    #[arg(long, value_name = "KEYFILE", help_heading = "With --function")]
    pub sign: Option<PathBuf>,
    /// The S3 bucket for what is larger than an invocation may be: s3://BUCKET[/PREFIX] [env: MAGLEV_BUCKET]
    #[arg(long, value_name = "URL", help_heading = "With --function")]
    pub bucket: Option<String>,
}

/// What is printed.
#[derive(Args, Serialize, Deserialize, Debug, Clone, Copy, Default, PartialEq)]
#[serde(default)]
pub(crate) struct Output {
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t)]
    #[serde(skip_serializing_if = "is_default")]
    pub format: Format,
    /// Print only errors
    #[arg(long, short)]
    #[serde(skip_serializing_if = "is_default")]
    pub quiet: bool,
}

/// The form of what is printed on stdout.
#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// What Rails prints
    #[default]
    Rails,
    /// One JSON object a line
    Json,
    /// What Rails prints, each migration folded, and annotations for GitHub's actions at file and line
    // The caller's own: a function prints what Rails prints.
    #[serde(skip)]
    Github,
}

/// A year.
const MAX_SECONDS: u64 = 366 * 24 * 60 * 60;
/// `--wait` without a number.
pub(crate) const WITHOUT_END: u64 = MAX_SECONDS;
const WITHOUT_END_IN_WORDS: &str = "31622400";

/// How migrations are run.
#[derive(Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(default)]
pub(crate) struct Running {
    /// Do not check the files first; run as Rails would, and fail where Rails fails
    #[arg(long)]
    #[serde(skip_serializing_if = "is_default")]
    pub no_check: bool,
    /// Read a constant that nothing defines and whose table exists as a plain model
    #[arg(long)]
    #[serde(skip_serializing_if = "is_default")]
    pub implied_models: bool,
    /// Be over in so many seconds: begin nothing too late, and cancel and roll back what would take longer
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=MAX_SECONDS))]
    #[serde(skip_serializing_if = "is_default")]
    pub time_limit: Option<u64>,
    /// Wait so long for another run that holds the migration lock, and for a function that is busy; without a number until
    /// they are free, or `--time-limit` is up
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true)]
    #[arg(num_args = 0..=1, default_missing_value = WITHOUT_END_IN_WORDS)]
    #[arg(value_parser = clap::value_parser!(u64).range(0..=MAX_SECONDS))]
    #[serde(skip_serializing_if = "is_default")]
    pub wait: u64,
}

/// Whether the schema's file is written afterwards. A function has no such file.
#[derive(Args, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dumping {
    /// Write the schema's file afterwards, whatever the app's configuration says [default: as Rails, in a folder with
    /// config/application.rb]
    #[arg(long, conflicts_with_all = ["no_dump", "function"])]
    pub dump: bool,
    /// Leave the schema's file alone
    #[arg(long)]
    pub no_dump: bool,
}

#[derive(Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Migrate {
    #[command(flatten)]
    #[serde(flatten)]
    pub common: Common,
    #[command(flatten)]
    #[serde(flatten)]
    pub output: Output,
    #[command(flatten)]
    #[serde(flatten)]
    pub running: Running,
    #[command(flatten)]
    #[serde(skip)]
    pub dumping: Dumping,
    /// Migrate up or down to this version; 0 reverts everything
    #[arg(long, value_name = "VERSION")]
    #[serde(skip_serializing_if = "is_default")]
    pub to: Option<String>,
    /// Only the migrations that came from this engine (db/migrate/*.SCOPE.rb)
    #[arg(long, value_name = "SCOPE")]
    #[serde(skip_serializing_if = "is_default")]
    pub scope: Option<String>,
    #[cfg(feature = "comparison")]
    #[command(flatten)]
    #[serde(skip)]
    pub comparison: crate::commands::comparison::Options,
}

#[derive(Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rollback {
    #[command(flatten)]
    #[serde(flatten)]
    pub common: Common,
    #[command(flatten)]
    #[serde(flatten)]
    pub output: Output,
    #[command(flatten)]
    #[serde(flatten)]
    pub running: Running,
    #[command(flatten)]
    #[serde(skip)]
    pub dumping: Dumping,
    /// How many migrations
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[serde(default = "one")]
    pub steps: usize,
}

#[derive(Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct One {
    #[command(flatten)]
    #[serde(flatten)]
    pub common: Common,
    #[command(flatten)]
    #[serde(flatten)]
    pub output: Output,
    #[command(flatten)]
    #[serde(flatten)]
    pub running: Running,
    #[command(flatten)]
    #[serde(skip)]
    pub dumping: Dumping,
    /// The migration's version, or its file name
    pub version: String,
}

#[derive(Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redo {
    #[command(flatten)]
    #[serde(flatten)]
    pub common: Common,
    #[command(flatten)]
    #[serde(flatten)]
    pub output: Output,
    #[command(flatten)]
    #[serde(flatten)]
    pub running: Running,
    #[command(flatten)]
    #[serde(skip)]
    pub dumping: Dumping,
    /// How many migrations
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[serde(default = "one")]
    pub steps: usize,
    /// This one migration instead of the last ones
    #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
    #[serde(skip_serializing_if = "is_default")]
    pub version: Option<String>,
}

/// A command without options of its own.
#[derive(Args, Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plain {
    #[command(flatten)]
    #[serde(flatten)]
    pub common: Common,
    #[command(flatten)]
    #[serde(flatten)]
    pub output: Output,
    /// Of an event, which may have these; of what only reads the time alone counts.
    #[arg(skip)]
    #[serde(flatten)]
    pub running: Running,
}

/// The schema of databases, for whoever asks to write it or to compare it.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dump {
    #[serde(flatten)]
    pub common: Common,
    #[serde(flatten)]
    pub output: Output,
    #[serde(flatten)]
    pub running: Running,
    /// The Rails whose form it has; that of the app, else that of the file in the bundle, where it is not said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rails: Option<String>,
    /// The file that it is for, in place of those that the app keeps.
    #[serde(default, skip_serializing_if = "is_default")]
    pub file: Option<PathBuf>,
    /// It is to be compared with the file in the bundle, and has that one's form.
    #[serde(default, skip_serializing_if = "is_default")]
    pub beside: bool,
}

/// The schema's files of databases, or one that is named, for databases without tables.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Load {
    #[serde(flatten)]
    pub common: Common,
    #[serde(flatten)]
    pub output: Output,
    #[serde(flatten)]
    pub running: Running,
    /// The schema's file in the bundle.
    #[serde(default, skip_serializing_if = "is_default")]
    pub file: Option<PathBuf>,
}

/// What a function is asked for by name.
pub(crate) const COMMANDS: [&str; 15] = [
    "migrate",
    "rollback",
    "up",
    "down",
    "redo",
    "status",
    "version",
    "pending",
    "dump",
    "load",
    "create",
    "prepare",
    "plan",
    "cancel",
    "function-version",
];

/// What every command has: a field of its options, by name.
macro_rules! of_each {
    ($request:expr, $field:ident) => {
        match $request {
            Request::Migrate(Migrate { $field, .. })
            | Request::Rollback(Rollback { $field, .. })
            | Request::Up(One { $field, .. })
            | Request::Down(One { $field, .. })
            | Request::Redo(Redo { $field, .. })
            | Request::Status(Plain { $field, .. })
            | Request::Version(Plain { $field, .. })
            | Request::Pending(Plain { $field, .. })
            | Request::Create(Plain { $field, .. })
            | Request::Prepare(Plain { $field, .. })
            | Request::Cancel(Plain { $field, .. })
            | Request::FunctionVersion(Plain { $field, .. })
            | Request::Dump(Dump { $field, .. })
            | Request::Load(Load { $field, .. })
            | Request::Plan(Planning { $field, .. }) => $field,
        }
    };
}

impl Request {
    /// Which database, and where its migrations are.
    pub(crate) fn common(&self) -> &Common {
        of_each!(self, common)
    }

    pub(crate) fn common_mut(&mut self) -> &mut Common {
        of_each!(self, common)
    }

    pub(crate) fn output(&self) -> Output {
        *of_each!(self, output)
    }

    pub(crate) fn output_mut(&mut self) -> &mut Output {
        of_each!(self, output)
    }

    pub(crate) fn running(&self) -> &Running {
        of_each!(self, running)
    }

    pub(crate) fn running_mut(&mut self) -> &mut Running {
        of_each!(self, running)
    }

    /// Whether it only reads what is recorded.
    pub(crate) fn is_reading(&self) -> bool {
        matches!(self, Self::Status(_) | Self::Version(_) | Self::Pending(_) | Self::Dump(_) | Self::Plan(_))
            || self.is_without_migrations()
    }

    /// Whether it has to do with migrations, which then go along.
    pub(crate) fn needs_migrations(&self) -> bool {
        !matches!(self, Self::Version(_) | Self::Dump(_) | Self::Create(_)) && !self.is_without_migrations()
    }

    /// Whether it is about a run, or the function itself.
    fn is_without_migrations(&self) -> bool {
        matches!(self, Self::Cancel(_) | Self::FunctionVersion(_))
    }

    /// Whether there is something wrong where it comes without any.
    pub(crate) fn wants_migrations(&self) -> bool {
        self.needs_migrations() && !matches!(self, Self::Load(_) | Self::Prepare(_))
    }

    /// Its name and its options, as the envelope has them.
    pub(crate) fn to_parts(&self) -> Result<Parts> {
        #[derive(Deserialize)]
        struct Written {
            command: String,
            options: Map<String, Value>,
        }
        let Written { command, options } = serde_json::from_value(serde_json::to_value(self)?)?;
        Ok(Parts { command, options })
    }

    /// What a name and options mean that somebody sent.
    pub(crate) fn from_parts(parts: Parts) -> Result<Self> {
        let Parts { command, mut options } = parts;
        if !COMMANDS.contains(&&*command) {
            bail!("unknown command `{command}`; a function does {}", COMMANDS.join(", "));
        }
        options.retain(|_, value| !value.is_null());
        let read = serde_json::from_value(json!({"command": command, "options": options}));
        read.map_err(|error| misread(&command, &error))
    }
}

/// What is wrong with options, in words of ours where serde's are of fields.
fn misread(command: &str, error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let field = |start: &str| Some(text.strip_prefix(start)?.split('`').next()?.to_owned());
    if let Some(option) = field("missing field `") {
        return anyhow!("`{command}` needs the option `{option}`");
    }
    let what = match field("unknown field `") {
        Some(option) => format!("`{command}` has no option `{option}`"),
        None => format!("the options of `{command}` cannot be read"),
    };
    anyhow!("{what} (this function is Maglev {MAGLEV_VERSION}): {text}")
}

fn one() -> usize {
    1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Cli, Command};

    fn request(line: &str) -> Request {
        match Cli::parse_from(line.split(' ')).command {
            Command::Request(request) => request,
            other => panic!("{other:?}"),
        }
    }

    fn asked(command: &str, options: &str) -> Result<Request> {
        let options = serde_json::from_str(options).unwrap();
        Request::from_parts(Parts { command: command.to_owned(), options })
    }

    #[test]
    fn a_request_survives_the_way() {
        for (line, command, options) in [
            (
                "maglev migrate --to 20240102030405 --scope blog --no-check --dir a --dir b",
                "migrate",
                r#"{"dirs":["a","b"],"no_check":true,"to":"20240102030405","scope":"blog"}"#,
            ),
            ("maglev rollback --steps 3 --quiet", "rollback", r#"{"quiet":true,"steps":3}"#),
            (
                "maglev up 7 --implied-models --time-limit 60 --wait 30",
                "up",
                r#"{"implied_models":true,"time_limit":60,"wait":30,"version":"7"}"#,
            ),
            ("maglev down 7 --format json", "down", r#"{"format":"json","version":"7"}"#),
            ("maglev redo --steps 2", "redo", r#"{"steps":2}"#),
            ("maglev redo --version 7", "redo", r#"{"steps":1,"version":"7"}"#),
            ("maglev status", "status", "{}"),
            ("maglev version", "version", "{}"),
            ("maglev pending --format json", "pending", r#"{"format":"json"}"#),
        ] {
            let sent = request(line);
            let parts = sent.to_parts().unwrap();
            assert_eq!(parts.command, command);
            assert_eq!(serde_json::to_string(&parts.options).unwrap(), options, "{line}");
            assert_eq!(Request::from_parts(parts).unwrap(), sent, "{line}");
        }
    }

    #[test]
    fn nothing_of_this_machine_is_sent() {
        let line = "maglev migrate --database sqlite3:x --include lib";
        assert_eq!(serde_json::to_string(&request(line).to_parts().unwrap().options).unwrap(), "{}");
        for options in
            [r#"{"database":"sqlite3:x"}"#, r#"{"include":["lib"]}"#, r#"{"sign":"x"}"#, r#"{"function":"x"}"#]
        {
            assert!(asked("migrate", options).is_err(), "{options}");
        }
    }

    #[test]
    fn an_option_of_another_command_is_an_error() {
        let check = |command: &str, options: &str, expected: &str| {
            let error = asked(command, options).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        };
        check("drop", "{}", "unknown command `drop`");
        check("migrate", r#"{"steps":1}"#, "`migrate` has no option `steps`");
        check("rollback", r#"{"to":"1"}"#, "`rollback` has no option `to`");
        check("status", r#"{"steps":1}"#, "`status` has no option `steps`");
        check("migrate", r#"{"too":"1"}"#, "unknown field `too`");
        check("migrate", r#"{"quiet":"yes"}"#, "the options of `migrate` cannot be read");
        check("up", "{}", "`up` needs the option `version`");
    }

    #[test]
    fn what_callers_send_is_read() {
        let read = asked("status", r#"{"format":"json","time_limit":5,"wait":3,"implied_models":true}"#).unwrap();
        assert_eq!(read.running().time_limit, Some(5));
        let read = asked("redo", r#"{"version":null,"format":null,"steps":null,"continues":true}"#).unwrap();
        assert!(matches!(read, Request::Redo(Redo { steps: 1, version: None, .. })));
        assert!(read.common().continues);
    }
}
