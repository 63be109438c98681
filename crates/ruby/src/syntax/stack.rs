//! The thread's stack: evaluations run on a large one, and stop before it is used up.

use std::cell::Cell;
use std::io;
use std::panic::resume_unwind;
use std::thread;

/// Bytes of the stack that [`on_large_stack`] provides. Only what is touched becomes memory.
const SIZE: usize = 256 << 20;

/// The part of a stack kept free for what does not ask: deep expressions between two calls, native code, destructors.
const RESERVED_PART: usize = 5;

/// Bytes that a thread of unknown stack size may use below where it was first asked.
const UNKNOWN: usize = 1 << 20;

thread_local! {
    /// The lowest address to use; 0 where not known yet.
    static FLOOR: Cell<usize> = const { Cell::new(0) };
}

/// Runs on a thread with a large stack and waits for it. A panic there goes on here.
///
/// # Errors
/// Where no thread can be had.
pub fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> io::Result<T> {
    Ok(on_stack_of(SIZE, run)?.unwrap_or_else(|panic| resume_unwind(panic)))
}

/// Runs on a thread with a stack of so many bytes and waits for it. The inner error is a panic there.
///
/// # Errors
/// Where no thread can be had.
pub fn on_stack_of<T: Send>(size: usize, run: impl FnOnce() -> T + Send) -> io::Result<thread::Result<T>> {
    thread::scope(|scope| {
        let started = thread::Builder::new().name("ruby".to_owned()).stack_size(size).spawn_scoped(scope, || {
            FLOOR.set(address().saturating_sub(size - size / RESERVED_PART));
            run()
        });
        Ok(started?.join())
    })
}

/// Whether recursion should end here.
pub fn is_used_up() -> bool {
    let here = address();
    match FLOOR.get() {
        0 => {
            FLOOR.set(here.saturating_sub(UNKNOWN).max(1));
            false
        }
        floor => here < floor,
    }
}

/// About where the stack now ends.
#[inline(never)]
fn address() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}
