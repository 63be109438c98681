//! What stops a command before or between migrations: what is printed, and how it exits.

use activerecord::RubyError;
use activerecord::migration::errors::MigrationError;
use adapters::{DatabaseConfig, ErrorClass};

use crate::events::{Event, PlainError};
use crate::exit::Exit;
use crate::printer::{Printer, Style};

pub enum Stop {
    Migration(MigrationError),
    Database(adapters::Error),
    Ruby(Box<RubyError>),
    /// A migration folder that cannot be looked into, or a setting that cannot be honoured.
    Unusable(String),
}

impl From<MigrationError> for Stop {
    fn from(error: MigrationError) -> Self {
        Self::Migration(error)
    }
}

impl From<adapters::Error> for Stop {
    fn from(error: adapters::Error) -> Self {
        Self::Database(error)
    }
}

impl From<RubyError> for Stop {
    fn from(error: RubyError) -> Self {
        Self::Ruby(Box::new(error))
    }
}

/// Where a command stopped, as far as it matters to what is said.
#[derive(Clone, Copy)]
pub struct Whereabouts<'a> {
    pub config: &'a DatabaseConfig,
    /// The database is a function's, which the environment names.
    pub in_function: bool,
    /// Something has been sent that may have changed something.
    pub begun: bool,
}

impl Stop {
    /// Prints why a command ends, and answers how.
    pub fn tell(&self, printer: &Printer, at: Whereabouts<'_>) -> Exit {
        let (class, mut message, exit) = match self {
            Self::Migration(error) => {
                let exit = match error {
                    MigrationError::ConcurrentMigration => Exit::Locked,
                    MigrationError::ReleaseLockFailed => Exit::Failed,
                    _ => Exit::Usage,
                };
                (error.class_name().to_owned(), error.to_string(), exit)
            }
            Self::Database(error) => {
                (error.class().name().to_owned(), error.message().to_owned(), database_exit(error, at.begun))
            }
            Self::Ruby(error) => (error.class.clone(), error.message.clone(), Exit::Usage),
            Self::Unusable(message) => ("Maglev::ConfigurationError".to_owned(), message.clone(), Exit::Usage),
        };
        message.truncate(message.trim_end().len());
        if let Self::Database(error) = self
            && exit == Exit::Unreachable
        {
            message.push_str(&cause(error, at.config));
        }
        let hint = self.hint(exit, at);
        printer.emit(&Event::Error { error: PlainError { class: &class, message: &message, hint } });
        let label = printer.style(Style::Error, "error:");
        printer.error_output(&format!("{label} {class}: {}\n", message.trim()));
        if let Some(hint) = hint {
            printer.error_output(&format!("{} {hint}\n", printer.style(Style::Hint, "hint:")));
        }
        exit
    }

    fn hint(&self, exit: Exit, at: Whereabouts<'_>) -> Option<&'static str> {
        match exit {
            Exit::Locked => Some(
                "wait for the other run to end (`--wait SECONDS` does so); its connection holds the lock, and the lock goes \
                 with it",
            ),
            Exit::Unknown => Some(Exit::UNKNOWN_HINT),
            Exit::Unreachable if !at.in_function => {
                Some("check --database, DATABASE_URL or config/database.yml, and that the database exists")
            }
            Exit::Unreachable => Some(self.hint_in_function()),
            _ => None,
        }
    }

    /// The likeliest cause in a VPC.
    fn hint_in_function(&self) -> &'static str {
        let Self::Database(error) = self else { return "check the function's DATABASE_ variables" };
        let cause = error.cause().map_or(error.message(), adapters::Error::message);
        if error.is_a(ErrorClass::NoDatabaseError) {
            "create the database, or correct the function's DATABASE_NAME"
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

fn database_exit(error: &adapters::Error, begun: bool) -> Exit {
    if error.is_lost_connection() || error.is_a(ErrorClass::NoDatabaseError) {
        if begun { Exit::Unknown } else { Exit::Unreachable }
    } else if error.is_a(ErrorClass::AdapterNotFound) || error.is_a(ErrorClass::ArgumentError) {
        Exit::Usage
    } else if error.is_kept_out() {
        Exit::Locked
    } else {
        Exit::Failed
    }
}
