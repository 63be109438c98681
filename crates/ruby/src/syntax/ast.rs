//! The tree the evaluator walks: owned, with spans, locals already resolved to (depth, slot).
//!
//! It is smaller than prism's: `unless` is an `if`, `until` a negated `while`, a modifier `rescue` a
//! `begin`, `for` a call of `each`.

mod children;

use std::rc::Rc;

use crate::syntax::source::{Diagnostic, SourceFile, Span};
use crate::syntax::symbol::Symbol;

/// A file, lowered.
#[derive(Debug)]
pub struct Program {
    pub body: Rc<Body>,
    /// Syntax the evaluator lacks; evaluating such a place aborts with the same message.
    pub unsupported: Vec<Diagnostic>,
}

/// Code with a table of locals of its own: a program, a class body, a method, a block.
#[derive(Debug)]
pub struct Body {
    pub file: Rc<SourceFile>,
    /// Names by slot. Slots without a name in Ruby (an anonymous `*`, a destructured parameter) have one that no Ruby code can spell.
    pub locals: Rc<[Symbol]>,
    pub node: Node,
}

/// A part of a program, and where it stands.
#[derive(Debug)]
pub struct Node {
    pub span: Span,
    pub kind: NodeKind,
}

/// A local variable: how many blocks out, and where there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    pub depth: u32,
    pub slot: u32,
}

/// What a part of a program is. What Ruby can write in several ways is one kind.
#[derive(Debug)]
pub enum NodeKind {
    Nil,
    True,
    False,
    SelfReference,
    Integer(i64),
    /// Decimal digits of an integer beyond `i64`.
    BigInteger(Box<str>),
    Float(f64),
    /// `3r`, `1.5r`: numerator and denominator.
    Rational(Box<Node>, Box<Node>),
    String(Box<StringLiteral>),
    InterpolatedString(Vec<Node>),
    Symbol(Symbol),
    InterpolatedSymbol(Vec<Node>),
    Regexp(Box<RegexpLiteral>),
    Array(Vec<Node>),
    Hash(Vec<HashElement>),
    Range(Box<RangeLiteral>),
    /// `*x` inside an array or an argument list.
    Splat(Box<Node>),
    LocalVariable(Local),
    InstanceVariable(Symbol),
    ClassVariable(Symbol),
    GlobalVariable(Symbol),
    /// `` $& $` $' $+ ``, by their character.
    BackReference(char),
    NumberedReference(u32),
    Constant(Symbol),
    ConstantPath(Box<ConstantPath>),
    Assignment(Box<Assignment>),
    OperatorAssignment(Box<OperatorAssignment>),
    MultipleAssignment(Box<MultipleAssignment>),
    Call(Box<Call>),
    Super(Box<Super>),
    Yield(Box<Arguments>),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Defined(Box<Node>),
    Sequence(Vec<Node>),
    If(Box<If>),
    While(Box<While>),
    Case(Box<Case>),
    CaseIn(Box<CaseIn>),
    /// `value in pattern`
    MatchPredicate(Box<(Node, Pattern)>),
    /// `value => pattern`
    MatchRequired(Box<(Node, Pattern)>),
    /// `/(?<name>..)/ =~ value`, which assigns the named captures.
    MatchWrite(Box<MatchWrite>),
    Begin(Box<Begin>),
    Return(Option<Box<Node>>),
    Break(Option<Box<Node>>),
    Next(Option<Box<Node>>),
    Retry,
    Definition(Rc<Definition>),
    Class(Box<ClassDefinition>),
    Module(Box<ModuleDefinition>),
    SingletonClass(Box<SingletonClassDefinition>),
    Lambda(Rc<Block>),
    AliasMethod(Box<(Node, Node)>),
    AliasGlobal(Symbol, Symbol),
    Undefine(Vec<Node>),
    SourceFile,
    /// Evaluating it aborts with this message.
    Unsupported(Box<str>),
}

/// `"a"`
#[derive(Debug)]
pub struct StringLiteral {
    pub bytes: Vec<u8>,
    pub frozen: bool,
}

/// `/a/i`
#[derive(Debug)]
pub struct RegexpLiteral {
    /// String parts and embedded expressions; one string when nothing is interpolated.
    pub parts: Vec<Node>,
    pub ignore_case: bool,
    pub extended: bool,
    pub multi_line: bool,
}

/// `a => b` or `**c`
#[derive(Debug)]
pub enum HashElement {
    Pair(Node, Node),
    DoubleSplat(Node),
}

/// `a..b`, either end of which may be missing.
#[derive(Debug)]
pub struct RangeLiteral {
    pub begin: Option<Node>,
    pub end: Option<Node>,
    pub exclusive: bool,
}

/// `A::B`
#[derive(Debug)]
pub struct ConstantPath {
    pub scope: ConstantScope,
    pub name: Symbol,
}

