//! What a call means to the walk: whose method it is, what it answers, and when its block runs.

use ruby::Symbol;
use ruby::ast::{Arguments, Block, BlockArgument, Call, Node, NodeKind};

use super::{Scope, Walker};
use crate::gems::{column_hint, gem_of_method};
use crate::migration::compatibility;
use crate::run::check::definitions::{Of, name_of, names_of};
use crate::run::check::kinds::{self, Kind};
use crate::run::check::{Presence, irreversible, required, table};
use crate::run::world::Direction;

/// Methods whose block runs whenever they are called.
const YIELDING: &[&str] = &[
    "benchmark",
    "change_table",
    "class_eval",
    "class_exec",
    "create_join_table",
    "create_table",
    "disable_referential_integrity",
    "instance_eval",
    "instance_exec",
    "loop",
    "measure",
    "module_eval",
    "no_touching",
    "realtime",
    "reversible",
    "safety_assured",
    "say_with_time",
    "silence",
    "silence_stream",
    "silence_warnings",
    "suppress_messages",
    "tap",
    "then",
    "transaction",
    "uncached",
    "unscoped",
    "use_zone",
    "with_connection",
    "with_locale",
    "with_options",
    "without_locking",
    "yield_self",
];

/// Methods that call their block for every element, once at least where there are elements.
const ITERATING: &[&str] = &[
    "each",
    "each_with_index",
    "each_pair",
    "map",
    "flat_map",
    "each_with_object",
    "reverse_each",
    "each_key",
    "times",
];

/// Methods that send the message that their first argument names.
const SENDING: &[&str] = &["send", "public_send", "__send__", "try", "try!", "respond_to?", "method", "public_method"];

/// Methods that send the text that their first argument is.
const SENDING_SQL: &[&str] = &[
    "execute",
    "exec_query",
    "exec_insert",
    "exec_update",
    "exec_delete",
    "insert",
    "update",
    "delete",
    "query",
    "query_value",
    "query_values",
    "select_all",
    "select_one",
    "select_rows",
    "select_value",
    "select_values",
];

impl<'a> Walker<'a> {
    /// What a call is known to answer.
    pub(super) fn answer_of(&self, call: &Call) -> Option<Kind> {
        if call.safe_navigation || self.methods.contains_key(&call.name) && call.receiver.is_none() {
            return None;
        }
        let name = &*call.name.to_str();
        let connection = self.known.connection();
        if matches!(name, "connection" | "lease_connection") && call.arguments.positional.is_empty() {
            let of_migration = call.receiver.is_none() && self.scope == Scope::Migration;
            let of_model = call.receiver.as_ref().is_some_and(|receiver| names_of(receiver).is_some());
            return (of_migration || of_model).then_some(connection);
        }
        let receiver = call.receiver.as_ref()?;
        let of = self.kind_of(receiver);
        // `to_s` is a method of everything; what these files define may answer anything.
        if self.names.methods.contains(&call.name) {
            return None;
        }
        let has_block = !matches!(call.arguments.block, BlockArgument::None);
        kinds::answer(of.as_ref(), name, has_block, &connection)
    }

    // Calls

    /// A call, its receiver, its arguments and its block.
    pub(super) fn call(&mut self, call: &'a Call) {
        if let Some(receiver) = &call.receiver {
            self.walk(receiver);
        }
        let after = self.certain;
        let certain = self.certain && !call.safe_navigation;
        self.certain = certain;
        self.arguments(&call.arguments);
        let left = self.certain != certain;
        self.message(call);
        if let BlockArgument::Literal(block) = &call.arguments.block {
            self.block_of(call, block);
        }
        // What stands behind `x&.y` runs whether it was called or not; a jump among the arguments ends it.
        self.certain = if left { false } else { self.certain || after && call.safe_navigation };
    }

