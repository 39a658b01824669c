//! `CloudFront` in front of buckets: a distribution, its certificate, its web ACL and its records.
//!
//! A distribution belongs to no region. Its certificate and its web ACL are in the one from which AWS gives them out.

use super::stores::in_region;
use super::{call_name, dns, module, output};
use crate::names;
use crate::plan::{Bucket, Cdn, Environment, Plan, Provider};
use crate::provider::root::{Kind, ModuleCall, ProviderAlias, Root, Value};

/// <https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html>,
/// <https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html>
const REGION: &str = "us-east-1";

const WEB_ACL: &str = "web_acl_cdn";

/// The networks in front of buckets that exist once.
pub(super) fn of_platform(root: &mut Root, plan: &Plan) {
    let zone = Value::Output("zone".to_owned(), super::ZONE_ID);
    serve(root, plan, &plan.buckets, &names::in_platform(&plan.name.value, "cdn"), &zone);
}

/// Those of an environment.
pub(super) fn of_environment(root: &mut Root, plan: &Plan, environment: &Environment) {
    let Some((ingress, _)) = dns::of_platform(plan) else { return };
    dns::zone_variable(root, ingress);
    let name = names::in_environment(&plan.name.value, &environment.key, "cdn");
    serve(root, plan, &environment.buckets, &name, &Value::Variable(super::ZONE_ID));
}

/// Whether a bucket has one: its certificate is Amazon's.
pub(super) fn is_anywhere(plan: &Plan) -> bool {
    let of_environments = plan.environments.values().flat_map(|environment| &environment.buckets);
    of_environments.chain(&plan.buckets).any(|bucket| bucket.cdn.is_some())
}

fn serve(root: &mut Root, plan: &Plan, buckets: &[Bucket], acl: &str, zone: &Value) {
    let here = buckets.iter().filter(|bucket| bucket.provider == Provider::Aws);
    let served: Vec<(&Bucket, &Cdn)> =
        here.filter_map(|bucket| Some((bucket, bucket.cdn.as_ref()?))).collect();
    if served.is_empty() || dns::of_platform(plan).is_none() {
        return;
    }
    let provider = in_region(root, REGION);
    let is_guarded = web_acl(root, plan, acl, provider.as_ref());
    for (bucket, cdn) in served {
        let certificate = call_name("edge_certificate", &bucket.key);
        root.modules.push(ModuleCall {
            name: certificate.clone(),
            module: module("certificate"),
            comment: Some(about_certificate(root)),
            provider: provider.clone(),
            arguments: vec![("domain", Value::text(&cdn.host.value)), ("zone_id", zone.clone())],
            origin: cdn.at,
            ..ModuleCall::default()
        });
        distribution(root, (bucket, cdn), zone, certificate, is_guarded);
    }
}

/// What a reader should know of a certificate: in the root that makes the zone, nothing has delegated the domain yet.
fn about_certificate(root: &Root) -> String {
    let region = format!("CloudFront takes certificates from {REGION} only.");
    if root.kind != Kind::Platform {
        return region;
    }
    let first = "It is issued once the domain is delegated to the zone: terraform apply -target=module.zone comes first.";
    format!("{region}\n{first}")
}

/// The web ACL of all distributions of a root, where the spec asks for one. Says whether there is one.
fn web_acl(root: &mut Root, plan: &Plan, name: &str, provider: Option<&ProviderAlias>) -> bool {
    let Some(waf) = plan.ingress.as_ref().and_then(|ingress| ingress.waf.as_ref()) else { return false };
    root.modules.push(ModuleCall {
        name: WEB_ACL.to_owned(),
        module: module("waf"),
        comment: Some("Guards the distributions.".to_owned()),
        provider: provider.cloned(),
        arguments: vec![
            ("name", Value::text(name)),
            ("scope", Value::text("CLOUDFRONT")),
            ("rate_limit", waf.rate_limit.value.into()),
        ],
        origin: waf.at,
        ..ModuleCall::default()
    });
    true
}

/// The distribution, and what lets it read the bucket and its copy.
fn distribution(
    root: &mut Root,
    (bucket, cdn): (&Bucket, &Cdn),
    zone: &Value,
    certificate: String,
    is_guarded: bool,
) {
    let name = call_name("cdn", &bucket.key);
    let origin = call_name("bucket", &bucket.key);
    let mut arguments = vec![
        ("name", Value::text(&bucket.name.value)),
        ("bucket_domain_name", Value::Output(origin.clone(), "domain_name")),
    ];
    let copy = bucket.copy_to.as_ref().map(|_| super::stores::copy_call(&origin));
    arguments.extend(copy.clone().map(|copy| ("copy_domain_name", Value::Output(copy, "domain_name"))));
    arguments.push(("aliases", Value::texts([&cdn.host.value])));
    arguments.push(("certificate_arn", Value::Output(certificate, "arn")));
    arguments.push(("dns", Value::map([("zone_id", zone.clone())])));
    if is_guarded {
        arguments.push(("web_acl_arn", Value::Output(WEB_ACL.to_owned(), "arn")));
    }
    for call in &mut root.modules {
        if call.name == origin || copy.as_ref() == Some(&call.name) {
            let arn = Value::Output(name.clone(), "arn");
            call.arguments.push(("distributions", Value::List(vec![arn])));
        }
    }
    let of = |output: &'static str| (output, Value::Output(name.clone(), output));
    let described = format!("Serves https://{}; the id is for invalidations.", cdn.host.value);
    output(root, &name, &described, Value::map([of("domain_name"), of("id")]), cdn.at);
    let mut about = format!("Serves the objects of {} at https://{}.", bucket.key, cdn.host.value);
    if copy.is_some() {
        about.push_str(" Where the bucket does not answer, its copy does.");
    }
    root.modules.push(ModuleCall {
        name,
        module: module("cdn"),
        comment: Some(about),
        arguments,
        origin: cdn.at,
        ..ModuleCall::default()
    });
}
