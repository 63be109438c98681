//! What the files of a migration define: constants, methods by the module that has them, and every name that may be a
//! method's. Found by reading; nothing is evaluated.

use std::collections::{HashMap, HashSet};

use ruby::Symbol;
use ruby::ast::{
    Call, ClassDefinition, ConstantPath, ConstantScope, Definition, HashElement, Node, NodeKind, Program, Target,
};

use super::{Defined, Helper};

/// Whether a method is the module's own, or its instances'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Of {
    Itself,
    Instances,
}

/// What a migration's file and the files that it loads define.
#[derive(Default)]
pub(super) struct Names<'a> {
    pub constants: HashSet<Symbol>,
    /// Whatever may be a method's name, in whatever class.
    pub methods: HashSet<Symbol>,
    /// By the module's last name.
    by_module: HashMap<(Symbol, Of, Symbol), &'a Definition>,
    by_name: HashMap<Symbol, Vec<(Symbol, Of, &'a Definition)>>,
    modules: HashMap<Symbol, Vec<&'a Node>>,
}

impl<'a> Names<'a> {
    /// What a file and its helpers define.
    pub(super) fn of(program: &'a Program, helpers: &'a [(&Helper, &'a Program)], defined: &Defined) -> Self {
        let mut names = Self { methods: defined.methods.clone(), ..Self::default() };
        for program in std::iter::once(program).chain(helpers.iter().map(|(_, program)| *program)) {
            let node = &program.body.node;
            collect_constants(node, &mut names.constants);
            collect_method_names(node, &mut names.methods);
            names.collect(node, Symbol::new("Object"), Of::Instances);
        }
        names.constants.extend(&defined.constants);
        names
    }

    /// The method of a module of these files, by the module's last name.
    pub(super) fn method(&self, module: Symbol, of: Of, name: Symbol) -> Option<&'a Definition> {
        self.by_module.get(&(module, of, name)).copied()
    }

    /// Every method by that name, with its module.
    pub(super) fn methods_named(&self, name: Symbol) -> &[(Symbol, Of, &'a Definition)] {
        self.by_name.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The bodies of a module that these files define.
    pub(super) fn bodies(&self, module: Symbol) -> Option<&[&'a Node]> {
        self.modules.get(&module).map(Vec::as_slice)
    }

    fn collect(&mut self, node: &'a Node, module: Symbol, of: Of) {
        let (module, of) = match &node.kind {
            NodeKind::Class(class) => {
                self.modules.entry(class.path.name).or_default().push(&class.body.node);
                (class.path.name, Of::Instances)
            }
            NodeKind::Module(inner) => {
                self.modules.entry(inner.path.name).or_default().push(&inner.body.node);
                (inner.path.name, Of::Instances)
            }
            NodeKind::SingletonClass(_) => (module, Of::Itself),
            NodeKind::Definition(definition) => {
                self.add(module, of, definition);
                (module, of)
            }
            _ => (module, of),
        };
        node.each_child(&mut |child| self.collect(child, module, of));
    }

    fn add(&mut self, module: Symbol, of: Of, definition: &'a Definition) {
        let (module, of) = match definition.singleton.as_ref().map(|node| &node.kind) {
            None => (module, of),
            Some(NodeKind::SelfReference) => (module, Of::Itself),
            Some(NodeKind::Constant(name)) => (*name, Of::Itself),
            Some(_) => return,
        };
        self.by_module.insert((module, of, definition.name), definition);
        // `module_function` and `extend self` make a module's methods its own.
        if of == Of::Instances {
            self.by_module.entry((module, Of::Itself, definition.name)).or_insert(definition);
        }
        self.by_name.entry(definition.name).or_default().push((module, of, definition));
    }
}

/// Every constant that code below `node` assigns, or names as a class or module.
pub(super) fn collect_constants(node: &Node, out: &mut HashSet<Symbol>) {
    match &node.kind {
        NodeKind::Class(class) => {
            out.insert(class.path.name);
        }
        NodeKind::Module(module) => {
            out.insert(module.path.name);
        }
        NodeKind::Assignment(assignment) => collect_target(&assignment.target, out),
        NodeKind::OperatorAssignment(assignment) => collect_target(&assignment.target, out),
        NodeKind::MultipleAssignment(assignment) => {
            let targets = &assignment.targets;
            let targets = targets.before.iter().chain(&targets.rest).chain(&targets.after);
            targets.for_each(|target| collect_target(target, out));
        }
        NodeKind::Call(call) if matches!(&*call.name.to_str(), "const_set" | "stub_const") => {
            out.extend(call.arguments.positional.iter().filter_map(name_of));
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

/// Calls that may define methods by the names that they are given.
const DEFINING: &[&str] = &[
    "alias_attribute",
    "alias_method",
    "attr",
    "attr_accessor",
    "attr_reader",
    "attr_writer",
    "attribute",
    "belongs_to",
    "cattr_accessor",
    "cattr_reader",
    "cattr_writer",
    "class_attribute",
    "composed_of",
    "def_delegator",
    "def_delegators",
    "def_instance_delegator",
    "def_instance_delegators",
    "define",
    "define_method",
    "define_singleton_method",
    "delegate",
    "delegated_type",
    "enum",
    "has_and_belongs_to_many",
    "has_many",
    "has_one",
    "mattr_accessor",
    "mattr_reader",
    "mattr_writer",
    "new",
    "scope",
    "store",
    "store_accessor",
    "thread_mattr_accessor",
];

/// Every name that code below `node` may define a method by.
pub(super) fn collect_method_names(node: &Node, out: &mut HashSet<Symbol>) {
    match &node.kind {
        NodeKind::Definition(definition) => {
            out.insert(definition.name);
        }
        NodeKind::AliasMethod(names) => out.extend(name_of(&names.0)),
        NodeKind::Call(call) if DEFINING.contains(&&*call.name.to_str()) => collect_arguments(call, out),
        _ => {}
    }
    node.each_child(&mut |child| collect_method_names(child, out));
}

fn collect_arguments(call: &Call, out: &mut HashSet<Symbol>) {
    let mut add = |name: Symbol| {
        out.insert(name);
        for end in ["=", "?"] {
            out.insert(Symbol::new(&format!("{name}{end}")));
        }
    };
    call.arguments.positional.iter().filter_map(name_of).for_each(&mut add);
    for element in &call.arguments.keywords {
        if let HashElement::Pair(key, value) = element {
            [key, value].into_iter().filter_map(name_of).for_each(&mut add);
        }
    }
}

/// A name that is written down as a symbol or a string.
pub(super) fn name_of(node: &Node) -> Option<Symbol> {
    match &node.kind {
        NodeKind::Symbol(name) => Some(*name),
        NodeKind::String(text) => std::str::from_utf8(&text.bytes).ok().map(Symbol::new),
        _ => None,
    }
}

/// `[A, B]` of `A::B`; None where the path begins with something that is not a constant.
pub(super) fn constant_names(path: &ConstantPath) -> Option<Vec<Symbol>> {
    let mut names = match &path.scope {
        ConstantScope::Lexical | ConstantScope::Root => Vec::new(),
        ConstantScope::Of(scope) => names_of(scope)?,
    };
    names.push(path.name);
    Some(names)
}

/// The symbols that a literal lists; None where something else is among them.
pub(super) fn names_of(node: &Node) -> Option<Vec<Symbol>> {
    match &node.kind {
        NodeKind::Constant(name) => Some(vec![*name]),
        NodeKind::ConstantPath(path) => constant_names(path),
        _ => None,
    }
}

/// The methods that a class body defines, `def self.` ones and those of `class << self` included: an old migration's
/// `self.up` is its entry.
pub(super) fn collect_methods<'a>(node: &'a Node, out: &mut HashMap<Symbol, &'a Definition>) {
    match &node.kind {
        NodeKind::Definition(definition) => {
            out.insert(definition.name, definition);
        }
        NodeKind::Class(_) | NodeKind::Module(_) => {}
        _ => node.each_child(&mut |child| collect_methods(child, out)),
    }
}

/// The class of this name in a tree.
pub(super) fn find_class<'a>(node: &'a Node, name: &str) -> Option<&'a ClassDefinition> {
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
