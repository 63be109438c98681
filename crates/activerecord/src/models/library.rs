//! The parts of Active Model and Active Record that are there when a model first uses them, so that a run without models pays
//! nothing for them.

use std::cell::RefCell;

use ruby::{Args, Eval, Interpreter, NativeMethod, Symbol, Value, method};

use crate::ground::state::state;
use crate::models::model_schema::class;

/// The macros that are defined when one of them is first called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    Validations,
    Associations,
    Store,
    SecureToken,
    Encryption,
    Explain,
}

/// The parts that are there.
#[derive(Default)]
struct There(RefCell<Vec<Library>>);

impl Library {
    fn load(self, interpreter: &mut Interpreter) {
        match self {
            Self::Validations => crate::models::validations::define(interpreter),
            Self::Associations => crate::models::associations::define(interpreter),
            Self::Store => crate::models::store::coders::define(interpreter),
            Self::SecureToken => crate::models::secure_token::define(interpreter),
            Self::Encryption => crate::models::encryption::define(interpreter),
            Self::Explain => crate::models::relation::explain::define(interpreter),
        }
    }

    /// What else must be there.
    fn needs(self) -> &'static [Library] {
        match self {
            Self::Associations => &[Library::Validations],
            _ => &[],
        }
    }
}

/// The modules' constants that come with a part, as Rails' autoload has them.
const CONSTANTS: &[(Library, &str, &[&str])] = &[
    (
        Library::Validations,
        "ActiveModel",
        &[
            "Error",
            "NestedError",
            "Errors",
            "Name",
            "Validator",
            "EachValidator",
            "BlockValidator",
            "Validations",
            "API",
            "Model",
        ],
    ),
    (Library::Validations, "ActiveRecord", &["Validations"]),
    (Library::Store, "ActiveRecord", &["Coders", "Store"]),
    (Library::Associations, "ActiveRecord", &["Associations", "Reflection", "AssociationRelation"]),
    (Library::SecureToken, "ActiveRecord", &["SecureToken"]),
    (Library::Encryption, "ActiveRecord", &["Encryption"]),
];

const OF_MODULES: &[NativeMethod] = &[method("const_missing", const_missing, 1..=1)];

/// `ActiveModel`'s and `ActiveRecord`'s own constants that nothing has needed yet.
pub(crate) fn define_constants(interpreter: &mut Interpreter) {
    for name in ["ActiveModel", "ActiveRecord"] {
        let module = interpreter.class_at(name);
        interpreter.define_singleton(&module, OF_MODULES);
    }
}

/// Whether a constant, named from the top, comes with a part.
pub(crate) fn has_constant(path: &[Symbol]) -> bool {
    let [module, name, ..] = path else { return false };
    part_of(&module.to_str(), &name.to_str()).is_some()
}

fn part_of(module: &str, name: &str) -> Option<Library> {
    let (library, ..) = CONSTANTS.iter().find(|(_, holder, names)| *holder == module && names.contains(&name))?;
    Some(*library)
}

fn const_missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let holder = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_default();
    if let Some(library) = part_of(&holder.name(), &name)
        && !is_there(interpreter, library)?
    {
        require(interpreter, library)?;
        if let Some(found) = holder.constant(Symbol::new(&name)) {
            return Ok(found);
        }
    }
    crate::models::implied_models::const_missing(interpreter, this, args)
}

/// Defines a part, once a run.
pub(crate) fn require(interpreter: &mut Interpreter, library: Library) -> Eval<()> {
    let there = state(interpreter)?.kept::<There>();
    if there.0.borrow().contains(&library) {
        return Ok(());
    }
    there.0.borrow_mut().push(library);
    for needed in library.needs() {
        require(interpreter, *needed)?;
    }
    library.load(interpreter);
    Ok(())
}

fn is_there(interpreter: &mut Interpreter, library: Library) -> Eval<bool> {
    Ok(state(interpreter)?.kept::<There>().0.borrow().contains(&library))
}
