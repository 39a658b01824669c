//! The real tools on the committed output of every example. Each test's name is a claim about that output.
//!
//! How to run, what is skipped when, and what each tool does not cover: `docs/testing.md`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test ends the test with a message; Clippy exempts only the test functions themselves"
)]

#[path = "tools/addons.rs"]
mod addons;
#[path = "tools/alertmanager.rs"]
mod alertmanager;
#[path = "tools/argocd.rs"]
mod argocd;
#[path = "tools/aws.rs"]
mod aws;
#[path = "tools/controls.rs"]
mod controls;
#[path = "tools/dashboards.rs"]
mod dashboards;
#[path = "tools/helm.rs"]
mod helm;
#[path = "tools/inputs.rs"]
mod inputs;
#[path = "tools/kubernetes.rs"]
mod kubernetes;
#[path = "tools/logs.rs"]
mod logs;
#[path = "tools/meaning.rs"]
mod meaning;
#[path = "tools/meaning_aws.rs"]
mod meaning_aws;
#[path = "tools/mutants.rs"]
mod mutants;
#[path = "tools/mutation.rs"]
mod mutation;
#[path = "tools/prometheus.rs"]
mod prometheus;
#[path = "tools/readers.rs"]
mod readers;
#[path = "tools/rule_tests.rs"]
mod rule_tests;
#[path = "tools/scanners.rs"]
mod scanners;
#[path = "tools/secrets.rs"]
mod secrets;
#[path = "tools/terraform.rs"]
mod terraform;
#[path = "tools/tool.rs"]
mod tool;
#[path = "tools/workflows.rs"]
mod workflows;
#[path = "tools/yaml.rs"]
mod yaml;

use tool::{holds, project};

#[test]
fn terraform_fmt_changes_nothing() {
    holds(terraform::formatting(project()));
}

#[test]
fn terraform_can_validate_and_plan_every_root_without_a_warning() {
    holds(terraform::planned().map(|planned| planned.problems.clone()));
}

#[test]
fn no_terraform_root_holds_a_secret() {
    holds(terraform::planned().map(terraform::secrets));
}

#[test]
fn every_terraform_resource_that_can_have_tags_has_tags() {
    holds(terraform::planned().map(terraform::tags));
}

#[test]
fn every_terraform_root_constrains_its_versions_and_creates_something() {
    holds(terraform::planned().map(|planned| terraform::versions(project(), planned)));
}

#[test]
fn every_terraform_module_passes_its_tests() {
    holds(terraform::module_tests(project()));
}

// It takes longest, and tests begin in the order of their names.
#[test]
fn a_production_root_on_aws_can_be_applied_and_a_second_plan_changes_nothing() {
    holds(aws::applied(project()));
}

#[test]
fn the_reader_of_restorable_points_shows_what_the_provider_says_and_nothing_old() {
    holds(readers::restorable(project()));
}

#[test]
fn kustomize_builds_every_overlay_without_a_warning() {
    holds(kubernetes::built().map(|built| built.problems.clone()));
}

#[test]
fn no_object_comes_from_two_overlays() {
    holds(kubernetes::built().map(kubernetes::owners));
}

#[test]
fn every_namespace_in_use_is_rendered_and_enforces_pod_security() {
    holds(kubernetes::built().map(kubernetes::namespaces));
}

#[test]
fn the_api_server_accepts_every_object_without_a_warning() {
    holds(kubernetes::built().and_then(kubernetes::api_server));
}

#[test]
fn kubeconform_accepts_every_built_in_object_for_the_cluster_version() {
    holds(kubernetes::built().and_then(|built| kubernetes::second_opinion(project(), built)));
}

#[test]
fn every_object_is_delivered_by_exactly_one_application_of_argo_cd() {
    holds(kubernetes::built().map(|built| argocd::holds_for_all(project(), built, argocd::one_application)));
}

#[test]
fn every_project_of_argo_cd_permits_what_its_applications_bring_and_nothing_besides() {
    holds(kubernetes::built().map(|built| argocd::holds_for_all(project(), built, argocd::least_rights)));
}

