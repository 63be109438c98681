//! Lowers prism's tree to ours, and reports syntax errors and syntax the evaluator lacks, each with its place.
//!
//! The parsing itself is prism's, the parser CRuby uses. Locals are resolved here; constants and methods are not.

mod assignment;
mod call;
mod control_flow;
mod definition;
mod literal;
mod pattern;
mod source;
mod trial;

use std::collections::HashMap;
use std::rc::Rc;

use ruby_prism::{ConstantId, Location, Node as Prism, StatementsNode};

use crate::syntax::ast::{Body, Local, Node, NodeKind, Program};
use crate::syntax::source::{Diagnostic, SourceFile, Span};
use crate::syntax::stack;
use crate::syntax::symbol::Symbol;

pub use source::Source;

/// How deep a tree may be. Every recursive walk of it, the evaluator's above all, relies on this.
const MAXIMUM_DEPTH: u32 = 1_000;

/// How many syntax errors are told. Later ones mostly follow from the first.
const MAXIMUM_ERRORS: usize = 10;

/// A file that is not Ruby.
#[derive(Debug)]
pub struct SyntaxError {
    pub file: Rc<SourceFile>,
    /// Never empty.
    pub diagnostics: Vec<Diagnostic>,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            formatter.write_str(&diagnostic.render(&self.file))?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}

/// Where code stands that is not a file's whole: the number of its first line, and the variables around it, outermost
/// first.
pub struct Place {
    pub line: u32,
    pub scopes: Vec<Vec<Symbol>>,
}

/// Parses a file. Call it on a thread with a large stack: nesting is bounded, but generously.
pub fn parse(path: &str, source: &[u8]) -> Result<Program, SyntaxError> {
    parse_at(path, source, Place { line: 1, scopes: Vec::new() })
}

/// Parses what stands at a place.
pub fn parse_at(path: &str, source: &[u8], place: Place) -> Result<Program, SyntaxError> {
    let file = Rc::new(SourceFile::new(path, source));
    // Offsets are 32 bits wide, in prism too.
    if u32::try_from(source.len()).is_err() {
        let diagnostic = Diagnostic::new(&file, Span::default(), "the file is too large");
        return Err(SyntaxError { file, diagnostics: vec![diagnostic] });
    }
    if !trial::ends(source) {
        let diagnostic = Diagnostic::new(&file, Span::default(), "the file takes too long to read");
        return Err(SyntaxError { file, diagnostics: vec![diagnostic] });
    }
    let options = options(&place);
    let result = ruby_prism::parse_with_options(source, &options);
    let diagnostics: Vec<_> = result
        .errors()
        .take(MAXIMUM_ERRORS)
        .map(|error| Diagnostic::new(&file, span(&error.location()), String::from_utf8_lossy(error.message())))
        .collect();
    if !diagnostics.is_empty() {
        return Err(SyntaxError { file, diagnostics });
    }
    let around: Vec<_> = place.scopes.into_iter().map(|names| Scope::new(ScopeKind::Block, names)).collect();
    let kind = if around.is_empty() { ScopeKind::Top } else { ScopeKind::Block };
    let mut lowerer = Lowerer { file, scopes: around, unsupported: Vec::new(), first: Vec::new(), depth: 0 };
    let body = lowerer.program(&result.node(), kind);
    Ok(Program { body: Rc::new(body), unsupported: lowerer.unsupported })
}

/// What the parser is told of a place. A slot that Ruby has no name for is nothing to it.
fn options(place: &Place) -> ruby_prism::ParseOptions {
    // The last one is that of the code itself.
    let own = (!place.scopes.is_empty()).then(ruby_prism::Scope::default);
    let scopes = place.scopes.iter().map(|names| {
        let names = names.iter().map(|name| name.to_str().as_bytes().to_vec());
        ruby_prism::Scope::default()
            .locals(names.filter(|name| name.first().is_some_and(|first| is_name(*first))).collect())
    });
    ruby_prism::Options::default().line(place.line.cast_signed()).scopes(scopes.chain(own).collect()).build()
}

fn is_name(first: u8) -> bool {
    first == b'_' || first.is_ascii_lowercase() || !first.is_ascii()
}

struct Lowerer {
    file: Rc<SourceFile>,
    scopes: Vec<Scope>,
    unsupported: Vec<Diagnostic>,
    /// `BEGIN { }`, which runs before everything else.
    first: Vec<Node>,
    depth: u32,
}

struct Scope {
    kind: ScopeKind,
    locals: Vec<Symbol>,
    /// Where the first local of a name is.
    places: HashMap<Symbol, usize>,
}

