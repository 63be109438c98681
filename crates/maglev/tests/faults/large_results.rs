//! A result that is too large ends the run as its other values do: in time, and where no `rescue` hears of it.

use crate::app::App;
use crate::bounded::run;

/// The run's own limit on the command line.
const MEMORY: usize = 512 << 20;

#[track_caller]
fn is_too_large(url: &str, app: &App, sql: &str) {
    app.migration(
        1,
        "read_all",
        &format!("begin\n      select_rows(\"{sql}\")\n    rescue Exception\n      say 'rescued'\n    end"),
    );
    let bounded = run(app, &["migrate", "--database", url]);
    bounded.ends_within(1, "bytes of memory that the run has", MEMORY + MEMORY / 4);
    bounded.does_not_say("rescued");
    app.migration(1, "read_all", "create_table :read");
    // At once: the first run has seen to it that the server lets go of its lock.
    app.run(&["migrate", "--database", url]).exits(0);
}

#[test]
fn on_mariadb() {
    let database = test_servers::mariadb().database();
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT REPEAT('a', 1000), a.i FROM n a, n b, n c";
    is_too_large(&database.url(), &App::new(), rows);
}

#[test]
fn on_postgresql() {
    let database = test_servers::postgresql().database();
    is_too_large(&database.url(), &App::new(), "SELECT i, repeat('a', 100) FROM generate_series(1, 30000000) AS i");
}

#[test]
fn on_sqlite() {
    let app = App::new();
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, 'a' FROM n";
    is_too_large(&app.sqlite_url(), &app, rows);
}
