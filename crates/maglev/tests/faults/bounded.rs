//! A run of the binary that must end by itself within a time and within an amount of memory.

use std::io::Read as _;
use std::process::Child;
use std::time::{Duration, Instant};

use crate::app::{App, Outcome};

/// Longer than any of these runs takes on a slow machine, and shorter than for ever.
const PATIENCE: Duration = Duration::from_secs(60);
/// Every process has so much whatever it does.
const OF_ITS_OWN: usize = 150 << 20;

pub struct Bounded {
    outcome: Outcome,
    pub took: Duration,
    /// The most memory that it had at one time, in bytes.
    pub peak: usize,
}

/// Runs `maglev pending` against a server, whoever that is.
pub fn pending(url: &str) -> Bounded {
    let app = App::new();
    app.migration(1, "first", "create_table :firsts");
    run(&app, &["pending", "--database", url])
}

pub fn run(app: &App, arguments: &[&str]) -> Bounded {
    let begun = Instant::now();
    let mut child = app.start(arguments);
    let mut peak = 0;
    let code = loop {
        peak = peak.max(memory(&child));
        if let Some(status) = child.try_wait().unwrap() {
            break status.code().unwrap_or(-1);
        }
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("the run did not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let mut text = [String::new(), String::new()];
    child.stdout.take().unwrap().read_to_string(&mut text[0]).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut text[1]).unwrap();
    let [stdout, stderr] = text;
    Bounded { outcome: Outcome { code, stdout, stderr }, took: begun.elapsed(), peak }
}

/// `VmHWM` of a process that runs; 0 of one that has ended.
fn memory(child: &Child) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok());
    kilobytes.unwrap_or(0) << 10
}

impl Bounded {
    /// Asserts how it ended and what it said, and that it took little memory.
    #[track_caller]
    pub fn ends(&self, code: i32, text: &str) -> &Self {
        self.outcome.exits(code).complains(text);
        assert!(!self.outcome.stderr.contains("panicked"), "{}", self.outcome.stderr);
        self.within(OF_ITS_OWN)
    }

    /// The same, for a run that may use its memory up.
    #[track_caller]
    pub fn ends_within(&self, code: i32, text: &str, bytes: usize) -> &Self {
        self.outcome.exits(code).complains(text);
        self.within(OF_ITS_OWN + bytes)
    }

    /// Asserts that it ended on purpose, and badly.
    #[track_caller]
    pub fn fails(&self) {
        assert!(matches!(self.outcome.code, 1 | 5 | 6), "{}: {}", self.outcome.code, self.outcome.stderr);
        assert!(!self.outcome.stderr.contains("panicked"), "{}", self.outcome.stderr);
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) {
        assert!(!self.outcome.stdout.contains(text), "{}", self.outcome.stdout);
    }

    #[track_caller]
    fn within(&self, bytes: usize) -> &Self {
        assert!(self.peak < bytes, "{} MB at its peak", self.peak >> 20);
        self
    }
}
