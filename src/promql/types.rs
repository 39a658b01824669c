//! What Prometheus refuses although it can be read: arguments of the wrong type, operators between what has none.

use super::ast::{Binary, Call, Expr, Kind, Match, Operator, Selector, Type};
use super::{Problem, regex};

/// Checks an expression and everything below it; the first thing that is wrong, in the order of the text.
pub(super) fn check(expr: &Expr) -> Result<(), Problem> {
    for child in expr.children() {
        check(child)?;
    }
    match &expr.kind {
        Kind::Number(_) | Kind::Text(_) | Kind::Paren(_) => Ok(()),
        Kind::Selector(selector) | Kind::Range(selector, ..) => check_selector(selector),
        Kind::Subquery(subquery) => match subquery.inner.value_type() {
            Type::Instant => Ok(()),
            other => Err(wrong(&subquery.inner, "a subquery", Type::Instant, other)),
        },
        Kind::Call(call) => check_call(call),
        Kind::Aggregate(aggregate) => {
            let who = format!("`{}`", aggregate.operator.name());
            if let (Some(parameter), Some(wanted)) = (&aggregate.parameter, aggregate.operator.parameter()) {
                expect(parameter, &who, wanted)?;
            }
            expect(&aggregate.inner, &who, Type::Instant)
        }
        Kind::Binary(binary) => check_binary(binary),
        Kind::Signed(_, inner) => match inner.value_type() {
            Type::Scalar | Type::Instant => Ok(()),
            other => Err(Problem::new(inner.span, format!("{} has no sign", other.name()))),
        },
    }
}

fn wrong(expr: &Expr, who: &str, wanted: Type, found: Type) -> Problem {
    let problem =
        Problem::new(expr.span, format!("{who} takes {}, and this is {}", wanted.name(), found.name()));
    match (wanted, found) {
        (Type::Range, Type::Instant) if matches!(expr.bare().kind, Kind::Selector(_)) => {
            problem.help("give the metric a length of time, such as `[5m]`")
        }
        (Type::Range, Type::Instant) => problem
            .help("only a metric has a range; the values of an expression over time are a subquery: `[5m:]`"),
        (Type::Instant, Type::Range) => {
            problem.help("apply a function that makes one value of many: `rate(..)`, `max_over_time(..)`")
        }
        (Type::Instant, Type::Scalar) => problem.help("`vector(..)` makes a vector of a number"),
        (Type::Scalar, Type::Instant) => {
            problem.help("`scalar(..)` makes a number of a vector of one series")
        }
        _ => problem,
    }
}

fn expect(expr: &Expr, who: &str, wanted: Type) -> Result<(), Problem> {
    let found = expr.value_type();
    if found == wanted { Ok(()) } else { Err(wrong(expr, who, wanted, found)) }
}

/// A selector of everything is a mistake that can bring a server down, so Prometheus refuses it.
fn check_selector(selector: &Selector) -> Result<(), Problem> {
    let twice = selector
        .metric
        .as_ref()
        .filter(|(name, _)| !name.is_empty())
        .and_then(|_| selector.matcher("__name__"));
    if let Some(second) = twice {
        return Err(Problem::new(second.span, "a second name of the metric"));
    }
    let has_name = selector.metric.as_ref().is_some_and(|(name, _)| !name.is_empty());
    let asks_for_something = selector.matchers.iter().any(|matcher| match matcher.operator {
        Match::Equal => !matcher.value.is_empty(),
        Match::NotEqual => matcher.value.is_empty(),
        Match::Regex => regex::check(&matcher.value).is_ok_and(|shape| !shape.empty),
        Match::NotRegex => regex::check(&matcher.value).is_ok_and(|shape| shape.empty),
    });
    if has_name || asks_for_something {
        Ok(())
    } else {
        Err(Problem::new(selector.span, "this selects every series there is, or all that lack a label")
            .help("name a metric, or compare a label with something that is not empty"))
    }
}

fn check_call(call: &Call) -> Result<(), Problem> {
    let (fewest, most) = call.function.count();
    let given = call.arguments.len();
    if given < fewest || most.is_some_and(|most| given > most) {
        let wanted = match most {
            Some(most) if most == fewest => fewest.to_string(),
            Some(most) => format!("{fewest} to {most}"),
            None => format!("at least {fewest}"),
        };
        let noun = if wanted == "1" { "argument" } else { "arguments" };
        return Err(Problem::new(
            call.name,
            format!("`{}` takes {wanted} {noun}, not {given}", call.function.name),
        ));
    }
    let Some(last) = call.function.arguments.last() else { return Ok(()) };
    for (index, argument) in call.arguments.iter().enumerate() {
        let wanted = call.function.arguments.get(index).unwrap_or(last);
        expect(argument, &format!("`{}`", call.function.name), *wanted)?;
    }
    Ok(())
}

fn check_binary(binary: &Binary) -> Result<(), Problem> {
    let (left, right) = (binary.left.value_type(), binary.right.value_type());
    let place = binary.operator_span;
    for (side, found) in [(&binary.left, left), (&binary.right, right)] {
        if !matches!(found, Type::Scalar | Type::Instant) {
            return Err(wrong(side, "an operator", Type::Instant, found));
        }
    }
    let is_comparison = matches!(binary.operator, Operator::Compare(_));
    if binary.bool && !is_comparison {
        return Err(Problem::new(place, "`bool` belongs to comparisons only"));
    }
    if is_comparison && !binary.bool && left == Type::Scalar && right == Type::Scalar {
        return Err(Problem::new(place, "two numbers are compared with `bool`: `1 > bool 0`"));
    }
    let both_are_vectors = left == Type::Instant && right == Type::Instant;
    if matches!(binary.operator, Operator::Set(_)) && !both_are_vectors {
        return Err(Problem::new(place, "`and`, `or` and `unless` stand between vectors, not numbers")
            .help("`vector(..)` makes a vector of a number"));
    }
    let Some(matching) = &binary.matching else { return Ok(()) };
    if !both_are_vectors && !matching.labels.is_empty() {
        return Err(Problem::new(matching.span, "labels can only agree between two vectors"));
    }
    if let Some(group) = &matching.group {
        if matches!(binary.operator, Operator::Set(_)) {
            return Err(Problem::new(
                matching.span,
                "`and`, `or` and `unless` take no `group_left` or `group_right`",
            ));
        }
        if matching.on
            && let Some(label) = group.labels.iter().find(|label| matching.labels.contains(label))
        {
            return Err(Problem::new(
                matching.span,
                format!("`{label}` agrees on both sides already, so it cannot be taken from one"),
            ));
        }
    }
    Ok(())
}
