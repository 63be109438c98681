//! The body of a model: macros that nothing defines (a gem's), those that the native engine does not have, and options and
//! forms that Active Record would not accept. Rails raises where the class is read, in the middle of the run.

use std::collections::HashSet;

use ruby::Symbol;
use ruby::ast::{Call, ClassDefinition, HashElement, Node, NodeKind};
use ruby::source::Span;

use super::definitions::names_of;
use super::{Known, Presence};
use crate::models::associations::options;
use crate::models::reflection::Macro;

/// What is wrong, where, and what may help.
pub(super) type Complaint = (Span, String, Option<String>);

/// The classes of a file that are models, and the methods that they and its modules give their classes.
#[derive(Default)]
pub(super) struct Models {
    names: HashSet<Symbol>,
    class_methods: HashSet<Symbol>,
    /// Some model takes in a module, or answers to whatever it is asked: what its classes answer is not seen from here.
    is_open: bool,
}

/// Macros that are Active Record's and absent here.
const ABSENT: &[&str] = &[
    "connects_to",
    "connected_to",
    "establish_connection",
    "destroy_association_async_job=",
    "has_one_attached",
    "has_many_attached",
    "has_rich_text",
];

const ABSENT_OPTIONS: &[&str] = &["query_constraints"];

impl Models {
    /// Finds the models of a file: a class below one that is a model is a model too.
    pub(super) fn of(program: &Node) -> Self {
        let mut models = Self::default();
        let mut classes = Vec::new();
        collect(program, &mut classes, &mut models.class_methods);
        loop {
            let before = models.names.len();
            for class in &classes {
                if class.superclass.as_ref().is_some_and(|superclass| models.is_model(superclass)) {
                    models.names.insert(class.path.name);
                }
            }
            if models.names.len() == before {
                break;
            }
        }
        models.is_open = models.class_methods.contains(&Symbol::new("method_missing"))
            || classes.iter().filter(|class| models.names.contains(&class.path.name)).any(|class| includes(class));
        models
    }

    /// Whether a superclass is a model: `ActiveRecord::Base`, or a model of the file.
    pub(super) fn is_model(&self, superclass: &Node) -> bool {
        let names = names_of(superclass).unwrap_or_default();
        match &names[..] {
            [module, class] if module.is("ActiveRecord") && class.is("Base") => true,
            // The app's, or what stands in for it.
            [class] if class.is("ApplicationRecord") => true,
            [.., class] => self.names.contains(class),
            [] => false,
        }
    }

    /// What is certain to go wrong in a model's body.
    pub(super) fn complaints(&self, body: &Node, class: &str, known: &dyn Known) -> Vec<Complaint> {
        let mut calls = Vec::new();
        statements(body, &mut calls);
        calls.into_iter().filter_map(|call| self.complaint(call, class, known)).collect()
    }

    fn complaint(&self, call: &Call, class: &str, known: &dyn Known) -> Option<Complaint> {
        let name = &*call.name.to_str();
        if ABSENT.contains(&name) {
            let message = format!("`{name}` in a model is not supported");
            return Some((call.name_span, message, None));
        }
        let presence =
            if self.class_methods.contains(&call.name) { Presence::Here } else { known.model_method(call.name) };
        if let Presence::Lacking(method) = presence {
            return Some((call.name_span, format!("`{method}` is not supported"), None));
        }
        if !self.is_open && presence == Presence::Nowhere {
            let what = if call.variable_call { "undefined local variable or method" } else { "undefined method" };
            return Some((call.name_span, format!("{what} `{name}` for class {class}"), hint(name)));
        }
        let positional = call.arguments.positional.len();
        match name {
            "belongs_to" | "has_one" | "has_many" | "has_and_belongs_to_many" => association_options(call, name),
            "enum" if positional == 0 => {
                let message = "wrong number of arguments (given 0, expected 1..2)".to_owned();
                let hint = "Rails 8 takes the attribute first: `enum :status, { .. }`".to_owned();
                Some((call.name_span, message, Some(hint)))
            }
            "serialize" if positional > 1 => {
                let message = format!("wrong number of arguments (given {positional}, expected 1)");
                let hint = "Rails 7.1 and later take `coder:` and `type:`".to_owned();
                Some((call.name_span, message, Some(hint)))
            }
            _ => None,
        }
    }
}

fn includes(class: &ClassDefinition) -> bool {
    let mut calls = Vec::new();
    statements(&class.body.node, &mut calls);
    calls.iter().any(|call| matches!(&*call.name.to_str(), "include" | "extend" | "prepend"))
}

fn hint(name: &str) -> Option<String> {
    let gem = crate::gems::gem_of_macro(name)?;
    Some(format!("`{name}` comes from the gem {gem}, which the native engine does not have"))
}

/// `assert_valid_keys` of an association, and the options that are absent here.
fn association_options(call: &Call, name: &str) -> Option<Complaint> {
    let kind = match name {
        "belongs_to" => Macro::BelongsTo,
        "has_one" => Macro::HasOne,
        "has_and_belongs_to_many" => Macro::HasAndBelongsToMany,
        _ => Macro::HasMany,
    };
    call.arguments.keywords.iter().find_map(|element| {
        let HashElement::Pair(Node { kind: NodeKind::Symbol(key), span }, value) = element else { return None };
        let key = &*key.to_str();
        if ABSENT_OPTIONS.contains(&key) {
            return Some((*span, format!("`{key}:` of an association is not supported"), None));
        }
        if matches!(key, "foreign_key" | "association_foreign_key")
            && name == "has_and_belongs_to_many"
            && matches!(value.kind, NodeKind::Array(_))
        {
            return Some((*span, "`has_and_belongs_to_many` by several columns is not supported".to_owned(), None));
        }
        if matches!(key, "dependent") && matches!(&value.kind, NodeKind::Symbol(how) if how.is("destroy_async")) {
            let message = "A valid destroy_association_async_job is required to use `dependent: :destroy_async` on \
                           associations";
            return Some((*span, message.to_owned(), None));
        }
        let valid = options::may_be_known(kind, key)
            || (kind == Macro::HasAndBelongsToMany && key == "association_foreign_key");
        (!valid).then(|| (*span, format!("Unknown key: :{key}"), None))
    })
}

/// The messages that a class body sends to its class, not within conditions or blocks.
pub(super) fn statements<'a>(node: &'a Node, out: &mut Vec<&'a Call>) {
    match &node.kind {
        NodeKind::Sequence(nodes) => nodes.iter().for_each(|node| statements(node, out)),
        NodeKind::Call(call) => {
            let to_class =
                call.receiver.as_ref().is_none_or(|receiver| matches!(receiver.kind, NodeKind::SelfReference));
            if to_class {
                out.push(call);
            }
        }
        _ => {}
    }
}

fn collect<'a>(node: &'a Node, classes: &mut Vec<&'a ClassDefinition>, methods: &mut HashSet<Symbol>) {
    match &node.kind {
        NodeKind::Class(class) => classes.push(class),
        // A module's methods may come to a class by `extend`, those of `class << self` are there anyway.
        NodeKind::Definition(definition) => {
            methods.insert(definition.name);
        }
        NodeKind::Call(call) if call.name.is("define_singleton_method") => {
            if let Some(NodeKind::Symbol(name)) = call.arguments.positional.first().map(|node| &node.kind) {
                methods.insert(*name);
            }
        }
        _ => {}
    }
    node.each_child(&mut |child| collect(child, classes, methods));
}
