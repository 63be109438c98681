//! Ctrl-C, or the end of a CI job, while a function works: it goes on, and whoever has stopped waiting should know. Who sits at a
//! terminal is asked whether it is to go on.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;
use tokio::sync::Notify;

use crate::env_vars;
use crate::printer::{Printer, Talker};

/// Listens for signals for as long as it lives.
pub(crate) struct Interrupt {
    under_way: Arc<AtomicBool>,
    handle: Option<Handle>,
    thread: Option<JoinHandle<()>>,
}

impl Interrupt {
    /// Until it is dropped. Where signals cannot be heard, the process ends without a word, as it would anyway. `cancel` hears of it
    /// where the function's work is to be cancelled.
    pub(crate) fn watch(function: &str, printer: &Printer, cancel: &Arc<Notify>) -> Self {
        let under_way = Arc::new(AtomicBool::new(false));
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
            return Self { under_way, handle: None, thread: None };
        };
        let handle = signals.handle();
        let asked = Asked {
            function: function.to_owned(),
            talker: printer.talker(),
            under_way: Arc::clone(&under_way),
            is_open: AtomicBool::new(false),
            cancel: Arc::clone(cancel),
        };
        let asked = Arc::new(asked);
        let thread = std::thread::spawn(move || {
            for signal in signals.forever() {
                if signal == SIGINT && somebody_is_there() && asked.may_ask() {
                    let asked = Arc::clone(&asked);
                    // Whoever presses Ctrl-C once more does not want to answer.
                    std::thread::spawn(move || asked.ask());
                } else {
                    asked.leave(signal);
                }
            }
        });
        Self { under_way, handle: Some(handle), thread: Some(thread) }
    }

    /// Of what is asked beside the rest.
    pub(crate) fn none() -> Self {
        Self { under_way: Arc::default(), handle: None, thread: None }
    }

    /// Whether the function has been asked, and has not answered.
    pub(crate) fn set_under_way(&self, is: bool) {
        self.under_way.store(is, Ordering::SeqCst);
    }
}

/// Whether a question has somebody to answer it.
fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && env_vars::get(env_vars::CI).is_none()
}

/// What the thread that hears signals, and the one that asks, work with.
struct Asked {
    function: String,
    talker: Talker,
    under_way: Arc<AtomicBool>,
    /// The question stands there.
    is_open: AtomicBool,
    cancel: Arc<Notify>,
}

impl Asked {
    fn may_ask(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) && !self.is_open.swap(true, Ordering::SeqCst)
    }

    fn ask(&self) {
        self.talker.error_output(&format!(
            "\nthe function `{}` is at work: leave it running (l), cancel it (c), or go on waiting (w)? [l] ",
            self.function
        ));
        let mut answer = String::new();
        let _ = std::io::stdin().read_line(&mut answer);
        self.is_open.store(false, Ordering::SeqCst);
        match answer.trim().to_ascii_lowercase().as_str() {
            "c" | "cancel" => {
                self.talker.error_output("note: cancelling; what took effect follows\n");
                self.cancel.notify_one();
            }
            "w" | "wait" => self.talker.error_output("note: waiting\n"),
            _ => self.leave(SIGINT),
        }
    }

    /// Says what becomes of it, and ends the process.
    fn leave(&self, signal: i32) {
        let function = &self.function;
        self.talker.error_output(&if self.under_way.load(Ordering::SeqCst) {
            format!(
                "\nnote: the function `{function}` goes on with what it was asked for; `maglev status --function {function}` says what \
                 is recorded, its log (`aws logs tail /aws/lambda/{}`) how it ended, and `maglev cancel --function {function}` ends it\n",
                bare_name(function)
            )
        } else {
            "\nnote: nothing was sent to the function\n".to_owned()
        });
        // The shell, or the CI system, learns that it was a signal.
        let _ = emulate_default_handler(signal);
    }
}

/// Of NAME, NAME:QUALIFIER or an ARN: the name.
fn bare_name(function: &str) -> &str {
    let after = function.rsplit_once("function:").map_or(function, |(_, name)| name);
    after.split(':').next().unwrap_or(after)
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            handle.close();
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
