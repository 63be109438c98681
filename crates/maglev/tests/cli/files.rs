//! The files of a data migration: what is refused, before or during a run, and what a payload carries.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::app::{App, finished};

/// An app with data in db/ and elsewhere.
fn app(change: &str) -> App {
    let app = App::new();
    app.migration(1, "load_data", change);
    for path in ["db/data/a.json", "db/data/b.json", "db/other/c.csv", "lib/data/x.json", "tmp/flag"] {
        app.file(path, "[]");
    }
    app
}

#[test]
fn what_the_run_cannot_see_is_refused_before_it_where_the_path_is_literal() {
    for code in [
        "File.read('lib/data/x.json')",
        "Dir.glob('lib/data/*.json')",
        "Dir[Rails.root.join('lib', 'data', '*')]",
        "CSV.foreach(Rails.root.join('lib/data/x.json')) { }",
        "CSV.read(File.join(__dir__, '../../lib/data/x.json'))",
        "YAML.load_file(File.expand_path('../../lib/data/x.json', __dir__))",
        "Rails.root.join('lib/data/x.json').read",
        "path = Rails.root.join('lib/data'); File.readlines(path.join('x.json'), chomp: true)",
        "File.exist?('tmp/flag')",
        "Dir.children('lib/data')",
        "File.open('/etc/hostname') { |file| file.read }",
        "IO.read(\"#{Rails.root}/lib/data/x.json\")",
    ] {
        let app = app(code);
        for arguments in [&["check"][..], &["migrate", "--database", &app.sqlite_url()]] {
            app.run(arguments).exits(3).complains("outside of what a migration may read").complains("--include");
        }
        if !code.contains("/etc") {
            app.run(&["check", "--include", "lib/data", "--include", "tmp"]).exits(0);
        }
    }
}

#[test]
fn what_the_run_cannot_see_ends_it_whatever_is_rescued() {
    for read in [
        "File.read(name)",
        "File.exist?(name)",
        "Dir.glob(name + '*')",
        "Dir[name]",
        "CSV.foreach(name) { }",
        "CSV.table(name)",
        "YAML.load_file(name)",
        "JSON.load_file(name)",
        "Pathname.new(name).children",
        "open(name) { }",
        "Dir.exist?(File.dirname(name))",
        "ERB.new(File.read(name)).result",
    ] {
        let app = app(&format!(
            "create_table :things\n name = ['lib', 'data', 'x.json'].join('/')\n begin; {read}; rescue Exception; nil; end"
        ));
        app.sqlite(&["migrate"]).exits(1).complains("outside of what a migration may read");
        assert_eq!(app.query("SELECT count(*) FROM schema_migrations"), "0", "{read}");
    }
}

#[test]
fn what_is_inside_and_not_there_is_rubys_error() {
    let app = app(
        "[-> { File.read('db/data/none') }, -> { CSV.read('db/data/none') }, -> { YAML.load_file('db/data/none') }]\
         .each { |read| begin; read.call; rescue Errno::ENOENT => e; say e.message; end }\n \
         say [File.exist?('db/none'), Dir.glob('db/data/*.json').sort, Dir.children('db').sort].inspect",
    );
    let outcome = app.sqlite(&["migrate"]);
    outcome.exits(0).says("No such file or directory @ rb_sysopen - db/data/none");
    outcome.says("[false, [\"db/data/a.json\", \"db/data/b.json\"], [\"data\", \"migrate\", \"other\"]]");
}

/// The files of a plain payload.
#[track_caller]
fn plain(app: &App, folder: &str, arguments: &[&str]) -> BTreeMap<String, String> {
    let mut command = app.command(&[&["payload", "--plain"], arguments].concat());
    command.current_dir(app.path().join(folder));
    let outcome = finished(command);
    outcome.exits(0);
    let files: BTreeMap<String, String> = serde_json::from_str(&outcome.stdout).unwrap();
    let text = |content: String| String::from_utf8(BASE64.decode(content).unwrap()).unwrap();
    files.into_iter().map(|(path, content)| (path, text(content))).collect()
}

#[test]
fn a_payload_carries_what_the_migrations_name() {
    let check = |code: &str, include: &[&str], expected: &[&str]| {
        let files = plain(&app(code), "", include);
        let names: Vec<&str> = files.keys().map(String::as_str).filter(|name| !name.contains("maglev")).collect();
        assert_eq!(names, expected, "{code}");
    };
    check("File.read('db/data/a.json')", &[], &["data/a.json", "migrate/1_load_data.rb"]);
    check("Dir.glob('db/data/*.json')", &[], &["data/a.json", "data/b.json", "migrate/1_load_data.rb"]);
    check("File.read(\"db/#{x}/c.csv\")", &[], &["migrate/1_load_data.rb", "other/c.csv"]);
    check("Rails.root.join('db/data').each_child { }", &[], &["data/a.json", "data/b.json", "migrate/1_load_data.rb"]);
    check("create_table :a", &[], &["migrate/1_load_data.rb"]);
    let included = ["--include", "lib/data", "--include", "db/other"];
    check("create_table :a", &included, &["./lib/data/x.json", "migrate/1_load_data.rb", "other/c.csv"]);
}

#[test]
fn a_payload_says_what_it_leaves_out() {
    let app = app("File.read('db/data/a.json')");
    let shown = &plain(&app, "", &[])["./.maglev/shown"];
    assert_eq!(shown, "+db\n+db/migrate\n-db/data/b.json\n-db/other/c.csv\n");
}

#[test]
fn the_plain_form_is_the_same_from_the_folder_of_the_migrations() {
    let app = app("File.read('db/data/a.json')");
    assert_eq!(plain(&app, "db", &["migrate"]), plain(&app, "", &[]));
    app.file("elsewhere/2_more.rb", "class More < ActiveRecord::Migration[8.1]; end");
    let files = plain(&app, "", &["elsewhere"]);
    assert!(files.contains_key("migrate/2_more.rb"), "{files:?}");
    app.run(&["payload", "--plain", "elsewhere", "db/migrate"]).exits(2).complains("one migration folder");
}
