//! The hand-written hostile inputs that fuzzing starts from, run as tests.

use std::path::Path;
use std::time::{Duration, Instant};

/// Gives each file of the folder to the target, which neither panics nor takes longer than this.
///
/// # Panics
/// If it takes longer, or there are hardly any files.
#[track_caller]
pub fn run_seeds(folder: &Path, longest: Duration, target: fn(&[u8])) {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let begun = Instant::now();
        target(&std::fs::read(&path).unwrap());
        assert!(begun.elapsed() < longest, "{} took {:?}", path.display(), begun.elapsed());
        count += 1;
    }
    assert!(count > 10, "{count} seeds in {}", folder.display());
}
