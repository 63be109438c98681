//! Who stands in for the server is asked in its place: none of these adapters is ever connected.

use super::{Catalogue, DataSource};
use crate::abstract_adapter::Version;
use crate::column::{Column, SqlTypeMetadata};
use crate::schema_definitions::{CheckConstraintDefinition, ForeignKeyDefinition, IndexDefinition};
use crate::schema_statements::{AlterFragment, BulkCommand, index_name_for_remove};
use crate::testing::{mysql, postgresql, sqlite};
use crate::types::Text;
use crate::{Adapter, Arg, Dialect, Options, Result};
use std::rc::Rc;

/// One table of books, by title.
struct Shelf(Dialect);

impl Catalogue for Shelf {
    fn dialect(&self) -> Dialect {
        self.0
    }
    fn data_source_names(&mut self, name: Option<&str>, kind: DataSource) -> Result<Vec<String>> {
        let there = matches!(kind, DataSource::Any | DataSource::Table) && name.is_none_or(|name| name == "books");
        Ok(if there { vec!["books".to_owned()] } else { Vec::new() })
    }
    fn columns(&mut self, _table_name: &str) -> Result<Vec<Column>> {
        let metadata = SqlTypeMetadata {
            sql_type: "varchar(80)".to_owned(),
            r#type: Some("string".to_owned()),
            limit: Some(80),
            ..SqlTypeMetadata::default()
        };
        Ok(vec![Column::new("title", Some(Rc::new(Text::string(Some(80)))), Arg::str("?"), metadata, false, None)?])
    }
    fn primary_keys(&mut self, _table_name: &str) -> Result<Vec<String>> {
        Ok(vec!["title".to_owned()])
    }
    fn indexes(&mut self, table_name: &str) -> Result<Vec<IndexDefinition>> {
        Ok(vec![IndexDefinition::new(table_name, "by_title", false, Arg::from(vec!["title".to_owned()]))])
    }
    fn foreign_keys(&mut self, _table_name: &str) -> Result<Vec<ForeignKeyDefinition>> {
        Ok(Vec::new())
    }
    fn check_constraints(&mut self, _table_name: &str) -> Result<Vec<CheckConstraintDefinition>> {
        Ok(Vec::new())
    }
    fn full_column_type(&mut self, _table_name: &str, _column_name: &str) -> Result<Option<String>> {
        Ok(Some("varchar(80)".to_owned()))
    }
}

fn with_shelf(mut adapter: Box<dyn Adapter>) -> Box<dyn Adapter> {
    let dialect = adapter.dialect();
    adapter.base_mut().stand_in = Some(Box::new(Shelf(dialect)));
    adapter
}

#[test]
fn every_dialect_asks_who_stands_in() {
    let adapters: [Box<dyn Adapter>; 3] = [Box::new(mysql()), Box::new(postgresql()), Box::new(sqlite().0)];
    for adapter in adapters {
        let mut adapter = with_shelf(adapter);
        let catalogue = adapter.catalogue();
        assert_eq!(catalogue.tables().unwrap(), ["books"]);
        assert!(catalogue.table_exists("books").unwrap());
        assert!(!catalogue.view_exists("books").unwrap());
        assert!(!catalogue.data_source_exists(" ").unwrap());
        assert_eq!(catalogue.primary_key("books").unwrap(), Arg::str("title"));
        assert!(catalogue.column_exists("books", "title", &Arg::symbol("string"), &Options::new()).unwrap());
        let limit = Options::from([("limit", 81_i64)]);
        assert!(!catalogue.column_exists("books", "title", &Arg::Nil, &limit).unwrap());
        let message = catalogue.column_for("books", "pages").unwrap_err().message().to_owned();
        assert_eq!(message, "No such column: books.pages");
        let column = Arg::symbol("title");
        assert_eq!(index_name_for_remove(&mut *adapter, "books", &column, &Options::new()).unwrap(), "by_title");
        assert!(!adapter.connected());
    }
}

#[test]
fn mysql_changes_what_the_stand_in_tells_it_of() {
    let mut adapter = mysql();
    adapter.pretend(Version::new("5.7.1", None), false);
    let mut adapter = with_shelf(Box::new(adapter));
    let mut check = |method: &str, args: Vec<Arg>, options: Options, expected: &str| {
        let command = BulkCommand { method: method.to_owned(), args, options };
        let made = adapter.for_alter("books", &command).unwrap().unwrap();
        let sql = |fragment| if let AlterFragment::Sql(sql, _) = fragment { Some(sql) } else { None };
        assert_eq!(made.into_iter().filter_map(sql).collect::<Vec<_>>(), [expected]);
    };
    let names = |names: &[&str]| names.iter().map(|name| Arg::symbol(*name)).collect::<Vec<_>>();
    check(
        "change_column",
        names(&["title", "text"]),
        Options::from([("null", true)]),
        "CHANGE `title` `title` text DEFAULT '?'",
    );
    check(
        "rename_column",
        names(&["title", "name"]),
        Options::new(),
        "CHANGE `title` `name` varchar(80) DEFAULT '?' NOT NULL",
    );
    check(
        "change_column_default",
        vec![Arg::symbol("title"), Arg::Nil],
        Options::new(),
        "ALTER COLUMN `title` DROP DEFAULT",
    );
    check("remove_index", names(&["title"]), Options::new(), "DROP INDEX `by_title`");
}

#[test]
fn postgresql_quotes_a_condition_that_is_a_column() {
    let mut adapter = with_shelf(Box::new(postgresql()));
    let column = Arg::symbol("title");
    let options = Options::from([("where", "title")]);
    let create = adapter.add_index_options("books", &column, options).unwrap();
    assert_eq!(create.index.r#where.as_deref(), Some("\"title\""));
}
