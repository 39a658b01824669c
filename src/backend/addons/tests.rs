use std::collections::BTreeMap;

use serde::Deserialize as _;

use super::*;
use crate::addon;
use crate::backend::fixture;

/// `SMALL` with every add-on of the catalogue.
fn everything() -> Plan {
    let mut spec = fixture::SMALL.to_owned();
    spec.push_str("addons:\n");
    for addon in addon::all() {
        spec.extend(["  ", addon.name, ": {}\n"]);
    }
    fixture::plan(&spec)
}

fn files() -> FileTree<'static> {
    Addons.emit(&everything())
}

#[test]
fn every_template_of_every_add_on_can_be_filled() {
    let tree = files();
    assert!(tree.check().is_empty(), "{:?}", tree.check());
    for addon in addon::all().iter().filter(|addon| addon.definition.chart.is_some()) {
        assert!(tree.get(&format!("helm/addons/{}/values.yaml", addon.name)).is_some(), "{}", addon.name);
    }
}

#[test]
fn values_have_only_keys_that_the_chart_has() {
    let tree = files();
    for addon in addon::all() {
        let Some(keys) = addon.keys() else { continue };
        for (path, file) in tree.iter() {
            let Some(name) = path.strip_prefix(&format!("helm/addons/{}/values", addon.name)) else {
                continue;
            };
            let values: serde_yaml::Value = serde_yaml::from_str(&file.text()).expect("YAML");
            let mut wrong = Vec::new();
            visit(&values, &mut Vec::new(), &mut |path, is_map| {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                if let Err((depth, misfit)) = keys.check(&path, is_map) {
                    wrong.push(format!("{} at {depth}: {misfit:?}", path.join(".")));
                }
            });
            assert!(wrong.is_empty(), "{}{name}: {wrong:#?}", addon.name);
        }
    }
}

/// The paths of all keys, each with whether a map is there.
fn visit(value: &serde_yaml::Value, path: &mut Vec<String>, look: &mut impl FnMut(&[String], bool)) {
    let Some(map) = value.as_mapping() else { return };
    for (key, below) in map {
        path.push(key.as_str().expect("a text as key").to_owned());
        look(path, below.is_mapping() && !below.as_mapping().expect("a map").is_empty());
        visit(below, path, look);
        path.pop();
    }
}

#[test]
fn what_the_spec_says_stands_in_a_file_of_its_own_that_comes_last() {
    let spec = format!("{}addons:\n  metrics-server: {{values: {{replicas: 3}}}}\n", fixture::SMALL);
    let plan = fixture::plan(&spec);
    let tree = Addons.emit(&plan);
    let text = tree.get("helm/addons/metrics-server/values-user.yaml").expect("the file").text().into_owned();
    assert!(text.ends_with("replicas: 3\n"), "{text}");
    let cluster = &plan.clusters["main"];
    let addon = cluster.provider_of("resource-metrics").expect("metrics-server");
    assert_eq!(
        values_files(&plan, cluster, addon).last().expect("files"),
        "helm/addons/metrics-server/values-user.yaml"
    );
}

#[test]
fn every_file_that_a_release_names_is_there() {
    let plan = everything();
    let tree = Addons.emit(&plan);
    for cluster in plan.clusters.values() {
        for addon in &cluster.addons {
            if matches!(addon.source, AddonSource::Chart { .. }) {
                for file in values_files(&plan, cluster, addon) {
                    assert!(tree.get(&file).is_some(), "{file}");
                }
            }
            if let Some(directory) = own_kustomization(&plan, cluster, addon) {
                assert!(tree.get(&format!("{directory}/kustomization.yaml")).is_some(), "{directory}");
            }
        }
    }
}

/// `SMALL` with logs of each environment apart, and traces.
fn observed() -> Plan {
    fixture::plan(&format!(
        "{}observability: {{logs: {{tenants: environment, keep: 30d}}, traces: {{keep: 3d}}}}\n",
        fixture::SMALL
    ))
}

fn values(tree: &FileTree<'_>, path: &str) -> serde_yaml::Value {
    serde_yaml::from_str(&tree.get(path).expect(path).text()).expect("YAML")
}

