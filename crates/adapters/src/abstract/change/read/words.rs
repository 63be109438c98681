//! What touches the schema and is told by its words alone, without a parser: what is dropped, renamed or commented, schemas, views,
//! extensions and functions, whose text is not looked into, and tables whose columns have a type and little more. None for all else.

use std::borrow::Cow;

use crate::Dialect;
use crate::change::{
    Alteration, Change, Commented, DropTable, ExtensionChange, RoutineChange, SchemaChange, SequenceChange, ViewChange,
};
use crate::schema_definitions::{ColumnDefinition, TableDefinition};
use crate::{Arg, Options};

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A word or a name, without its quotes, and whether it had some.
    Word(String, bool),
    Text(String),
    Other(char),
}

/// One statement, without a semicolon.
pub(super) fn read(sql: &str, dialect: Dialect) -> Option<Change<'static>> {
    let mut words = Words { tokens: tokens(sql, dialect)?, at: 0, dialect };
    if words.eat("CREATE") {
        return words.create(sql);
    }
    if words.eat("DROP") {
        return words.drop();
    }
    if words.eat("COMMENT") {
        return words.comment();
    }
    if words.eat("ALTER") {
        return words.alter();
    }
    None
}

/// Of a statement that is not read otherwise, the one table that it concerns.
pub(super) fn read_table(sql: &str, dialect: Dialect) -> Option<Change<'static>> {
    /// What concerns others too, or gives the table another name.
    const REACHES: [&str; 8] =
        ["RENAME", "SCHEMA", "PARTITION", "INHERIT", "EXCHANGE", "CASCADE", "ATTACH", "TABLESPACE"];
    let mut words = Words { tokens: tokens(sql, dialect)?, at: 0, dialect };
    let reaches = |token: &Token| match token {
        Token::Word(word, false) => REACHES.contains(&word.to_ascii_uppercase().as_str()),
        _ => false,
    };
    if words.tokens.iter().any(reaches) {
        return None;
    }
    if words.eat_all(&["ALTER", "TABLE"]) || words.eat_all(&["ALTER", "IGNORE", "TABLE"]) {
        let _ = words.eat_all(&["IF", "EXISTS"]);
        let _ = words.eat("ONLY");
        return words.name().map(|table| Change::alter(table, Alteration::Unread));
    }
    if !words.eat("CREATE") {
        return None;
    }
    let _ = ["UNIQUE", "FULLTEXT", "SPATIAL"].iter().any(|word| words.eat(word));
    if !words.eat("INDEX") {
        return None;
    }
    while !words.eat("ON") {
        words.at += 1;
        if words.is_done() {
            return None;
        }
    }
    let _ = words.eat("ONLY");
    words.name().map(|table| Change::alter(table, Alteration::Unread))
}

/// None where a quote is not closed, or has escapes of its own.
fn tokens(sql: &str, dialect: Dialect) -> Option<Vec<Token>> {
    let mut all = Vec::new();
    let mut characters = sql.chars().peekable();
    while let Some(first) = characters.next() {
        match first {
            first if first.is_whitespace() => {}
            '\'' | '"' | '`' => {
                let mut text = String::new();
                loop {
                    match characters.next()? {
                        '\\' if dialect == Dialect::MySql => return None,
                        next if next == first => {
                            if characters.next_if_eq(&first).is_none() {
                                break;
                            }
                            text.push(first);
                        }
                        next => text.push(next),
                    }
                }
                let is_text = first == '\'' || (first == '"' && dialect == Dialect::MySql);
                all.push(if is_text { Token::Text(text) } else { Token::Word(text, true) });
            }
            first if first == '_' || first.is_alphanumeric() => {
                let mut word = String::from(first);
                while let Some(next) = characters.next_if(|next| *next == '_' || *next == '$' || next.is_alphanumeric())
                {
                    word.push(next);
                }
                all.push(Token::Word(word, false));
            }
            other => all.push(Token::Other(other)),
        }
    }
    Some(all)
}

struct Words {
    tokens: Vec<Token>,
    at: usize,
    dialect: Dialect,
}

impl Words {
    fn is_done(&self) -> bool {
        self.at == self.tokens.len()
    }

    /// Whether the word is next; it is taken then.
    fn eat(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(own, false)) if own.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn eat_all(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        let found = words.iter().all(|word| self.eat(word));
        if !found {
            self.at = start;
        }
        found
    }

    fn eat_sign(&mut self, sign: char) -> bool {
        let found = self.tokens.get(self.at) == Some(&Token::Other(sign));
        self.at += usize::from(found);
        found
    }

