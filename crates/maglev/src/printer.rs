//! The only way to the terminal: data to stdout, talk to stderr. Colour and a sign of life on a terminal,
//! plain text elsewhere.

use std::io::{IsTerminal, Write};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::account::TookEffect;
use crate::env_vars;
use crate::request::{Format, Output};

/// What a text is, and so its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    Heading,
    Step,
    Result,
    Error,
    Hint,
    Dim,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Heading => "1",
            Self::Step => "36",
            Self::Result => "32",
            Self::Error => "1;31",
            Self::Hint => "33",
            Self::Dim => "2",
        }
    }
}

/// A statement or a step that takes longer than this gets a spinner.
const PATIENCE: Duration = Duration::from_secs(1);
const FRAME: Duration = Duration::from_millis(100);
/// Without a terminal, a line says as often that the run goes on: CI systems end a job that is silent.
const PULSE: Duration = Duration::from_secs(60);
const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// Ends a fold of GitHub's.
const END_OF_GROUP: &str = "::endgroup::\n";

struct Screen {
    last_output: Instant,
    /// What a run is at: a migration, or the line that says so.
    doing: Option<String>,
    spinner_shown: bool,
    /// The last line lacks its end: a spinner would sit on it.
    open_line: bool,
    /// A fold of GitHub's has begun.
    in_group: bool,
    /// A spinner is there already.
    has_spinner: bool,
}

/// Takes what a run says where there is no terminal: in a function.
pub(crate) trait Recorder {
    /// What would be on stdout.
    fn output(&self, text: &str);
    /// What would be on stderr.
    fn error_output(&self, text: &str);
    /// Every statement, once it has run.
    fn statement(&self, _statement: &adapters::Statement) {}
    /// The version of the migration that begins; none when it has ended.
    fn doing(&self, _migration: Option<u128>) {}
    /// A migration has run.
    fn migrated(&self, _effect: &TookEffect) {}
}

/// Where a process prints. Clones print to the same place.
#[derive(Clone)]
pub(crate) struct Printer {
    quiet: bool,
    format: Format,
    /// For GitHub's actions: migrations are folded, and what goes wrong is annotated.
    annotates: bool,
    stdout_colour: bool,
    stderr_colour: bool,
    screen: Arc<Mutex<Screen>>,
    recorder: Option<Rc<dyn Recorder>>,
}

/// Shows that the run goes on for as long as it lives: a spinner, or a line a minute.
pub(crate) struct Spinner {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Printer {
    /// For this process' stdout and stderr; colours where they are terminals and NO_COLOR is not set.
    pub(crate) fn new(output: Output) -> Self {
        let Output { format, quiet } = output;
        let colour = env_vars::get(env_vars::NO_COLOR).is_none();
        let annotates = format == Format::Github;
        Self {
            quiet,
            // But for that it is Rails' form.
            format: if annotates { Format::Rails } else { format },
            annotates,
            stdout_colour: colour && std::io::stdout().is_terminal(),
            stderr_colour: colour && std::io::stderr().is_terminal(),
            screen: Arc::new(Mutex::new(Screen {
                last_output: Instant::now(),
                doing: None,
                spinner_shown: false,
                open_line: false,
                in_group: false,
                has_spinner: false,
            })),
            recorder: None,
        }
    }

    /// A printer that hands everything to `recorder`.
    pub(crate) fn recorded(output: Output, recorder: Rc<dyn Recorder>) -> Self {
        Self { stdout_colour: false, stderr_colour: false, recorder: Some(recorder), ..Self::new(output) }
    }

    /// Whether somebody records what is printed, in place of a terminal.
    pub(crate) fn is_recorded(&self) -> bool {
        self.recorder.is_some()
    }

