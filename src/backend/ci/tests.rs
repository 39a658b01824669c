//! Workflows exist where the platform has what they are about, and name what is there.

use std::collections::BTreeMap;

use super::*;
use crate::backend::fixture;

const AIAAS: &str = include_str!("../../../examples/aiaas/platform.yaml");

fn files(spec: &str) -> BTreeMap<String, String> {
    let tree = Workflows.emit(&fixture::plan(spec));
    assert_eq!(tree.check(), []);
    tree.iter().map(|(path, file)| (path.to_owned(), file.text().into_owned())).collect()
}

fn with_ci(spec: &str) -> String {
    format!("{spec}\ndelivery: {{ci: github}}\n")
}

#[test]
fn without_ci_there_is_no_workflow() {
    assert!(files(fixture::SMALL).is_empty());
}

#[test]
fn a_workflow_exists_only_where_there_is_something_for_it() {
    let names = |spec: &str| -> Vec<String> { files(spec).into_keys().collect() };
    let all = names(AIAAS);
    let file = |name: &str| format!(".github/workflows/{name}");
    for (name, ..) in WORKFLOWS {
        assert!(all.contains(&file(name)), "{name}: {all:?}");
    }
    // Without a bucket for the state no pipeline can apply; without drills nobody is reminded.
    let small = names(&with_ci(fixture::SMALL));
    for name in ["terraform-root.yml", "rotation.yml", "drills.yml"] {
        assert!(!small.contains(&file(name)), "{name}: {small:?}");
    }
    assert!(!files(&with_ci(fixture::SMALL))[&file("infrastructure.yml")].contains("uses: ./"));
}

#[test]
fn a_root_that_production_stands_on_needs_as_many_approvals() {
    let plan = fixture::plan(AIAAS);
    let found: Vec<(String, u32)> = needs(&plan, &provider::roots(&plan))
        .protection
        .into_iter()
        .map(|it| (it.root, it.approvals))
        .collect();
    let expected = [
        ("platform", 2),
        ("clusters/main", 2),
        ("environments/development", 0),
        ("environments/staging", 0),
        ("environments/production", 2),
        ("environments/system", 0),
    ];
    assert_eq!(found, expected.map(|(root, count)| (root.to_owned(), count)));
}

#[test]
fn a_root_waits_for_those_whose_values_it_takes_and_for_earlier_stages() {
    let workflow = &files(AIAAS)[".github/workflows/infrastructure.yml"];
    for needs in [
        "needs: [check, platform, clusters-main, environments-development, environments-staging]",
        "needs: [check, platform, clusters-main]",
    ] {
        assert!(workflow.contains(needs), "{needs}\n{workflow}");
    }
    let other = AIAAS.replace("after: staging", "after: development");
    let workflow = &files(&other)[".github/workflows/infrastructure.yml"];
    let job = workflow.split("environments-production:").nth(1).unwrap_or_default();
    assert!(job.contains("needs: [check, platform, clusters-main, environments-development]\n"), "{job}");
}

#[test]
fn only_environments_that_sync_by_themselves_are_tested_after_a_merge() {
    let gitops =
        "delivery: {ci: github, gitops: {tool: argocd, repository: https://git.example.com/shop.git}}";
    let workflow = &files(&format!("{}\n{gitops}\n", fixture::SMALL))[".github/workflows/workloads.yml"];
    assert!(workflow.contains("environment: [staging]"), "{workflow}");
    assert!(!files(&with_ci(fixture::SMALL))[".github/workflows/workloads.yml"].contains("smoke-tests.yml"));
}

#[test]
fn every_image_is_scanned_once_under_a_name_of_its_own() {
    let plan = fixture::plan(fixture::SMALL);
    let images = workloads::images(&plan);
    let names: BTreeSet<&String> = images.values().collect();
    assert_eq!(names.len(), images.len());
    for wanted in [
        "registry.example.com:5000/shop/api:1.0.0",
        "registry.example.com:5000/shop/api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        catalog::images::PGBOUNCER,
        catalog::images::REDIS,
        catalog::images::REDIS_EXPORTER,
        catalog::images::RABBITMQ,
        catalog::images::VALKEY,
    ] {
        assert!(images.contains_key(wanted), "{wanted}: {images:?}");
    }
    assert_eq!(images["registry.example.com:5000/shop/api:1.0.0"], "api");
}

