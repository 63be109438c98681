//! scoping.rb and scoping/default.rb: the relation that code runs within, and the scopes that every query of a class is in.

use std::rc::Rc;

use ruby::method::MethodBody;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RProc, Symbol, Value, method};

use crate::connection::arel::Node;
use crate::models::model_schema::{base_class, class, lineage, schema};
use crate::models::relation::{Relation, relation, spawn, unscoped};

/// `DefaultScope`: its body, and whether what updates and deletes a record is in it too.
#[derive(Clone)]
pub(crate) struct DefaultScope {
    body: Value,
    all_queries: bool,
}

/// A relation whose `scoping` block runs.
#[derive(Clone)]
pub(crate) struct CurrentScope {
    relation: Value,
    all_queries: bool,
}

/// Which default scopes a query is in: every one, or those alone that are for all queries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scopes {
    Every,
    ForAllQueries,
}

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("default_scope", default_scope, 0..=1).with_keywords(),
    method("default_scopes?", has_default_scopes, 0..=0).with_keywords(),
    method("scope_attributes?", |i, this, _| Ok(has_scope(&class(i, this)?).into()), 0..=0),
    method(
        "default_scoped",
        |i, this, args| {
            let class = class(i, this)?;
            if args.has(0) {
                return within(i, &class, &args.first(), Scopes::Every);
            }
            default_scoped(i, &class)
        },
        0..=1,
    ),
];

fn default_scope(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let all_queries = args.keyword("all_queries").is_some_and(|all| all.truthy());
    let body = match args.block {
        Some(block) => Value::Proc(block),
        None => args.first(),
    };
    if body.data::<Relation>().is_some() || !interpreter.responds_to(&body, "call") {
        let message = "Support for calling #default_scope without a block is removed. For example instead of `default_scope \
                       where(color: 'red')`, please use `default_scope { where(color: 'red') }`. (Alternatively you can just \
                       redefine self.default_scope.)";
        return Err(interpreter.argument_error(message));
    }
    schema(&class).default_scopes.borrow_mut().push(DefaultScope { body, all_queries });
    Ok(Value::Nil)
}

fn has_default_scopes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = class(interpreter, this)?;
    let for_all = args.keyword("all_queries").is_some_and(|all| all.truthy());
    Ok(if for_all { is_scoped_in_all_queries(&class) } else { is_scoped(&class) }.into())
}

/// `default_scopes?`
pub(crate) fn is_scoped(class: &Rc<RClass>) -> bool {
    lineage(class).iter().any(|class| !schema(class).default_scopes.borrow().is_empty())
}

/// `default_scopes?(all_queries: true)`
pub(crate) fn is_scoped_in_all_queries(class: &Rc<RClass>) -> bool {
    lineage(class).iter().any(|class| schema(class).default_scopes.borrow().iter().any(|scope| scope.all_queries))
}

/// `scope_attributes?`
pub(crate) fn has_scope(class: &Rc<RClass>) -> bool {
    current_scope(class).is_some() || is_scoped(class)
}

// The current scope

/// `Model.all`
pub(crate) fn all(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    all_in(interpreter, class, Scopes::Every)
}

/// `Model.all(all_queries: ..)`
pub(crate) fn all_in(interpreter: &mut Interpreter, class: &Rc<RClass>, scopes: Scopes) -> Eval {
    let Some(scope) = current_scope(class) else {
        let plain = unscoped(interpreter, class)?;
        return within(interpreter, class, &plain, scopes);
    };
    if Rc::ptr_eq(&relation(interpreter, &scope)?.model, class) {
        return spawn(interpreter, &scope, |_| ());
    }
    let plain = unscoped(interpreter, class)?;
    interpreter.call(&plain, "merge", Args::one(scope))
}

/// `current_scope`: of the class, or of one above it that shares its table.
fn current_scope(class: &Rc<RClass>) -> Option<Value> {
    current(class).map(|scope| scope.relation)
}

fn current(class: &Rc<RClass>) -> Option<CurrentScope> {
    let base = base_class(class);
    let mut lineage = lineage(class).into_iter();
    let shared = lineage.by_ref().take_while(|ancestor| !Rc::ptr_eq(ancestor, &base)).chain([Rc::clone(&base)]);
    let scopes = shared.filter_map(|ancestor| schema(&ancestor).scoping.borrow().last().cloned());
    let mut scopes = scopes.filter(|scope| scope.relation.truthy());
    scopes.next()
}

/// `global_current_scope`: of a `scoping(all_queries: true)`.
pub(crate) fn global_current_scope(class: &Rc<RClass>) -> Option<Value> {
    let base = base_class(class);
    let mut lineage = lineage(class).into_iter();
    let shared = lineage.by_ref().take_while(|ancestor| !Rc::ptr_eq(ancestor, &base)).chain([Rc::clone(&base)]);
    let own = |class: Rc<RClass>| {
        let scopes = schema(&class).scoping.borrow().clone();
        scopes.into_iter().rev().find(|scope| scope.all_queries).map(|scope| scope.relation)
    };
    shared.into_iter().find_map(own)
}

/// `relation.scoping`
pub(crate) fn scoping(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = &args.block else { return Err(crate::ground::calls::no_block(interpreter)) };
    let model = Rc::clone(&relation(interpreter, this)?.model);
    let wanted = args.keyword("all_queries").filter(|all| !all.is_nil());
    let is_global = global_current_scope(&model).is_some();
    if matches!(wanted, Some(Value::Bool(false))) && is_global {
        let message = "Scoping is set to apply to all queries and cannot be unset in a nested block.";
        return Err(interpreter.argument_error(message));
    }
    let scope = CurrentScope { relation: this.clone(), all_queries: wanted.is_some_and(|all| all.truthy()) };
    run_within(interpreter, &model, scope, |interpreter| interpreter.call_block(block, Args::none()))
}

