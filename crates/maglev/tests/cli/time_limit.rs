//! `--time-limit` and `--wait`: the clock of the command line.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::app::App;

/// Every way that Ruby code has around an error, and a statement after it.
const WAYS: [&str; 6] = [
    "begin\n    execute SLEEP\n    rescue => e\n    say e.message\n    end\n    create_table :afters",
    "begin\n    execute SLEEP\n    rescue Exception\n    end",
    "execute(SLEEP) rescue create_table(:afters)",
    "begin\n    execute SLEEP\n    ensure\n    create_table :afters\n    end",
    "begin\n    transaction { execute SLEEP }\n    rescue\n    end\n    create_table :afters",
    "begin\n    loop { }\n    rescue Exception\n    end",
];

#[track_caller]
fn check_nothing_is_rescued(url: &str, sleep: &str, versions: impl Fn() -> String) {
    for (version, way) in (1..).zip(WAYS) {
        let app = App::new();
        app.migration(version, "slow", &way.replace("SLEEP", &format!("{sleep:?}")));
        let begun = Instant::now();
        app.run(&["migrate", "--database", url, "--time-limit", "2"])
            .exits(1)
            .complains("time was up, and what ran was stopped")
            .complains("the time limit is up");
        assert!(begun.elapsed() < Duration::from_secs(5), "{way}");
        assert_eq!(versions(), "", "{way}");
    }
}

#[test]
fn nothing_is_rescued_on_mariadb() {
    let database = test_servers::mariadb().database();
    let versions = || {
        database
            .execute(
                "SELECT version FROM schema_migrations UNION SELECT table_name FROM information_schema.tables \
                          WHERE table_schema = DATABASE() AND table_name LIKE 'after%'",
            )
            .unwrap()
    };
    check_nothing_is_rescued(&database.url(), "SELECT SLEEP(60)", versions);
}

#[test]
fn nothing_is_rescued_on_postgresql() {
    let database = test_servers::postgresql().database();
    let versions = || {
        database
            .execute(
                "SELECT version FROM schema_migrations UNION SELECT tablename FROM pg_tables \
                          WHERE tablename LIKE 'after%'",
            )
            .unwrap()
    };
    check_nothing_is_rescued(&database.url(), "SELECT pg_sleep(60)", versions);
}

#[test]
fn nothing_is_rescued_on_sqlite() {
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("test.sqlite3");
    let versions = || {
        let sql = "SELECT version FROM schema_migrations UNION SELECT name FROM sqlite_schema WHERE name LIKE 'after%'";
        let output = std::process::Command::new("sqlite3").arg(&path).arg(sql).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let sleep = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
    check_nothing_is_rescued(&format!("sqlite3:{}", path.display()), sleep, versions);
}

#[test]
fn what_ran_and_what_is_left_is_said() {
    let app = App::new();
    app.migration(1, "one", "create_table :ones").migration(2, "two", "say 'two'; sleep 1.2").migration(
        3,
        "three",
        "create_table :threes",
    );
    app.sqlite(&["migrate", "--time-limit", "2"])
        .exits(1)
        .complains("error: the time limit is up: 2 migrations ran, 1 is left: 3\nhint: ");
    let outcome = app.sqlite(&["migrate", "--format", "json", "--time-limit", "60"]);
    let last: Value = serde_json::from_str(outcome.exits(0).stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["status"], "ok");
    app.sqlite(&["migrate", "--time-limit", "0"]).exits(2);
}

#[test]
fn what_stays_is_to_be_undone_first() {
    let database = test_servers::mariadb().database();
    let app = App::new();
    app.migration(1, "half", "create_table :halfs\n    execute 'SELECT SLEEP(60)'");
    app.run(&["migrate", "--database", &database.url(), "--time-limit", "2"])
        .exits(1)
        .complains("note: 1 Half: its first statement took effect and stays:\n  CREATE TABLE `halfs`")
        .complains("error: the time limit is up: no migration ran, 1 is left: 1\nhint: undo by hand what stays");
}

#[test]
fn a_lock_is_waited_for() {
    let database = test_servers::mariadb().database();
    let url = database.url();
    let app = App::new();
    app.migration(1, "slow", "execute 'SELECT SLEEP(2)'");
    let mut first = app.start(&["migrate", "--database", &url]);
    let is_running =
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' AND db = DATABASE()";
    while !database.execute(is_running).unwrap().contains('1') {
        std::thread::sleep(Duration::from_millis(20));
    }
    app.run(&["migrate", "--database", &url, "--wait", "1"]).exits(4).complains("waiting for it to end, for up to 1 s");
    // What it waited for has run: nothing is left.
    let second = app.run(&["migrate", "--database", &url, "--wait"]);
    second.exits(0).complains("another run holds the migration lock; waiting for it to end\n");
    assert_eq!(second.stdout, "");
    assert!(first.wait().unwrap().success());
}
