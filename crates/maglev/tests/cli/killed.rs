//! SIGKILL in the middle of a migration: what is left is what Rails would leave, and the next run goes on.

use std::time::{Duration, Instant};

use crate::app::App;

#[track_caller]
fn kill_in_the_middle(server: &test_servers::Server, sleep: &str, is_running: &str, left: &str, list: &str) {
    let database = server.database();
    let app = App::new();
    app.migration(1, "first", "create_table :firsts");
    app.migration(2, "second", &format!("create_table :seconds\n    execute \"{sleep}\""));
    app.migration(3, "third", "create_table :thirds");
    let url = database.url();
    let mut run = app.start(&["migrate", "--database", &url]);
    let deadline = Instant::now() + Duration::from_secs(20);
    while !database.execute(is_running).unwrap().contains('1') {
        assert!(Instant::now() < deadline, "the statement did not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    // The server ends the statement, and with it the transaction and the lock, when it notices.
    let deadline = Instant::now() + Duration::from_secs(20);
    while database.execute(is_running).unwrap().contains('1') {
        assert!(Instant::now() < deadline, "the server did not notice");
        std::thread::sleep(Duration::from_millis(50));
    }
    let tables = database.execute(list).unwrap();
    assert_eq!(tables.split_whitespace().collect::<Vec<_>>().join(" "), left);
    // The second migration's sleep must not delay the rest.
    app.migration(2, "second", "create_table :seconds, force: true");
    app.run(&["migrate", "--database", &url]).exits(0).says("2 Second: migrated").says("3 Third: migrated");
}

#[test]
fn on_postgresql_the_transaction_is_gone() {
    kill_in_the_middle(
        test_servers::postgresql(),
        "SELECT pg_sleep(3)",
        "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' AND datname = current_database()",
        "ar_internal_metadata firsts schema_migrations",
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
}

#[test]
fn on_mariadb_what_ran_stays() {
    kill_in_the_middle(
        test_servers::mariadb(),
        "SELECT SLEEP(3)",
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' AND db = DATABASE()",
        "ar_internal_metadata firsts schema_migrations seconds",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1",
    );
}
