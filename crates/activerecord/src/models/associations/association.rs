//! One record's side of an association: whose it is, what is known of it, and how that is found; after
//! associations/association.rb. What differs between the macros stands in belongs_to.rs, has_one.rs, collection.rs and
//! through.rs.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use ruby::{Args, Eval, Flow, Interpreter, NativeData, RArray, RClass, RHash, RObject, RProc, Symbol, Value};

use super::collection::{self, Members};
use super::{belongs_to, disable_joins_association_scope, inverting, scope, strict_loading, through};
use crate::models::attribute_methods::primary_key::Key;
use crate::models::attribute_methods::{is_blank, read_named};
use crate::models::attribute_set::record;
use crate::models::model_schema::{self, load_schema};
use crate::models::persistence::raise_new;
use crate::models::reflection::{Macro, Reflection};
use crate::models::relation::where_clause;

/// The native side of `record.association(:name)`.
pub(crate) struct Association {
    pub owner: RefCell<Value>,
    pub reflection: Rc<Reflection>,
    pub is_through: bool,
    pub is_polymorphic: bool,
    /// A record or nil; of a collection an Array.
    pub target: RefCell<Value>,
    loaded: Cell<bool>,
    /// What said, when it was loaded, which rows these are.
    stale: RefCell<Value>,
    /// Whether strict loading is not asked for now.
    pub lenient: Cell<bool>,
    /// Whether the records found are told how strict they are; only where it makes a difference.
    pub tells: Cell<Option<bool>>,
    /// `updated?` of a belongs_to: the foreign key is to follow.
    pub updated: Cell<bool>,
    pub members: Members,
}

impl NativeData for Association {}

impl Association {
    /// By which call it was declared.
    pub(crate) fn kind(&self) -> Macro {
        self.reflection.kind
    }

    /// The record whose association it is.
    pub(crate) fn owner(&self) -> Value {
        self.owner.borrow().clone()
    }

    /// The record or the records at its other end, as far as they are known.
    pub(crate) fn target(&self) -> Value {
        self.target.borrow().clone()
    }

    /// Whether there may be several.
    pub(crate) fn is_collection(&self) -> bool {
        self.reflection.is_collection()
    }

    /// Whether its other end was read.
    pub(crate) fn is_loaded(&self) -> bool {
        self.loaded.get()
    }

    /// The records of a collection, as Ruby code may hold them.
    pub(crate) fn list(&self) -> Rc<RArray> {
        match &*self.target.borrow() {
            Value::Array(list) => Rc::clone(list),
            _ => Rc::new(RArray::new(Vec::new())),
        }
    }

    /// What the association holds, for the search for records that hold each other.
    pub(crate) fn held(&self) -> Vec<Value> {
        let mut held = vec![self.owner(), self.target()];
        held.extend(self.members.held());
        held
    }

    /// Lets go of everything.
    pub(crate) fn take_apart(&self) {
        self.owner.replace(Value::Nil);
        self.target.replace(Value::Nil);
        self.members.clear();
    }
}

/// An association with the object that Ruby code knows it by.
#[derive(Clone)]
pub(crate) struct Handle {
    pub object: Value,
    state: Rc<Association>,
}

impl Deref for Handle {
    type Target = Association;

    fn deref(&self) -> &Association {
        &self.state
    }
}

impl Handle {
    /// A new one, its reflection checked.
    pub(crate) fn make(interpreter: &mut Interpreter, owner: &Value, reflection: &Rc<Reflection>) -> Eval<Self> {
        reflection.check_validity(interpreter)?;
        let state = Rc::new(Association {
            owner: RefCell::new(owner.clone()),
            reflection: Rc::clone(reflection),
            is_through: reflection.is_through(),
            is_polymorphic: reflection.is_polymorphic(),
            target: RefCell::new(Value::Nil),
            loaded: Cell::new(false),
            stale: RefCell::new(Value::Nil),
            lenient: Cell::new(false),
            tells: Cell::new(None),
            updated: Cell::new(false),
            members: Members::default(),
        });
        let class = interpreter.class_at(super::class_name(reflection));
        let object = Value::Object(Rc::new(RObject::with_data(&class, Rc::clone(&state) as Rc<dyn NativeData>)));
        let made = Self { object, state };
        made.reset();
        Ok(made)
    }

