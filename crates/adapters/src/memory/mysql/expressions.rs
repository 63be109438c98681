//! Expressions as MariaDB prints them in CHECK_CLAUSE and GENERATION_EXPRESSION: names in backticks, words in small letters,
//! functions under one name each, parentheses where they are needed, and NOT as what it makes of a comparison. MySQL prints
//! otherwise, with the character set of each text: of its checks only the plainest are known.

use super::super::expressions::{Expression, parse};
use super::super::model::{Server, Table};
use crate::Dialect;

/// Functions under the names that they are printed with: of MariaDB's documentation, "Built-in Functions".
const FUNCTIONS: [(&str, &str); 38] = [
    ("abs", "abs"),
    ("ceiling", "ceiling"),
    ("char_length", "char_length"),
    ("character_length", "char_length"),
    ("coalesce", "coalesce"),
    ("concat", "concat"),
    ("concat_ws", "concat_ws"),
    ("curdate", "curdate"),
    ("floor", "floor"),
    ("greatest", "greatest"),
    ("if", "if"),
    ("ifnull", "ifnull"),
    ("json_extract", "json_extract"),
    ("json_length", "json_length"),
    ("json_unquote", "json_unquote"),
    ("json_valid", "json_valid"),
    ("json_value", "json_value"),
    ("lcase", "lcase"),
    ("least", "least"),
    ("left", "left"),
    ("length", "octet_length"),
    ("lower", "lcase"),
    ("ltrim", "ltrim"),
    ("md5", "md5"),
    ("nullif", "nullif"),
    ("octet_length", "octet_length"),
    ("pow", "pow"),
    ("replace", "replace"),
    ("right", "right"),
    ("round", "round"),
    ("rtrim", "rtrim"),
    ("substr", "substr"),
    ("substring", "substr"),
    ("trim", "trim"),
    ("ucase", "ucase"),
    ("upper", "ucase"),
    ("uuid", "uuid"),
    ("year", "year"),
];

// How tightly what is printed holds together.
const OR: u8 = 1;
const AND: u8 = 2;
const COMPARISON: u8 = 5;
const SUM: u8 = 8;
const PRODUCT: u8 = 9;
const ONE: u8 = 12;

pub(super) fn printed(text: &str, server: &Server, table: &Table) -> Option<String> {
    let tree = parse(text, Dialect::MySql)?;
    if !server.is_mariadb {
        return plainest(&tree, table);
    }
    Printer { table }.node(&tree).map(|(text, _)| text)
}

/// A column compared with a whole number: every server prints that alike.
fn plainest(tree: &Expression, table: &Table) -> Option<String> {
    let Expression::Binary(operator, left, right) = tree else { return None };
    let (Expression::Column(_), Expression::Number(number)) = (left.as_ref(), right.as_ref()) else { return None };
    let is_plain = is_comparison(operator) && number.chars().all(|character| character.is_ascii_digit());
    if is_plain { Printer { table }.node(tree).map(|(text, _)| text) } else { None }
}

fn is_comparison(operator: &str) -> bool {
    matches!(operator, "=" | "<>" | "<" | ">" | "<=" | ">=" | "<=>")
}

struct Printer<'a> {
    table: &'a Table,
}

