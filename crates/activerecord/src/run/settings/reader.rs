//! Reads the app's configuration files as far as they can be read without the app: statement by statement, each with the
//! classes and blocks around it, so that one that needs a constant of the app's takes nothing else with it. Only what
//! names a setting of ours is evaluated; of the rest nobody hears.

use ruby::ast::{BlockArgument, Call, If, Node, NodeKind, Target};
use ruby::parser;
use ruby::source::{SourceFile, Span, cut};
use ruby::{Interpreter, Symbol};

use super::File;

/// What a statement has to name for anybody to care.
const NAMES: [&str; 48] = [
    "load_defaults",
    "config.x.",
    "config.x[",
    "inflect",
    "time_zone",
    "Time.zone",
    "zone_default",
    "beginning_of_week",
    "default_timezone",
    "error_on_ignored_order",
    "table_name_prefix",
    "table_name_suffix",
    "schema_migrations_table_name",
    "internal_metadata_table_name",
    "protected_environments",
    "structure_dump_flags",
    "structure_load_flags",
    "pluralize_table_names",
    "primary_key_prefix_type",
    "primary_key_type",
    "foreign_key_type",
    "NATIVE_DATABASE_TYPES",
    "native_database_types",
    "datetime_type",
    "create_unlogged_tables",
    "decode_dates",
    "timestamped_migrations",
    "validate_migration_timestamps",
    "emulate_booleans",
    "raise_int_wider_than_64bit",
    "migration_strategy",
    "partial_inserts",
    "partial_updates",
    "belongs_to_required",
    "record_timestamps",
    "strict_strings",
    "skip_time_zone_conversion",
    "store_full_sti_class",
    "inheritance_column",
    "lock_optimistically",
    "implicit_order_column",
    "immutable_strings_by_default",
    "default_column_serializer",
    "dump_schema_after_migration",
    "schema_format",
    "dump_schemas",
    "SchemaDumper",
    "schema_cache_ignored_tables",
];

/// Methods whose blocks are read statement by statement.
const OPENED: [&str; 12] = [
    "configure",
    "on_load",
    "inflections",
    "generators",
    "app_generators",
    "tap",
    "class_eval",
    "module_eval",
    "after_initialize",
    "before_initialize",
    "before_configuration",
    "to_prepare",
];
/// What loads code: everything is there already.
const LOADING: [&str; 5] = ["require", "require_relative", "require_dependency", "load", "autoload"];

/// Whether a file says anything that matters.
pub fn is_relevant(source: &str) -> bool {
    NAMES.iter().any(|name| source.contains(name))
}

/// Whether there is something to evaluate.
fn matters(source: &str) -> bool {
    source.contains(APPLICATION) || is_relevant(source)
}

const APPLICATION: &str = "Rails::Application";

/// When a statement is evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum When {
    Now,
    /// When ActiveRecord::Base is loaded.
    OnLoad,
    AfterInitialize,
}

/// A statement that was put off.
pub(super) struct Later {
    path: String,
    line: u32,
    source: String,
    text: String,
}

/// What reading found.
#[derive(Default)]
pub(super) struct Reader {
    /// Hooks of config/application.rb and the environment's file: they come before Rails' own.
    pub early: Vec<Later>,
    pub on_load: Vec<Later>,
    pub after_initialize: Vec<Later>,
    /// ActiveRecord::Base is loaded: what waits for that is evaluated where it stands.
    pub is_loaded: bool,
    pub warnings: Vec<String>,
    /// Path, line and text of what was evaluated.
    evaluated: Vec<(String, u32, String)>,
}

/// What stands around a statement: the text before it and after it, and when it is evaluated.
struct Around<'a> {
    file: &'a SourceFile,
    before: String,
    after: String,
    when: When,
}

