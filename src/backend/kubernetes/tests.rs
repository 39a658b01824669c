//! What must hold for the objects, whatever the spec.

use serde_json::Value;

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
fn a_job_is_complete_and_its_pod_may_do_as_little_as_that_of_a_service() {
    let plan = fixture::plan(fixture::SMALL);
    let all = objects(&plan, &plan.environments["production"]);
    insta::assert_snapshot!(text(find(&all, "CronJob", "report")));
    let policy = text(find(&all, "NetworkPolicy", "report"));
    assert!(policy.contains("app.kubernetes.io/component: job") && policy.contains("port: 9000"), "{policy}");
    let called = text(find(&all, "NetworkPolicy", "worker"));
    assert!(called.contains("app.kubernetes.io/name: report"), "its callers may come in: {called}");
    assert!(text(find(&all, "ServiceAccount", "report")).contains("automountServiceAccountToken: false"));
}

#[test]
fn a_dump_is_read_again_before_it_is_uploaded_and_restored_on_another_day() {
    let plan = fixture::plan(fixture::SMALL);
    let all = objects(&plan, &plan.environments["production"]);
    insta::assert_snapshot!(text(find(&all, "CronJob", "ledger-dump")));
    insta::assert_snapshot!(text(find(&all, "CronJob", "ledger-dump-test")));
    let taking = text(find(&all, "NetworkPolicy", "ledger-dump"));
    let testing = text(find(&all, "NetworkPolicy", "ledger-dump-test"));
    assert!(taking.contains("endPort: 65535") && !testing.contains("endPort"), "a test reaches no database");
}

#[test]
fn a_job_without_schedule_waits_for_people_and_runs_on_the_nodes_of_its_pool() {
    let plan = fixture::plan(fixture::SMALL);
    let all = objects(&plan, &plan.environments["production"]);
    let job = text(find(&all, "CronJob", "tune"));
    for part in [
        "  suspend: true\n",
        "startingDeadlineSeconds: 3600\n",
        "concurrencyPolicy: Replace",
        "priorityClassName: low",
        "key: nvidia.com/gpu",
    ] {
        assert!(job.contains(part), "{part}: {job}");
    }
    assert!(job.contains("platc.dev/pool: inference"), "{job}");
}

#[test]
fn whoever_asks_for_the_newest_restorable_point_reaches_the_provider_and_no_database() {
    let plan = fixture::plan(include_str!("../../../examples/prognetwork/platform.yaml"));
    let all = objects(&plan, &plan.environments["production"]);
    let deployment = text(find(&all, "Deployment", "prog-restorable"));
    for part in
        ["value: prog-production-prog\n", "value: us-east-1\n", "automountServiceAccountToken: false\n"]
    {
        assert!(deployment.contains(part), "{part}: {deployment}");
    }
    assert_eq!(deployment.matches("readOnlyRootFilesystem: true").count(), 2, "{deployment}");
    let monitor = text(find(&all, "ServiceMonitor", "prog-restorable"));
    assert!(monitor.contains("targetLabel: database\n          replacement: prog\n"), "{monitor}");
    insta::assert_snapshot!(text(find(&all, "NetworkPolicy", "prog-restorable")));
    // A copy has nothing that could be restored: its original has.
    let standby = plan.environments.values().find(|it| it.stands_in.is_some()).expect("one stands in");
    let names = |kind: &str, environment| {
        let all = objects(&plan, environment);
        all.iter().filter(|it| it.api.kind == kind && text(it).contains("-restorable")).count()
    };
    assert_eq!(names("Deployment", standby), 0);
    // Linode does not say the point.
    let plan = fixture::plan(fixture::SMALL);
    assert!(
        objects(&plan, &plan.environments["production"]).iter().all(|it| !text(it).contains("-restorable"))
    );
}

