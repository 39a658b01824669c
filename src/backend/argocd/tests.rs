//! What Argo CD is told must keep the promises of the spec.

use std::collections::BTreeSet;

use super::*;
use crate::backend::fixture;
use crate::format::data::Data;

const GITOPS: &str =
    "delivery: {gitops: {tool: argocd, repository: https://git.example.com/shop/platform.git, path: out}}\n";

fn plan() -> Plan {
    fixture::plan(&[fixture::SMALL, GITOPS].concat())
}

/// Every application of the plan with its environment's key.
fn applications(plan: &Plan) -> Vec<(Option<String>, Map<'_>)> {
    let gitops = plan.delivery.gitops.as_ref().expect("gitops");
    let mut found = Vec::new();
    for cluster in plan.clusters.values() {
        let scope = Scope { plan, gitops, cluster };
        found.push((None, scope.root().print(scope)));
        found.extend(scope.addons().into_iter().map(|one| (None, one.print(scope))));
        for environment in plan.environments_of(&cluster.key) {
            found.push((None, scope.environment(environment).print(scope)));
            let children = scope.applications(environment).into_iter();
            found.extend(children.map(|(_, one)| (Some(environment.key.clone()), one.print(scope))));
        }
    }
    found
}

fn at<'m>(map: &'m Map<'_>, path: &[&str]) -> Option<&'m Data<'m>> {
    let (first, rest) = path.split_first()?;
    let value = map.get(first)?;
    if rest.is_empty() { Some(value) } else { at(value.as_map()?, rest) }
}

fn name<'m>(map: &'m Map<'_>) -> &'m str {
    at(map, &["metadata", "name"]).and_then(Data::as_text).unwrap_or_default()
}

fn wave(map: &Map<'_>) -> Option<i64> {
    at(map, &["metadata", "annotations", names::SYNC_WAVE_ANNOTATION])?.as_text()?.parse().ok()
}

fn is_automated(map: &Map<'_>) -> bool {
    at(map, &["spec", "syncPolicy", "automated"]).is_some()
}

#[test]
fn without_gitops_nothing_is_rendered_and_no_object_speaks_of_argo_cd() {
    let plan = fixture::plan(fixture::SMALL);
    assert_eq!(Argocd.emit(&plan).iter().count(), 0);
    for environment in plan.environments.values() {
        for object in kubernetes::objects(&plan, environment) {
            let map = object.data.as_map().expect("an object");
            assert!(at(map, &["metadata", "annotations", names::SYNC_OPTIONS_ANNOTATION]).is_none());
        }
    }
}

#[test]
fn nothing_comes_to_production_by_itself_and_everything_to_the_others() {
    let plan = plan();
    let mut seen = BTreeSet::new();
    let all = applications(&plan);
    for (environment, application) in &all {
        let Some(environment) = environment else { continue };
        seen.insert(environment.as_str());
        assert_eq!(is_automated(application), environment != "production", "{}", name(application));
    }
    assert_eq!(seen, BTreeSet::from(["production", "staging"]));
}

#[test]
fn no_wave_waits_for_a_person() {
    let plan = plan();
    for (environment, application) in &applications(&plan) {
        if environment.as_deref() == Some("production") {
            assert_eq!(wave(application), None, "{}", name(application));
        }
    }
}

#[test]
fn secrets_come_before_what_needs_them_and_services_last() {
    let plan = plan();
    let all = applications(&plan);
    let of = |part: &str| {
        let name_ = format!("shop-staging-{part}");
        let (_, found) = all.iter().find(|(_, one)| name(one) == name_).expect("an application");
        wave(found).expect("a wave")
    };
    assert!(of(names::SECRETS_APPLICATION) < of(names::ENVIRONMENT_APPLICATION));
    for service in &plan.environments["staging"].services {
        assert!(of(names::ENVIRONMENT_APPLICATION) < of(&service.key), "{}", service.key);
    }
}

#[test]
fn add_ons_come_before_environments_and_the_root_is_waited_for_by_nobody() {
    let plan = plan();
    let gitops = plan.delivery.gitops.as_ref().expect("gitops");
    for cluster in plan.clusters.values() {
        let scope = Scope { plan: &plan, gitops, cluster };
        let waves: Vec<i64> = scope.addons().into_iter().filter_map(|one| wave(&one.print(scope))).collect();
        assert!(!waves.is_empty());
        assert!(waves.iter().all(|wave| *wave <= wave::SHARED_ENVIRONMENTS), "{waves:?}");
        assert_eq!(wave(&scope.root().print(scope)), Some(wave::ENVIRONMENTS));
    }
}

