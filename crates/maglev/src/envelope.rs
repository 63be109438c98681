//! What goes to the function and what comes back: the only place where the two meet, and their JSON.
//! Scripts outside rely on the names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::signature::Signed;

/// This binary's version of Maglev.
pub(crate) const MAGLEV_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Version, commit and target, as `maglev --version` has them.
pub(crate) fn about_itself() -> String {
    format!("Maglev {MAGLEV_VERSION} ({}, {})", env!("MAGLEV_COMMIT"), env!("MAGLEV_TARGET"))
}

/// The envelope's version.
pub(crate) const VERSION: u32 = 1;

/// What a caller asks of the function.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Envelope {
    /// 1: the envelope's version.
    pub maglev: u32,
    /// What is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// How it is to be done: the options below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Map<String, Value>>,
    /// In place of `command` and `options`: a text with both, what they are for and when it was signed, as `--sign` makes it.
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
    /// Where the archive is, if it is not in `bundle`: `{"bucket", "key", "version"}`, of which `version` may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3: Option<S3Object>,
}

impl Envelope {
    /// Whether the answer is to be streamed.
    pub(crate) fn is_streamed(&self) -> bool {
        let signed = self.signed.as_deref().and_then(|text| serde_json::from_str::<Signed>(text).ok());
        let options = signed.map(|signed| signed.options);
        options
            .as_ref()
            .or(self.options.as_ref())
            .is_some_and(|options| options.get("stream") == Some(&Value::Bool(true)))
    }
}

/// What config/database.yml says of a database, but where it is and its secrets.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseSaid {
    pub name: String,
    /// Those of [`SAID`]; `migrations_paths` are folders of the bundle.
    #[serde(default)]
    pub options: Map<String, Value>,
    /// What it says that the caller cannot tell, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unknown: BTreeMap<String, String>,
}

impl DatabaseSaid {
    /// Where its migrations are, as it says it.
    pub(crate) fn migrations_paths(&self) -> Vec<String> {
        let path = |path: &Value| path.as_str().map_or_else(|| path.to_string(), str::to_owned);
        match self.options.get("migrations_paths") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(paths)) => paths.iter().map(path).collect(),
            Some(one) => vec![path(one)],
        }
    }

    /// Whether it is the first of its environment, or called so. `index`: its place there.
    pub(crate) fn is_primary(&self, index: usize) -> bool {
        index == 0 || self.name == PRIMARY
    }
}

/// What Rails calls the database of an app that has one.
pub(crate) const PRIMARY: &str = "primary";

/// What a caller says of a database: how it is spoken with. Where it is, who connects and whom to trust is the function's to know.
pub(crate) const SAID: [&str; 30] = [
    "adapter",
    "advisory_locks",
    "application_name",
    "collation",
    "connection_limit",
    "ctype",
    "database",
    "database_tasks",
    "default_timezone",
    "encoding",
    "flags",
    "init_command",
    "insert_returning",
    "migrations_paths",
    "min_messages",
    "multi_statement",
    "options",
    "owner",
    "prepared_statements",
    "replica",
    "schema_dump",
    "schema_format",
    "schema_search_path",
    "seeds",
    "statement_limit",
    "strict",
    "tablespace",
    "template",
    "use_metadata_table",
    "variables",
];

/// An archive in S3, of the version that is named or of the newest.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3Object {
    pub bucket: String,
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A migration that ran.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Ran {
    /// The migration's version.
    pub version: String,
    /// The migration's name.
    pub name: String,
    /// `up` or `down`.
    pub direction: String,
    /// Of several databases, the one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// How long it took.
    pub milliseconds: f64,
}

/// Whether all is done.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Ok,
    /// Time was short: what is left is for another invocation.
    Continue,
}

/// A database's schema as schema.rb has it.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Schema {
    /// As the app calls it, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// As the server calls it.
    pub name: String,
    /// Where the app keeps it.
    pub file: String,
    /// The text of schema.rb.
    pub text: String,
}

/// The function's answer to what succeeded.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// `ok`; `continue` of callers whose options say `continues`, where time was short.
    pub status: Status,
    /// The function's version of Maglev; none of one that is older than this field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub maglev: String,
    /// What ran, in its order.
    pub migrated: Vec<Ran>,
    /// How many migrations are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<usize>,
    /// What Rails would have printed; empty at the end of a stream, which has brought it.
    pub output: String,
    /// What goes to stderr on the command line.
    #[serde(default, rename = "errorOutput", skip_serializing_if = "String::is_empty")]
    pub error_output: String,
    /// Of `dump`, in place of output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<Schema>,
    /// The exit code on the command line: 1 of `pending` where something is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub exit: u8,
    /// Of the whole invocation.
    pub milliseconds: f64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes a reference
fn is_zero(value: &u8) -> bool {
    *value == 0
}

/// The function's answer to what failed: a Lambda function error, with what the command line prints besides.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct FunctionError {
    /// The exception's class; those of Maglev's own begin with `Maglev::`.
    pub error_type: String,
    /// What happened, of which migration, at which line of which file, what took effect, and what to do.
    pub error_message: String,
    /// The function's version of Maglev; none where it was not Maglev that failed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub maglev: String,
    /// The lines of Ruby code.
    pub stack_trace: Vec<String>,
    /// What ran before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub migrated: Vec<Ran>,
    /// What Rails would have printed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub output: String,
    /// What goes to stderr on the command line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error_output: String,
    /// The exit code on the command line; none where it was not Maglev that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<u8>,
}

/// A line of a streamed answer. The last one is `answer` or `error`.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Frame {
    /// What goes to stdout.
    Output(String),
    /// What goes to stderr.
    ErrorOutput(String),
    /// The function lives; milliseconds since it began.
    Heartbeat(u64),
    /// The last line of what succeeded.
    Answer(Box<Answer>),
    /// The last line of what failed.
    Error(Box<FunctionError>),
}

impl Frame {
    /// One line of JSON, with its end.
    pub(crate) fn line(&self) -> String {
        // Strings, numbers and lists always serialise.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}
