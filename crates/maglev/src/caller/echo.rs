//! Prints what a function prints, as if it were printed here.

use serde_json::Value;

use crate::account::TookEffect;
use crate::envelope::{FunctionError, MAGLEV_VERSION};
use crate::exit::Exit;
use crate::printer::Style;
use crate::request::Format;
use crate::teller::Teller;

/// Passes on what a function says, and keeps what its last event is to tell.
pub(crate) struct Echo<'a> {
    teller: &'a Teller,
    is_silent: bool,
    /// The `finished` events, one of each database.
    finished: Vec<Value>,
    /// The databases of the migrations that ran in invocations whose time was up, one for each.
    ran_before: Vec<Value>,
    /// Of all invocations since the last such event.
    milliseconds: f64,
    /// An event has told what went wrong.
    has_told: bool,
    /// What is not the function's word is told all the same.
    complains: bool,
    /// What the function that failed says of its release.
    answering: Option<String>,
}

impl<'a> Echo<'a> {
    pub(crate) fn new(teller: &'a Teller) -> Self {
        Self {
            teller,
            is_silent: false,
            finished: Vec::new(),
            ran_before: Vec::new(),
            milliseconds: 0.0,
            has_told: false,
            complains: true,
            answering: None,
        }
    }

    /// For a question of our own.
    pub(crate) fn silent(teller: &'a Teller) -> Self {
        Self { is_silent: true, complains: false, ..Self::new(teller) }
    }

    /// The same, of a function that has to be there.
    pub(crate) fn asking(teller: &'a Teller) -> Self {
        Self { is_silent: true, ..Self::new(teller) }
    }

    /// The release of a function of ours that has failed.
    pub(crate) fn answering(&self) -> Option<&str> {
        self.answering.as_deref()
    }

    /// What the function has written to its stdout: text, or lines of events.
    pub(crate) fn output(&mut self, text: &str) {
        if self.is_silent {
            return;
        }
        match self.teller.printer().format() {
            Format::Rails | Format::Github => {
                self.teller.printer().styled_output(text);
                text.lines().for_each(|line| self.follow(line));
            }
            Format::Json => text.split_inclusive('\n').for_each(|line| self.event(line)),
        }
    }

    /// What the function is at, for those who wait: `== 7 AddIndex: migrating ===`
    fn follow(&self, line: &str) {
        let Some((migration, state)) = line.strip_prefix("== ").and_then(|rest| rest.split_once(": ")) else { return };
        let begins = state.starts_with("migrating") || state.starts_with("reverting");
        let parts = migration.split_once(' ').and_then(|(version, name)| Some((version.parse().ok()?, name)));
        self.teller.printer().doing(parts.filter(|_| begins));
    }

    fn event(&mut self, line: &str) {
        let event = serde_json::from_str::<Value>(line).unwrap_or_default();
        match event["event"].as_str() {
            Some("finished") => return self.add_finished(event),
            Some("migrated") => self.took_effect(&event, None),
            Some("failed") => {
                self.has_told = true;
                if let Some(statements @ 1..) = event["took_effect"].as_u64() {
                    self.took_effect(&event, usize::try_from(statements).ok());
                }
            }
            Some("error" | "refused") => self.has_told = true,
            _ => {}
        }
        self.teller.printer().data(line);
    }

    /// For the last event, should the run fail.
    fn took_effect(&self, event: &Value, statements: Option<usize>) {
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        self.teller.took_effect_elsewhere(TookEffect {
            version: text("version"),
            name: text("name"),
            direction: text("direction"),
            database: event["database"].as_str().map(str::to_owned),
            statements,
            milliseconds: event["milliseconds"].as_f64().unwrap_or_default(),
        });
    }

    fn add_finished(&mut self, mut event: Value) {
        if let Some(pending) = event["pending"].as_u64() {
            self.teller.set_pending(usize::try_from(pending).unwrap_or(usize::MAX));
        }
        self.milliseconds += event["milliseconds"].as_f64().unwrap_or(0.0);
        if event["status"] == "failed" {
            // Of an invocation whose time was up, or of the last one, whose end is told otherwise.
            let whole = event["took_effect"].as_array().into_iter().flatten();
            let whole = whole.filter(|effect| effect["statements"].is_null());
            self.ran_before.extend(whole.map(|effect| effect["database"].clone()));
            return;
        }
        let before = self.ran_before.iter().filter(|database| **database == event["database"]).count();
        event["migrated"] = (event["migrated"].as_u64().unwrap_or(0) + before as u64).into();
        event["milliseconds"] = std::mem::take(&mut self.milliseconds).into();
        self.finished.push(event);
    }

    /// What the function has written to its stderr.
    pub(crate) fn error_output(&self, text: &str) {
        if !self.is_silent {
            self.teller.printer().error_output(text);
        }
    }

    /// The end of what succeeded; `exit` is the function's word for it.
    pub(crate) fn finish(&mut self, exit: u8) -> Exit {
        let exit = Exit::from_code(exit);
        for event in self.finished.drain(..).filter(|_| exit == Exit::Done) {
            self.teller.printer().data(&format!("{event}\n"));
        }
        exit
    }

    /// A function error. `is_told`: the function has printed it already.
    pub(crate) fn failed(&mut self, error: &FunctionError, is_told: bool) -> Exit {
        if !self.is_silent {
            self.annotate(error);
        }
        if !is_told {
            self.output(&error.output);
            if error.error_output.is_empty() {
                self.error_output(&format!("error: {}: {}\n", error.error_type, error.error_message));
            } else {
                self.error_output(&error.error_output);
            }
        }
        if !self.has_told && !self.is_silent {
            self.teller.error(&error.error_type, &error.error_message, None);
        }
        self.answering = Some(error.maglev.clone()).filter(|version| !version.is_empty());
        if !self.is_silent {
            self.tell_skew_of(error);
        }
        error.exit.map_or(Exit::Failed, Exit::from_code)
    }

    /// Beside the lines of the files here, where the format asks for it.
    fn annotate(&self, error: &FunctionError) {
        match &*error.error_type {
            "Maglev::Refused" => self.teller.annotate_refusals(&error.error_message),
            class => self.teller.annotate_failure(class, &error.error_message, &error.stack_trace),
        }
    }

    /// Which of the two is older, where something went wrong between them.
    fn tell_skew_of(&self, error: &FunctionError) {
        if !error.maglev.is_empty() || error.error_type == "Maglev::InvalidEvent" {
            self.tell_skew(&error.maglev);
        }
    }

    /// The same of a release; it may be too old to name it.
    pub(crate) fn tell_skew(&self, theirs: &str) {
        let ours = MAGLEV_VERSION;
        let text = match theirs {
            "" => format!("the function is older than this, {ours}: it does not say its version"),
            theirs if theirs == ours => return,
            theirs if numbers(theirs) < numbers(ours) => format!("the function is older: {theirs}, and this is {ours}"),
            theirs => format!("the function is newer: {theirs}, and this is {ours}"),
        };
        self.teller.printer().error_output(&format!(
            "{} {text}; put the same release in both places\n",
            self.teller.printer().style(Style::Hint, "note:")
        ));
    }

    /// An error of the caller's own.
    pub(crate) fn complain(&mut self, class: &str, message: &str, hint: Option<&str>) {
        if self.complains {
            self.has_told = true;
            self.teller.error(class, message.trim_end(), hint);
            self.teller.complain(message);
            if let Some(hint) = hint {
                self.teller.hint(hint);
            }
        }
    }

    pub(crate) fn note(&self, text: &str) {
        if self.complains {
            self.teller.note(text);
        }
    }
}

/// Of a version, for comparing.
fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}
