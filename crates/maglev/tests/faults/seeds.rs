//! The hand-written hostile inputs of the fuzz targets for what comes from outside as bytes: none of them panics or hangs.

use std::path::Path;
use std::time::Duration;

use test_servers::run_seeds;

fn run_all(name: &str, target: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    run_seeds(&seeds.join(name), Duration::from_secs(20), target);
}

#[test]
fn of_database_yml() {
    run_all("database_yml", maglev::fuzzing::database_yml);
}

#[test]
fn of_the_event() {
    run_all("event", maglev::fuzzing::event);
}
