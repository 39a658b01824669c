//! What services, jobs and dumps may do in the cloud: each with a role of its own, and no keys.

use super::foundation::Base;
use super::{call_name, module, roles};
use crate::names;
use crate::plan::{self, Access, Bucket, Database, Dump, Environment, Plan, Restorable, Target, Workload};
use crate::provider::root::{ModuleCall, Root, Value};
use crate::source::At;

/// Whether a call makes roles, and is told their names.
pub(super) fn is_role(call: &ModuleCall) -> bool {
    let own = ["database-dump", "database-reader", "workload-identity"];
    own.into_iter().chain(roles::modules()).any(|name| call.module == module(name))
}

/// A role for every service and job that uses a bucket, and for those that dump a database and read the dump again. Pods get
/// it by EKS Pod Identity: nothing is annotated.
pub(super) fn of_environment(root: &mut Root, plan: &Plan, environment: &Environment, base: &Base) {
    for pod in environment.pods() {
        let statements: Vec<Value> = pod
            .edges
            .iter()
            .filter_map(|edge| {
                let Target::Bucket { key } = &edge.target else { return None };
                let bucket = bucket(plan, environment, key)?;
                let access = edge.access.as_ref().map_or(Access::ReadWrite, |access| access.value);
                Some(whole(bucket, access))
            })
            .flatten()
            .collect();
        if !statements.is_empty() {
            let about = (pod.workload == Workload::Service)
                .then_some("Pods that start after this have it; those that run are restarted once.");
            root.modules.push(role(plan, environment, (&pod.key, about, pod.at), base, statements));
        }
    }
    for (database, reader) in
        environment.databases.iter().filter_map(|it| Some((it, it.restorable.as_ref()?)))
    {
        root.modules.push(reads(plan, environment, database, reader, base));
    }
    for database in &environment.databases {
        let Some(dump) = &database.dump else { continue };
        if bucket(plan, environment, &dump.bucket.value).is_some() {
            root.modules.push(dumps(plan, environment, database, dump, base));
        }
    }
}

/// A bucket of this cloud.
fn bucket<'p>(plan: &'p Plan, environment: &'p Environment, key: &str) -> Option<&'p Bucket> {
    let mut all = environment.buckets.iter().chain(&plan.buckets);
    all.find(|bucket| bucket.key == key && bucket.provider == plan::Provider::Aws)
}

fn role(
    plan: &Plan,
    environment: &Environment,
    (name, about, origin): (&str, Option<&str>, At),
    base: &Base,
    statements: Vec<Value>,
) -> ModuleCall {
    ModuleCall {
        name: call_name("identity", name),
        module: module("workload-identity"),
        comment: about.map(str::to_owned),
        arguments: vec![
            ("name", Value::Text(names::in_environment(&plan.name.value, &environment.key, name))),
            ("cluster_name", base.cluster_name.clone()),
            ("service_account", account(environment, name)),
            ("statements", Value::List(statements)),
        ],
        origin,
        ..ModuleCall::default()
    }
}

/// A service account, as modules are told of it.
fn account(environment: &Environment, name: &str) -> Value {
    Value::map([("namespace", Value::text(&environment.namespace.value)), ("name", Value::text(name))])
}

/// What an access to a bucket is in actions of S3.
fn whole(bucket: &Bucket, access: Access) -> [Value; 2] {
    let arn = arn(&bucket.name.value);
    let objects = match access {
        Access::Read => vec!["s3:GetObject"],
        _ => vec!["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
    };
    [
        Value::map(statement(vec!["s3:GetBucketLocation", "s3:ListBucket"], arn.clone())),
        Value::map(statement(objects, format!("{arn}/*"))),
    ]
}

/// The role of what asks to which point a database can be restored.
fn reads(
    plan: &Plan,
    environment: &Environment,
    database: &Database,
    reader: &Restorable,
    base: &Base,
) -> ModuleCall {
    ModuleCall {
        name: call_name("identity", &reader.name),
        module: module("database-reader"),
        comment: Some("What tells Prometheus to which point the database can be restored.".to_owned()),
        arguments: vec![
            ("name", Value::Text(names::in_environment(&plan.name.value, &environment.key, &reader.name))),
            ("cluster_name", base.cluster_name.clone()),
            ("service_account", account(environment, &reader.name)),
            ("region", Value::text(&reader.region)),
            ("database", Value::text(&database.name.value)),
        ],
        origin: database.at,
        ..ModuleCall::default()
    }
}

/// The roles of the job that takes dumps of a database and of the one that restores the newest.
fn dumps(
    plan: &Plan,
    environment: &Environment,
    database: &Database,
    dump: &Dump,
    base: &Base,
) -> ModuleCall {
    let role =
        |account: &str| Value::Text(names::in_environment(&plan.name.value, &environment.key, account));
    let accounts = [("dump", Value::text(&dump.name)), ("test", Value::text(&dump.test_name))];
    ModuleCall {
        name: call_name("identity", &dump.name),
        module: module("database-dump"),
        comment: Some(
            "One job adds to the dumps and reads none, the other restores the newest as a test.".to_owned(),
        ),
        arguments: vec![
            ("names", Value::map([("dump", role(&dump.name)), ("test", role(&dump.test_name))])),
            ("cluster_name", base.cluster_name.clone()),
            ("namespace", Value::text(&environment.namespace.value)),
            ("service_accounts", Value::map(accounts)),
            ("bucket", Value::text(&dump.bucket_name)),
            ("prefix", Value::Text(names::dump_prefix(&environment.key, &database.key))),
        ],
        origin: dump.at,
        ..ModuleCall::default()
    }
}

fn arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

fn statement(actions: Vec<&str>, resource: String) -> [(&'static str, Value); 2] {
    [("actions", Value::texts(actions)), ("resources", Value::texts([resource]))]
}
