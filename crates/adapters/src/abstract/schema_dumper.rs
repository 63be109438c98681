//! db/schema.rb, as Active Record writes it: schema_dumper.rb and each adapter's own. What the catalogue tells is made into calls
//! of the schema's language (schema_dumper/call.rb), which are then written down in Rails' order.
//!
//! The file's form is that of the app's Rails: [`RailsVersion`] says which. Nothing of it is asked of the server that Rails does
//! not ask.

mod call;
mod columns;
mod constraints;
mod name_patterns;
mod postgresql;
mod section;

use std::fmt::Write as _;

use regex::{Regex, RegexBuilder};

use self::call::Call;
pub use self::name_patterns::{NameOf, NamePatterns};
pub use self::section::{MakeSection, Section};
use crate::column::Column;
use crate::schema_definitions::IndexDefinition;
use crate::types::Inspection;
use crate::{Adapter, Arg, Dialect, Error, ErrorClass, Result};

/// The Rails whose schema.rb is written: 7.1 to 8.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RailsVersion {
    pub major: u8,
    pub minor: u8,
}

impl RailsVersion {
    pub const V7_1: Self = Self { major: 7, minor: 1 };
    pub const V7_2: Self = Self { major: 7, minor: 2 };
    pub const V8_0: Self = Self { major: 8, minor: 0 };
    pub const V8_1: Self = Self { major: 8, minor: 1 };
    pub const KNOWN_RANGE: &str = "7.1 to 8.1";

    /// Of `8.1`, `8.1.3.1`, ...; none where it is not one of those known.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let version = Self { major: parts.next()?.parse().ok()?, minor: parts.next()?.parse().ok()? };
        [Self::V7_1, Self::V7_2, Self::V8_0, Self::V8_1].contains(&version).then_some(version)
    }
}

/// `ActiveRecord.dump_schemas`, PostgreSQL's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DumpSchemas {
    #[default]
    SearchPath,
    All,
    Named(Vec<String>),
}

/// A table that is left out: `ActiveRecord::SchemaDumper.ignore_tables`.
#[derive(Clone, Debug)]
pub enum IgnoredTable {
    Named(String),
    Matching(Regex),
}

impl IgnoredTable {
    /// By a pattern of Ruby's, as far as it is one of ours too.
    pub fn matching(pattern: &str, ignores_case: bool) -> Option<Self> {
        // Ruby's `^` and `$` are those of lines.
        let regex =
            RegexBuilder::new(&pattern.replace("\\Z", "\\z")).multi_line(true).case_insensitive(ignores_case).build();
        regex.ok().map(Self::Matching)
    }

    /// `===`
    pub fn names(&self, table: &str) -> bool {
        match self {
            Self::Named(name) => name == table,
            Self::Matching(pattern) => pattern.is_match(table),
        }
    }
}

/// What is to be known beside the database.
#[derive(Clone, Debug)]
pub struct DumpOptions {
    pub rails: RailsVersion,
    /// Of the app's Ruby.
    pub inspection: Inspection,
    pub schemas: DumpSchemas,
    pub ignored_tables: Vec<IgnoredTable>,
    pub name_patterns: NamePatterns,
    /// What the app's gems add, in the order in which the app loads them.
    pub sections: Vec<MakeSection>,
}

impl Default for DumpOptions {
    fn default() -> Self {
        Self {
            rails: RailsVersion::V8_1,
            inspection: Inspection::default(),
            schemas: DumpSchemas::default(),
            ignored_tables: Vec::new(),
            name_patterns: NamePatterns::default(),
            sections: Vec::new(),
        }
    }
}

/// The whole file; `version` is that of the last migration that ran, 0 where none did.
pub fn dump(adapter: &mut dyn Adapter, version: &str, options: &DumpOptions) -> Result<String> {
    let sections = options.sections.iter().map(|make| make()).collect();
    let mut dumper =
        Dumper { adapter, options, sections, schema: None, spread: None, collation: None, out: String::new() };
    dumper.header(version);
    match dumper.adapter.dialect() {
        Dialect::PostgreSql => dumper.postgresql()?,
        Dialect::MySql => dumper.tables_and_sections(None)?,
        Dialect::Sqlite => {
            dumper.tables_and_sections(None)?;
            dumper.virtual_tables()?;
        }
    }
    dumper.out.push_str("end\n");
    Ok(dumper.out)
}

const PREAMBLE: &str = "\
# This file is auto-generated from the current state of the database. Instead
# of editing this file, please use the migrations feature of Active Record to
# incrementally modify your database, and then regenerate this schema definition.
#
# This file is the source Rails uses to define your schema when running `bin/rails
# db:schema:load`. When creating a new database, `bin/rails db:schema:load` tends to
# be faster and is potentially less error prone than running all of your
# migrations from scratch. Old migrations may fail to apply correctly if those
# migrations use external dependencies or application code.
#
# It's strongly recommended that you check this file into your version control system.
";

