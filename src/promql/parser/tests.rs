use proptest::prelude::*;

use super::*;
use crate::promql::Type;

fn shown(text: &str) -> String {
    fn show(expr: &Expr) -> String {
        match &expr.kind {
            Kind::Number(value) => value.to_string(),
            Kind::Text(text) => format!("{text:?}"),
            Kind::Selector(selector) => selector.name().unwrap_or("{}").to_owned(),
            Kind::Range(selector, range, _) => format!("{}[{range}]", selector.name().unwrap_or("{}")),
            Kind::Subquery(subquery) => format!("{}[{}:]", show(&subquery.inner), subquery.range.0),
            Kind::Call(call) => {
                let arguments: Vec<String> = call.arguments.iter().map(show).collect();
                format!("{}({})", call.function.name, arguments.join(" "))
            }
            Kind::Aggregate(aggregate) => {
                format!("{}({})", aggregate.operator.name(), show(&aggregate.inner))
            }
            Kind::Binary(binary) => {
                format!("({} {:?} {})", show(&binary.left), binary.operator, show(&binary.right))
                    .replace("Compare(", "")
                    .replace("Set(", "")
            }
            Kind::Signed(is_negated, inner) => {
                format!("{}{}", if *is_negated { "-" } else { "+" }, show(inner))
            }
            Kind::Paren(inner) => show(inner),
        }
    }
    match parse(text) {
        Ok(expr) => show(&expr).replace("Equal)", "Equal"),
        Err(problem) => panic!("{text}: {problem:?}"),
    }
}

#[test]
fn operators_bind_as_in_prometheus() {
    for (text, tree) in [
        ("1 + 2 * 3 ^ 2 ^ 1", "(1 Add (2 Multiply (3 Power (2 Power 1))))"),
        ("-1 ^ 2", "-(1 Power 2)"),
        ("-a * b", "(-a Multiply b)"),
        ("2 ^ -1 * 3", "((2 Power -1) Multiply 3)"),
        ("a or b and c unless d", "(a Or) ((b And) c) Unless) d))"),
        ("a - b - c", "((a Subtract b) Subtract c)"),
        ("a atan2 b / c", "((a Atan2 b) Divide c)"),
        ("a + b offset 5m", "(a Add b)"),
    ] {
        assert_eq!(shown(text), tree, "{text}");
    }
}

#[test]
fn every_part_knows_its_bytes() {
    let text =
        "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / on (job) group_left (team) x > 0.05";
    let expr = parse(text).expect("an expression");
    let slices: Vec<&str> = expr.all().into_iter().map(|part| part.span.slice(text)).collect();
    assert_eq!(
        slices,
        [
            text,
            "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / on (job) group_left (team) x",
            "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m]))",
            "rate(http_requests_total{code=~\"5..\"}[5m])",
            "http_requests_total{code=~\"5..\"}[5m]",
            "x",
            "0.05",
        ]
    );
    let Kind::Binary(comparison) = &expr.kind else { panic!("{expr:?}") };
    assert_eq!(comparison.operator_span.slice(text), ">");
    let Kind::Binary(division) = &comparison.left.kind else { panic!("{expr:?}") };
    let matching = division.matching.as_ref().expect("matching");
    assert_eq!(matching.span.slice(text), "on (job) group_left (team)");
    let (selector, range) = expr.selectors()[0];
    assert_eq!((selector.name_span().slice(text), range), ("http_requests_total", Some(300_000)));
    assert_eq!(selector.matchers[0].value_span.slice(text), "\"5..\"");
}

#[test]
fn aggregations_have_their_labels_before_or_behind() {
    for text in ["sum by (a, b,) (x)", "sum(x) by (a, b)", "SUM(x) BY (a, \"b\")"] {
        let expr = parse(text).expect("an expression");
        let Kind::Aggregate(aggregate) = &expr.kind else { panic!("{expr:?}") };
        let grouping = aggregate.grouping.as_ref().expect("labels");
        assert_eq!(
            (grouping.without, grouping.labels.as_slice()),
            (false, &["a".to_owned(), "b".to_owned()][..])
        );
        assert_eq!(expr.span.slice(text), text);
    }
}

