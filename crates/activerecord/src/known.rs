//! What a world defines before any migration is read, as the check asks for it.

use ruby::{Symbol, Value};

use crate::check::{Known, OptionsOf};
use crate::migration::migration_context::Names;
use crate::world::World;

/// Where a migration's messages go when it has no method of that name itself.
const CONNECTION: &str = "ActiveRecord::ConnectionAdapters::AbstractAdapter";
const TABLE_DEFINITION: &str = "ActiveRecord::ConnectionAdapters::TableDefinition";

impl Known for World {
    fn constant(&self, path: &[Symbol]) -> bool {
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
        self.answers("ActiveRecord::Migration", name) || self.answers(CONNECTION, name)
    }

    fn table_method(&self, name: Symbol) -> bool {
        self.answers(TABLE_DEFINITION, name)
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
            OptionsOf::Index => adapter.valid_index_options(),
        };
        Some(names.into_iter().map(str::to_owned).collect())
    }
}

impl World {
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
    fn camelize(&mut self, term: &str) -> String {
        World::camelize(self, term)
    }

    fn humanize(&mut self, term: &str) -> String {
        self.inflect(term, "humanize")
    }
}
