//! Names and types, recorded from Active Record 8.1.3.1 on SQLite.

use super::*;
use crate::prelude::*;
use crate::testing::sqlite;

fn answer<T: Into<String>>(result: Result<T>) -> String {
    result.map_or_else(|error| error.to_string(), Into::into)
}

#[test]
fn indexes_are_named() {
    let (adapter, _) = sqlite();
    let check = |options: Arg, expected: &str| assert_eq!(answer(index_name(&adapter, "users", &options)), expected);
    let columns = |names: &[&str]| {
        Options::from([("column", Arg::from(names.iter().copied().map(Arg::symbol).collect::<Vec<_>>()))])
    };
    let long = columns(&["a_rather_long_column_name", "another_rather_long_column_name"]);
    check(Arg::Hash(columns(&["name"])), "index_users_on_name");
    check(Arg::Array(vec![Arg::symbol("a"), Arg::str("b")]), "index_users_on_a_and_b");
    check(Arg::str("lower(name) DESC, x"), "index_users_on_lower_name_DESC_x");
    check(Arg::Hash(long.clone()), "idx_on_a_rather_long_column_name_another_rather_lon_ac2e67b8cc");
    check(Arg::Hash(columns(&[&"é".repeat(40)])), "idx_on_éééééééééééééééééééééé_3b0fe4667c");
    check(
        Arg::Hash(long.merge(&Options::from([("_uses_legacy_index_name", true)]))),
        "index_users_on_a_rather_long_column_name_and_another_rather_long_column_name",
    );
    check(Arg::Hash(Options::from([("name", "n")])), "n");
    check(Arg::Hash(Options::new()), "You must specify the index name");
}

#[test]
fn constraints_are_named() {
    let (mut adapter, _) = sqlite();
    let check = |adapter: &dyn Adapter, to_table: &str, options: Options, expected: &str| {
        assert_eq!(
            answer(foreign_key_options(adapter, "posts", to_table, &options).map(|options| options.inspect())),
            expected
        );
    };
    let symbols = || Arg::Array(vec![Arg::symbol("a"), Arg::symbol("b")]);
    check(&adapter, "users", Options::new(), r#"{:column=>"user_id", :name=>"fk_rails_5b5ddfd518"}"#);
    let nameless = Options::from([("column", Arg::symbol("owner_id")), ("name", Arg::Nil)]);
    check(&adapter, "users", nameless, "{:column=>:owner_id, :name=>nil}");
    check(
        &adapter,
        "app.people",
        Options::from([("primary_key", symbols())]),
        r#"{:primary_key=>[:a, :b], :column=>["app.person_a", "app.person_b"], :name=>"fk_rails_173f22d3fb"}"#,
    );
    check(
        &adapter,
        "users",
        Options::from([("column", symbols())]),
        "For composite primary keys, specify :column and :primary_key, where :column must reference all the :primary_key columns from \"users\"",
    );
    adapter.base_mut().naming.table_name_prefix = "app_".to_owned();
    adapter.base_mut().naming.table_name_suffix = "_x".to_owned();
    check(&adapter, "app_users_x", Options::new(), r#"{:column=>"user_id", :name=>"fk_rails_5b5ddfd518"}"#);
    check(&adapter, "users", Options::new(), r#"{:column=>"user_id", :name=>"fk_rails_5b5ddfd518"}"#);
    assert_eq!(
        check_constraint_options("posts", "a > 1", &Options::new()).inspect(),
        r#"{:name=>"chk_rails_426d928450"}"#
    );
}

#[test]
fn types_are_written() {
    let (adapter, _) = sqlite();
    let check = |name: &str, options: Options, expected: &str| {
        assert_eq!(answer(type_to_sql(&adapter, &Arg::symbol(name), &options)), expected);
    };
    check("decimal", Options::new(), "decimal");
    check("decimal", Options::from([("precision", 5)]), "decimal(5)");
    check("decimal", Options::from([("precision", 5), ("scale", 0)]), "decimal(5,0)");
    check(
        "decimal",
        Options::from([("scale", 2)]),
        "Error adding decimal column: precision cannot be empty if scale is specified",
    );
    check("string", Options::from([("limit", 5)]), "varchar(5)");
    check("text", Options::from([("limit", "7")]), "text(7)");
    check("datetime", Options::from([("precision", 0)]), "datetime(0)");
    check("datetime", Options::from([("precision", Arg::Nil), ("limit", Arg::Int(4))]), "datetime(4)");
    check(
        "datetime",
        Options::from([("precision", 9)]),
        "No datetime type has precision of 9. The allowed range of precision is from 0 to 6",
    );
    check("foo", Options::new(), "foo");
    check("primary_key", Options::from([("limit", 3)]), "integer PRIMARY KEY AUTOINCREMENT NOT NULL");
}

#[test]
fn join_tables_are_named() {
    let check = |first: &str, second: &str, expected: &str| assert_eq!(derive_join_table_name(first, second), expected);
    check("users", "accounts", "accounts_users");
    check("music_records", "music_artists", "music_artists_records");
    check("a.users", "a.posts", "a.posts_users");
    check("x_a_b", "x_a_c", "x_a_b_c");
}

#[test]
fn versions_are_assumed() {
    let (mut adapter, log) = sqlite();
    adapter.execute("CREATE TABLE schema_migrations (version varchar)", None).unwrap();
    log.take();
    assume_migrated_upto_version(&mut adapter, 4, "schema_migrations", &[1], &[1, 2, 3, 4, 5]).unwrap();
    assert_eq!(
        log.take(),
        [
            r#"INSERT INTO "schema_migrations" (version) VALUES (4)"#,
            "INSERT INTO \"schema_migrations\" (version) VALUES\n(3),\n(2);"
        ]
    );
    let error = assume_migrated_upto_version(&mut adapter, 4, "schema_migrations", &[4], &[2, 2]).unwrap_err();
    assert_eq!(error.message(), "Duplicate migration 2. Please renumber your migrations to resolve the conflict.");
}

#[test]
fn one_order_for_as_many_columns_fails() {
    let (mut adapter, _) = sqlite();
    let mut check = |columns: &[&str], order: &str, expected: &str| {
        let columns = Arg::from(columns.to_vec());
        let options = Options::from([("order", Arg::symbol(order))]);
        let sql = adapter
            .add_index_options("t", &columns, options)
            .and_then(|create| adapter.visit_create_index_definition(&create));
        assert_eq!(answer(sql), expected);
    };
    check(&["a", "b"], "desc", r#"CREATE INDEX "index_t_on_a_and_b" ON "t" ("a" DESC, "b" DESC)"#);
    check(&["a", "b", "c", "d"], "desc", "undefined method `values' for an instance of Symbol");
}
