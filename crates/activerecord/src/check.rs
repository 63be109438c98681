//! What can be known to fail before anything runs: syntax that the interpreter lacks, constants and methods that are
//! certain to be missing, models. Reads the tree and evaluates nothing.
//!
//! Only what is certain counts: code behind a condition, a `rescue`, `defined?`, an early `return` or in a block that
//! may never be called is left to the run, which fails as Rails would.

mod model;
mod named;
mod required;
mod table;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruby::ast::{
    Arguments, Block, BlockArgument, Body, Call, ClassDefinition, ConstantPath, ConstantScope, Definition, Node,
    NodeKind, Parameter, Target,
};
use ruby::source::{SourceFile, Span};
use ruby::{Symbol, parser};

use crate::world::Direction;
pub use named::{Named, may_name, named};
pub use required::{Required, required};
pub use table::OptionsOf;

/// Why a file is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub message: String,
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The line, with carets below.
    pub excerpt: String,
    pub hint: Option<String>,
}

/// What the world defines before the file is read.
pub trait Known {
    /// Whether a constant path such as `ActiveRecord::Base` leads somewhere.
    fn constant(&self, path: &[Symbol]) -> bool;

    /// Whether a migration answers to a message without a receiver.
    fn migration_method(&self, name: Symbol) -> bool;

    /// Whether a model's class answers to a message without a receiver.
    fn model_method(&self, name: Symbol) -> bool;

    /// Whether the `t` of `create_table` answers to a message.
    fn table_method(&self, name: Symbol) -> bool;

    /// Whether that message makes columns of a type of its name.
    fn column_type(&self, name: Symbol) -> bool;

    /// The options that the adapter accepts; None where there is no saying.
    fn valid_options(&self, of: OptionsOf) -> Option<Vec<String>>;
}

/// A file, by the class that it should define.
pub struct Subject<'a> {
    pub path: &'a str,
    pub source: &'a [u8],
    pub class_name: &'a str,
    pub direction: Direction,
}

/// Names that some file of the run defines: they may be there when another one runs.
#[derive(Default)]
pub struct Defined {
    constants: HashSet<Symbol>,
}

impl Defined {
    /// Adds what `source` defines at any depth. A file that does not parse defines nothing.
    pub fn add(&mut self, path: &str, source: &[u8]) {
        if let Ok(program) = parser::parse(path, source) {
            collect_constants(&program.body.node, &mut self.constants);
        }
    }
}

/// Everything that is certain to go wrong with a file, in source order.
pub fn check(subject: &Subject<'_>, known: &dyn Known, defined: &Defined) -> Vec<Reason> {
    let program = match parser::parse(subject.path, subject.source) {
        Ok(program) => program,
        Err(error) => {
            let reason = |diagnostic: &ruby::source::Diagnostic| Reason {
                message: format!("syntax error: {}", diagnostic.message),
                line: diagnostic.line,
                column: diagnostic.column,
                excerpt: error.file.excerpt(diagnostic.span),
                hint: None,
            };
            return error.diagnostics.iter().map(reason).collect();
        }
    };
    let file = &program.body.file;
    let mut reasons: Vec<Reason> = program
        .unsupported
        .iter()
        .map(|diagnostic| Reason {
            message: diagnostic.message.clone(),
            line: diagnostic.line,
            column: diagnostic.column,
            excerpt: file.excerpt(diagnostic.span),
            hint: None,
        })
        .collect();
    let mut checker = Checker::new(file, subject, known, defined);
    checker.program(&program.body);
    reasons.extend(checker.reasons);
    reasons.sort_by_key(|reason| (reason.line, reason.column));
    reasons.dedup();
    reasons
}

/// The paths that a file names, and of which it is certain that they are read.
pub fn read_for_certain(subject: &Subject<'_>, known: &dyn Known, defined: &Defined, root: &str) -> Vec<Named> {
    if !may_name(subject.source) {
        return Vec::new();
    }
    let Ok(program) = parser::parse(subject.path, subject.source) else { return Vec::new() };
    let mut checker = Checker::new(&program.body.file, subject, known, defined);
    checker.program(&program.body);
    let walked = checker.walked;
    let mut named = named(subject.path, subject.source, root);
    named.retain(|named| named.read_at.is_some_and(|call| walked.contains(&call)));
    named
}

/// Methods whose block runs whenever they are called.
const YIELDING: &[&str] = &[
    "create_table",
    "change_table",
    "create_join_table",
    "say_with_time",
    "suppress_messages",
    "reversible",
    "transaction",
    "tap",
    "then",
    "safety_assured",
];