    fn message(&mut self, call: &'a Call) {
        self.mention(call.name);
        if self.certain && &*self.file.path == self.subject.source.path() {
            self.walked.insert(call.name_span.start);
        }
        let name = &*call.name.to_str();
        let on_self = call.receiver.as_ref().is_none_or(|receiver| matches!(receiver.kind, NodeKind::SelfReference));
        if call.receiver.is_none() && matches!(name, "require" | "require_relative" | "require_dependency" | "load") {
            self.library(call);
        }
        if on_self {
            self.own_call(call);
            if self.scope == Scope::Migration {
                self.literal_sql(call);
            }
        } else if let Some(receiver) = &call.receiver {
            self.call_into_module(call, receiver);
            self.version_of_schema(call, receiver);
            if let Some(kind) = self.kind_of(receiver) {
                self.call_of_kind(call, &kind);
            }
        }
    }

    /// `ActiveRecord::Schema[9.0]`: what loads it may have emptied the database before.
    fn version_of_schema(&mut self, call: &'a Call, receiver: &'a Node) {
        let is_schema = || {
            let names = names_of(receiver).unwrap_or_default();
            matches!(&names[..], [module, class] if module.is("ActiveRecord") && class.is("Schema"))
        };
        if self.certain
            && call.name.is("[]")
            && let [Node { kind: NodeKind::Float(number), span }] = &call.arguments.positional[..]
            && is_schema()
            && let Some(complaint) = compatibility::complaint_of(*number)
        {
            self.refuse(*span, complaint, None);
        }
    }

    /// A message to something of which it is evident what it is.
    fn call_of_kind(&mut self, call: &'a Call, kind: &Kind) {
        if *kind == Kind::TableDefinition {
            self.column(call);
            return;
        }
        if *kind == self.known.connection() {
            self.literal_sql(call);
        } else if self.certain && self.reverting && *kind == self.known.table() {
            self.irreversible(call, irreversible::of_table(call));
        }
        let name = &*call.name.to_str();
        let sent = SENDING.contains(&name).then(|| call.arguments.positional.first().and_then(name_of)).flatten();
        if let Some(sent) = sent
            && !self.names.methods.contains(&sent)
            && let Presence::Lacking(method) = self.known.method(kind, sent, true)
        {
            self.refuse(call.name_span, format!("`{method}` is not supported"), None);
        }
        if self.names.methods.contains(&call.name) {
            return;
        }
        match self.known.method(kind, call.name, call.ignore_visibility) {
            Presence::Here => {}
            Presence::Lacking(method) => self.refuse(call.name_span, format!("`{method}` is not supported"), None),
            Presence::Nowhere => {
                if self.certain {
                    let whose = match kind {
                        Kind::Module(module) => format!("`{module}`"),
                        Kind::Instance(class) => format!("an instance of {class}"),
                        Kind::TableDefinition => return,
                    };
                    self.refuse(call.name_span, format!("undefined method `{name}` for {whose}"), None);
                }
            }
        }
    }

    /// A message to the `t` of `create_table`.
    fn column(&mut self, call: &'a Call) {
        if self.names.methods.contains(&call.name) {
            return;
        }
        if let Presence::Lacking(method) = self.known.method(&self.known.table_definition(), call.name, false) {
            self.refuse(call.name_span, format!("`{method}` is not supported"), None);
            return;
        }
        if self.certain
            && let Some((span, message)) = table::definition_call(call, self.version, self.known)
        {
            self.refuse(span, message, column_hint(&call.name.to_str()));
        }
    }

    /// `Helper.fill`, `Importer.new(1).run`: into the methods of modules that these files define.
    fn call_into_module(&mut self, call: &'a Call, receiver: &'a Node) {
        let last = |node: &Node| names_of(node).and_then(|names| names.last().copied());
        if let Some(module) = last(receiver) {
            let (of, name) = if call.name.is("new") { (Of::Instances, "initialize") } else { (Of::Itself, "") };
            let name = if name.is_empty() { call.name } else { Symbol::new(name) };
            self.enter(module, of, name);
        } else if let NodeKind::Call(maker) = &receiver.kind
            && maker.name.is("new")
            && let Some(module) = maker.receiver.as_ref().and_then(last)
        {
            self.enter(module, Of::Instances, call.name);
        }
    }

    fn enter(&mut self, module: Symbol, of: Of, name: Symbol) {
        if let Some(definition) = self.names.method(module, of, name) {
            self.definition(definition, Scope::Module(module, of));
        }
    }

