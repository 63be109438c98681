//! An SQL expression as a tree: what a check, an index, a default or a generated column is given as text. Each server prints
//! what it understood of one in its own way (postgresql/expressions.rs, mysql/expressions.rs). Whatever is not known here, such as
//! CASE, is no tree, and so a doubt.

mod lexer;

use self::lexer::{Token, tokens};
use crate::Dialect;

/// What was written, before anybody knows of types.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Column(String),
    /// As it was written, with its sign.
    Number(String),
    /// Without its quotes.
    Text(String),
    /// `TRUE`, `FALSE`, `NULL`, or a function that has no parentheses, in capitals.
    Word(String),
    Unary(String, Box<Expression>),
    /// Operators in capitals, where they are words.
    Binary(String, Box<Expression>, Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    /// `IS [NOT] NULL|TRUE|FALSE|UNKNOWN`
    Is {
        operand: Box<Expression>,
        negated: bool,
        what: String,
    },
    Distinct {
        left: Box<Expression>,
        right: Box<Expression>,
        negated: bool,
    },
    In {
        operand: Box<Expression>,
        list: Vec<Expression>,
        negated: bool,
    },
    Between {
        operand: Box<Expression>,
        low: Box<Expression>,
        high: Box<Expression>,
        negated: bool,
    },
    /// `= ANY (...)` and its kin.
    Quantified {
        operand: Box<Expression>,
        operator: String,
        all: bool,
        of: Box<Expression>,
    },
    /// Its name as it was written.
    Call(String, Vec<Expression>),
    Cast(Box<Expression>, String),
    Array(Vec<Expression>),
}

/// The tree of a text; none where it has more than is known.
pub(super) fn parse(text: &str, dialect: Dialect) -> Option<Expression> {
    let mut parser = Parser { tokens: tokens(text, dialect)?, at: 0, depth: 0, dialect };
    let expression = parser.expression(0)?;
    parser.is_done().then_some(expression)
}

/// The trees of several texts with commas between them, and what follows each up to its comma: an operator class, an order, what
/// it is held against.
pub(super) fn parse_list(text: &str, dialect: Dialect) -> Option<Vec<(Expression, String)>> {
    let mut parser = Parser { tokens: tokens(text, dialect)?, at: 0, depth: 0, dialect };
    let mut all = Vec::new();
    loop {
        let expression = parser.expression(0)?;
        let mut rest = Vec::new();
        while let Some(Token::Name(word)) = parser.peek() {
            rest.push(word.clone());
            parser.at += 1;
        }
        if let (Some("WITH"), Some(Token::Operator(operator))) =
            (rest.last().map(|word| word.to_ascii_uppercase()).as_deref(), parser.peek())
        {
            rest.push(operator.clone());
            parser.at += 1;
        }
        all.push((expression, rest.join(" ")));
        if parser.is_done() {
            return Some(all);
        }
        parser.take(&Token::Comma)?;
    }
}

/// Whether a text has a column of this name, quoted or not; what stands in a text's quotes is none.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    lexer::names(text).iter().any(|found| found.name == name)
}

/// The text with a column's other name, both as they are printed.
pub(super) fn renamed(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut done = 0;
    for found in lexer::names(text).iter().filter(|found| text[found.start..found.end] == *from && !found.is_call) {
        out.push_str(&text[done..found.start]);
        out.push_str(to);
        done = found.end;
    }
    out + &text[done..]
}

/// How deep an expression may be.
const DEEPEST: usize = 60;

// How tightly what stands between two operands holds them, loosest first.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const IS: u8 = 4;
const COMPARISON: u8 = 5;
const RANGE: u8 = 6;
const OTHER: u8 = 7;
const SUM: u8 = 8;
const PRODUCT: u8 = 9;
const POWER: u8 = 10;
const SIGN: u8 = 11;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    dialect: Dialect,
}

impl Parser {
    fn is_done(&self) -> bool {
        self.at == self.tokens.len()
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, wanted: &Token) -> Option<()> {
        (self.peek() == Some(wanted)).then(|| self.at += 1)
    }