struct Checker<'a> {
    file: &'a Rc<SourceFile>,
    subject: &'a Subject<'a>,
    known: &'a dyn Known,
    defined: &'a Defined,
    own_constants: HashSet<Symbol>,
    /// The migration's own methods, by name; None where the class is too dynamic to tell.
    methods: HashMap<Symbol, &'a Definition>,
    open_ended: bool,
    visited: HashSet<Symbol>,
    /// The walk is inside a method of the migration: bare calls go to the migration.
    in_migration: bool,
    /// The version that the migration names.
    version: Option<(u32, u32)>,
    /// For each block around the walk, outermost first, the slot in which it holds a table definition.
    tables: Vec<Option<u32>>,
    /// The file's models.
    models: model::Models,
    reasons: Vec<Reason>,
    /// Where the calls stand that are certain to come.
    walked: HashSet<u32>,
}

/// Whether what follows a node still runs for certain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Certain,
    Uncertain,
}

impl<'a> Checker<'a> {
    fn new(file: &'a Rc<SourceFile>, subject: &'a Subject<'a>, known: &'a dyn Known, defined: &'a Defined) -> Self {
        Self {
            file,
            subject,
            known,
            defined,
            own_constants: HashSet::new(),
            methods: HashMap::new(),
            open_ended: false,
            visited: HashSet::new(),
            in_migration: false,
            version: None,
            tables: Vec::new(),
            models: model::Models::default(),
            reasons: Vec::new(),
            walked: HashSet::new(),
        }
    }

    fn program(&mut self, body: &'a Body) {
        collect_constants(&body.node, &mut self.own_constants);
        self.models = model::Models::of(&body.node);
        self.walk(&body.node);
        let Some(class) = find_class(&body.node, self.subject.class_name) else {
            self.misnamed(&body.node);
            return;
        };
        self.gem_macros(&class.body.node);
        self.open_ended = !is_migration_superclass(class.superclass.as_ref()) || is_open_ended(&class.body.node);
        collect_methods(&class.body.node, &mut self.methods);
        self.in_migration = true;
        self.version = table::version(class);
        let entries: &[&str] = match self.subject.direction {
            Direction::Up => &["up", "change"],
            Direction::Down => &["down", "change"],
        };
        if let Some(definition) = entries.iter().find_map(|name| self.methods.get(&Symbol::new(name)).copied()) {
            self.visited.insert(definition.name);
            self.method(definition);
        }
    }

    /// What a class body asks of a gem.
    fn gem_macros(&mut self, body: &'a Node) {
        let nodes = match &body.kind {
            NodeKind::Sequence(nodes) => &nodes[..],
            _ => std::slice::from_ref(body),
        };
        for node in nodes {
            if let NodeKind::Call(call) = &node.kind
                && call.receiver.is_none()
                && let Some(gem) = gem_of(&call.name.to_str())
            {
                let message = format!("undefined method `{}` for a migration", call.name);
                let hint = format!("`{}` comes from the gem {gem}, which the native engine does not have", call.name);
                self.refuse(call.name_span, message, Some(hint));
            }
        }
    }

    /// Rails looks for a class of the file's name and would not find it.
    fn misnamed(&mut self, program: &'a Node) {
        let name = self.subject.class_name;
        let last = name.rsplit("::").next().unwrap_or(name);
        if self.own_constants.contains(&Symbol::new(last)) || self.defined.constants.contains(&Symbol::new(last)) {
            return;
        }
        let span = first_class(program).map_or_else(Span::default, |class| Span { end: class.start + 5, ..class });
        let hint = format!("the file's name says that it defines the class `{name}`");
        self.refuse(span, format!("uninitialized constant {name}"), Some(hint));
    }

    fn method(&mut self, definition: &'a Definition) {
        let outer = std::mem::replace(&mut self.tables, vec![None]);
        self.walk(&definition.body.node);
        self.tables = outer;
    }

    fn refuse(&mut self, span: Span, message: String, hint: Option<String>) {
        let (line, column) = self.file.position(span.start);
        let excerpt = self.file.excerpt(span);
        self.reasons.push(Reason { message, line, column, excerpt, hint });
    }

