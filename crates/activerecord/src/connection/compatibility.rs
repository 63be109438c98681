//! The modules `TableDefinition` of migration/compatibility.rb, which earlier versions prepend to `t`. The newest is
//! asked first: it was prepended last.

use adapters::schema_definitions::CompatibleTableDefinition;
use adapters::{Arg, Options};

/// The versions, oldest first, so that a later one is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    V4_2,
    V5_0,
    V5_1,
    V5_2,
    V6_0,
    V6_1,
    V7_0,
    V7_1,
    V7_2,
    V8_0,
    V8_1,
}

/// What `create_table`'s `t` is told of the migration's version.
#[derive(Debug)]
pub(crate) struct CompatibleDefinition {
    pub version: Version,
    pub on_postgresql: bool,
}

impl CompatibleTableDefinition for CompatibleDefinition {
    fn column(&self, _name: &str, _type: &mut Arg, options: &mut Options) {
        column_options(self.version, options);
    }

    fn new_column_definition(&self, _name: &str, r#type: &mut Arg, _options: &mut Options) {
        if self.version <= Version::V6_1 && self.on_postgresql && r#type.as_str() == Some("datetime") {
            *r#type = Arg::symbol("timestamp");
        }
    }

    fn primary_key(&self, _name: &str, r#type: &mut Arg, _options: &mut Options) {
        if self.version <= Version::V5_0 && r#type.is_symbol("primary_key") {
            *r#type = Arg::symbol("integer");
        }
    }

    fn index(&self, table_name: &str, column_name: &Arg, options: &mut Options) {
        index_options(self.version, table_name, column_name, options);
    }

    fn references(&self, options: &mut Options) {
        references_options(self.version, options);
    }

    fn timestamps(&self, options: &mut Options) {
        timestamps_options(self.version, options);
    }

    fn raises_on_duplicate_column(&self) -> bool {
        self.version > Version::V5_2
    }
}

/// `column`; `change` does the same to a table that is there.
pub(crate) fn column_options(version: Version, options: &mut Options) {
    if version <= Version::V7_0 {
        options.insert("_skip_validate_options", true);
    }
    if version <= Version::V6_1 {
        options.or_insert("precision", || Arg::Nil);
    }
}

/// What an index was named by then.
pub(crate) fn index_options(version: Version, table_name: &str, column_name: &Arg, options: &mut Options) {
    if version <= Version::V7_0 && options.get("name").is_nil() {
        options.insert("name", legacy_index_name(table_name, column_name));
    }
}

/// What a reference's column and index were by then.
pub(crate) fn references_options(version: Version, options: &mut Options) {
    if version <= Version::V7_0 {
        options.insert("_skip_validate_options", true);
    }
    if version <= Version::V6_0 {
        options.insert("_uses_legacy_reference_index_name", true);
    }
    if version <= Version::V5_0 {
        options.reverse_update(&Options::from([("type", Arg::symbol("integer"))]));
    }
    if version <= Version::V4_2 {
        options.or_insert("index", || Arg::Bool(false));
    }
}

/// Whether the columns of times were NOT NULL by then.
pub(crate) fn timestamps_options(version: Version, options: &mut Options) {
    if version <= Version::V5_2 {
        options.or_insert("precision", || Arg::Nil);
    }
    if version <= Version::V4_2 && options.get("null").is_nil() {
        options.insert("null", true);
    }
}

/// `LegacyIndexName#legacy_index_name`, of columns.
pub(crate) fn legacy_index_name(table_name: &str, columns: &Arg) -> String {
    let columns = match columns {
        Arg::Str(expression) if expression.contains(|character| !is_word(character)) => expression
            .split(|character| !is_word(character))
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("_"),
        columns => columns.to_strings().join("_and_"),
    };
    format!("index_{table_name}_on_{columns}")
}

/// `\w`
fn is_word(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric()
}
