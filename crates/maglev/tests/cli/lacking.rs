//! What the real Ruby or Rails has and Maglev lacks is refused before the first statement wherever it can be seen, and ends
//! the run, past every `rescue`, where it can't. What nobody has is Ruby's own error.

use crate::app::App;

fn migration(body: &str) -> String {
    format!("class Bad < ActiveRecord::Migration[8.1]\n  def up\n    {body}\n  end\nend\n")
}

/// A migration of one line behind one that is good: refused with that message, before anything ran.
#[track_caller]
fn check_refused(body: &str, message: &str) {
    check_file_refused(&migration(body), message);
}

#[track_caller]
fn check_file_refused(code: &str, message: &str) {
    let app = App::new();
    app.migration(1, "good", "create_table :goods").file("db/migrate/2_bad.rb", code);
    let outcome = app.sqlite(&["migrate"]);
    outcome.exits(3).complains(message);
    assert_eq!(app.tables(), "");
    assert!(!app.run(&["check"]).stdout.contains("2 of 2 native"), "check says native of {code}");
}

/// Native, and it runs.
#[track_caller]
fn check_runs(body: &str) {
    let app = App::new();
    app.file("db/migrate/2_bad.rb", &migration(body));
    app.run(&["check"]).exits(0);
    app.sqlite(&["migrate"]).exits(0);
}

#[test]
fn libraries_of_ruby_that_are_absent() {
    check_refused("require 'prime'", "the library `prime` is not supported");
    check_refused("begin; require 'kconv'; rescue LoadError; end", "the library `kconv` is not supported");
    check_refused("require 'net/http'\n    Net::HTTP.get(URI('http://x'))", "`Net::HTTP` is not supported");
    check_refused("FileUtils.mkdir_p('x') if false", "`FileUtils` is not supported");
    check_refused("Tempfile.create('x')", "`Tempfile` comes with Ruby's library `tempfile`");
    check_refused("Matrix[[1]]", "`Matrix` comes with Ruby's library `matrix`, which nothing here requires");
}

#[test]
fn files_that_nobody_has() {
    check_refused("require 'nokogiri'", "cannot load such file -- nokogiri");
    check_refused("require_relative '../../lib/nowhere'", "cannot load such file -- ../../lib/nowhere");
    check_runs("begin; require 'nokogiri'; rescue LoadError; say 'none'; end");
}

#[test]
fn methods_of_the_connection() {
    check_refused("connection.pool.stat", "ConnectionPool#stat` is not supported");
    check_refused("if false\n      connection.steal!\n    end", "#steal!` is not supported");
    check_refused("c = ActiveRecord::Base.connection\n    c.steal!", "#steal!` is not supported");
    check_refused("[1].each { |x| connection.steal! }", "#steal!` is not supported");
    check_refused("connection.nowhere_at_all", "undefined method `nowhere_at_all` for an instance of");
    check_runs("connection.nowhere_at_all if false");
}

#[test]
fn constants_and_literals() {
    check_refused("File.chmod(0, 'x')", "`chmod` is not supported");
    check_refused("Fiber.new { }", "`Fiber` is not supported");
    check_refused("'a'.nowhere_at_all", "undefined method `nowhere_at_all` for an instance of String");
    check_refused("x = 'a'\n    x.nowhere_at_all", "undefined method `nowhere_at_all` for an instance of String");
    check_refused("ENV.to_h", "`to_h` is not supported");
    check_refused("system 'ls'", "`system` is not supported");
    check_refused("I18n.t('x')", "`I18n.t` is not supported");
    check_runs("x = 'a'\n    x = self if false\n    x.upcase");
}

#[test]
fn methods_that_the_migration_calls() {
    let code = |call: &str, rest: &str| {
        format!("{rest}\nclass Bad < ActiveRecord::Migration[8.1]\n  def up\n    {call}\n  end\nend\n")
    };
    check_file_refused(&code("Filler.fill", "module Filler\n  def self.fill = User.delete_all\nend"), "constant User");
    check_file_refused(&code("Filler.new.fill", "class Filler\n  def fill = User.first\nend"), "constant User");
    check_file_refused(&code("", "module Filler\n  User.first\nend"), "constant User");
    check_file_refused(
        &code("once { User.first }", "module Once\n  def once\n    yield\n  end\nend")
            .replace("def up", "include Once\n  def up"),
        "constant User",
    );
    check_file_refused(
        &code("Thing.find_each(&:fill)", "class Thing < ActiveRecord::Base\n  def fill = FileUtils.rm('x')\nend"),
        "`FileUtils` is not supported",
    );
}

#[test]
fn files_that_include_brings() {
    let app = App::new();
    app.migration(1, "good", "create_table :goods")
        .file("lib/filler.rb", "module Filler\n  def self.fill\n    Tempfile.create('x')\n  end\nend\n")
        .file("db/migrate/2_bad.rb", &format!("require_relative '../../lib/filler'\n{}", migration("Filler.fill")));
    let outcome = app.sqlite(&["migrate", "--include", "lib"]);
    outcome.exits(3).complains("`Tempfile` is not supported (in lib/filler.rb:3)").complains("db/migrate/2_bad.rb:1:");
    assert_eq!(app.tables(), "");
}

