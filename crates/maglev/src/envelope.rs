//! What goes to the function and what comes back: the only place where the two meet, and their JSON.
//! Scripts outside rely on the names.

use std::path::PathBuf;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use crate::cli::args::{Command, Common, Format, Migrate, One, Redo, Rollback, Running};
use crate::signature::Signed;

/// This binary's version of Maglev.
pub const MAGLEV_VERSION: &str = env!("CARGO_PKG_VERSION");
/// The envelope's version.
pub const VERSION: u32 = 1;

/// What a caller asks of the function.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    pub maglev: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Options>,
    /// In place of `command` and `options`: the JSON of a [`crate::signature::Signed`], and its signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// The signer's public key, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Of the text of `signed`, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// base64 of a tar archive, plain or compressed by gzip or zstd
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<String>,
    /// Where the archive is, if it is not in `bundle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3: Option<S3Object>,
}

impl Envelope {
    /// Whether the answer is to be streamed.
    pub fn is_streamed(&self) -> bool {
        let signed = self.signed.as_deref().and_then(|text| serde_json::from_str::<Signed>(text).ok());
        signed.map(|signed| signed.options).as_ref().or(self.options.as_ref()).is_some_and(|options| options.stream)
    }
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct S3Object {
    pub bucket: String,
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A command's options, under the names that the command line has.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Of `migrate`: the target version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Of `migrate`: an engine's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Of `rollback` and `redo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    /// Of `up`, `down` and `redo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub no_check: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub implied_models: bool,
    /// The migration folders within the bundle, `db/migrate` where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dirs: Vec<PathBuf>,
    /// `rails` or `json`: what the output is to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    #[serde(skip_serializing_if = "is_false")]
    pub quiet: bool,
    /// Whoever asks takes up what is left in another invocation when time is up; else that is an error.
    #[serde(skip_serializing_if = "is_false")]
    pub continues: bool,
    /// Seconds; the function's own time where that is less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<u64>,
    /// Seconds to wait for another run that holds the migration lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
    /// Answer with a stream of [`Frame`]s.
    #[serde(skip_serializing_if = "is_false")]
    pub stream: bool,
    /// What the app's `config.generators` says of primary keys: of callers that send no configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_key_type: Option<String>,
    /// The app's git revision, for the audit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes a reference
fn is_false(value: &bool) -> bool {
    !value
}

/// A command's name and options, as the envelope has them.
pub fn request_of(command: &Command) -> Option<(&'static str, Options)> {
    let (name, options) = match command {
        Command::Migrate(Migrate { to, scope, running, .. }) => {
            let options = Options { to: to.clone(), scope: scope.clone(), ..running_options(running) };
            ("migrate", options)
        }
        Command::Rollback(Rollback { running, steps, .. }) => {
            ("rollback", Options { steps: Some(*steps), ..running_options(running) })
        }
        Command::Up(one) => ("up", one_options(one)),
        Command::Down(one) => ("down", one_options(one)),
        Command::Redo(Redo { running, steps, version, .. }) => {
            let steps = version.is_none().then_some(*steps);
            let options = Options { steps, version: version.clone(), ..running_options(running) };
            ("redo", options)
        }
        Command::Status(_) => ("status", Options::default()),
        Command::Version(_) => ("version", Options::default()),
        Command::Pending(_) => ("pending", Options::default()),
        Command::Check(_) | Command::Function | Command::Payload(_) => return None,
    };
    let common = command.common()?;
    Some((name, Options { format: Some(common.format), quiet: common.quiet, ..options }))
}

fn running_options(running: &Running) -> Options {
    Options {
        no_check: running.no_check,
        implied_models: running.implied_models,
        time_limit: running.time_limit,
        wait: (running.wait > 0).then_some(running.wait),
        ..Options::default()
    }
}

fn one_options(one: &One) -> Options {
    Options { version: Some(one.version.clone()), ..running_options(&one.running) }
}

/// The command that a name and its options mean.
pub fn command_of(name: &str, options: &Options) -> Result<Command> {
    let common = Common {
        dir: options.dirs.clone(),
        format: options.format.unwrap_or_default(),
        quiet: options.quiet,
        ..Common::default()
    };
    let running = Running {
        no_check: options.no_check,
        implied_models: options.implied_models,
        time_limit: options.time_limit,
        wait: options.wait.unwrap_or(0),
    };
    let accepted: &[&str] = match name {
        "migrate" => &["to", "scope"],
        "rollback" => &["steps"],
        "up" | "down" => &["version"],
        "redo" => &["steps", "version"],
        "status" | "version" | "pending" => &[],
        _ => bail!(
            "unknown command `{name}`; a function runs migrate, rollback, up, down, redo, status, version and pending"
        ),
    };
    let given = [
        ("to", options.to.is_some()),
        ("scope", options.scope.is_some()),
        ("steps", options.steps.is_some()),
        ("version", options.version.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(option, given)| *given && !accepted.contains(option)) {
        bail!("`{name}` has no option `{option}`");
    }
    let steps = options.steps.unwrap_or(1);
    let version = || match &options.version {
        Some(version) => Ok(version.clone()),
        None => bail!("`{name}` needs the option `version`"),
    };
    Ok(match name {
        "migrate" => Command::Migrate(Migrate {
            common,
            running,
            to: options.to.clone(),
            scope: options.scope.clone(),
            ..Migrate::default()
        }),
        "rollback" => Command::Rollback(Rollback { common, running, steps }),
        "up" => Command::Up(One { common, running, version: version()? }),
        "down" => Command::Down(One { common, running, version: version()? }),
        "redo" => Command::Redo(Redo { common, running, steps, version: options.version.clone() }),
        "status" => Command::Status(common),
        "version" => Command::Version(common),
        _ => Command::Pending(common),
    })
}

/// A migration that ran.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct Ran {
    pub version: String,
    pub name: String,
    pub direction: String,
    pub milliseconds: f64,
}

#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Ok,
    /// Time was short: what is left is for another invocation.
    Continue,
}

/// The function's answer to what succeeded.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: Status,
    /// The function's version of Maglev; none of one that is older than this field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub maglev: String,
    pub migrated: Vec<Ran>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<usize>,
    /// What Rails would have printed; empty at the end of a stream, which has brought it.
    pub output: String,
    /// What goes to stderr on the command line.
    #[serde(default, rename = "errorOutput", skip_serializing_if = "String::is_empty")]
    pub error_output: String,
    /// The exit code on the command line: 1 of `pending` where something is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub exit: u8,
    pub milliseconds: f64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes a reference
fn is_zero(value: &u8) -> bool {
    *value == 0
}

/// The function's answer to what failed: a Lambda function error, with what the command line prints besides.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct FunctionError {
    pub error_type: String,
    pub error_message: String,
    /// The function's version of Maglev; none where it was not Maglev that failed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub maglev: String,
    pub stack_trace: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub migrated: Vec<Ran>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub output: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error_output: String,
    /// The exit code on the command line; none where it was not Maglev that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<u8>,
}

