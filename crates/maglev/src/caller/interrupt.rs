//! Ctrl-C, or the end of a CI job, while a function works: it goes on, and whoever has stopped waiting should know.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;

use crate::printer::Printer;

/// Listens for signals for as long as it lives.
pub(crate) struct Interrupt {
    under_way: Arc<AtomicBool>,
    handle: Option<Handle>,
    thread: Option<JoinHandle<()>>,
}

impl Interrupt {
    /// Until it is dropped. Where signals cannot be heard, the process ends without a word, as it would anyway.
    pub(crate) fn watch(function: &str, printer: &Printer) -> Self {
        let under_way = Arc::new(AtomicBool::new(false));
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
            return Self { under_way, handle: None, thread: None };
        };
        let handle = signals.handle();
        let goes_on = format!(
            "\nnote: the function `{function}` goes on with what it was asked for; `maglev status --function {function}` says what \
             is recorded, its log (`aws logs tail /aws/lambda/{}`) how it ended\n",
            bare_name(function)
        );
        let (talker, flag) = (printer.talker(), Arc::clone(&under_way));
        let thread = std::thread::spawn(move || {
            for signal in signals.forever() {
                let text =
                    if flag.load(Ordering::SeqCst) { &goes_on } else { "\nnote: nothing was sent to the function\n" };
                talker.error_output(text);
                // The shell, or the CI system, learns that it was a signal.
                let _ = emulate_default_handler(signal);
            }
        });
        Self { under_way, handle: Some(handle), thread: Some(thread) }
    }

    /// Whether the function has been asked, and has not answered.
    pub(crate) fn set_under_way(&self, is: bool) {
        self.under_way.store(is, Ordering::SeqCst);
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