    fn walk(&mut self, node: &'a Node) -> After {
        match &node.kind {
            NodeKind::Sequence(nodes) => return self.walk_all(nodes),
            NodeKind::Constant(name) => self.constant(node, &[*name]),
            NodeKind::ConstantPath(path) => self.constant_path(node, path),
            NodeKind::If(branch) => {
                self.walk(&branch.condition);
                return leaves(&[&branch.then_branch, &branch.else_branch]);
            }
            NodeKind::And(left, right) | NodeKind::Or(left, right) => {
                self.walk(left);
                return leaves(&[right]);
            }
            NodeKind::Case(case) => {
                case.subject.iter().for_each(|subject| {
                    self.walk(subject);
                });
                return leaves(&[node]);
            }
            NodeKind::CaseIn(case) => {
                self.walk(&case.subject);
                return leaves(&[node]);
            }
            NodeKind::While(node) => {
                self.walk(&node.condition);
                return leaves(&[&node.body]);
            }
            NodeKind::Begin(begin) => {
                if begin.rescues.is_empty() {
                    let after = self.walk(&begin.body);
                    begin.ensure.iter().for_each(|ensure| {
                        self.walk(ensure);
                    });
                    return after;
                }
                return leaves(&[node]);
            }
            NodeKind::Return(value) | NodeKind::Break(value) | NodeKind::Next(value) => {
                if let Some(value) = value {
                    self.walk(value);
                }
                return After::Uncertain;
            }
            NodeKind::OperatorAssignment(assignment) => {
                // `x ||= y` may never look at y.
                if matches!(assignment.operator, ruby::ast::AssignmentOperator::Call(_)) {
                    return self.walk(&assignment.value);
                }
            }
            NodeKind::Class(class) => self.class(class),
            NodeKind::Module(module) => {
                self.walk(&module.body.node);
            }
            NodeKind::Call(call) => return self.call(call),
            NodeKind::Defined(_)
            | NodeKind::Definition(_)
            | NodeKind::Lambda(_)
            | NodeKind::SingletonClass(_)
            | NodeKind::MatchRequired(_)
            | NodeKind::MatchPredicate(_) => {}
            _ => {
                let mut children = Vec::new();
                node.each_child(&mut |child| children.push(child));
                let mut after = After::Certain;
                for child in children {
                    if after == After::Certain {
                        after = self.walk(child);
                    }
                }
                return after;
            }
        }
        After::Certain
    }

    fn walk_all(&mut self, nodes: &'a [Node]) -> After {
        for node in nodes {
            if self.walk(node) == After::Uncertain {
                return After::Uncertain;
            }
        }
        After::Certain
    }

    fn class(&mut self, class: &'a ClassDefinition) {
        let outer = std::mem::replace(&mut self.in_migration, false);
        if let Some(superclass) = &class.superclass {
            self.walk(superclass);
            if self.models.is_model(superclass) {
                let name = constant_names(&class.path).unwrap_or_default();
                let name = name.iter().map(ToString::to_string).collect::<Vec<_>>().join("::");
                self.model(&class.body.node, &name);
            }
        }
        self.walk(&class.body.node);
        self.in_migration = outer;
    }

    fn model(&mut self, body: &Node, name: &str) {
        for (span, message, hint) in self.models.complaints(body, name, self.known) {
            self.refuse(span, message, hint);
        }
    }

    fn constant(&mut self, node: &Node, path: &[Symbol]) {
        let known = |name: &Symbol| self.own_constants.contains(name) || self.defined.constants.contains(name);
        // A path that goes through something a file defines may lead anywhere.
        if path.iter().any(known) || self.known.constant(path) {
            return;
        }
        let name = path.iter().map(ToString::to_string).collect::<Vec<_>>().join("::");
        self.refuse(node.span, format!("uninitialized constant {name}"), Some(missing_constant_hint(&name)));
    }

    fn constant_path(&mut self, node: &'a Node, path: &'a ConstantPath) {
        match constant_names(path) {
            Some(names) => self.constant(node, &names),
            None => {
                if let ConstantScope::Of(scope) = &path.scope {
                    self.walk(scope);
                }
            }
        }
    }

