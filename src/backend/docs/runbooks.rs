//! What to do in the failures that drills rehearse, step by step, with names of the output.

use std::collections::BTreeSet;

use super::recovery::{exact, line};
use super::{Context, apply, environments, texts, workload};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Database, Environment, Kept, Loss, Plan, Scenario, Secret, Service, Target};
use crate::proof::recovery;
use crate::provider::{self, environment_path};

/// What is rehearsed, each once.
pub(super) fn scenarios(plan: &Plan) -> BTreeSet<Scenario> {
    plan.drills.iter().flat_map(|drills| &drills.scenarios).map(|scenario| scenario.value).collect()
}

/// The template of a scenario's page, and what it is filled with.
pub(super) fn page<'c>(context: &Context<'c>, scenario: Scenario) -> (&'static str, Map<'c>) {
    match scenario {
        Scenario::DatabaseFailure => ("docs/database-failure.md.j2", database(context)),
        Scenario::ClusterFailure => ("docs/cluster-failure.md.j2", cluster(context)),
        Scenario::RegionOutage => {
            ("docs/region-outage.md.j2", cluster(context).with("targets", targets(context)))
        }
    }
}

/// What all runbooks have.
fn common<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    map! {
        "owner" => &plan.owner.value,
        "drills" => plan.drills.is_some(),
        "smoke" => plan.delivery.ci.is_some(),
        "gitops" => plan.delivery.gitops.is_some(),
        "sealed" => plan.secrets.files.is_some()
            && plan.environments.values().any(|environment| !environment.secrets.is_empty()),
    }
}

fn database<'c>(context: &Context<'c>) -> Map<'c> {
    common(context).with(
        "environments",
        environments(context, |environment| {
            let databases: Vec<Map<'_>> =
                // A copy is promoted, not restored: see the loss of a region.
                environment
                    .databases
                    .iter()
                    .filter(|it| it.copy_of.is_none())
                    .map(|it| of_database(context, environment, it))
                    .collect();
            (!databases.is_empty()).then(|| map! { "databases" => databases })
        }),
    )
}

fn of_database<'c>(context: &Context<'c>, environment: &'c Environment, database: &'c Database) -> Map<'c> {
    let root = context.root(&environment_path(&environment.key));
    let call = root.and_then(|root| root.modules.iter().find(|call| call.origin == database.at));
    let module = call.map_or("", |call| call.name.as_str());
    let directory = root.map_or_else(String::new, |root| context.directory(root));
    let users: Vec<&Service> = in_order(environment)
        .into_iter()
        .filter(|service| service.edges.iter().any(|edge| is_of(&edge.target, &database.key)))
        .collect();
    let pooler = database.pooling.as_ref().map(|pooling| pooling.name.as_str());
    let secrets: Vec<&Secret> = [names::database_secret(&database.key), names::pooler_secret(&database.key)]
        .iter()
        .filter_map(|name| environment.secrets.iter().find(|secret| secret.name == *name))
        .collect();
    let namespace = &environment.namespace.value;
    // Whoever uses it stops first, and comes back last.
    let stop = users.iter().rev().map(|user| workload::name(user)).collect::<Vec<_>>();
    let stop = if stop.is_empty() {
        String::new()
    } else {
        format!("kubectl -n {namespace} scale --replicas=0 {}", stop.join(" "))
    };
    let mut start: Vec<String> = Vec::new();
    for secret in &secrets {
        start.push(match &secret.kept {
            Kept::File(file) => format!("kubectl apply --server-side -f \"$SPEC/{file}\""),
            Kept::Manager(_) => names::copy_now(namespace, &secret.name),
        });
    }
    if let Some(pooler) = pooler {
        start.push(format!("kubectl -n {namespace} rollout restart deployment/{pooler}"));
        start.push(format!("kubectl -n {namespace} rollout status deployment/{pooler} --timeout=5m"));
    }
    for user in &users {
        start.push(format!(
            "kubectl -n {namespace} scale --replicas={} {}",
            user.scale.min(),
            workload::name(user)
        ));
        start.push(workload::wait(namespace, user));
    }
    let failover = (database.nodes.value > 1)
        .then(|| recovery::of_database(context.plan, environment, database, Loss::Instance))
        .flatten()
        .map_or_else(String::new, |it| exact(it.rto.total()));
    let (by, example) = context.stores(environment).database.lost;
    let restore = recovery::of_database(context.plan, environment, database, Loss::Logical);
    map! {
        "key" => &database.key,
        "name" => &database.name.value,
        "users" => texts(users.iter().map(|user| &user.key)),
        "failover" => failover,
        "restored_after" => restore.as_ref().map_or_else(String::new, |it| line(&it.rto)),
        "can_lose" => restore.as_ref().map_or_else(String::new, |it| exact(it.rpo.total())),
        "rto" => database.tier.as_ref().map_or_else(String::new, |tier| tier.rto.value.to_string()),
        "rpo" => database.tier.as_ref().map_or_else(String::new, |tier| tier.rpo.value.to_string()),
        "directory" => directory.clone(),
        "stop" => stop,
        "override" => format!(
            "cat > {directory}/restored_override.tf <<EOF\n\
             module \"{module}\" {{\n  restore_from = {{ {by}, time = \"$POINT\" }}\n}}\nEOF"
        ),
        "lost" => example,
        "forget" => format!("terraform -chdir={directory} state rm module.{module}"),
        "apply" => format!(
            "terraform -chdir={directory} plan -target=module.{module} -out=restore.tfplan\n\
             terraform -chdir={directory} apply restore.tfplan"
        ),
        "start" => start.join("\n"),
        "secrets" => texts(secrets.iter().map(|secret| secret.place())),
        "sealed" => context.plan.secrets.files.is_some(),
    }
}

