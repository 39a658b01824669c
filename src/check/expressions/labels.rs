//! Which labels the series of an expression have, as far as the expression says it.

use std::collections::BTreeSet;

use crate::promql::{Aggregate, Binary, Call, Expr, Kind, Match, Operator, SetOperator, Type};

/// The labels of an expression's series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Labels {
    /// Those of whatever is selected.
    Any,
    /// These and no others.
    Only(BTreeSet<String>),
}

impl Labels {
    pub(super) fn only<'l>(labels: impl IntoIterator<Item = &'l str>) -> Self {
        Self::Only(labels.into_iter().map(str::to_owned).collect())
    }

    /// Whether a label can be there.
    pub(super) fn may_have(&self, label: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(labels) => labels.contains(label),
        }
    }

    fn with<'l>(self, more: impl IntoIterator<Item = &'l str>) -> Self {
        match self {
            Self::Any => Self::Any,
            Self::Only(mut labels) => {
                labels.extend(more.into_iter().map(str::to_owned));
                Self::Only(labels)
            }
        }
    }

    fn without(self, label: &str) -> Self {
        match self {
            Self::Any => Self::Any,
            Self::Only(mut labels) => {
                labels.remove(label);
                Self::Only(labels)
            }
        }
    }

    /// As they are listed in `by (..)`.
    pub(super) fn list(&self) -> String {
        match self {
            Self::Any => "all labels".to_owned(),
            Self::Only(labels) if labels.is_empty() => "no label".to_owned(),
            Self::Only(labels) => {
                let labels: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
                labels.join(", ")
            }
        }
    }
}

/// The labels of an expression.
pub(super) fn of(expr: &Expr) -> Labels {
    match &expr.kind {
        Kind::Number(_) | Kind::Text(_) => Labels::only([]),
        Kind::Selector(_) | Kind::Range(..) => Labels::Any,
        Kind::Subquery(subquery) => of(&subquery.inner),
        Kind::Signed(_, inner) | Kind::Paren(inner) => of(inner),
        Kind::Call(call) => of_call(call),
        Kind::Aggregate(aggregate) => of_aggregate(aggregate),
        Kind::Binary(binary) => of_binary(binary),
    }
}

fn of_aggregate(aggregate: &Aggregate) -> Labels {
    if aggregate.operator.selects() {
        return of(&aggregate.inner);
    }
    let kept = match &aggregate.grouping {
        None => Labels::only([]),
        Some(grouping) if grouping.without => {
            grouping.labels.iter().fold(of(&aggregate.inner), |kept, label| kept.without(label))
        }
        Some(grouping) => Labels::only(grouping.labels.iter().map(String::as_str)),
    };
    match aggregate.parameter.as_deref().map(|parameter| &parameter.kind) {
        // `count_values` adds the label of the value.
        Some(Kind::Text(label)) => kept.with([label.as_str()]),
        _ => kept,
    }
}

fn of_call(call: &Call) -> Labels {
    let text = |index: usize| match call.arguments.get(index).map(|argument| &argument.kind) {
        Some(Kind::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let vector = || {
        let vectors =
            call.arguments.iter().filter(|one| matches!(one.value_type(), Type::Instant | Type::Range));
        vectors.map(of).next().unwrap_or_else(|| Labels::only([]))
    };
    match call.function.name {
        // Of what is not there, only the selector is known.
        "absent" | "absent_over_time" => {
            let selectors = call.arguments.first().map(Expr::selectors).unwrap_or_default();
            let matchers = selectors.iter().flat_map(|(selector, _)| &selector.matchers);
            let equal = matchers.filter(|matcher| matcher.operator == Match::Equal);
            Labels::only(equal.map(|matcher| matcher.label.as_str()).filter(|label| *label != "__name__"))
        }
        "label_replace" | "label_join" => vector().with(text(1)),
        "histogram_quantile" => vector().without("le"),
        _ => vector(),
    }
}

fn of_binary(binary: &Binary) -> Labels {
    let (left, right) = (&binary.left, &binary.right);
    match (left.value_type(), right.value_type()) {
        (Type::Scalar, _) => return of(right),
        (_, Type::Scalar) => return of(left),
        _ => {}
    }
    match binary.operator {
        Operator::Set(SetOperator::Or) => match (of(left), of(right)) {
            (Labels::Only(left), Labels::Only(right)) => Labels::Only(left.union(&right).cloned().collect()),
            _ => Labels::Any,
        },
        Operator::Set(_) => of(left),
        _ => match &binary.matching {
            None => match (of(left), of(right)) {
                // Pairs have the same labels.
                (Labels::Any, known) | (known, _) => known,
            },
            Some(matching) => match &matching.group {
                Some(group) => {
                    let many = of(if group.left { left } else { right });
                    many.with(group.labels.iter().map(String::as_str))
                }
                None if matching.on => Labels::only(matching.labels.iter().map(String::as_str)),
                None => matching.labels.iter().fold(of(left), |kept, label| kept.without(label)),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse;

    #[test]
    fn labels_follow_the_expression() {
        for (text, wanted) in [
            ("a", None),
            ("sum(a)", Some(vec![])),
            ("sum by (x, y) (a) > 1", Some(vec!["x", "y"])),
            ("sum without (x) (a)", None),
            ("max without (y) (sum by (x, y) (a))", Some(vec!["x"])),
            ("absent(a{job=\"j\", pod=~\"p\"})", Some(vec!["job"])),
            ("histogram_quantile(0.9, sum by (le, x) (rate(a_bucket[5m])))", Some(vec!["x"])),
            ("a / on (x) b", Some(vec!["x"])),
            ("sum by (x) (a) * on (x) group_left (z) b", Some(vec!["x", "z"])),
            ("sum by (x) (a) or absent(a{y=\"1\"})", Some(vec!["x", "y"])),
            ("topk(3, a)", None),
            ("label_replace(sum(a), \"z\", \"$1\", \"y\", \"(.*)\")", Some(vec!["z"])),
            ("count_values(\"v\", a)", Some(vec!["v"])),
        ] {
            let expr = parse(text).expect(text);
            assert_eq!(of(&expr), wanted.map_or(Labels::Any, Labels::only), "{text}");
        }
    }
}
