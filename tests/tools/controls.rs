//! The checks checked: each must find the fault that is put into a copy of the small repository in
//! `tests/fixtures/tools`, and must find nothing in the copy without a fault. A check that cannot fail
//! would let every claim in `tools.rs` pass.

use std::fs;

use tempfile::TempDir;

use crate::tool::{Project, Verdict, copy, reference, repository, text};
use crate::{dashboards, kubernetes, prometheus, scanners, terraform, workflows, yaml};

const RENDERED: &str = "examples/mini/rendered";
const ROOT: &str = "examples/mini/rendered/terraform/environments/production/main.tf";
const BUCKET: &str = "examples/mini/rendered/terraform/modules/linode/bucket/main.tf";
const MODULE_TEST: &str = "templates/terraform/modules/linode/bucket/tests/bucket.tftest.hcl";
const DEPLOYMENT: &str = "examples/mini/rendered/kustomize/base/web/deployment.yaml";
const OVERLAY: &str = "examples/mini/rendered/kustomize/overlays/production/web/kustomization.yaml";
const NAMESPACE: &str = "examples/mini/rendered/kustomize/overlays/production/_environment/namespace.yaml";
const OBJECT: &str = "examples/mini/rendered/kustomize/overlays/production/_environment/rules.yaml";
const WORKFLOW: &str = "examples/mini/rendered/.github/workflows/greet.yml";
const RULES: &str = "examples/mini/rendered/alerts/rules/services.yaml";
const DASHBOARD: &str = "examples/mini/rendered/dashboards/service.json";
const RULE_TEST: &str = "examples/mini/rendered/alerts/tests/services.yaml";

/// A copy of the small repository, to put faults into.
struct Mini {
    project: Project,
    _folder: TempDir,
}

impl Mini {
    fn whole() -> Self {
        let folder = copy(&repository().join("tests/fixtures/tools"));
        Self { project: Project { root: folder.path().to_path_buf() }, _folder: folder }
    }

    /// With one text in one file replaced. The text must be there: a fault that is not made proves nothing.
    fn with(file: &str, from: &str, to: &str) -> Self {
        Self::whole().and(file, from, to)
    }

    fn and(self, file: &str, from: &str, to: &str) -> Self {
        let path = self.project.root.join(file);
        let old = text(&path);
        assert!(old.contains(from), "{file} does not contain {from:?}");
        fs::write(path, old.replacen(from, to, 1)).expect("the changed file");
        self
    }

    fn without(file: &str) -> Self {
        let mini = Self::whole();
        fs::remove_file(mini.project.root.join(file)).expect("the file to remove");
        mini
    }
}

/// The check ran and one of its problems contains the words; a skipped check (said on stderr) proves nothing.
fn finds(words: &str, verdict: Verdict) {
    if let Some(problems) = verdict {
        assert!(
            problems.iter().any(|p| p.contains(words)),
            "nothing says {words:?}:\n{}",
            problems.join("\n")
        );
    }
}

fn finds_nothing(verdict: Verdict) {
    assert_eq!(verdict.unwrap_or_default(), [""; 0]);
}

fn planning(mini: &Mini) -> Verdict {
    terraform::plan(&mini.project).map(|planned| planned.problems)
}

fn building(mini: &Mini) -> Verdict {
    kubernetes::build(&mini.project).map(|built| built.problems)
}

fn applying(mini: &Mini) -> Verdict {
    kubernetes::build(&mini.project).and_then(|built| kubernetes::api_server(&built))
}

#[test]
fn the_faultless_copy_passes_every_check() {
    let mini = Mini::whole();
    let project = &mini.project;
    finds_nothing(terraform::formatting(project));
    finds_nothing(terraform::module_tests(project));
    if let Some(planned) = terraform::plan(project) {
        finds_nothing(Some(terraform::secrets(&planned)));
        finds_nothing(Some(terraform::tags(&planned)));
        finds_nothing(Some(terraform::versions(project, &planned)));
        finds_nothing(Some(planned.problems));
    }
    if let Some(built) = kubernetes::build(project) {
        finds_nothing(kubernetes::api_server(&built));
        finds_nothing(kubernetes::second_opinion(project, &built));
        finds_nothing(Some(kubernetes::owners(&built)));
        finds_nothing(Some(kubernetes::namespaces(&built)));
        finds_nothing(Some(prometheus::same_rules(project, &built)));
        finds_nothing(Some(built.problems));
    }
    finds_nothing(prometheus::rules(project));
    finds_nothing(prometheus::rule_tests(project));
    finds_nothing(yaml::schema(project));
    finds_nothing(yaml::specs(project));
    finds_nothing(yaml::two_readers(project));
}

