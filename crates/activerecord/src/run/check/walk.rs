//! The walk over a migration's code: from the file's top and from its entry (`up`, `down`, `change`) to whatever they call,
//! in this file and in those that it loads. It knows at each place whether the run is certain to come there.

mod calls;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruby::Symbol;
use ruby::ast::{
    AssignmentOperator, Begin, Block, Body, ClassDefinition, ConstantPath, ConstantScope, Definition, Local,
    MultipleTarget, Node, NodeKind, Parameter, Program, Target,
};
use ruby::source::{SourceFile, Span};

use super::definitions::{Names, Of, collect_methods, constant_names, find_class, names_of};
use super::kinds::{self, Kind};
use super::{Helper, Known, Presence, Reason, Subject, lacking_constant_hint, missing_constant_hint, model, table};
use crate::gems::gem_of_method;
use crate::run::world::Direction;

/// Whose methods a bare call finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Migration,
    Module(Symbol, Of),
    Unknown,
}

struct Walker<'a> {
    file: Rc<SourceFile>,
    subject: &'a Subject<'a>,
    helpers: &'a [(&'a Helper, &'a Program)],
    known: &'a dyn Known,
    names: &'a Names<'a>,
    /// The migration's own methods, by name, and those of the modules that it takes in.
    methods: HashMap<Symbol, &'a Definition>,
    /// Methods may come from where this does not see.
    open_ended: bool,
    /// The methods that were read, and whether as code that is certain to run.
    visited: HashMap<*const Definition, bool>,
    /// Names that were called or written down as symbols, and constants that were named.
    mentioned: HashSet<Symbol>,
    /// Libraries of Ruby that were asked for.
    required: Vec<String>,
    scope: Scope,
    /// Whether the run is certain to come to where the walk is.
    certain: bool,
    /// The migration's calls are taken down here, to be turned round.
    reverting: bool,
    /// The version that the migration names.
    version: Option<(u32, u32)>,
    /// For each block around the walk, outermost first, what its locals hold; None where that differs.
    locals: Vec<HashMap<u32, Option<Kind>>>,
    models: model::Models,
    reasons: Vec<Reason>,
    /// Where the calls of the migration's file stand that are certain to come.
    walked: HashSet<u32>,
}

/// What a walk found.
pub(super) struct Walk {
    pub reasons: Vec<Reason>,
    pub walked: HashSet<u32>,
}

/// What is wrong with a file's code, and with that of its helpers.
pub(super) fn walk<'a>(
    subject: &'a Subject<'a>,
    program: &'a Program,
    helpers: &'a [(&'a Helper, &'a Program)],
    known: &'a dyn Known,
    names: &'a Names<'a>,
) -> Walk {
    let mut walker = Walker {
        file: Rc::clone(&program.body.file),
        subject,
        helpers,
        known,
        names,
        methods: HashMap::new(),
        open_ended: false,
        visited: HashMap::new(),
        mentioned: HashSet::new(),
        required: Vec::new(),
        scope: Scope::Unknown,
        certain: true,
        reverting: false,
        version: None,
        locals: vec![HashMap::new()],
        models: model::Models::of(&program.body.node),
        reasons: Vec::new(),
        walked: HashSet::new(),
    };
    for (helper, program) in helpers {
        walker.certain = helper.certain;
        walker.body(&program.body);
    }
    walker.certain = true;
    walker.program(&program.body);
    walker.mentioned_methods();
    Walk { reasons: walker.reasons, walked: walker.walked }
}

impl<'a> Walker<'a> {
    fn program(&mut self, body: &'a Body) {
        self.body(body);
        self.certain = true;
        let Some(class_name) = self.subject.class_name else { return };
        let Some(class) = find_class(&body.node, class_name) else {
            self.misnamed(&body.node, class_name);
            return;
        };
        self.gem_macros(&class.body.node);
        self.open_ended = !is_migration_superclass(class.superclass.as_ref());
        self.take_methods(&class.body.node, 0);
        self.scope = Scope::Migration;
        self.version = table::version(class);
        let entries: &[&str] = match self.subject.direction {
            Direction::Up => &["up", "change"],
            Direction::Down => &["down", "change"],
        };
        let entry = entries.iter().find(|name| self.methods.contains_key(&Symbol::new(name)));
        if let Some(name) = entry
            && let Some(definition) = self.methods.get(&Symbol::new(name)).copied()
        {
            self.reverting = *name == "change" && self.subject.direction == Direction::Down;
            self.definition(definition, Scope::Migration);
            self.reverting = false;
        }
    }