    /// The association that a value is.
    pub(crate) fn find(value: &Value) -> Option<Self> {
        value.data::<Association>().map(|state| Self { object: value.clone(), state })
    }

    /// The same; a TypeError where it is none.
    pub(crate) fn of(interpreter: &mut Interpreter, value: &Value) -> Eval<Self> {
        match Self::find(value) {
            Some(found) => Ok(found),
            None => Err(interpreter.type_error("not an association")),
        }
    }

    /// Forgets its other end, which is read again when it is asked for.
    pub(crate) fn reset(&self) {
        self.loaded.set(false);
        self.stale.replace(Value::Nil);
        self.tells.set(None);
        self.updated.set(false);
        if self.is_collection() {
            self.members.reset();
            self.target.replace(Value::array(Vec::new()));
        } else {
            self.target.replace(Value::Nil);
        }
    }

    /// `reset_negative_cache`
    pub(crate) fn forget_that_there_is_none(&self) {
        if self.is_loaded() && self.target().is_nil() {
            self.reset();
        }
    }

    /// `klass`: of a polymorphic belongs_to what its record says, if it says anything.
    pub(crate) fn class(&self, interpreter: &mut Interpreter) -> Eval<Option<Rc<RClass>>> {
        if !self.is_polymorphic {
            return self.reflection.class(interpreter).map(Some);
        }
        let column = self.reflection.foreign_type(interpreter)?.unwrap_or_default();
        let owner = self.owner();
        let name = interpreter.call(&owner, "[]", Args::one(Value::str(column)))?;
        if is_blank(&name) {
            return Ok(None);
        }
        let class = Value::Class(interpreter.class_of(&owner));
        let found = interpreter.call(&class, "polymorphic_class_for", Args::one(name))?;
        model_schema::class(interpreter, &found).map(Some)
    }

    /// The model at its other end, where no record is needed to tell.
    pub(crate) fn known_class(&self, interpreter: &mut Interpreter) -> Eval<Rc<RClass>> {
        match self.class(interpreter)? {
            Some(class) => Ok(class),
            None => Err(interpreter.error("NoMethodError", "undefined method `default_scoped' for nil")),
        }
    }

    /// `disable_joins`: its tables are asked one after the other.
    pub(crate) fn asks_each_table(&self) -> bool {
        self.is_through && self.reflection.has("disable_joins")
    }

    /// `scope`: the relation that its other end is read by.
    pub(crate) fn scope(&self, interpreter: &mut Interpreter) -> Eval {
        if self.asks_each_table() {
            return disable_joins_association_scope::scope(interpreter, self);
        }
        let class = self.known_class(interpreter)?;
        scope::scope(interpreter, &self.reflection, &self.owner(), &class, &self.object)
    }

    /// The relation of a proxy: none where the owner has no row that others could refer to.
    pub(crate) fn rows(&self, interpreter: &mut Interpreter) -> Eval {
        let rows = self.scope(interpreter)?;
        if collection::has_no_rows(interpreter, self)? {
            return interpreter.call(&rows, "none", Args::none());
        }
        Ok(rows)
    }

    // What is loaded

    /// `loaded!`
    pub(crate) fn mark_loaded(&self, interpreter: &mut Interpreter) -> Eval<()> {
        self.loaded.set(true);
        let state = self.stale_state(interpreter)?;
        self.stale.replace(state);
        Ok(())
    }

    /// What a record's columns say of which rows these are; nil where other tables say it.
    fn stale_state(&self, interpreter: &mut Interpreter) -> Eval {
        if self.is_through {
            return through::stale_state(interpreter, self);
        }
        if self.kind() == Macro::BelongsTo { belongs_to::stale_state(interpreter, self) } else { Ok(Value::Nil) }
    }

