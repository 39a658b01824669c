use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::backend::fixture::{self, SMALL};
use crate::backend::kubernetes::Model;
use crate::backend::prometheus::metrics::METRICS;
use crate::catalog::planning;
use crate::names;
use crate::plan::{Loss, Pooling, Target};
use crate::proof::recovery;

const TWO_REGIONS: &str = include_str!("../../../tests/fixtures/recovery/target/good.yaml");
const AIAAS: &str = include_str!("../../../examples/aiaas/platform.yaml");
const MINIMAL: &str = include_str!("../../../examples/minimal/platform.yaml");
const BARE: &str = "apiVersion: platc/v1\nname: bare\nowner: web\nclusters:\n  main: {provider: linode, region: fr-par, kubernetes: \"1.35\"}\nenvironments:\n  live: {role: production, cluster: main}\n";

fn pages(plan: &Plan) -> BTreeMap<String, String> {
    let tree = Docs.emit(plan);
    assert_eq!(tree.check(), []);
    let page = |(path, file): (&str, &crate::tree::File)| {
        (path.rsplit('/').next().unwrap_or_default().to_owned(), file.text().into_owned())
    };
    tree.iter().map(page).collect()
}

#[track_caller]
fn assert_has(page: &str, wanted: &str) {
    assert!(page.contains(wanted), "{wanted}\n---\n{page}");
}

#[test]
fn every_page_begins_with_the_banner_and_has_no_gap() {
    for spec in [SMALL, AIAAS, MINIMAL, BARE] {
        let plan = fixture::plan(spec);
        let mut pages = pages(&plan);
        let runbooks = runbooks::scenarios(&plan).len();
        let pipelines = usize::from(plan.delivery.ci.is_some());
        // The template of drill reports is the user's, so it has no banner.
        let template = usize::from(pages.remove("template.md").is_some());
        assert_eq!(template, usize::from(plan.drills.is_some()));
        // One for each alert, and the list of them.
        let alerts = prometheus::pages::of(&plan).len();
        let alerts = if alerts > 0 { alerts + 1 } else { 0 };
        assert_eq!(pages.len(), PAGES.len() + 1 + runbooks + pipelines + alerts);
        for (name, page) in pages {
            assert!(page.starts_with(&format!("<!-- {} -->\n# ", names::BANNER)), "{name}\n{page}");
            assert!(!page.contains("\n\n\n"), "{name} has two blank lines\n{page}");
            assert!(page.ends_with('\n'), "{name}");
            for line in page.lines() {
                assert_eq!(line.trim_end(), line, "{name}: a blank at the end of a line");
            }
        }
    }
}

#[test]
fn every_sealed_secret_is_there_with_its_command() {
    for spec in [SMALL, AIAAS, MINIMAL] {
        let plan = fixture::plan(spec);
        let page = &pages(&plan)["secrets.md"];
        {
            for secret in plan.needed_secrets() {
                let (name, namespace) = (&secret.name, &secret.namespace);
                let mut keys = secret.keys.clone();
                keys.sort();
                let values: String = keys
                    .iter()
                    .flat_map(|key| ["  --from-file=", key, "=\"$VALUES/", name, ".", key, "\" \\\n"])
                    .collect();
                let seal = names::kubeseal(plan.sealed_secrets_namespace(secret));
                assert!(seal.contains("--controller-namespace sealed-secrets "), "{seal}");
                let note = secret.rotate.map_or("", |_| {
                    "  | kubectl annotate --local --filename - --output yaml platc.dev/rotated-at=\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\" \\\n"
                });
                let command = format!(
                    "kubectl create secret generic {name} --namespace {namespace} \\\n{values}  \
                     --dry-run=client --output yaml \\\n{note}  | {seal} > \"$SPEC/{}\"\n",
                    secret.place()
                );
                for key in &keys {
                    // Each value is either fetched or asked for.
                    let file = format!("\"$VALUES/{name}.{key}\"");
                    let given = page.contains(&format!("> {file}")) || page.contains(&format!("to `{file}`"));
                    assert!(given, "nobody writes {file}");
                }
                assert_has(page, &command);
            }
        }
    }
}