/// What stands in has copies that take no writes; dumps only read.
#[test]
fn jobs_wait_for_a_failover_where_something_stands_in_and_dumps_do_not() {
    let plan = fixture::plan(include_str!("../../../examples/prognetwork/platform.yaml"));
    let environment = plan.environments.values().find(|it| it.stands_in.is_some()).expect("one stands in");
    let all = objects(&plan, environment);
    let job = text(find(&all, "CronJob", "batch-jobs"));
    assert!(job.contains("  suspend: true\n") && job.contains("*/15 * * * *"), "{job}");
    assert!(!text(find(&all, "CronJob", "prog-dump")).contains("suspend"));
    let all = objects(&plan, &plan.environments["production"]);
    assert!(!text(find(&all, "CronJob", "batch-jobs")).contains("suspend"));
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
    for spec in [fixture::SMALL, GATEWAY, ROLLOUTS, include_str!("../../../examples/aiaas/platform.yaml")] {
        let plan = fixture::plan(spec);
        let model = Model::new(&plan);
        for environment in plan.environments.values() {
            for service in &environment.services {
                let objects = model.service(environment, service);
                let found: Vec<(&str, String)> =
                    objects.iter().map(|object| (object.api.kind, object.name().to_owned())).collect();
                assert_eq!(found, crate::unit::objects(&plan, environment, service), "{}", service.key);
            }
            for job in &environment.jobs {
                let objects = job::objects(model.scope(environment), job);
                let made: Vec<(&str, String)> =
                    objects.iter().map(|object| (object.api.kind, object.name().to_owned())).collect();
                assert_eq!(made, crate::unit::objects(&plan, environment, &job.pod), "{}", job.pod.key);
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

const ROLLOUTS: &str = include_str!("../../../examples/rollouts/platform.yaml");
const GATEWAY: &str = include_str!("../../../examples/gateway/platform.yaml");

#[test]
fn a_host_is_served_by_the_gateway_api_or_by_ingresses_and_never_by_both() {
    for (spec, ours, theirs) in [
        (GATEWAY.to_owned(), "HTTPRoute", "Ingress"),
        (GATEWAY.replace("controller: envoy-gateway", "controller: ingress-nginx"), "Ingress", "HTTPRoute"),
    ] {
        let plan = fixture::plan(&spec);
        for environment in plan.environments.values() {
            let all = objects(&plan, environment);
            assert!(all.iter().all(|object| object.api.kind != theirs), "{theirs}");
            for service in environment.services.iter().filter(|service| service.route.is_some()) {
                let host = &service.route.as_ref().expect("a route").host.value;
                assert!(text(find(&all, ours, &service.key)).contains(host), "{host}");
                let policy = text(find(&all, "NetworkPolicy", &service.key));
                let namespace = &plan.ingress.as_ref().expect("an ingress").namespace.value;
                assert!(policy.contains(&format!("kubernetes.io/metadata.name: {namespace}")), "{policy}");
            }
        }
    }
}

#[test]
fn services_of_one_host_share_its_listeners_and_its_certificate() {
    let plan = fixture::plan(GATEWAY);
    let all = objects(&plan, &plan.environments["production"]);
    let gateway = text(find(&all, "Gateway", names::GATEWAY));
    assert_eq!(gateway.matches("hostname: www.store.example.com").count(), 2, "{gateway}");
    assert!(text(find(&all, "HTTPRoute", "api")).contains("sectionName: https-web"));
    let certificates: Vec<_> = all.iter().filter(|object| object.api.kind == "Certificate").collect();
    assert_eq!(certificates.len(), 1);
    assert_eq!(certificates[0].name(), "web-tls");
}

/// Gateways of one class are merged: their listeners are told apart by port, protocol and host.
#[test]
fn no_listener_of_two_environments_is_the_same() {
    let plan = fixture::plan(GATEWAY);
    let mut hosts = Vec::new();
    for environment in plan.environments.values() {
        let all = objects(&plan, environment);
        let gateway = text(find(&all, "Gateway", names::GATEWAY));
        let mut own: Vec<String> =
            gateway.lines().filter(|line| line.contains("hostname: ")).map(str::to_owned).collect();
        own.dedup();
        hosts.extend(own);
    }
    let count = hosts.len();
    hosts.sort();
    hosts.dedup();
    assert!(count == hosts.len() && count == plan.environments.len(), "{hosts:?}");
}

#[test]
fn without_certificates_a_gateway_listens_for_http_only() {
    let spec = GATEWAY.replace("  tls: {issuer: letsencrypt, email: platform@store.example.com}\n", "");
    let plan = fixture::plan(&spec);
    let all = objects(&plan, &plan.environments["production"]);
    let gateway = text(find(&all, "Gateway", names::GATEWAY));
    assert!(gateway.contains("port: 80") && !gateway.contains("port: 443"), "{gateway}");
    assert!(all.iter().all(|object| object.name() != names::REDIRECT));
    assert!(text(find(&all, "HTTPRoute", "web")).contains("sectionName: http-web"));
}

#[test]
fn the_gateway_api_is_no_part_of_kubernetes() {
    let plan = fixture::plan(GATEWAY);
    let all = objects(&plan, &plan.environments["production"]);
    assert!(!find(&all, "HTTPRoute", "api").is_built_in());
    assert!(find(&all, "NetworkPolicy", "api").is_built_in());
}

#[test]
fn each_secret_that_pods_wait_for_is_copied_from_the_environments_own_part_of_the_manager() {
    let spec = fixture::external();
    let plan = fixture::plan(&spec);
    for environment in plan.environments.values() {
        let all = objects(&plan, environment);
        let copied: Vec<&str> =
            all.iter().filter(|one| one.api.kind == "ExternalSecret").map(Object::name).collect();
        let wanted: Vec<&str> = environment.secrets.iter().map(|secret| secret.name.as_str()).collect();
        assert_eq!(copied, wanted);
        let key = &environment.key;
        for secret in &environment.secrets {
            let object = text(find(&all, "ExternalSecret", &secret.name));
            let remote = format!("key: shop/{key}/{}\n", secret.name);
            assert_eq!(object.matches(&remote).count(), secret.keys.len(), "{object}");
            assert!(object.contains(&format!("name: shop-{key}\n")), "{object}");
            for name in &secret.keys {
                assert!(object.contains(&format!("property: {name}\n")), "{object}");
            }
        }
    }
    let sealed = fixture::plan(fixture::SMALL);
    assert!(sealed.clusters.values().all(|cluster| cluster_secrets(&sealed, cluster).is_empty()));
}

#[test]
fn a_namespace_has_one_store_and_one_policy_though_an_environment_lives_with_the_monitoring() {
    let spec = format!("{}observability: {{namespace: production}}\n", fixture::external());
    let plan = fixture::plan(&spec);
    let all = cluster_secrets(&plan, &plan.clusters["main"]);
    let of_kind =
        |kind: &str| all.iter().filter(|one| one.api.kind == kind).map(Object::name).collect::<Vec<_>>();
    for kind in ["ClusterSecretStore", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"] {
        assert_eq!(of_kind(kind), ["shop-production", "shop-staging"], "{kind}");
    }
    let policy = text(find(&all, "ValidatingAdmissionPolicy", "shop-production"));
    assert!(policy.contains("['shop/production/', 'shop/clusters/main/production/'].exists"), "{policy}");
    let policy = text(find(&all, "ValidatingAdmissionPolicy", "shop-staging"));
    assert!(policy.contains("['shop/staging/'].exists"), "{policy}");
}

#[test]
fn a_rewritten_path_makes_patterns_of_all_paths_of_its_host() {
    let plan = fixture::plan(ROLLOUTS);
    let production = objects(&plan, &plan.environments["production"]);
    let (api, site) = (text(find(&production, "Ingress", "api")), text(find(&production, "Ingress", "site")));
    assert!(api.contains("nginx.ingress.kubernetes.io/rewrite-target: /$2"), "{api}");
    assert!(api.contains("path: /api(/|$)(.*)"), "{api}");
    assert!(site.contains("path: /\n") && !site.contains("rewrite-target"), "{site}");
    for ingress in [&api, &site] {
        assert!(ingress.contains("pathType: ImplementationSpecific"), "{ingress}");
        assert!(ingress.contains("nginx.ingress.kubernetes.io/use-regex: \"true\""), "{ingress}");
    }
    let plan = fixture::plan(&ROLLOUTS.replace("    stripPrefix: true", "    stripPrefix: false"));
    let production = objects(&plan, &plan.environments["production"]);
    let api = text(find(&production, "Ingress", "api"));
    assert!(api.contains("path: /api\n") && api.contains("pathType: Prefix"), "{api}");
    assert!(!api.contains("use-regex"), "{api}");
}

#[test]
fn a_gateway_takes_the_prefix_off() {
    let spec = GATEWAY.replace("    path: /api ", "    stripPrefix: true\n    path: /api ");
    assert_ne!(spec, GATEWAY);
    let plan = fixture::plan(&spec);
    let route = text(find(&objects(&plan, &plan.environments["production"]), "HTTPRoute", "api"));
    assert!(route.contains("type: ReplacePrefixMatch") && route.contains("replacePrefixMatch: /"), "{route}");
}

#[test]
fn nothing_of_a_rollout_speaks_of_a_deployment_and_each_pod_is_scraped_once() {
    let plan = fixture::plan(ROLLOUTS);
    let environment = &plan.environments["production"];
    let model = Model::new(&plan);
    for service in environment.services.iter().filter(|service| service.is_rollout()) {
        let unit = model.service(environment, service);
        let all: String = unit.iter().map(text).collect();
        assert!(!all.contains("Deployment") && !all.contains("apps/v1"), "{all}");
        assert!(!all.contains("kind: ServiceMonitor"), "{all}");
        let scraped = unit.iter().filter(|object| object.api.kind == "PodMonitor").count();
        assert_eq!(scraped, usize::from(service.metrics.is_some()), "{}", service.key);
    }
}

#[test]
fn every_service_ingress_and_template_that_a_rollout_names_is_there() {
    let plan = fixture::plan(ROLLOUTS);
    let mut seen = 0;
    for environment in plan.environments.values() {
        let all = objects(&plan, environment);
        for rollout in all.iter().filter(|object| object.api.kind == "Rollout") {
            let rollout = text(rollout);
            for line in rollout.lines() {
                let Some((key, name)) = line.trim_start_matches([' ', '-']).split_once(": ") else {
                    continue;
                };
                let kind = match key {
                    "activeService" | "previewService" | "stableService" | "canaryService" => "Service",
                    "stableIngress" => "Ingress",
                    "templateName" => "AnalysisTemplate",
                    _ => continue,
                };
                let there = all.iter().any(|object| object.api.kind == kind && object.name() == name);
                assert!(there, "{kind} {name} is not there");
                seen += 1;
            }
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// The platform in AWS with a file system that two kinds of pods share.
fn with_files() -> String {
    fixture::AWS.replace(
        "services:\n  api: {",
        "fileSystems:\n  shared: {size: 20Gi, overrides: {staging: {size: 5Gi, user: 2000}}}\n\
         jobs:\n  report: {image: registry.example.com/report:1.0.0, volumes: {out: {fileSystem: shared, path: /out}}}\n\
         services:\n  api: {volumes: {tmp: {path: /tmp, size: 1Gi}, uploads: {fileSystem: shared, path: /var/uploads}}, ",
    )
}

#[test]
fn a_shared_file_system_is_claimed_once_and_the_driver_reads_its_id_and_nothing_else() {
    let plan = fixture::plan(&with_files());
    let production = &plan.environments["production"];
    let all = objects(&plan, production);
    let own: Vec<String> =
        all.iter().filter(|object| object.name() == "files-shared").map(text).collect::<Vec<_>>();
    insta::assert_snapshot!(own.join("---\n"));
    let class = of_cluster(&plan, &plan.clusters["production"])
        .into_iter()
        .flat_map(|family| family.objects)
        .find(|object| object.name() == "files.production.shared");
    insta::assert_snapshot!(text(&class.expect("a class")));
    assert_eq!(production.quota.storage.value, crate::units::Bytes(20 << 30), "claims count");
    let secret = production.secrets.iter().find(|secret| secret.name == "files-shared").expect("a secret");
    assert_eq!((secret.keys.as_slice(), secret.rotate.is_none()), (&["fileSystemId".to_owned()][..], true));
}

#[test]
fn pods_of_services_and_jobs_mount_the_same_claim_beside_space_of_their_own() {
    let plan = fixture::plan(&with_files());
    let all = objects(&plan, &plan.environments["production"]);
    let service = text(find(&all, "Deployment", "api"));
    assert!(service.contains("claimName: files-shared"), "{service}");
    assert!(service.contains("mountPath: /var/uploads") && service.contains("sizeLimit: 1Gi"), "{service}");
    let job = all.iter().find(|object| object.name() == "report" && object.api.kind.contains("Job"));
    let job = text(job.expect("a job"));
    assert!(job.contains("claimName: files-shared") && !job.contains("emptyDir"), "{job}");
}

#[test]
fn every_environment_has_a_file_system_and_a_class_of_its_own() {
    let plan = fixture::plan(&with_files());
    let classes: Vec<String> = plan
        .clusters
        .values()
        .flat_map(|cluster| of_cluster(&plan, cluster))
        .flat_map(|family| family.objects)
        .filter(|object| object.name().starts_with("files."))
        .map(|object| text(&object))
        .collect();
    assert_eq!(classes.len(), 2);
    assert!(classes[0].contains("staging/files-shared/fileSystemId") && classes[0].contains("uid: \"2000\""));
    assert!(
        classes[1].contains("production/files-shared/fileSystemId") && classes[1].contains("uid: \"10001\"")
    );
}

#[test]
fn an_object_has_the_label_of_the_team_that_answers_for_what_it_belongs_to_and_no_selector_has() {
    let mut plan = fixture::plan(fixture::SMALL);
    fixture::give(&mut plan, |kind, key| format!("{kind}-{key}-team"));
    let all = objects(&plan, &plan.environments["production"]);
    for (kind, name, owner) in [
        ("Deployment", "api", "service-api-team"),
        ("Service", "api", "service-api-team"),
        ("NetworkPolicy", "worker", "service-worker-team"),
        ("CronJob", "report", "cronjob-report-team"),
        ("RedisReplication", "shared", "cache-shared-team"),
        ("RabbitmqCluster", "events", "broker-events-team"),
        ("Deployment", "users-pooler", "database-users-team"),
        ("Namespace", "production", "-shop-team"),
    ] {
        let object = find(&all, kind, name);
        let labels =
            object.data.as_map().and_then(|it| it.get("metadata")?.as_map()?.get("labels")?.as_map());
        let label = labels.and_then(|labels| labels.get(names::OWNER_LABEL)?.as_text());
        assert_eq!(label, Some(owner), "{kind} {name}");
    }
    for object in &all {
        let value: Value = serde_yaml::from_str(&text(object)).expect("an object");
        let selectors = selectors(&value);
        assert!(!selectors.contains(names::OWNER_LABEL), "{}: {selectors}", object.name());
    }
}

/// All that selects something in an object, as text.
fn selectors(value: &Value) -> String {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| match key.as_str() {
                "matchLabels" | "selector" | "podSelector" => value.to_string(),
                _ => selectors(value),
            })
            .collect(),
        Value::Array(items) => items.iter().map(selectors).collect(),
        _ => String::new(),
    }
}
