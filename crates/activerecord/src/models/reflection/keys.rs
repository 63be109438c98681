//! The columns by which rows of an association find each other.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RClass, Value};

use super::{Reflection, last_part};
use crate::models::associations::errors;
use crate::models::attribute_methods::primary_key::Key;
use crate::models::model_schema::load_schema;
use crate::models::query_constraints;

impl Reflection {
    /// The foreign key as it was given, if it was.
    fn given_key(&self) -> Value {
        match self.option("foreign_key") {
            key if key.truthy() => key,
            _ => self.option("query_constraints"),
        }
    }

    /// Whether the foreign key was given as a list.
    fn has_list(&self) -> bool {
        matches!(self.given_key(), Value::Array(_))
    }

    /// `foreign_key`: as declared, or as the names imply.
    pub(crate) fn foreign_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if self.is_through() {
            return self.source_reflection(interpreter)?.foreign_key(interpreter);
        }
        if let Some(key) = &*self.found.foreign_key.borrow() {
            return Ok(key.clone());
        }
        let key = match self.key_of_inverse(interpreter)? {
            Some(key) => key,
            None => self.own_foreign_key(interpreter)?,
        };
        *self.found.foreign_key.borrow_mut() = Some(key.clone());
        Ok(key)
    }

    /// What `inverse_of:` says of a key that is not given.
    fn key_of_inverse(&self, interpreter: &mut Interpreter) -> Eval<Option<Key>> {
        if self.is_belongs_to() || self.given_key().truthy() || self.has("as") {
            return Ok(None);
        }
        let Some(name) = self.named("inverse_of") else { return Ok(None) };
        let class = self.class(interpreter)?;
        let Some(inverse) = super::find(&class, name) else { return Ok(None) };
        let key = inverse.own_foreign_key(interpreter)?;
        // Rails changes the inverse's list in place, which is frozen.
        if key.is_composite() {
            return Err(interpreter.error("FrozenError", format!("can't modify frozen Array: {key}")));
        }
        Ok(Some(key))
    }

    /// Without what the inverse says of it.
    fn own_foreign_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        let given = self.given_key();
        if given.truthy() {
            return Key::named(interpreter, &given);
        }
        let as_ = self.option("as");
        let stem = if self.is_belongs_to() {
            self.name.to_string()
        } else if as_.truthy() {
            interpreter.to_s(&as_)?
        } else {
            interpreter.inflector().underscore(last_part(&self.owner.name()))
        };
        let derived = format!("{stem}_id");
        if query_constraints::are_declared(&self.owner) {
            return query_constraints::foreign_key(interpreter, &self.owner, derived);
        }
        Ok(Key::Column(derived))
    }

    /// The column that names a polymorphic record's class.
    pub(crate) fn foreign_type(&self, interpreter: &mut Interpreter) -> Eval<Option<String>> {
        let given = self.option("foreign_type");
        let as_ = self.option("as");
        if given.truthy() && (as_.truthy() || self.is_polymorphic()) {
            return Ok(Some(interpreter.to_s(&given)?));
        }
        if as_.truthy() {
            return Ok(Some(format!("{}_type", interpreter.to_s(&as_)?)));
        }
        Ok(self.is_polymorphic().then(|| format!("{}_type", self.name)))
    }

    /// `type`: the column of the other table that names the owner's class, where the association is `as:` something.
    pub(crate) fn type_column(&self, interpreter: &mut Interpreter) -> Eval<Option<String>> {
        if self.is_through() {
            return self.source_reflection(interpreter)?.type_column(interpreter);
        }
        if self.has("as") { self.foreign_type(interpreter) } else { Ok(None) }
    }

    /// `association_primary_key`, `active_record_primary_key`: the key that the foreign key refers to. Of a composite key,
    /// one column refers to `id` if that is part of it.
    pub(crate) fn referred_key(&self, interpreter: &mut Interpreter, of: &Rc<RClass>) -> Eval<Key> {
        let given = self.option("primary_key");
        if given.truthy() {
            return Key::named(interpreter, &given);
        }
        if query_constraints::are_declared(of) {
            return Ok(Key::Columns(query_constraints::columns(interpreter, of)?));
        }
        let several = self.has_list();
        match whole_key(interpreter, of)? {
            Key::Column(name) if several && self.is_belongs_to() => Ok(Key::Columns(vec![name])),
            Key::Column(_) if several => {
                let message =
                    format!("`{}`, whose foreign key has several columns and whose owner's key has one", self.name);
                Err(interpreter.unsupported(message))
            }
            key if !several => Ok(as_one_column(key)),
            key => Ok(key),
        }
    }

    /// `association_primary_key`: the key of the records that the association is of.
    pub(crate) fn key_of_target(&self, interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Key> {
        if self.is_through() {
            let mut source = self.source_reflection(interpreter)?;
            while source.is_through() {
                source = source.source_reflection(interpreter)?;
            }
            let given = source.option("primary_key");
            return if given.truthy() {
                Key::named(interpreter, &given)
            } else {
                Ok(as_one_column(whole_key(interpreter, class)?))
            };
        }
        if self.is_belongs_to() { self.referred_key(interpreter, class) } else { whole_key(interpreter, class) }
    }

    /// `active_record_primary_key`: the owner's columns that the other table's foreign key refers to.
    pub(crate) fn key_of_owner(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if self.is_through() {
            return self.source_reflection(interpreter)?.key_of_owner(interpreter);
        }
        let owner = Rc::clone(&self.owner);
        self.referred_key(interpreter, &owner)
    }

    /// The column of the association's table.
    pub(crate) fn join_primary_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if self.is_through() {
            let source = self.source_reflection(interpreter)?;
            if source.is_polymorphic() {
                let class = self.class(interpreter)?;
                return source.referred_key(interpreter, &class);
            }
            return source.join_primary_key(interpreter);
        }
        if self.is_belongs_to() {
            let class = self.class(interpreter)?;
            return self.referred_key(interpreter, &class);
        }
        self.foreign_key(interpreter)
    }

    /// The column of the table that it is joined to.
    pub(crate) fn join_foreign_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if self.is_through() {
            return self.source_reflection(interpreter)?.join_foreign_key(interpreter);
        }
        if self.is_belongs_to() {
            return self.foreign_key(interpreter);
        }
        self.referred_key(interpreter, &Rc::clone(&self.owner))
    }

    /// `association_primary_key`, for `where.missing` and conditions on the association.
    pub(crate) fn association_primary_key(&self, interpreter: &mut Interpreter) -> Eval<Key> {
        if self.is_belongs_to() {
            return self.join_primary_key(interpreter);
        }
        let class = self.class(interpreter)?;
        let key = load_schema(interpreter, &class)?.primary_key.as_deref().cloned();
        Ok(key.unwrap_or_else(|| Key::Column(String::new())))
    }

    /// `check_validity!`: as many columns on one side as on the other, where a composite key is involved.
    pub(crate) fn check_columns(&self, interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<()> {
        if self.is_through() || self.is_polymorphic() {
            return Ok(());
        }
        let owner = Rc::clone(&self.owner);
        if !load_schema(interpreter, class)?.is_composite() && !load_schema(interpreter, &owner)?.is_composite() {
            return Ok(());
        }
        let foreign_key = self.foreign_key(interpreter)?;
        let key = self.referred_key(interpreter, if self.is_belongs_to() { class } else { &owner })?;
        if key.columns().len() == foreign_key.columns().len() {
            return Ok(());
        }
        let facts = [
            ("owner", owner.name()),
            ("name", self.name.to_string()),
            ("key", key.to_string()),
            ("foreign_key", foreign_key.to_string()),
        ];
        Err(errors::raise(interpreter, "CompositePrimaryKeyMismatchError", &facts))
    }

    /// `join_table`, of has_and_belongs_to_many.
    pub(crate) fn join_table(&self, interpreter: &mut Interpreter) -> Eval<String> {
        let given = self.option("join_table");
        if given.truthy() {
            return interpreter.to_s(&given);
        }
        let class = self.class(interpreter)?;
        let mut names = Vec::new();
        for model in [Rc::clone(&self.owner), class] {
            let name = interpreter.call(&Value::Class(model), "table_name", Args::none())?;
            names.push(interpreter.to_s(&name)?);
        }
        Ok(joined_name(names))
    }
}

