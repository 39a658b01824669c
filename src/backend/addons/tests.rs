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

fn files() -> FileTree {
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
                .is_some_and(|text| text.contains("\"metrics\" in provided"))
        })
    };
    let provides =
        |addon: &&addon::Addon| addon.definition.provides.iter().any(|what| &*what.value.0 == "metrics");
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
