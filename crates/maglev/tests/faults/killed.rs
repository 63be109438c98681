//! kill -9 at every packet of a run, or every few milliseconds of it where there are no packets. The next run ends right, or
//! says what stands half-made; it never ends well with something missing or done twice.

use std::time::{Duration, Instant};

use test_servers::{Database, Server};

use crate::app::{App, Outcome};
use crate::proxy::Proxy;

/// What is found after a run that was killed and one that was not.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Right,
    /// Told by name.
    HalfMade,
}

#[derive(Default)]
struct Counts {
    right: usize,
    half_made: usize,
}

impl Counts {
    fn add(&mut self, found: &Found) {
        match found {
            Found::Right => self.right += 1,
            Found::HalfMade => self.half_made += 1,
        }
    }

    /// With `--nocapture`: what the figures of the documentation are taken from.
    #[expect(clippy::print_stdout, reason = "a test's own figures")]
    fn tell(&self) {
        println!("{} of {} end right", self.right, self.all());
    }

    fn all(&self) -> usize {
        self.right + self.half_made
    }
}

/// Six migrations of several statements each; rows only where a transaction takes them back.
fn app(with_rows: bool) -> App {
    let app = App::new();
    app.migration(1, "make_books", "create_table(:books) { |t| t.string :title }\n    add_index :books, :title");
    app.migration(2, "make_pages", "create_table(:pages) { |t| t.references :book, foreign_key: true }");
    app.migration(3, "add_year", "add_column :books, :year, :integer, null: false, default: 2000");
    let rows = "up_only { execute \"INSERT INTO books (title) VALUES ('a'), ('b')\" }";
    app.migration(4, "fill_books", if with_rows { rows } else { "add_column :pages, :filled, :boolean" });
    app.migration(5, "rename_year", "rename_column :books, :year, :printed\n    add_index :books, [:printed, :title]");
    app.migration(
        6,
        "make_shelves",
        "create_join_table :books, :shelves\n    drop_table(:pages) { |t| t.references :book }",
    );
    app
}

/// The run that comes after: the server may not have noticed yet that the first one is gone.
#[track_caller]
fn next_run(app: &App, url: &str) -> Outcome {
    let begun = Instant::now();
    loop {
        let outcome = app.run(&["migrate", "--database", url]);
        if outcome.code != 4 || begun.elapsed() > Duration::from_secs(20) {
            return outcome;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What the next run makes of it. `schema` and `expected` are all that there is in the database.
#[track_caller]
fn judge(at: &str, outcome: &Outcome, schema: &str, expected: &str) -> Found {
    match outcome.code {
        0 => {
            assert_eq!(schema, expected, "silently wrong after a kill at {at}");
            Found::Right
        }
        1 => {
            outcome.complains("is not recorded as run; if an earlier run of it was cut short");
            let named = [
                "already exists",
                "Duplicate",
                "Unknown column",
                "Unknown table",
                "doesn't exist",
                "check that column/key exists",
            ];
            assert!(named.iter().any(|what| outcome.stderr.contains(what)), "{at}: {}", outcome.stderr);
            Found::HalfMade
        }
        _ => panic!("after a kill at {at}: {}\n{}", outcome.code, outcome.stderr),
    }
}

#[track_caller]
fn kill_at_every_packet(server: &Server, with_rows: bool, schema: fn(&Database<'_>) -> String) -> Counts {
    let app = app(with_rows);
    let untouched = server.database();
    app.run(&["migrate", "--database", &untouched.url()]).exits(0);
    let expected = schema(&untouched);
    let mut counts = Counts::default();
    for packets in 1.. {
        let database = server.database();
        let proxy = Proxy::stopping_after(packets, server.port());
        let through = database.url().replace(&format!(":{}/", server.port()), &format!(":{}/", proxy.port));
        let mut run = app.start(&["migrate", "--database", &through]);
        if !proxy.has_stopped(Duration::from_secs(20)) {
            run.wait().unwrap();
            break;
        }
        run.kill().unwrap();
        run.wait().unwrap();
        let outcome = next_run(&app, &database.url());
        counts.add(&judge(&format!("packet {packets}"), &outcome, &schema(&database), &expected));
    }
    counts.tell();
    counts
}

#[test]
fn on_mariadb() {
    let counts = kill_at_every_packet(test_servers::mariadb(), false, |database| {
        let columns = "SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2";
        let indexes = "SELECT table_name, index_name, column_name FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY 1, 2, 3";
        let versions = "SELECT version FROM schema_migrations ORDER BY 1";
        [columns, indexes, versions].map(|sql| database.execute(sql).unwrap()).concat()
    });
    assert!(counts.right * 5 >= counts.all() * 2, "{} of {}", counts.right, counts.all());
}

#[test]
fn on_postgresql() {
    let counts = kill_at_every_packet(test_servers::postgresql(), true, |database| {
        let columns = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2";
        let indexes = "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2";
        let rows = "SELECT 'books', count(*)::text FROM books";
        let versions = "SELECT version FROM schema_migrations ORDER BY 1";
        [columns, indexes, rows, versions].map(|sql| database.execute(sql).unwrap()).concat()
    });
    assert_eq!(counts.half_made, 0);
}

/// Of a file there are no packets: a run of some length is killed at so many moments of it.
#[test]
fn on_sqlite() {
    const MOMENTS: u32 = 60;
    let schema = |app: &App| {
        app.query(
            "SELECT name, sql FROM sqlite_schema ORDER BY 1; SELECT count(*) FROM books; SELECT * FROM schema_migrations",
        )
    };
    let untouched = app(true);
    let begun = Instant::now();
    untouched.sqlite(&["migrate"]).exits(0);
    let (length, expected) = (begun.elapsed(), schema(&untouched));
    let mut counts = Counts::default();
    for moment in 0..MOMENTS {
        let app = app(true);
        let mut run = app.start(&["migrate", "--database", &app.sqlite_url()]);
        std::thread::sleep(length * moment / MOMENTS);
        run.kill().unwrap();
        run.wait().unwrap();
        let outcome = next_run(&app, &app.sqlite_url());
        counts.add(&judge(&format!("moment {moment} of {length:?}"), &outcome, &schema(&app), &expected));
    }
    counts.tell();
    assert_eq!(counts.half_made, 0);
}

#[test]
fn on_postgresql_what_ran_outside_of_a_transaction_is_told() {
    let database = test_servers::postgresql().database();
    let app = App::new();
    app.file(
        "db/migrate/1_half.rb",
        "class Half < ActiveRecord::Migration[8.1]\n  disable_ddl_transaction!\n  def change\n    create_table :halves\n    execute \"SELECT pg_sleep(30)\"\n  end\nend\n",
    );
    let url = database.url();
    let mut run = app.start(&["migrate", "--database", &url]);
    let begun = Instant::now();
    let asleep = "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' AND datname = current_database()";
    while !database.execute(asleep).unwrap().contains('1') {
        assert!(begun.elapsed() < Duration::from_secs(20), "the statement did not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    database
        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()")
        .unwrap();
    next_run(&app, &url)
        .exits(1)
        .complains("relation \"halves\" already exists")
        .complains("Half (1) is not recorded as run; if an earlier run of it was cut short");
}