/// What stands before a constant's name.
#[derive(Debug)]
pub enum ConstantScope {
    /// `A`: by lexical scope, then ancestors.
    Lexical,
    /// `::A`
    Root,
    /// `x::A`
    Of(Node),
}

/// `a = b`
#[derive(Debug)]
pub struct Assignment {
    pub target: Target,
    pub value: Node,
}

/// What may stand on the left of an assignment.
#[derive(Debug)]
pub enum Target {
    Local(Local),
    InstanceVariable(Symbol),
    ClassVariable(Symbol),
    GlobalVariable(Symbol),
    Constant(ConstantPath),
    Attribute(AttributeTarget),
    Index(IndexTarget),
    Multiple(Box<MultipleTarget>),
    /// `*` without a name: the values are dropped.
    Nowhere,
}

/// `a.b = c`
#[derive(Debug)]
pub struct AttributeTarget {
    pub span: Span,
    pub receiver: Node,
    /// The reader's name.
    pub name: Symbol,
    /// The writer's name, ending in `=`.
    pub writer: Symbol,
    pub safe_navigation: bool,
    /// The receiver is a literal `self`, so private methods may be called.
    pub ignore_visibility: bool,
}

/// `a[b] = c`
#[derive(Debug)]
pub struct IndexTarget {
    pub span: Span,
    pub receiver: Node,
    pub arguments: Arguments,
    pub safe_navigation: bool,
    pub ignore_visibility: bool,
}

/// `a += b`
#[derive(Debug)]
pub struct OperatorAssignment {
    pub target: Target,
    pub operator: AssignmentOperator,
    pub value: Node,
}

/// What stands before its `=`.
#[derive(Clone, Copy, Debug)]
pub enum AssignmentOperator {
    /// `||=`
    Or,
    /// `&&=`
    And,
    /// `+=` and its kin, by the method called.
    Call(Symbol),
}

/// `a, b = c`
#[derive(Debug)]
pub struct MultipleAssignment {
    pub targets: MultipleTarget,
    pub value: Node,
}

/// What stands on its left, which may nest.
#[derive(Debug)]
pub struct MultipleTarget {
    pub before: Vec<Target>,
    pub rest: Option<Target>,
    pub after: Vec<Target>,
}

/// `a.b(c) { }`, and all operators.
#[derive(Debug)]
pub struct Call {
    pub receiver: Option<Node>,
    pub name: Symbol,
    /// Where the method's name stands.
    pub name_span: Span,
    pub arguments: Arguments,
    pub safe_navigation: bool,
    /// No receiver, no arguments, no parentheses: it might have been a local variable.
    pub variable_call: bool,
    /// Private methods may be called: no receiver, or a literal `self`.
    pub ignore_visibility: bool,
    /// `a.b = c` and `a[b] = c` answer the value assigned, whatever the method returns.
    pub attribute_write: bool,
    /// Set for a binary operator, which the evaluator does itself between numbers.
    pub operator: Option<Operator>,
}

/// The operators that have a short way between numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Index,
}

/// What stands between a call's parentheses.
#[derive(Debug, Default)]
pub struct Arguments {
    /// With [`NodeKind::Splat`] among them.
    pub positional: Vec<Node>,
    pub keywords: Vec<HashElement>,
    pub block: BlockArgument,
}

/// A call's block: written out, or a value.
#[derive(Debug, Default)]
pub enum BlockArgument {
    #[default]
    None,
    /// `{ }` or `do end`
    Literal(Rc<Block>),
    /// `&expression`
    Pass(Box<Node>),
}

/// `super`; without arguments those of the method around it.
#[derive(Debug)]
pub struct Super {
    pub arguments: Arguments,
    /// Without an argument list: `arguments` reads the method's own parameters, as they are now.
    pub implicit: bool,
}

/// A block's or a lambda's code.
#[derive(Debug)]
pub struct Block {
    pub span: Span,
    pub parameters: Parameters,
    pub body: Body,
}

/// `def a(b)`
#[derive(Debug)]
pub struct Definition {
    pub name: Symbol,
    pub singleton: Option<Node>,
    pub parameters: Parameters,
    pub body: Body,
    pub span: Span,
}

/// What stands between a definition's parentheses, or a block's bars.
#[derive(Debug, Default)]
pub struct Parameters {
    pub required: Vec<Parameter>,
    pub optional: Vec<OptionalParameter>,
    pub rest: Option<Rest>,
    pub post: Vec<Parameter>,
    pub keywords: Vec<KeywordParameter>,
    pub keyword_rest: KeywordRest,
    /// The slot of `&block`.
    pub block: Option<u32>,
    /// Numbered parameters or `it`: what [`crate::syntax::ast::Parameters::required`] holds was never written down.
    pub implicit: Option<ImplicitParameters>,
}

/// A block's that has no bars: `_1` or `it`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImplicitParameters {
    Numbered,
    It,
}

/// One before or after the optional ones; it may take an array apart.
#[derive(Debug)]
pub enum Parameter {
    Slot(u32),
    /// `(a, (b, *c))`
    Destructure(MultipleTarget),
}

