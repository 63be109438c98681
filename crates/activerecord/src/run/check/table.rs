//! The calls that describe a table: methods that a table definition lacks, and options that Active Record would not
//! accept. Rails raises its ArgumentError in the middle of the run; it is known before.

use ruby::Symbol;
use ruby::ast::{Call, ClassDefinition, HashElement, Node, NodeKind};
use ruby::source::Span;

use super::{Known, Presence};

/// Whose options they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionsOf {
    Column,
    /// A reference's own, and those of its columns.
    Reference,
    Index,
}

/// The first Active Record version that checks a column's options.
const VALIDATING: (u32, u32) = (7, 1);

/// That of a class without a version that may be without one.
pub(crate) const CURRENT: (u32, u32) = (8, 1);

/// `Migration[7.1]` as (7, 1); None for a class that names no version.
pub(crate) fn version(class: &ClassDefinition) -> Option<(u32, u32)> {
    version_in(class.superclass.as_ref()?)
}

/// What stands in brackets behind a class.
pub(crate) fn version_in(node: &Node) -> Option<(u32, u32)> {
    let NodeKind::Call(call) = &node.kind else { return None };
    let NodeKind::Float(version) = call.arguments.positional.first()?.kind else { return None };
    let (major, minor) = format!("{version:.1}").split_once('.').map(|(a, b)| (a.parse(), b.parse()))?;
    Some((major.ok()?, minor.ok()?))
}

/// What is wrong with a message to a table definition (`t.string :name, nulll: false`).
pub(crate) fn definition_call(call: &Call, version: Option<(u32, u32)>, known: &dyn Known) -> Option<(Span, String)> {
    let name = &*call.name.to_str();
    if known.method(&known.table_definition(), call.name, false) == Presence::Nowhere {
        let message =
            format!("undefined method `{name}` for an instance of ActiveRecord::ConnectionAdapters::TableDefinition");
        return Some((call.name_span, message));
    }
    let options_of = match name {
        "references" | "belongs_to" => OptionsOf::Reference,
        "column" | "timestamps" => OptionsOf::Column,
        _ if known.column_type(call.name) => OptionsOf::Column,
        _ => return None,
    };
    (version? >= VALIDATING).then(|| unknown_key(call, options_of, known)).flatten()
}

/// What is wrong with a message to the migration itself (`add_column :users, :name, :string, nulll: false`).
pub(crate) fn statement(call: &Call, version: Option<(u32, u32)>, known: &dyn Known) -> Option<(Span, String)> {
    match &*call.name.to_str() {
        "add_column" if version? >= VALIDATING => unknown_key(call, OptionsOf::Column, known),
        "add_index" => unknown_key(call, OptionsOf::Index, known),
        _ => None,
    }
}

/// Active Support's `assert_valid_keys`, for the keys that are written down.
fn unknown_key(call: &Call, options_of: OptionsOf, known: &dyn Known) -> Option<(Span, String)> {
    let valid = known.valid_options(options_of)?;
    let key = call.arguments.keywords.iter().find_map(|element| match element {
        HashElement::Pair(Node { kind: NodeKind::Symbol(name), span }, _) if !is_valid(*name, &valid) => {
            Some((*span, *name))
        }
        _ => None,
    })?;
    let shown = valid.iter().map(|name| format!(":{name}")).collect::<Vec<_>>().join(", ");
    Some((key.0, format!("Unknown key: :{}. Valid keys are: {shown}", key.1)))
}

fn is_valid(name: Symbol, valid: &[String]) -> bool {
    // A column's `index:` is taken out before the options are looked at; names with an underscore are Rails' own.
    let name = &*name.to_str();
    name == "index" || name.starts_with('_') || valid.iter().any(|other| other == name)
}
