//! The only way to the terminal: data to stdout, talk to stderr. Colour and a sign of life on a terminal,
//! plain text elsewhere.

use std::io::{IsTerminal, Write};
use std::rc::Rc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::cli::args::Format;
use crate::env_vars;
use crate::events::Event;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
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
const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

struct Screen {
    last_output: Instant,
    spinner_shown: bool,
    /// The last line lacks its end: a spinner would sit on it.
    open_line: bool,
}

/// Takes what a run says where there is no terminal: in a function.
pub trait Recorder {
    /// What would be on stdout.
    fn output(&self, text: &str);
    /// What would be on stderr.
    fn error_output(&self, text: &str);
    /// Every event, whatever the format.
    fn event(&self, event: &Event<'_>);
    /// Every statement, once it has run.
    fn statement(&self, _statement: &adapters::Statement) {}
}

#[derive(Clone)]
pub struct Printer {
    quiet: bool,
    format: Format,
    stdout_colour: bool,
    stderr_colour: bool,
    screen: Arc<Mutex<Screen>>,
    recorder: Option<Rc<dyn Recorder>>,
}

/// Shows a spinner for as long as it lives.
pub struct Spinner {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Printer {
    pub fn new(quiet: bool, format: Format) -> Self {
        let colour = env_vars::get(env_vars::NO_COLOR).is_none();
        Self {
            quiet,
            format,
            stdout_colour: colour && std::io::stdout().is_terminal(),
            stderr_colour: colour && std::io::stderr().is_terminal(),
            screen: Arc::new(Mutex::new(Screen {
                last_output: Instant::now(),
                spinner_shown: false,
                open_line: false,
            })),
            recorder: None,
        }
    }

    /// A printer that hands everything to `recorder`.
    pub fn recorded(quiet: bool, format: Format, recorder: Rc<dyn Recorder>) -> Self {
        Self { stdout_colour: false, stderr_colour: false, recorder: Some(recorder), ..Self::new(quiet, format) }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// What Ruby code and Rails' own messages print, coloured line by line as `rails db:migrate` reads.
    pub fn migration_output(&self, text: &str) {
        if !self.quiet {
            self.styled_output(text);
        }
    }

    /// The same, quiet or not: what another process has chosen to print.
    pub fn styled_output(&self, text: &str) {
        if !self.stdout_colour {
            return self.data(text);
        }
        let styled = text.split_inclusive('\n').map(|line| match line {
            _ if line.starts_with("== ") => paint(Style::Heading, line),
            _ if line.starts_with("-- ") => paint(Style::Step, line),
            _ if line.starts_with("   -> ") => paint(Style::Result, line),
            _ => line.to_owned(),
        });
        self.data(&styled.collect::<String>());
    }

    /// Writes data to stdout as it is. A reader that has gone away is not an error.
    pub fn data(&self, text: &str) {
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

    /// Whether anybody listens to events.
    pub fn hears_events(&self) -> bool {
        self.recorder.is_some() || self.format == Format::Json
    }

    /// Tells what happened: a line of JSON where the format asks for it.
    pub fn emit(&self, event: &Event<'_>) {
        if let Some(recorder) = &self.recorder {
            recorder.event(event);
        }
        if self.format == Format::Json {
            self.data(&event.line());
        }
    }

    pub fn statement(&self, statement: &adapters::Statement) {
        if let Some(recorder) = &self.recorder {
            recorder.statement(statement);
        }
    }

    /// Writes a line of talk to stderr.
    pub fn talk(&self, text: &str) {
        if !self.quiet {
            self.error_output(&format!("{text}\n"));
        }
    }

    /// Writes to stderr even when quiet: errors.
    pub fn error_output(&self, text: &str) {
        if let Some(recorder) = &self.recorder {
            return recorder.error_output(text);
        }
        let mut screen = self.screen();
        screen.clear_spinner();
        let mut stderr = std::io::stderr().lock();
        let _ = stderr.write_all(text.as_bytes());
        screen.wrote(text);
    }

    /// `text` in a colour, where stderr has any.
    pub fn style(&self, style: Style, text: &str) -> String {
        if self.stderr_colour { paint(style, text) } else { text.to_owned() }
    }

    pub fn spinner(&self) -> Spinner {
        if self.quiet || !std::io::stderr().is_terminal() || !self.stderr_colour {
            return Spinner { stop: None, thread: None };
        }
        let (stop, stopped) = mpsc::channel();
        let screen = Arc::clone(&self.screen);
        let thread = std::thread::spawn(move || {
            let mut frame = 0;
            while stopped.recv_timeout(FRAME) == Err(RecvTimeoutError::Timeout) {
                lock(&screen).draw_spinner(frame);
                frame += 1;
            }
            lock(&screen).clear_spinner();
        });
        Spinner { stop: Some(stop), thread: Some(thread) }
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        lock(&self.screen)
    }
}

impl Screen {
    fn wrote(&mut self, text: &str) {
        self.last_output = Instant::now();
        self.open_line = !text.is_empty() && !text.ends_with('\n');
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