    /// `stale_target?`: the foreign key is another one by now.
    pub(crate) fn is_stale(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        if !self.is_loaded() {
            return Ok(false);
        }
        let before = self.stale.borrow().clone();
        let now = self.stale_state(interpreter)?;
        Ok(!interpreter.equal(&before, &now)?)
    }

    /// `target=`
    pub(crate) fn set_target(&self, interpreter: &mut Interpreter, target: Value) -> Eval<()> {
        if self.is_collection() && !matches!(target, Value::Array(_)) && collection::is_inversed(interpreter, self)? {
            // One record is what its belongs_to makes known; none cannot be taken from a list.
            return if target.truthy() { collection::take_in(interpreter, self, &target) } else { Ok(()) };
        }
        self.target.replace(target);
        self.mark_loaded(interpreter)
    }

    /// `find_target?`: whether a statement would tell more.
    pub(crate) fn needs_finding(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        if self.is_loaded() {
            return Ok(false);
        }
        let is_new = self.kind() == Macro::BelongsTo || record(interpreter, &self.owner())?.new_record.get();
        if is_new && !self.has_foreign_key(interpreter)? {
            return Ok(false);
        }
        Ok(self.class(interpreter)?.is_some())
    }

    /// `foreign_key_present?`
    pub(crate) fn has_foreign_key(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        if self.is_through {
            return through::has_foreign_key(interpreter, self);
        }
        let owner = self.owner();
        if self.kind() == Macro::BelongsTo {
            let key = self.reflection.foreign_key(interpreter)?;
            return all_given(interpreter, &owner, &key, Value::truthy);
        }
        let class = self.reflection.class(interpreter)?;
        if load_schema(interpreter, &class)?.primary_key.is_none() {
            return Ok(false);
        }
        match self.reflection.key_of_owner(interpreter)? {
            Key::Column(name) => Ok(!is_blank(&read_named(interpreter, &owner, &name)?)),
            Key::Columns(_) => Ok(false),
        }
    }

    /// `load_target`
    pub(crate) fn load(&self, interpreter: &mut Interpreter) -> Eval {
        if self.is_collection() {
            return collection::load(interpreter, self);
        }
        match self.load_one(interpreter) {
            Err(flow) if is_not_found(interpreter, &flow) => {
                self.reset();
                Ok(Value::Nil)
            }
            outcome => outcome,
        }
    }

    fn load_one(&self, interpreter: &mut Interpreter) -> Eval {
        let was_said = self.stale.borrow().truthy();
        if (was_said && self.is_stale(interpreter)?) || self.needs_finding(interpreter)? {
            let found = self.find_one(interpreter)?;
            self.target.replace(found);
        }
        if !self.is_loaded() {
            self.mark_loaded(interpreter)?;
        }
        Ok(self.target())
    }

    fn find_one(&self, interpreter: &mut Interpreter) -> Eval {
        if self.asks_each_table() {
            let rows = self.scope(interpreter)?;
            return interpreter.call(&rows, "first", Args::none());
        }
        strict_loading::check(interpreter, self)?;
        let rows = self.scope(interpreter)?;
        let first = interpreter.call(&rows, "limit", Args::one(Value::Int(1)))?;
        let found = crate::models::relation::load(interpreter, &first)?.into_iter().next().unwrap_or_default();
        if found.truthy() {
            inverting::tell(interpreter, self, &found)?;
        }
        Ok(found)
    }

    /// `reload`: whether there is anything.
    pub(crate) fn reload(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        self.reset();
        self.load(interpreter)?;
        Ok(!self.target().is_nil())
    }

    // Records of the association

