//! The files that a migration names in its code, as far as the code alone says: literals, `Rails.root.join`, `File.join`,
//! `File.expand_path(.., __dir__)`, constants and variables that hold one, and text around what only a run knows.

use std::collections::HashMap;

use ruby::Source;
use ruby::Symbol;
use ruby::ast::{Arguments, BlockArgument, Call, ConstantPath, ConstantScope, Node, NodeKind, Target};
use ruby::source::SourceFile;

use super::Reason;

/// A path that stands in code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// From the app's root or absolute; `*` where only a run knows.
    pub path: String,
    /// Nothing in it is left to the run.
    pub exact: bool,
    /// Where the call is that reads it, if one does.
    pub(super) read_at: Option<u32>,
    reason: Option<Reason>,
}

impl Named {
    /// Why the migration is refused when a run may not see the file.
    pub fn refusal(&self) -> Option<Reason> {
        self.reason.clone()
    }
}

/// Every path that a file names. `root` is the app's.
pub fn named(source: &Source, root: &str) -> Vec<Named> {
    let Ok(program) = source.program() else { return Vec::new() };
    let path = source.path();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut search = Search {
        file: &program.body.file,
        path,
        folder,
        root: root.trim_end_matches('/'),
        constants: HashMap::new(),
        methods: HashMap::new(),
        scopes: vec![HashMap::new()],
        found: Vec::new(),
    };
    search.walk(&program.body.node);
    search.found
}

/// Whether a file may name one at all: most do not, and are not looked into.
pub fn may_name(source: &[u8]) -> bool {
    const SIGNS: [&[u8]; 9] =
        [b"File", b"Dir", b"IO.", b"Pathname", b"Rails.root", b"CSV", b"YAML", b"load_file", b"open"];
    SIGNS.iter().any(|sign| source.windows(sign.len()).any(|window| window == *sign))
}

/// Text as far as it is known.
#[derive(Clone)]
struct Known {
    text: String,
    exact: bool,
    /// A Pathname, which has File's methods.
    is_path: bool,
}

impl Known {
    fn exact(text: impl Into<String>) -> Self {
        Self { text: text.into(), exact: true, is_path: false }
    }

    fn unknown() -> Self {
        Self { text: "*".to_owned(), exact: false, is_path: false }
    }

    fn joined(mut self, part: &Self) -> Self {
        if part.text.starts_with('/') {
            self.text.clear();
        } else if !self.text.is_empty() && !self.text.ends_with('/') {
            self.text.push('/');
        }
        self.text.push_str(&part.text);
        self.exact &= part.exact;
        self
    }
}

/// Classes whose methods take a path first, and those methods.
const READERS: &[(&str, &[&str])] = &[
    (
        "File",
        &[
            "read",
            "readlines",
            "open",
            "new",
            "foreach",
            "binread",
            "exist?",
            "file?",
            "directory?",
            "size",
            "size?",
            "zero?",
            "empty?",
        ],
    ),
    ("IO", &["read", "readlines", "foreach", "binread"]),
    ("Dir", &["glob", "[]", "children", "entries", "exist?", "each_child", "foreach", "empty?", "open", "new"]),
    ("CSV", &["read", "readlines", "foreach", "table", "open"]),
    ("YAML", &["load_file", "safe_load_file", "unsafe_load_file"]),
    ("Psych", &["load_file", "safe_load_file", "unsafe_load_file"]),
    ("JSON", &["load_file", "load_file!"]),
    ("Pathname", &["glob"]),
];

/// Methods of a Pathname that look at what it names.
const OF_PATHNAME: &[&str] = &[
    "read",
    "readlines",
    "each_line",
    "open",
    "binread",
    "exist?",
    "file?",
    "directory?",
    "children",
    "entries",
    "each_child",
    "glob",
    "size",
    "empty?",
    "zero?",
];

struct Search<'a> {
    file: &'a SourceFile,
    path: &'a str,
    folder: &'a str,
    root: &'a str,
    constants: HashMap<Symbol, Known>,
    /// The file's own methods that answer a path.
    methods: HashMap<Symbol, Known>,
    /// Local variables by slot, innermost last.
    scopes: Vec<HashMap<u32, Known>>,
    found: Vec<Named>,
}

