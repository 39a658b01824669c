//! What stores data.

use super::foundation::Base;
use super::{call_name, module, one_line, output};
use crate::plan::{self, Bucket, Cluster, Environment, Plan};
use crate::provider::root::{ModuleCall, Root, Value};

/// Buckets that exist once.
pub(super) fn of_platform(root: &mut Root, plan: &Plan) {
    for found in plan.buckets.iter().filter(|bucket| bucket.provider == plan::Provider::Aws) {
        add_bucket(root, plan, found);
    }
}

/// What an environment stores.
pub(super) fn of_environment(
    root: &mut Root,
    plan: &Plan,
    _cluster: &Cluster,
    environment: &Environment,
    base: &Base,
) {
    let _ = (&base.vpc_id, &base.data_subnets, base.clients());
    for found in environment.buckets.iter().filter(|bucket| bucket.provider == plan::Provider::Aws) {
        add_bucket(root, plan, found);
    }
}

fn add_bucket(root: &mut Root, plan: &Plan, found: &Bucket) {
    let call = bucket(plan, found);
    let of = |output: &'static str| (output, Value::Output(call.name.clone(), output));
    output(root, &call.name, "Where the bucket is.", Value::map([of("name"), of("region")]), found.at);
    root.modules.push(call);
}

/// A bucket.
pub(super) fn bucket(_plan: &Plan, bucket: &Bucket) -> ModuleCall {
    ModuleCall {
        name: call_name("bucket", &bucket.key),
        module: module("bucket"),
        comment: bucket.purpose.as_ref().map(|purpose| one_line(&purpose.value)),
        arguments: vec![("name", Value::text(&bucket.name.value))],
        origin: bucket.at,
        ..ModuleCall::default()
    }
}
