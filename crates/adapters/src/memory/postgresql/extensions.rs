//! Extensions, and the types that they bring.

use super::super::model::Schema;

/// Extension and type: of PostgreSQL's documentation, appendix "Additional Supplied Modules".
const TYPES: [(&str, &str); 8] = [
    ("citext", "citext"),
    ("cube", "cube"),
    ("hstore", "hstore"),
    ("isn", "isbn"),
    ("lo", "lo"),
    ("ltree", "ltree"),
    ("ltree", "lquery"),
    ("seg", "seg"),
];

/// Whether the server comes with an extension; of the same appendix.
pub(in super::super) fn is_supplied(name: &str) -> bool {
    const SUPPLIED: [&str; 38] = [
        "amcheck",
        "autoinc",
        "bloom",
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "dblink",
        "dict_int",
        "dict_xsyn",
        "earthdistance",
        "file_fdw",
        "fuzzystrmatch",
        "hstore",
        "insert_username",
        "intagg",
        "intarray",
        "isn",
        "lo",
        "ltree",
        "moddatetime",
        "pageinspect",
        "pg_buffercache",
        "pg_freespacemap",
        "pg_prewarm",
        "pg_stat_statements",
        "pg_trgm",
        "pg_visibility",
        "pgcrypto",
        "pgrowlocks",
        "pgstattuple",
        "postgres_fdw",
        "refint",
        "seg",
        "tablefunc",
        "unaccent",
        "uuid-ossp",
        "plpgsql",
    ];
    SUPPLIED.contains(&name)
}

impl Schema {
    /// Whether a type of this name is there by an extension.
    pub(super) fn has_type(&self, name: &str) -> bool {
        TYPES.iter().any(|(extension, own)| *own == name && self.extensions.iter().any(|(_, other)| other == extension))
    }
}

/// With CASCADE an extension takes the columns of its types along.
pub(in super::super) fn drop_columns(schema: &mut Schema, name: &str) {
    let types: Vec<&str> = TYPES.iter().filter(|(extension, _)| *extension == name).map(|(_, own)| *own).collect();
    for table in schema.tables.values_mut() {
        let is_its = |sql_type: &str| types.contains(&sql_type.trim_end_matches("[]"));
        let gone: Vec<String> =
            table.columns.iter().filter(|column| is_its(&column.sql_type)).map(|column| column.name.clone()).collect();
        for column in gone {
            super::super::alter::drop_column(crate::Dialect::PostgreSql, table, &column);
        }
    }
}
