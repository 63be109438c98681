//! A server that falls silent is given up when the run's time is up, whatever the run waits for.

use std::time::Duration;

use crate::app::App;
use crate::bounded::run;
use crate::script::{hear, serve};
use crate::{hostile_mysql, hostile_postgresql};

#[track_caller]
fn ends_in_time(url: &str) {
    let app = App::new();
    app.migration(1, "first", "create_table :firsts");
    let bounded = run(&app, &["migrate", "--time-limit", "3", "--database", url]);
    assert!(bounded.took < Duration::from_secs(8), "{url}: it took {:?}", bounded.took);
    bounded.fails();
}

#[test]
fn while_connecting() {
    let port = serve(|stream| {
        hear(stream)?;
        hear(stream).map(drop)
    });
    for scheme in ["mysql2", "trilogy", "postgresql"] {
        ends_in_time(&format!("{scheme}://app:secret@127.0.0.1:{port}/shop"));
    }
}

#[test]
fn while_a_statement_runs() {
    let mysql = serve(|stream| {
        hostile_mysql::let_in(stream)?;
        loop {
            hear(stream)?;
        }
    });
    let postgresql = serve(|stream| {
        hostile_postgresql::let_in(stream)?;
        loop {
            hear(stream)?;
        }
    });
    ends_in_time(&format!("mysql2://app:secret@127.0.0.1:{mysql}/shop"));
    ends_in_time(&format!("postgresql://app:secret@127.0.0.1:{postgresql}/shop?sslmode=disable"));
}