#[test]
fn what_is_wrong_is_pointed_at() {
    for (text, place, words) in [
        ("", "", "no expression"),
        ("sum(a", "(", "never closed"),
        ("a{b=\"c\"", "{", "never closed"),
        ("a)", ")", "closes nothing"),
        ("a b", "b", "operator is missing"),
        ("a = 1", "=", "compares nothing"),
        ("rate(a)", "a", "range vector"),
        ("sum(a[5m])", "a[5m]", "instant vector"),
        ("Rate(a[5m])", "Rate", "no function"),
        ("holt_winters(a[5m], 1, 1)", "holt_winters", "no function"),
        ("mad_over_time(a[5m])", "mad_over_time", "feature flag"),
        ("a[5m + 1m]", "+", "feature flag"),
        ("a{b=~\"(\"}", "\"(\"", "never closed"),
        ("{b=~\".*\"}", "{b=~\".*\"}", "every series"),
        ("a{__name__=\"b\"}", "__name__=\"b\"", "second name"),
        ("1 > 2", ">", "bool"),
        ("a + bool b", "+", "comparisons only"),
        ("a and 1", "and", "vectors"),
        ("a * on (x) group_left (x) b", "on (x) group_left (x)", "already"),
        ("round(a, 1, 2)", "round", "1 to 2 arguments, not 3"),
        ("topk(a)", "topk(a)", "two arguments"),
        ("a > $threshold", "$", "Grafana"),
        ("rate(a[$__rate_interval])", "$", "Grafana"),
        ("(a + b) offset 5m", "offset 5m", "behind a metric"),
        ("a offset 5m offset 1m", "offset 1m", "second"),
        ("a[0s]", "0s", "zero"),
        ("(a)[5m]", "[5m]", "no selector"),
        ("sum(a,)", ",", "no argument"),
        ("a > “1”", "“", "typographic"),
    ] {
        let problem = parse(text).expect_err(text);
        assert_eq!(problem.span.slice(text), place, "{text}: {problem:?}");
        assert!(problem.message.contains(words), "{text}: {problem:?}");
    }
}

#[test]
fn results_have_the_types_of_prometheus() {
    for (text, wanted) in [
        ("1 + time()", Type::Scalar),
        ("\"a\"", Type::Text),
        ("a[5m]", Type::Range),
        ("rate(a[5m])[1h:]", Type::Range),
        ("a > bool 1", Type::Instant),
        ("-scalar(a)", Type::Scalar),
    ] {
        assert_eq!(parse(text).map(|expr| expr.value_type()), Ok(wanted), "{text}");
    }
}

#[test]
fn hostile_nesting_is_an_error() {
    for text in [
        "(".repeat(60_000),
        "-".repeat(60_000),
        "abs(".repeat(15_000),
        "sum by (a) (".repeat(5_000),
        format!("a{}", " + a".repeat(15_000)),
        format!("a{}", " + a".repeat(1_000_000)),
        format!("a{}", " ^ a".repeat(15_000)),
        format!("a{}", "[1m:]".repeat(100)),
        format!("{}a{}", "(".repeat(30_000), ")".repeat(30_000)),
        format!("a{{b=~\"{}\"}}", "(".repeat(60_000)),
    ] {
        let problem = parse(&text).expect_err("too deep");
        assert!(!problem.message.is_empty());
    }
    let wide = format!("a{}", " + a".repeat(300));
    assert!(parse(&wide).is_ok(), "a long chain is no nesting");
}

/// Checks that every place lies in the text and between characters, and holds those of its parts.
fn check_places(text: &str, expr: &Expr) {
    for part in expr.all() {
        let range = part.span.start as usize..part.span.end as usize;
        assert!(text.get(range).is_some_and(|slice| !slice.is_empty()), "{text:?}: {part:?}");
        for child in part.children() {
            assert!(
                part.span.start <= child.span.start && child.span.end <= part.span.end,
                "{text:?}: {part:?}"
            );
        }
    }
}

fn check_any(text: &str) {
    match parse(text) {
        Ok(expr) => check_places(text, &expr),
        Err(problem) => {
            let range = problem.span.start as usize..problem.span.end as usize;
            assert!(text.get(range).is_some(), "{text:?}: {problem:?}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,60}") {
        check_any(&text);
    }

    #[test]
    fn no_row_of_words_breaks_the_parser(words in proptest::collection::vec(
        prop_oneof![
            Just("sum"), Just("rate"), Just("by"), Just("("), Just(")"), Just("{"), Just("}"), Just("["), Just("]"),
            Just("a"), Just("a:b"), Just("=~"), Just("="), Just("\"x\""), Just("'("), Just("5m"), Just("1.5"),
            Just("offset"), Just("@"), Just("start"), Just(":"), Just(","), Just("-"), Just("^"), Just("and"),
            Just("on"), Just("group_left"), Just("bool"), Just(">"), Just("==") , Just("#\n"), Just("é"), Just("\\"),
        ], 0..24)) {
        check_any(&words.join(" "));
        check_any(&words.concat());
    }
}
