//! relation/spawn_methods.rb and merger.rb, with `unscope`: one relation's values taken over by another, or taken out.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, Value, method, variadic};

use super::query_methods::{check_arguments, columns_of, except_columns, flattened};
use super::{JoinValue, Relation, Values, relation, spawn, wrap};
use crate::connection::arel::JoinKind;
use crate::models::associations::join_dependency::{Association, JoinDependency};
use crate::models::reflection;

pub(crate) const METHODS: &[NativeMethod] = &[
    method("merge", merge, 1..=1),
    variadic("unscope", unscope, 0),
    variadic("except", except, 0),
    variadic("only", only, 0),
];

/// `|=`
pub(crate) fn add_missing<T: Clone + PartialEq>(mine: &mut Vec<T>, theirs: &[T]) {
    for one in theirs {
        if !mine.contains(one) {
            mine.push(one.clone());
        }
    }
}

fn merge(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    match args.first() {
        Value::Proc(block) => interpreter.instance_exec(&block, this, Args::none()),
        Value::Array(records) => {
            let mine = Value::array(super::load(interpreter, this)?);
            interpreter.call(&mine, "&", Args::one(Value::array(records.to_vec())))
        }
        Value::Hash(hash) => merge_hash(interpreter, this, &hash),
        nothing @ (Value::Nil | Value::Bool(false)) => {
            let shown = interpreter.inspect(&nothing)?;
            Err(interpreter.argument_error(format!("invalid argument: {shown}.")))
        }
        value => match super::find(interpreter, &value)? {
            Some(other) => merge_relation(interpreter, this, &other),
            None => {
                let shown = interpreter.inspect(&value)?;
                let message = format!("{shown} is not an ActiveRecord::Relation");
                Err(interpreter.argument_error(message))
            }
        },
    }
}

/// `Relation::VALUE_METHODS`
const VALUE_METHODS: [&str; 27] = [
    "includes",
    "eager_load",
    "preload",
    "select",
    "group",
    "order",
    "joins",
    "left_outer_joins",
    "references",
    "extending",
    "unscope",
    "optimizer_hints",
    "annotate",
    "with",
    "limit",
    "offset",
    "lock",
    "readonly",
    "reordering",
    "strict_loading",
    "reverse_order",
    "distinct",
    "create_with",
    "skip_query_cache",
    "where",
    "having",
    "from",
];

/// `HashMerger`: `{ where: {..}, order: :name }`
fn merge_hash(interpreter: &mut Interpreter, this: &Value, hash: &ruby::RHash) -> Eval {
    let model = Rc::clone(&relation(interpreter, this)?.model);
    let mut other = wrap(interpreter, &model, Values::default());
    for (key, value) in hash.pairs() {
        let name = key.as_name().filter(|name| VALUE_METHODS.contains(&name.as_str()));
        let Some(name) = name else {
            let (key, known) = (interpreter.inspect(&key)?, VALUE_METHODS.join(", :"));
            return Err(interpreter.argument_error(format!("Unknown key: {key}. Valid keys are: :{known}")));
        };
        let arguments = match value {
            Value::Array(values) => Args::new(values.to_vec()),
            value => Args::one(value),
        };
        other = interpreter.call(&other, name.as_str(), arguments)?;
    }
    let other = relation(interpreter, &other)?;
    merge_relation(interpreter, this, &other)
}