    /// The methods of a class body, and of the modules of these files that it takes in.
    fn take_methods(&mut self, body: &'a Node, depth: usize) {
        let mut own = HashMap::new();
        collect_methods(body, &mut own);
        for (name, definition) in own {
            self.methods.entry(name).or_insert(definition);
        }
        let mut calls = Vec::new();
        model::statements(body, &mut calls);
        for call in calls.iter().filter(|call| matches!(&*call.name.to_str(), "include" | "extend" | "prepend")) {
            for module in &call.arguments.positional {
                let names = names_of(module).unwrap_or_default();
                let bodies = names.last().and_then(|name| self.names.bodies(*name));
                match bodies {
                    Some(bodies) if depth < 8 => bodies.iter().for_each(|body| self.take_methods(body, depth + 1)),
                    _ => self.open_ended = true,
                }
            }
        }
        self.open_ended |= is_open_ended(body);
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
                && let Some(gem) = gem_of_method(&call.name.to_str())
            {
                let message = format!("undefined method `{}` for a migration", call.name);
                let hint = format!("`{}` comes from the gem {gem}, which the native engine does not have", call.name);
                self.refuse(call.name_span, message, Some(hint));
            }
        }
    }

    /// Rails looks for a class of the file's name and would not find it.
    fn misnamed(&mut self, program: &'a Node, name: &str) {
        let last = name.rsplit("::").next().unwrap_or(name);
        if self.names.constants.contains(&Symbol::new(last)) {
            return;
        }
        let span = first_class(program).map_or_else(Span::default, |class| Span { end: class.start + 5, ..class });
        let hint = format!("the file's name says that it defines the class `{name}`");
        self.refuse(span, format!("uninitialized constant {name}"), Some(hint));
    }

    fn refuse(&mut self, span: Span, message: String, hint: Option<String>) {
        let (line, column) = self.file.position(span.start);
        let reason = Reason { message, line, column, excerpt: self.file.excerpt(span), hint };
        let helper = self.helpers.iter().find(|(_, program)| Rc::ptr_eq(&program.body.file, &self.file));
        self.reasons.push(match helper {
            Some((helper, _)) => helper.reason(reason),
            None => reason,
        });
    }

    // Where the walk goes

    fn body(&mut self, body: &'a Body) {
        let file = std::mem::replace(&mut self.file, Rc::clone(&body.file));
        let locals = std::mem::replace(&mut self.locals, vec![HashMap::new()]);
        let certain = self.certain;
        self.walk(&body.node);
        self.certain = certain;
        self.locals = locals;
        self.file = file;
    }

    fn definition(&mut self, definition: &'a Definition, scope: Scope) {
        let key = std::ptr::from_ref(definition);
        if self.visited.get(&key).is_some_and(|certainly| *certainly || !self.certain) {
            return;
        }
        self.visited.insert(key, self.certain);
        let outer = std::mem::replace(&mut self.scope, scope);
        self.body(&definition.body);
        self.scope = outer;
    }

    /// Methods that may be called by name from somewhere that was read; those of other files where their module was named.
    fn mentioned_methods(&mut self) {
        self.certain = false;
        loop {
            let before = (self.mentioned.len(), self.visited.len());
            for name in self.mentioned.clone() {
                for (module, of, definition) in self.names.methods_named(name) {
                    self.mentioned_method(name, *module, *of, definition);
                }
            }
            if before == (self.mentioned.len(), self.visited.len()) {
                return;
            }
        }
    }

    fn mentioned_method(&mut self, name: Symbol, module: Symbol, of: Of, definition: &'a Definition) {
        let is_own = self.methods.get(&name).is_some_and(|own| std::ptr::eq(*own, definition));
        // The other direction's entry does not run.
        if is_own && matches!(&*name.to_str(), "up" | "down" | "change") {
            return;
        }
        let is_near = Rc::ptr_eq(&definition.body.file, &self.file) || module.is("Object");
        if is_own || is_near || self.mentioned.contains(&module) {
            self.definition(definition, if is_own { Scope::Migration } else { Scope::Module(module, of) });
        }
    }

    fn mention(&mut self, name: Symbol) {
        self.mentioned.insert(name);
    }

    fn uncertainly(&mut self, work: impl FnOnce(&mut Self)) {
        let certain = std::mem::replace(&mut self.certain, false);
        work(self);
        self.certain = certain;
    }

    /// Code that may run or not; what follows is certain only where none of it leaves.
    fn branches(&mut self, nodes: &[&'a Node]) {
        self.uncertainly(|walker| {
            for node in nodes {
                walker.walk(node);
            }
        });
        let jump = |node: &Node| matches!(node.kind, NodeKind::Return(_) | NodeKind::Break(_) | NodeKind::Next(_));
        self.certain &= !nodes.iter().any(|node| node.any(&jump));
    }

    fn walk(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::Symbol(name) => self.mention(*name),
            NodeKind::Constant(name) => self.constant(node, &[*name]),
            NodeKind::ConstantPath(path) => self.constant_path(node, path),
            NodeKind::If(branch) => {
                self.walk(&branch.condition);
                self.branches(&[&branch.then_branch, &branch.else_branch]);
            }
            NodeKind::And(left, right) | NodeKind::Or(left, right) => {
                self.walk(left);
                self.branches(&[right]);
            }
            NodeKind::Case(case) => {
                case.subject.iter().for_each(|subject| self.walk(subject));
                self.rest_uncertainly(node, case.subject.as_ref());
            }
            NodeKind::CaseIn(case) => {
                self.walk(&case.subject);
                self.rest_uncertainly(node, Some(&case.subject));
            }
            NodeKind::While(node) => {
                self.walk(&node.condition);
                self.branches(&[&node.body]);
            }
            NodeKind::Begin(begin) => self.begin(node, begin),
            NodeKind::Return(value) | NodeKind::Break(value) | NodeKind::Next(value) => {
                if let Some(value) = value {
                    self.walk(value);
                }
                self.certain = false;
            }
            NodeKind::Assignment(assignment) => {
                self.walk(&assignment.value);
                let kind = self.kind_of(&assignment.value);
                self.assign(&assignment.target, kind);
            }
            NodeKind::OperatorAssignment(assignment) => {
                // `x ||= y` may never look at y.
                match assignment.operator {
                    AssignmentOperator::Call(_) => self.walk(&assignment.value),
                    AssignmentOperator::Or | AssignmentOperator::And => self.branches(&[&assignment.value]),
                }
                self.assign(&assignment.target, None);
            }
            NodeKind::MultipleAssignment(assignment) => {
                self.walk(&assignment.value);
                self.assign_all(&assignment.targets);
            }
            NodeKind::Class(class) => self.class(class),
            NodeKind::Module(module) => self.module(&module.body, module.path.name),
            NodeKind::SingletonClass(class) => self.module(&class.body, Symbol::new("")),
            NodeKind::Lambda(block) => self.uncertainly(|walker| walker.block(block, &[])),
            NodeKind::Call(call) => self.call(call),
            NodeKind::Defined(_) | NodeKind::Definition(_) => {}
            NodeKind::MatchRequired(_) | NodeKind::MatchPredicate(_) => {
                self.uncertainly(|walker| walker.children(node));
            }
            _ => self.children(node),
        }
    }

    fn children(&mut self, node: &'a Node) {
        let mut children = Vec::new();
        node.each_child(&mut |child| children.push(child));
        for child in children {
            self.walk(child);
        }
    }

    /// The children but for one that was read before.
    fn rest_uncertainly(&mut self, node: &'a Node, read: Option<&'a Node>) {
        let mut children = Vec::new();
        node.each_child(&mut |child| children.push(child));
        children.retain(|child| !read.is_some_and(|read| std::ptr::eq(*child, read)));
        self.branches(&children);
    }

    fn begin(&mut self, node: &'a Node, begin: &'a Begin) {
        if begin.rescues.is_empty() {
            self.walk(&begin.body);
        } else {
            self.uncertainly(|walker| walker.walk(&begin.body));
            // What a clause names is looked at when something is raised.
            for rescue in &begin.rescues {
                rescue.reference.iter().for_each(|target| self.assign(target, None));
                self.uncertainly(|walker| walker.walk(&rescue.body));
            }
            let jump = |node: &Node| matches!(node.kind, NodeKind::Return(_) | NodeKind::Break(_) | NodeKind::Next(_));
            self.certain &= !node.any(&jump);
        }
        begin.else_branch.iter().for_each(|branch| self.branches(&[branch]));
        begin.ensure.iter().for_each(|ensure| self.walk(ensure));
    }

    fn class(&mut self, class: &'a ClassDefinition) {
        if let Some(superclass) = &class.superclass {
            self.walk(superclass);
            if self.certain && self.models.is_model(superclass) {
                let name = constant_names(&class.path).unwrap_or_default();
                let name = name.iter().map(ToString::to_string).collect::<Vec<_>>().join("::");
                self.model(&class.body.node, &name);
            }
        }
        self.module(&class.body, class.path.name);
    }

    fn module(&mut self, body: &'a Rc<Body>, name: Symbol) {
        let outer = std::mem::replace(&mut self.scope, Scope::Module(name, Of::Itself));
        self.body(body);
        self.scope = outer;
    }

    fn model(&mut self, body: &Node, name: &str) {
        for (span, message, hint) in self.models.complaints(body, name, self.known) {
            self.refuse(span, message, hint);
        }
    }

    fn block(&mut self, block: &'a Block, parameters: &[Kind]) {
        let mut locals = HashMap::new();
        for (parameter, kind) in block.parameters.required.iter().zip(parameters) {
            if let Parameter::Slot(slot) = parameter {
                locals.insert(*slot, Some(kind.clone()));
            }
        }
        self.locals.push(locals);
        self.walk(&block.body.node);
        self.locals.pop();
    }

    // Constants

    fn constant(&mut self, node: &Node, path: &[Symbol]) {
        self.mentioned.extend(path);
        // A path that goes through something a file defines may lead anywhere.
        if path.iter().any(|name| self.names.constants.contains(name)) {
            return;
        }
        let name = path.iter().map(ToString::to_string).collect::<Vec<_>>().join("::");
        match self.known.constant(path) {
            Presence::Here => {}
            Presence::Lacking(name) => {
                let hint = lacking_constant_hint(&name);
                self.refuse(node.span, format!("`{name}` is not supported"), hint);
            }
            Presence::Nowhere if self.is_of_required(path[0]) => {
                let hint = lacking_constant_hint(&name);
                self.refuse(node.span, format!("`{name}` is not supported"), hint);
            }
            Presence::Nowhere if self.certain => {
                self.refuse(node.span, format!("uninitialized constant {name}"), Some(missing_constant_hint(&name)));
            }
            Presence::Nowhere => {}
        }
    }

    /// Whether a library of Ruby that these files ask for brings the constant.
    fn is_of_required(&self, constant: Symbol) -> bool {
        let constant = constant.to_str();
        self.required.iter().any(|library| ruby::known_names::constants_of(library).any(|other| other == &*constant))
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

    // Locals, and what values are

    fn local(&self, local: Local) -> Option<&Kind> {
        let around = self.locals.len().checked_sub(1 + local.depth as usize)?;
        self.locals[around].get(&local.slot)?.as_ref()
    }

    /// What a local holds from here on. Code that may run or not leaves it open.
    fn assign(&mut self, target: &'a Target, kind: Option<Kind>) {
        match target {
            Target::Local(local) => {
                let Some(around) = self.locals.len().checked_sub(1 + local.depth as usize) else { return };
                let known = self.locals[around].get(&local.slot).cloned();
                let kind = if self.certain || known.is_none() || known.as_ref() == Some(&kind) { kind } else { None };
                self.locals[around].insert(local.slot, kind);
            }
            Target::Attribute(attribute) => self.walk(&attribute.receiver),
            Target::Index(index) => {
                self.walk(&index.receiver);
                self.arguments(&index.arguments);
            }
            Target::Multiple(targets) => self.assign_all(targets),
            _ => {}
        }
    }

    fn assign_all(&mut self, targets: &'a MultipleTarget) {
        let all = targets.before.iter().chain(&targets.rest).chain(&targets.after);
        for target in all {
            self.assign(target, None);
        }
    }

    fn kind_of(&self, node: &Node) -> Option<Kind> {
        match &node.kind {
            NodeKind::LocalVariable(local) => self.local(*local).cloned(),
            NodeKind::Constant(_) | NodeKind::ConstantPath(_) => {
                let names = names_of(node)?;
                let is_own = names.iter().any(|name| self.names.constants.contains(name));
                if is_own { None } else { self.known.module(&names).map(Kind::Module) }
            }
            NodeKind::Call(call) => self.answer_of(call),
            NodeKind::Sequence(nodes) if nodes.len() == 1 => self.kind_of(&nodes[0]),
            _ => kinds::literal(node),
        }
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

/// Whether methods may come from where this check does not see: `define_method`, `delegate` and their like.
fn is_open_ended(body: &Node) -> bool {
    const SOURCES: &[&str] = &[
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
