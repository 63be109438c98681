//! Prints what a function prints, as if it were printed here.

use serde_json::Value;

use crate::cli::args::Format;
use crate::envelope::FunctionError;
use crate::exit::Exit;
use crate::printer::{Printer, Style};

pub struct Report<'a> {
    printer: &'a Printer,
    is_silent: bool,
    /// The `finished` events of the invocations so far, as one.
    finished: Option<Value>,
}

impl<'a> Report<'a> {
    pub fn new(printer: &'a Printer) -> Self {
        Self { printer, is_silent: false, finished: None }
    }

    /// For a question of our own.
    pub fn silent(printer: &'a Printer) -> Self {
        Self { is_silent: true, ..Self::new(printer) }
    }

    pub fn output(&mut self, text: &str) {
        if self.is_silent {
            return;
        }
        match self.printer.format() {
            Format::Rails => self.printer.styled_output(text),
            Format::Json => text.split_inclusive('\n').for_each(|line| self.event(line)),
        }
    }

    fn event(&mut self, line: &str) {
        match serde_json::from_str::<Value>(line) {
            Ok(event) if event["event"] == "finished" => self.add_finished(event),
            _ => self.printer.data(line),
        }
    }

    fn add_finished(&mut self, mut event: Value) {
        if let Some(before) = &self.finished {
            let migrated = |event: &Value| event["migrated"].as_u64().unwrap_or(0);
            let milliseconds = |event: &Value| event["milliseconds"].as_f64().unwrap_or(0.0);
            event["migrated"] = (migrated(before) + migrated(&event)).into();
            event["milliseconds"] = (milliseconds(before) + milliseconds(&event)).into();
        }
        self.finished = Some(event);
    }

    pub fn error_output(&self, text: &str) {
        if !self.is_silent {
            self.printer.error_output(text);
        }
    }

    /// The end of what succeeded; `exit` is the function's word for it.
    pub fn finish(&mut self, exit: u8) -> Exit {
        if let Some(event) = self.finished.take() {
            self.printer.data(&format!("{event}\n"));
        }
        Exit::from_code(exit)
    }

    /// A function error. `is_told`: the function has printed it already.
    pub fn failed(&mut self, error: &FunctionError, is_told: bool) -> Exit {
        if !is_told {
            self.output(&error.output);
            if error.error_output.is_empty() {
                self.complain(&format!("{}: {}", error.error_type, error.error_message), None);
            } else {
                self.error_output(&error.error_output);
            }
        }
        error.exit.map_or(Exit::Failed, Exit::from_code)
    }

    pub fn complain(&self, message: &str, hint: Option<&str>) {
        self.error_output(&format!("{} {}\n", self.printer.style(Style::Error, "error:"), message.trim_end()));
        if let Some(hint) = hint {
            self.error_output(&format!("{} {hint}\n", self.printer.style(Style::Hint, "hint:")));
        }
    }

    pub fn note(&self, text: &str) {
        if !self.is_silent {
            self.printer.talk(&format!("{} {text}", self.printer.style(Style::Dim, "note:")));
        }
    }
}