#[test]
fn the_logs_of_each_environment_are_a_tenant_that_they_are_sent_to_and_kept_by() {
    let plan = observed();
    let tree = Addons.emit(&plan);
    let loki = values(&tree, "helm/addons/loki/values.yaml");
    let agent = values(&tree, "helm/addons/opentelemetry-collector-logs/values-main.yaml");
    for environment in plan.environments.values() {
        let (key, namespace) = (environment.key.as_str(), &environment.namespace.value);
        assert_eq!(loki["loki"]["runtimeConfig"]["overrides"][key]["retention_period"], "720h", "{key}");
        let config = &agent["config"];
        let pipeline = &config["service"]["pipelines"][format!("logs/{key}")];
        assert_eq!(pipeline["receivers"][0], format!("filelog/{namespace}").as_str());
        let exporter = &config["exporters"][pipeline["exporters"][0].as_str().expect("an exporter")];
        assert_eq!(exporter["headers"]["X-Scope-OrgID"], key);
        let read = &config["receivers"][format!("filelog/{namespace}")]["include"][0];
        let left_out = config["receivers"]["filelog/elsewhere"]["exclude"].as_sequence().expect("a list");
        assert!(left_out.contains(read), "{key} would be sent twice");
    }
}

#[test]
fn grafana_reads_each_tenant_and_the_traces() {
    let tree = Addons.emit(&observed());
    let values = values(&tree, "helm/addons/kube-prometheus-stack/values-main.yaml");
    let sources = values["grafana"]["additionalDataSources"].as_sequence().expect("a list");
    let names: Vec<_> = sources.iter().filter_map(|source| source["name"].as_str()).collect();
    assert!(names.contains(&"Loki platform") && names.contains(&"Tempo"), "{names:?}");
    assert_eq!(names.len(), observed().environments.len() + 2);
}

/// `SMALL` with logs in Elasticsearch, those of each environment for its own readers.
fn searched() -> Plan {
    fixture::plan(&format!(
        "{}observability: {{logs: {{store: elasticsearch, tenants: environment, keep: {{default: 14d, production: 90d}}}}}}\n",
        fixture::SMALL
    ))
}

const STACK: &str = "kustomize/clusters/main/eck-operator/objects.yaml";

/// The objects of a file by kind.
fn objects(tree: &FileTree<'_>, path: &str) -> BTreeMap<String, serde_yaml::Value> {
    let text = tree.get(path).expect(path).text().into_owned();
    let documents = serde_yaml::Deserializer::from_str(&text);
    let values = documents.map(|one| serde_yaml::Value::deserialize(one).expect("YAML"));
    values.map(|object| (object["kind"].as_str().expect("a kind").to_owned(), object)).collect()
}

#[test]
fn elasticsearch_takes_the_place_of_loki_and_its_agent() {
    let plan = searched();
    let keys: Vec<&str> = plan.clusters["main"].addons.iter().map(|addon| addon.key.as_str()).collect();
    assert!(keys.contains(&"eck-operator"), "{keys:?}");
    assert!(!keys.contains(&"loki") && !keys.contains(&"opentelemetry-collector-logs"), "{keys:?}");
    let tree = Addons.emit(&plan);
    let text = tree.get("helm/addons/kube-prometheus-stack/values-main.yaml").expect("values").text();
    assert!(!text.contains("Loki"), "Grafana would ask for a Loki that is not there");
}

#[test]
fn a_need_for_a_store_of_logs_is_met_by_loki_unless_elasticsearch_is_chosen() {
    let spec = format!("{}addons: {{opentelemetry-collector-logs: {{}}}}\n", fixture::SMALL);
    let plan = fixture::plan(&spec);
    let keys: Vec<&str> = plan.clusters["main"].addons.iter().map(|addon| addon.key.as_str()).collect();
    assert!(keys.contains(&"loki") && !keys.contains(&"eck-operator"), "{keys:?}");
}

