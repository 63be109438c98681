//! What a world defines before any migration is read, as the check asks for it.

use std::rc::Rc;

use ruby::method::MethodBody;
use ruby::{Interpreter, RClass, Symbol, Value};

use crate::connection::{table_class, table_definition_class};
use crate::migration::migration_context::Names;
use crate::models::implied_models::ImpliedModels;
use crate::run::check::{Kind, Known, OptionsOf, Presence};
use crate::run::world::World;

impl Known for World {
    fn constant(&self, path: &[Symbol]) -> Presence {
        if crate::models::library::has_constant(path) || matches!(path, [name] if name.is("ApplicationRecord")) {
            return Presence::Here;
        }
        let mut class = Rc::clone(&self.interpreter.classes.object);
        for (index, name) in path.iter().enumerate() {
            let found = class.ancestors().iter().find_map(|ancestor| ancestor.constant(*name));
            match found {
                Some(Value::Class(inner)) => class = inner,
                Some(_) if index + 1 == path.len() => return Presence::Here,
                Some(_) => return Presence::Nowhere,
                None if self.interpreter.is_autoloaded(&class, *name) => return Presence::Here,
                None => return self.missing_constant(&class, *name),
            }
        }
        Presence::Here
    }

    fn module(&self, path: &[Symbol]) -> Option<String> {
        let mut class = Rc::clone(&self.interpreter.classes.object);
        for (index, name) in path.iter().enumerate() {
            match class.ancestors().iter().find_map(|ancestor| ancestor.constant(*name)) {
                Some(Value::Class(inner)) => class = inner,
                Some(Value::Object(_)) if index + 1 == path.len() && index == 0 => return Some(name.to_string()),
                _ => return None,
            }
        }
        Some(class.name())
    }

    fn method(&self, of: &Kind, name: Symbol, private: bool) -> Presence {
        let (path, of_itself) = match of {
            Kind::Instance(class) => (class.as_str(), false),
            Kind::Module(module) => (module.as_str(), true),
            Kind::TableDefinition => return Presence::Here,
        };
        if of_itself
            && let Some(object @ Value::Object(_)) = self.interpreter.classes.object.constant(Symbol::new(path))
        {
            return presence(&self.interpreter, &self.interpreter.dispatch_class(&object), name, private);
        }
        let Some(class) = self.class_of(path) else { return Presence::Here };
        let class = if of_itself { self.interpreter.singleton_class(&class) } else { class };
        presence(&self.interpreter, &class, name, private)
    }

    fn migration_method(&self, name: Symbol) -> Presence {
        let connection = self.adapter.borrow().class_name().to_owned();
        let of = |path: &str, private| {
            self.class_of(path)
                .map_or(Presence::Nowhere, |class| own_presence(&self.interpreter, &class, name, private))
        };
        match of("ActiveRecord::Migration", true) {
            Presence::Nowhere => of(&connection, false),
            presence => presence,
        }
    }

    fn model_method(&self, name: Symbol) -> Presence {
        match self.class_of("ActiveRecord::Base") {
            Some(base) => own_presence(&self.interpreter, &self.interpreter.singleton_class(&base), name, true),
            None => Presence::Here,
        }
    }

    fn table_definition(&self) -> Kind {
        Kind::Instance(table_definition_class(self.adapter.borrow().dialect()))
    }

    fn table(&self) -> Kind {
        Kind::Instance(table_class(self.adapter.borrow().dialect()))
    }

    fn connection(&self) -> Kind {
        Kind::Instance(self.adapter.borrow().class_name().to_owned())
    }

    fn refused_statement(&self, sql: &str) -> Option<String> {
        self.adapter.borrow().refused_statement(sql)
    }

    fn library(&self, name: &str) -> Presence {
        match self.interpreter.library(name) {
            ruby::Library::Here => Presence::Here,
            ruby::Library::Lacking => Presence::Lacking(name.to_owned()),
            ruby::Library::Unknown => Presence::Nowhere,
        }
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

/// Whether instances of a class answer; what `method_missing` may make of a message counts as an answer.
fn presence(interpreter: &Interpreter, class: &Rc<RClass>, name: Symbol, private: bool) -> Presence {
    let presence = own_presence(interpreter, class, name, private);
    if presence != Presence::Nowhere {
        return presence;
    }
    match interpreter.find(class, Symbol::new("method_missing")) {
        Some(found) if !Rc::ptr_eq(&found.owner, &interpreter.classes.basic_object) => match found.method.body {
            MethodBody::Native(native) if native.absent => Presence::Lacking(format!("{}.{name}", attached(class))),
            _ => Presence::Here,
        },
        _ => presence,
    }
}

fn own_presence(interpreter: &Interpreter, class: &Rc<RClass>, name: Symbol, private: bool) -> Presence {
    match interpreter.find_method(class, name).map(|method| method.body.clone()) {
        Some(MethodBody::Native(native)) if native.absent => Presence::Lacking(name.to_string()),
        Some(_) => Presence::Here,
        None => match interpreter.lacks_method(class, name, private) {
            Some(method) => Presence::Lacking(method),
            None => Presence::Nowhere,
        },
    }
}

/// A class' name, or that of the class whose singleton it is.
fn attached(class: &Rc<RClass>) -> String {
    class.attached.borrow().upgrade().map_or_else(|| class.name(), |attached| attached.name())
}

impl World {
    fn missing_constant(&self, class: &Rc<RClass>, name: Symbol) -> Presence {
        match self.interpreter.lacks_constant(class, name) {
            Some(constant) => Presence::Lacking(constant),
            // Whether its table will be there is not known yet.
            None if self.implies_models() => Presence::Here,
            None => Presence::Nowhere,
        }
    }

    fn class_of(&self, path: &str) -> Option<Rc<RClass>> {
        let mut found = Rc::clone(&self.interpreter.classes.object);
        if path == "Object" {
            return Some(found);
        }
        for part in path.split("::") {
            match found.constant(Symbol::new(part)) {
                Some(Value::Class(inner)) => found = inner,
                _ => return None,
            }
        }
        Some(found)
    }

    fn implies_models(&self) -> bool {
        let Some(Value::Class(module)) = self.interpreter.classes.object.constant(Symbol::new("ActiveRecord")) else {
            return false;
        };
        module.data::<crate::ground::state::State>().is_some_and(|state| state.kept::<ImpliedModels>().on.get())
    }
}

impl Names for World {
    fn camelize(&self, term: &str) -> String {
        self.interpreter.inflector().camelize(term)
    }

    fn humanize(&self, term: &str) -> String {
        self.interpreter.inflector().humanize(term, true, false)
    }
}
