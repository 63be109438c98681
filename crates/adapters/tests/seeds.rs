//! The hand-written hostile inputs of the fuzz targets: none of them panics or hangs.

#[path = "../fuzz/src/lib.rs"]
mod targets;

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
        assert!(begun.elapsed() < Duration::from_secs(4), "{} took {:?}", path.display(), begun.elapsed());
        count += 1;
    }
    assert!(count > 10, "{count} seeds in {}", folder.display());
}

#[test]
fn of_mysqls_protocol() {
    run_all("mysql_client", targets::mysql_client);
}

#[test]
fn of_postgresqls_protocol() {
    run_all("postgresql_client", targets::postgresql_client);
}