#[test]
fn a_value_is_read_only_after_it_was_written() {
    let page = &pages(&fixture::plan(SMALL))["secrets.md"];
    let mut written = BTreeSet::new();
    for line in page.lines() {
        if line.starts_with("## ") {
            written.clear();
        }
        if let Some((_, rest)) = line.split_once("$(cat ") {
            let file = rest.split(')').next().unwrap_or_default();
            assert!(written.contains(file), "{line}");
        }
        if let Some((_, file)) = line.split_once(" > \"$VALUES") {
            written.insert(format!("\"$VALUES{file}"));
        }
    }
    assert!(page.contains("amqp://api:%s@events:5672/%%2F' \"$(cat"));
}

#[test]
fn every_command_of_terraform_names_an_output_that_is_there() {
    for spec in [SMALL, AIAAS, MINIMAL] {
        let plan = fixture::plan(spec);
        let roots = provider::roots(&plan);
        let mut seen = 0;
        for page in pages(&plan).values() {
            for (at, marker) in page.match_indices("terraform -chdir=") {
                let mut words = page[at + marker.len()..].split([' ', '\n', '`', ')']);
                let directory = words.next().unwrap_or_default();
                let root = roots
                    .iter()
                    .find(|root| format!("{}/{}", plan.paths.terraform.value, root.path) == directory);
                let root = root.unwrap_or_else(|| panic!("no root {directory}"));
                if words.next() == Some("output") {
                    let (form, output) = (words.next(), words.next().unwrap_or_default());
                    let found = root.outputs.iter().find(|found| found.name == output);
                    let found = found.unwrap_or_else(|| panic!("{directory} has no output {output}"));
                    // Terraform prints objects as JSON only.
                    let is_object = matches!(found.value, provider::root::Value::Map(_));
                    assert_eq!(form, Some(if is_object { "-json" } else { "-raw" }), "{output}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 3 || spec == SMALL, "{seen}");
    }
}

#[test]
fn what_platc_does_not_make_is_listed_with_who_does() {
    let outside = "outside: {workstations: \"Ansible, in a | repository of its own\"}\n";
    let plan = fixture::plan(&format!("{AIAAS}{outside}"));
    let page = &pages(&plan)["README.md"];
    assert_has(page, "## Outside of platc");
    assert_has(page, "| `workstations` | Ansible, in a \\| repository of its own |");
    assert!(!pages(&fixture::plan(AIAAS))["README.md"].contains("Outside of platc"), "an empty list");
}

#[test]
fn every_root_is_applied_in_its_order() {
    let plan = fixture::plan(AIAAS);
    let page = &pages(&plan)["README.md"];
    let places: Vec<usize> = provider::roots(&plan)
        .iter()
        .map(|root| {
            let command = format!("terraform -chdir=infra/terraform/{} apply", root.path);
            page.find(&command).unwrap_or_else(|| panic!("{command}\n{page}"))
        })
        .collect();
    assert!(places.is_sorted() && places.len() == 7, "{places:?}");
    // What a root needs of others is carried, what it cannot get there is asked for.
    for root in provider::roots(&plan) {
        for variable in root.variables.iter().filter(|variable| variable.default.is_none()) {
            let carried = page.contains(&format!("{} = $(terraform", variable.name));
            assert!(
                carried || page.contains(&format!("Set before: `{}`", variable.name)),
                "{}",
                variable.name
            );
        }
    }
    for setting in ["AWS_ACCESS_KEY_ID", "AWS_REQUEST_CHECKSUM_CALCULATION=when_required"] {
        assert_has(page, &format!("\nexport {setting}"));
    }
}

#[test]
fn every_service_is_applied_after_its_environment() {
    for delivery in ["kustomize", "helm"] {
        let spec = AIAAS.replace("workloads: helm", &format!("workloads: {delivery}"));
        let mut plan = fixture::plan(&spec);
        plan.delivery.gitops = None;
        services_come_after_their_environment(&plan, delivery);
    }
}

fn services_come_after_their_environment(plan: &Plan, delivery: &str) {
    let page = &pages(plan)["README.md"];
    for environment in plan.environments.values() {
        let overlay = format!("configs/kustomize/{}", environment.key);
        let own = page.find(&format!("-k {overlay}/_environment\n")).expect("its own objects");
        let namespace =
            page.find(&format!("-f {overlay}/_environment/namespace.yaml\n")).expect("a namespace");
        assert!(namespace < own);
        for service in &environment.services {
            let place = match delivery {
                "helm" => page.find(&format!(
                    "helm upgrade --install {} infra/helm/charts/service --namespace {} ",
                    service.key, environment.namespace.value
                )),
                _ => page.find(&format!("-k {overlay}/{}\n", service.key)),
            };
            assert!(place.is_some_and(|place| own < place), "{}", service.key);
        }
    }
}

#[test]
fn with_argo_cd_a_person_applies_the_root_and_syncs_production_in_order() {
    let plan = fixture::plan(AIAAS);
    let page = &pages(&plan)["README.md"];
    for environment in plan.environments.keys() {
        let overlay = format!("-k configs/kustomize/{environment}");
        assert!(!page.contains(&overlay), "Argo CD applies the overlays of {environment}");
    }
    let mut last = page.find("kubectl apply --server-side -f argocd/main/root.yaml").expect("the root");
    for name in ["production", "production-secrets", "production-environment", "production-api-router"] {
        let here = page.find(&format!("argocd app sync aiaas-{name}")).expect(name);
        assert!(last < here, "{name}");
        last = here;
    }
    for automated in ["development", "staging", "system"] {
        assert!(!page.contains(&format!("argocd app sync aiaas-{automated}")), "{automated}");
    }
}

#[test]
fn every_namespace_that_a_policy_names_is_in_the_readme() {
    for spec in [SMALL, AIAAS] {
        let plan = fixture::plan(spec);
        let page = &pages(&plan)["README.md"];
        let model = Model::new(&plan);
        for environment in plan.environments.values() {
            for policy in model.network_policies(environment) {
                let mut text = String::new();
                crate::format::yaml::document(&policy.data, &mut text);
                for line in text.lines() {
                    if let Some((_, name)) = line.split_once(names::NAMESPACE_LABEL) {
                        assert_has(page, &format!("`{}`", name.trim_start_matches(": ")));
                    }
                }
            }
        }
    }
}

#[test]
fn the_exporters_are_those_whose_metrics_rules_name() {
    for spec in [SMALL, AIAAS, MINIMAL, BARE] {
        let plan = fixture::plan(spec);
        let only = ["prometheus".to_owned(), "dashboards".to_owned()];
        let rules: String =
            crate::backend::emit(&plan, &only).iter().map(|(_, file)| file.text().into_owned()).collect();
        let named = |metric: &str| {
            rules.match_indices(metric).any(|(at, _)| {
                let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                !rules[..at].ends_with(is_part)
                    && rules[at + metric.len()..].starts_with(['{', ')', '[', '\n'])
            })
        };
        let mut wanted: Vec<&str> =
            METRICS.iter().filter(|metric| named(metric.name)).map(|metric| metric.exporter.name()).collect();
        let mut told: Vec<&str> = needs::exporters(&plan).iter().map(|exporter| exporter.name()).collect();
        for list in [&mut wanted, &mut told] {
            list.sort_unstable();
            list.dedup();
        }
        assert_eq!(told, wanted, "{}", plan.name.value);
    }
}

#[test]
fn every_rule_of_a_policy_is_a_row() {
    let plan = fixture::plan(SMALL);
    let page = &pages(&plan)["network.md"];
    for wanted in [
        "| service `api` | pooler `users-pooler` | TCP 5432 | `databases/users` |",
        "| service `api` | cache `shared` | TCP 6379 | `caches/shared/sessions`, `caches/shared/limits` |",
        "| service `api` | cache `fast` | TCP 6379 | `caches/fast` |",
        "| service `api` | cache `wide-leader`, `wide-follower` | TCP 6379 | `caches/wide` |",
        "| service `worker` of namespace `staging` | service `model` | TCP 8000 | `services/model@production` |",
        "| service `worker` | service `model` | TCP 8000 | `services/model` |",
        "| service `api` | addresses `198.51.100.0/24` | TCP 443 | `egress.partner` |  |",
        "| service `api` | every public IPv4 address | TCP 443, TCP 8443 | `egress.anywhere` | the spec names no address |",
        "| service `api` | any address | TCP 443, TCP 6443 |  | the Kubernetes API has no address before apply |",
        "| pods `valkey-operator` of namespace `valkey-operator-system` | cache `fast` | TCP 6379 | its operator |",
    ] {
        assert_has(page, wanted);
    }
    assert!(!page.contains("|  |  |"), "a row without a reason\n{page}");
    for environment in plan.environments.values() {
        for edge in environment.services.iter().flat_map(|service| &service.edges) {
            let key = match &edge.target {
                Target::Service { key, .. } => format!("`services/{key}"),
                Target::Database { key } | Target::Pooler { key, .. } => format!("`databases/{key}"),
                Target::Cache { key, .. } | Target::ManagedCache { key, .. } => format!("`caches/{key}"),
                Target::Queue { key, .. } => format!("`queues/{key}"),
                Target::Bucket { key } => format!("`buckets/{key}"),
                Target::Secret { .. } => continue,
            };
            assert_has(page, &key);
        }
    }
}

#[test]
fn an_open_environment_says_so() {
    let mut plan = fixture::plan(SMALL);
    plan.environments["staging"].network_default.value = crate::plan::NetworkDefault::Open;
    let page = &pages(&plan)["network.md"];
    let staging = page.split("\n## ").find(|part| part.starts_with("staging")).expect("staging");
    assert_has(staging, "every pod may talk to everything");
    assert!(!staging.contains("| From |"), "{staging}");
}

#[test]
fn every_promise_stands_beside_its_derivation() {
    let plan = fixture::plan(AIAAS);
    let page = &pages(&plan)["recovery.md"];
    for wanted in [
        "| `users` | a machine | a standby | 5m | 1d | 1m | 4h |",
        "| `analytics` | data to bad writes | backup and log | 5m | 1d | 2h 47m 30s | 4h |",
        "restored after: noticed after 2m 30s + decided after 15m + a new instance 30m + restore 2h = 2h 47m 30s",
        "- `users`: the loss of the region\n",
        "| `events` | broker | 3 nodes with a disk each | quorum queues and streams go on",
        "| `production` | `velero-production` | `shared` | interval 24h + duration of a backup",
        "--from-schedule velero-production",
        "due quarterly, every 90 days, in `production`",
    ] {
        assert_has(page, wanted);
    }
}

#[test]
fn every_term_of_a_derivation_has_a_source() {
    let mut terms = BTreeSet::new();
    for plan in [fixture::plan(SMALL), fixture::plan(AIAAS), fixture::plan(TWO_REGIONS)] {
        for environment in plan.environments.values() {
            let losses = [Loss::Instance, Loss::Zone, Loss::Cluster, Loss::Region, Loss::Logical];
            let databases = environment.databases.iter().flat_map(|database| {
                losses
                    .into_iter()
                    .filter_map(|loss| recovery::of_database(&plan, environment, database, loss))
            });
            let caches = environment.managed_caches.iter().flat_map(|cache| {
                losses
                    .into_iter()
                    .filter_map(|loss| recovery::of_managed_cache(&plan, environment, cache, loss))
            });
            let services =
                environment.services.iter().filter_map(|it| recovery::of_region(&plan, environment, it));
            for found in databases.chain(caches).chain(services) {
                terms.extend(found.rpo.terms.into_iter().chain(found.rto.terms).map(|it| it.what));
            }
        }
    }
    for term in ["interval", "restore", "lag of the copy", "promotion", "failover to a replica"] {
        assert!(terms.contains(term), "{term}: {terms:?}");
    }
    for term in terms.iter().filter(|term| *term != "interval") {
        assert!(super::recovery::constant(term).is_some(), "{term}");
    }
    // What the page says of the region.
    const { assert!(!planning::LINODE_DATABASE_BACKUP_LEAVES_REGION) }
}

#[test]
fn hostile_text_breaks_no_table() {
    const HOSTILE: &str = "x | <script> ${x} {{ y }} `code` [a](b) \\\n\n# z\u{2028}|";
    let mut plan = fixture::plan(AIAAS);
    let calm: Vec<Vec<usize>> = pages(&plan).values().map(|page| shape(page)).collect();
    fixture::give(&mut plan, |_, _| HOSTILE.to_owned());
    for environment in plan.environments.values_mut() {
        let hostile = |purpose: &mut Option<Resolved<String>>| {
            if let Some(purpose) = purpose {
                purpose.value = HOSTILE.to_owned();
            }
        };
        hostile(&mut environment.purpose);
        environment.pools.iter_mut().for_each(|it| hostile(&mut it.purpose));
        environment.gpu_pools.iter_mut().for_each(|it| hostile(&mut it.purpose));
        environment.databases.iter_mut().for_each(|it| hostile(&mut it.purpose));
        environment.caches.iter_mut().for_each(|it| hostile(&mut it.purpose));
        environment.buckets.iter_mut().for_each(|it| hostile(&mut it.purpose));
        environment.services.iter_mut().for_each(|it| hostile(&mut it.purpose));
        environment.secrets.iter_mut().for_each(|it| HOSTILE.clone_into(&mut it.purpose));
    }
    let pages = pages(&plan);
    for (name, page) in &pages {
        assert!(!page.contains("<script>") && !page.contains("[a](b)"), "{name}\n{page}");
    }
    assert!(pages["README.md"].contains("{{ y }}"), "text of the spec is no template");
    assert_eq!(pages.values().map(|page| shape(page)).collect::<Vec<_>>(), calm);
}

/// The cells of each line of a page that is no paragraph: what hostile text would change.
fn shape(page: &str) -> Vec<usize> {
    page.lines().map(|line| line.replace("\\\\", "").replace("\\|", "").matches('|').count()).collect()
}

#[test]
fn the_readme_says_which_team_answers_for_what_where_there_are_several() {
    let mut plan = fixture::plan(SMALL);
    assert!(!pages(&plan)["README.md"].contains("| Team |"));
    let team = |kind: &str, key: &str| match (kind, key) {
        ("service", "api") | ("database", "users") => "checkout".to_owned(),
        ("gpu_pool", _) => "models".to_owned(),
        _ => "web".to_owned(),
    };
    fixture::give(&mut plan, team);
    plan.environments["staging"].services[0].owner.value = "quality".to_owned();
    let readme = &pages(&plan)["README.md"];
    for row in [
        "| `web` | the platform, and all that is no other's |\n",
        "| `checkout` | `services/api (production)`, `databases/users` |\n",
        "| `models` | `gpuPools/inference` |\n",
        "| `quality` | `services/api (staging)` |\n",
    ] {
        assert_has(readme, row);
    }
}

#[test]
fn nothing_is_said_of_things_that_are_not_there() {
    let pages = pages(&fixture::plan(BARE));
    for absent in
        ["| Store", "| GPU", "### Services", "| Nodes of", "cert-manager", "Redis", "RabbitMQ", "NVIDIA"]
    {
        assert!(!pages["README.md"].contains(absent), "{absent}\n{}", pages["README.md"]);
    }
    // The account of Grafana is all that is sealed.
    assert!(pages["secrets.md"].contains("grafana-admin") && !pages["secrets.md"].contains("pooler"));
    for absent in ["## live", "## Promises", "## A restore", "## Drills"] {
        assert!(!pages["recovery.md"].contains(absent), "{absent}\n{}", pages["recovery.md"]);
    }
    for absent in ["### Open", "### Edges", "### Out of"] {
        assert!(!pages["network.md"].contains(absent), "{absent}");
    }
    // An environment without sealed secrets has none to apply, and no heading of its own.
    let mut plan = fixture::plan(AIAAS);
    plan.environments["system"].secrets.clear();
    let pages = self::pages(&plan);
    assert!(
        !pages["secrets.md"].contains("## system") && !pages["README.md"].contains("secrets/sealed/system")
    );
}

#[test]
fn a_pooler_is_told_where_its_database_is() {
    let plan = fixture::plan(AIAAS);
    let page = &pages(&plan)["secrets.md"];
    assert_has(
        page,
        "terraform -chdir=infra/terraform/environments/production output -json database_users \\\n  \
         | jq -r '\"[databases]\\n\\(.database_name) = host=\\(.host) port=\\(.port) dbname=\\(.database_name)\"' \\\n  \
         > \"$VALUES/pooler-users.databases.ini\"\n",
    );
    assert_has(page, "```ini\n[databases]\nDATABASE = host=HOST port=PORT dbname=DATABASE\n```");
    assert_has(page, "```text\n\"USERNAME\" \"PASSWORD\"\n```");
    let pooling: Option<&Pooling> = plan.environments["production"].databases[0].pooling.as_ref();
    let name = &pooling.expect("a pooler").name;
    assert_has(page, &format!("rollout restart deployment/{name}`"));
    assert_has(page, &format!("@{name}:5432/DATABASE?sslmode=disable"));
}

#[test]
fn what_stays_in_the_state_is_listed() {
    let plan = fixture::plan(AIAAS);
    let page = &pages(&plan)["secrets.md"];
    for root in provider::roots(&plan) {
        for output in root.outputs.iter().filter(|output| output.sensitive) {
            let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", root.path)));
            assert!(row.is_some_and(|row| row.contains(&format!("`{}`", output.name))), "{}", output.name);
        }
    }
}

#[test]
fn what_was_assumed_is_what_the_plan_decided_and_goes_when_the_spec_says_it() {
    let page = &pages(&fixture::plan(SMALL))["assumptions.md"];
    let row = "| `monitoring.downFor` | `2m` | two minutes |";
    assert!(page.contains(row), "{page}");
    let stop =
        "| `environments.services.stopAfter` | `30s` | Kubernetes' own default | every environment | 5 |";
    assert!(page.contains(stop), "{page}");
    let written = format!("{SMALL}alerts: {{down: {{for: 2m}}}}\n");
    assert!(!pages(&fixture::plan(&written))["assumptions.md"].contains(row));
}

#[test]
fn every_secret_of_the_manager_has_its_command_and_no_value_is_an_argument() {
    let spec = fixture::external();
    let plan = fixture::plan(&spec);
    let page = &pages(&plan)["secrets.md"];
    for secret in plan.needed_secrets() {
        let mut keys = secret.keys.clone();
        keys.sort();
        let name = &secret.name;
        let values: Vec<String> =
            keys.iter().map(|key| format!("  --rawfile {key} \"$VALUES/{name}.{key}\" \\\n")).collect();
        let values = values.concat();
        let command = format!(
            "jq --null-input \\\n{values}  '$ARGS.named' \\\n  | aws secretsmanager put-secret-value --region fr-par \\\n  \
             --secret-id {} --secret-string file:///dev/stdin\n",
            secret.in_manager().expect("a name")
        );
        assert_has(page, &command);
        for key in &keys {
            let file = format!("\"$VALUES/{name}.{key}\"");
            let given = page.contains(&format!("> {file}")) || page.contains(&format!("to `{file}`"));
            assert!(given, "nobody writes {file}");
        }
    }
    for absent in ["kubeseal", "SPEC", "SecretRotationOverdue", "sealed"] {
        assert!(!page.contains(absent), "{absent}");
    }
    // An address of a cache is made from the password, whose command comes first.
    let password = page.find("shop/production/cache-shared-password --").expect("the password");
    assert!(password < page.find("shop/production/cache-shared-sessions --").expect("the address"));
}

#[test]
fn the_page_about_logs_says_what_the_objects_do() {
    let of = |tenants: &str| {
        let spec = format!(
            "{SMALL}observability: {{logs: {{store: elasticsearch, tenants: {tenants}, keep: {{production: 90d, default: 14d}}}}}}\n"
        );
        Docs.emit(&fixture::plan(&spec)).get("docs/logs.md").expect("the page").text().into_owned()
    };
    insta::assert_snapshot!("logs", of("environment"));
    assert!(!of("single").contains("role that reads it"), "there are no roles");
}

#[test]
fn there_is_no_page_about_logs_in_loki() {
    let spec = format!("{SMALL}observability: {{logs: {{}}}}\n");
    let tree = Docs.emit(&fixture::plan(&spec));
    assert!(tree.get("docs/logs.md").is_none());
    assert!(!tree.get("docs/README.md").expect("the README").text().contains("logs.md"));
}