impl<'a> Search<'a> {
    fn walk(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::Definition(definition) => {
                if let Some(known) = self.known(&definition.body.node) {
                    self.methods.insert(definition.name, known);
                }
                self.within(vec![HashMap::new()], &definition.body.node);
            }
            NodeKind::Class(class) => self.within(vec![HashMap::new()], &class.body.node),
            NodeKind::Module(module) => self.within(vec![HashMap::new()], &module.body.node),
            NodeKind::Lambda(block) => self.block(&block.body.node),
            NodeKind::Call(call) => self.call(node, call),
            NodeKind::Assignment(assignment) => {
                self.walk(&assignment.value);
                let Some(known) = self.known(&assignment.value) else { return };
                match &assignment.target {
                    Target::Local(local) => {
                        let depth = self.scopes.len().checked_sub(1 + local.depth as usize);
                        if let Some(scope) = depth.and_then(|depth| self.scopes.get_mut(depth)) {
                            scope.insert(local.slot, known);
                        }
                    }
                    Target::Constant(path) => drop(self.constants.insert(path.name, known)),
                    _ => {}
                }
            }
            NodeKind::String(_) | NodeKind::InterpolatedString(_) => {
                self.note(node, None);
                node.each_child(&mut |child| self.walk(child));
            }
            _ => node.each_child(&mut |child| self.walk(child)),
        }
    }

    fn within(&mut self, scopes: Vec<HashMap<u32, Known>>, body: &'a Node) {
        let outer = std::mem::replace(&mut self.scopes, scopes);
        self.walk(body);
        self.scopes = outer;
    }

    fn block(&mut self, body: &'a Node) {
        self.scopes.push(HashMap::new());
        self.walk(body);
        self.scopes.pop();
    }

    fn call(&mut self, node: &'a Node, call: &'a Call) {
        let reads = self.reads(call);
        if let Some(path) = reads {
            self.note(path, Some(call));
        } else {
            self.note(node, None);
        }
        call.receiver.iter().for_each(|receiver| self.walk(receiver));
        let Arguments { positional, keywords, block } = &call.arguments;
        for argument in positional {
            self.walk(argument);
        }
        for element in keywords {
            match element {
                ruby::ast::HashElement::Pair(key, value) => [key, value].into_iter().for_each(|node| self.walk(node)),
                ruby::ast::HashElement::DoubleSplat(node) => self.walk(node),
            }
        }
        match block {
            BlockArgument::Literal(block) => self.block(&block.body.node),
            BlockArgument::Pass(node) => self.walk(node),
            BlockArgument::None => {}
        }
    }

    /// What a call reads, if it is one that reads a file.
    fn reads(&self, call: &'a Call) -> Option<&'a Node> {
        let name = &*call.name.to_str();
        let first = call.arguments.positional.first();
        match &call.receiver {
            None => first.filter(|_| name == "open"),
            Some(receiver) => {
                let class = constant(receiver);
                let is_reader =
                    READERS.iter().any(|(known, methods)| Some(*known) == class.as_deref() && methods.contains(&name));
                if is_reader {
                    return first;
                }
                let is_path = OF_PATHNAME.contains(&name) && self.known(receiver).is_some_and(|known| known.is_path);
                is_path.then_some(receiver)
            }
        }
    }

    fn note(&mut self, node: &'a Node, reader: Option<&'a Call>) {
        let Some(known) = self.known(node) else { return };
        let path = self.below_root(&known.text);
        // A glob below a Pathname names what is below it.
        let path = match reader
            .filter(|call| call.name.is("glob") && call.receiver.as_ref().is_some_and(|r| std::ptr::eq(r, node)))
        {
            Some(call) => match call.arguments.positional.first().and_then(|pattern| self.known(pattern)) {
                Some(pattern) => format!("{path}/{}", pattern.text),
                None => path,
            },
            None => path,
        };
        if path.is_empty() || path.contains('\n') {
            return;
        }
        let reason = reader.filter(|_| known.exact).map(|_| self.reason(node, &path));
        let read_at = reader.map(|call| call.name_span.start);
        self.found.push(Named { path, exact: known.exact, read_at, reason });
    }

    fn known(&self, node: &Node) -> Option<Known> {
        match &node.kind {
            NodeKind::String(text) => Some(Known::exact(String::from_utf8_lossy(&text.bytes))),
            NodeKind::InterpolatedString(parts) => {
                let mut whole = Known::exact("");
                for part in parts {
                    let part = self.known(part).unwrap_or_else(Known::unknown);
                    whole.text.push_str(&part.text);
                    whole.exact &= part.exact;
                }
                Some(whole).filter(|whole| !whole.text.starts_with('*'))
            }
            NodeKind::Sequence(nodes) => match &nodes[..] {
                [only] => self.known(only),
                _ => None,
            },
            NodeKind::SourceFile => Some(Known::exact(self.path)),
            NodeKind::Constant(name) => self.constants.get(name).cloned(),
            NodeKind::LocalVariable(local) => {
                let depth = self.scopes.len().checked_sub(1 + local.depth as usize)?;
                self.scopes.get(depth)?.get(&local.slot).cloned()
            }
            NodeKind::Call(call) => self.known_call(call),
            _ => None,
        }
    }

    fn known_call(&self, call: &Call) -> Option<Known> {
        let name = &*call.name.to_str();
        let arguments = &call.arguments.positional;
        let part = |node: &Node| self.known(node).unwrap_or_else(Known::unknown);
        let Some(receiver) = &call.receiver else {
            return match (name, arguments.first()) {
                ("__dir__", _) => Some(Known::exact(self.folder)),
                ("Pathname", Some(path)) => Some(Known { is_path: true, ..self.known(path)? }),
                (_, None) => self.methods.get(&call.name).cloned(),
                _ => None,
            };
        };
        match (constant(receiver).as_deref(), name) {
            (Some("Rails"), "root") => return Some(Known { is_path: true, ..Known::exact(self.root) }),
            (Some("Pathname"), "new") => return Some(Known { is_path: true, ..self.known(arguments.first()?)? }),
            (Some("File"), "join") => {
                let mut parts = arguments.iter();
                let first = self.known(parts.next()?)?;
                return Some(parts.fold(first, |whole, node| whole.joined(&part(node))));
            }
            (Some("File"), "expand_path" | "absolute_path") => {
                let path = self.known(arguments.first()?)?;
                let base = match arguments.get(1) {
                    Some(base) => self.known(base)?,
                    None => Known::exact(self.root),
                };
                return Some(base.joined(&path));
            }
            (Some("File"), "dirname") => {
                let path = self.known(arguments.first()?)?;
                let folder = path.text.rsplit_once('/').map(|(folder, _)| folder.to_owned())?;
                return Some(Known { text: folder, ..path });
            }
            _ => {}
        }
        let base = self.known(receiver)?;
        match name {
            "join" | "/" if base.is_path => Some(arguments.iter().fold(base, |whole, node| whole.joined(&part(node)))),
            "+" if base.is_path => Some(base.joined(&part(arguments.first()?))),
            "+" => {
                let added = part(arguments.first()?);
                Some(Known { text: base.text + &added.text, exact: base.exact && added.exact, is_path: false })
            }
            "to_s" | "to_path" | "to_str" => Some(Known { is_path: false, ..base }),
            "freeze" | "dup" | "expand_path" | "cleanpath" | "realpath" | "strip" => Some(base),
            "dirname" | "parent" if base.is_path => {
                let folder = base.text.rsplit_once('/').map(|(folder, _)| folder.to_owned())?;
                Some(Known { text: folder, ..base })
            }
            _ => None,
        }
    }

    /// Without `.` and `..`, from the root where it is below it.
    fn below_root(&self, path: &str) -> String {
        let full = if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", self.root) };
        let mut parts: Vec<&str> = Vec::new();
        for part in full.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let full = format!("/{}", parts.join("/"));
        match full.strip_prefix(self.root).and_then(|below| below.strip_prefix('/')) {
            Some(below) => below.to_owned(),
            None if full == self.root => String::new(),
            None => full,
        }
    }

    fn reason(&self, node: &Node, path: &str) -> Reason {
        let (line, column) = self.file.position(node.span.start);
        let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
        Reason {
            message: format!("`{path}` is outside of what a migration may read"),
            line,
            column,
            excerpt: self.file.excerpt(node.span),
            hint: Some(format!("`--include {path}`, or `--include {folder}`, lets it in")),
        }
    }
}

