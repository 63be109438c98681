//! Commands of a `change` that cannot be turned round: migration/command_recorder.rb raises IrreversibleMigration when the way
//! back comes to them, perhaps after other migrations. What is written down tells it before.

use ruby::ast::{BlockArgument, Call, HashElement, Node, NodeKind};

/// Recorded, and never inverted.
const NEVER: [&str; 3] = ["execute", "change_column", "add_enum_value"];

/// What IrreversibleMigration says of a message to the migration; None where that depends on what the run knows. Before
/// Rails 6.0 comments were turned round as they are.
pub(super) fn statement(call: &Call, version: Option<(u32, u32)>) -> Option<String> {
    let name = &*call.name.to_str();
    if NEVER.contains(&name) {
        return Some(never(name));
    }
    let given = Given::of(call)?;
    let message = match name {
        "drop_table" => return drop_table(&given),
        "remove_column" if given.size() <= 2 => "remove_column is only reversible if given a type.",
        "remove_columns" if !given.has("type") => "remove_columns is only reversible if given a type.",
        "remove_index" if given.lacks(1, "column") => "remove_index is only reversible if given a :column option.",
        "change_column_default" if !given.tells_both(2) => return Some(from_and_to(name)),
        "change_column_comment" if version? > (5, 2) && !given.tells_both(2) => return Some(from_and_to(name)),
        "change_table_comment" if version? > (5, 2) && !given.tells_both(1) => return Some(from_and_to(name)),
        "rename_enum_value" if !given.tells_both(usize::MAX) => return Some(from_and_to(name)),
        "remove_foreign_key" if given.lacks(1, "to_table") => {
            "remove_foreign_key is only reversible if given a second table"
        }
        "remove_check_constraint" if given.size() < 2 => {
            "remove_check_constraint is only reversible if given an expression."
        }
        "remove_exclusion_constraint" if given.size() < 2 => {
            "remove_exclusion_constraint is only reversible if given an expression."
        }
        "remove_unique_constraint" if given.positional.len() < 2 => {
            "remove_unique_constraint is only reversible if given an column_name."
        }
        "drop_enum" if given.positional.len() < 2 => "drop_enum is only reversible if given a list of enum values.",
        "drop_virtual_table" if given.positional.len() < 2 => "drop_virtual_table is only reversible if given options.",
        _ => return None,
    };
    Some(message.to_owned())
}

/// The same of a message to the `t` of `change_table`.
pub(super) fn of_table(call: &Call) -> Option<String> {
    if call.name.is("change") {
        return Some(never("change_column"));
    }
    let given = Given::of(call)?;
    Some(match &*call.name.to_str() {
        "remove" if !given.has("type") => "remove_columns is only reversible if given a type.".to_owned(),
        "remove_index" if given.lacks(0, "column") => {
            "remove_index is only reversible if given a :column option.".to_owned()
        }
        "change_default" if !given.tells_both(1) => from_and_to("change_column_default"),
        _ => return None,
    })
}

fn drop_table(given: &Given<'_>) -> Option<String> {
    let message = match given.positional.len() {
        0 => return None,
        1 if given.has_block || given.keys.iter().any(|key| key != "if_exists") => return None,
        1 => "To avoid mistakes, drop_table is only reversible if given options or a block (can be empty).",
        _ => "To avoid mistakes, drop_table is only reversible if given a single table name.",
    };
    Some(message.to_owned())
}

fn never(name: &str) -> String {
    format!("This migration uses {name}, which is not automatically reversible.")
}

fn from_and_to(name: &str) -> String {
    format!("{name} is only reversible if given a :from and :to option.")
}

/// The arguments of a call, where each can be told from the next.
struct Given<'a> {
    positional: &'a [Node],
    keys: Vec<String>,
    has_block: bool,
}

impl<'a> Given<'a> {
    fn of(call: &'a Call) -> Option<Self> {
        let arguments = &call.arguments;
        // What may be a hash, or several arguments, is left to the run.
        if !arguments.positional.iter().all(is_told) {
            return None;
        }
        let key = |element: &HashElement| match element {
            HashElement::Pair(Node { kind: NodeKind::Symbol(name), .. }, _) => Some(name.to_string()),
            _ => None,
        };
        let keys = arguments.keywords.iter().map(key).collect::<Option<Vec<_>>>()?;
        let has_block = !matches!(arguments.block, BlockArgument::None);
        Some(Self { positional: &arguments.positional, keys, has_block })
    }

    fn has(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key == name)
    }

    /// As Ruby's array of them has it.
    fn size(&self) -> usize {
        self.positional.len() + usize::from(!self.keys.is_empty())
    }

    /// Neither an argument there nor an option of that name.
    fn lacks(&self, index: usize, name: &str) -> bool {
        self.positional.len() <= index && !self.has(name)
    }

    /// `from:` and `to:`, in the place of the argument at `index`.
    fn tells_both(&self, index: usize) -> bool {
        self.has("from") && self.has("to") && self.positional.len() <= index
    }
}

/// No hash, and no list of arguments.
fn is_told(node: &Node) -> bool {
    matches!(
        node.kind,
        NodeKind::Nil
            | NodeKind::True
            | NodeKind::False
            | NodeKind::Integer(_)
            | NodeKind::Float(_)
            | NodeKind::String(_)
            | NodeKind::InterpolatedString(_)
            | NodeKind::Symbol(_)
            | NodeKind::InterpolatedSymbol(_)
            | NodeKind::Array(_)
    )
}