/// `a = b`
#[derive(Debug)]
pub struct OptionalParameter {
    pub slot: u32,
    pub default: Node,
}

/// `*a`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    Slot(u32),
    /// The comma in `|a, |`: takes part in destructuring, counts for nothing else.
    TrailingComma,
}

/// `a:`, `a: b`
#[derive(Debug)]
pub struct KeywordParameter {
    pub name: Symbol,
    pub slot: u32,
    pub default: Option<Node>,
}

/// `**a`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeywordRest {
    #[default]
    None,
    Slot(u32),
    /// `**nil`
    Refused,
}

/// `if`, `unless` and `? :`
#[derive(Debug)]
pub struct If {
    pub condition: Node,
    pub then_branch: Node,
    pub else_branch: Node,
}

/// `while`, and `until`, whose condition is negated.
#[derive(Debug)]
pub struct While {
    pub condition: Node,
    pub body: Node,
    /// `until`
    pub negated: bool,
    /// `begin .. end while`: the body runs once before the condition.
    pub body_first: bool,
}

/// `case ... when`
#[derive(Debug)]
pub struct Case {
    pub subject: Option<Node>,
    pub whens: Vec<When>,
    pub else_branch: Node,
}

/// One of its branches.
#[derive(Debug)]
pub struct When {
    /// With [`NodeKind::Splat`] among them.
    pub conditions: Vec<Node>,
    pub body: Node,
}

/// `case ... in`
#[derive(Debug)]
pub struct CaseIn {
    pub subject: Node,
    pub clauses: Vec<InClause>,
    pub else_branch: Option<Node>,
}

/// One of its branches.
#[derive(Debug)]
pub struct InClause {
    pub pattern: Pattern,
    /// `if` or, negated, `unless`.
    pub guard: Option<Node>,
    pub body: Node,
}

/// What a value is matched with.
#[derive(Debug)]
pub enum Pattern {
    /// Matches what `===` matches: literals, ranges, constants, pinned values.
    Value(Node),
    Bind(Local),
    /// `_` without a name to bind, as in an anonymous splat.
    Any,
    Array(Box<ArrayPattern>),
    Find(Box<FindPattern>),
    Hash(Box<HashPattern>),
    Alternative(Vec<Pattern>),
    /// `pattern => name`
    Capture(Box<Pattern>, Local),
}

/// `[a, *b]`
#[derive(Debug)]
pub struct ArrayPattern {
    pub constant: Option<Node>,
    pub before: Vec<Pattern>,
    /// `Bind` or `Any`.
    pub rest: Option<Pattern>,
    pub after: Vec<Pattern>,
}

/// `[*, a, *]`
#[derive(Debug)]
pub struct FindPattern {
    pub constant: Option<Node>,
    pub before: Pattern,
    pub middle: Vec<Pattern>,
    pub after: Pattern,
}

/// `{ a:, **b }`
#[derive(Debug)]
pub struct HashPattern {
    pub constant: Option<Node>,
    pub pairs: Vec<(Symbol, Pattern)>,
    pub rest: HashPatternRest,
}

/// What may be left over.
#[derive(Debug)]
pub enum HashPatternRest {
    /// Other keys may be there.
    Ignored,
    /// `**rest`
    Bind(Local),
    /// `**nil`
    Refused,
}

/// `/(?<a>.)/ =~ b`
#[derive(Debug)]
pub struct MatchWrite {
    pub call: Node,
    pub targets: Vec<(Symbol, Local)>,
}

/// `begin ... rescue ... end`, a method's body included.
#[derive(Debug)]
pub struct Begin {
    /// Where `begin`, or the `def` or block that has the clauses, begins.
    pub line: u32,
    pub body: Node,
    pub rescues: Vec<Rescue>,
    pub else_branch: Option<Node>,
    pub ensure: Option<Node>,
}

/// One of its branches.
#[derive(Debug)]
pub struct Rescue {
    /// Empty means `StandardError`. With [`NodeKind::Splat`] among them.
    pub exceptions: Vec<Node>,
    pub reference: Option<Target>,
    pub body: Node,
}

/// `class A < B`
#[derive(Debug)]
pub struct ClassDefinition {
    pub path: ConstantPath,
    pub superclass: Option<Node>,
    pub body: Rc<Body>,
}

/// `module A`
#[derive(Debug)]
pub struct ModuleDefinition {
    pub path: ConstantPath,
    pub body: Rc<Body>,
}

/// `class << a`
#[derive(Debug)]
pub struct SingletonClassDefinition {
    pub of: Node,
    pub body: Rc<Body>,
}

impl Node {
    /// Of this kind, at this place.
    pub fn new(kind: NodeKind, span: Span) -> Self {
        Self { span, kind }
    }

    /// What stands where nothing was written.
    pub fn nil(span: Span) -> Self {
        Self::new(NodeKind::Nil, span)
    }
}