fn merge_relation(interpreter: &mut Interpreter, this: &Value, other: &Rc<Relation>) -> Eval {
    let own = relation(interpreter, this)?;
    let same = Rc::ptr_eq(&own.model, &other.model);
    let mut theirs = other.values.clone();
    if !same {
        adopt(interpreter, &own, other, &mut theirs)?;
    }
    spawn(interpreter, this, |values| {
        add_missing(&mut values.selects, &theirs.selects);
        values.add_fields(&theirs.fields);
        add_missing(&mut values.joins, &theirs.joins);
        add_missing(&mut values.left_joins, &theirs.left_joins);
        add_missing(&mut values.includes, &theirs.includes);
        add_missing(&mut values.preload, &theirs.preload);
        add_missing(&mut values.eager_load, &theirs.eager_load);
        add_missing(&mut values.groups, &theirs.groups);
        add_missing(&mut values.annotations, &theirs.annotations);
        add_missing(&mut values.hints, &theirs.hints);
        add_missing(&mut values.withs, &theirs.withs);
        values.refer(theirs.named_tables);
        values.refer_to(&theirs.references);
        values.extending.extend(theirs.extending);
        except_columns(values, &columns_of(&theirs.wheres));
        add_missing(&mut values.wheres, &theirs.wheres);
        add_missing(&mut values.havings, &theirs.havings);
        if theirs.reordering {
            values.reordering = true;
            values.orders = theirs.orders;
        } else {
            add_missing(&mut values.orders, &theirs.orders);
        }
        values.create_with.extend(theirs.create_with);
        values.limit = theirs.limit.or(values.limit.take());
        values.offset = theirs.offset.or(values.offset.take());
        values.lock = values.lock.take().or(theirs.lock);
        values.from = values.from.take().or(theirs.from);
        values.recursive |= theirs.recursive;
        values.distinct |= theirs.distinct;
        values.readonly |= theirs.readonly;
        values.strict_loading = theirs.strict_loading.or(values.strict_loading);
        values.none |= theirs.none;
    })
}

/// What another model's relation joins is joined by its own associations, and preloaded through this one's.
fn adopt(interpreter: &mut Interpreter, own: &Relation, other: &Relation, values: &mut Values) -> Eval<()> {
    let joins = std::mem::take(&mut values.joins);
    let (mut named, mut rest) = (Vec::new(), Vec::new());
    for join in joins {
        match join {
            JoinValue::Association(association) => named.push(association),
            join => rest.push(join),
        }
    }
    if !named.is_empty() {
        let dependency = JoinDependency::new(interpreter, &other.model, &named, JoinKind::Inner)?;
        values.joins.push(JoinValue::Dependency(Rc::new(dependency)));
    }
    values.joins.extend(rest);
    let left = std::mem::take(&mut values.left_joins);
    if !left.is_empty() {
        let dependency = JoinDependency::new(interpreter, &other.model, &left, JoinKind::Outer)?;
        values.joins.push(JoinValue::Dependency(Rc::new(dependency)));
    }
    let (preload, includes) = (std::mem::take(&mut values.preload), std::mem::take(&mut values.includes));
    if preload.is_empty() && includes.is_empty() {
        return Ok(());
    }
    let associations = crate::models::model_schema::schema(&own.model).associations.borrow().clone();
    for name in associations.keys() {
        let Some(reflection) = reflection::find(&own.model, *name) else { continue };
        if reflection.is_polymorphic() || !Rc::ptr_eq(&reflection.class(interpreter)?, &other.model) {
            continue;
        }
        if !preload.is_empty() {
            values.preload = vec![Association::Nested(vec![(*name, Association::List(preload.clone()))])];
        }
        if !includes.is_empty() {
            values.includes = vec![Association::Nested(vec![(*name, Association::List(includes.clone()))])];
        }
        break;
    }
    Ok(())
}

// Taking back

const UNSCOPABLE: [&str; 18] = [
    "where",
    "select",
    "group",
    "order",
    "lock",
    "limit",
    "offset",
    "joins",
    "left_outer_joins",
    "annotate",
    "includes",
    "eager_load",
    "preload",
    "from",
    "readonly",
    "having",
    "optimizer_hints",
    "with",
];

