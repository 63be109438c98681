//! What a table was made with: character set, collation and engine, as SHOW CREATE TABLE tells of them.

use super::super::model::{Server, Table};
use crate::schema_definitions::TableDefinition;

/// Character sets whose first collation is not called `general_ci`: information_schema.character_sets.
const COLLATIONS: [(&str, &str); 18] = [
    ("big5", "big5_chinese_ci"),
    ("binary", "binary"),
    ("cp932", "cp932_japanese_ci"),
    ("dec8", "dec8_swedish_ci"),
    ("eucjpms", "eucjpms_japanese_ci"),
    ("euckr", "euckr_korean_ci"),
    ("gb18030", "gb18030_chinese_ci"),
    ("gb2312", "gb2312_chinese_ci"),
    ("gbk", "gbk_chinese_ci"),
    ("hp8", "hp8_english_ci"),
    ("latin1", "latin1_swedish_ci"),
    ("latin5", "latin5_turkish_ci"),
    ("sjis", "sjis_japanese_ci"),
    ("swe7", "swe7_swedish_ci"),
    ("tis620", "tis620_thai_ci"),
    ("ujis", "ujis_japanese_ci"),
    ("utf8", "utf8mb3_general_ci"),
    ("utf8mb3", "utf8mb3_general_ci"),
];

/// The collation of a text of the character set that says no more.
pub(in super::super) fn collation_of(server: &Server, charset: &str) -> String {
    let charset = charset.to_ascii_lowercase();
    if charset == server.charset {
        return server.collation.clone();
    }
    if charset == "utf8mb4" && !server.is_mariadb && server.version.at_least("8.0.1") {
        return "utf8mb4_0900_ai_ci".to_owned();
    }
    let found = COLLATIONS.iter().find(|(own, _)| *own == charset);
    found.map_or_else(|| format!("{charset}_general_ci"), |(_, collation)| (*collation).to_owned())
}

/// `utf8_bin` is one of `utf8mb3` by another name.
pub(super) fn full_collation(name: &str) -> String {
    let name = name.trim_matches(['\'', '"']).to_ascii_lowercase();
    match name.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => name,
    }
}

fn charset_of(collation: &str) -> &str {
    collation.split('_').next().unwrap_or(collation)
}

/// Before the table's columns are kept, which are of its collation.
pub(super) fn take(server: &Server, table: &mut Table, definition: &TableDefinition) {
    let (mut charset, mut collation) = (definition.charset.clone(), definition.collation.clone());
    let mut engine = "InnoDB".to_owned();
    let mut rest = Vec::new();
    for (name, value) in definition.options.as_deref().map(pairs).unwrap_or_default() {
        match name.as_str() {
            "CHARSET" => charset = Some(value),
            "COLLATE" => collation = Some(value),
            "ENGINE" => match engine_of(&value) {
                Some(name) => name.clone_into(&mut engine),
                None => table.has_unknown_options = true,
            },
            "AUTO_INCREMENT" => {}
            "ROW_FORMAT" => rest.push(format!("{name}={}", value.to_ascii_uppercase())),
            "KEY_BLOCK_SIZE" | "STATS_PERSISTENT" | "MAX_ROWS" | "MIN_ROWS" | "PAGE_CHECKSUM" => {
                rest.push(format!("{name}={value}"));
            }
            _ => table.has_unknown_options = true,
        }
    }
    // Several are told in the server's own order.
    table.has_unknown_options |= rest.len() > 1;
    let collation = match (collation, charset) {
        (Some(collation), _) => full_collation(&collation),
        (None, Some(charset)) => collation_of(server, &charset),
        (None, None) => server.collation.clone(),
    };
    let charset = charset_of(&collation).to_owned();
    table.options.insert("charset", charset.as_str());
    // MySQL tells of no collation that is the character set's own, but for one.
    let is_told = server.is_mariadb || charset == "utf8mb4" || collation != collation_of(server, &charset);
    if collation != "binary" && is_told {
        table.options.insert("collation", collation.as_str());
    }
    table.collation = Some(collation);
    let raw = std::iter::once(format!("ENGINE={engine}")).chain(rest).collect::<Vec<_>>().join(" ");
    if raw != "ENGINE=InnoDB" {
        table.options.insert("options", raw);
    }
}

/// Engines that every server has.
fn engine_of(name: &str) -> Option<&'static str> {
    ["InnoDB", "MyISAM", "Aria", "MEMORY", "ARCHIVE", "CSV", "BLACKHOLE"]
        .into_iter()
        .find(|own| own.eq_ignore_ascii_case(name.trim_matches('\'')))
}

/// Names in capitals, CHARACTER SET under its other name, and their values; what is not read is a name of its own.
fn pairs(options: &str) -> Vec<(String, String)> {
    let spaced = options.replace(['=', ','], " ");
    let mut words = spaced.split_whitespace().peekable();
    let mut all = Vec::new();
    while let Some(word) = words.next() {
        let name = match word.to_ascii_uppercase().as_str() {
            "DEFAULT" => continue,
            "CHARACTER" if words.peek().is_some_and(|next| next.eq_ignore_ascii_case("set")) => {
                words.next();
                "CHARSET".to_owned()
            }
            name => name.to_owned(),
        };
        let value = words.next().unwrap_or_default();
        all.push((name, value.to_owned()));
    }
    all
}

/// The collation of the table's texts.
pub(in super::super) fn collation(server: &Server, table: &Table) -> String {
    table.collation.clone().unwrap_or_else(|| server.collation.clone())
}