/// The name of a constant, `::A` as `A`.
fn constant(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::Constant(name) => Some(name.to_string()),
        NodeKind::ConstantPath(path) => match &**path {
            ConstantPath { scope: ConstantScope::Root, name } => Some(name.to_string()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_the_ways_they_are_written() {
        let check = |source: &str, expected: &[(&str, bool)]| {
            let found = named(&Source::new("/app/db/migrate/1_x.rb", source), "/app");
            let read: Vec<_> = found.iter().filter(|found| found.read_at.is_some()).collect();
            let read: Vec<_> = read.iter().map(|found| (found.path.as_str(), found.exact)).collect();
            assert_eq!(read, expected, "{source}");
        };
        check("File.read('db/data/x.json')", &[("db/data/x.json", true)]);
        check("::File.read(Rails.root.join('lib', 'x.json'))", &[("lib/x.json", true)]);
        check("Rails.root.join('db/data').join('x.json').read", &[("db/data/x.json", true)]);
        check("(Rails.root + 'db/x').children", &[("db/x", true)]);
        check("CSV.foreach(File.join(__dir__, '..', 'data', 'x.csv')) { }", &[("db/data/x.csv", true)]);
        check("YAML.load_file(File.expand_path('../data/x.yml', __dir__))", &[("db/data/x.yml", true)]);
        check("YAML.load_file(File.expand_path('../x.yml', __FILE__))", &[("db/migrate/x.yml", true)]);
        check("File.read(\"db/data/#{name}.json\")", &[("db/data/*.json", false)]);
        check("Dir.glob(\"#{Rails.root}/db/data/*.json\")", &[("db/data/*.json", true)]);
        check("DATA = 'db/data'\nFile.read(DATA + '/x.json')", &[("db/data/x.json", true)]);
        check("def up\n path = Rails.root.join('a/b')\n 3.times { File.read(path) }\nend", &[("a/b", true)]);
        check("def path = Rails.root.join('a/b')\ndef up = File.read(path)", &[("a/b", true)]);
        check("Pathname.new('db').glob('*.sql')", &[("db/*.sql", true)]);
        check("File.read('/etc/passwd')", &[("/etc/passwd", true)]);
        check("File.read(name)", &[]);
        check("File.join('a', 'b')", &[]);
    }
}
