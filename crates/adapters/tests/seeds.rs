//! The hand-written hostile inputs of the fuzz targets: none of them panics or hangs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;
use std::time::Duration;

use test_servers::run_seeds;

fn run_all(name: &str, target: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    run_seeds(&seeds.join(name), Duration::from_secs(4), target);
}

#[test]
fn of_mysqls_protocol() {
    run_all("mysql_client", targets::mysql_client);
}

#[test]
fn of_postgresqls_protocol() {
    run_all("postgresql_client", targets::postgresql_client);
}