#[test]
fn every_action_that_is_named_is_in_the_catalogue() {
    for (path, text) in files(AIAAS) {
        for line in text.lines().filter(|line| line.contains("uses:") && !line.contains("./")) {
            assert!(
                catalog::actions()
                    .iter()
                    .any(|it| line.contains(&format!("{}@{} # {}", it.name, it.commit, it.version))),
                "{path}: {line}"
            );
        }
    }
    assert!(action("nobody/nothing").is_empty());
}

#[test]
fn on_aws_pipelines_log_in_by_who_they_are_and_no_key_is_a_secret() {
    let files = files(fixture::AWS);
    let plan = fixture::plan(fixture::AWS);
    let roots = provider::roots(&plan);
    let needs = needs(&plan, &roots);
    assert!(needs.secrets.is_empty() && needs.kubeconfigs.is_empty(), "{:?}", needs.secrets);
    assert_eq!(needs.logins.len(), 1);
    for (path, text) in &files {
        for secret in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "secrets.KUBECONFIG"] {
            assert!(!text.contains(secret), "{path} has {secret}");
        }
        let Ok(workflow) = serde_yaml::from_str::<serde_yaml::Value>(text) else { continue };
        for (name, job) in workflow["jobs"].as_mapping().into_iter().flatten() {
            let uses = |step: &serde_yaml::Value| {
                step["uses"]
                    .as_str()
                    .is_some_and(|it| it.starts_with("aws-actions/configure-aws-credentials@"))
            };
            let logs_in = job["steps"].as_sequence().is_some_and(|steps| steps.iter().any(uses));
            let may = job["permissions"]["id-token"] == "write";
            let calls = job["uses"].is_string();
            assert!(may == logs_in || calls, "{path}: {name:?}");
        }
    }
    let root = &files[".github/workflows/terraform-root.yml"];
    assert_eq!(root.matches("role-to-assume: \"${{ vars.AWS_ROLE_ARN }}\"").count(), 2, "plan and apply");
}

#[test]
fn on_linode_nobody_asks_for_a_token_of_github() {
    assert!(files(AIAAS).values().all(|text| !text.contains("id-token")));
}

#[test]
fn the_files_of_a_service_are_its_teams_and_all_others_the_platforms() {
    let mut plan = fixture::plan(fixture::SMALL);
    let lines = |plan: &Plan| {
        let path = codeowners_path(plan);
        let tree = Workflows.emit(plan);
        let text = tree.get(&path).expect("a file").text().into_owned();
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    plan.delivery.ci = Some(crate::plan::Resolved::default(crate::words::Ci::Github, "the test"));
    let of_platform = lines(&plan);
    assert!(of_platform.iter().all(|line| line.ends_with("@ORGANISATION/web")), "{of_platform:?}");
    let all = plan.environments.values_mut().flat_map(|environment| &mut environment.services);
    all.filter(|service| service.key == "api")
        .for_each(|service| service.owner.value = "checkout".to_owned());
    let staging = &mut plan.environments["staging"].services;
    let worker = staging.iter_mut().find(|service| service.key == "worker").expect("a service");
    worker.owner.value = "quality".to_owned();
    let own = [
        "/kustomize/base/api/ @ORGANISATION/checkout",
        "/kustomize/overlays/*/api/ @ORGANISATION/checkout",
        "/kustomize/overlays/staging/worker/ @ORGANISATION/quality",
    ];
    assert_eq!(lines(&plan), [of_platform.clone(), own.map(str::to_owned).into()].concat());
    plan.delivery.workloads = crate::plan::Resolved::default(Workloads::Helm, "the test");
    let own = [
        "/helm/services/api/ @ORGANISATION/checkout",
        "/helm/services/worker/values-staging.yaml @ORGANISATION/quality",
    ];
    assert_eq!(lines(&plan)[of_platform.len()..], own);
}
