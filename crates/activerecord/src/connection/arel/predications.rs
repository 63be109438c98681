//! arel/predications.rb: ranges, whose ends may be open or beyond what the column can hold.

use super::{Comparison, Node};

/// On which side of a column's values something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    Greatest,
    Least,
}

/// An end of a range.
pub(crate) enum Bound {
    /// Nil, or an infinite number.
    Open(Option<Beyond>),
    /// `unboundable?`
    Beyond(Beyond),
    At(Node),
}

impl Bound {
    fn is_beyond(&self, side: Beyond) -> bool {
        matches!(self, Self::Beyond(beyond) if *beyond == side)
    }

    fn is_infinite(&self, side: Beyond) -> bool {
        matches!(self, Self::Open(Some(infinity)) if *infinity == side)
    }

    /// None for `open_ended?`.
    fn at(self) -> Option<Node> {
        if let Self::At(node) = self { Some(node) } else { None }
    }
}

impl Comparison {
    /// Whether each value of a column compares so with a number that is beyond them.
    pub(crate) fn holds_for(self, beyond: Beyond) -> bool {
        match self {
            Self::Equal => false,
            Self::NotEqual => true,
            Self::Greater | Self::GreaterOrEqual => beyond == Beyond::Least,
            Self::Less | Self::LessOrEqual => beyond == Beyond::Greatest,
        }
    }
}

/// Whether a range has no value of the column in it.
fn is_empty(low: &Bound, high: &Bound) -> bool {
    low.is_beyond(Beyond::Greatest) || high.is_beyond(Beyond::Least)
}

fn is_infinitely_far(low: &Bound, high: &Bound) -> bool {
    low.is_infinite(Beyond::Greatest) || high.is_infinite(Beyond::Least)
}

impl Node {
    /// `between`; `is_same` says that both ends are one value.
    pub(crate) fn between(self, low: Bound, high: Bound, exclusive: bool, is_same: bool) -> Self {
        if is_empty(&low, &high) {
            return Self::In(Box::new(self), Vec::new());
        }
        let is_nowhere = is_infinitely_far(&low, &high);
        let upper = if exclusive { Comparison::Less } else { Comparison::LessOrEqual };
        match (low.at(), high.at()) {
            (None, None) if is_nowhere => Self::In(Box::new(self), Vec::new()),
            (None, None) => Self::NotIn(Box::new(self), Vec::new()),
            (None, Some(high)) => self.compare(upper, high),
            (Some(low), None) => self.compare(Comparison::GreaterOrEqual, low),
            (Some(low), Some(high)) if exclusive => {
                let from = self.clone().compare(Comparison::GreaterOrEqual, low);
                Self::And(vec![from, self.compare(upper, high)])
            }
            (Some(low), Some(_)) if is_same => self.equal(low),
            (Some(low), Some(high)) => Self::Between(Box::new(self), Box::new(low), Box::new(high)),
        }
    }

    /// `not_between`
    pub(crate) fn not_between(self, low: Bound, high: Bound, exclusive: bool) -> Self {
        if is_empty(&low, &high) {
            return Self::NotIn(Box::new(self), Vec::new());
        }
        let is_nowhere = is_infinitely_far(&low, &high);
        let beyond = if exclusive { Comparison::GreaterOrEqual } else { Comparison::Greater };
        match (low.at(), high.at()) {
            (None, None) if is_nowhere => Self::NotIn(Box::new(self), Vec::new()),
            (None, None) => Self::In(Box::new(self), Vec::new()),
            (None, Some(high)) => self.compare(beyond, high),
            (Some(low), None) => self.compare(Comparison::Less, low),
            (Some(low), Some(high)) => {
                let below = self.clone().compare(Comparison::Less, low);
                Self::Or(vec![below, self.compare(beyond, high)]).grouping()
            }
        }
    }
}