    /// The form that stdout is to have.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether what goes wrong is annotated, for GitHub's actions.
    pub(crate) fn annotates(&self) -> bool {
        self.annotates
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// What Ruby code and Rails' own messages print, coloured line by line as `rails db:migrate` reads.
    pub(crate) fn migration_output(&self, text: &str) {
        if !self.quiet {
            self.styled_output(text);
        }
    }

    /// The same, quiet or not: what another process has chosen to print.
    pub(crate) fn styled_output(&self, text: &str) {
        let folded = self.annotates.then(|| self.screen().folded(text));
        self.data(&self.styled(folded.as_deref().unwrap_or(text)));
    }

    /// Rails' lines with their colours, where stdout has any.
    pub(crate) fn styled(&self, text: &str) -> String {
        if !self.stdout_colour {
            return text.to_owned();
        }
        let styled = text.split_inclusive('\n').map(|line| match line {
            _ if line.starts_with("== ") => paint(Style::Heading, line),
            _ if line.starts_with("-- ") => paint(Style::Step, line),
            _ if line.starts_with("   -> ") => paint(Style::Result, line),
            _ => line.to_owned(),
        });
        styled.collect()
    }

    /// Writes data to stdout as it is. A reader that has gone away is not an error.
    pub(crate) fn data(&self, text: &str) {
        if let Some(recorder) = &self.recorder {
            return recorder.output(text);
        }
        let mut screen = self.screen();
        screen.clear_spinner();
        let mut stdout = std::io::stdout().lock();
        let _ = stdout.write_all(text.as_bytes());
        let _ = stdout.flush();
        screen.wrote(text);
    }

    /// What the run is at, for those who wait.
    pub(crate) fn doing(&self, migration: Option<(u128, &str)>) {
        if let Some(recorder) = &self.recorder {
            recorder.doing(migration.map(|(version, _)| version));
        }
        self.screen().doing = migration.map(|(version, name)| format!("{version} {name}"));
    }

    /// For whoever records statements; a terminal is not told of them.
    pub(crate) fn statement(&self, statement: &adapters::Statement) {
        if let Some(recorder) = &self.recorder {
            recorder.statement(statement);
        }
    }

    /// For whoever records migrations.
    pub(crate) fn migrated(&self, effect: &TookEffect) {
        if let Some(recorder) = &self.recorder {
            recorder.migrated(effect);
        }
    }

    /// Writes a line of talk to stderr.
    pub(crate) fn talk(&self, text: &str) {
        if !self.quiet {
            self.error_output(&format!("{text}\n"));
        }
    }

    /// Writes to stderr even when quiet: errors.
    pub(crate) fn error_output(&self, text: &str) {
        if let Some(recorder) = &self.recorder {
            return recorder.error_output(text);
        }
        let mut screen = self.screen();
        screen.clear_spinner();
        // What went wrong is for everybody to see.
        if std::mem::take(&mut screen.in_group) {
            let _ = std::io::stdout().lock().write_all(END_OF_GROUP.as_bytes());
        }
        let mut stderr = std::io::stderr().lock();
        let _ = stderr.write_all(text.as_bytes());
        screen.wrote(text);
    }

    /// `text` in a colour, where stderr has any.
    pub(crate) fn style(&self, style: Style, text: &str) -> String {
        if self.stderr_colour { paint(style, text) } else { text.to_owned() }
    }

    /// `text` in a colour, where stdout has any.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if self.stdout_colour { paint(style, text) } else { text.to_owned() }
    }

    /// Nothing where nobody looks: with `--quiet`, or recorded.
    pub(crate) fn spinner(&self) -> Spinner {
        let nobody_looks = self.quiet || self.recorder.is_some();
        if nobody_looks || std::mem::replace(&mut self.screen().has_spinner, true) {
            return Spinner { stop: None, thread: None };
        }
        let (stop, stopped) = mpsc::channel();
        let screen = Arc::clone(&self.screen);
        // The terminal of a CI system is a log.
        let has_terminal =
            std::io::stderr().is_terminal() && self.stderr_colour && env_vars::get(env_vars::CI).is_none();
        let thread = std::thread::spawn(move || {
            if has_terminal {
                spin(&screen, &stopped);
            } else {
                pulse(&screen, &stopped, PULSE, |line| {
                    let _ = std::io::stderr().lock().write_all(line.as_bytes());
                });
            }
            lock(&screen).has_spinner = false;
        });
        Spinner { stop: Some(stop), thread: Some(thread) }
    }