/// The table between two: their names in order, of which a beginning that both have up to a `_` or `.` is written once.
pub(crate) fn joined_name(mut names: Vec<String>) -> String {
    names.sort();
    let (Some(first), Some(second)) = (names.first(), names.get(1)) else { return names.concat() };
    let mut ends =
        first.char_indices().filter(|(_, character)| matches!(character, '.' | '_')).map(|(place, _)| place + 1);
    let shared =
        ends.rfind(|end| *end < first.len() && second.len() > *end && second.starts_with(&first[..*end])).unwrap_or(0);
    format!("{first}_{}", &second[shared..])
}

/// The key of a model's table, which must have one.
pub(crate) fn whole_key(interpreter: &mut Interpreter, of: &Rc<RClass>) -> Eval<Key> {
    let columns = load_schema(interpreter, of)?;
    match columns.primary_key.as_deref() {
        Some(key) => Ok(key.clone()),
        None => {
            let message = format!("Unknown primary key for table {} in model {}.", columns.table_name, of.name());
            Err(interpreter.error("ActiveRecord::UnknownPrimaryKey", message))
        }
    }
}

fn as_one_column(key: Key) -> Key {
    if key.is_composite() && key.has("id") { Key::Column("id".to_owned()) } else { key }
}

#[cfg(test)]
mod tests {
    use super::joined_name;

    #[test]
    fn a_shared_beginning_is_written_once() {
        let name = |one: &str, other: &str| joined_name(vec![one.to_owned(), other.to_owned()]);
        assert_eq!(name("tags", "posts"), "posts_tags");
        assert_eq!(name("music_artists", "music_records"), "music_artists_records");
        assert_eq!(name("cms.pages", "cms.tags"), "cms.pages_tags");
        assert_eq!(name("music_", "music_records"), "music__music_records");
    }
}