impl Scope {
    fn new(kind: ScopeKind, locals: Vec<Symbol>) -> Self {
        let mut scope = Self { kind, locals: Vec::with_capacity(locals.len()), places: HashMap::new() };
        for name in locals {
            scope.push(name);
        }
        scope
    }

    fn push(&mut self, name: Symbol) -> usize {
        let place = self.locals.len();
        self.locals.push(name);
        self.places.entry(name).or_insert(place);
        place
    }
}

enum ScopeKind {
    /// A program, class or module body: sees no outer locals.
    Top,
    /// A method, and how a bare `super` passes its parameters on.
    Method(Vec<definition::Passed>),
    Block,
    /// The block that a `for` becomes: prism does not count it, its locals are the surrounding scope's.
    For,
}

impl Lowerer {
    fn program(&mut self, node: &Prism<'_>, kind: ScopeKind) -> Body {
        let Some(program) = node.as_program_node() else {
            let span = span(&node.location());
            return Body { file: Rc::clone(&self.file), locals: Rc::default(), node: Node::nil(span) };
        };
        let locals = names(&program.locals());
        let (mut node, locals) =
            self.scope(kind, locals, |lowerer| lowerer.statements(Some(&program.statements()), node));
        if !self.first.is_empty() {
            let mut sequence = std::mem::take(&mut self.first);
            let span = node.span;
            sequence.push(node);
            node = Node::new(NodeKind::Sequence(sequence), span);
        }
        Body { file: Rc::clone(&self.file), locals: locals.into(), node }
    }

    /// Lowers code with locals of its own; answers it with the locals it turned out to have.
    fn scope<T>(
        &mut self,
        kind: ScopeKind,
        locals: Vec<Symbol>,
        lower: impl FnOnce(&mut Self) -> T,
    ) -> (T, Vec<Symbol>) {
        self.scopes.push(Scope::new(kind, locals));
        let lowered = lower(self);
        let locals = self.scopes.pop().map(|scope| scope.locals).unwrap_or_default();
        (lowered, locals)
    }

    /// The slot of a name in the innermost scope, made when it is not there.
    fn slot(&mut self, name: Symbol) -> u32 {
        self.local(name, 0).slot
    }

    /// A new slot that no name refers to.
    fn hidden_slot(&mut self, name: &str) -> u32 {
        let Some(scope) = self.scopes.last_mut() else { return 0 };
        scope.push(Symbol::new(name)) as u32
    }

    /// A local by prism's depth, which does not count the blocks that `for` becomes here.
    fn local(&mut self, name: Symbol, prism_depth: u32) -> Local {
        let mut left = prism_depth;
        for (depth, scope) in self.scopes.iter_mut().rev().enumerate() {
            if !matches!(scope.kind, ScopeKind::For) {
                if left == 0 {
                    let known = scope.places.get(&name).copied();
                    let slot = known.unwrap_or_else(|| scope.push(name));
                    return Local { depth: depth as u32, slot: slot as u32 };
                }
                left -= 1;
            }
        }
        Local { depth: 0, slot: 0 }
    }

    /// A parameter that has no name in Ruby (`*`, `**`, `&`), found outwards up to the method.
    fn anonymous(&self, name: &str) -> Option<Local> {
        let name = Symbol::new(name);
        for (depth, scope) in self.scopes.iter().rev().enumerate() {
            if let Some(slot) = scope.places.get(&name) {
                return Some(Local { depth: depth as u32, slot: *slot as u32 });
            }
            if matches!(scope.kind, ScopeKind::Top | ScopeKind::Method(_)) {
                return None;
            }
        }
        None
    }

    fn unsupported(&mut self, span: Span, what: &str) -> Node {
        let message = format!("{what} is not supported");
        self.unsupported.push(Diagnostic::new(&self.file, span, message.as_str()));
        Node::new(NodeKind::Unsupported(message.into()), span)
    }

    /// Statements, or `nil` at `around` when there are none.
    fn statements(&mut self, statements: Option<&StatementsNode<'_>>, around: &Prism<'_>) -> Node {
        match statements {
            Some(statements) => self.sequence(statements),
            None => Node::nil(span(&around.location())),
        }
    }

    fn sequence(&mut self, statements: &StatementsNode<'_>) -> Node {
        let span = span(&statements.location());
        let mut nodes: Vec<Node> = statements.body().iter().map(|node| self.node(&node)).collect();
        match nodes.pop() {
            None => Node::nil(span),
            Some(only) if nodes.is_empty() => only,
            Some(last) => {
                nodes.push(last);
                Node::new(NodeKind::Sequence(nodes), span)
            }
        }
    }