#[test]
fn names_are_unique_and_fit_a_label() {
    let plan = plan();
    let mut seen = BTreeSet::new();
    for (_, application) in &applications(&plan) {
        assert!(name(application).len() <= 63, "{}", name(application));
        assert!(seen.insert(name(application).to_owned()), "{} twice", name(application));
    }
}

#[test]
fn only_services_are_deleted_with_their_application() {
    let plan = plan();
    let services: BTreeSet<String> = plan
        .environments
        .values()
        .flat_map(|environment| {
            let names = environment.services.iter();
            names.map(|service| names::in_environment("shop", &environment.key, &service.key))
        })
        .collect();
    let finalized: BTreeSet<String> = applications(&plan)
        .iter()
        .filter(|(_, one)| at(one, &["metadata", "finalizers"]).is_some())
        .map(|(_, one)| name(one).to_owned())
        .collect();
    assert_eq!(finalized, services);
}

#[test]
fn what_holds_data_is_deleted_only_when_a_person_confirms() {
    let plan = plan();
    let mut protected = BTreeSet::new();
    for environment in plan.environments.values() {
        for object in kubernetes::objects(&plan, environment) {
            let map = object.data.as_map().expect("an object");
            if at(map, &["metadata", "annotations", names::SYNC_OPTIONS_ANNOTATION]).is_some() {
                protected.insert(object.api.kind);
            }
        }
    }
    let expected = [
        "Namespace",
        "Queue",
        "RabbitmqCluster",
        "Redis",
        "RedisCluster",
        "RedisReplication",
        "ValkeyCluster",
    ];
    assert_eq!(protected, BTreeSet::from(expected));
}

#[test]
fn an_application_without_its_files_would_be_broken_so_secrets_are_looked_for_from_the_spec() {
    let plan = plan();
    let all = applications(&plan);
    let (_, secrets) = all.iter().find(|(_, one)| name(one) == "shop-staging-secrets").expect("secrets");
    let source = at(secrets, &["spec", "source"]).and_then(Data::as_map).expect("a source");
    assert_eq!(at(source, &["path"]).and_then(Data::as_text), Some("."));
    assert_eq!(
        at(source, &["directory", "include"]).and_then(Data::as_text),
        Some("secrets/sealed/staging/*.yaml")
    );
}

#[test]
fn the_health_check_is_a_value_that_yaml_keeps() {
    let mut text = String::new();
    yaml::document(&Data::Map(map! { HEALTH_KEY => HEALTH }), &mut text);
    let read: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
    assert_eq!(read[HEALTH_KEY], HEALTH);
    assert_eq!(HEALTH.matches("if ").count(), HEALTH.matches("end\n").count());
}

#[test]
fn what_is_copied_comes_before_workloads_and_no_environment_may_bring_a_store() {
    let spec = format!(
        "{}delivery: {{gitops: {{tool: argocd, repository: \"https://git.example.com/shop.git\"}}}}\n",
        fixture::external()
    );
    let plan = fixture::plan(&spec);
    let all = applications(&plan);
    let wave = |wanted: &str| {
        let (_, one) = all.iter().find(|(_, one)| name(one) == wanted).expect(wanted);
        let wave = at(one, &["metadata", "annotations", names::SYNC_WAVE_ANNOTATION]);
        wave.and_then(Data::as_text).expect("a wave").parse::<i64>().expect("a number")
    };
    assert!(wave("shop-cluster-main-external-secrets") < wave("shop-cluster-main-secrets"));
    assert!(wave("shop-cluster-main-secrets") < wave("shop-production"));
    // Automated environments have waves of their own, in which the environment's objects come before services.
    assert!(wave("shop-staging-environment") < wave("shop-staging-api"));
    assert!(
        !all.iter().any(|(_, one)| name(one).ends_with("staging-secrets")),
        "there is no file to look for"
    );
    let projects = Argocd.emit(&plan).get("argocd/main/projects.yaml").expect("projects").text().into_owned();
    assert_eq!(projects.matches("kind: SecretStore\n").count(), plan.environments.len(), "{projects}");
}