/// Runs something while the model's queries begin with this relation.
pub(crate) fn with_scope(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    scope: &Value,
    work: impl FnOnce(&mut Interpreter) -> Eval,
) -> Eval {
    run_within(interpreter, model, CurrentScope { relation: scope.clone(), all_queries: false }, work)
}

/// `current_scope_restoring_block`: the block runs within what was the scope before.
pub(crate) fn outside(model: &Rc<RClass>, block: Rc<RProc>) -> Rc<RProc> {
    let before = schema(model).scoping.borrow().last().map(|scope| scope.relation.clone()).unwrap_or_default();
    let (class, inner) = (Rc::downgrade(model), Rc::clone(&block));
    let wrapped = RProc::native(move |interpreter, args| {
        if let Some(class) = class.upgrade()
            && let Some(scope) = schema(&class).scoping.borrow_mut().last_mut()
        {
            scope.relation = before.clone();
        }
        interpreter.yield_value(&inner, args.first())
    });
    match wrapped {
        Value::Proc(wrapped) => wrapped,
        _ => block,
    }
}

fn run_within(
    interpreter: &mut Interpreter,
    model: &Rc<RClass>,
    scope: CurrentScope,
    work: impl FnOnce(&mut Interpreter) -> Eval,
) -> Eval {
    let schema = schema(model);
    schema.scoping.borrow_mut().push(scope);
    let outcome = work(interpreter);
    schema.scoping.borrow_mut().pop();
    outcome
}

// Default scopes

/// `default_scoped`: all records, as the default scopes have them.
pub(crate) fn default_scoped(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    let plain = unscoped(interpreter, class)?;
    within(interpreter, class, &plain, Scopes::Every)
}

/// A relation within the class' default scopes.
pub(crate) fn with_default_scopes(interpreter: &mut Interpreter, class: &Rc<RClass>, plain: &Value) -> Eval {
    within(interpreter, class, plain, Scopes::Every)
}

/// `build_default_scope(relation) || relation`: a scope that asks for its own class' rows is not in itself.
fn within(interpreter: &mut Interpreter, class: &Rc<RClass>, plain: &Value, scopes: Scopes) -> Eval {
    let own = has_own_default_scope(interpreter, class);
    if !own && !is_scoped(class) || schema(class).abstract_class.get() {
        return Ok(plain.clone());
    }
    let base = schema(&base_class(class));
    if base.ignores_default_scope.replace(true) {
        return Ok(plain.clone());
    }
    let scoped = if own {
        with_scope(interpreter, class, plain, |interpreter| {
            interpreter.call(&Value::Class(Rc::clone(class)), "default_scope", Args::none())
        })
    } else {
        each_within(interpreter, class, plain, scopes)
    };
    base.ignores_default_scope.set(false);
    let scoped = scoped?;
    Ok(if scoped.truthy() { scoped } else { plain.clone() })
}

/// Whether the class, or one above it, has a `def self.default_scope`.
fn has_own_default_scope(interpreter: &Interpreter, class: &Rc<RClass>) -> bool {
    let found = interpreter.find_method(&interpreter.singleton_class(class), Symbol::new("default_scope"));
    found.is_some_and(|found| !matches!(found.body, MethodBody::Native(_)))
}

fn each_within(interpreter: &mut Interpreter, class: &Rc<RClass>, plain: &Value, scopes: Scopes) -> Eval {
    let mut all = plain.clone();
    for ancestor in lineage(class).into_iter().rev() {
        let own = schema(&ancestor).default_scopes.borrow().clone();
        for scope in own.into_iter().filter(|scope| scopes == Scopes::Every || scope.all_queries) {
            let scoped = match &scope.body {
                Value::Proc(block) => interpreter.instance_exec(block, &all, Args::none())?,
                body => interpreter.call(body, "call", Args::none())?,
            };
            if scoped.truthy() {
                all = scoped;
            }
        }
    }
    Ok(all)
}

/// `build_default_constraint` and `global_current_scope`: what an UPDATE or DELETE of a record has besides its key.
pub(crate) fn constraints_of_writes(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval<Vec<Node>> {
    let mut all = Vec::new();
    if is_scoped_in_all_queries(class) {
        let plain = unscoped(interpreter, class)?;
        let scoped = within(interpreter, class, &plain, Scopes::ForAllQueries)?;
        all.extend(relation(interpreter, &scoped)?.values.wheres.clone());
    }
    if let Some(scope) = global_current_scope(class) {
        all.extend(relation(interpreter, &scope)?.values.wheres.clone());
    }
    Ok(all)
}

/// `apply_scoping?`, of a record that is read again.
pub(crate) fn applies_to_reload(class: &Rc<RClass>) -> bool {
    is_scoped_in_all_queries(class) || global_current_scope(class).is_some()
}

/// What `new` takes over from the scope around it.
pub(crate) fn scope_attributes(interpreter: &mut Interpreter, this: &Value, class: &Rc<RClass>) -> Eval<()> {
    if !has_scope(class) {
        return Ok(());
    }
    let all = all(interpreter, class)?;
    let relation = relation(interpreter, &all)?;
    for (name, value) in crate::models::relation::where_clause::scope_for_create(interpreter, &relation)?.pairs() {
        let name = interpreter.to_s(&name)?;
        interpreter.call_public(this, format!("{name}=").as_str(), Args::one(value))?;
    }
    Ok(())
}
