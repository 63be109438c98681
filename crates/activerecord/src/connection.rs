//! Ruby's side of the adapters: the connection object and what it hands out. Each call's arguments become the adapters'
//! own, each answer a Ruby object.

pub(crate) mod abstract_adapter;
pub(crate) mod arel;
mod column_methods;
pub(crate) mod compatibility;
pub(crate) mod database_statements;
mod definitions;
mod postgresql;
mod quoting;
mod result;
mod schema_statements;
pub(crate) mod table;
pub(crate) mod table_definition;
mod transactions;
mod version;

use std::cell::Cell;
use std::rc::Rc;

use adapters::Dialect;
use ruby::{Interpreter, RClass, RObject, Symbol, Value};

use crate::ground::{arguments, state};

pub(crate) use abstract_adapter::{schema_cache, with_connection};
pub(crate) use database_statements::Statements;
pub(crate) use quoting::quote;
pub(crate) use result::data as result_data;
pub(crate) use schema_statements::native_types;
pub(crate) use transactions::{Ends, in_transaction, leave_transaction, run as transaction};

/// What the connection asks of higher floors, which say so when they are defined.
#[derive(Default)]
pub(crate) struct Asked {
    pub ends: Cell<Ends>,
    pub statements: Cell<Statements>,
}

/// A column for Ruby.
pub(crate) fn column_object(interpreter: &mut Interpreter, column: &adapters::column::Column) -> Value {
    definitions::column(interpreter, column.clone())
}

/// `ActiveRecord::Result`
pub(crate) use result::raw as raw_result;

/// `ActiveRecord::Result` of what a statement answered.
pub(crate) fn new_result(interpreter: &mut Interpreter, answer: adapters::QueryResult) -> ruby::Eval {
    result::new(interpreter, answer)
}

/// Defines `ActiveRecord::ConnectionAdapters`, and the one connection.
pub(crate) fn define(interpreter: &mut Interpreter, adapter_name: &str, dialect: Dialect) {
    let object = Rc::clone(&interpreter.classes.object);
    let base = interpreter.define_class("ActiveRecord::ConnectionAdapters::AbstractAdapter", &object);
    let class = define_adapters(interpreter, &base, adapter_name);
    abstract_adapter::define(interpreter, &base, adapter_name, dialect, &class);
    schema_statements::define(&base);
    database_statements::define(&base);
    transactions::define(interpreter, &base);
    quoting::define(interpreter, &base);
    result::define(interpreter, adapter_name);
    definitions::define(interpreter, dialect);
    table_definition::define(interpreter, dialect);
    table::define(interpreter, dialect);
    if let Ok(state) = state::state(interpreter) {
        let connection = RObject::new(&class);
        let config = state.adapter.borrow().base().config.options.clone();
        // Some look into the connection for the settings of database.yml that nothing else tells.
        connection.set_ivar(Symbol::new("@config"), Value::hash(arguments::to_hash(interpreter, &config)));
        *state.connection.borrow_mut() = Value::Object(Rc::new(connection));
    }
}

/// The class of `create_table`'s `t`.
pub(crate) fn table_definition_class(dialect: Dialect) -> String {
    format!("{}::TableDefinition", column_methods::module_name(dialect))
}

/// The class of `change_table`'s `t`. SQLite has none of its own.
pub(crate) fn table_class(dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => "ActiveRecord::ConnectionAdapters::Table".to_owned(),
        Dialect::MySql | Dialect::PostgreSql => format!("{}::Table", column_methods::module_name(dialect)),
    }
}

/// The classes of all adapters, for migrations ask whether the connection is of another's; answers that of this one.
fn define_adapters(interpreter: &mut Interpreter, base: &Rc<RClass>, adapter_name: &str) -> Rc<RClass> {
    let mysql = interpreter.define_class("ActiveRecord::ConnectionAdapters::AbstractMysqlAdapter", base);
    let mut own = Rc::clone(base);
    for (name, class, parent) in [
        ("SQLite", "SQLite3Adapter", base),
        ("PostgreSQL", "PostgreSQLAdapter", base),
        ("Mysql2", "Mysql2Adapter", &mysql),
        ("Trilogy", "TrilogyAdapter", &mysql),
    ] {
        let class = interpreter.define_class(&format!("ActiveRecord::ConnectionAdapters::{class}"), parent);
        if name == adapter_name {
            own = class;
        }
    }
    own
}