    fn call(&mut self, call: &'a Call) -> After {
        if let Some(receiver) = &call.receiver {
            if self.walk(receiver) == After::Uncertain {
                return After::Uncertain;
            }
            if call.safe_navigation {
                return After::Certain;
            }
        }
        let after = self.arguments(&call.arguments);
        if after == After::Uncertain {
            return after;
        }
        self.walked.insert(call.name_span.start);
        let on_self = call.receiver.as_ref().is_none_or(|receiver| matches!(receiver.kind, NodeKind::SelfReference));
        if self.in_migration && on_self {
            self.own_call(call);
        } else if call.receiver.as_ref().is_some_and(|receiver| self.is_table(receiver))
            && let Some((span, message)) = table::definition_call(call, self.version, self.known)
        {
            let hint = SPATIAL_TYPES
                .contains(&&*call.name.to_str())
                .then(|| format!("`{}` is PostGIS': name the adapter `postgis` (`postgis://...`)", call.name));
            self.refuse(span, message, hint);
        }
        let BlockArgument::Literal(block) = &call.arguments.block else { return After::Certain };
        if call.name.is("new") && call.arguments.positional.first().is_some_and(|one| self.models.is_model(one)) {
            self.model(&block.body.node, "#<Class>");
        }
        let name = &*call.name.to_str();
        let runs = match name {
            "up" => self.subject.direction == Direction::Up && !on_self,
            "down" => self.subject.direction == Direction::Down && !on_self,
            "up_only" => self.subject.direction == Direction::Up,
            _ => YIELDING.contains(&name),
        };
        if !runs {
            return leaves(&[&block.body.node]);
        }
        let defines_table = matches!(name, "create_table" | "create_join_table") && on_self;
        self.tables.push(if defines_table { first_slot(block) } else { None });
        let after = self.walk(&block.body.node);
        self.tables.pop();
        after
    }

    fn is_table(&self, node: &Node) -> bool {
        let NodeKind::LocalVariable(local) = &node.kind else { return false };
        let around = self.tables.len().checked_sub(1 + local.depth as usize);
        around.is_some_and(|index| self.tables[index] == Some(local.slot))
    }

    fn arguments(&mut self, arguments: &'a Arguments) -> After {
        let mut nodes = Vec::new();
        arguments.each_argument(&mut |node| nodes.push(node));
        for node in nodes {
            if self.walk(node) == After::Uncertain {
                return After::Uncertain;
            }
        }
        After::Certain
    }

    /// A message that the migration sends to itself.
    fn own_call(&mut self, call: &'a Call) {
        if let Some(definition) = self.methods.get(&call.name).copied() {
            if self.visited.insert(call.name) {
                self.method(definition);
            }
            return;
        }
        if self.open_ended || self.known.migration_method(call.name) {
            if let Some((span, message)) = table::statement(call, self.version, self.known) {
                self.refuse(span, message, None);
            }
            return;
        }
        let name = call.name;
        let message = if call.variable_call {
            format!("undefined local variable or method `{name}` for a migration")
        } else {
            format!("undefined method `{name}` for a migration")
        };
        let hint = gem_of(&name.to_str())
            .map(|gem| format!("`{name}` comes from the gem {gem}, which the native engine does not have"));
        self.refuse(call.name_span, message, hint);
    }
}

/// The slot of a block's first parameter.
fn first_slot(block: &Block) -> Option<u32> {
    match block.parameters.required.first()? {
        Parameter::Slot(slot) => Some(*slot),
        Parameter::Destructure(_) => None,
    }
}

/// Whether what follows these nodes, which may or may not run, is still certain.
fn leaves(nodes: &[&Node]) -> After {
    let jump = |node: &Node| matches!(node.kind, NodeKind::Return(_) | NodeKind::Break(_) | NodeKind::Next(_));
    if nodes.iter().any(|node| node.any(&jump)) { After::Uncertain } else { After::Certain }
}

/// `[A, B]` of `A::B`; None where the path begins with something that is not a constant.
fn constant_names(path: &ConstantPath) -> Option<Vec<Symbol>> {
    let mut names = match &path.scope {
        ConstantScope::Lexical | ConstantScope::Root => Vec::new(),
        ConstantScope::Of(scope) => names_of(scope)?,
    };
    names.push(path.name);
    Some(names)
}

fn names_of(node: &Node) -> Option<Vec<Symbol>> {
    match &node.kind {
        NodeKind::Constant(name) => Some(vec![*name]),
        NodeKind::ConstantPath(path) => constant_names(path),
        _ => None,
    }
}

/// Every constant that code below `node` assigns, or names as a class or module.
fn collect_constants(node: &Node, out: &mut HashSet<Symbol>) {
    match &node.kind {
        NodeKind::Class(class) => {
            out.insert(class.path.name);
        }
        NodeKind::Module(module) => {
            out.insert(module.path.name);
        }
        NodeKind::Assignment(assignment) => collect_target(&assignment.target, out),
        NodeKind::OperatorAssignment(assignment) => collect_target(&assignment.target, out),
        NodeKind::Call(call) if call.name.is("const_set") => {
            if let Some(NodeKind::Symbol(name)) = call.arguments.positional.first().map(|node| &node.kind) {
                out.insert(*name);
            }
        }
        _ => {}
    }
    node.each_child(&mut |child| collect_constants(child, out));
}

