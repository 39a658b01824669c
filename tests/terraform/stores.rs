//! What holds for stores at AWS: what leaves the region, who knows passwords, what may be deleted.

use platc::plan::Plan;
use platc::provider::root::{ModuleCall, Root, Value};
use platc::provider::roots;

use crate::compiled;

const TWO_REGIONS: &str = include_str!("../fixtures/recovery/target/good.yaml");

fn plan() -> Plan {
    compiled(TWO_REGIONS)
}

fn root<'r>(roots: &'r [Root], path: &str) -> &'r Root {
    roots.iter().find(|root| root.path == path).unwrap_or_else(|| panic!("a root {path}"))
}

fn call<'r>(root: &'r Root, name: &str) -> &'r ModuleCall {
    root.modules
        .iter()
        .find(|call| call.name == name)
        .unwrap_or_else(|| panic!("a call {name} in {}", root.path))
}

fn argument<'r>(call: &'r ModuleCall, name: &str) -> Option<&'r Value> {
    call.arguments.iter().find(|(argument, _)| *argument == name).map(|(_, value)| value)
}

#[test]
fn a_database_has_a_password_of_its_own_exactly_where_it_has_copies() {
    let mut plan = plan();
    let with = roots(&plan);
    let password = argument(call(root(&with, "environments/production"), "database_prog"), "password");
    assert_eq!(
        password,
        Some(&Value::Ephemeral("aws_secretsmanager_random_password", "prog".to_owned(), "random_password"))
    );
    assert_eq!(root(&with, "environments/production").ephemerals.len(), 1);

    plan.environments["production"].databases[0].replicas.clear();
    let without = roots(&plan);
    let production = root(&without, "environments/production");
    assert_eq!(argument(call(production, "database_prog"), "password"), None);
    assert!(production.ephemerals.is_empty());
    assert!(production.providers.iter().all(|provider| provider.name == "aws"));
}

#[test]
fn what_leaves_the_region_is_made_with_the_provider_of_the_other_one() {
    let roots = roots(&plan());
    let production = root(&roots, "environments/production");
    for name in ["database_prog_backups", "key_us_west_2", "bucket_uploads_copy"] {
        let provider = call(production, name).provider.as_ref().map(|provider| provider.alias.as_str());
        assert_eq!(provider, Some("us_west_2"), "{name}");
    }
    for name in ["database_prog", "database_prog_reader", "bucket_uploads", "cache_sessions"] {
        assert_eq!(call(production, name).provider, None, "{name}");
    }
    let arn = Value::map([("bucket_arn", Value::Output("bucket_uploads_copy".to_owned(), "arn"))]);
    assert_eq!(argument(call(production, "bucket_uploads"), "replication"), Some(&arn));
}

#[test]
fn what_stands_in_copies_the_database_and_makes_no_bucket_again() {
    let roots = roots(&plan());
    let paths: Vec<&str> = roots.iter().map(|root| root.path.as_str()).collect();
    let at = |path| paths.iter().position(|known| *known == path);
    assert!(at("environments/production") < at("environments/recovery"), "{paths:?}");
    let recovery = root(&roots, "environments/recovery");
    let copy = call(recovery, "database_prog");
    assert_eq!(copy.module, "aws/database-replica");
    assert_eq!(argument(copy, "source_database"), Some(&Value::Element("originals", "prog".to_owned())));
    assert!(recovery.modules.iter().all(|call| call.module != "aws/bucket"));
    let outputs = &root(&roots, "environments/production").outputs;
    assert!(outputs.iter().any(|output| output.name == "originals"));
}

#[test]
fn only_in_development_a_database_goes_without_a_trace() {
    for (role, protected) in [("production", true), ("staging", true), ("development", false)] {
        let plan = compiled(&format!(
            "apiVersion: platc/v1\nname: shop\nowner: web\nclusters:\n  main: {{provider: aws, region: us-east-1, kubernetes: \"1.35\"}}\n\
             environments:\n  here: {{role: {role}, cluster: main}}\nnodePools:\n  apps: {{type: m6i.large, nodes: 3}}\n\
             databases:\n  users: {{engine: postgresql, version: \"17\", type: db.m6g.large, nodes: 2, storage: {{size: 100Gi}}}}\n"
        ));
        let roots = roots(&plan);
        let database = call(root(&roots, "environments/here"), "database_users");
        let expected = if protected { None } else { Some(&Value::Bool(false)) };
        assert_eq!(argument(database, "deletion_protection"), expected, "{role}");
        assert_eq!(argument(database, "final_snapshot"), expected, "{role}");
    }
}