    /// A message without a receiver.
    fn own_call(&mut self, call: &'a Call) {
        match self.scope {
            Scope::Migration => self.migration_call(call),
            Scope::Module(module, of) => self.enter(module, of, call.name),
            Scope::Unknown => self.enter(Symbol::new("Object"), Of::Instances, call.name),
        }
    }

    /// A message that the migration sends to itself.
    fn migration_call(&mut self, call: &'a Call) {
        let name = call.name;
        if let Some(definition) = self.methods.get(&name).copied() {
            self.definition(definition, Scope::Migration);
            return;
        }
        if let Some(definition) = self.names.method(Symbol::new("Object"), Of::Instances, name) {
            self.definition(definition, Scope::Migration);
            return;
        }
        match self.known.migration_method(name) {
            Presence::Lacking(method) if !self.names.methods.contains(&name) => {
                self.refuse(call.name_span, format!("`{method}` is not supported"), None);
            }
            Presence::Nowhere if self.certain && !self.open_ended && !self.names.methods.contains(&name) => {
                let what = if call.variable_call { "undefined local variable or method" } else { "undefined method" };
                let hint = gem_of_method(&name.to_str())
                    .map(|gem| format!("`{name}` comes from the gem {gem}, which the native engine does not have"));
                self.refuse(call.name_span, format!("{what} `{name}` for a migration"), hint);
            }
            Presence::Here if self.certain => {
                if let Some((span, message)) = table::statement(call, self.version, self.known) {
                    self.refuse(span, message, None);
                }
                if self.reverting {
                    self.irreversible(call, irreversible::statement(call, self.version));
                }
            }
            _ => {}
        }
    }

    /// What cannot be turned round raises when the way back comes to it.
    fn irreversible(&mut self, call: &Call, message: Option<String>) {
        if let Some(message) = message
            && !self.names.methods.contains(&call.name)
        {
            let hint = "define `up` and `down` in place of `change`, or use `reversible`".to_owned();
            self.refuse(call.name_span, message, Some(hint));
        }
    }

    /// SQL that is written down, and that the adapter would not send.
    fn literal_sql(&mut self, call: &Call) {
        if let Some(sql) = call.arguments.positional.first().and_then(required::literal_text)
            && SENDING_SQL.contains(&&*call.name.to_str())
            && let Some(message) = self.known.refused_statement(&sql)
        {
            self.refuse(call.name_span, message, None);
        }
    }

    fn block_of(&mut self, call: &'a Call, block: &'a Block) {
        if call.name.is("new") && call.arguments.positional.first().is_some_and(|one| self.models.is_model(one)) {
            self.model(&block.body.node, "#<Class>");
        }
        let name = &*call.name.to_str();
        let on_self = call.receiver.as_ref().is_none_or(|receiver| matches!(receiver.kind, NodeKind::SelfReference));
        let schema = call.receiver.as_ref().filter(|class| name == "define" && is_schema_class(class));
        let is_schema = schema.is_some();
        let runs = match name {
            "up" if !on_self => self.runs_in(Direction::Up),
            "down" if !on_self => self.runs_in(Direction::Down),
            "up_only" => self.runs_in(Direction::Up),
            _ => Some(YIELDING.contains(&name) || is_schema || self.iterates(call, name) || self.yields(call)),
        };
        let Some(runs) = runs else { return };
        let of = call.receiver.as_ref().and_then(|receiver| self.kind_of(receiver));
        let parameters: Vec<Kind> = match name {
            "create_table" | "create_join_table" if on_self || of.as_ref() == Some(&self.known.connection()) => {
                vec![Kind::TableDefinition]
            }
            "change_table" => vec![self.known.table()],
            "with_connection" => vec![self.known.connection()],
            "each" | "map" | "each_with_index" | "flat_map" => self.element(call).into_iter().collect(),
            "tap" | "then" | "yield_self" => of.into_iter().collect(),
            _ => Vec::new(),
        };
        // Of `class_eval` and its like, the block's self is another.
        let evaluates = matches!(name, "class_eval" | "class_exec" | "instance_eval" | "instance_exec" | "module_eval");
        let (scope, reverting, version) = (self.scope, self.reverting, self.version);
        if matches!(name, "reversible" | "revert" | "up_only" | "execute_block") {
            self.reverting = false;
        }
        if (evaluates && !on_self) || name == "new" {
            self.scope = Scope::Module(Symbol::new(""), Of::Itself);
        }
        if let Some(class) = schema {
            (self.scope, self.version) = (Scope::Migration, table::version_in(class).or(Some(table::CURRENT)));
        }
        if runs {
            self.block(block, &parameters);
        } else {
            self.uncertainly(|walker| walker.block(block, &parameters));
            let jump = |node: &Node| matches!(node.kind, NodeKind::Return(_) | NodeKind::Break(_) | NodeKind::Next(_));
            self.certain &= !block.body.node.any(&jump);
        }
        (self.scope, self.reverting, self.version) = (scope, reverting, version);
    }