    /// For another thread: a way to stderr only.
    pub(crate) fn talker(&self) -> Talker {
        Talker(Arc::clone(&self.screen))
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        lock(&self.screen)
    }
}

fn spin(screen: &Mutex<Screen>, stopped: &Receiver<()>) {
    let mut frame = 0;
    while stopped.recv_timeout(FRAME) == Err(RecvTimeoutError::Timeout) {
        lock(screen).draw_spinner(frame);
        frame += 1;
    }
    lock(screen).clear_spinner();
}

/// Writes a line whenever nothing was written for so long.
fn pulse(screen: &Mutex<Screen>, stopped: &Receiver<()>, every: Duration, write: impl Fn(&str)) {
    let mut told = 0;
    let mut since = lock(screen).last_output;
    let mut wait = every;
    while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        let screen = lock(screen);
        if screen.last_output != since {
            (since, told) = (screen.last_output, 0);
        }
        let silent = since.elapsed();
        if silent >= every * (told + 1) {
            told += 1;
            let start = if screen.open_line { "\n" } else { "" };
            let doing = screen.doing.as_ref().map_or_else(String::new, |doing| format!(": {doing}"));
            write(&format!("{start}still running, {} s without news{doing}\n", silent.as_secs()));
        }
        wait = (every * (told + 1)).saturating_sub(since.elapsed()).max(Duration::from_millis(1));
    }
}

impl Screen {
    fn wrote(&mut self, text: &str) {
        self.last_output = Instant::now();
        self.open_line = !text.is_empty() && !text.ends_with('\n');
    }

    /// Rails' lines, what is between a migration's first and last line in a fold that bears the first line's words.
    fn folded(&mut self, text: &str) -> String {
        let mut out = String::new();
        for line in text.split_inclusive('\n') {
            let heading = line.strip_prefix("== ").and_then(|rest| rest.split_once(": "));
            match heading {
                Some((migration, state)) if state.starts_with("migrating ") || state.starts_with("reverting ") => {
                    let end = if std::mem::replace(&mut self.in_group, true) { END_OF_GROUP } else { "" };
                    let state = state.split(' ').next().unwrap_or_default();
                    out.push_str(&format!("{end}::group::{migration}: {state}\n"));
                }
                Some((_, state)) if state.starts_with("migrated ") || state.starts_with("reverted ") => {
                    if std::mem::take(&mut self.in_group) {
                        out.push_str(END_OF_GROUP);
                    }
                    out.push_str(line);
                }
                _ => out.push_str(line),
            }
        }
        out
    }

    fn draw_spinner(&mut self, frame: usize) {
        let waited = self.last_output.elapsed();
        if waited < PATIENCE || self.open_line {
            return;
        }
        let mut stderr = std::io::stderr().lock();
        let _ = write!(stderr, "\r\x1b[K\x1b[2m{} {}s\x1b[0m", FRAMES[frame % FRAMES.len()], waited.as_secs());
        let _ = stderr.flush();
        self.spinner_shown = true;
    }

    fn clear_spinner(&mut self) {
        if std::mem::take(&mut self.spinner_shown) {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}

/// A way to stderr.
pub(crate) struct Talker(Arc<Mutex<Screen>>);

impl Talker {
    pub(crate) fn error_output(&self, text: &str) {
        let mut screen = lock(&self.0);
        screen.clear_spinner();
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
        screen.wrote(text);
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(screen: &Mutex<Screen>) -> MutexGuard<'_, Screen> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn paint(style: Style, text: &str) -> String {
    match text.strip_suffix('\n') {
        Some(line) => format!("\x1b[{}m{line}\x1b[0m\n", style.code()),
        None => format!("\x1b[{}m{text}\x1b[0m", style.code()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_that_the_run_goes_on() {
        let screen = Mutex::new(Screen {
            last_output: Instant::now(),
            doing: Some("7 AddIndex".to_owned()),
            spinner_shown: false,
            open_line: false,
            in_group: false,
            has_spinner: true,
        });
        let lines = Mutex::new(Vec::new());
        let (stop, stopped) = mpsc::channel();
        std::thread::scope(|scope| {
            let (screen, lines) = (&screen, &lines);
            scope.spawn(move || {
                pulse(screen, &stopped, Duration::from_millis(100), |line| lines.lock().unwrap().push(line.to_owned()));
            });
            std::thread::sleep(Duration::from_millis(60));
            lock(screen).wrote("-- add_index\n");
            std::thread::sleep(Duration::from_millis(70));
            // What is printed begins the silence anew.
            assert_eq!(lines.lock().unwrap().len(), 0);
            std::thread::sleep(Duration::from_millis(180));
            drop(stop);
        });
        let lines = lines.into_inner().unwrap();
        assert!((1..=3).contains(&lines.len()), "{lines:?}");
        assert!(lines[0].starts_with("still running, 0 s without news: 7 AddIndex\n"), "{lines:?}");
    }
}
