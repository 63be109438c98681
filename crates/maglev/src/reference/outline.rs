//! What a source of ours declares, with its doc comments: constants, the fields of a struct, the variants of an enum. The sources are as
//! rustfmt leaves them, which is all that is read here.

/// Constants below a heading, `// ...` at the start of a line.
pub(super) struct Group {
    pub heading: String,
    /// Value and doc comment.
    pub constants: Vec<(String, String)>,
}

/// A field of a struct or of a variant.
#[derive(Clone)]
pub(super) struct Field {
    name: String,
    pub kind: String,
    pub docs: Vec<String>,
    attributes: Vec<String>,
    /// `rename_all = "camelCase"`
    is_camel: bool,
}

/// A variant of an enum.
pub(super) struct Variant {
    pub name: String,
    /// Behind `=`.
    pub value: String,
    /// In parentheses.
    pub content: Option<String>,
    pub fields: Vec<Field>,
    docs: Vec<String>,
    attributes: Vec<String>,
}

/// The documented constants of a source.
pub(super) fn constants(source: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut docs = Vec::new();
    for line in source.lines() {
        if let Some(heading) = line.strip_prefix("// ") {
            groups.push(Group { heading: heading.to_owned(), constants: Vec::new() });
        } else if let Some(doc) = line.strip_prefix("/// ") {
            docs.push(doc.to_owned());
        } else {
            let value = line.strip_prefix("pub(crate) const ").and_then(|rest| rest.split('"').nth(1));
            if let (Some(value), Some(group)) = (value, groups.last_mut()) {
                assert!(!docs.is_empty(), "{value} has no doc comment");
                group.constants.push((value.to_owned(), prose(&docs)));
            }
            docs.clear();
        }
    }
    groups
}

/// The fields of a struct.
pub(super) fn fields(source: &str, name: &str) -> Vec<Field> {
    let (head, body) = declaration(source, "struct", name);
    let is_camel = head.contains("rename_all = \"camelCase\"");
    let mut found = Vec::new();
    let (mut docs, mut attributes) = (Vec::new(), Vec::new());
    for line in body.lines() {
        let line = line.trim();
        if let Some(doc) = line.strip_prefix("/// ") {
            docs.push(doc.to_owned());
        } else if line.starts_with("#[") {
            attributes.push(line.to_owned());
        } else if let Some((name, kind)) = line.trim_start_matches("pub ").split_once(": ") {
            let (docs, attributes) = (std::mem::take(&mut docs), std::mem::take(&mut attributes));
            let kind = kind.trim_end_matches(',').to_owned();
            found.push(Field { name: name.to_owned(), kind, docs, attributes, is_camel });
        }
    }
    found
}

/// The variants of an enum.
pub(super) fn variants(source: &str, name: &str) -> Vec<Variant> {
    let (_, body) = declaration(source, "enum", name);
    let mut found: Vec<Variant> = Vec::new();
    let (mut docs, mut attributes) = (Vec::new(), Vec::new());
    for line in body.lines() {
        let is_inside = line.starts_with("        ");
        let line = line.trim();
        if let Some(doc) = line.strip_prefix("/// ") {
            docs.push(doc.to_owned());
        } else if line.starts_with("#[") {
            attributes.push(line.to_owned());
        } else if let (true, Some((name, kind)), Some(variant)) = (is_inside, line.split_once(": "), found.last_mut()) {
            let (docs, attributes) = (std::mem::take(&mut docs), std::mem::take(&mut attributes));
            let kind = kind.trim_end_matches(',').to_owned();
            variant.fields.push(Field { name: name.to_owned(), kind, docs, attributes, is_camel: false });
        } else if line.starts_with(char::is_uppercase) {
            let name: String = line.chars().take_while(|letter| letter.is_alphanumeric()).collect();
            let value = line.split_once(" = ").map_or("", |(_, value)| value.trim_end_matches(','));
            let content = line.split_once('(').map(|(_, content)| content.trim_end_matches("),").to_owned());
            let (docs, attributes) = (std::mem::take(&mut docs), std::mem::take(&mut attributes));
            // A short one stands in one line.
            let inside = line.split_once(" { ").and_then(|(_, rest)| rest.split_once(" }")).unwrap_or_default().0;
            let fields = inside.split(", ").filter_map(|field| field.split_once(": ")).map(|(name, kind)| Field {
                name: name.to_owned(),
                kind: kind.to_owned(),
                docs: Vec::new(),
                attributes: Vec::new(),
                is_camel: false,
            });
            let fields = fields.collect();
            found.push(Variant { name, value: value.to_owned(), content, fields, docs, attributes });
        }
    }
    found
}

/// The attributes and the body of a type.
fn declaration<'s>(source: &'s str, kind: &str, name: &str) -> (&'s str, &'s str) {
    let ends = [" {\n", "<'a> {\n"];
    let lines = ends.iter().flat_map(|end| ["pub(crate) ", ""].map(|reach| format!("\n{reach}{kind} {name}{end}")));
    let start = lines.into_iter().find_map(|line| source.find(&line));
    let start = start.unwrap_or_else(|| panic!("there is no {kind} {name}"));
    let (before, after) = source.split_at(start);
    let head = before.rsplit_once("\n\n").map_or(before, |(_, head)| head);
    let body = after.trim_start().split_once('\n').and_then(|(_, rest)| rest.split_once("\n}")).unwrap_or_default().0;
    (head, body)
}

impl Field {
    /// As JSON has it.
    pub(super) fn name(&self) -> String {
        match (renamed(&self.attributes), self.is_camel) {
            (Some(name), _) => name,
            (None, true) => camel(&self.name),
            (None, false) => self.name.clone(),
        }
    }

    pub(super) fn about(&self) -> String {
        prose(&self.docs)
    }

    pub(super) fn is_flat(&self) -> bool {
        self.attributes.iter().any(|attribute| attribute == "#[serde(flatten)]")
    }

    /// Whether it is part of an event's options.
    pub(super) fn is_sent(&self) -> bool {
        !self.is_flat() && !self.attributes.iter().any(|attribute| attribute == "#[serde(skip)]")
    }
}

impl Variant {
    pub(super) fn about(&self) -> String {
        prose(&self.docs)
    }

    pub(super) fn renamed(&self) -> Option<String> {
        renamed(&self.attributes)
    }
}

fn renamed(attributes: &[String]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let (_, rest) = attribute.split_once("rename = \"")?;
        Some(rest.split_once('"')?.0.to_owned())
    })
}

/// A comment in a sentence of a table: without links to code, and with an end.
fn prose(docs: &[String]) -> String {
    let text = docs.join(" ").replace("[`", "`").replace("`]", "`");
    let text = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        1 => part.rsplit("::").next().filter(|_| part.starts_with("crate::")).unwrap_or(part),
        _ => part,
    });
    text.collect::<Vec<_>>().join("`").trim_end_matches('.').to_owned()
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

/// `ErrorOutput`: `error_output`.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
