//! What a world defines before any migration is read, as the check asks for it.

use ruby::{Symbol, Value};

use crate::bindings::table_definition_class;
use crate::check::{Known, OptionsOf};
use crate::migration::migration_context::Names;
use crate::world::World;

impl Known for World {
    fn constant(&self, path: &[Symbol]) -> bool {
        // Whether its table will be there is not known yet.
        if self.implies_models() || crate::library::has_constant(path) {
            return true;
        }
        let mut class = std::rc::Rc::clone(&self.interpreter.classes.object);
        for (index, name) in path.iter().enumerate() {
            let found = class.ancestors().iter().find_map(|ancestor| ancestor.constant(*name));
            match found {
                Some(Value::Class(inner)) => class = inner,
                Some(_) => return index + 1 == path.len(),
                None => return false,
            }
        }
        true
    }

    fn migration_method(&self, name: Symbol) -> bool {
        self.answers("ActiveRecord::Migration", name) || self.answers(self.adapter.borrow().class_name(), name)
    }

    fn model_method(&self, name: Symbol) -> bool {
        match self.interpreter.classes.object.constant(Symbol::new("ActiveRecord")) {
            Some(Value::Class(module)) => match module.constant(Symbol::new("Base")) {
                Some(Value::Class(base)) => {
                    self.interpreter.find_method(&self.interpreter.singleton_class(&base), name).is_some()
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn table_method(&self, name: Symbol) -> bool {
        self.answers(&table_definition_class(self.adapter.borrow().adapter_name()), name)
    }

    fn column_type(&self, name: Symbol) -> bool {
        self.adapter.borrow().valid_type(&name.to_str())
    }

    fn valid_options(&self, of: OptionsOf) -> Option<Vec<String>> {
        let adapter = self.adapter.borrow();
        let column = || adapter.valid_column_definition_options();
        let names = match of {
            OptionsOf::Column => column(),
            OptionsOf::Reference => [column(), vec!["polymorphic", "index", "foreign_key", "type"]].concat(),
            OptionsOf::Index => [adapter.valid_index_options(), vec!["name", "if_not_exists", "internal"]].concat(),
        };
        Some(names.into_iter().map(str::to_owned).collect())
    }
}

impl World {
    fn implies_models(&self) -> bool {
        let Some(Value::Class(module)) = self.interpreter.classes.object.constant(Symbol::new("ActiveRecord")) else {
            return false;
        };
        module.data::<crate::state::State>().is_some_and(|state| state.implied_models.on.get())
    }

    fn answers(&self, class: &str, name: Symbol) -> bool {
        let mut found = std::rc::Rc::clone(&self.interpreter.classes.object);
        for part in class.split("::") {
            match found.constant(Symbol::new(part)) {
                Some(Value::Class(inner)) => found = inner,
                _ => return false,
            }
        }
        self.interpreter.find_method(&found, name).is_some()
    }
}

impl Names for World {
    fn camelize(&self, term: &str) -> String {
        self.interpreter.inflector.camelize(term)
    }

    fn humanize(&self, term: &str) -> String {
        self.interpreter.inflector.humanize(term, true, false)
    }
}
