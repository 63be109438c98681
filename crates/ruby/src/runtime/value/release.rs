//! Dropping values that hold values. A list of a million links would drop by a recursion a million deep; beyond some
//! depth the rest is put aside and dropped by whoever began.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const DEPTH: u32 = 64;

thread_local! {
    static DEEP: Cell<u32> = const { Cell::new(0) };
    static ASIDE: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Drops what a container held.
pub(crate) fn release<T: 'static>(content: T) {
    // While a thread ends its locals may be gone; then there is nothing for it but to recurse.
    let depth = DEEP.try_with(Cell::get).unwrap_or(0);
    if depth >= DEPTH {
        let mut content = Some(content);
        let _ = ASIDE.try_with(|aside| {
            if let Some(content) = content.take() {
                aside.borrow_mut().push(Box::new(content));
            }
        });
        return;
    }
    let _ = DEEP.try_with(|deep| deep.set(depth + 1));
    drop(content);
    if depth == 0 {
        while let Some(content) = ASIDE.try_with(|aside| aside.borrow_mut().pop()).ok().flatten() {
            drop(content);
        }
    }
    let _ = DEEP.try_with(|deep| deep.set(depth));
}

/// As [`release`], for what may be shared: only the last owner's drop can recurse.
pub(crate) fn release_shared<T: ?Sized + 'static>(content: Option<Rc<T>>) {
    if let Some(content) = content
        && Rc::strong_count(&content) == 1
    {
        release(content);
    }
}
