//! Finding types: which operator and which function the server takes for what was written, and which casts it makes for that.
//! None where more than one could be meant, or where what is written is not known here.

use super::super::super::expressions::Expression;
use super::super::super::model::Aspect;
use super::super::{quoted_if_needed, types};
use super::Scope;
use super::functions::{FUNCTIONS, OF_ANYTHING};

/// What the server understood.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: Kind,
    /// Its name without a modifier; `unknown` of a text that nobody has read yet.
    pub r#type: String,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Column(String),
    Word(String),
    /// None is NULL.
    Constant(Option<String>),
    Call {
        name: String,
        arguments: Vec<Node>,
    },
    AtTimeZone {
        time: Box<Node>,
        zone: Box<Node>,
    },
    Cast {
        operand: Box<Node>,
        implicit: bool,
    },
    Operator {
        operator: String,
        left: Option<Box<Node>>,
        right: Box<Node>,
    },
    Distinct {
        left: Box<Node>,
        right: Box<Node>,
        negated: bool,
    },
    /// By AND or OR.
    Joined {
        word: &'static str,
        parts: Vec<Node>,
    },
    Not(Box<Node>),
    Test {
        operand: Box<Node>,
        words: String,
    },
    Array(Vec<Node>),
    Quantified {
        operand: Box<Node>,
        operator: String,
        all: bool,
        of: Box<Node>,
    },
}

const UNKNOWN: &str = "unknown";
const TEXT: &str = "text";
const BOOLEAN: &str = "boolean";

/// Numbers, the wider behind.
const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
/// What is compared with its own kind.
const COMPARABLE: [&str; 14] = [
    "text",
    "character",
    "citext",
    "boolean",
    "date",
    "uuid",
    "inet",
    "cidr",
    "interval",
    "money",
    "jsonb",
    "bytea",
    "time without time zone",
    "ltree",
];
const TIMES: [&str; 3] = ["date", "timestamp without time zone", "timestamp with time zone"];

impl Node {
    fn new(kind: Kind, r#type: impl Into<String>) -> Self {
        Self { kind, r#type: r#type.into() }
    }

    fn is_unknown(&self) -> bool {
        self.r#type == UNKNOWN
    }

    fn number_rank(&self) -> Option<usize> {
        NUMBERS.iter().position(|name| *name == self.r#type)
    }
}

fn boolean(kind: Kind) -> Node {
    Node::new(kind, BOOLEAN)
}

pub(super) struct Resolver<'a> {
    pub scope: Scope<'a>,
}

impl Resolver<'_> {
    pub(crate) fn condition(&self, tree: &Expression) -> Option<Node> {
        self.coerced(self.node(tree)?, BOOLEAN)
    }

    /// Whose type is known; a text that nobody reads is one.
    pub(crate) fn known(&self, tree: &Expression) -> Option<Node> {
        let node = self.node(tree)?;
        if node.is_unknown() { self.coerced(node, TEXT) } else { Some(node) }
    }

