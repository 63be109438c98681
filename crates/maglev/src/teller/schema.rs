//! What is said of a schema's file that was loaded, or was not.

use std::time::Duration;

use activerecord::RubyError;
use activerecord::check::Reason;

use super::{Teller, diagnosis};
use crate::account::Failed;
use crate::commands::statement_log::StatementLog;
use crate::events::{self, Event, milliseconds};
use crate::printer::Style;
use crate::request::Format;

/// The load of a file into a database of an environment.
#[derive(Clone, Copy)]
pub(crate) struct Load<'a> {
    pub file: &'a str,
    pub environment: &'a str,
    pub duration: Duration,
}

impl Teller {
    /// Rails says nothing of it. `output`: what it printed, where that was kept.
    pub(crate) fn loaded(&self, load: &Load<'_>, statements: &[events::Statement], output: &str) {
        let Load { file, environment, duration } = *load;
        let milliseconds = milliseconds(duration);
        self.emit(&Event::Loaded { file, environment, milliseconds, statements, output });
    }

    /// `text`: of the file.
    pub(crate) fn load_failed(&self, load: &Load<'_>, error: &RubyError, log: &StatementLog, text: &str, output: &str) {
        let Load { file, environment, duration } = *load;
        let effects = log.effects();
        let what_stays = effects.sentence();
        if self.printer.format() == Format::Rails {
            self.printer.error_output(&diagnosis::load_failure(&self.printer, error, file, text));
            if effects.count > 0 {
                let note = self.printer.style(Style::Hint, "note:");
                self.printer.error_output(&format!("{note} {file}: {what_stays}:\n{}", effects.lines()));
            }
        }
        let error = events::Error::from(error);
        self.annotate_failure(
            error.class(),
            &format!("{}\n{what_stays}", error.message().trim_end()),
            error.backtrace(),
        );
        self.account.borrow_mut().failure = Some(Failed {
            class: error.class().to_owned(),
            message: error.message().trim_end().to_owned(),
            backtrace: error.backtrace().to_vec(),
            summary: format!("{} failed; {what_stays}", error.place().unwrap_or_else(|| file.to_owned())),
        });
        self.emit(&Event::LoadFailed {
            file,
            environment,
            error,
            took_effect: effects.count,
            what_stays: &what_stays,
            milliseconds: milliseconds(duration),
            statements: &log.statements(),
            output,
        });
    }

    pub(super) fn say_refused_schema(&self, file: &str, reasons: &[Reason]) {
        self.emit(&Event::RefusedSchema { file, reasons: reasons.iter().map(Into::into).collect() });
        if self.printer.format() == Format::Rails {
            self.annotate_refusal(file, reasons);
            self.printer.error_output(&diagnosis::refusal(&self.printer, file, reasons));
        }
        self.printer.error_output(&format!("{file} is refused; nothing was run\n"));
    }
}