#[test]
fn each_environment_has_a_stream_that_is_filled_kept_and_read_apart() {
    let plan = searched();
    let tree = Addons.emit(&plan);
    let objects = objects(&tree, STACK);
    let inputs = objects["Beat"]["spec"]["config"]["filebeat.inputs"].as_sequence().expect("inputs");
    let streams = objects["ConfigMap"]["data"]["streams"].as_str().expect("streams");
    let elsewhere = &inputs.last().expect("an input")["prospector.scanner.exclude_files"];
    for environment in plan.environments.values() {
        let namespace = &environment.namespace.value;
        let stream = names::log_stream(&environment.key);
        let input = inputs.iter().find(|input| input["index"] == stream.as_str()).expect("an input");
        assert_eq!(input["paths"][0], format!("/var/log/pods/{namespace}_*/*/*.log").as_str());
        let kept = if environment.key == "production" { "2160h" } else { "336h" };
        assert!(streams.lines().any(|line| line == format!("{stream} {kept}")), "{streams}");
        let left_out = format!("^/var/log/pods/{namespace}_");
        let excluded = elsewhere.as_sequence().expect("a list").iter().any(|one| one == left_out.as_str());
        assert!(excluded, "{} would be sent twice", environment.key);
    }
    assert_eq!(
        streams.lines().count(),
        plan.environments.len() + 1,
        "what belongs to no environment has a stream too"
    );
    let env = &objects["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["env"];
    let roles = env.as_sequence().expect("a list").iter().find(|one| one["name"] == "ROLES").expect("ROLES");
    assert_eq!(roles["value"], "true");
}

#[test]
fn elasticsearch_has_three_nodes_where_production_runs_and_else_one() {
    let nodes = |plan: &Plan| {
        let objects = objects(&Addons.emit(plan), STACK);
        let set = &objects["Elasticsearch"]["spec"]["nodeSets"][0];
        let claim = &set["volumeClaimTemplates"][0];
        assert_eq!(claim["metadata"]["name"], "elasticsearch-data", "the operator knows it by this name");
        assert_eq!(claim["spec"]["storageClassName"], plan.clusters["main"].storage_class.value.as_str());
        set["count"].as_i64().expect("a number")
    };
    let mut plan = searched();
    assert!(plan.environments.values().any(crate::plan::Environment::is_production));
    assert_eq!(nodes(&plan), 3);
    plan.environments.retain(|_, environment| !environment.is_production());
    assert_eq!(nodes(&plan), 1);
}

#[test]
fn the_stack_is_the_newest_that_the_catalogue_knows() {
    let version = crate::catalog::images::ELASTIC_STACK;
    let newest = &crate::catalog::cycles("elasticsearch")[0];
    assert_eq!(newest.latest, version);
    assert_eq!(crate::catalog::eol("elasticsearch", version), Some(newest));
    assert!(crate::catalog::images::ELASTICSEARCH.ends_with(&format!(":{version}")));
}

#[test]
fn alerts_about_services_come_from_one_rule_only() {
    let plan = fixture::plan(fixture::SMALL);
    let tree = Addons.emit(&plan);
    let values = values(&tree, "helm/addons/kube-prometheus-stack/values-main.yaml");
    let dropped = values["prometheus"]["prometheusSpec"]["additionalAlertRelabelConfigs"]
        .as_sequence()
        .expect("a list");
    for environment in plan.environments.values() {
        for service in &environment.services {
            let regex = dropped[0]["regex"].as_str().expect("a text");
            assert!(
                regex.contains(&*environment.namespace.value) && regex.contains(&*service.key),
                "{regex}"
            );
        }
    }
}

#[test]
fn a_secret_that_an_add_on_needs_stands_in_its_values_and_among_what_is_sealed() {
    let plan = everything();
    for addon in addon::all() {
        for secret in addon.definition.secrets.iter().flat_map(|secrets| secrets.entries.keys()) {
            let text = templates::text(&templates::of_addon(addon.name, "values.yaml.j2")).expect("values");
            assert!(text.contains(secret.as_str()), "{}: {secret}", addon.name);
            let sealed = plan.clusters.values().flat_map(|cluster| &cluster.secrets);
            assert!(sealed.into_iter().any(|sealed| sealed.name == *secret), "{secret}");
        }
    }
}

#[test]
fn volumes_of_environments_that_have_some_are_copied_and_no_secret_is() {
    let spec = format!(
        "{}dr: {{backups: {{every: 6h, bucket: volume-backups}}}}\n",
        fixture::SMALL.replace("buckets:\n", "buckets:\n  volume-backups: {scope: platform}\n")
    );
    let plan = fixture::plan(&spec);
    let tree = Addons.emit(&plan);
    let values = values(&tree, "helm/addons/velero/values-main.yaml");
    let place = &values["configuration"]["backupStorageLocation"][0];
    assert_eq!(place["bucket"], plan.backups.as_ref().expect("backups").name.as_str());
    // Linode refuses the checksums that the plug-in sends unless it is told to send none.
    assert_eq!(place["config"]["checksumAlgorithm"], "");
    let schedules = values["schedules"].as_mapping().expect("schedules");
    for environment in plan.environments.values() {
        let schedule = schedules.get(environment.key.as_str());
        assert_eq!(schedule.is_some(), environment.has_volumes(), "{}", environment.key);
        if let Some(schedule) = schedule {
            assert_eq!(schedule["schedule"], "0 */6 * * *");
            assert_eq!(schedule["template"]["ttl"], "336h");
            assert_eq!(schedule["template"]["includedNamespaces"][0], environment.namespace.value.as_str());
            assert_eq!(schedule["template"]["excludedNamespaceScopedResources"][0], "secrets");
        }
    }
    assert!(!schedules.is_empty(), "an environment with volumes");
}

#[test]
fn the_secret_of_the_backups_has_the_name_that_its_page_goes_by() {
    let velero = addon::find("velero").expect("an add-on");
    let (_, secret) = velero
        .definition
        .secrets
        .as_ref()
        .and_then(|s| s.entries.get(names::BACKUP_CREDENTIALS))
        .expect("it");
    assert_eq!(secret.keys[0].value.0, names::BACKUP_CREDENTIALS_KEY);
    assert!(velero.definition.provides.iter().any(|what| what.value.0 == names::VOLUME_BACKUPS));
}

const GATEWAY: &str = include_str!("../../../examples/gateway/platform.yaml");

#[test]
fn a_load_balancer_has_the_firewall_that_the_spec_names_and_no_other() {
    let id = "linode-loadbalancer-firewall-id: \"123456\"";
    let objects = |spec: &str| {
        let tree = Addons.emit(&fixture::plan(spec));
        tree.get("kustomize/clusters/main/envoy-gateway/objects.yaml").expect("objects").text().into_owned()
    };
    assert!(objects(GATEWAY).contains(id));
    let without = GATEWAY.replace("ingressFirewall: 123456 ", "");
    assert!(!objects(&without).contains("firewall-id"));
}

/// ingress-nginx would refuse what kube-proxy leads past the load balancer, cert-manager's own requests among it.
#[test]
fn only_proxies_that_also_take_requests_without_it_get_the_proxy_protocol() {
    let word = "linode-loadbalancer-default-proxy-protocol";
    for (controller, file, is_proxied) in [
        ("envoy-gateway", "kustomize/clusters/main/envoy-gateway/objects.yaml", true),
        ("ingress-nginx", "helm/addons/ingress-nginx/values-main.yaml", false),
    ] {
        let spec = GATEWAY.replace("controller: envoy-gateway", &format!("controller: {controller}"));
        let tree = Addons.emit(&fixture::plan(&spec));
        assert_eq!(tree.get(file).expect("the file").text().contains(word), is_proxied, "{controller}");
    }
}

/// A resource of the Prometheus operator stands only where an add-on provides its definition, and comes after it.
#[test]
fn monitors_of_add_ons_come_after_what_defines_them() {
    let watched = |addon: &addon::Addon| {
        ["values.yaml.j2", "objects.yaml.j2"].iter().any(|file| {
            templates::text(&templates::of_addon(addon.name, file))
                .is_some_and(|text| text.contains("\"monitoring-definitions\" in provided"))
        })
    };
    let provides = |addon: &&addon::Addon| {
        addon.definition.provides.iter().any(|what| &*what.value.0 == "monitoring-definitions")
    };
    for addon in addon::all().iter().filter(|addon| watched(addon)) {
        // Its chart leaves monitors out until they are defined, so that it can bring the rest in.
        if addon.name == "argo-cd" {
            continue;
        }
        for other in addon::all().iter().filter(provides) {
            let (before, after) = (other.definition.wave.value.0, addon.definition.wave.value.0);
            assert!(before < after, "{} is watched by {}, which comes later", addon.name, other.name);
        }
    }
}

#[test]
fn whoever_has_prometheus_has_the_kinds_of_its_operator() {
    let spec = format!("{}addons: {{kube-prometheus-stack: {{install: elsewhere}}}}\n", fixture::SMALL);
    let plan = fixture::plan(&spec);
    let tree = Addons.emit(&plan);
    for addon in ["kube-prometheus-stack", "prometheus-operator-crds"] {
        assert!(!tree.has_below(&format!("helm/addons/{addon}")), "{addon} is installed elsewhere");
    }
    let nginx = tree.get("helm/addons/ingress-nginx/values.yaml").expect("values").text().into_owned();
    assert!(nginx.contains("serviceMonitor:"), "it is watched all the same");
}

#[test]
fn the_chart_of_prometheus_bears_the_labels_that_prometheus_selects_by() {
    let file = "helm/addons/kube-prometheus-stack/values.yaml";
    let labels = |spec: &str| values(&Addons.emit(&fixture::plan(spec)), file)["commonLabels"].clone();
    assert_eq!(labels(fixture::SMALL), serde_yaml::Value::Null, "the label `release` is the release's own");
    let own = format!("{}observability: {{selector: {{team: web}}}}\n", fixture::SMALL);
    assert_eq!(labels(&own)["team"], "web");
}

/// A platform in AWS, and its add-ons.
fn aws() -> (Plan, FileTree<'static>) {
    let plan = fixture::plan(fixture::AWS);
    let tree = Addons.emit(&plan);
    (plan, tree)
}

#[test]
fn a_cloud_whose_clusters_do_neither_gets_an_autoscaler_of_nodes_and_a_maker_of_load_balancers() {
    let (plan, _) = aws();
    for cluster in plan.clusters.values() {
        for what in ["node-autoscaling", "load-balancers"] {
            assert!(cluster.provider_of(what).is_some(), "{}: {what}", cluster.key);
        }
    }
    let linode = fixture::plan(fixture::SMALL);
    for what in ["node-autoscaling", "load-balancers"] {
        assert!(linode.clusters["main"].provider_of(what).is_none(), "{what}");
    }
}

#[test]
fn the_load_balancer_is_made_before_what_waits_for_it() {
    let (plan, _) = aws();
    let wave = |what| plan.clusters["production"].provider_of(what).map(|addon| addon.wave);
    assert!(wave("load-balancers") < wave("ingress"));
}

#[test]
fn a_cluster_on_aws_has_one_name_everywhere() {
    use crate::provider::{self, root::Value};
    let (plan, tree) = aws();
    let roots = provider::roots(&plan);
    for cluster in plan.clusters.values() {
        let name = cluster.name.value.as_str();
        let autoscaler =
            values(&tree, &format!("helm/addons/cluster-autoscaler/values-{}.yaml", cluster.key));
        assert_eq!(autoscaler["autoDiscovery"]["clusterName"], name);
        let balancers =
            values(&tree, &format!("helm/addons/aws-load-balancer-controller/values-{}.yaml", cluster.key));
        assert_eq!(balancers["clusterName"], name);
        assert_eq!(balancers["vpcTags"]["Name"], name);
        let command = provider::of(cluster.provider.value).kubeconfig_command(cluster).expect("a command");
        assert!(command.split(' ').any(|word| word == name), "{command}");
        let path = provider::cluster_path(&plan, cluster);
        let root = roots.iter().find(|root| root.path == path).expect("a root");
        for module in ["aws/cluster", "aws/network"] {
            let call = root.modules.iter().find(|call| call.module == module).expect("a call");
            assert!(call.arguments.contains(&("name", Value::text(name))), "{module}");
        }
    }
}

#[test]
fn a_role_is_tied_to_the_service_account_that_the_values_name() {
    use crate::provider::{self, root::Value};
    let (plan, tree) = aws();
    let roots = provider::roots(&plan);
    for (key, path) in [
        ("cluster-autoscaler", &["rbac", "serviceAccount", "name"][..]),
        ("aws-load-balancer-controller", &["serviceAccount", "name"]),
    ] {
        let values = values(&tree, &format!("helm/addons/{key}/values.yaml"));
        let name = path.iter().fold(&values, |value, key| &value[*key]).as_str().expect("a name").to_owned();
        let addon = plan.clusters["production"].addons.iter().find(|addon| addon.key == key).expect("there");
        let account =
            Value::map([("namespace", Value::text(&addon.namespace.value)), ("name", Value::text(name))]);
        let calls = roots.iter().flat_map(|root| &root.modules);
        assert_eq!(
            calls.filter(|call| call.arguments.contains(&("service_account", account.clone()))).count(),
            2
        );
    }
}

#[test]
fn volumes_outlive_their_claims_where_the_cloud_brings_no_such_class() {
    let (plan, tree) = aws();
    for cluster in plan.clusters.values() {
        let directory = directory(&plan, cluster);
        let class = values(&tree, &format!("{directory}/storage.yaml"));
        assert_eq!(class["metadata"]["name"], cluster.storage_class.value.as_str());
        assert_eq!(class["reclaimPolicy"], "Retain");
        assert_eq!(class["parameters"]["encrypted"], "true");
        let kustomization = values(&tree, &format!("{directory}/kustomization.yaml"));
        assert!(kustomization["resources"].as_sequence().expect("a list").contains(&"storage.yaml".into()));
    }
    assert!(
        Addons.emit(&fixture::plan(fixture::SMALL)).iter().all(|(path, _)| !path.ends_with("storage.yaml"))
    );
}

/// The platform in AWS with a firewall in front of its hosts.
fn guarded() -> Plan {
    let guard = "waf: {rateLimit: 1500}, dns: route53";
    fixture::plan(&fixture::AWS.replace("tls: {issuer: letsencrypt, email: ops@example.com}", guard))
}

#[test]
fn behind_a_firewall_hosts_have_one_load_balancer_that_ends_tls_and_asks_the_web_acl() {
    use crate::provider::{self, root::Value};
    let plan = guarded();
    let tree = Addons.emit(&plan);
    let front = values(&tree, "kustomize/clusters/production/ingress-nginx/objects.yaml");
    let annotation =
        |name: &str| front["metadata"]["annotations"][format!("alb.ingress.kubernetes.io/{name}")].clone();
    let ports: Vec<BTreeMap<String, u16>> =
        serde_yaml::from_str(annotation("listen-ports").as_str().expect("text")).expect("JSON");
    assert_eq!(ports.iter().flat_map(BTreeMap::keys).collect::<Vec<_>>(), ["HTTP", "HTTPS"]);
    let hosts = front["spec"]["tls"][0]["hosts"].as_sequence().expect("hosts");
    assert_eq!(hosts.len(), 1);
    // The name of the web ACL is the one that Terraform gives it, with the limit of the spec.
    let roots = provider::roots(&plan);
    let root = roots.iter().find(|root| root.path == "environments/production").expect("a root");
    let acl = root.modules.iter().find(|call| call.module == "aws/waf").expect("a web ACL");
    let name = annotation("wafv2-acl-name").as_str().expect("a name").to_owned();
    assert!(acl.arguments.contains(&("name", Value::text(name))));
    assert!(acl.arguments.contains(&("rate_limit", Value::Int(1500))));
    // Every host has a certificate.
    let certificates = root.modules.iter().filter(|call| call.module == "aws/certificate");
    let domains: Vec<_> =
        certificates.flat_map(|call| &call.arguments).filter(|it| it.0 == "domain").collect();
    assert_eq!(domains, [&("domain", Value::text(hosts[0].as_str().expect("a host")))]);
}

#[test]
fn behind_a_firewall_the_controller_has_no_load_balancer_and_believes_the_one_in_front() {
    let tree = Addons.emit(&guarded());
    let own = values(&tree, "helm/addons/ingress-nginx/values-production.yaml");
    assert_eq!(own["controller"]["service"]["type"], "ClusterIP");
    assert_eq!(own["controller"]["service"]["externalTrafficPolicy"], "");
    assert_eq!(own["controller"]["config"]["use-forwarded-headers"], "true");
    let (_, open) = aws();
    let own = values(&open, "helm/addons/ingress-nginx/values-production.yaml");
    assert!(own["controller"]["config"].is_null(), "whoever asks could say who they are");
    assert!(open.iter().all(|(path, _)| !path.contains("ingress-nginx/objects")));
}

#[test]
fn behind_a_firewall_nothing_in_the_cluster_signs_certificates() {
    let plan = guarded();
    assert!(plan.clusters.values().all(|cluster| cluster.provider_of("certificates").is_none()));
    for environment in plan.environments.values() {
        for object in kubernetes::objects(&plan, environment) {
            assert_ne!(object.api.kind, "Issuer");
            assert!(object.api.kind != "Ingress" || !format!("{:?}", object.data).contains("tls"));
        }
    }
}
