//! The answers of the commands that read, as the tasks of Rails print them: databases.rake.

use std::fmt::Write;
use std::path::Path;

use activerecord::migration::migration_context::MigrationStatus;

use super::Teller;
use super::github::Kind;
use crate::commands::cancel::Holder;
use crate::commands::outcome::{Database, Outcome, Reading, SchemaFile};
use crate::envelope::{MAGLEV_VERSION, about_itself};
use crate::events::Event;
use crate::request::Format;

impl Teller {
    pub(super) fn say_readings(&self, outcome: &Outcome) {
        let mut pending = Vec::new();
        for reading in &outcome.readings {
            match reading {
                Reading::Status { of, rows: Some(rows) } => self.about(of.label.clone()).say_status(of, rows),
                Reading::Status { rows: None, .. } => {
                    self.printer.error_output("Schema migrations table does not exist yet.\n");
                }
                Reading::Drift { of, beside, diff } => {
                    self.about(of.label.clone()).say_drift(of, beside, diff.as_deref());
                }
                Reading::Cancelled { of, holder, is_free, version } => {
                    self.about(of.label.clone()).say_cancelled(of, holder.as_ref(), *is_free, *version);
                }
                // For whoever asked, who writes or compares it.
                Reading::Schema { .. } => {}
                Reading::Property { name, value } => self.say_property(name, value.as_deref()),
                Reading::Version { of, version, is_named: true } if self.printer.format() == Format::Rails => {
                    self.about(of.label.clone()).printer.data(&format!("Current version: {version}\n"));
                }
                Reading::Version { of, version, .. } => self.about(of.label.clone()).say_version(of, *version),
                Reading::Pending { of, migrations } => {
                    let teller = self.about(of.label.clone());
                    for migration in migrations {
                        teller.emit(&Event::Pending { migration: migration.into() });
                        pending.push(format!("{:4} {}", migration.version, migration.name));
                    }
                }
            }
        }
        if !pending.is_empty() && outcome.stop.is_none() && self.printer.format() == Format::Rails {
            self.say_pending(&pending);
        }
    }

    fn say_cancelled(&self, of: &Database, holder: Option<&Holder>, is_free: bool, version: u128) {
        if self.printer.format() == Format::Json {
            return self.emit(&Event::Cancelled {
                database_name: &of.name,
                session: holder.map(|holder| holder.session),
                user: holder.map(|holder| holder.user.as_str()),
                statement: holder.map(|holder| holder.statement.as_str()),
                free: is_free,
                version: version.to_string(),
            });
        }
        let name = &of.name;
        let Some(Holder { session, user, statement }) = holder else {
            return self
                .printer
                .data(&format!("no run holds the migration lock of `{name}`: there is nothing to cancel\n"));
        };
        let at = if statement.is_empty() { String::new() } else { format!(" ({statement})") };
        let free = if is_free {
            "the lock is free".to_owned()
        } else {
            "the server still takes back what it was at, and the lock is free when that is done".to_owned()
        };
        self.printer.data(&format!(
            "cancelled: ended the session {session} of `{user}`, which held the migration lock of `{name}`{at}; {free}; the newest \
             version recorded is {version}\n"
        ));
    }

    /// Of `function-version`: what the function says of itself, and this.
    pub(crate) fn function_version(&self, function: &str, deployed: &str, told: &str) {
        if self.printer.format() == Format::Json {
            return self.emit(&Event::FunctionVersion { function, deployed, tool: MAGLEV_VERSION });
        }
        self.printer.data(&format!("{function}: {told}\nthis: {}\n", about_itself()));
    }

    fn say_status(&self, of: &Database, rows: &[MigrationStatus]) {
        let status = |row: &MigrationStatus| if row.up { "up" } else { "down" };
        if self.printer.format() == Format::Json {
            for row in rows {
                self.emit(&Event::Status { status: status(row), version: &row.version, name: &row.name });
            }
            return;
        }
        let mut out = format!("\ndatabase: {}\n\n{:^8}  {:<14}  Migration Name\n", of.name, "Status", "Migration ID");
        out.push_str(&"-".repeat(50));
        out.push('\n');
        for row in rows {
            let _ = writeln!(out, "{:^8}  {:<14}  {}", status(row), row.version, row.name);
        }
        out.push('\n');
        self.printer.data(&out);
    }

    /// A schema was read from its database. Rails says nothing of it.
    pub(crate) fn dumped(&self, file: &SchemaFile) {
        match file {
            SchemaFile::Text(text) => self.printer.data(text),
            SchemaFile::Written { path, is_changed } => {
                self.emit(&Event::Dumped { file: path.display().to_string(), changed: *is_changed });
            }
        }
    }

    fn say_drift(&self, of: &Database, beside: &str, diff: Option<&str>) {
        match (self.printer.format(), diff) {
            (Format::Json, diff) => self.emit(&Event::Drift { beside, diff }),
            (_, Some(diff)) => {
                self.annotate_words(Kind::Error, "drift", &format!("{} is not as {beside} says", of.name));
                self.printer.data(diff);
            }
            (_, None) => self.printer.data(&format!("{} is as {beside} says.\n", of.name)),
        }
    }

    /// A merge has been written.
    pub(crate) fn merged(&self, file: &Path, conflicts: usize) {
        let noun = if conflicts == 1 { "conflict" } else { "conflicts" };
        if conflicts > 0 {
            self.printer.error_output(&format!("{}: {conflicts} {noun}, between markers\n", file.display()));
        }
    }

    fn say_property(&self, name: &'static str, value: Option<&str>) {
        match (self.printer.format(), value) {
            (Format::Json, value) => self.emit(&Event::Property { name, value, statements: &self.sent.take() }),
            (_, Some(value)) => self.printer.data(&format!("{value}\n")),
            (_, None) => self
                .printer
                .error_output("Sorry, your database adapter is not supported yet. Feel free to submit a patch.\n"),
        }
    }

    fn say_version(&self, of: &Database, version: u128) {
        match self.printer.format() {
            Format::Json => {
                let database = of.label.as_deref().unwrap_or(&of.name);
                self.emit(&Event::Version { database, version: version.to_string() });
            }
            _ => self.printer.data(&format!("\ndatabase: {}\nCurrent version: {version}\n\n", of.name)),
        }
    }

    fn say_pending(&self, lines: &[String]) {
        let noun = if lines.len() > 1 { "migrations:" } else { "migration:" };
        let mut out = format!("You have {} pending {noun}\n", lines.len());
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
        self.printer.data(&out);
        self.printer.error_output("Run `maglev migrate` to update your database then try again.\n");
    }
}