/// How an assertion about one example reads.
#[test]
fn a_planned_root_answers_short_questions() {
    let mini = Mini::whole();
    let Some(planned) = terraform::plan(&mini.project) else { return };
    let root = planned.root("mini", "environments/production");
    for cluster in root.of("linode_lke_cluster") {
        assert_eq!(cluster.value("/pool/0/type"), "g6-standard-2", "{}", cluster.address);
        assert_eq!(cluster.value("/pool/0/autoscaler/0/min"), 3);
        assert_eq!(cluster.value("/pool/0/autoscaler/0/max"), 10);
    }
    let buckets: Vec<_> =
        root.of("linode_object_storage_bucket").map(|bucket| bucket.value("/label")).collect();
    assert_eq!(buckets, ["mini-exports"]);
    assert_eq!(root.resources.len(), 2, "{}", root.place);
}

#[test]
#[should_panic(expected = "no example below")]
fn a_repository_without_examples_is_a_failure() {
    Project { root: repository().join("tests/tools") }.examples();
}

#[test]
#[should_panic(expected = "has no rendered/ folder")]
fn an_example_without_its_tree_is_a_failure() {
    let mini = Mini::whole();
    fs::rename(mini.project.root.join(RENDERED), mini.project.root.join("elsewhere")).expect("a rename");
    mini.project.examples();
}

#[test]
fn misformatted_hcl_is_found() {
    let mini = Mini::with(ROOT, "  label       = \"mini\"", "  label = \"mini\"");
    finds("+  label       = \"mini\"", terraform::formatting(&mini.project));
}

#[test]
fn an_argument_that_the_provider_lacks_is_found() {
    finds(
        "Unsupported argument",
        planning(&Mini::with(BUCKET, "  label  = var.label", "  labell = var.label")),
    );
}

#[test]
fn a_wrong_type_deep_in_a_block_is_found() {
    finds("number", planning(&Mini::with(ROOT, "max = 10", "max = \"ten\"")));
}

#[test]
fn a_deprecated_argument_is_found() {
    let mini =
        Mini::with(BUCKET, "  region = var.region\n}", "  region = var.region\n  cluster = \"fr-par-1\"\n}");
    finds("eprecated", planning(&mini));
}

#[test]
fn a_value_that_a_module_refuses_is_found() {
    finds("3 to 63 characters", planning(&Mini::with(ROOT, "\"mini-exports\"", "\"Mini Exports\"")));
}

/// What an example needs beside invented values stands in `tests/tools/values/<example>.tfvars`.
#[test]
fn values_written_for_an_example_win_over_scaffold_and_invention() {
    let strict = "variable \"zone\" {\n  type = string\n\n  validation {\n    condition     = startswith(var.zone, \"fr-\")\n    \
                  error_message = \"Not in France.\"\n  }\n}\n\nvariable \"region\" {";
    let mini = Mini::with(ROOT, "variable \"region\" {", strict);
    let put = |file: &str, text: &str| {
        let path = mini.project.root.join(file);
        fs::create_dir_all(path.parent().expect("the file's folder")).expect("the file's folder");
        fs::write(path, text).expect("the file");
    };
    finds("Not in France.", planning(&mini));
    put(&ROOT.replace("main.tf", "terraform.tfvars.example"), "zone = \"fr-par\"\n");
    finds_nothing(planning(&mini));
    put("tests/tools/values/mini.tfvars", "zone = \"de-fra\"\n");
    finds("Not in France.", planning(&mini));
}

#[test]
fn a_root_for_an_old_terraform_is_found() {
    let mini = Mini::with(ROOT, ">= 1.11", ">= 1.5");
    finds(
        "no required_version",
        terraform::plan(&mini.project).map(|p| terraform::versions(&mini.project, &p)),
    );
}

#[test]
fn a_secret_in_hcl_is_found() {
    let words = "  region = var.region\n  secret_key = \"hunter2hunter2\"\n  access_key = \"x\"\n}";
    let mini = Mini::with(BUCKET, "  region = var.region\n}", words)
        .and(ROOT, "token = var.linode_token", "token = \"hunter2\"")
        .and(ROOT, "  sensitive   = true\n", "");
    let found = || terraform::plan(&mini.project).map(|planned| terraform::secrets(&planned));
    finds("literal in a sensitive argument", found());
    finds("literal token", found());
    finds("linode_token is not declared sensitive", found());
}

#[test]
fn a_resource_without_tags_is_found() {
    let mini = Mini::with(ROOT, "  tags        = [\"mini\", \"production\"]\n", "");
    finds("linode_lke_cluster.main has no tags", terraform::plan(&mini.project).map(|p| terraform::tags(&p)));
}

