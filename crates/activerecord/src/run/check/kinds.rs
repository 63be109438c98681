//! What a value is where that is evident from the code: literals, `X.new`, `connection`, what well-known methods answer.

use ruby::ast::{Node, NodeKind};

/// The class of a value, or the class or module that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Instance(String),
    Module(String),
    /// The `t` of `create_table`, which has refusals of its own.
    TableDefinition,
}

impl Kind {
    /// An object of a class that is known by name.
    pub fn instance(class: &str) -> Self {
        Self::Instance(class.to_owned())
    }
}

/// What a literal is.
pub(super) fn literal(node: &Node) -> Option<Kind> {
    let class = match &node.kind {
        NodeKind::String(_) | NodeKind::InterpolatedString(_) => "String",
        NodeKind::Symbol(_) | NodeKind::InterpolatedSymbol(_) => "Symbol",
        NodeKind::Integer(_) | NodeKind::BigInteger(_) => "Integer",
        NodeKind::Float(_) => "Float",
        NodeKind::Regexp(_) => "Regexp",
        NodeKind::Array(_) => "Array",
        NodeKind::Hash(_) => "Hash",
        NodeKind::Range(_) => "Range",
        NodeKind::Lambda(_) => "Proc",
        _ => return None,
    };
    Some(Kind::instance(class))
}

/// Classes whose `new` makes something else than an instance with the class' methods alone.
const MAKERS: &[&str] = &["Class", "Module", "Struct", "Data", "Object", "BasicObject", "OpenStruct", "Delegator"];

/// What a method answers, by its receiver.
const ANSWERS: &[(&str, &[&str], &str)] = &[
    ("Time.", &["now", "at", "utc", "gm", "local", "mktime", "parse", "iso8601"], "Time"),
    ("Date.", &["today", "parse", "civil", "iso8601", "strptime", "current", "tomorrow", "yesterday"], "Date"),
    ("DateTime.", &["now", "parse", "iso8601", "strptime"], "DateTime"),
    ("Rails.", &["root"], "Pathname"),
    ("Rails.", &["logger"], "ActiveSupport::Logger"),
    ("Rails.", &["application"], "Rails::Application"),
    ("File.", &["read", "join", "basename", "dirname", "extname", "expand_path"], "String"),
    ("SecureRandom.", &["hex", "uuid", "base64", "alphanumeric", "urlsafe_base64"], "String"),
    ("ActiveRecord::Base.", &["connection_pool"], "ActiveRecord::ConnectionAdapters::ConnectionPool"),
    ("#connection", &["pool"], "ActiveRecord::ConnectionAdapters::ConnectionPool"),
    ("#connection", &["schema_cache"], "ActiveRecord::ConnectionAdapters::SchemaCache"),
    ("#connection", &["select_all", "exec_query"], "ActiveRecord::Result"),
    ("#connection", &["tables", "views", "data_sources", "indexes", "columns", "select_values"], "Array"),
    ("#connection", &["quote_table_name", "quote_column_name", "current_database", "adapter_name"], "String"),
    (
        "String#",
        &[
            "strip",
            "upcase",
            "downcase",
            "capitalize",
            "gsub",
            "sub",
            "tr",
            "delete",
            "squeeze",
            "chomp",
            "reverse",
            "camelize",
            "underscore",
            "humanize",
            "titleize",
            "parameterize",
            "pluralize",
            "singularize",
            "squish",
            "lstrip",
            "rstrip",
            "center",
            "ljust",
            "rjust",
            "%",
            "+",
            "*",
            "encode",
            "force_encoding",
            "strip_heredoc",
        ],
        "String",
    ),
    ("String#", &["split", "lines", "chars", "bytes", "scan"], "Array"),
    ("Symbol#", &["upcase", "downcase", "capitalize", "to_sym"], "Symbol"),
    (
        "Array#",
        &[
            "map",
            "select",
            "reject",
            "compact",
            "uniq",
            "flatten",
            "sort",
            "sort_by",
            "reverse",
            "filter_map",
            "flat_map",
            "zip",
            "+",
            "-",
            "&",
            "|",
            "compact_blank",
            "without",
            "excluding",
            "in_groups_of",
            "each_slice",
            "shuffle",
            "rotate",
            "to_a",
            "dup",
        ],
        "Array",
    ),
    ("Array#", &["join"], "String"),
    ("Array#", &["to_h", "group_by", "index_by", "tally", "each_with_object"], "Hash"),
    (
        "Hash#",
        &["merge", "except", "slice", "transform_values", "transform_keys", "select", "reject", "invert"],
        "Hash",
    ),
    ("Hash#", &["keys", "values", "to_a", "map", "sort_by"], "Array"),
    ("Pathname#", &["join", "parent", "expand_path", "dirname", "basename"], "Pathname"),
    ("Pathname#", &["read", "extname"], "String"),
    ("#", &["to_s", "inspect"], "String"),
    ("#", &["to_sym"], "Symbol"),
];

/// Answers of methods whose answer depends on a block or on its absence, or on arguments.
const NEEDING_BLOCK: &[&str] = &[
    "map",
    "select",
    "reject",
    "filter_map",
    "flat_map",
    "sort_by",
    "each_slice",
    "in_groups_of",
    "group_by",
    "index_by",
];

/// What a call answers. `of` is what its receiver is, `is_connection` that this is a connection's class.
pub(super) fn answer(of: Option<&Kind>, name: &str, has_block: bool, connection: &Kind) -> Option<Kind> {
    if NEEDING_BLOCK.contains(&name) && !has_block || matches!(name, "each_with_object" | "scan") && has_block {
        return None;
    }
    let prefixes = match of {
        Some(kind) if kind == connection => vec!["#connection".to_owned(), "#".to_owned()],
        Some(Kind::Instance(class)) => vec![format!("{class}#"), "#".to_owned()],
        Some(Kind::Module(module)) => {
            if name == "new" && !MAKERS.contains(&module.as_str()) {
                return Some(Kind::instance(module));
            }
            vec![format!("{module}.")]
        }
        Some(Kind::TableDefinition) => return None,
        // What an unknown receiver says is a String has been one for as long as Ruby is.
        None => vec!["#".to_owned()],
    };
    let found =
        ANSWERS.iter().find(|(prefix, names, _)| prefixes.iter().any(|own| own == prefix) && names.contains(&name));
    found.map(|(.., class)| Kind::instance(class))
}
