//! Whether the parser comes to an end with a file. It can't be interrupted, and needs a time that grows with the square of
//! what is nested or repeated where nobody writes so (a hundred thousand `!`). Such a file has to be large; a large one is
//! tried first, on a thread that is left behind when it takes too long. It ends by itself.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Up to so many bytes nothing takes long.
const SMALL: usize = 6 << 10;

/// Ten megabytes of ordinary Ruby take less.
const LIMIT: Duration = Duration::from_secs(3);

/// The parser's own limit of depth ends it long before this is used up.
const STACK: usize = 64 << 20;

/// Whether prism comes to an end with it in time; asked only of what is large.
pub(super) fn ends(source: &[u8]) -> bool {
    if source.len() <= SMALL {
        return true;
    }
    let source = source.to_vec();
    let (answer, answered) = channel();
    let started = thread::Builder::new().name("parser".to_owned()).stack_size(STACK).spawn(move || {
        drop(ruby_prism::parse(&source));
        let _ = answer.send(());
    });
    started.is_ok() && answered.recv_timeout(LIMIT).is_ok()
}