/// What takes over where, with the commands.
fn targets<'c>(context: &Context<'c>) -> Vec<Map<'c>> {
    let plan = context.plan;
    let row = |environment: &'c Environment| {
        let target = environment.target.as_ref()?;
        let cluster = plan.clusters.get(&target.cluster.value);
        let to = target.environment.as_ref().and_then(|to| plan.environments.get(&to.value));
        let directory =
            to.and_then(|to| context.root(&environment_path(&to.key))).map(|root| context.directory(root));
        let directory = directory.unwrap_or_default();
        let mut promote: Vec<String> = Vec::new();
        for database in to.into_iter().flat_map(|to| &to.databases).filter(|it| it.copy_of.is_some()) {
            let (name, region) = (&database.name.value, &target.region);
            let module = format!("database_{}", names::identifier(&database.key));
            promote.push(format!(
                "aws rds promote-read-replica --region {region} --db-instance-identifier {name}"
            ));
            promote.push(format!(
                "aws rds wait db-instance-available --region {region} --db-instance-identifier {name}"
            ));
            promote.push(format!(
                "cat >> {directory}/promoted_override.tf <<EOF\nmodule \"{module}\" {{\n  source_database = null\n}}\nEOF"
            ));
        }
        for files in to.into_iter().flat_map(|to| &to.file_systems).filter(|it| it.copy_of.is_some()) {
            let (name, region) = (names::identifier(&files.key), &target.region);
            promote.push(format!(
                "COPY=$(terraform -chdir={directory} output -json file_system_{name} | jq -r .id)\n\
                 SOURCE=$(aws efs describe-replication-configurations --region {region} --file-system-id \"$COPY\" \\\n  \
                 --query 'Replications[0].SourceFileSystemId' --output text)\n\
                 aws efs delete-replication-configuration --region {region} --source-file-system-id \"$SOURCE\" \\\n  \
                 --deletion-mode LOCAL_CONFIGURATION_ONLY"
            ));
        }
        let mut scale: Vec<String> = Vec::new();
        if let Some(to) = to {
            scale.push(format!("terraform -chdir={directory} apply"));
            for service in in_order(environment) {
                let Some(there) = to.service(&service.key) else { continue };
                if there.scale.min() < service.scale.min() {
                    scale.push(format!(
                        "kubectl -n {} scale --replicas={} {}",
                        to.namespace.value,
                        service.scale.min(),
                        workload::name(there)
                    ));
                }
            }
        }
        // Those that people start stay suspended.
        let waiting = |to: &&'c Environment| to.suspends_jobs();
        let jobs: Vec<&String> = to
            .filter(waiting)
            .into_iter()
            .flat_map(|to| &to.jobs)
            .filter(|job| job.schedule.is_some())
            .map(|job| &job.pod.key)
            .collect();
        let wake = |job: &&String| {
            let namespace = to.map_or("", |to| to.namespace.value.as_str());
            format!(
                "kubectl -n {namespace} patch cronjob {job} --type=merge -p '{{\"spec\": {{\"suspend\": false}}}}'"
            )
        };
        let hosts =
            environment.services.iter().filter_map(|service| Some(&service.route.as_ref()?.host.value));
        let hosts: BTreeSet<&String> = hosts.collect();
        Some(map! {
            "key" => &environment.key,
            "strategy" => target.strategy.value.word(),
            "environment" => to.map_or("", |to| to.key.as_str()),
            "cluster" => &target.cluster.value,
            "region" => &target.region,
            "reach" => cluster
                .and_then(|cluster| provider::of(cluster.provider.value).kubeconfig_command(cluster))
                .unwrap_or_default(),
            "promote" => promote.join("\n"),
            "scale" => scale.join("\n"),
            "wake" => jobs.iter().map(wake).collect::<Vec<_>>().join("\n"),
            "jobs" => texts(jobs.iter().copied()),
            "hosts" => texts(hosts),
        })
    };
    plan.environments.values().filter_map(row).collect()
}