impl Reader {
    /// Evaluates what matters of a file.
    pub(super) fn read(&mut self, interpreter: &mut Interpreter, file: &File) {
        if !matters(&file.source) {
            return;
        }
        match parser::parse(&file.path, file.source.as_bytes()) {
            Ok(program) => {
                let source = &program.body.file;
                let mut around = Around { file: source, before: String::new(), after: String::new(), when: When::Now };
                self.node(interpreter, &program.body.node, &mut around);
            }
            Err(error) => {
                let line = error.diagnostics.first().map_or(1, |diagnostic| diagnostic.line);
                self.warnings
                    .push(format!("{}:{line}: the settings here are not read: it has a syntax error", file.path));
            }
        }
    }

    fn node(&mut self, interpreter: &mut Interpreter, node: &Node, around: &mut Around<'_>) {
        match &node.kind {
            NodeKind::Sequence(nodes) => nodes.iter().for_each(|node| self.node(interpreter, node, around)),
            _ if !is_local_assignment(node) && !matters(&around.file.text(node.span)) => {}
            NodeKind::Module(module) => self.within(interpreter, node.span, &module.body.node, around, around.when),
            NodeKind::Class(class) => {
                let superclass = class.superclass.as_ref().map(|node| around.file.text(node.span));
                if superclass.is_some_and(|name| name.ends_with(APPLICATION)) {
                    let body = class.body.node.span;
                    let head = around.file.text(Span { start: node.span.start, end: body.start, line: 0 });
                    // The environments' files name it.
                    let source = format!("{}{head}\nend{}", around.before, around.after);
                    let _ = interpreter.eval(&around.file.path, &source);
                }
                self.within(interpreter, node.span, &class.body.node, around, around.when);
            }
            NodeKind::If(branches) => self.branches(interpreter, branches, around),
            NodeKind::Call(call) if LOADING.iter().any(|name| call.name.is(name)) => {}
            NodeKind::Call(call) => match opened(call) {
                Some((body, when)) => {
                    let when = if when == When::Now { around.when } else { when };
                    self.within(interpreter, node.span, body, around, when);
                }
                None => self.statement(interpreter, node, around),
            },
            NodeKind::Assignment(_) if is_local_assignment(node) => self.local(interpreter, node, around),
            _ => self.statement(interpreter, node, around),
        }
    }

    /// The statements of a class, a module or a block.
    fn within(&mut self, interpreter: &mut Interpreter, whole: Span, body: &Node, around: &Around<'_>, when: When) {
        let file = around.file;
        let before = file.text(Span { start: whole.start, end: body.span.start, line: 0 });
        let after = file.text(Span { start: body.span.end, end: whole.end, line: 0 });
        let mut inner = Around {
            file,
            before: format!("{}{before}", around.before),
            after: format!("\n{after}{}", around.after),
            when,
        };
        self.node(interpreter, body, &mut inner);
    }

    fn branches(&mut self, interpreter: &mut Interpreter, branches: &If, around: &mut Around<'_>) {
        let (condition, negated) = match &branches.condition.kind {
            NodeKind::Not(inner) => (&**inner, true),
            _ => (&branches.condition, false),
        };
        let text = around.file.text(condition.span);
        let answer = Symbol::new(ANSWER);
        interpreter.globals.shift_remove(&answer);
        let source = format!("{}{ANSWER} = ({text}){}", around.before, around.after);
        // A constant that is not here may be there in the app.
        let undefined = has_defined(condition);
        let outcome = interpreter.eval(&around.file.path, &source);
        let verdict = interpreter.globals.shift_remove(&answer).filter(|_| outcome.is_ok()).map(|value| value.truthy());
        match verdict.filter(|verdict| *verdict || !undefined) {
            Some(verdict) if verdict != negated => self.node(interpreter, &branches.then_branch, around),
            Some(_) => self.node(interpreter, &branches.else_branch, around),
            None => {
                for branch in [&branches.then_branch, &branches.else_branch] {
                    if let Some(named) = named(branch, around.file) {
                        let line = named.span.line;
                        let shown = shown(&around.file.text(named.span));
                        self.warn(
                            &around.file.path,
                            line,
                            &shown,
                            &format!("whether `{}` is not known", cut(&text, 80)),
                        );
                    }
                }
            }
        }
    }