/// A file that is being written.
pub struct Dumper<'a> {
    adapter: &'a mut dyn Adapter,
    options: &'a DumpOptions,
    sections: Vec<Box<dyn Section>>,
    /// The one that is being read, where they are read one by one.
    schema: Option<String>,
    /// The schemas that are dumped, where a name has to say in which one it is.
    spread: Option<Vec<String>>,
    /// Of the table that is dumped, once one of its columns needs to know.
    collation: Option<Option<String>>,
    out: String,
}

/// A table's part of the file: its definition, and what follows the definition of all tables.
struct TableParts {
    definition: String,
    /// Constraints that hold for new rows only; no definition can say that of one.
    after: Vec<Call>,
}

impl Dumper<'_> {
    fn header(&mut self, version: &str) {
        let RailsVersion { major, minor } = self.options.rails;
        let version = grouped(version);
        self.out.push_str(PREAMBLE);
        let _ = writeln!(self.out, "\nActiveRecord::Schema[{major}.{minor}].define(version: {version}) do");
    }

    /// The tables of one schema, and after them all that holds between tables.
    fn tables(&mut self, schema: Option<&str>) -> Result<()> {
        let mut names = self.adapter.catalogue().tables()?;
        if self.takes_virtual_tables_for_plain() {
            names.extend(self.adapter.catalogue().virtual_and_shadow_tables()?);
        }
        names.sort();
        names.retain(|name| !self.is_ignored(name));
        let blank_after_each = self.options.rails < RailsVersion::V7_2;
        for (index, name) in names.iter().enumerate() {
            let columns = self.adapter.catalogue().columns(name)?;
            match self.table(name, &columns, schema) {
                Ok(parts) => {
                    self.out.push_str(&parts.definition);
                    if !parts.after.is_empty() {
                        self.out.push('\n');
                        push_sorted(&mut self.out, "  ", parts.after);
                    }
                    if blank_after_each {
                        self.out.push('\n');
                    }
                }
                Err(error) => self.undumped(name, &error),
            }
            if !blank_after_each && index + 1 < names.len() {
                self.out.push('\n');
            }
        }
        self.foreign_keys(&names, schema)
    }

    /// What takes the place of a table that schema.rb has no words for.
    fn undumped(&mut self, name: &str, error: &Error) {
        let (class, message) = (error.class().name(), error.message());
        let name = literals::string(name);
        let _ = write!(self.out, "# Could not dump table {name} because of following {class}\n#   {message}\n\n");
    }

    fn table(&mut self, name: &str, columns: &[Column], schema: Option<&str>) -> Result<TableParts> {
        self.collation = None;
        let key = self.adapter.catalogue().primary_key(name)?;
        let shown = literals::string(&self.relation_name(&self.without_affixes(name), schema));
        let mut create = Call::new("create_table").argument(shown);
        create = match &key {
            Arg::Str(key) => {
                let create = if key == "id" { create } else { create.option("primary_key", literals::string(key)) };
                match columns.iter().find(|column| column.name == *key) {
                    Some(column) => create.options(self.key_options(name, column)?),
                    None => create,
                }
            }
            Arg::Array(_) => create.option("primary_key", key.inspect()),
            _ => create.option("id", "false"),
        };
        // That a table of PostgreSQL's is partitioned, or inherits, is known since 8.0.
        let knows_options = self.adapter.dialect() != Dialect::PostgreSql || self.options.rails >= RailsVersion::V8_0;
        let options = self.adapter.catalogue().table_options(name)?;
        for (option, value) in options.iter().filter(|(option, _)| knows_options || *option != "options") {
            create = create.option(option, value.inspect());
        }
        let create = create.option("force", ":cascade");
        let mut definition = format!("  {create} do |t|\n");
        for call in self.columns(name, columns, key.as_str())? {
            let _ = writeln!(definition, "    {call}");
        }
        let (inside, after) = self.keys_and_constraints(name)?;
        definition.push_str(&inside);
        definition.push_str("  end\n");
        Ok(TableParts { definition, after })
    }

    /// Indexes and constraints, kind by kind: the lines of the definition, and the calls that follow it.
    fn keys_and_constraints(&mut self, table: &str) -> Result<(String, Vec<Call>)> {
        let exclusions = self.exclusion_constraints(table)?;
        let uniques = self.unique_constraints(table)?;
        let mut indexes = self.adapter.catalogue().indexes(table)?;
        let had_some = !indexes.is_empty();
        // What a constraint made for itself is said by the constraint.
        indexes.retain(|index| {
            let made_by = |name: &str| name == index.name;
            !exclusions.iter().any(|of| made_by(&of.name())) && !uniques.iter().any(|of| made_by(&of.name()))
        });
        let indexes: Vec<Call> = indexes.iter().map(|index| self.index(Call::new("t.index"), index)).collect();
        let (checks, after) = self.check_constraints(table)?;
        let exclusions = exclusions.iter().map(|exclusion| self.exclusion(exclusion)).collect();
        let uniques = uniques.iter().map(|unique| self.unique(unique)).collect();
        // Rails leaves a line for the indexes where all are left out.
        let mut lines = if had_some && indexes.is_empty() { "\n".to_owned() } else { String::new() };
        for calls in [indexes, checks, exclusions, uniques] {
            push_sorted(&mut lines, "    ", calls);
        }
        Ok((lines, after))
    }

    /// The call with what makes the index.
    fn index(&self, call: Call, index: &IndexDefinition) -> Call {
        let symbol = |name: &String| Arg::symbol(name).inspect();
        let mut call = call.argument(index.columns.inspect()).option("name", literals::string(&index.name));
        if index.unique {
            call = call.option("unique", "true");
        }
        for (option, values) in [("length", &index.lengths), ("order", &index.orders), ("opclass", &index.opclasses)] {
            if values.is_present() {
                call = call.option(option, call::braced(values));
            }
        }
        call = call.option_of("where", index.r#where.as_deref().map(literals::string));
        if !self.adapter.is_default_index_type(index) {
            call = call.option("using", index.using.as_ref().map_or("nil".to_owned(), symbol));
        }
        if index.include.is_truthy() {
            call = call.option("include", index.include.inspect());
        }
        if index.nulls_not_distinct == Some(true) {
            call = call.option("nulls_not_distinct", "true");
        }
        call = call.option_of("type", index.r#type.as_ref().map(symbol));
        call = call.option_of("comment", index.comment.as_deref().map(literals::string));
        if self.options.rails >= RailsVersion::V8_1 && index.enabled == Some(false) {
            call = call.option("enabled", "false");
        }
        call
    }

    /// Rails has known SQLite's virtual tables since 8.0. Of their columns most have no type, so that it cannot dump them.
    fn takes_virtual_tables_for_plain(&self) -> bool {
        self.adapter.dialect() == Dialect::Sqlite && self.options.rails < RailsVersion::V8_0
    }

    /// SQLite's.
    fn virtual_tables(&mut self) -> Result<()> {
        if self.takes_virtual_tables_for_plain() {
            return Ok(());
        }
        let mut tables = self.adapter.catalogue().virtual_tables()?;
        tables.retain(|table| !self.is_ignored(&table.name));
        if tables.is_empty() {
            return Ok(());
        }
        self.out.push_str(
            "\n  # Virtual tables defined in this database.\n  # Note that virtual tables may not work with other database \
             engines. Be careful if changing database.\n",
        );
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        for table in tables {
            let arguments = Arg::from(table.arguments.split(", ").map(str::to_owned).collect::<Vec<_>>());
            let call = Call::new("create_virtual_table")
                .argument(literals::string(&table.name))
                .argument(literals::string(&table.module))
                .argument(arguments.inspect());
            let _ = writeln!(self.out, "  {call}");
        }
        Ok(())
    }

    /// Under the name that schema.rb gives a table: with its schema where several are dumped.
    fn relation_name(&self, name: &str, schema: Option<&str>) -> String {
        match schema.filter(|_| self.spread.is_some() && !name.contains('.')) {
            Some(schema) => format!("{schema}.{name}"),
            None => name.to_owned(),
        }
    }

    /// A table's name without what every name of the app's begins and ends with.
    pub fn without_affixes(&self, table: &str) -> String {
        let naming = &self.adapter.base().naming;
        let (prefix, suffix) = (naming.table_name_prefix.as_str(), naming.table_name_suffix.as_str());
        let inner = table.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
        inner.filter(|inner| !inner.is_empty()).unwrap_or(table).to_owned()
    }

    /// Whether the table or view is left out.
    pub fn is_ignored(&self, table: &str) -> bool {
        let naming = &self.adapter.base().naming;
        let name = self.without_affixes(table);
        let is_internal = [&naming.schema_migrations_table_name, &naming.internal_metadata_table_name]
            .into_iter()
            .any(|internal| self.without_affixes(internal) == name || *internal == name);
        is_internal || self.options.ignored_tables.iter().any(|ignored| ignored.names(&name))
    }
}

/// One call a line, in the order of their texts.
fn push_sorted(out: &mut String, indent: &str, calls: Vec<Call>) {
    let mut lines: Vec<String> = calls.iter().map(|call| format!("{indent}{call}\n")).collect();
    lines.sort();
    out.extend(lines);
}

/// A version that is a time, in groups: `2024_01_31_120000`.
fn grouped(version: &str) -> String {
    match (version.get(..4), version.get(4..6), version.get(6..8), version.get(8..14)) {
        (Some(year), Some(month), Some(day), Some(time)) if version.len() == 14 => {
            format!("{year}_{month}_{day}_{time}")
        }
        _ => version.to_owned(),
    }
}

/// That a column is of a type which no call makes.
fn unknown_type(column: &Column) -> Error {
    let message = format!("Unknown type '{}' for column '{}'", column.sql_type(), column.name);
    Error::new(ErrorClass::StandardError, message)
}