impl Printer<'_> {
    /// The text, and how tightly it holds together.
    fn node(&self, tree: &Expression) -> Option<(String, u8)> {
        Some(match tree {
            Expression::Column(name) => (self.column(name)?, ONE),
            Expression::Number(number) => (number_of(number)?, ONE),
            Expression::Text(text) => (format!("'{}'", text.replace('\'', "\\'")), ONE),
            Expression::Word(word) => (word_of(word)?.to_owned(), ONE),
            Expression::Unary(operator, operand) if operator == "-" => {
                let (text, power) = self.node(operand)?;
                (if power < ONE { format!("-({text})") } else { format!("-{text}") }, ONE)
            }
            Expression::Binary(operator, left, right) => self.operation(operator, left, right)?,
            Expression::And(parts) => (self.joined(parts, " and ", AND)?, AND),
            Expression::Or(parts) => (self.joined(parts, " or ", OR)?, OR),
            Expression::Not(operand) => self.node(&negated(operand)?)?,
            Expression::Is { operand, negated, what } => {
                let operand = self.left(operand, COMPARISON)?;
                let not = if *negated { "not " } else { "" };
                (format!("{operand} is {not}{}", what.to_lowercase()), COMPARISON)
            }
            Expression::In { operand, list, negated } => self.member(operand, list, *negated)?,
            Expression::Between { operand, low, high, negated } => {
                let operand = self.left(operand, COMPARISON)?;
                let (low, high) = (self.right(low, COMPARISON)?, self.right(high, COMPARISON)?);
                let not = if *negated { "not " } else { "" };
                (format!("{operand} {not}between {low} and {high}"), COMPARISON)
            }
            Expression::Call(name, arguments) => (self.call(name, arguments)?, ONE),
            _ => return None,
        })
    }

    /// Only a name that is written as the column's own is surely printed so.
    fn column(&self, name: &str) -> Option<String> {
        let column = self.table.columns.iter().find(|column| column.name == name)?;
        Some(format!("`{}`", column.name.replace('`', "``")))
    }

    fn left(&self, tree: &Expression, power: u8) -> Option<String> {
        let (text, own) = self.node(tree)?;
        Some(if own < power { format!("({text})") } else { text })
    }

    fn right(&self, tree: &Expression, power: u8) -> Option<String> {
        let (text, own) = self.node(tree)?;
        Some(if own <= power { format!("({text})") } else { text })
    }

    fn operation(&self, operator: &str, left: &Expression, right: &Expression) -> Option<(String, u8)> {
        let (printed, power) = match operator {
            operator if is_comparison(operator) => (operator, COMPARISON),
            "LIKE" => ("like", COMPARISON),
            // With the space that the server leaves.
            "NOT LIKE" => (" not like", COMPARISON),
            "REGEXP" | "RLIKE" => ("regexp", COMPARISON),
            "+" | "-" => (operator, SUM),
            "*" | "/" => (operator, PRODUCT),
            "%" | "MOD" => ("MOD", PRODUCT),
            "DIV" => ("DIV", PRODUCT),
            _ => return None,
        };
        let (left, right) = (self.left(left, power)?, self.right(right, power)?);
        Some((format!("{left} {printed} {right}"), power))
    }

    /// A column among them is compared with nought.
    fn joined(&self, parts: &[Expression], word: &str, power: u8) -> Option<String> {
        let parts = flattened(parts, power == AND);
        let texts = parts.iter().map(|part| {
            let part = truth(part);
            self.left(&part, power)
        });
        Some(texts.collect::<Option<Vec<_>>>()?.join(word))
    }

    fn member(&self, operand: &Expression, list: &[Expression], negated: bool) -> Option<(String, u8)> {
        let operand = self.left(operand, COMPARISON)?;
        let list = list.iter().map(|each| self.node(each).map(|(text, _)| text)).collect::<Option<Vec<_>>>()?;
        let text = match (list.as_slice(), negated) {
            ([one], false) => format!("{operand} = {one}"),
            ([one], true) => format!("{operand} <> {one}"),
            (list, false) => format!("{operand} in ({})", list.join(",")),
            (list, true) => format!("{operand} not in ({})", list.join(",")),
        };
        Some((text, COMPARISON))
    }

    fn call(&self, name: &str, arguments: &[Expression]) -> Option<String> {
        let lower = name.to_ascii_lowercase();
        let (_, printed) = FUNCTIONS.iter().find(|(own, _)| *own == lower)?;
        let arguments = arguments.iter().map(|argument| self.node(argument).map(|(text, _)| text));
        Some(format!("{printed}({})", arguments.collect::<Option<Vec<_>>>()?.join(",")))
    }
}

/// Those of the same kind within count as their parts.
fn flattened(parts: &[Expression], is_and: bool) -> Vec<&Expression> {
    parts
        .iter()
        .flat_map(|part| match part {
            Expression::And(inner) if is_and => flattened(inner, is_and),
            Expression::Or(inner) if !is_and => flattened(inner, is_and),
            part => vec![part],
        })
        .collect()
}

fn truth(part: &Expression) -> Expression {
    match part {
        Expression::Column(_) => compared_with_nought("<>", part),
        part => part.clone(),
    }
}

fn compared_with_nought(operator: &str, operand: &Expression) -> Expression {
    Expression::Binary(operator.to_owned(), Box::new(operand.clone()), Box::new(Expression::Number("0".to_owned())))
}

/// What is printed of NOT.
fn negated(operand: &Expression) -> Option<Expression> {
    let of_all = |parts: &[Expression]| parts.iter().map(negated).collect::<Option<Vec<_>>>();
    Some(match operand {
        Expression::Column(_) => compared_with_nought("=", operand),
        Expression::And(parts) => Expression::Or(of_all(parts)?),
        Expression::Or(parts) => Expression::And(of_all(parts)?),
        Expression::Not(inner) => truth(inner),
        Expression::Binary(operator, left, right) => {
            let opposite = match operator.as_str() {
                "=" => "<>",
                "<>" => "=",
                "<" => ">=",
                ">=" => "<",
                ">" => "<=",
                "<=" => ">",
                _ => return None,
            };
            Expression::Binary(opposite.to_owned(), left.clone(), right.clone())
        }
        Expression::In { operand, list, negated } => {
            Expression::In { operand: operand.clone(), list: list.clone(), negated: !negated }
        }
        Expression::Between { operand, low, high, negated } => {
            Expression::Between { operand: operand.clone(), low: low.clone(), high: high.clone(), negated: !negated }
        }
        Expression::Is { operand, negated, what } if what == "NULL" => {
            Expression::Is { operand: operand.clone(), negated: !negated, what: what.clone() }
        }
        _ => return None,
    })
}

fn number_of(number: &str) -> Option<String> {
    let digits = number.trim_start_matches('-');
    let has_zeros = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    (!has_zeros && !digits.starts_with('.') && !digits.ends_with('.')).then(|| number.to_owned())
}

fn word_of(word: &str) -> Option<&'static str> {
    match word {
        "TRUE" => Some("1"),
        "FALSE" => Some("0"),
        "NULL" => Some("NULL"),
        _ => None,
    }
}
