//! The exceptions of associations/errors.rb: what each is called and what it says. A name in braces stands for what whoever
//! raises it knows. Names and messages are those of Active Record 8.1.3.1.

use std::rc::Rc;

use ruby::exception::ExceptionData;
use ruby::{Args, Eval, Flow, Interpreter, NativeMethod, Value, method};

const ROOT: &str = "ActiveRecordError";

struct Problem {
    class: &'static str,
    parent: &'static str,
    says: &'static str,
}

const fn problem(class: &'static str, parent: &'static str, says: &'static str) -> Problem {
    Problem { class, parent, says }
}

const PROBLEMS: &[Problem] = &[
    problem(
        "HasManyThroughAssociationNotFoundError",
        ROOT,
        "Could not find the association {through} in model {owner}",
    ),
    problem(
        "HasManyThroughSourceAssociationNotFoundError",
        ROOT,
        "Could not find the source association(s) {wanted} in model {class}. Try 'has_many {name}, :through => {through}, \
         :source => <name>'. Is it one of {known}?",
    ),
    problem(
        "HasManyThroughAssociationPolymorphicSourceError",
        ROOT,
        "Cannot have a has_many :through association '{owner}#{name}' on the polymorphic object '{source_class}#{source}' \
         without 'source_type'. Try adding 'source_type: \"{guess}\"' to 'has_many :through' definition.",
    ),
    problem(
        "HasManyThroughAssociationPolymorphicThroughError",
        ROOT,
        "Cannot have a has_many :through association '{owner}#{name}' which goes through the polymorphic association \
         '{owner}#{through}'.",
    ),
    problem(
        "HasManyThroughAssociationPointlessSourceTypeError",
        ROOT,
        "Cannot have a has_many :through association '{owner}#{name}' with a :source_type option if the \
         '{through_class}#{source}' is not polymorphic. Try removing :source_type on your association.",
    ),
    problem(
        "HasOneThroughCantAssociateThroughCollection",
        ROOT,
        "Cannot have a has_one :through association '{owner}#{name}' where the :through association '{owner}#{through}' is a \
         collection. Specify a has_one or belongs_to association in the :through option instead.",
    ),
    problem(
        "HasOneAssociationPolymorphicThroughError",
        ROOT,
        "Cannot have a has_one :through association '{owner}#{name}' which goes through the polymorphic association \
         '{owner}#{through}'.",
    ),
    problem(
        "HasManyThroughOrderError",
        ROOT,
        "Cannot have a has_many :through association '{owner}#{name}' which goes through '{owner}#{through}' before the \
         through association is defined.",
    ),
    problem(
        "ThroughCantAssociateThroughHasOneOrManyReflection",
        ROOT,
        "Cannot modify association '{owner}#{name}' because the source reflection class '{source_class}' is associated to \
         '{through_class}' via :{macro}.",
    ),
    problem(
        "HasManyThroughCantAssociateThroughHasOneOrManyReflection",
        "ThroughCantAssociateThroughHasOneOrManyReflection",
        "",
    ),
    problem(
        "HasOneThroughCantAssociateThroughHasOneOrManyReflection",
        "ThroughCantAssociateThroughHasOneOrManyReflection",
        "",
    ),
    problem(
        "ThroughNestedAssociationsAreReadonly",
        ROOT,
        "Cannot modify association '{owner}#{name}' because it goes through more than one other association.",
    ),
    problem("HasManyThroughNestedAssociationsAreReadonly", "ThroughNestedAssociationsAreReadonly", ""),
    problem("HasOneThroughNestedAssociationsAreReadonly", "ThroughNestedAssociationsAreReadonly", ""),
    problem(
        "InverseOfAssociationNotFoundError",
        ROOT,
        "Could not find the inverse association for {name} ({inverse} in {class})",
    ),
    problem(
        "CompositePrimaryKeyMismatchError",
        ROOT,
        "Association {owner}#{name} primary key {key} doesn't match with foreign key {foreign_key}. Please specify \
         query_constraints, or primary_key and foreign_key values.",
    ),
    problem("DeleteRestrictionError", ROOT, "Cannot delete record because of dependent {name}"),
    problem(
        "AssociationNotFoundError",
        "ConfigurationError",
        "Association named '{name}' was not found on {class}; perhaps you misspelled it?",
    ),
];

const DELETE_RESTRICTION_METHODS: &[NativeMethod] = &[method("initialize", initialize_delete_restriction, 0..=1)];

pub(crate) fn define(interpreter: &mut Interpreter) {
    for problem in PROBLEMS {
        let parent = interpreter.class_at(&format!("ActiveRecord::{}", problem.parent));
        interpreter.define_class(&format!("ActiveRecord::{}", problem.class), &parent);
    }
    interpreter.class_at("ActiveRecord::DeleteRestrictionError").define(DELETE_RESTRICTION_METHODS);
}

/// The exception of that class, with what is known put into its message.
pub(crate) fn raise(interpreter: &mut Interpreter, class: &str, facts: &[(&str, String)]) -> Box<Flow> {
    let message = message(class, facts);
    interpreter.error(&format!("ActiveRecord::{class}"), message)
}

fn message(class: &str, facts: &[(&str, String)]) -> String {
    let Some(problem) = PROBLEMS.iter().find(|problem| problem.class == class) else { return String::new() };
    if problem.says.is_empty() {
        return message(problem.parent, facts);
    }
    let mut out = String::new();
    let mut rest = problem.says;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or_default();
        out.push_str(before);
        out.extend(facts.iter().find(|(known, _)| *known == name).map(|(_, fact)| fact.as_str()));
        rest = after;
    }
    out + rest
}

/// Names as a sentence tells them that has them to choose from: `a`, `a or b`, `a, b, or c`.
pub(crate) fn either(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [one, other] => format!("{one} or {other}"),
        [others @ .., last] => format!("{}, or {last}", others.join(", ")),
    }
}

fn initialize_delete_restriction(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let says = if args.first().truthy() {
        message("DeleteRestrictionError", &[("name", interpreter.to_s(&args.first())?)])
    } else {
        "Delete restriction error.".to_owned()
    };
    let data: Option<Rc<ExceptionData>> = this.data();
    if let Some(data) = data {
        *data.message.borrow_mut() = Value::str(says);
    }
    Ok(Value::Nil)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_says_what_its_parent_says() {
        let facts = [("owner", "Post".to_owned()), ("name", "tags".to_owned())];
        assert_eq!(
            message("HasManyThroughNestedAssociationsAreReadonly", &facts),
            "Cannot modify association 'Post#tags' because it goes through more than one other association."
        );
    }

    #[test]
    fn a_choice_is_told_as_a_sentence() {
        let names = |names: &[&str]| either(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&["a"]), "a");
        assert_eq!(names(&["a", "b"]), "a or b");
        assert_eq!(names(&["a", "b", "c"]), "a, b, or c");
    }
}