fn clear(values: &mut Values, what: &str) {
    match what {
        "where" => {
            values.wheres.clear();
            values.none = false;
        }
        "select" => {
            values.selects.clear();
            values.fields.clear();
        }
        "group" => values.groups.clear(),
        "having" => values.havings.clear(),
        "order" => values.orders.clear(),
        "joins" => values.joins.clear(),
        "left_outer_joins" | "left_joins" => values.left_joins.clear(),
        "includes" => values.includes.clear(),
        "eager_load" => values.eager_load.clear(),
        "preload" => values.preload.clear(),
        "annotate" => values.annotations.clear(),
        "optimizer_hints" => values.hints.clear(),
        "with" => values.withs.clear(),
        "references" => {
            values.references.clear();
            values.named_tables.clear();
        }
        "extending" => values.extending.clear(),
        "limit" => values.limit = None,
        "offset" => values.offset = None,
        "lock" => values.lock = None,
        "from" => values.from = None,
        "distinct" => values.distinct = false,
        "readonly" => values.readonly = false,
        "strict_loading" => values.strict_loading = None,
        "reordering" => values.reordering = false,
        "create_with" => values.create_with.clear(),
        _ => {}
    }
}

fn unscope(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_arguments(interpreter, &args, "unscope")?;
    let own = relation(interpreter, this)?;
    let mut values = own.values.clone();
    for argument in flattened(interpreter, &args)? {
        match &argument {
            Value::Symbol(name) => {
                let name = name.to_string();
                let name = if name == "left_joins" { "left_outer_joins".to_owned() } else { name };
                if !UNSCOPABLE.contains(&name.as_str()) {
                    let message = format!(
                        "Called unscope() with invalid unscoping argument ':{name}'. Valid arguments are :{}.",
                        UNSCOPABLE.join(", :")
                    );
                    return Err(interpreter.argument_error(message));
                }
                clear(&mut values, &name);
            }
            Value::Hash(hash) => {
                for (key, names) in hash.pairs() {
                    if key.as_name().as_deref() != Some("where") {
                        let message = "Hash arguments in .unscope(*args) must have :where as the key.";
                        return Err(interpreter.argument_error(message));
                    }
                    unscope_where(interpreter, &own.model, &mut values, &names)?;
                }
            }
            _ => {
                let shown = interpreter.inspect(&Value::array(args.positional.clone()))?;
                let message = format!(
                    "Unrecognized scoping: {shown}. Use .unscope(where: :attribute_name) or .unscope(:order), for example."
                );
                return Err(interpreter.argument_error(message));
            }
        }
    }
    Ok(wrap(interpreter, &own.model, values))
}

fn unscope_where(interpreter: &mut Interpreter, model: &Rc<RClass>, values: &mut Values, names: &Value) -> Eval<()> {
    let own_table = crate::models::model_schema::table_name(interpreter, model)?.unwrap_or_default();
    // A column of the model's own table may be named by an alias.
    let of_table = |table: &str, column: &str| {
        let column = if table == own_table { crate::models::attribute_methods::alias(model, column) } else { None }
            .unwrap_or_else(|| column.to_owned());
        [(table.to_owned(), column)]
    };
    let names = match names {
        Value::Hash(_) => vec![names.clone()],
        names => ruby::core::convert::wrap(interpreter, names)?,
    };
    for name in names {
        if let Value::Hash(tables) = &name {
            for (table, columns) in tables.pairs() {
                let table = interpreter.to_s(&table)?;
                for column in ruby::core::convert::wrap(interpreter, &columns)? {
                    let column = interpreter.to_s(&column)?;
                    except_columns(values, &of_table(&table, &column));
                }
            }
            continue;
        }
        let name = interpreter.to_s(&name)?;
        if let Some((table, column)) = name.split_once('.') {
            except_columns(values, &of_table(table, column));
            continue;
        }
        values.wheres.retain(|node| node.column().is_none_or(|(_, column)| column != name));
    }
    Ok(())
}

fn except(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let names: Vec<_> = flattened(interpreter, &args)?.iter().filter_map(Value::as_name).collect();
    spawn(interpreter, this, |values| {
        for name in names {
            clear(values, &name);
        }
    })
}

fn only(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    const OTHERS: [&str; 5] = ["references", "extending", "distinct", "reordering", "create_with"];
    let names: Vec<_> = flattened(interpreter, &args)?.iter().filter_map(Value::as_name).collect();
    spawn(interpreter, this, |values| {
        for name in UNSCOPABLE.iter().chain(&OTHERS) {
            if !names.iter().any(|kept| kept == name) {
                clear(values, name);
            }
        }
    })
}
