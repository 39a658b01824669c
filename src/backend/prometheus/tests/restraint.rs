//! Alerts that would fire while all is well, or that nothing could end, are not there.

use super::*;
use crate::plan::Environment;
use crate::units::Duration;

const PROGNETWORK: &str = include_str!("../../../../examples/prognetwork/platform.yaml");
const QUANTUMVEST: &str = include_str!("../../../../examples/quantumvest/platform.yaml");

fn standing_in(plan: &Plan) -> &Environment {
    plan.environments.values().find(|environment| environment.stands_in.is_some()).expect("one stands in")
}

fn in_environment<'p>(plan: &'p Plan, key: &str) -> Vec<rule::Rule<'p>> {
    let groups = environment_groups(Scope::rules(plan, &plan.environments[key]));
    groups.into_iter().flat_map(|group| group.rules).collect()
}

/// The number after the last `>` of a rule, and its patience.
fn limit(rules: &[rule::Rule<'_>], alert: &str) -> Option<(u64, u64)> {
    let rule = rules.iter().find(|rule| rule.alert == alert)?;
    let number = rule.expr.rsplit("> ").next().and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    Some((number.expect("a number"), rule.hold.0))
}

/// A plan whose database has a promise of recovery that is so short.
fn promising(seconds: u64) -> Plan {
    let mut plan = plan();
    let environment = plan.environments.get_mut("production").expect("an environment");
    environment.databases[0].tier = Some(fixture::tier(Duration(seconds)));
    plan
}

#[test]
fn one_reading_alone_is_no_finding() {
    let mut plans = catalogue::plans();
    for scrape in [15, 30, 60] {
        for promise in [60, 300, 900] {
            let mut plan = promising(promise);
            plan.monitoring.scrape_every.value = Duration(scrape);
            plans.push(plan);
        }
    }
    for plan in &plans {
        let two = 2 * plan.monitoring.scrape_every.value.0;
        for (file, group, rules) in rules(plan) {
            for rule in rules.iter().filter(|rule| rule.hold.0 > 0) {
                assert!(rule.hold.0 >= two, "{file} {group} {}: {}s", rule.alert, rule.hold.0);
            }
        }
    }
}

#[test]
fn a_log_that_is_stored_every_five_minutes_breaks_no_promise_and_is_not_late() {
    // The log takes 5m and mostly no more than another, whoever asks the provider up to 1m, Prometheus up to 30s.
    let usual = 300 + 60 + 60 + 30;
    for (promise, too_old, late) in [
        (60, usual, None),
        (300, usual, None),
        (420, usual, None),
        (480, 480, None),
        (600, 600, Some(usual)),
        (3600, 3600, Some(1800)),
    ] {
        let plan = promising(promise);
        let rules = in_environment(&plan, "production");
        assert_eq!(limit(&rules, "DatabaseBackupTooOld").map(|it| it.0), Some(too_old), "{promise}");
        assert_eq!(limit(&rules, "DatabaseBackupLate").map(|it| it.0), late, "{promise}");
    }
}

/// A standby keeps the promise whatever the age of the backups is; that they stopped is worth a ticket all the same.
#[test]
fn backups_break_no_promise_that_a_standby_keeps() {
    let mut plan = promising(60);
    let environment = plan.environments.get_mut("production").expect("an environment");
    assert!(environment.databases[0].nodes.value > 1);
    let tier = environment.databases[0].tier.as_mut().expect("a tier");
    tier.covers = vec![fixture::r(crate::plan::Loss::Instance)];
    let rules = in_environment(&plan, "production");
    assert_eq!(limit(&rules, "DatabaseBackupTooOld"), None);
    let late = limit(&rules, "DatabaseBackupLate").map(|it| it.0);
    assert_eq!(late, Some(300 + 60 + 60 + 30 + 1800));
}

#[test]
fn a_copy_is_watched_where_its_exporter_reads_it_with_the_promise_of_the_original() {
    for spec in [PROGNETWORK, QUANTUMVEST] {
        let plan = crate::backend::fixture::plan(spec);
        let there = standing_in(&plan);
        for environment in plan.environments.values() {
            let rules = in_environment(&plan, &environment.key);
            let lag = limit(&rules, "DatabaseReplicaTooFarBehind");
            assert_eq!(lag.is_some(), environment.key == there.key, "{}", environment.key);
            let unknown = rules.iter().any(|rule| rule.alert == "DatabaseReplicaUnknown");
            assert_eq!(unknown, environment.key == there.key, "{}", environment.key);
            // Nothing is restored from a copy.
            let backups = rules.iter().any(|rule| rule.alert.starts_with("DatabaseBackup"));
            assert!(!backups || environment.key != there.key, "{}", environment.key);
        }
        let copy = there.databases.iter().find_map(|database| Some((database, database.copy_of.as_ref()?)));
        let (copy, of) = copy.expect("a copy");
        let original = plan.environments[&of.environment].database(&copy.key).expect("the original");
        let rpo = original.tier.as_ref().expect("a tier").rpo.value.0;
        let rules = in_environment(&plan, &there.key);
        let (behind, _) = limit(&rules, "DatabaseReplicaTooFarBehind").expect("a rule");
        assert_eq!(behind, rpo.max(300 + plan.monitoring.scrape_every.value.0), "an idle copy is 5m behind");
    }
    let several = plan();
    assert!(several.environments["production"].databases[0].nodes.value > 1, "a standby that nobody can ask");
    assert!(limit(&in_environment(&several, "production"), "DatabaseReplicaTooFarBehind").is_none());
}

#[test]
fn nobody_waits_for_jobs_that_are_suspended() {
    let plan = crate::backend::fixture::plan(PROGNETWORK);
    let there = standing_in(&plan);
    let name = there.jobs[0].pod.key.as_str();
    let about = |key: &str| -> Vec<&str> {
        let of_job = |rule: &rule::Rule<'_>| {
            rule.labels.iter().any(|(label, text)| *label == "cronjob" && text == name)
        };
        in_environment(&plan, key).iter().filter(|rule| of_job(rule)).map(|rule| rule.alert).collect()
    };
    assert_eq!(about(&there.key), ["JobFailed"]);
    assert_eq!(about("production"), ["JobFailed", "JobNotSucceeding", "JobMissing"]);
}

#[test]
fn a_job_of_which_nothing_was_promised_wakes_nobody() {
    let plan = crate::backend::fixture::plan(PROGNETWORK);
    let rules = in_environment(&plan, "production");
    let of = |name: &str| {
        let rule = rules.iter().find(|rule| {
            rule.alert == "JobNotSucceeding" && rule.labels.iter().any(|(_, text)| text == name)
        });
        rule.map(|rule| rule.severity)
    };
    assert_eq!(of("batch-jobs"), Some(rule::Severity::Warning));
    assert_eq!(of("prog-dump"), Some(rule::Severity::Critical));
}