#[test]
fn no_rescue_goes_on_from_it() {
    let app = App::new();
    let code = migration(
        "create_table :things\n    begin\n      connection.send('ste' + 'al!')\n    rescue Exception\n      say 'skipped'\n    end",
    );
    app.file("db/migrate/1_bad.rb", &code);
    let outcome = app.sqlite(&["migrate"]);
    outcome.exits(1).complains("#steal!` is not supported").complains("the native engine does not do this");
    assert!(!outcome.stdout.contains("skipped"), "{}", outcome.stdout);
    assert!(!outcome.stderr.contains("maglev check"), "{}", outcome.stderr);
    assert!(!app.tables().contains("things"));
}

#[test]
fn a_stand_in_for_application_record() {
    let app = App::new();
    app.file(
        "db/migrate/1_fill.rb",
        "class Thing < ApplicationRecord\nend\n\nclass Fill < ActiveRecord::Migration[8.1]\n  def up\n    \
         create_table(:things) { |t| t.string :name }\n    Thing.create!(name: 'a')\n  end\nend\n",
    );
    app.run(&["check"]).exits(0);
    app.sqlite(&["migrate"]).exits(0).complains("`ApplicationRecord` is not there: a plain abstract class stands in");
    assert_eq!(app.query("SELECT name FROM things"), "a");
}

#[test]
fn both_ways_of_a_redo() {
    let app = App::new();
    let file = |up: &str, down: &str| {
        format!(
            "class Thing < ActiveRecord::Migration[8.1]\n  def up\n    create_table :things\n    {up}\n  end\n\n  def down\n    \
             {down}\n    drop_table :things\n  end\nend\n"
        )
    };
    app.file("db/migrate/1_thing.rb", &file("", ""));
    app.sqlite(&["migrate"]).exits(0);
    for (up, down) in [("FileUtils.touch('x')", ""), ("", "FileUtils.touch('x')")] {
        app.file("db/migrate/1_thing.rb", &file(up, down));
        for arguments in [&["redo"][..], &["redo", "--version", "1"]] {
            let outcome = app.sqlite(arguments);
            outcome.exits(3).complains("1 migration is refused; nothing was run");
            assert_eq!(outcome.stdout, "");
            assert!(app.tables().contains("things"));
        }
    }
}

/// The one that is refused is the last to go down.
#[test]
fn the_way_down_of_several() {
    let app = App::new();
    app.file(
        "db/migrate/1_one.rb",
        "class One < ActiveRecord::Migration[8.1]\n  def up = create_table(:ones)\n  def down = FileUtils.rm('x')\nend\n",
    );
    app.migration(2, "two", "create_table :twos").migration(3, "three", "create_table :threes");
    app.sqlite(&["migrate"]).exits(0);
    let tables = app.tables();
    for arguments in [&["rollback", "--steps", "3"][..], &["migrate", "--to", "0"], &["down", "1"]] {
        app.sqlite(arguments).exits(3).complains("`FileUtils` is not supported");
        assert_eq!(app.tables(), tables);
    }
}

/// `included do` of a file that one run reads twice.
#[test]
fn a_concern_that_is_read_twice() {
    let app = App::new();
    app.file(
        "db/migrate/1_concerned.rb",
        "module Named\n  extend ActiveSupport::Concern\n\n  included do\n    self.table_name = 'things'\n  end\nend\n\n\
         class Concerned < ActiveRecord::Migration[8.1]\n  def change\n    create_table :things\n  end\nend\n",
    );
    app.sqlite(&["migrate"]).exits(0);
    app.sqlite(&["redo"]).exits(0);
}

#[test]
fn small_things_of_ruby_and_rails() {
    check_runs("say RUBY_VERSION + RUBY_ENGINE + ARGV.inspect");
    check_runs("require 'ostruct'\n    say OpenStruct.new(a: 1).a\n    say defined?(OpenStruct).to_s");
    check_runs("silence_warnings { suppress(ArgumentError) { raise ArgumentError } }");
    check_runs(
        "o = ActiveSupport::OrderedOptions.new\n    o.a = 1\n    raise unless ActiveSupport::InheritableOptions.new(o).a == 1",
    );
}

/// As in Rails: the process ends well, the transaction is rolled back, and what comes after does not run.
#[test]
fn a_migration_that_exits() {
    for (call, code) in [("exit", 0), ("exit 0", 0), ("exit true", 0), ("exit 1", 1), ("abort 'no'", 1)] {
        let app = App::new();
        app.migration(1, "good", "create_table :goods")
            .migration(2, "leaves", &format!("create_table :lefts\n    {call}"))
            .migration(3, "after", "create_table :afters");
        app.sqlite(&["migrate"]).exits(code);
        assert_eq!(app.tables(), "ar_internal_metadata\ngoods\nschema_migrations", "{call}");
        assert_eq!(app.query("SELECT version FROM schema_migrations"), "1");
    }
}
