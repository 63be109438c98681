//! Eight runs at once on a database that has nothing yet: one does the work, the others wait for it or say that they may not.

use std::process::Child;

use crate::app::App;

const ROUNDS: usize = 3;

fn app() -> App {
    let app = App::new();
    for number in 1..=3 {
        let table = format!("create_table(:t{number}) {{ |t| t.integer :n }}\n    add_index :t{number}, :n");
        app.migration(number, &format!("make_t{number}"), &table);
    }
    app
}

/// Starts them, and asserts that each ends with 0 or 4, and one at least with 0.
#[track_caller]
fn eight(app: &App, arguments: &[&str]) {
    let runs: Vec<Child> = (0..8).map(|_| app.start(arguments)).collect();
    let outcomes: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    for outcome in &outcomes {
        let text = [&outcome.stdout[..], &outcome.stderr[..]].map(String::from_utf8_lossy).concat();
        assert!(matches!(outcome.status.code(), Some(0 | 4)), "{:?}: {text}", outcome.status.code());
    }
    assert!(outcomes.iter().any(|outcome| outcome.status.success()));
    app.run(&[arguments, &["--quiet"]].concat()).exits(0);
}

#[test]
fn on_mariadb() {
    for _ in 0..ROUNDS {
        let database = test_servers::mariadb().database();
        eight(&app(), &["migrate", "--database", &database.url()]);
        assert_eq!(database.execute("SELECT version FROM schema_migrations ORDER BY 1").unwrap().trim(), "1\n2\n3");
    }
}

#[test]
fn on_postgresql() {
    for _ in 0..ROUNDS {
        let database = test_servers::postgresql().database();
        eight(&app(), &["migrate", "--database", &database.url()]);
        assert_eq!(database.execute("SELECT version FROM schema_migrations ORDER BY 1").unwrap().trim(), "1\n2\n3");
    }
}

#[test]
fn on_sqlite() {
    let waiting = "development:\n  adapter: sqlite3\n  database: test.sqlite3\n  timeout: 5000\n";
    let untold = "development:\n  adapter: sqlite3\n  database: test.sqlite3\n";
    for configuration in [waiting, untold] {
        for _ in 0..ROUNDS {
            let app = app();
            app.file("config/database.yml", configuration);
            eight(&app, &["migrate"]);
            assert_eq!(app.query("SELECT version FROM schema_migrations ORDER BY 1"), "1\n2\n3");
        }
    }
}
