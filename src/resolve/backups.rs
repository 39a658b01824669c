//! Backups of volumes: where they go.

use super::{Resolver, from_written, or};
use crate::catalog;
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::plan::{Access, Plan, VolumeBackups};
use crate::provider;
use crate::provider::stores::BucketKeys;
use crate::units::Duration;

/// Finds the bucket of the backups, and notes that something writes to it.
pub(super) fn resolve(resolver: &mut Resolver<'_>, plan: &mut Plan) {
    let Some(written) = resolver.platform.dr.as_ref().and_then(|dr| dr.backups.as_ref()) else { return };
    let document = &resolver.model.document;
    let (key, span) = (written.bucket.value.0.as_str(), document.span(written.bucket.at));
    let unfit = |message: String| Diagnostic::new(&code::BACKUP_BUCKET, span, message);
    let Some(bucket) = plan.buckets.iter_mut().find(|bucket| bucket.key == key) else {
        let mut of_environments = plan.environments.values().flat_map(|environment| &environment.buckets);
        let finding = if plan.state.as_ref().is_some_and(|state| state.key == key) {
            unfit(format!("`{key}` holds Terraform's state, and backups would share its keys"))
                .help("declare a bucket of its own with `scope: platform`")
        } else if let Some(bucket) = of_environments.find(|bucket| bucket.key == key) {
            unfit(format!("`{key}` exists once for each environment, and backups go to one bucket"))
                .related(document.key_span(bucket.at), "the bucket")
                .help("write `scope: platform` in the bucket")
        } else {
            let known: Vec<&str> = plan.buckets.iter().map(|bucket| bucket.key.as_str()).collect();
            let message = format!("there is no bucket `{key}`");
            let mut finding = Diagnostic::new(&code::UNKNOWN_REFERENCE, span, message);
            finding.help = did_you_mean(key, known.iter().copied());
            if let [near] = catalog::nearest(key, known, 1)[..] {
                finding = finding.edit(span, near);
            }
            finding
        };
        resolver.sink.push(finding);
        return;
    };
    let stores = provider::of(bucket.provider).stores();
    if matches!(stores.bucket_access, BucketKeys::Identity { .. }) {
        let finding = Diagnostic::new(
            &code::NOT_OFFERED,
            span,
            format!("backups of volumes cannot go to `{key}`: platc gives Velero keys, and buckets at {} have none", stores.cloud),
        )
        .related(document.key_span(bucket.at), "the bucket")
        .help("leave `dr.backups` out, and have the provider copy the volumes itself");
        resolver.sink.push(finding);
        return;
    }
    let region = &bucket.region.value;
    let Some(endpoint) = catalog::object_storage_endpoint(bucket.provider.word(), region) else {
        let finding = unfit(format!("the catalogue knows no S3 endpoint of the region `{region}`"))
            .related(document.key_span(bucket.at), "the bucket")
            .help("give the bucket a `region` that has object storage");
        resolver.sink.push(finding);
        return;
    };
    bucket.used_with = Some(Access::ReadWrite);
    plan.backups = Some(VolumeBackups {
        at: written.at,
        every: or(written.every.as_ref(), |every| every, Duration::DAY, "once a day"),
        keep: or(written.keep.as_ref(), |keep| keep, Duration(14 * Duration::DAY.0), "two weeks"),
        bucket: from_written(&written.bucket),
        name: bucket.name.value.clone(),
        region: region.clone(),
        endpoint: endpoint.to_owned(),
    });
}