fn collect_target(target: &Target, out: &mut HashSet<Symbol>) {
    if let Target::Constant(path) = target {
        out.insert(path.name);
    }
}

/// Where the first class of a file begins.
fn first_class(node: &Node) -> Option<Span> {
    if matches!(node.kind, NodeKind::Class(_)) {
        return Some(node.span);
    }
    let mut found = None;
    node.each_child(&mut |child| found = found.or_else(|| first_class(child)));
    found
}

fn find_class<'a>(node: &'a Node, name: &str) -> Option<&'a ClassDefinition> {
    if let NodeKind::Class(class) = &node.kind {
        let full = constant_names(&class.path)?.iter().map(ToString::to_string).collect::<Vec<_>>().join("::");
        if full == name {
            return Some(class);
        }
    }
    let mut found = None;
    node.each_child(&mut |child| found = found.or_else(|| find_class(child, name)));
    found
}

/// The methods that a class body defines, `def self.` ones and those of `class << self` included: an old migration's
/// `self.up` is its entry.
fn collect_methods<'a>(node: &'a Node, out: &mut HashMap<Symbol, &'a Definition>) {
    match &node.kind {
        NodeKind::Definition(definition) => {
            out.insert(definition.name, definition);
        }
        NodeKind::Class(_) | NodeKind::Module(_) => {}
        _ => node.each_child(&mut |child| collect_methods(child, out)),
    }
}

/// `ActiveRecord::Migration` or `ActiveRecord::Migration[7.1]`.
fn is_migration_superclass(superclass: Option<&Node>) -> bool {
    let Some(node) = superclass else { return false };
    let class = match &node.kind {
        NodeKind::Call(call) if call.name.is("[]") => call.receiver.as_ref(),
        _ => Some(node),
    };
    let names = class.and_then(names_of).unwrap_or_default();
    matches!(&names[..], [module, class] if module.is("ActiveRecord") && class.is("Migration"))
}

/// Whether methods may come from where this check does not see: a module, `define_method`.
fn is_open_ended(body: &Node) -> bool {
    const SOURCES: &[&str] = &[
        "include",
        "extend",
        "prepend",
        "define_method",
        "delegate",
        "attr_accessor",
        "attr_reader",
        "attr_writer",
        "alias_method",
        "delegate_missing_to",
        "class_eval",
        "instance_eval",
    ];
    body.any(&|node| match &node.kind {
        NodeKind::Call(call) => SOURCES.contains(&&*call.name.to_str()),
        NodeKind::Definition(definition) => definition.name.is("method_missing"),
        NodeKind::AliasMethod(_) => true,
        _ => false,
    })
}

fn missing_constant_hint(name: &str) -> String {
    if name == "ApplicationRecord" {
        return "a model in a migration inherits from `ActiveRecord::Base`".to_owned();
    }
    format!("`{name}` is not defined in the migration; a model or a class of the app is not there when Maglev runs")
}

/// The gem that brings a migration method, by its name.
fn gem_of(method: &str) -> Option<&'static str> {
    GEM_METHODS.iter().find(|(_, methods)| methods.contains(&method)).map(|(gem, _)| *gem)
}

/// Column methods that are there with the adapter `postgis` alone.
const SPATIAL_TYPES: &[&str] = &[
    "geography",
    "geometry",
    "geometry_collection",
    "line_string",
    "multi_line_string",
    "multi_point",
    "multi_polygon",
    "spatial",
    "st_point",
    "st_polygon",
];

const GEM_METHODS: &[(&str, &[&str])] = &[
    ("globalize", &["create_translation_table!", "drop_translation_table!"]),
    ("departure", &["uses_departure!"]),
    (
        "online_migrations",
        &[
            "initialize_column_rename",
            "initialize_columns_rename",
            "finalize_column_rename",
            "finalize_columns_rename",
            "initialize_table_rename",
            "finalize_table_rename",
            "initialize_column_type_change",
            "finalize_column_type_change",
            "backfill_column_for_type_change",
            "cleanup_column_type_change",
            "update_column_in_batches",
            "update_columns_in_batches",
            "swap_column_names",
            "with_lock_retries",
            "enqueue_background_data_migration",
            "enqueue_background_migration",
            "add_index_in_background",
        ],
    ),
    ("pg_ha_migrations", &["safe_add_column", "safe_create_table", "safe_add_concurrent_index", "unsafe_add_index"]),
    ("timescaledb", &["create_hypertable", "drop_hypertable", "create_continuous_aggregate"]),
    ("pg_party", &["create_range_partition", "create_list_partition", "create_hash_partition"]),
];
