//! Dumps of databases: the bucket that they go to, the images that make them, and the time and space that they take.

use super::{Resolver, from_written, jobs, or, services};
use crate::catalog::{self, images, planning};
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::model::records;
use crate::names;
use crate::plan::{Access, Bucket, Database, Dump, Plan, Resolved, Role};
use crate::provider;
use crate::provider::stores::BucketKeys;
use crate::units::{Bytes, Duration};

/// When the newest dump is restored where nothing is said.
const TEST: &str = "0 6 * * sun";
/// How long a dump may take where nobody says how much data there is.
const TIMEOUT: Duration = Duration(6 * 3600);
/// The space for a dump where nobody says how much data there is.
const SPACE: Bytes = Bytes(10 << 30);

/// Resolves the dumps of all databases, and notes that they write to their buckets.
pub(super) fn resolve(resolver: &mut Resolver<'_>, plan: &mut Plan) {
    for (environment, key, written) in std::mem::take(&mut resolver.dumps) {
        let Some(there) = plan.environments.get(&environment) else { continue };
        let Some(database) = there.database(&key) else { continue };
        let mut buckets = there.buckets.iter().chain(&plan.buckets);
        let Some(bucket) = buckets.find(|bucket| bucket.key == written.bucket.value.0) else {
            let known: Vec<&str> =
                there.buckets.iter().chain(&plan.buckets).map(|bucket| bucket.key.as_str()).collect();
            unknown(resolver, plan, &environment, &written, &known);
            continue;
        };
        let region = plan.clusters.get(&there.cluster.value).map(|cluster| cluster.region.value.as_str());
        // What stands in for an environment may do so because the region of the bucket is lost.
        let copy = bucket
            .copy_to
            .as_ref()
            .filter(|copy| there.role.value == Role::Recovery && copy.cluster.value == there.cluster.value);
        let copied =
            copy.map(|copy| (names::copy_of(&bucket.name, &copy.cluster.value), copy.region.clone()));
        let place = copied.unwrap_or_else(|| (bucket.name.value.clone(), bucket.region.value.clone()));
        let dump = dump(database, bucket, place, region, &written);
        services::mark_bucket(plan, &environment, &dump.bucket.value, Access::ReadWrite);
        let database = plan
            .environments
            .get_mut(&environment)
            .and_then(|there| there.databases.iter_mut().find(|database| database.key == key));
        if let Some(database) = database {
            database.dump = Some(dump);
        }
    }
}

fn unknown(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    environment: &str,
    written: &records::Dump,
    known: &[&str],
) {
    let document = &resolver.model.document;
    let (key, span) = (written.bucket.value.0.as_str(), document.span(written.bucket.at));
    let finding = if plan.state.as_ref().is_some_and(|state| state.key == key) {
        Diagnostic::new(
            &code::BACKUP_BUCKET,
            span,
            format!("`{key}` holds Terraform's state, and dumps would share its keys"),
        )
        .help("declare a bucket of its own")
    } else {
        let mut finding =
            Diagnostic::new(&code::UNKNOWN_REFERENCE, span, format!("there is no bucket `{key}` for dumps"));
        finding.help = did_you_mean(key, known.iter().copied())
            .or_else(|| Some(format!("declare it under `buckets`, where {environment} has it")));
        finding
    };
    resolver.sink.push(finding.in_environment(environment));
}

/// The dump of a database to a bucket, whose real name and region are those of the place.
fn dump(
    database: &Database,
    bucket: &Bucket,
    (bucket_name, bucket_region): (String, String),
    region: Option<&str>,
    written: &records::Dump,
) -> Dump {
    let provider = provider::of(bucket.provider);
    let host = provider.object_storage_endpoint(&bucket_region).host;
    let gib = database.size.map(|size| u32::try_from(size.value.gibibytes()).unwrap_or(u32::MAX));
    let (timeout, rule) = match gib {
        // A restore is the slower of the two.
        Some(gib) => {
            let minutes = planning::dump_restore_minutes(gib).max(planning::dump_minutes(gib));
            (Duration(u64::from(minutes) * 120).max(Duration::HOUR), "twice what the sums of recovery count")
        }
        None => (TIMEOUT, "nobody says how much data there is"),
    };
    let test = match &written.test {
        Some(test) => from_written(test),
        None => Resolved::default(TEST.to_owned(), "every Sunday morning"),
    };
    let release = catalog::eol("postgresql", &database.version.value)
        .map_or(database.version.value.as_str(), |cycle| cycle.latest);
    Dump {
        at: written.at,
        name: names::dump(&database.key),
        test_name: names::dump_test(&database.key),
        schedule: jobs::schedule(from_written(&written.schedule), written.time_zone.as_ref()),
        test: jobs::schedule(test, written.time_zone.as_ref()),
        timeout: or(written.timeout.as_ref(), |time| time, timeout, rule),
        bucket: from_written(&written.bucket),
        elsewhere: region.is_some_and(|region| region != bucket_region),
        bucket_name,
        region: bucket_region,
        endpoint: format!("https://{host}"),
        keys: match provider.stores().bucket_access {
            BucketKeys::Pair => Some(names::bucket_secret(&bucket.key)),
            BucketKeys::Identity { .. } => None,
        },
        kept: bucket.keep,
        image: or(
            written.image.as_ref(),
            |image| image.0,
            images::postgresql(release),
            "the newest patch release of the major version",
        ),
        client: Resolved::default(images::AWS_CLI.to_owned(), "a pinned client of S3"),
        space: match &database.size {
            Some(size) => Resolved { value: size.value, origin: size.origin },
            None => Resolved::default(SPACE, "nobody says how much data there is"),
        },
    }
}
