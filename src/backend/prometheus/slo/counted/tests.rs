#![allow(clippy::expect_used, clippy::panic)]

use super::*;
use crate::backend::Backend;
use crate::backend::fixture;
use crate::backend::prometheus::rule::Scope;
use crate::backend::prometheus::slo::tests::EVERY_PRESET;
use crate::backend::prometheus::{AlertTests, slo};
use crate::plan::Plan;

/// Some objectives and periods: the least and the most of both, and what is scaled to no whole minutes.
const SOME: [(&str, &str); 7] = [
    ("99.95%", "30d"),
    ("99.999%", "7d"),
    ("93.6%", "90d"),
    ("99%", "13d"),
    ("99.872%", "14d"),
    ("94%", "28d"),
    ("99.5%", "31d"),
];

fn plan(objective: &str, period: &str) -> Plan {
    let spec = EVERY_PRESET.replace(
        "http: {objective: 99.95%, sli: http, traffic: 1/m,",
        &format!("http: {{objective: {objective}, window: {period}, sli: http, traffic: 1/m,"),
    );
    fixture::plan(&spec)
}

fn groups(plan: &Plan) -> Vec<Group<'_>> {
    let environment = &plan.environments["production"];
    slo::groups(Scope::tests(plan, environment), &environment.services[0])
}

fn http<'g, 'p>(groups: &'g [Group<'p>]) -> &'g Counted<'p> {
    all(groups).find(|one| one.slo == "http").expect("an objective")
}

fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[test]
fn shares_of_what_came_since_a_window_began_are_those_computed_by_hand() {
    let plan = plan("99.95%", "30d");
    let groups = groups(&plan);
    let one = http(&groups);
    let counters = Counters::at_edges(one, &one.series[0], LAST);
    let records = counters.records(LAST);
    let (half, most, whole) = (0.5, 0.75, 1.0);
    let of_30d = (half + most + whole + most + whole + most) / 6.0;
    for (name, value) in [
        ("slo:sli_error:ratio_rate5m", half),
        ("slo:sli_error:ratio_rate30m", (half + whole + half) / 3.0),
        ("slo:sli_error:ratio_rate1h", (half + whole + half + whole + half) / 5.0),
        ("slo:sli_error:ratio_rate1d", f64::midpoint(half, most)),
        ("slo:sli_error:ratio_rate3d", (half + most + whole + most) / 4.0),
        ("slo:sli_error:ratio_rate30d", of_30d),
        // Twenty requests between the first and the last of five readings.
        ("slo:sli_total:rate5m", 20.0 / 240.0),
        ("slo:sli_errors:rate5m", 10.0 / 240.0),
        ("slo:current_burn_rate:ratio", half / 0.0005),
        ("slo:period_burn_rate:ratio", of_30d / 0.0005),
        ("slo:period_error_budget_remaining:ratio", 1.0 - of_30d / 0.0005),
        // Of the first window 10 failures, of the second 20 + 10, of the third again; sixty readings are 59 minutes.
        ("slo:sli_errors:increase1h", 70.0 * 60.0 / 59.0),
    ] {
        assert!(is_near(records[name], value), "{name}: {} for {value}", records[name]);
    }
}

#[test]
fn each_window_has_a_share_of_its_own_and_a_reading_more_or_less_changes_it() {
    for (objective, period) in SOME {
        let plan = plan(objective, period);
        let groups = groups(&plan);
        let one = http(&groups);
        let counters = Counters::at_edges(one, &one.series[0], LAST);
        let shares: Vec<f64> =
            one.windows.iter().map(|window| counters.share(*window, LAST).expect("a share")).collect();
        for (index, share) in shares.iter().enumerate() {
            assert!(
                shares[..index].iter().all(|other| !is_near(*share, *other)),
                "{objective} {period}: {shares:?}"
            );
        }
        let reading = LAST * one.readings();
        let share = |window: Duration| {
            counters.events(window, reading).filter(|(_, all)| *all > 0.0).map(|(bad, all)| bad / all)
        };
        for window in one.rates() {
            let [less, more] =
                [window.0 - READING.0, window.0 + READING.0].map(|range| share(Duration(range)));
            let whole = share(window).expect("a share");
            assert!(less.is_none_or(|less| !is_near(less, whole)), "{period} {window}");
            assert!(more.is_some_and(|more| !is_near(more, whole)), "{period} {window}");
        }
        assert_eq!(counters.share(one.period, 1), None, "nothing has come yet");
    }
}