    /// A name as the catalogue knows it: PostgreSQL folds one without quotes.
    fn part(&mut self) -> Option<String> {
        let Some(Token::Word(word, quoted)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        let folds = self.dialect == Dialect::PostgreSql && !quoted;
        Some(if folds { word.to_lowercase() } else { word.clone() })
    }

    /// With its schema.
    fn name(&mut self) -> Option<String> {
        let mut name = self.part()?;
        while self.eat_sign('.') {
            name = format!("{name}.{}", self.part()?);
        }
        Some(name)
    }

    fn names(&mut self) -> Option<Vec<String>> {
        let mut names = vec![self.name()?];
        while self.eat_sign(',') {
            names.push(self.name()?);
        }
        Some(names)
    }

    /// What ends a DROP, and whether it is CASCADE.
    fn cascade(&mut self) -> Option<bool> {
        let cascade = self.eat("CASCADE");
        let _ = cascade || self.eat("RESTRICT");
        self.is_done().then_some(cascade)
    }

    fn create(&mut self, sql: &str) -> Option<Change<'static>> {
        let replace = self.eat_all(&["OR", "REPLACE"]);
        let is_routine = ["FUNCTION", "PROCEDURE", "AGGREGATE"].iter().any(|word| self.eat(word));
        if is_routine {
            return Some(Change::Routine(RoutineChange::CreateFunction));
        }
        if self.eat("TRIGGER") || self.eat_all(&["CONSTRAINT", "TRIGGER"]) {
            return Some(Change::Routine(RoutineChange::CreateTrigger));
        }
        if self.eat("SCHEMA") && self.dialect == Dialect::PostgreSql {
            let if_not_exists = self.eat_all(&["IF", "NOT", "EXISTS"]);
            let name = self.part()?.into();
            return self.is_done().then_some(Change::Schema(SchemaChange::Create { name, if_not_exists }));
        }
        if self.eat("EXTENSION") {
            let _ = self.eat_all(&["IF", "NOT", "EXISTS"]);
            let name = self.part()?.into();
            let _ = self.eat("WITH");
            let schema = if self.eat("SCHEMA") { Some(self.part()?.into()) } else { None };
            return self.is_done().then_some(Change::Extension(ExtensionChange::Create { name, schema }));
        }
        let materialized = self.eat("MATERIALIZED");
        if self.eat("VIEW") {
            let _ = self.eat_all(&["IF", "NOT", "EXISTS"]);
            let name = self.name()?.into();
            let query = sql.to_owned().into();
            return Some(Change::View(ViewChange::Create { name, query, materialized, replace }));
        }
        let _ = self.dialect == Dialect::PostgreSql && self.eat("UNLOGGED");
        if self.eat("TABLE") && !replace { self.create_table(sql) } else { None }
    }