#[test]
fn a_provider_without_a_version_is_found() {
    let mini =
        Mini::with(ROOT, "      version = \"~> 3.9\"\n", "").and(BUCKET, "      version = \"~> 3.9\"\n", "");
    let versions = terraform::plan(&mini.project).map(|planned| terraform::versions(&mini.project, &planned));
    finds("no version constraint", versions);
}

#[test]
fn a_failing_module_test_is_found() {
    let mini = Mini::with(MODULE_TEST, "== \"mini-exports\"", "== \"other\"");
    finds("The bucket has another name.", terraform::module_tests(&mini.project));
}

#[test]
fn a_missing_manifest_is_found() {
    finds("deployment.yaml", building(&Mini::without(DEPLOYMENT)));
}

#[test]
fn a_deprecated_kustomize_field_is_found() {
    finds("deprecated", building(&Mini::with(OVERLAY, "namespace:", "commonLabels:\n  a: b\nnamespace:")));
}

#[test]
fn an_object_with_two_owners_is_found() {
    let more = "resources:\n  - namespace.yaml\n";
    let mini = Mini::with(OVERLAY, "resources:\n", more);
    fs::copy(
        mini.project.root.join(NAMESPACE),
        mini.project.root.join(OVERLAY).with_file_name("namespace.yaml"),
    )
    .expect("a second copy of the namespace");
    finds("comes from", kubernetes::build(&mini.project).map(|built| kubernetes::owners(&built)));
}

#[test]
fn a_namespace_without_pod_security_is_found() {
    let mini = Mini::with(NAMESPACE, "enforce: restricted", "warn: restricted");
    finds(
        "enforces no Pod Security",
        kubernetes::build(&mini.project).map(|built| kubernetes::namespaces(&built)),
    );
}

#[test]
fn a_namespace_that_nobody_renders_is_found() {
    let mini = Mini::with(OVERLAY, "namespace: production", "namespace: prod");
    finds("not rendered: prod", kubernetes::build(&mini.project).map(|built| kubernetes::namespaces(&built)));
}

#[test]
fn the_api_server_refuses_an_unknown_field() {
    finds(".spec.replicass: field not declared", applying(&Mini::with(DEPLOYMENT, "replicas", "replicass")));
}

#[test]
fn the_api_server_refuses_what_no_schema_knows() {
    finds(
        "must be no more than 15 characters",
        applying(&Mini::with(DEPLOYMENT, "name: http", "name: the-http-port-of-web")),
    );
}

#[test]
fn the_api_server_warns_of_a_privileged_pod_in_a_restricted_namespace() {
    let privileged = "privileged: true\n            allowPrivilegeEscalation: true";
    let mini = Mini::with(DEPLOYMENT, "allowPrivilegeEscalation: false", privileged);
    finds("would violate PodSecurity \"restricted:latest\": privileged", applying(&mini));
}

#[test]
fn the_api_server_refuses_an_unknown_field_of_a_custom_resource() {
    if reference("crds").is_some() {
        finds(
            ".interval_: field not declared",
            applying(&Mini::with(OBJECT, "      rules:", "      interval_: 1m\n      rules:")),
        );
    }
}

#[test]
fn kubeconform_finds_an_unknown_field_and_a_removed_api() {
    let opinion = |mini: &Mini| {
        kubernetes::build(&mini.project).and_then(|built| kubernetes::second_opinion(&mini.project, &built))
    };
    finds("replicass", opinion(&Mini::with(DEPLOYMENT, "replicas:", "replicass:")));
    finds("could not find schema", opinion(&Mini::with(DEPLOYMENT, "apps/v1", "apps/v1beta1")));
}

#[test]
fn promtool_finds_a_broken_expression_and_a_broken_template() {
    finds("parse error", prometheus::rules(&Mini::with(RULES, "== 0", "== == 0").project));
    finds(
        "humanisePercentage",
        prometheus::rules(
            &Mini::with(RULES, "answers.", "answers {{ $value | humanisePercentage }}").project,
        ),
    );
}

#[test]
fn promtool_finds_a_query_of_a_dashboard_that_does_not_parse() {
    finds_nothing(dashboards::queries(&Mini::whole().project));
    finds("parse error", dashboards::queries(&Mini::with(DASHBOARD, "sum(rate", "sum(rate(").project));
    finds("parse error", dashboards::queries(&Mini::with(DASHBOARD, "$__rate_interval", "$__rate").project));
    finds("is no JSON", dashboards::queries(&Mini::with(DASHBOARD, "\"panels\"", "panels").project));
}

#[test]
fn promtool_finds_a_duplicate_rule() {
    let all = text(&Mini::whole().project.root.join(RULES));
    let rule = all.split_once("rules:\n").expect("the rules").1;
    finds("uplicate", prometheus::rules(&Mini::with(RULES, rule, &format!("{rule}{rule}")).project));
}