    /// `raise_on_type_mismatch!`
    pub(crate) fn check_class(&self, interpreter: &mut Interpreter, given: &Value) -> Eval<()> {
        if self.is_polymorphic {
            return Ok(());
        }
        let class = self.reflection.class(interpreter)?;
        if interpreter.is_a(given, &class) {
            return Ok(());
        }
        let own_name = self.reflection.class_name(interpreter)?;
        let its_class = interpreter.class_of(given);
        let (shown, name) = (interpreter.inspect(given)?, its_class.name());
        let mut numbers = Vec::new();
        for class in [class, its_class] {
            let number = interpreter.call(&Value::Class(class), "object_id", Args::none())?;
            numbers.push(interpreter.to_s(&number)?);
        }
        let message = format!(
            "{own_name}(#{}) expected, got {shown} which is an instance of {name}(#{})",
            numbers[0], numbers[1]
        );
        Err(interpreter.error("ActiveRecord::AssociationTypeMismatch", message))
    }

    /// `build_record`: of the class, with what the association's rows have in common.
    pub(crate) fn build(&self, interpreter: &mut Interpreter, attributes: &Value, block: Option<&Rc<RProc>>) -> Eval {
        if self.is_through && self.is_collection() {
            return through::build(interpreter, self, attributes, block);
        }
        self.build_plainly(interpreter, attributes, block)
    }

    /// A record of the model, with what the scope and these attributes say.
    pub(crate) fn build_plainly(
        &self,
        interpreter: &mut Interpreter,
        attributes: &Value,
        block: Option<&Rc<RProc>>,
    ) -> Eval {
        let class = Value::Class(self.reflection.class(interpreter)?);
        let (own, given, block) = (self.clone(), attributes.clone(), block.cloned());
        let settle = RProc::native(move |interpreter, args| {
            let made = args.first();
            own.initialize_attributes(interpreter, &made, &given)?;
            match &block {
                Some(block) => interpreter.yield_value(block, made),
                None => Ok(Value::Nil),
            }
        });
        let settle = interpreter.block_of(&settle)?;
        interpreter.call(&class, "new", Args::one(attributes.clone()).with_block(settle))
    }

    /// `initialize_attributes`: what the scope says, but for what was given or has been changed; the keys it says always.
    pub(crate) fn initialize_attributes(&self, interpreter: &mut Interpreter, made: &Value, given: &Value) -> Eval<()> {
        let own = record(interpreter, made)?;
        let names = &own.shape().names;
        let mut taken: Vec<String> =
            own.changed(interpreter)?.into_iter().map(|index| names[index].to_string()).collect();
        if let Value::Hash(given) = given {
            for (key, _) in given.pairs() {
                taken.push(interpreter.to_s(&key)?);
            }
        }
        let mut keys: Vec<String> = self.reflection.type_column(interpreter)?.into_iter().collect();
        if let Key::Column(column) = self.reflection.foreign_key(interpreter)? {
            keys.push(column);
        }
        taken.retain(|name| !keys.contains(name));
        let mut pairs = Vec::new();
        for (name, value) in self.attributes_of_scope(interpreter)? {
            if !taken.contains(&name) {
                pairs.push((Value::str(name), value));
            }
        }
        if !pairs.is_empty() {
            crate::models::attribute_methods::assign(interpreter, made, &Value::hash(RHash::from_pairs(pairs)))?;
        }
        inverting::tell(interpreter, self, made)
    }

    /// `scope_for_create`: what the rows have in common, as far as it is the table's own; of a singular association not the key.
    fn attributes_of_scope(&self, interpreter: &mut Interpreter) -> Eval<Vec<(String, Value)>> {
        let rows = self.scope(interpreter)?;
        let rows = crate::models::relation::relation(interpreter, &rows)?;
        let columns = load_schema(interpreter, &rows.model)?;
        let mut all = Vec::new();
        for (name, value) in where_clause::scope_for_create(interpreter, &rows)?.pairs() {
            let name = interpreter.to_s(&name)?;
            let own = crate::models::attribute_methods::alias(&rows.model, &name).unwrap_or_else(|| name.clone());
            let is_key = !self.is_collection() && columns.key_columns().contains(&name);
            if columns.shape.index(&own).is_some() && !is_key {
                all.push((name, value));
            }
        }
        Ok(all)
    }