    fn boxed(&mut self, node: &Prism<'_>) -> Box<Node> {
        Box::new(self.node(node))
    }

    fn optional(&mut self, node: Option<Prism<'_>>) -> Option<Node> {
        node.map(|node| self.node(&node))
    }

    fn node(&mut self, node: &Prism<'_>) -> Node {
        if self.depth >= MAXIMUM_DEPTH || stack::is_used_up() {
            return self.unsupported(span(&node.location()), "code nested this deeply");
        }
        self.depth += 1;
        let lowered = self.dispatch(node);
        self.depth -= 1;
        lowered
    }

    #[expect(clippy::too_many_lines, reason = "a table of what there is")]
    fn dispatch(&mut self, node: &Prism<'_>) -> Node {
        let place = span(&node.location());
        /// Lowers a node with the method for its kind. The cast of a matched kind cannot fail; if prism says so, it is reported.
        macro_rules! lower {
            ($($variant:ident $cast:ident => $method:ident;)* _ => $other:expr) => {
                match node {
                    $(Prism::$variant { .. } => match node.$cast() {
                        Some(node) => self.$method(&node, place),
                        None => self.unsupported(place, "this syntax"),
                    },)*
                    _ => $other,
                }
            };
        }
        lower! {
            CallNode as_call_node => call;
            StringNode as_string_node => string;
            SymbolNode as_symbol_node => symbol;
            IntegerNode as_integer_node => integer;
            FloatNode as_float_node => float;
            RationalNode as_rational_node => rational;
            ArrayNode as_array_node => array;
            HashNode as_hash_node => hash;
            RangeNode as_range_node => range;
            InterpolatedStringNode as_interpolated_string_node => interpolated_string;
            InterpolatedSymbolNode as_interpolated_symbol_node => interpolated_symbol;
            RegularExpressionNode as_regular_expression_node => regexp;
            InterpolatedRegularExpressionNode as_interpolated_regular_expression_node => interpolated_regexp;
            EmbeddedStatementsNode as_embedded_statements_node => embedded_statements;
            EmbeddedVariableNode as_embedded_variable_node => embedded_variable;
            LocalVariableReadNode as_local_variable_read_node => local_variable;
            ItLocalVariableReadNode as_it_local_variable_read_node => it_variable;
            InstanceVariableReadNode as_instance_variable_read_node => instance_variable;
            ClassVariableReadNode as_class_variable_read_node => class_variable;
            GlobalVariableReadNode as_global_variable_read_node => global_variable;
            BackReferenceReadNode as_back_reference_read_node => back_reference;
            NumberedReferenceReadNode as_numbered_reference_read_node => numbered_reference;
            ConstantReadNode as_constant_read_node => constant;
            ConstantPathNode as_constant_path_node => constant_path;
            SplatNode as_splat_node => splat;
            ImplicitNode as_implicit_node => implicit;
            ParenthesesNode as_parentheses_node => parentheses;
            StatementsNode as_statements_node => statements_node;
            SuperNode as_super_node => explicit_super;
            ForwardingSuperNode as_forwarding_super_node => implicit_super;
            YieldNode as_yield_node => yield_;
            LambdaNode as_lambda_node => lambda;
            LocalVariableWriteNode as_local_variable_write_node => local_variable_write;
            LocalVariableOrWriteNode as_local_variable_or_write_node => local_variable_or_write;
            LocalVariableAndWriteNode as_local_variable_and_write_node => local_variable_and_write;
            LocalVariableOperatorWriteNode as_local_variable_operator_write_node => local_variable_operator_write;
            InstanceVariableWriteNode as_instance_variable_write_node => instance_variable_write;
            InstanceVariableOrWriteNode as_instance_variable_or_write_node => instance_variable_or_write;
            InstanceVariableAndWriteNode as_instance_variable_and_write_node => instance_variable_and_write;
            InstanceVariableOperatorWriteNode as_instance_variable_operator_write_node => instance_variable_operator_write;
            ClassVariableWriteNode as_class_variable_write_node => class_variable_write;
            ClassVariableOrWriteNode as_class_variable_or_write_node => class_variable_or_write;
            ClassVariableAndWriteNode as_class_variable_and_write_node => class_variable_and_write;
            ClassVariableOperatorWriteNode as_class_variable_operator_write_node => class_variable_operator_write;
            GlobalVariableWriteNode as_global_variable_write_node => global_variable_write;
            GlobalVariableOrWriteNode as_global_variable_or_write_node => global_variable_or_write;
            GlobalVariableAndWriteNode as_global_variable_and_write_node => global_variable_and_write;
            GlobalVariableOperatorWriteNode as_global_variable_operator_write_node => global_variable_operator_write;
            ConstantWriteNode as_constant_write_node => constant_write;
            ConstantOrWriteNode as_constant_or_write_node => constant_or_write;
            ConstantAndWriteNode as_constant_and_write_node => constant_and_write;
            ConstantOperatorWriteNode as_constant_operator_write_node => constant_operator_write;
            ConstantPathWriteNode as_constant_path_write_node => constant_path_write;
            ConstantPathOrWriteNode as_constant_path_or_write_node => constant_path_or_write;
            ConstantPathAndWriteNode as_constant_path_and_write_node => constant_path_and_write;
            ConstantPathOperatorWriteNode as_constant_path_operator_write_node => constant_path_operator_write;
            CallOrWriteNode as_call_or_write_node => call_or_write;
            CallAndWriteNode as_call_and_write_node => call_and_write;
            CallOperatorWriteNode as_call_operator_write_node => call_operator_write;
            IndexOrWriteNode as_index_or_write_node => index_or_write;
            IndexAndWriteNode as_index_and_write_node => index_and_write;
            IndexOperatorWriteNode as_index_operator_write_node => index_operator_write;
            MultiWriteNode as_multi_write_node => multiple_write;
            ShareableConstantNode as_shareable_constant_node => shareable_constant;
            AndNode as_and_node => and;
            OrNode as_or_node => or;
            DefinedNode as_defined_node => defined;
            IfNode as_if_node => if_;
            UnlessNode as_unless_node => unless;
            WhileNode as_while_node => while_;
            UntilNode as_until_node => until;
            ForNode as_for_node => for_;
            CaseNode as_case_node => case;
            CaseMatchNode as_case_match_node => case_in;
            MatchPredicateNode as_match_predicate_node => match_predicate;
            MatchRequiredNode as_match_required_node => match_required;
            MatchWriteNode as_match_write_node => match_write;
            BeginNode as_begin_node => begin;
            RescueModifierNode as_rescue_modifier_node => rescue_modifier;
            ReturnNode as_return_node => return_;
            BreakNode as_break_node => break_;
            NextNode as_next_node => next;
            DefNode as_def_node => def;
            ClassNode as_class_node => class;
            ModuleNode as_module_node => module;
            SingletonClassNode as_singleton_class_node => singleton_class;
            AliasMethodNode as_alias_method_node => alias_method;
            AliasGlobalVariableNode as_alias_global_variable_node => alias_global;
            UndefNode as_undef_node => undef;
            PreExecutionNode as_pre_execution_node => pre_execution;
            _ => self.leaf(node, place)
        }
    }