#[test]
fn a_failing_unit_test_of_a_rule_is_found() {
    finds("FAILED", prometheus::rule_tests(&Mini::with(RULE_TEST, "eval_time: 6m", "eval_time: 1m").project));
}

#[test]
fn an_alert_that_no_test_sees_silent_is_found() {
    let silent = "      - eval_time: 4m\n        alertname: WebDown\n";
    finds("WebDown\" is not seen both", prometheus::rule_tests(&Mini::with(RULE_TEST, silent, "").project));
}

#[test]
fn a_rule_that_differs_between_file_and_object_is_found() {
    let mini = Mini::with(OBJECT, "for: 5m", "for: 6m");
    let same = kubernetes::build(&mini.project).map(|built| prometheus::same_rules(&mini.project, &built));
    finds("no PrometheusRule holds the group \"services\"", same.clone());
    finds("no rule file holds the group \"services\"", same);
}

#[test]
fn a_schema_that_is_none_is_found() {
    let mini = Mini::with("schema/platform.schema.json", "\"type\": \"object\"", "\"type\": \"objekt\"");
    finds("objekt", yaml::schema(&mini.project));
}

#[test]
fn a_spec_that_the_schema_refuses_is_found() {
    finds("nam", yaml::specs(&Mini::with("examples/mini/platform.yaml", "name:", "nam:").project));
}

#[test]
fn words_that_two_yaml_readers_take_differently_are_found() {
    let readings = [
        ("no", "\"no\" for YAML 1.2 and false for YAML 1.1"),
        ("12:30", "\"12:30\" for YAML 1.2 and 750 for YAML 1.1"),
        ("0777", "\"0777\" for YAML 1.2 and 511 for YAML 1.1"),
        ("1_000", "\"1_000\" for YAML 1.2 and 1000 for YAML 1.1"),
        ("1e3", "1000.0 for YAML 1.2 and \"1e3\" for YAML 1.1"),
        ("2026-01-01", "\"2026-01-01\" for YAML 1.2 and \"a date: 2026-01-01\" for YAML 1.1"),
    ];
    for (word, reading) in readings {
        let mini =
            Mini::with(NAMESPACE, "restricted", &format!("restricted\n  annotations:\n    word: {word}"));
        finds(reading, yaml::two_readers(&mini.project));
    }
    finds(
        "duplicate",
        yaml::two_readers(&Mini::with(NAMESPACE, "metadata:", "kind: Namespace\nmetadata:").project),
    );
}

#[test]
fn actionlint_sees_an_unknown_key_and_a_script_with_a_fault() {
    finds_nothing(workflows::lint(&Mini::whole().project));
    finds(
        "unexpected key",
        workflows::lint(&Mini::with(WORKFLOW, "timeout-minutes: 5", "timeout: 5").project),
    );
    finds("SC2086", workflows::lint(&Mini::with(WORKFLOW, "\"hello, $NAME\"", "hello, $NAME").project));
    finds(
        "injection",
        workflows::lint(&Mini::with(WORKFLOW, "hello, $NAME", "${{ github.head_ref }}").project),
    );
}

/// Both scanners on both kinds of input, and the list: what is not in it, and what is in it for nothing.
#[test]
fn a_finding_without_an_answer_and_an_answer_without_a_finding_are_found() {
    let mini = Mini::with(DEPLOYMENT, "allowPrivilegeEscalation: false", "privileged: true").and(
        ROOT,
        "module \"exports\" {",
        "resource \"linode_instance\" \"jump\" {\n  region = var.region\n}\n\nmodule \"exports\" {",
    );
    let Some(built) = kubernetes::build(&mini.project) else { return };
    let Some(found) = scanners::scan(&mini.project, &built) else { return };
    let answered = |list: &str| Some(scanners::answered(&found, list));
    let open = answered("");
    for check in ["CKV_LIN_2", "CKV_K8S_16", "container-security-context-privileged"] {
        let words =
            format!("a finding without an answer: mend it, or add to docs/scanners.md\n| `{check}` | ");
        finds(&words, open.clone());
    }
    let rows: Vec<&str> = open.iter().flatten().filter_map(|problem| problem.lines().nth(1)).collect();
    let list = rows.join("\n");
    finds_nothing(answered(&list));
    finds("`CKV_LIN_2`: no reason", answered(&list.replace("WHY IT STAYS", "")));
    finds("says of `CKV_LIN_2`", answered(&list.replace("every linode_instance", "every instance")));
    finds("two rows for `", answered(&format!("{list}\n{list}")));
    let stale = "| `CKV_K8S_0` | Nothing | every Deployment | It was so. |";
    finds("no scanner finds `CKV_K8S_0` any more", answered(&format!("{list}\n{stale}")));
}
