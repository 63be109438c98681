//! How large a tree has grown. Each operation on one copies it, and copying, writing and dropping it go as deep as it nests.

use super::{Join, Node, Over, Select, Source, Window};

impl Node {
    /// How many nodes it has, and how deep they nest.
    pub(crate) fn weight(&self) -> (u64, usize) {
        let (mut size, mut depth) = (0, 0);
        let mut waiting = vec![(self, 1)];
        let mut children = Vec::new();
        while let Some((node, level)) = waiting.pop() {
            size += 1;
            depth = depth.max(level);
            node.children(&mut children);
            waiting.extend(children.drain(..).map(|child| (child, level + 1)));
        }
        (size, depth)
    }

    fn children<'a>(&'a self, out: &mut Vec<&'a Node>) {
        match self {
            Self::Compare(_, left, right)
            | Self::Distinct(left, right, _)
            | Self::Infix(_, left, right)
            | Self::Concat(left, right)
            | Self::Filter(left, right)
            | Self::Set(_, left, right) => out.extend([&**left, &**right]),
            Self::Between(value, low, high) => out.extend([&**value, &**low, &**high]),
            Self::In(left, values) | Self::NotIn(left, values) => {
                out.push(left);
                out.extend(values);
            }
            Self::InSelect(left, select, _) => {
                out.push(left);
                select.nodes(out);
            }
            Self::Matches(matches) => {
                out.extend([&matches.left, &matches.right]);
                out.extend(&matches.escape);
            }
            Self::And(nodes) | Self::Or(nodes) | Self::List(nodes) | Self::BoundSql(nodes) => out.extend(nodes),
            Self::Values(rows) => out.extend(rows.iter().flatten()),
            Self::Function { arguments, .. } => out.extend(arguments),
            Self::Not(inner)
            | Self::Given(inner, _)
            | Self::Grouping(inner)
            | Self::Ascending(inner)
            | Self::Descending(inner)
            | Self::NullsFirst(inner)
            | Self::NullsLast(inner)
            | Self::As(inner, _)
            | Self::Unary(_, inner)
            | Self::Extract(inner, _) => out.push(inner),
            Self::Case(case) => {
                out.extend(&case.subject);
                out.extend(case.whens.iter().flat_map(|(condition, result)| [condition, result]));
                out.extend(&case.default);
            }
            Self::Exists(select) | Self::Subselect(select) | Self::Statement(select) => select.nodes(out),
            Self::Over(inner, over) => {
                out.push(inner);
                if let Over::Window(window) = &**over {
                    window.nodes(out);
                }
            }
            Self::Sql(_)
            | Self::Attribute(..)
            | Self::Column(_)
            | Self::Bind(_)
            | Self::Unboundable(_)
            | Self::Quoted(_)
            | Self::Star
            | Self::True
            | Self::False => {}
        }
    }
}

impl Source {
    fn nodes<'a>(&'a self, out: &mut Vec<&'a Node>) {
        match self {
            Self::Select(body, alias) => out.extend([&**body, alias]),
            Self::Node(node) => out.push(node),
            Self::Table(_) | Self::Sql(_) => {}
        }
    }

    /// As [`Node::weight`].
    pub(crate) fn weight(&self) -> (u64, usize) {
        let mut nodes = Vec::new();
        self.nodes(&mut nodes);
        nodes.iter().map(|node| node.weight()).fold((0, 0), |all, one| (all.0 + one.0, all.1.max(one.1)))
    }
}

impl Window {
    fn nodes<'a>(&'a self, out: &mut Vec<&'a Node>) {
        out.extend(self.partitions.iter().chain(&self.orders));
    }
}

impl Select {
    fn nodes<'a>(&'a self, out: &mut Vec<&'a Node>) {
        out.extend(self.ctes.iter().map(|cte| &cte.body));
        for nodes in [&self.distinct_on, &self.projections, &self.wheres, &self.groups, &self.havings, &self.orders] {
            out.extend(nodes);
        }
        if let Some(source) = &self.from {
            source.nodes(out);
        }
        for join in &self.joins {
            match join {
                Join::Sql(node) => out.push(node),
                Join::On { source, on, .. } => {
                    source.nodes(out);
                    out.extend(on);
                }
            }
        }
        for (_, window) in &self.windows {
            window.nodes(out);
        }
    }
}