#[test]
fn a_service_reads_or_writes_a_bucket_by_its_role_and_has_no_key() {
    let plan = plan();
    let roots = roots(&plan);
    for (path, bucket) in [
        ("environments/production", "prog-production-uploads"),
        ("environments/recovery", "prog-production-uploads-recovery"),
    ] {
        let role = call(root(&roots, path), "identity_api");
        let text = format!("{:?}", argument(role, "statements"));
        assert!(text.contains(&format!("arn:aws:s3:::{bucket}/*")), "{text}");
    }
    let sealed = plan.environments["production"].secrets.iter().map(|secret| secret.name.as_str());
    assert!(sealed.clone().all(|name| !name.starts_with("bucket-")), "{:?}", sealed.collect::<Vec<_>>());
}

/// A bucket that `CloudFront` serves, and what is written beside it.
fn served(bucket: &str, ingress: &str) -> Plan {
    compiled(
        &TWO_REGIONS
            .replace("  uploads: {copyTo: recovery}", &format!("  uploads: {bucket}"))
            .replace(
                "{controller: envoy-gateway, dns: route53}",
                &format!("{{controller: {ingress}, dns: route53}}"),
            )
            .replace("region: us-east-1", "region: eu-west-1"),
    )
}

#[test]
fn a_distribution_alone_reads_the_bucket_and_its_copy_and_has_a_name_in_the_zone() {
    let roots = roots(&served("{copyTo: recovery, cdn: {host: static}}", "envoy-gateway"));
    let production = root(&roots, "environments/production");
    let distribution = call(production, "cdn_uploads");
    let aliases = argument(distribution, "aliases");
    assert_eq!(aliases, Some(&Value::texts(["static.prog.example.com"])));
    for (argument_name, bucket) in
        [("bucket_domain_name", "bucket_uploads"), ("copy_domain_name", "bucket_uploads_copy")]
    {
        let origin = argument(distribution, argument_name);
        assert_eq!(origin, Some(&Value::Output(bucket.to_owned(), "domain_name")));
        let readers = argument(call(production, bucket), "distributions");
        let own = Value::Output("cdn_uploads".to_owned(), "arn");
        assert_eq!(readers, Some(&Value::List(vec![own])));
    }
    let certificate = call(production, "edge_certificate_uploads");
    assert_eq!(certificate.provider.as_ref().map(|it| it.alias.as_str()), Some("us_east_1"));
    assert_eq!(
        argument(distribution, "certificate_arn"),
        Some(&Value::Output(certificate.name.clone(), "arn"))
    );
    let zone = Value::map([("zone_id", Value::Variable("zone_id"))]);
    assert_eq!(argument(distribution, "dns"), Some(&zone));
    assert!(argument(distribution, "web_acl_arn").is_none());
    assert!(root(&roots, "environments/recovery").modules.iter().all(|call| call.module != "aws/cdn"));
    let zone = format!("{:?}", argument(call(root(&roots, "platform"), "zone"), "caa_issuers"));
    assert!(zone.contains("amazon.com"), "{zone}");
}

#[test]
fn a_firewall_guards_distributions_as_well() {
    let roots = roots(&served("{cdn: {host: static}}", "ingress-nginx, waf: {rateLimit: 2000}"));
    let production = root(&roots, "environments/production");
    let acl = call(production, "web_acl_cdn");
    assert_eq!(argument(acl, "scope"), Some(&Value::text("CLOUDFRONT")));
    assert_eq!(acl.provider.as_ref().map(|it| it.alias.as_str()), Some("us_east_1"));
    let distribution = call(production, "cdn_uploads");
    assert_eq!(argument(distribution, "web_acl_arn"), Some(&Value::Output("web_acl_cdn".to_owned(), "arn")));
    assert!(argument(distribution, "copy_domain_name").is_none());
}

#[test]
fn a_bucket_of_the_platform_is_served_with_the_zone_of_the_same_root() {
    let roots = roots(&served("{scope: platform, cdn: {host: static}}", "envoy-gateway"));
    let platform = root(&roots, "platform");
    let zone = Value::Output("zone".to_owned(), "zone_id");
    assert_eq!(argument(call(platform, "edge_certificate_uploads"), "zone_id"), Some(&zone));
    let records = Value::map([("zone_id", zone)]);
    assert_eq!(argument(call(platform, "cdn_uploads"), "dns"), Some(&records));
    assert!(platform.variables.iter().all(|variable| variable.name != "zone_id"));
}