#[test]
fn the_api_server_accepts_every_application_and_project_of_argo_cd() {
    holds(kubernetes::api_server(&argocd::as_built(project())));
}

#[test]
fn secrets_of_a_manager_are_accepted_by_the_api_server_and_delivered_once() {
    holds(secrets::copied());
}

#[test]
fn elasticsearch_kibana_and_filebeat_are_accepted_by_the_api_server_and_delivered_once() {
    holds(logs::accepted());
}

#[test]
fn elasticsearch_is_told_what_the_spec_says_of_every_stream() {
    holds(logs::told());
}

#[test]
fn the_charts_take_every_set_of_values_and_know_every_key() {
    holds(addons::values(project()));
}

#[test]
fn the_collector_takes_traces_as_otlp_by_grpc_and_http_and_passes_them_on_in_batches() {
    holds(addons::collector());
}

#[test]
fn the_keys_and_versions_of_charts_are_those_of_the_reference() {
    holds(addons::definitions());
}

#[test]
fn kustomize_builds_what_clusters_have_besides_their_environments() {
    holds(addons::clusters(project()));
}

#[test]
fn the_api_server_was_asked_about_every_kind_of_the_gateway_api() {
    holds(addons::gateways());
}

#[test]
fn promtool_parses_every_query_of_every_dashboard() {
    holds(dashboards::queries(project()));
}

#[test]
fn every_finding_of_the_policy_scanners_has_an_answer_and_every_answer_a_finding() {
    holds(kubernetes::built().and_then(|built| scanners::list(project(), built)));
}

#[test]
fn helm_lints_every_service_of_every_environment_without_a_warning() {
    holds(helm::lint(project()));
}

#[test]
fn helm_and_kustomize_deliver_equal_objects_of_every_spec() {
    holds(helm::equal(project()));
}

#[test]
fn a_difference_between_helm_and_kustomize_is_found() {
    holds(helm::differences_are_found());
}

#[test]
fn the_schema_of_the_values_refuses_what_the_chart_does_not_know() {
    holds(helm::schema_refuses());
}

#[test]
fn promtool_accepts_every_rule_file_without_a_lint_finding() {
    holds(prometheus::rules(project()));
}

#[test]
fn promtool_takes_the_expressions_that_the_parser_takes_and_no_other() {
    holds(prometheus::expressions());
}

#[test]
fn every_unit_test_of_the_rules_passes() {
    holds(prometheus::rule_tests(project()));
}

#[test]
fn generated_tests_notice_almost_every_change_of_their_rule() {
    holds(mutation::noticed(project()));
}

#[test]
fn prometheus_rule_objects_and_rule_files_hold_the_same_groups() {
    holds(kubernetes::built().map(|built| prometheus::same_rules(project(), built)));
}

#[test]
fn actionlint_finds_nothing_in_any_workflow() {
    holds(workflows::lint(project()));
}

#[test]
fn amtool_accepts_every_configuration_of_alertmanager() {
    holds(alertmanager::accepted(project()));
}

#[test]
fn every_alert_reaches_whom_its_spec_says() {
    holds(alertmanager::routed(project()));
}

#[test]
fn amtool_sends_what_is_critical_to_prognetworks_four_ways_and_only_of_production() {
    holds(alertmanager::prognetwork());
}

#[test]
fn runbooks_say_whom_an_alert_reaches() {
    holds(alertmanager::runbooks(project()));
}

#[test]
fn a_wrong_configuration_of_alertmanager_is_noticed() {
    holds(alertmanager::controls());
}

#[test]
fn the_schema_is_a_valid_json_schema() {
    holds(yaml::schema(project()));
}

#[test]
fn the_schema_accepts_every_example() {
    holds(yaml::specs(project()));
}

#[test]
fn yaml_1_1_and_yaml_1_2_readers_take_the_same_data_from_every_file() {
    holds(yaml::two_readers(project()));
}

#[test]
fn terraform_plans_the_infrastructure_that_every_spec_means() {
    holds(meaning::infrastructure());
}

#[test]
fn kustomize_builds_the_workloads_that_every_spec_means() {
    holds(meaning::workloads());
}