/// A line of a streamed answer. The last one is `answer` or `error`.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    Output(String),
    ErrorOutput(String),
    /// The function lives; milliseconds since it began.
    Heartbeat(u64),
    Answer(Box<Answer>),
    Error(Box<FunctionError>),
}

impl Frame {
    pub fn line(&self) -> String {
        // Strings, numbers and lists always serialise.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn a_command_survives_the_way() {
        for line in [
            "maglev migrate --to 20240102030405 --scope blog --no-check",
            "maglev rollback --steps 3 --quiet",
            "maglev up 7 --implied-models --time-limit 60 --wait 30",
            "maglev down 7 --format json",
            "maglev redo --steps 2",
            "maglev redo --version 7",
            "maglev status",
            "maglev version",
            "maglev pending --format json",
        ] {
            let command = Cli::parse_from(line.split(' ')).command;
            let (name, options) = request_of(&command).unwrap();
            let text = serde_json::to_string(&options).unwrap();
            let back = command_of(name, &serde_json::from_str(&text).unwrap()).unwrap();
            assert_eq!(format!("{back:?}"), format!("{command:?}"), "{line}");
        }
    }

    #[test]
    fn an_option_of_another_command_is_an_error() {
        let check = |name: &str, options: &str, expected: &str| {
            let error = command_of(name, &serde_json::from_str(options).unwrap()).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        };
        check("drop", "{}", "unknown command `drop`");
        check("migrate", r#"{"steps":1}"#, "`migrate` has no option `steps`");
        check("up", "{}", "`up` needs the option `version`");
        assert!(serde_json::from_str::<Options>(r#"{"too":"1"}"#).is_err());
    }
}
