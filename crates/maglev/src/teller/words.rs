//! What is said of a command that ends early: Rails' message, where it was, and what to do.

use std::borrow::Cow;

use adapters::{DatabaseConfig, ErrorClass};

use crate::commands::stop::{Stop, Why};
use crate::config::variables_of;
use crate::exit::Exit;

/// What ended a command, in words.
pub(crate) struct Words {
    pub class: String,
    pub message: String,
    /// What to do about it.
    pub hint: Option<Cow<'static, str>>,
}

impl Stop {
    /// None where there is nothing more to say: it has been told, or has a form of its own.
    pub(crate) fn words(&self) -> Option<Words> {
        let why = match &self.why {
            Why::Late { then, .. } => then.as_deref()?,
            why => why,
        };
        let (class, message) = match why {
            Why::Refused(_) | Why::RefusedSchema { .. } | Why::Failed(_) | Why::Late { .. } | Why::Exited => {
                return None;
            }
            Why::Migration(error) => (error.class_name().to_owned(), error.to_string()),
            Why::Script(error) => (error.class.clone(), error.message.clone()),
            Why::Environment(error) => (error.class_name().to_owned(), error.to_string()),
            Why::Database(error) => (error.class().name().to_owned(), error.message().to_owned()),
            Why::Ruby(error) => (error.class.clone(), error.message.clone()),
            Why::Cancelled { at, left, .. } => {
                let versions: Vec<_> = left.iter().map(|migration| migration.version.to_string()).collect();
                let left = match versions.len() {
                    0 => "nothing is left".to_owned(),
                    1 => format!("1 is left ({})", versions[0]),
                    count => format!("{count} are left ({})", versions.join(", ")),
                };
                let message = format!(
                    "the run was cancelled at {at}, by `maglev cancel`, which ended its session in the database: {left}"
                );
                ("Maglev::Cancelled".to_owned(), message)
            }
            Why::Aborted(message) => ("SystemExit".to_owned(), message.clone()),
            Why::Unusable(message) => ("Maglev::ConfigurationError".to_owned(), message.clone()),
        };
        let mut message = message.trim_end().to_owned();
        let exit = Exit::from(self);
        if let Why::Database(error) = why
            && exit == Exit::Unreachable
        {
            message.push_str(&cause(error, &self.at.config));
        }
        let hint = hint(why, exit, self.at.in_function).map(|hint| match &self.at.database {
            Some(name) if exit == Exit::Unreachable && self.at.in_function => {
                let own = variables_of(name);
                Cow::Owned(format!("of the database `{name}`, whose own variables begin with {own}DATABASE_: {hint}"))
            }
            _ => Cow::Borrowed(hint),
        });
        Some(Words { class, message, hint })
    }
}

/// What to do about it.
fn hint(why: &Why, exit: Exit, in_function: bool) -> Option<&'static str> {
    if let Why::Cancelled { is_unsure: false, .. } = why {
        return Some("run it again: it takes up what is left");
    }
    match exit {
        Exit::Locked => Some(
            "wait for the other run to end (`--wait` does so); its connection holds the lock, and the lock goes \
             with it",
        ),
        Exit::Unknown => Some(Exit::UNKNOWN_HINT),
        Exit::Unreachable if !in_function => {
            Some("check --database, DATABASE_URL or config/database.yml, and that the database exists")
        }
        Exit::Unreachable => Some(hint_in_function(why)),
        _ => None,
    }
}

/// The likeliest cause in a VPC.
fn hint_in_function(why: &Why) -> &'static str {
    let Why::Database(error) = why else { return "check the function's DATABASE_ variables" };
    let cause = error.cause().map_or(error.message(), adapters::Error::message);
    if error.is_a(ErrorClass::NoDatabaseError) {
        "create the database (`maglev create --function` does), or correct the function's DATABASE_NAME"
    } else if adapters::Error::is_username_message(error.message()) {
        "check the function's DATABASE_USERNAME and where its password comes from; with IAM the database's user needs \
         rds_iam, and the function's role rds-db:connect"
    } else if adapters::Error::is_unknown_host_message(cause) {
        "correct the function's DATABASE_HOST; a name of a private zone is known in its own VPC only"
    } else if cause.contains("SSL") || cause.contains("TLS") || cause.contains("certificate") {
        "check the function's DATABASE_SSL_MODE, and DATABASE_SSL_CA where the database is not Amazon's"
    } else {
        "the database's security group must let the function's in on this port, and the function must be in a subnet of \
         the same VPC (or one with a route to it); then check that the database runs"
    }
}

/// Where and why, which Rails' message leaves out.
fn cause(error: &adapters::Error, config: &DatabaseConfig) -> String {
    let Some(host) = config.host() else {
        return error.cause().map(|cause| format!("\nCause: {}", cause.message().trim())).unwrap_or_default();
    };
    let default = if config.adapter.starts_with("post") { 5432 } else { 3306 };
    let port = config.port().unwrap_or(default);
    let cause = error.cause().map_or(String::new(), |cause| format!(": {}", cause.message().trim()));
    if cause.is_empty() && error.message().contains(&host) && error.message().contains(&port.to_string()) {
        return String::new();
    }
    format!("\nCause: {host}, port {port}{cause}")
}