    /// The kinds that hold nothing, and those that are not supported.
    fn leaf(&mut self, node: &Prism<'_>, place: Span) -> Node {
        let kind = match node {
            Prism::NilNode { .. } => NodeKind::Nil,
            Prism::TrueNode { .. } => NodeKind::True,
            Prism::FalseNode { .. } => NodeKind::False,
            Prism::SelfNode { .. } => NodeKind::SelfReference,
            Prism::RetryNode { .. } => NodeKind::Retry,
            Prism::SourceFileNode { .. } => NodeKind::SourceFile,
            Prism::SourceLineNode { .. } => NodeKind::Integer(i64::from(place.line)),
            Prism::SourceEncodingNode { .. } => return self.source_encoding(place),
            Prism::RedoNode { .. } => return self.unsupported(place, "`redo`"),
            Prism::FlipFlopNode { .. } => return self.unsupported(place, "a flip-flop"),
            Prism::ImaginaryNode { .. } => return self.unsupported(place, "an imaginary number"),
            Prism::XStringNode { .. } | Prism::InterpolatedXStringNode { .. } => {
                return self.unsupported(place, "running a shell command");
            }
            Prism::MatchLastLineNode { .. } | Prism::InterpolatedMatchLastLineNode { .. } => {
                return self.unsupported(place, "matching the last line read");
            }
            Prism::PostExecutionNode { .. } => return self.unsupported(place, "`END`"),
            _ => return self.unsupported(place, "this syntax"),
        };
        Node::new(kind, place)
    }
}

fn span(location: &Location<'_>) -> Span {
    Span { start: location.start(), end: location.end(), line: location.start_line().max(1) as u32 }
}

fn name(id: &ConstantId<'_>) -> Symbol {
    Symbol::new(&String::from_utf8_lossy(id.as_slice()))
}

fn names(ids: &ruby_prism::ConstantList<'_>) -> Vec<Symbol> {
    ids.iter().map(|id| name(&id)).collect()
}