    /// `name = value`, which what follows may read.
    fn local(&mut self, interpreter: &mut Interpreter, node: &Node, around: &mut Around<'_>) {
        let text = around.file.text(node.span);
        let source = format!("{}{text}{}", around.before, around.after);
        if around.when == When::Now && interpreter.eval(&around.file.path, &source).is_err() {
            return;
        }
        around.before.push_str(&text);
        around.before.push('\n');
    }

    fn statement(&mut self, interpreter: &mut Interpreter, node: &Node, around: &Around<'_>) {
        let text = around.file.text(node.span);
        if !is_relevant(&text) {
            return;
        }
        if matches!(node.kind, NodeKind::Definition(_) | NodeKind::SingletonClass(_)) {
            let (line, shown) = (node.span.line, shown(&text));
            self.warn(&around.file.path, line, &shown, "methods of the app's own are not called");
            return;
        }
        let source = format!("{}{text}{}", around.before, around.after);
        let later = Later { path: around.file.path.clone(), line: node.span.line, source, text: shown(&text) };
        match around.when {
            When::OnLoad if !self.is_loaded => self.on_load.push(later),
            When::AfterInitialize => self.after_initialize.push(later),
            _ => {
                if later.source.contains("ActiveRecord::Base") {
                    self.load_active_record(interpreter);
                }
                self.evaluate(interpreter, &later);
            }
        }
    }

    /// Runs what was put off, as `after_initialize` does.
    pub(super) fn evaluate(&mut self, interpreter: &mut Interpreter, later: &Later) {
        self.evaluated.push((later.path.clone(), later.line, later.text.clone()));
        let Err(flow) = interpreter.eval(&later.path, &later.source) else { return };
        let error = crate::ground::errors::ruby_error(interpreter, *flow);
        let reason = error.message.lines().find(|line| !line.is_empty()).unwrap_or(&error.class).to_owned();
        self.warn(&later.path, later.line, &later.text, &cut(&reason, 200));
    }

    /// Says that a setting is not taken over, where it was set.
    pub(super) fn warn_of(&mut self, name: &str, why: &str) {
        let place = self.evaluated.iter().rev().find(|(_, _, text)| text.contains(name)).cloned();
        if let Some((path, line, text)) = place {
            self.warn(&path, line, &text, why);
        }
    }

    /// A setting that is not taken over, and why.
    pub(super) fn warn(&mut self, path: &str, line: u32, text: &str, why: &str) {
        let warning = format!("{path}:{line}: `{text}` is not taken over: {why}");
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

const ANSWER: &str = "$_maglev_condition";

/// The block of a call whose statements are read one by one, and when they are evaluated.
fn opened(call: &Call) -> Option<(&Node, When)> {
    let name = OPENED.into_iter().find(|name| call.name.is(name))?;
    let BlockArgument::Literal(block) = &call.arguments.block else { return None };
    // A block with a `rescue` is one statement.
    if matches!(block.body.node.kind, NodeKind::Begin(_) | NodeKind::Nil) {
        return None;
    }
    let when = match name {
        "on_load" => When::OnLoad,
        "after_initialize" | "to_prepare" => When::AfterInitialize,
        _ => When::Now,
    };
    Some((&block.body.node, when))
}

fn is_local_assignment(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Assignment(assignment) => matches!(assignment.target, Target::Local(_)),
        _ => false,
    }
}

/// Whether a condition asks for what is defined.
fn has_defined(node: &Node) -> bool {
    if matches!(node.kind, NodeKind::Defined(_)) {
        return true;
    }
    let mut found = false;
    node.each_child(&mut |child| found |= has_defined(child));
    found
}

/// The first statement of a branch that names a setting.
fn named<'n>(node: &'n Node, file: &SourceFile) -> Option<&'n Node> {
    if matches!(node.kind, NodeKind::Nil) || !is_relevant(&file.text(node.span)) {
        return None;
    }
    match &node.kind {
        NodeKind::Sequence(nodes) => nodes.iter().find_map(|node| named(node, file)),
        _ => Some(node),
    }
}

/// A statement as a warning shows it: its first line.
fn shown(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    cut(first, 120).into_owned()
}