#[test]
fn pages_fire_above_their_thresholds_and_not_below() {
    for (objective, period) in SOME {
        let plan = plan(objective, period);
        let groups = groups(&plan);
        let one = http(&groups);
        let counters = Counters::failing(one, &one.series[0]);
        let heard: Vec<Option<f64>> = (1..=FAILING).map(|at| counters.burning(true, at)).collect();
        let threshold = |index: usize| one.pairs[index].threshold(one.objective).float();
        let [.., first_below, first, second_below, second] = heard[..] else { panic!("ten evaluations") };
        assert!(heard[..6].iter().all(Option::is_none), "{objective} {period}: {heard:?}");
        assert_eq!((first_below, second_below), (None, None), "{objective} {period}");
        for (value, threshold) in [(first, threshold(0)), (second, threshold(1))] {
            let value = value.expect("an alert");
            // Of the smallest budget a hundredth is one request in a million.
            assert!(threshold < value && value <= threshold * 1.03, "{objective} {period}: {value}");
        }
        // One hundredth below is still very near.
        let almost = counters.share(one.pairs[0].long, 7).expect("a share");
        assert!(almost > 0.97 * threshold(0), "{objective} {period}: {almost}");
    }
}

#[test]
fn the_budget_is_gone_where_the_name_of_the_test_says() {
    for (objective, period) in SOME {
        let plan = plan(objective, period);
        let groups = groups(&plan);
        let one = http(&groups);
        let counters = Counters::failing(one, &one.series[0]);
        assert_eq!(counters.left(2), Some(1.0));
        assert!(counters.left(4).is_some_and(|left| is_near(left, 0.05)), "{objective} {period}");
        assert!(counters.left(5).is_some_and(|left| left < 0.0), "{objective} {period}");
        assert_eq!(counters.exhausted(5), None);
        assert!(counters.exhausted(6).is_some(), "{objective} {period}");
    }
}

#[test]
fn whatever_is_recorded_is_asked_for_with_its_labels() {
    let plan = fixture::plan(EVERY_PRESET);
    let tree = AlertTests.emit(&plan);
    let texts: Vec<String> = tree.iter().map(|(_, file)| file.text().into_owned()).collect();
    let asks: Vec<&str> = texts.iter().flat_map(|text| text.split("- expr: ")).collect();
    let mut count = 0;
    for record in groups(&plan).iter().flat_map(|group| &group.records) {
        count += 1;
        let id = record.labels.iter().find(|(label, _)| *label == "sloth_id").expect("its id");
        let id = format!("sloth_id=\\\"{}\\\"", id.1);
        let asked = [format!("round({}, ", record.name), format!("round({}{{", record.name)];
        assert!(
            record.always.is_some()
                || asks
                    .iter()
                    .any(|ask| asked.iter().any(|asked| ask.starts_with(asked)) && ask.contains(&id)),
            "{} {id}",
            record.name
        );
    }
    assert!(count > 14 * 14, "{count}");
}

#[test]
fn who_reads_what_another_counts_in_another_way_is_told_alone() {
    let plan = fixture::plan(EVERY_PRESET);
    let tree = AlertTests.emit(&plan);
    let (_, file) = tree.iter().find(|(path, _)| path.ends_with("api_slo_12h_test.yaml")).expect("tests");
    let text = file.text();
    let tests: Vec<&str> = text.split("  - name: ").skip(1).collect();
    // What vLLM answers is counted by the metric of the preset `http`, with other labels.
    let both = |test: &&&str| test.contains("handler=") && test.contains("code=\"200\"");
    assert_eq!(tests.iter().filter(both).count(), 0);
    let of_vllm: Vec<&&str> = tests.iter().filter(|test| test.contains("handler=")).collect();
    assert!(!of_vllm.is_empty());
    for test in of_vllm {
        assert!(!test.contains("alert_rule_test"), "the other objective's alerts would be heard, too");
        assert!(test.contains("{sloth_id=~\"production/api/vllm\"}") || test.contains(", sloth_id=~"));
    }
    assert!(tests.iter().any(|test| test.contains("alert_rule_test")));
}