    /// As a column of the type takes it.
    pub(crate) fn assigned(&self, tree: &Expression, sql_type: &str) -> Option<Node> {
        let node = self.node(tree)?;
        let (name, modifier) = without_modifier(sql_type);
        if !node.is_unknown() {
            // How it is cast is not shown, as long as it is by a cast that nobody wrote.
            let implicit = matches!(&node.kind, Kind::Cast { implicit: false, .. });
            let is_constant = matches!(node.kind, Kind::Constant(_)) && node.r#type != name;
            let is_shown = implicit || (is_constant && name.starts_with("character"));
            return (!is_shown || node.r#type == name).then_some(node);
        }
        // What a length or a precision does to a constant is seen in its text.
        let is_kept = modifier.is_none() || name == "character varying";
        self.coerced(node, &name).filter(|_| is_kept)
    }

    fn node(&self, tree: &Expression) -> Option<Node> {
        match tree {
            Expression::Column(name) => self.column(name),
            Expression::Number(number) => number_of(number),
            Expression::Text(text) => Some(Node::new(Kind::Constant(Some(text.clone())), UNKNOWN)),
            Expression::Word(word) => word_of(word),
            Expression::Unary(operator, operand) => {
                let right = self.node(operand)?;
                let is_number = right.number_rank().is_some() && operator == "-";
                let r#type = right.r#type.clone();
                let kind = Kind::Operator { operator: operator.clone(), left: None, right: Box::new(right) };
                is_number.then(|| Node::new(kind, r#type))
            }
            Expression::Binary(operator, left, right) => self.operation(operator, self.node(left)?, self.node(right)?),
            Expression::And(parts) => self.joined("AND", parts),
            Expression::Or(parts) => self.joined("OR", parts),
            Expression::Not(operand) => Some(boolean(Kind::Not(Box::new(self.condition(operand)?)))),
            Expression::Is { operand, negated, what } => self.test(operand, *negated, what),
            Expression::Distinct { left, right, negated } => {
                let Kind::Operator { left: Some(left), right, .. } =
                    self.comparison("=", self.node(left)?, self.node(right)?)?.kind
                else {
                    return None;
                };
                Some(boolean(Kind::Distinct { left, right, negated: *negated }))
            }
            Expression::In { operand, list, negated } => self.member(operand, list, *negated),
            Expression::Between { operand, low, high, negated } => {
                let (lower, upper, word) = if *negated { ("<", ">", "OR") } else { (">=", "<=", "AND") };
                let low = self.operation(lower, self.node(operand)?, self.node(low)?)?;
                let high = self.operation(upper, self.node(operand)?, self.node(high)?)?;
                Some(boolean(Kind::Joined { word, parts: vec![low, high] }))
            }
            Expression::Quantified { operand, operator, all, of } => {
                self.quantified(self.node(operand)?, operator, *all, self.node(of)?)
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Cast(operand, name) => self.cast(operand, name),
            Expression::Array(elements) => self.array(elements),
        }
    }

    /// SQL folds a name that is not quoted; which it was is not kept, and the exact one goes first.
    fn column(&self, name: &str) -> Option<Node> {
        let columns = &self.scope.table.columns;
        let folded = name.to_ascii_lowercase();
        let found =
            columns.iter().find(|column| column.name == name).or_else(|| columns.iter().find(|c| c.name == folded))?;
        if found.doubts.contains(&Aspect::Type) {
            return None;
        }
        let (r#type, _) = without_modifier(&found.sql_type);
        Some(Node::new(Kind::Column(found.name.clone()), r#type))
    }

    fn joined(&self, word: &'static str, parts: &[Expression]) -> Option<Node> {
        let parts = parts.iter().map(|part| self.condition(part)).collect::<Option<_>>()?;
        Some(boolean(Kind::Joined { word, parts }))
    }

    fn test(&self, operand: &Expression, negated: bool, what: &str) -> Option<Node> {
        let operand = if what == "NULL" { self.known(operand)? } else { self.condition(operand)? };
        let words = format!("IS {}{what}", if negated { "NOT " } else { "" });
        Some(boolean(Kind::Test { operand: Box::new(operand), words }))
    }

    // --- operators ---------------------------------------------------------------------------------------------------

    fn operation(&self, operator: &str, left: Node, right: Node) -> Option<Node> {
        match operator {
            "=" | "<>" | "<" | ">" | "<=" | ">=" => self.comparison(operator, left, right),
            "+" | "-" | "*" | "/" | "%" => arithmetic(operator, left, right),
            "LIKE" | "NOT LIKE" | "ILIKE" | "NOT ILIKE" | "~" | "!~" | "~*" | "!~*" | "~~" | "!~~" | "~~*" | "!~~*" => {
                let name = match operator {
                    "LIKE" => "~~",
                    "NOT LIKE" => "!~~",
                    "ILIKE" => "~~*",
                    "NOT ILIKE" => "!~~*",
                    other => other,
                };
                self.of_texts(name, left, right, BOOLEAN)
            }
            "||" => self.of_texts("||", left, right, TEXT),
            "&" | "|" => whole(operator, left, right),
            "?" if left.r#type == "jsonb" => Some(operated(operator, left, self.coerced(right, TEXT)?, BOOLEAN)),
            "->" | "->>" if matches!(left.r#type.as_str(), "json" | "jsonb") => {
                let r#type = if operator == "->>" { TEXT.to_owned() } else { left.r#type.clone() };
                let right = if right.r#type == "integer" { right } else { self.coerced(right, TEXT)? };
                Some(operated(operator, left, right, r#type))
            }
            "AT TIME ZONE" if self.scope.server.version.number() >= 14_00_00 => self.at_time_zone(left, right),
            _ => None,
        }
    }

    fn at_time_zone(&self, time: Node, zone: Node) -> Option<Node> {
        let r#type = match time.r#type.as_str() {
            "timestamp with time zone" => "timestamp without time zone",
            "timestamp without time zone" => "timestamp with time zone",
            _ => return None,
        };
        let zone = Box::new(self.coerced(zone, TEXT)?);
        Some(Node::new(Kind::AtTimeZone { time: Box::new(time), zone }, r#type))
    }

    /// Both are texts, or become it.
    fn of_texts(&self, operator: &str, left: Node, right: Node, answers: &str) -> Option<Node> {
        let is_text = |node: &Node| matches!(node.r#type.as_str(), TEXT | "character varying" | UNKNOWN);
        if !is_text(&left) || !is_text(&right) || (left.is_unknown() && right.is_unknown()) {
            return None;
        }
        Some(operated(operator, self.coerced(left, TEXT)?, self.coerced(right, TEXT)?, answers))
    }

    fn comparison(&self, operator: &str, left: Node, right: Node) -> Option<Node> {
        let (left, right) = self.comparable(left, right)?;
        Some(operated(operator, left, right, BOOLEAN))
    }

    /// Both as the operator takes them.
    fn comparable(&self, left: Node, right: Node) -> Option<(Node, Node)> {
        let name = match (left.is_unknown(), right.is_unknown()) {
            (true, true) => return None,
            (false, true) => compared_as(&left),
            (true, false) => compared_as(&right),
            (false, false) => return self.comparable_known(left, right),
        };
        self.is_comparable(&name).then_some(())?;
        Some((self.coerced(left, &name)?, self.coerced(right, &name)?))
    }

    fn comparable_known(&self, left: Node, right: Node) -> Option<(Node, Node)> {
        if let (Some(one), Some(other)) = (left.number_rank(), right.number_rank()) {
            // Whole numbers are compared with each other as they are, and so are the two floats.
            if (one < 3 && other < 3) || (one > 3 && other > 3) || one == other {
                return Some((left, right));
            }
            let name = NUMBERS[one.max(other)];
            let name = if name == "real" { "double precision" } else { name };
            let wide = |node: Node| if node.r#type == "real" { Some(node) } else { self.coerced(node, name) };
            return Some((wide(left)?, wide(right)?));
        }
        let is_time = |node: &Node| TIMES.contains(&node.r#type.as_str());
        if is_time(&left) && is_time(&right) {
            return Some((left, right));
        }
        let name = compared_as(&left);
        (name == compared_as(&right) && self.is_comparable(&name)).then_some(())?;
        Some((self.coerced(left, &name)?, self.coerced(right, &name)?))
    }

    fn is_comparable(&self, name: &str) -> bool {
        COMPARABLE.contains(&name) || NUMBERS.contains(&name) || TIMES.contains(&name) || self.is_enum(name)
    }

    fn is_enum(&self, name: &str) -> bool {
        let schema = self.scope.schema;
        schema.enums.keys().any(|key| quoted_if_needed(schema.parts(key).1) == name)
    }

    // --- lists -------------------------------------------------------------------------------------------------------

    /// `IN` of several constants is `= ANY` of an array, of one it is a comparison.
    fn member(&self, operand: &Expression, list: &[Expression], negated: bool) -> Option<Node> {
        let operator = if negated { "<>" } else { "=" };
        let operand = self.node(operand)?;
        if let [one] = list {
            return self.comparison(operator, operand, self.node(one)?);
        }
        let elements: Vec<Node> = list.iter().map(|element| self.node(element)).collect::<Option<_>>()?;
        let is_constant = |node: &Node| matches!(node.kind, Kind::Constant(Some(_)));
        if operand.is_unknown() || !elements.iter().all(is_constant) {
            return None;
        }
        let common = self.common_type(std::iter::once(&operand).chain(&elements))?;
        let elements = elements.into_iter().map(|element| self.coerced(element, &common)).collect::<Option<_>>()?;
        let array = Node::new(Kind::Array(elements), format!("{common}[]"));
        self.quantified(operand, operator, negated, array)
    }

    fn quantified(&self, operand: Node, operator: &str, all: bool, of: Node) -> Option<Node> {
        let element = of.r#type.strip_suffix("[]")?.to_owned();
        let probe = Node::new(Kind::Column(String::new()), element.clone());
        let (operand, probe) = self.comparable(operand, probe)?;
        let of = if probe.r#type == element {
            of
        } else {
            let r#type = format!("{}[]", probe.r#type);
            Node::new(Kind::Cast { operand: Box::new(of), implicit: true }, r#type)
        };
        let (operand, of) = (Box::new(operand), Box::new(of));
        Some(boolean(Kind::Quantified { operand, operator: operator.to_owned(), all, of }))
    }

    fn array(&self, elements: &[Expression]) -> Option<Node> {
        let elements: Vec<Node> = elements.iter().map(|element| self.node(element)).collect::<Option<_>>()?;
        let common = self.common_type(elements.iter())?;
        let elements = elements.into_iter().map(|element| self.coerced(element, &common)).collect::<Option<_>>()?;
        Some(Node::new(Kind::Array(elements), format!("{common}[]")))
    }

    /// `select_common_type`
    fn common_type<'n>(&self, nodes: impl Iterator<Item = &'n Node> + Clone) -> Option<String> {
        let known = nodes.clone().filter(|node| !node.is_unknown());
        if known.clone().next().is_some() && known.clone().all(|node| node.number_rank().is_some()) {
            return known.filter_map(Node::number_rank).max().map(|rank| NUMBERS[rank].to_owned());
        }
        let mut names = known.map(|node| node.r#type.as_str());
        let Some(first) = names.next() else { return nodes.clone().next().map(|_| TEXT.to_owned()) };
        names.all(|name| name == first).then(|| first.to_owned())
    }

    // --- calls and casts ---------------------------------------------------------------------------------------------

    fn call(&self, name: &str, arguments: &[Expression]) -> Option<Node> {
        let upper = name.to_ascii_uppercase();
        let given: Vec<Node> = arguments.iter().map(|argument| self.node(argument)).collect::<Option<_>>()?;
        if matches!(upper.as_str(), "COALESCE" | "GREATEST" | "LEAST") {
            let common = self.common_type(given.iter())?;
            let given = given.into_iter().map(|node| self.coerced(node, &common)).collect::<Option<_>>()?;
            return Some(Node::new(Kind::Call { name: upper, arguments: given }, common));
        }
        let name = name.to_ascii_lowercase();
        if OF_ANYTHING.contains(&name.as_str()) {
            let is_known = given.iter().all(|node| !node.is_unknown());
            return is_known.then(|| Node::new(Kind::Call { name, arguments: given }, "integer"));
        }
        let is_it = |(own, takes, _): &&(&str, &[&str], &str)| *own == name && takes.len() == given.len();
        let (_, takes, answers) = FUNCTIONS.iter().find(is_it)?;
        let first = given.first().map(|node| node.r#type.clone()).unwrap_or_default();
        let pairs = given.into_iter().zip(*takes);
        let arguments: Vec<Node> = pairs.map(|(node, wanted)| self.argument(node, wanted)).collect::<Option<_>>()?;
        let answers = match (*answers, arguments.last()) {
            ("same", Some(last)) => last.r#type.clone(),
            ("same", None) => first,
            (answers, _) => answers.to_owned(),
        };
        let name = quoted_if_needed(&name);
        Some(Node::new(Kind::Call { name, arguments }, answers))
    }

    fn argument(&self, node: Node, wanted: &str) -> Option<Node> {
        match wanted {
            "number" => node.number_rank().map(|_| node),
            "array" => node.r#type.ends_with("[]").then_some(node),
            "time" => TIMES[1..].contains(&node.r#type.as_str()).then_some(node),
            "regconfig" | "regclass" => {
                let is_plain =
                    |text: &str| text.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit());
                match &node.kind {
                    Kind::Constant(Some(text)) if node.r#type == wanted || (node.is_unknown() && is_plain(text)) => {
                        Some(Node::new(node.kind.clone(), wanted))
                    }
                    _ => None,
                }
            }
            wanted => self.coerced(node, wanted),
        }
    }

    fn cast(&self, operand: &Expression, written: &str) -> Option<Node> {
        let name = match written {
            "regclass" | "regconfig" => written.to_owned(),
            written if self.is_enum(written) => written.to_owned(),
            written => types::canonical(written, &|name| self.scope.schema.has_type(name))?,
        };
        let (bare, modifier) = without_modifier(&name);
        if modifier.is_some() {
            // `char` alone is of one character.
            return None;
        }
        if let (Expression::Array(elements), Some(element)) = (operand, bare.strip_suffix("[]")) {
            let casts = elements.iter().map(|each| self.cast(each, element)).collect::<Option<_>>()?;
            return Some(Node::new(Kind::Array(casts), bare));
        }
        let node = self.node(operand)?;
        if node.is_unknown() {
            return match (&node.kind, bare.as_str()) {
                (_, "regclass" | "regconfig") => self.argument(node, &bare),
                (Kind::Constant(None), _) => Some(Node::new(node.kind, bare)),
                _ => self.coerced(node, &bare),
            };
        }
        if node.r#type == bare {
            return Some(node);
        }
        let is_known = self.is_comparable(&bare) || bare == "character varying" || bare == "json";
        let is_known =
            is_known && self.is_comparable(&node.r#type) || node.r#type == "character varying" && bare == TEXT;
        is_known.then(|| Node::new(Kind::Cast { operand: Box::new(node), implicit: false }, bare))
    }

    /// With the cast that the server makes of its own.
    fn coerced(&self, node: Node, wanted: &str) -> Option<Node> {
        if node.r#type == wanted {
            return Some(node);
        }
        if node.is_unknown() {
            let kind = match &node.kind {
                Kind::Constant(Some(text)) => Kind::Constant(Some(self.constant(text, wanted)?)),
                Kind::Constant(None) => Kind::Constant(None),
                _ => return None,
            };
            return Some(Node::new(kind, wanted));
        }
        let widens = match (node.number_rank(), NUMBERS.iter().position(|name| *name == wanted)) {
            (Some(one), Some(other)) => one < other,
            _ => false,
        };
        let is_text = wanted == TEXT && matches!(node.r#type.as_str(), "character varying" | "citext" | "character");
        let becomes_text = is_text || (wanted == "character varying" && node.r#type == TEXT);
        (widens || becomes_text)
            .then(|| Node::new(Kind::Cast { operand: Box::new(node), implicit: true }, wanted.to_owned()))
    }

    /// A text as its type prints it again; none where that may be another text.
    fn constant(&self, text: &str, name: &str) -> Option<String> {
        let is_digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        match name {
            "smallint" | "integer" | "bigint" => {
                (is_digits(unsigned) && (unsigned == "0" || !unsigned.starts_with('0'))).then(|| text.to_owned())
            }
            "numeric" => {
                let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
                let is_plain = is_digits(whole) && is_digits(fraction) && (whole == "0" || !whole.starts_with('0'));
                is_plain.then(|| text.to_owned())
            }
            BOOLEAN => match text.to_ascii_lowercase().as_str() {
                "t" | "true" => Some("true".to_owned()),
                "f" | "false" => Some("false".to_owned()),
                _ => None,
            },
            name if self.is_enum(name) => Some(text.to_owned()),
            name => types::printed_as(text, name),
        }
    }
}

/// One of `varchar` is compared as a text.
fn compared_as(node: &Node) -> String {
    if node.r#type == "character varying" { TEXT.to_owned() } else { node.r#type.clone() }
}

fn operated(operator: &str, left: Node, right: Node, r#type: impl Into<String>) -> Node {
    let (left, right) = (Some(Box::new(left)), Box::new(right));
    Node::new(Kind::Operator { operator: operator.to_owned(), left, right }, r#type)
}

/// Whole numbers are taken as they are, whichever they are; but for `%`.
fn arithmetic(operator: &str, left: Node, right: Node) -> Option<Node> {
    let (one, other) = (left.number_rank()?, right.number_rank()?);
    let wider = one.max(other);
    let r#type = NUMBERS[wider];
    let both_whole = one < 3 && other < 3;
    if both_whole && operator == "%" {
        return whole(operator, left, right);
    }
    if one == other || both_whole {
        return (operator != "%" || wider == 3).then(|| operated(operator, left, right, r#type));
    }
    if wider > 3 && (one == 4 || other == 4 || operator == "%") {
        return None;
    }
    Some(of_one_type(operator, left, right, r#type))
}

/// Of two whole numbers, as of the wider one's type.
fn whole(operator: &str, left: Node, right: Node) -> Option<Node> {
    let wider = left.number_rank()?.max(right.number_rank()?);
    (wider < 3).then(|| of_one_type(operator, left, right, NUMBERS[wider]))
}

fn of_one_type(operator: &str, left: Node, right: Node, r#type: &str) -> Node {
    let cast = |node: Node| {
        let is_it = node.r#type == r#type;
        if is_it { node } else { Node::new(Kind::Cast { operand: Box::new(node), implicit: true }, r#type) }
    };
    operated(operator, cast(left), cast(right), r#type)
}

fn number_of(number: &str) -> Option<Node> {
    let r#type = match number.parse::<i64>() {
        _ if number.ends_with('.') || number.starts_with('.') || number.starts_with("-.") => return None,
        _ if number.contains('.') => "numeric",
        Ok(value) if i32::try_from(value).is_ok() => "integer",
        Ok(_) => "bigint",
        Err(_) => "numeric",
    };
    let has_zeros = number.trim_start_matches('-').len() > 1
        && number.trim_start_matches('-').starts_with('0')
        && !number.contains('.');
    (!has_zeros).then(|| Node::new(Kind::Constant(Some(number.to_owned())), r#type))
}

fn word_of(word: &str) -> Option<Node> {
    Some(match word {
        "TRUE" | "FALSE" => Node::new(Kind::Constant(Some(word.to_ascii_lowercase())), BOOLEAN),
        "NULL" => Node::new(Kind::Constant(None), UNKNOWN),
        "CURRENT_DATE" => Node::new(Kind::Word(word.to_owned()), "date"),
        "CURRENT_TIMESTAMP" => Node::new(Kind::Word(word.to_owned()), "timestamp with time zone"),
        "LOCALTIMESTAMP" => Node::new(Kind::Word(word.to_owned()), "timestamp without time zone"),
        "CURRENT_USER" | "SESSION_USER" => Node::new(Kind::Word(word.to_owned()), "name"),
        _ => return None,
    })
}

/// `timestamp(6) without time zone` is a `timestamp without time zone`.
fn without_modifier(sql_type: &str) -> (String, Option<String>) {
    let Some((name, rest)) = sql_type.split_once('(') else { return (sql_type.to_owned(), None) };
    let (modifier, rest) = rest.split_once(')').unwrap_or((rest, ""));
    (format!("{name}{rest}"), Some(modifier.to_owned()))
}