fn is_of(target: &Target, database: &str) -> bool {
    matches!(target, Target::Database { key } | Target::Pooler { key, .. } if key == database)
}

fn cluster<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    let stores = |pick: fn(&Environment) -> Vec<&str>| {
        let found = plan.environments.values().flat_map(move |environment| {
            pick(environment).into_iter().map(|key| format!("{key} ({})", environment.key))
        });
        texts(found)
    };
    let orders: Vec<Map<'c>> = plan
        .environments
        .values()
        .filter(|environment| environment.services.len() > 1)
        .map(|environment| {
            map! {
                "key" => &environment.key,
                "services" => texts(in_order(environment).into_iter().map(|service| &service.key)),
            }
        })
        .collect();
    let address =
        context.roots.iter().flat_map(|root| &root.variables).any(|it| it.name == "ingress_address");
    let mut data = common(context)
        .with("kept", stores(|environment| environment.databases.iter().map(|it| it.key.as_str()).collect()))
        .with(
            "lost",
            stores(|environment| {
                let caches = environment.caches.iter().map(|it| it.key.as_str());
                caches.chain(environment.queues.iter().map(|it| it.key.as_str())).collect()
            }),
        )
        .with("orders", orders)
        .with("address", address);
    // The commands of the first installation are those of a rebuild.
    for (key, value) in apply::data(context).into_entries() {
        let value = match (key.as_ref(), value) {
            ("steps", Data::List(steps)) => {
                Data::List(steps.into_iter().filter(|step| !is_bootstrap(step)).collect())
            }
            (_, value) => value,
        };
        data.push(key, value);
    }
    data
}

fn is_bootstrap(step: &Data<'_>) -> bool {
    step.as_map().and_then(|step| step.get("bootstrap")) == Some(&Data::Bool(true))
}

/// The services of an environment, each after those of the same environment that it talks to. Those in a circle come in
/// the order of the spec.
fn in_order(environment: &Environment) -> Vec<&Service> {
    let mut placed: Vec<&Service> = Vec::new();
    let mut waiting: Vec<&Service> = environment.services.iter().collect();
    while !waiting.is_empty() {
        let is_free = |service: &&Service| {
            service.edges.iter().all(|edge| match &edge.target {
                Target::Service { environment: of, key, .. } => {
                    *of != environment.key
                        || *key == service.key
                        || placed.iter().any(|other| other.key == *key)
                }
                _ => true,
            })
        };
        let next = waiting.iter().position(is_free).unwrap_or(0);
        placed.push(waiting.remove(next));
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixture;

    #[test]
    fn a_service_comes_back_after_those_that_it_talks_to() {
        let plan = fixture::plan(fixture::SMALL);
        let production = &plan.environments["production"];
        let keys: Vec<&str> = in_order(production).into_iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["model", "worker", "api"]);
    }
}
