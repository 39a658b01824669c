//! What services may do in the cloud: each with a role of its own, and no keys.

use super::foundation::Base;
use super::{call_name, module};
use crate::names;
use crate::plan::{Access, Bucket, Environment, Plan, Service, Target};
use crate::provider::root::{ModuleCall, Root, Value};

/// A role for every service that uses a bucket. Pods get it by EKS Pod Identity: nothing is annotated.
pub(super) fn of_services(root: &mut Root, plan: &Plan, environment: &Environment, base: &Base) {
    for service in &environment.services {
        let statements: Vec<Value> = service
            .edges
            .iter()
            .filter_map(|edge| {
                let Target::Bucket { key } = &edge.target else { return None };
                let mut all = environment.buckets.iter().chain(&plan.buckets);
                let bucket = all.find(|bucket| bucket.key == *key)?;
                let access = edge.access.as_ref().map_or(Access::ReadWrite, |access| access.value);
                Some(statements(bucket, access))
            })
            .flatten()
            .collect();
        if !statements.is_empty() {
            root.modules.push(role(plan, environment, service, base, statements));
        }
    }
}

fn role(
    plan: &Plan,
    environment: &Environment,
    service: &Service,
    base: &Base,
    statements: Vec<Value>,
) -> ModuleCall {
    ModuleCall {
        name: call_name("identity", &service.key),
        module: module("workload-identity"),
        comment: Some("Pods that start after this have it; those that run are restarted once.".to_owned()),
        arguments: vec![
            ("name", Value::Text(names::in_environment(&plan.name.value, &environment.key, &service.key))),
            ("cluster_name", base.cluster_name.clone()),
            (
                "service_account",
                Value::map([
                    ("namespace", Value::text(&environment.namespace.value)),
                    ("name", Value::text(&service.key)),
                ]),
            ),
            ("statements", Value::List(statements)),
        ],
        origin: service.at,
        ..ModuleCall::default()
    }
}

/// What an access to a bucket is in actions of S3.
fn statements(bucket: &Bucket, access: Access) -> [Value; 2] {
    let arn = format!("arn:aws:s3:::{}", bucket.name.value);
    let objects = match access {
        Access::Read => vec!["s3:GetObject"],
        _ => vec!["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
    };
    let statement = |actions: Vec<&str>, resource: String| {
        Value::map([("actions", Value::texts(actions)), ("resources", Value::texts([resource]))])
    };
    [
        statement(vec!["s3:GetBucketLocation", "s3:ListBucket"], arn.clone()),
        statement(objects, format!("{arn}/*")),
    ]
}
