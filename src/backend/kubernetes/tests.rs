//! What must hold for the objects, whatever the spec.

use super::*;
use crate::backend::fixture;

fn text(object: &Object<'_>) -> String {
    let mut text = String::new();
    crate::format::yaml::document(&object.data, &mut text);
    text
}

fn find<'o, 'a>(objects: &'o [Object<'a>], kind: &str, name: &str) -> &'o Object<'a> {
    objects.iter().find(|object| object.api.kind == kind && object.name() == name).expect(name)
}

#[test]
fn an_autoscaler_and_a_fixed_number_of_pods_exclude_each_other() {
    let plan = fixture::plan(fixture::SMALL);
    for environment in plan.environments.values() {
        let all = objects(&plan, environment);
        for deployment in all.iter().filter(|object| object.api == pod::DEPLOYMENT) {
            let scaled = all.iter().any(|object| {
                object.api.kind == "HorizontalPodAutoscaler" && object.name() == deployment.name()
            });
            assert_ne!(scaled, text(deployment).contains("\n  replicas:"), "{}", deployment.name());
        }
    }
}

#[test]
fn an_edge_to_another_environment_opens_both_ends() {
    let plan = fixture::plan(fixture::SMALL);
    let staging = objects(&plan, &plan.environments["staging"]);
    let production = objects(&plan, &plan.environments["production"]);
    let leaving = text(find(&staging, "NetworkPolicy", "worker"));
    assert!(leaving.contains("kubernetes.io/metadata.name: production"), "{leaving}");
    let arriving = text(find(&production, "NetworkPolicy", "model"));
    assert!(arriving.contains("kubernetes.io/metadata.name: staging"), "{arriving}");
    assert!(!arriving.contains("kubernetes.io/metadata.name: production"), "same namespace: {arriving}");
}

#[test]
fn secrets_are_files_unless_the_spec_wants_variables() {
    let plan = fixture::plan(fixture::SMALL);
    let all = objects(&plan, &plan.environments["production"]);
    let deployment = text(find(&all, "Deployment", "api"));
    assert_eq!(deployment.matches("secretKeyRef").count(), 1, "{deployment}");
    assert!(deployment.contains("value: /etc/platc/secrets/database-users/url"), "{deployment}");
    assert!(!deployment.contains("secretName: database-ledger"), "{deployment}");
}

#[test]
fn gpus_are_requested_and_limited_alike_on_nodes_that_have_them() {
    let plan = fixture::plan(fixture::SMALL);
    let all = objects(&plan, &plan.environments["production"]);
    let deployment = text(find(&all, "Deployment", "model"));
    assert_eq!(deployment.matches("nvidia.com/gpu: \"1\"").count(), 2, "{deployment}");
    assert!(deployment.contains("platc.dev/pool: inference"), "{deployment}");
    assert!(deployment.contains("key: nvidia.com/gpu"), "{deployment}");
}

#[test]
fn a_start_may_take_as_long_as_the_spec_says() {
    let plan = fixture::plan(fixture::SMALL);
    let all = objects(&plan, &plan.environments["staging"]);
    let deployment = text(find(&all, "Deployment", "worker"));
    assert!(deployment.contains("failureThreshold: 180"), "900 s in tries of 5 s: {deployment}");
    assert!(deployment.contains("progressDeadlineSeconds: 1500"), "{deployment}");
}

#[test]
fn accounts_at_a_broker_have_no_more_rights_than_their_service_needs() {
    let plan = fixture::plan(fixture::SMALL);
    let all = objects(&plan, &plan.environments["production"]);
    let publisher = text(find(&all, "Permission", "events-api"));
    assert!(publisher.contains("write: ^(usage)$") && publisher.contains("read: ^$"), "{publisher}");
    let consumer = text(find(&all, "Permission", "events-worker"));
    assert!(consumer.contains("read: ^(usage)$") && consumer.contains("write: ^$"), "{consumer}");
}

#[test]
fn only_production_gets_certificates_that_browsers_trust() {
    let plan = fixture::plan(fixture::SMALL);
    for (name, staging) in [("staging", true), ("production", false)] {
        let all = objects(&plan, &plan.environments[name]);
        assert_eq!(text(find(&all, "Issuer", "letsencrypt")).contains("acme-staging"), staging, "{name}");
    }
}

#[test]
fn names_are_unique_within_a_kind() {
    let plan = fixture::plan(fixture::SMALL);
    for environment in plan.environments.values() {
        let all = objects(&plan, environment);
        let mut names: Vec<_> = all.iter().map(|object| (object.api, object.name())).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}

#[test]
fn without_isolation_there_are_no_policies() {
    let spec =
        fixture::SMALL.replace("kubernetes: \"1.35\"}", "kubernetes: \"1.35\", network: {policy: open}}");
    let plan = fixture::plan(&spec);
    for environment in plan.environments.values() {
        assert!(objects(&plan, environment).iter().all(|object| object.api.kind != "NetworkPolicy"));
    }
}

#[test]
fn checks_know_the_objects_of_every_service() {
    for spec in [fixture::SMALL, include_str!("../../../examples/aiaas/platform.yaml")] {
        let plan = fixture::plan(spec);
        let model = Model::new(&plan);
        for environment in plan.environments.values() {
            for service in &environment.services {
                let objects = model.service(environment, service);
                let kinds: Vec<&str> = objects.iter().map(|object| object.api.kind).collect();
                assert_eq!(kinds, crate::unit::kinds(&plan, environment, service), "{}", service.key);
                assert!(objects.iter().all(|object| object.name() == service.key));
            }
        }
    }
}

#[test]
fn patches_merge_by_layers_and_an_override_can_remove_a_field_or_withdraw_a_patch() {
    let spec = fixture::SMALL.replace(
        "    overrides: {production: {replicas: 3}}",
        "    patches:
      Deployment: {spec: {minReadySeconds: 5, revisionHistoryLimit: 9, paused: true}}
      Service: {spec: {type: null}}
    overrides:
      staging: {patches: {Deployment: {spec: {minReadySeconds: 7, revisionHistoryLimit: null}}}}
      production: {replicas: 3, patches: {Deployment: null}}",
    );
    assert_ne!(spec, fixture::SMALL);
    let plan = fixture::plan(&spec);
    let model = Model::new(&plan);
    let spec_of = |environment: &str, kind: &str| {
        let environment = &plan.environments[environment];
        let service =
            environment.services.iter().find(|service| service.key == "worker").expect("the service");
        text(find(&model.service(environment, service), kind, "worker"))
    };
    let staging = spec_of("staging", "Deployment");
    assert!(staging.contains("minReadySeconds: 7") && staging.contains("paused: true"), "{staging}");
    assert!(!staging.contains("revisionHistoryLimit"), "{staging}");
    let production = spec_of("production", "Deployment");
    assert!(!production.contains("minReadySeconds") && !production.contains("paused"), "{production}");
    assert!(production.contains("revisionHistoryLimit: 5"), "{production}");
    for environment in ["staging", "production"] {
        assert!(!spec_of(environment, "Service").contains("type:"));
    }
}