    /// `klass.transaction`
    pub(crate) fn in_transaction(
        &self,
        interpreter: &mut Interpreter,
        work: impl FnOnce(&mut Interpreter) -> Eval,
    ) -> Eval {
        crate::connection::in_transaction(interpreter, adapters::transaction::TransactionOptions::default(), work)
    }
}

fn is_not_found(interpreter: &mut Interpreter, flow: &Flow) -> bool {
    let class = interpreter.class_at("ActiveRecord::RecordNotFound");
    matches!(flow, Flow::Raise(error) if interpreter.is_a(error, &class))
}

/// Whether every column of the key has a value of that kind.
pub(super) fn all_given(
    interpreter: &mut Interpreter,
    this: &Value,
    key: &Key,
    is_given: impl Fn(&Value) -> bool,
) -> Eval<bool> {
    for column in key.columns() {
        if !is_given(&read_named(interpreter, this, column)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What `_read_attribute` answers for each column.
pub(super) fn values_of(interpreter: &mut Interpreter, this: &Value, key: &Key) -> Eval<Vec<Value>> {
    key.columns().iter().map(|column| read_named(interpreter, this, column)).collect()
}

/// `record[name] = value`, as the record's class may have it.
pub(super) fn assign(interpreter: &mut Interpreter, this: &Value, column: &str, value: Value) -> Eval<()> {
    interpreter.call(this, "[]=", Args::new(vec![Value::str(column), value])).map(drop)
}

/// `save` or `save!`, with or without validations.
pub(super) fn save(
    interpreter: &mut Interpreter,
    this: &Value,
    validate: bool,
    raises: bool,
    block: Option<Value>,
) -> Eval<bool> {
    let mut args = Args::none();
    if !validate {
        let options = RHash::new();
        options.insert_symbol("validate", false.into());
        args = args.with_keywords(Some(Rc::new(options)));
    }
    if let Some(Value::Proc(block)) = block {
        args = args.with_block(Some(block));
    }
    Ok(interpreter.call(this, if raises { "save!" } else { "save" }, args)?.truthy())
}

/// `raise RecordNotSaved.new(message, record)`
pub(super) fn not_saved(interpreter: &mut Interpreter, message: String, this: &Value) -> Box<Flow> {
    let class = Value::Class(interpreter.class_at("ActiveRecord::RecordNotSaved"));
    raise_new(interpreter, &class, vec![Value::str(message), this.clone()])
}

/// `raise RecordInvalid.new(record)`
pub(super) fn invalid(interpreter: &mut Interpreter, this: &Value) -> Box<Flow> {
    let class = Value::Class(interpreter.class_at("ActiveRecord::RecordInvalid"));
    raise_new(interpreter, &class, vec![this.clone()])
}

/// What ends a transaction without an error.
pub(super) fn rollback(interpreter: &mut Interpreter) -> Box<Flow> {
    interpreter.error("ActiveRecord::Rollback", "ActiveRecord::Rollback")
}

/// `persisted?`, which a class may have written anew.
pub(super) fn is_persisted(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    let own = record(interpreter, this)?;
    Ok(!own.new_record.get() && !own.destroyed.get())
}

/// `new_record?`, which a class may have written anew.
pub(super) fn is_new(interpreter: &mut Interpreter, this: &Value) -> Eval<bool> {
    Ok(record(interpreter, this)?.new_record.get())
}

/// `record.dependent_thing = ..` kept as an instance variable, as Rails keeps it.
pub(super) fn set_ivar(this: &Value, name: &str, value: Value) {
    if let Value::Object(object) = this {
        object.set_ivar(Symbol::new(name), value);
    }
}

/// nil where the object has no such variable.
pub(super) fn ivar(this: &Value, name: &str) -> Value {
    match this {
        Value::Object(object) => object.ivar(Symbol::new(name)).unwrap_or_default(),
        _ => Value::Nil,
    }
}
