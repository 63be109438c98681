//! The parts of Active Model and Active Record that are there when a model first uses them, so that a run without models pays
//! nothing for them: associations, whose classes are defined then, and what is written in Ruby (`src/library/*.rb`), whose
//! frames stay out of backtraces.

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Symbol, Value, method, variadic};

use crate::model_schema::class;
use crate::state::state;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    Validations,
    Associations,
    NestedAttributes,
    Store,
    Macros,
    SecurePassword,
    Aggregations,
    Encryption,
    Notifications,
    Explain,
}

impl Library {
    /// What is written in Ruby.
    fn source(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Associations => return None,
            Self::Validations => ("validations", include_str!("library/validations.rb")),
            Self::NestedAttributes => ("nested_attributes", include_str!("library/nested_attributes.rb")),
            Self::Store => ("store", include_str!("library/store.rb")),
            Self::Macros => ("macros", include_str!("library/macros.rb")),
            Self::SecurePassword => ("secure_password", include_str!("library/secure_password.rb")),
            Self::Aggregations => ("aggregations", include_str!("library/aggregations.rb")),
            Self::Encryption => ("encryption", include_str!("library/encryption.rb")),
            Self::Notifications => ("notifications", include_str!("library/notifications.rb")),
            Self::Explain => ("explain", include_str!("library/explain.rb")),
        })
    }

    /// What else must be there.
    fn needs(self) -> &'static [Library] {
        match self {
            Self::Associations | Self::Macros | Self::SecurePassword => &[Library::Validations],
            Self::NestedAttributes => &[Library::Associations],
            Self::Validations
            | Self::Store
            | Self::Aggregations
            | Self::Encryption
            | Self::Notifications
            | Self::Explain => &[],
        }
    }
}

/// What a model's class answers once the part is there; till then each of these fetches it.
const OF_CLASSES: &[(Library, &[&str])] = &[
    (
        Library::Validations,
        &[
            "validates",
            "validates!",
            "validate",
            "validates_with",
            "validates_each",
            "validates_presence_of",
            "validates_absence_of",
            "validates_uniqueness_of",
            "validates_length_of",
            "validates_size_of",
            "validates_format_of",
            "validates_inclusion_of",
            "validates_exclusion_of",
            "validates_numericality_of",
            "validates_acceptance_of",
            "validates_confirmation_of",
            "validates_comparison_of",
            "validates_associated",
            "validators",
            "validators_on",
            "_validators",
            "clear_validators!",
            "human_attribute_name",
            "model_name",
            "i18n_scope",
        ],
    ),
    (Library::NestedAttributes, &["accepts_nested_attributes_for", "nested_attributes_options"]),
    (Library::Store, &["store", "store_accessor", "stored_attributes", "serialize", "build_column_serializer"]),
    (
        Library::Macros,
        &[
            "to_param",
            "has_secure_token",
            "generate_unique_secure_token",
            "normalizes",
            "normalize_value_for",
            "delegated_type",
        ],
    ),
    (
        Library::SecurePassword,
        &["has_secure_password", "authenticate_by", "generates_token_for", "find_by_token_for", "find_by_token_for!"],
    ),
    (Library::Aggregations, &["composed_of", "reflect_on_aggregation", "reflect_on_all_aggregations"]),
    (Library::Encryption, &["encrypts", "encrypted_attributes", "deterministic_encrypted_attributes"]),
];

const OF_RECORDS: &[(Library, &[&str])] = &[
    (Library::Validations, &["errors", "invalid?", "validate!", "validation_context", "read_attribute_for_validation"]),
    (Library::SecurePassword, &["generate_token_for"]),
    (Library::Encryption, &["encrypt", "decrypt", "encrypted_attribute?"]),
    (Library::Macros, &["as_json", "serializable_hash", "to_json", "normalize_attribute"]),
];

/// The modules' constants that come with a part, as Rails' autoload has them.
const CONSTANTS: &[(Library, &str, &[&str])] = &[
    (
        Library::Validations,
        "ActiveModel",
        &["Error", "NestedError", "Errors", "Name", "Validator", "EachValidator", "BlockValidator", "Validations"],
    ),
    (Library::Validations, "ActiveRecord", &["Validations"]),
    (Library::Store, "ActiveRecord", &["Coders", "Store"]),
    (Library::Associations, "ActiveRecord", &["Associations", "Reflection", "AssociationRelation"]),
    (Library::Macros, "ActiveRecord", &["SecureToken"]),
    (Library::Encryption, "ActiveRecord", &["Encryption"]),
];

const OF_MODULES: &[NativeMethod] = &[method("const_missing", const_missing, 1..=1)];

const FETCHING: NativeMethod = variadic("library", fetch, 0).with_keywords();

pub(crate) fn define(interpreter: &mut Interpreter, base: &std::rc::Rc<RClass>) {
    let singleton = interpreter.singleton_class(base);
    for (class, names) in [(&singleton, OF_CLASSES), (base, OF_RECORDS)] {
        for name in names.iter().flat_map(|(_, names)| names.iter()) {
            class.set_method(
                ruby::Symbol::new(name),
                ruby::method::MethodBody::Native(FETCHING),
                ruby::method::Visibility::Public,
            );
        }
    }
}

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
    crate::implied_models::const_missing(interpreter, this, args)
}

/// Fetches the part that has the called method, and calls it again.
fn fetch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(name) = interpreter.called_name() else { return Ok(Value::Nil) };
    let text = name.to_str();
    let tables = if matches!(this, Value::Class(_)) { OF_CLASSES } else { OF_RECORDS };
    for (library, names) in tables {
        if names.contains(&&*text) {
            if is_there(interpreter, *library)? {
                return Err(interpreter.unsupported(format!("`{text}` of a model is not supported yet")));
            }
            require(interpreter, *library)?;
        }
    }
    interpreter.call(this, name, args)
}

/// Reads a part, once a run.
pub(crate) fn require(interpreter: &mut Interpreter, library: Library) -> Eval<()> {
    let state = state(interpreter)?;
    if state.libraries.borrow().contains(&library) {
        return Ok(());
    }
    state.libraries.borrow_mut().push(library);
    for needed in library.needs() {
        require(interpreter, *needed)?;
    }
    match library.source() {
        Some((name, source)) => interpreter.eval(&format!("<internal:active_record/{name}>"), source).map(drop),
        None => {
            crate::associations::define(interpreter);
            Ok(())
        }
    }
}

pub(crate) fn is_there(interpreter: &mut Interpreter, library: Library) -> Eval<bool> {
    Ok(state(interpreter)?.libraries.borrow().contains(&library))
}
