//! `build_insert_sql` of abstract_mysql_adapter.rb: ON DUPLICATE KEY UPDATE.

use super::MysqlAdapter;
use crate::insert::{Insert, OnDuplicate};
use crate::prelude::*;

/// MySQL 8.0.19 has names for the rows about to be inserted and deprecates `VALUES(column)`; MariaDB knows only that.
pub(crate) fn build_insert_sql(adapter: &MysqlAdapter, insert: &Insert) -> String {
    let aliased = !adapter.mariadb && adapter.version.at_least("8.0.19");
    let table = adapter.quote_table_name(&insert.table_name);
    let alias = adapter.quote_table_name(&format!("{}_values", parameterize(&insert.table_name)));
    let no_op = insert.columns.first().map(|column| adapter.quote_column_name(column));
    let mut sql = insert.head(adapter);
    if aliased && (insert.on_duplicate != OnDuplicate::Update || insert.raw_update_sql.is_none()) {
        sql.push_str(&format!(" AS {alias}"));
    }
    match (insert.on_duplicate, no_op) {
        (OnDuplicate::Raise, _) | (OnDuplicate::Skip, None) => {}
        // Any column can be assigned to itself.
        (OnDuplicate::Skip, Some(column)) if aliased => {
            sql.push_str(&format!(" ON DUPLICATE KEY UPDATE {column}={table}.{column}"));
        }
        (OnDuplicate::Skip, Some(column)) => sql.push_str(&format!(" ON DUPLICATE KEY UPDATE {column}={column}")),
        (OnDuplicate::Update, _) => {
            let update = if aliased {
                insert.update_sql(
                    adapter,
                    |column| format!("{table}.{column}<=>{alias}.{column}"),
                    |column| format!("{alias}.{column}"),
                )
            } else {
                insert.update_sql(
                    adapter,
                    |column| format!("{column}<=>VALUES({column})"),
                    |column| format!("VALUES({column})"),
                )
            };
            sql.push_str(" ON DUPLICATE KEY UPDATE ");
            sql.push_str(&update);
        }
    }
    sql + &insert.returning_sql()
}

/// `String#parameterize`, of the names that tables have.
fn parameterize(name: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let words = name.split(|character| !allowed(character)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::abstract_adapter::Version;
    use crate::{DatabaseConfig, Inflector, mysql2_adapter};

    struct Plain;

    impl Inflector for Plain {
        fn pluralize(&self, word: &str) -> String {
            word.to_owned()
        }
        fn singularize(&self, word: &str) -> String {
            word.to_owned()
        }
    }

    fn check(on_duplicate: OnDuplicate, raw_update_sql: Option<&str>, mariadb: &str, mysql: &str) {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let insert = Insert {
            table_name: "users".to_owned(),
            columns: names(&["name", "age"]),
            values_list: "VALUES ('a', 3)".to_owned(),
            on_duplicate,
            updatable_columns: names(&["name", "age"]),
            touched_columns: names(&["updated_at"]),
            raw_update_sql: raw_update_sql.map(str::to_owned),
            ..Insert::default()
        };
        for (is_mariadb, version, expected) in [(true, "10.11.14", mariadb), (false, "9.7.0", mysql)] {
            let mut adapter = mysql2_adapter::new(DatabaseConfig::default(), Rc::new(Plain));
            adapter.mariadb = is_mariadb;
            adapter.version = Version::new(version, None);
            let expected = format!("INSERT INTO `users` (`name`,`age`) VALUES ('a', 3){expected}");
            assert_eq!(build_insert_sql(&adapter, &insert), expected);
        }
    }

    #[test]
    fn duplicates() {
        check(OnDuplicate::Raise, None, "", " AS `users_values`");
        check(
            OnDuplicate::Skip,
            None,
            " ON DUPLICATE KEY UPDATE `name`=`name`",
            " AS `users_values` ON DUPLICATE KEY UPDATE `name`=`users`.`name`",
        );
        check(
            OnDuplicate::Update,
            None,
            " ON DUPLICATE KEY UPDATE updated_at=(CASE WHEN (`name`<=>VALUES(`name`) AND `age`<=>VALUES(`age`)) THEN \
             `users`.updated_at ELSE CURRENT_TIMESTAMP(6) END),`name`=VALUES(`name`),`age`=VALUES(`age`)",
            " AS `users_values` ON DUPLICATE KEY UPDATE updated_at=(CASE WHEN (`users`.`name`<=>`users_values`.`name` AND \
             `users`.`age`<=>`users_values`.`age`) THEN `users`.updated_at ELSE CURRENT_TIMESTAMP(6) END),\
             `name`=`users_values`.`name`,`age`=`users_values`.`age`",
        );
        check(
            OnDuplicate::Update,
            Some("age = 7"),
            " ON DUPLICATE KEY UPDATE age = 7",
            " ON DUPLICATE KEY UPDATE age = 7",
        );
    }
}
