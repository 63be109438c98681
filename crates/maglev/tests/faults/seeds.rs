//! The hand-written hostile inputs of the fuzz targets for what comes from outside as bytes: none of them panics or hangs.

use std::path::Path;
use std::time::{Duration, Instant};

#[track_caller]
fn run_all(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let begun = Instant::now();
        target(&std::fs::read(&path).unwrap());
        assert!(begun.elapsed() < Duration::from_secs(20), "{} took {:?}", path.display(), begun.elapsed());
        count += 1;
    }
    assert!(count > 10, "{count} seeds in {}", folder.display());
}

#[test]
fn of_database_yml() {
    run_all("database_yml", maglev::fuzzing::database_yml);
}

#[test]
fn of_the_event() {
    run_all("event", maglev::fuzzing::event);
}