    /// The word that is next, in capitals, unless it is quoted.
    fn word(&self, ahead: usize) -> Option<String> {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Name(name)) => Some(name.to_ascii_uppercase()),
            _ => None,
        }
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let found = self.word(0).as_deref() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// What binds more tightly than `least`.
    fn expression(&mut self, least: u8) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut left = self.operand()?;
        while let Some(power) = self.power().filter(|power| *power > least) {
            left = self.joined(left, power)?;
        }
        self.depth -= 1;
        Some(left)
    }

    /// Of what comes next, if it joins two operands or says something of one.
    fn power(&self) -> Option<u8> {
        let is_mysql = self.dialect == Dialect::MySql;
        Some(match self.peek()? {
            Token::Operator(operator) => match operator.as_str() {
                "+" | "-" => SUM,
                "*" | "/" | "%" => PRODUCT,
                "^" => POWER,
                "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => COMPARISON,
                "||" if is_mysql => OR,
                "&&" if is_mysql => AND,
                _ => OTHER,
            },
            Token::Name(_) => match self.word(0)?.as_str() {
                "OR" => OR,
                "AND" => AND,
                "IS" => IS,
                "IN" | "BETWEEN" | "LIKE" | "ILIKE" | "REGEXP" | "RLIKE" => RANGE,
                "NOT" if matches!(self.word(1)?.as_str(), "IN" | "BETWEEN" | "LIKE" | "ILIKE" | "REGEXP" | "RLIKE") => {
                    RANGE
                }
                "DIV" | "MOD" if is_mysql => PRODUCT,
                "AT" if self.word(1)? == "TIME" && self.word(2)? == "ZONE" => POWER,
                _ => return None,
            },
            _ => return None,
        })
    }

    fn joined(&mut self, left: Expression, power: u8) -> Option<Expression> {
        let operator = match self.peek()? {
            Token::Operator(operator) => operator.clone(),
            _ => self.word(0)?,
        };
        if power == RANGE {
            return self.range(left);
        }
        self.at += 1;
        if operator == "AT" {
            self.at += 2;
            let zone = self.expression(POWER)?;
            return Some(Expression::Binary("AT TIME ZONE".to_owned(), Box::new(left), Box::new(zone)));
        }
        Some(match power {
            OR => flattened(left, self.expression(OR)?, false),
            AND => flattened(left, self.expression(AND)?, true),
            IS => self.is(left)?,
            power => {
                if let Some(all) = self.quantifier() {
                    let of = Box::new(self.in_parentheses()?);
                    return Some(Expression::Quantified { operand: Box::new(left), operator, all, of });
                }
                let right = self.expression(power)?;
                // Comparisons do not follow each other.
                if power == COMPARISON && self.power() == Some(COMPARISON) {
                    return None;
                }
                let operator = if operator == "!=" { "<>".to_owned() } else { operator };
                Expression::Binary(operator, Box::new(left), Box::new(right))
            }
        })
    }

    fn quantifier(&mut self) -> Option<bool> {
        let all = match self.word(0)?.as_str() {
            "ANY" | "SOME" => false,
            "ALL" => true,
            _ => return None,
        };
        if self.tokens.get(self.at + 1) != Some(&Token::Open) {
            return None;
        }
        self.at += 1;
        Some(all)
    }

    fn is(&mut self, operand: Expression) -> Option<Expression> {
        let negated = self.take_word("NOT");
        if self.take_word("DISTINCT") {
            if !self.take_word("FROM") {
                return None;
            }
            let (left, right) = (Box::new(operand), Box::new(self.expression(IS)?));
            return Some(Expression::Distinct { left, right, negated });
        }
        let what = self.word(0)?;
        if !matches!(what.as_str(), "NULL" | "TRUE" | "FALSE" | "UNKNOWN") {
            return None;
        }
        self.at += 1;
        Some(Expression::Is { operand: Box::new(operand), negated, what })
    }

    /// `IN`, `BETWEEN`, and what compares with a pattern.
    fn range(&mut self, operand: Expression) -> Option<Expression> {
        let negated = self.take_word("NOT");
        let word = self.word(0)?;
        self.at += 1;
        let operand = Box::new(operand);
        match word.as_str() {
            "IN" => {
                self.take(&Token::Open)?;
                let list = self.list(&Token::Close)?;
                (!list.is_empty()).then_some(Expression::In { operand, list, negated })
            }
            "BETWEEN" => {
                let low = Box::new(self.expression(RANGE)?);
                if !self.take_word("AND") {
                    return None;
                }
                let high = Box::new(self.expression(RANGE)?);
                Some(Expression::Between { operand, low, high, negated })
            }
            word => {
                let right = Box::new(self.expression(RANGE)?);
                // `LIKE ... ESCAPE`
                if self.word(0).as_deref() == Some("ESCAPE") {
                    return None;
                }
                let operator = if negated { format!("NOT {word}") } else { word.to_owned() };
                Some(Expression::Binary(operator, operand, right))
            }
        }
    }

    fn list(&mut self, end: &Token) -> Option<Vec<Expression>> {
        let mut all = Vec::new();
        if self.take(end).is_some() {
            return Some(all);
        }
        loop {
            all.push(self.expression(0)?);
            if self.take(end).is_some() {
                return Some(all);
            }
            self.take(&Token::Comma)?;
        }
    }

    fn in_parentheses(&mut self) -> Option<Expression> {
        self.take(&Token::Open)?;
        let expression = self.expression(0)?;
        self.take(&Token::Close)?;
        Some(expression)
    }

    /// With the casts that follow it.
    fn operand(&mut self) -> Option<Expression> {
        let mut operand = self.bare_operand()?;
        while self.take(&Token::DoubleColon).is_some() {
            operand = Expression::Cast(Box::new(operand), self.type_name()?);
        }
        Some(operand)
    }

    fn bare_operand(&mut self) -> Option<Expression> {
        match self.peek()?.clone() {
            Token::Open => self.in_parentheses(),
            Token::Number(number) => {
                self.at += 1;
                Some(Expression::Number(number))
            }
            Token::Text(text) => {
                self.at += 1;
                Some(Expression::Text(text))
            }
            Token::Operator(operator) => {
                self.at += 1;
                let operand = self.expression(SIGN - 1)?;
                Some(match (operator.as_str(), operand) {
                    ("-", Expression::Number(number)) if !number.starts_with('-') => {
                        Expression::Number(format!("-{number}"))
                    }
                    ("-" | "+" | "~" | "!", operand) => Expression::Unary(operator, Box::new(operand)),
                    _ => return None,
                })
            }
            Token::Name(name) => self.named(&name),
            Token::Quoted(name) => {
                self.at += 1;
                if self.peek() == Some(&Token::Open) || self.peek() == Some(&Token::Dot) {
                    return None;
                }
                Some(Expression::Column(name))
            }
            _ => None,
        }
    }

    /// A column, a word of the language, or a call.
    fn named(&mut self, name: &str) -> Option<Expression> {
        const WORDS: [&str; 11] = [
            "TRUE",
            "FALSE",
            "NULL",
            "CURRENT_TIMESTAMP",
            "CURRENT_DATE",
            "CURRENT_TIME",
            "LOCALTIMESTAMP",
            "LOCALTIME",
            "CURRENT_USER",
            "SESSION_USER",
            "CURRENT_SCHEMA",
        ];
        const UNKNOWN: [&str; 6] = ["CASE", "SELECT", "EXISTS", "INTERVAL", "ROW", "BINARY"];
        self.at += 1;
        let upper = name.to_ascii_uppercase();
        if self.peek() == Some(&Token::Dot) || UNKNOWN.contains(&upper.as_str()) {
            return None;
        }
        match upper.as_str() {
            "NOT" => return Some(Expression::Not(Box::new(self.expression(NOT - 1)?))),
            "ARRAY" if self.take(&Token::OpenBracket).is_some() => {
                return self.list(&Token::CloseBracket).map(Expression::Array);
            }
            "CAST" => return self.cast(),
            _ => {}
        }
        if self.take(&Token::Open).is_some() {
            return self.list(&Token::Close).map(|arguments| Expression::Call(name.to_owned(), arguments));
        }
        if matches!(self.peek(), Some(Token::Text(_))) {
            return None;
        }
        Some(if WORDS.contains(&upper.as_str()) {
            Expression::Word(upper)
        } else {
            Expression::Column(name.to_owned())
        })
    }

    fn cast(&mut self) -> Option<Expression> {
        self.take(&Token::Open)?;
        let operand = self.expression(0)?;
        if !self.take_word("AS") {
            return None;
        }
        let name = self.type_name()?;
        self.take(&Token::Close)?;
        Some(Expression::Cast(Box::new(operand), name))
    }

    /// `character varying(3)[]`, `timestamp(6) without time zone`
    fn type_name(&mut self) -> Option<String> {
        const FOLLOWING: [&str; 8] = ["VARYING", "PRECISION", "WITH", "WITHOUT", "TIME", "ZONE", "UNSIGNED", "SIGNED"];
        let mut name = match self.peek()? {
            Token::Name(name) => name.to_ascii_lowercase(),
            Token::Quoted(name) => name.clone(),
            _ => return None,
        };
        self.at += 1;
        loop {
            match self.peek() {
                Some(Token::Name(word)) if FOLLOWING.contains(&word.to_ascii_uppercase().as_str()) => {
                    name = format!("{name} {}", word.to_ascii_lowercase());
                    self.at += 1;
                }
                Some(Token::Open) => {
                    self.at += 1;
                    let modifier = self.list(&Token::Close)?;
                    let numbers = modifier.iter().map(|part| match part {
                        Expression::Number(number) => Some(number.clone()),
                        _ => None,
                    });
                    name = format!("{name}({})", numbers.collect::<Option<Vec<_>>>()?.join(","));
                }
                Some(Token::OpenBracket) => {
                    self.at += 1;
                    self.take(&Token::CloseBracket)?;
                    name.push_str("[]");
                }
                Some(Token::Dot) => return None,
                _ => return Some(name),
            }
        }
    }
}

/// `a AND b AND c` is one of three.
fn flattened(left: Expression, right: Expression, is_and: bool) -> Expression {
    let mut all = match (left, is_and) {
        (Expression::And(all), true) | (Expression::Or(all), false) => all,
        (left, _) => vec![left],
    };
    all.push(right);
    if is_and { Expression::And(all) } else { Expression::Or(all) }
}
