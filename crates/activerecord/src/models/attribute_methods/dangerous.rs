//! The names that are Active Record's own: `dangerous_attribute_method?`, `dangerous_class_method?` and
//! `method_defined_within?(name, Relation)`. dangerous.txt is what Active Record 8.1.3.1 says, by
//! xtask/ruby/dangerous_methods.rb.

use std::sync::LazyLock;

const ID_ATTRIBUTE_METHODS: [&str; 7] =
    ["id", "id=", "id?", "id_before_type_cast", "id_was", "id_in_database", "id_for_database"];

struct Names {
    patterns: Vec<(&'static str, &'static str)>,
    instance: Vec<&'static str>,
    class: Vec<&'static str>,
    relation: Vec<&'static str>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let list = |of: &str| {
        let mut lines = include_str!("dangerous.txt").lines().filter_map(|line| line.split_once(": "));
        let (_, names) = lines.find(|(name, _)| *name == of).unwrap_or_default();
        names.split(' ').collect::<Vec<_>>()
    };
    let patterns = list("patterns").into_iter().filter_map(|pattern| pattern.split_once('*'));
    Names { patterns: patterns.collect(), instance: list("instance"), class: list("class"), relation: list("relation") }
});

/// The first of the methods of an attribute that Active Record has already.
pub(crate) fn method_of_attribute(attribute: &str) -> Option<String> {
    let methods = NAMES.patterns.iter().map(|(prefix, suffix)| format!("{prefix}{attribute}{suffix}"));
    methods.into_iter().find(|name| is_attribute_method(name))
}

/// `dangerous_attribute_method?` of a string: an attribute may be the key.
pub(crate) fn is_attribute_method(name: &str) -> bool {
    is_instance_method(name) && !ID_ATTRIBUTE_METHODS.contains(&name)
}

/// `dangerous_attribute_method?` of a symbol, which the key's methods are not looked for by.
pub(crate) fn is_instance_method(name: &str) -> bool {
    NAMES.instance.binary_search(&name).is_ok()
}

/// `dangerous_class_method?`
pub(crate) fn is_class_method(name: &str) -> bool {
    NAMES.class.binary_search(&name).is_ok()
}

/// `method_defined_within?(name, Relation)`
pub(crate) fn is_relation_method(name: &str) -> bool {
    NAMES.relation.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        assert_eq!(method_of_attribute("save").as_deref(), Some("save"));
        assert_eq!(method_of_attribute("valid").as_deref(), Some("valid?"));
        for attribute in ["id", "name", "connection", "type", "puts", "system"] {
            assert_eq!(method_of_attribute(attribute), None, "{attribute}");
        }
        assert!(is_class_method("new") && is_class_method("all") && !is_class_method("puts"));
        assert!(is_relation_method("records") && !is_relation_method("active"));
    }
}