/// Two regions with a file system that is copied to the one of what stands in.
fn with_files() -> String {
    let volumes =
        "    volumes: {uploads: {fileSystem: shared, path: /var/uploads}}\n    uses:\n      databases/prog";
    let spec = TWO_REGIONS.replacen("    uses:\n      databases/prog", volumes, 1);
    spec + "fileSystems:\n  shared: {size: 20Gi, copyTo: recovery, tier: files}\n"
}

/// A tier that the copy of a file system keeps.
fn kept(spec: &str) -> String {
    let files = "tiers:\n  files: {rto: 1h, rpo: 15m, covers: [instance, zone, region]}\n";
    spec.replacen("tiers:\n", files, 1).replacen("    tier: service\n", "    tier: files\n", 1)
}

#[test]
fn the_copy_of_a_file_system_is_made_with_the_original_and_mounted_where_it_stands_in() {
    let roots = roots(&compiled(&kept(&with_files())));
    let production = root(&roots, "environments/production");
    let original = call(production, "file_system_shared");
    let replica = format!("{:?}", argument(original, "replica").expect("a copy"));
    assert!(replica.contains("us-west-2") && replica.contains("key_us_west_2"), "{replica}");
    assert_eq!(argument(original, "copy"), None);
    let handed = production.outputs.iter().find(|output| output.name == "file_system_copies");
    let id = Value::Output("file_system_shared".to_owned(), "replica_id");
    assert_eq!(handed.expect("an output").value, Value::map([("shared", id)]));

    let recovery = root(&roots, "environments/recovery");
    let copy = call(recovery, "file_system_shared");
    let id = Value::Element("file_system_copies", "shared".to_owned());
    assert_eq!(argument(copy, "copy"), Some(&Value::map([("id", id)])));
    for absent in ["replica", "kms_key_arn"] {
        assert_eq!(argument(copy, absent), None, "{absent} is the original's");
    }
    assert!(recovery.variables.iter().any(|variable| variable.name == "file_system_copies"));
}

#[test]
fn only_clusters_with_file_systems_have_their_driver_and_each_driver_a_role_of_its_own() {
    for (spec, drivers) in [(TWO_REGIONS.to_owned(), 1), (kept(&with_files()), 2)] {
        let roots = roots(&compiled(&spec));
        for path in ["environments/production", "environments/recovery"] {
            let here = root(&roots, path);
            let roles =
                here.modules.iter().filter(|call| argument(call, "mode") == Some(&Value::text("trust_only")));
            assert_eq!(roles.count(), drivers, "{path}");
            let addons = format!("{:?}", argument(call(here, "cluster_addons"), "addons"));
            assert_eq!(addons.contains("aws-efs-csi-driver"), drivers == 2, "{path}");
        }
    }
}

#[test]
fn the_id_of_a_file_system_needs_nobody_who_carries_it_where_a_secret_manager_is() {
    let spec = "apiVersion: platc/v1\nname: shop\nowner: web\nclusters:\n  main: {provider: aws, region: us-east-1, kubernetes: \"1.35\"}\n\
         environments:\n  here: {role: production, cluster: main}\nnodePools:\n  apps: {type: m6i.large, nodes: 3}\n\
         fileSystems:\n  shared: {size: 20Gi}\nservices:\n  api: {image: registry.example.com/api:1.0.0, volumes: {up: {fileSystem: shared, path: /up}}}\n";
    let managed = format!("{spec}secretStore: {{source: aws-secrets-manager, delivery: external-secrets}}\n");
    let roots_of = |spec: &str| roots(&compiled(spec));
    let with = roots_of(&managed);
    let here = root(&with, "environments/here");
    let id = Value::Output("file_system_shared".to_owned(), "id");
    let ids = Value::map([("shop/here/files-shared", Value::map([("fileSystemId", id)]))]);
    assert_eq!(argument(call(here, "secrets"), "ids"), Some(&ids));
    let sealed = roots_of(spec);
    let here = root(&sealed, "environments/here");
    assert!(here.modules.iter().all(|call| call.module != "aws/secrets"), "people seal it");
    assert!(here.outputs.iter().any(|output| output.name == "file_system_shared"), "and read it here");
}