    /// None: that side does not run.
    fn runs_in(&self, direction: Direction) -> Option<bool> {
        (self.subject.direction == direction).then_some(true)
    }

    /// Whether a block is called once at least: the receiver is written down and has elements.
    fn iterates(&self, call: &Call, name: &str) -> bool {
        ITERATING.contains(&name)
            && match call.receiver.as_ref().map(|receiver| &receiver.kind) {
                Some(NodeKind::Array(nodes)) => nodes.iter().any(|node| !matches!(node.kind, NodeKind::Splat(_))),
                Some(NodeKind::Hash(elements)) => !elements.is_empty(),
                Some(NodeKind::Integer(number)) => *number > 0,
                _ => false,
            }
    }

    /// Whether the migration's own method calls its block whenever it is called.
    fn yields(&self, call: &Call) -> bool {
        let own = self.methods.get(&call.name).filter(|_| call.receiver.is_none());
        own.is_some_and(|definition| match &definition.body.node.kind {
            NodeKind::Sequence(nodes) => nodes.iter().any(|node| matches!(node.kind, NodeKind::Yield(_))),
            kind => matches!(kind, NodeKind::Yield(_)),
        })
    }

    /// What the elements of an array that is written down are.
    fn element(&self, call: &Call) -> Option<Kind> {
        let NodeKind::Array(nodes) = &call.receiver.as_ref()?.kind else { return None };
        let first = kinds::literal(nodes.first()?)?;
        nodes.iter().all(|node| kinds::literal(node).as_ref() == Some(&first)).then_some(first)
    }

    /// What stands between a call's parentheses.
    pub(super) fn arguments(&mut self, arguments: &'a Arguments) {
        let mut nodes = Vec::new();
        arguments.each_argument(&mut |node| nodes.push(node));
        for node in nodes {
            self.walk(node);
        }
    }

    /// `require "x"`
    fn library(&mut self, call: &'a Call) {
        let Some(argument) = call.arguments.positional.first() else { return };
        let NodeKind::String(text) = &argument.kind else { return };
        let name = String::from_utf8_lossy(&text.bytes).into_owned();
        let in_app = required::path_of(call, &self.file.path, self.subject.root);
        if let Some(path) = &in_app
            && (self.subject.has_file)(path)
        {
            return;
        }
        let found = if call.name.is("require") || call.name.is("require_dependency") {
            if (self.subject.has_file)(&format!("vendor/{name}.rb")) {
                Presence::Here
            } else {
                self.known.library(&name)
            }
        } else if in_app.is_some() {
            Presence::Nowhere
        } else {
            Presence::Here
        };
        match found {
            Presence::Here => self.required.push(name),
            Presence::Lacking(library) => {
                self.refuse(argument.span, format!("the library `{library}` is not supported"), None);
            }
            Presence::Nowhere if self.certain => {
                let hint =
                    "neither Ruby nor the app has a file of that name; what a gem brings is not there when Maglev runs";
                self.refuse(argument.span, format!("cannot load such file -- {name}"), Some(hint.to_owned()));
            }
            Presence::Nowhere => {}
        }
    }
}

/// `ActiveRecord::Schema` or `ActiveRecord::Schema[7.1]`.
fn is_schema_class(node: &Node) -> bool {
    let class = match &node.kind {
        NodeKind::Call(call) if call.name.is("[]") => call.receiver.as_ref(),
        _ => Some(node),
    };
    let names = class.and_then(names_of).unwrap_or_default();
    matches!(&names[..], [module, class] if module.is("ActiveRecord") && class.is("Schema"))
}