    fn create_table(&mut self, sql: &str) -> Option<Change<'static>> {
        let if_not_exists = self.eat_all(&["IF", "NOT", "EXISTS"]);
        let mut table = TableDefinition::new(self.name()?, &Options::new());
        table.if_not_exists = if_not_exists;
        if let Some(Token::Word(word, false)) = self.tokens.get(self.at)
            && word.eq_ignore_ascii_case("as")
        {
            // What its columns are is for the server to say.
            table.r#as = Some(sql.to_owned());
            return Some(Change::CreateTable { table: Cow::Owned(table), indexes: Vec::new() });
        }
        if !self.eat_sign('(') {
            return None;
        }
        loop {
            let column = self.column()?;
            table.columns_hash.insert(column.name.clone(), column);
            if self.eat_sign(')') {
                break;
            }
            if !self.eat_sign(',') {
                return None;
            }
        }
        self.is_done().then(|| Change::CreateTable { table: Cow::Owned(table), indexes: Vec::new() })
    }

    /// A name, a type of one word, and whether it is the key or never NULL.
    fn column(&mut self) -> Option<ColumnDefinition> {
        const NOT_NAMES: [&str; 9] =
            ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE", "INDEX", "KEY"];
        if let Some(Token::Word(word, false)) = self.tokens.get(self.at)
            && NOT_NAMES.contains(&word.to_ascii_uppercase().as_str())
        {
            return None;
        }
        let name = self.part()?;
        let Some(Token::Word(word, false)) = self.tokens.get(self.at) else { return None };
        let mut sql_type = if self.dialect == Dialect::Sqlite { word.clone() } else { word.to_lowercase() };
        self.at += 1;
        if self.eat_sign('(') {
            let Some(Token::Word(length, false)) = self.tokens.get(self.at) else { return None };
            sql_type = format!("{sql_type}({length})");
            self.at += 1;
            if !self.eat_sign(')') {
                return None;
            }
        }
        let mut options = Options::new();
        loop {
            if self.eat_all(&["NOT", "NULL"]) {
                options.insert("null", false);
            } else if self.eat_all(&["PRIMARY", "KEY"]) {
                options.insert("primary_key", true);
                // SQLite lets a primary key be null, unless it says otherwise.
                if self.dialect != Dialect::Sqlite {
                    options.insert("null", false);
                }
            } else {
                break;
            }
        }
        let ends = matches!(self.tokens.get(self.at), Some(Token::Other(',' | ')')));
        let mut column = ColumnDefinition::new(name, Arg::str(sql_type.as_str()), options);
        column.sql_type = Some(sql_type);
        ends.then_some(column)
    }

    fn drop(&mut self) -> Option<Change<'static>> {
        let materialized = self.eat("MATERIALIZED");
        if self.eat("VIEW") {
            let if_exists = self.eat_all(&["IF", "EXISTS"]);
            let names = self.names()?;
            let cascade = self.cascade()?;
            let drop =
                |name: String| Change::View(ViewChange::Drop { name: name.into(), materialized, if_exists, cascade });
            return Some(Change::Several(names.into_iter().map(drop).collect()));
        }
        if self.eat("TABLE") {
            let if_exists = self.eat_all(&["IF", "EXISTS"]);
            let tables = self.names()?;
            let cascade = self.cascade()?;
            return Some(Change::DropTable(DropTable { tables, temporary: false, if_exists, cascade }));
        }
        if self.dialect == Dialect::PostgreSql && self.eat("SCHEMA") {
            let if_exists = self.eat_all(&["IF", "EXISTS"]);
            let name = self.part()?.into();
            return self.cascade()?.then_some(Change::Schema(SchemaChange::Drop { name, if_exists }));
        }
        if self.eat("EXTENSION") {
            let _ = self.eat_all(&["IF", "EXISTS"]);
            let name = self.part()?.into();
            let cascade = self.cascade()?;
            return Some(Change::Extension(ExtensionChange::Drop { name, cascade }));
        }
        if self.eat("FUNCTION") || self.eat("PROCEDURE") {
            let _ = self.eat_all(&["IF", "EXISTS"]);
            let name = self.name()?.into();
            // After the types of its arguments.
            self.at = self.tokens.len() - 1;
            return (!self.eat("CASCADE")).then_some(Change::Routine(RoutineChange::DropFunction(name)));
        }
        None
    }

    fn comment(&mut self) -> Option<Change<'static>> {
        if !self.eat("ON") {
            return None;
        }
        let is_table = self.eat("TABLE");
        if !is_table && !self.eat("COLUMN") {
            return None;
        }
        let name = self.name()?;
        let on = if is_table {
            Commented::Table(name.into())
        } else {
            let (table, column) = name.rsplit_once('.')?;
            Commented::Column { table: table.to_owned().into(), column: column.to_owned().into() }
        };
        if !self.eat("IS") {
            return None;
        }
        let comment = match self.tokens.get(self.at)? {
            Token::Text(text) => Some(text.clone()),
            Token::Word(word, false) if word.eq_ignore_ascii_case("null") => None,
            _ => return None,
        };
        self.at += 1;
        self.is_done().then_some(Change::Comment { on, comment })
    }

    fn alter(&mut self) -> Option<Change<'static>> {
        if self.eat("SEQUENCE") {
            let name = self.name()?;
            return self.eat("RESTART").then(|| Change::Sequence(SequenceChange::Set(name.into())));
        }
        if !self.eat("TABLE") {
            return None;
        }
        let table = self.name()?;
        if !self.eat("RENAME") {
            return None;
        }
        if self.eat("TO") {
            let to = self.name()?.into();
            return self.is_done().then(|| Change::RenameTable { from: table.into(), to });
        }
        if !self.eat("COLUMN") {
            return None;
        }
        let from = self.part()?;
        if !self.eat("TO") {
            return None;
        }
        let to = self.part()?;
        self.is_done().then(|| Change::alter(table, Alteration::RenameColumn { from, to }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, expected: &str) {
        let read = read(sql, Dialect::PostgreSql);
        assert_eq!(read.map_or("opaque".to_owned(), |change| format!("{change:?}")), expected, "{sql}");
    }

    #[test]
    fn reads_what_its_words_tell() {
        check("create schema if not exists Store", "Schema(Create { name: \"store\", if_not_exists: true })");
        check(
            "COMMENT ON COLUMN \"Users\".name IS 'it''s'",
            "Comment { on: Column { table: \"Users\", column: \"name\" }, comment: Some(\"it's\") }",
        );
        check(
            "DROP TABLE IF EXISTS a, b.c CASCADE",
            "DropTable(DropTable { tables: [\"a\", \"b.c\"], temporary: false, if_exists: true, cascade: true })",
        );
        check("CREATE FUNCTION one() RETURNS integer AS $$ SELECT 1 $$", "Routine(CreateFunction)");
        check("ALTER TABLE a RENAME TO b", "RenameTable { from: \"a\", to: \"b\" }");
    }

    #[test]
    fn leaves_what_says_more() {
        check("CREATE TABLE a (x integer DEFAULT 1)", "opaque");
        check("CREATE TABLE a (x integer) PARTITION BY RANGE (x)", "opaque");
        check("DROP FUNCTION one() CASCADE", "opaque");
        check("ALTER TABLE a ADD x integer", "opaque");
        check("CREATE SCHEMA a CREATE TABLE b (c integer)", "opaque");
    }
}
