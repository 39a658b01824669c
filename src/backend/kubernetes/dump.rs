//! Dumps of a database: one job takes them and writes them to a bucket, one restores the newest to see that it can be.
//!
//! No public image has both PostgreSQL of a wanted version and a client of S3, so each job is two containers that share a volume:
//! the first has to succeed before the second starts, and nothing is hidden in a pipe.

use super::job::{Run, cron_job};
use super::metadata::Identity;
use super::network::{Policy, reach_bucket, reach_database};
use super::{Object, Scope, container, pod};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Concurrency, Database, Dump};
use crate::sizing;
use crate::units::{Bytes, Cpu};

const DUMP: &str = include_str!("../../../templates/scripts/dump.sh");
/// What gives the client the keys of a bucket, after the first line of its script.
const KEYS: &str = include_str!("../../../templates/scripts/bucket-keys.sh");
/// The first line of every script: what fails ends it.
const STRICT: &str = "set -euo pipefail\n";
const UPLOAD: &str = include_str!("../../../templates/scripts/upload.sh");
const FETCH: &str = include_str!("../../../templates/scripts/fetch-newest.sh");
const RESTORE: &str = include_str!("../../../templates/scripts/restore-test.sh");

/// The user `postgres` of the official image: `initdb` refuses a user that the image does not know.
const USER: u32 = 999;
/// Where the two containers of a job share files.
const WORK: &str = "/work";
/// How often a dump or a test that fails is tried again.
const RETRIES: u32 = 2;
/// Finished runs of each kind that are kept.
const KEPT: u32 = 3;
/// A restored database and its dump take that many times the space of the database; a GiB besides is for the log.
const RESTORED: u64 = 2;

/// All objects of the dumps of a database.
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, database: &'a Database) -> Vec<Object<'a>> {
    let Some(dump) = &database.dump else { return Vec::new() };
    let maker = Maker { scope, database, dump };
    let mut objects = maker.job(&dump.name, Part::Take);
    objects.append(&mut maker.job(&dump.test_name, Part::Test));
    objects
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Take,
    Test,
}

struct Maker<'m, 'a> {
    scope: Scope<'m, 'a>,
    database: &'a Database,
    dump: &'a Dump,
}

impl<'a> Maker<'_, 'a> {
    fn job(&self, name: &'a str, part: Part) -> Vec<Object<'a>> {
        let Self { scope, database, dump } = *self;
        let (at, identity) = (dump.at, Identity::dump(database, name));
        let mut secrets: Vec<(String, &'static [&'static str])> = Vec::new();
        secrets.extend(dump.keys.clone().map(|keys| (keys, names::BUCKET_KEYS.as_slice())));
        let (postgres, client) = match part {
            Part::Take => {
                secrets.push((names::dump_secret(&database.key), names::DUMP_KEYS.as_slice()));
                (self.postgres("dump", DUMP), self.client("upload", UPLOAD))
            }
            Part::Test => (self.postgres("restore", RESTORE), self.client("fetch", FETCH)),
        };
        let (first, second) = if part == Part::Take { (postgres, client) } else { (client, postgres) };
        let space = if part == Part::Take { 1 } else { RESTORED };
        let space = Bytes(dump.space.value.0.saturating_mul(space).saturating_add(1 << 30));
        let mut volumes: Vec<Map<'a>> =
            secrets.into_iter().map(|(secret, keys)| pod::secret_files(secret, keys)).collect();
        volumes.push(map! { "name" => "work", "emptyDir" => map! { "sizeLimit" => space.to_string() } });
        let spec = map! {
            "serviceAccountName" => name,
            "automountServiceAccountToken" => false,
            "enableServiceLinks" => false,
            "securityContext" => pod::security(USER),
        }
        .with_some("nodeSelector", scope.node_selector())
        .with("initContainers", [Self::sized(first, space)])
        .with("containers", [Self::sized(second, space)])
        .with("volumes", volumes);
        let run = Run {
            schedule: Some(if part == Part::Take { &dump.schedule } else { &dump.test }),
            // A copy can be read.
            suspended: false,
            concurrency: Concurrency::Forbid,
            timeout: dump.timeout.value,
            retries: RETRIES,
            keep_succeeded: KEPT,
            keep_failed: KEPT,
        };
        let mut objects =
            vec![pod::account_of(scope, identity, at, false), cron_job(scope, identity, at, run, spec)];
        if scope.is_isolated() {
            let mut policy = Policy::default();
            let mut reason = reach_bucket(scope, &mut policy).to_owned();
            if part == Part::Take {
                reason.push_str("; ");
                reason.push_str(reach_database(scope, &mut policy));
            }
            let metadata = scope
                .metadata(name, identity)
                .with("annotations", map! { names::REASON_ANNOTATION => reason });
            objects.push(policy.object(at, metadata, map! { "matchLabels" => identity.selector() }));
        }
        objects
    }

    /// A container with PostgreSQL.
    fn postgres(&self, name: &'static str, script: &'static str) -> Map<'a> {
        let secret = names::dump_secret(&self.database.key);
        let is_dump = script == DUMP;
        let mut env = vec![variable("WORK", WORK)];
        if is_dump {
            env.push(variable("SECRETS", directory(&secret)));
            env.push(variable("PGSSLMODE", "require"));
        }
        let mounts = if is_dump { vec![files(&secret), work()] } else { vec![work()] };
        step(name, &self.dump.image.value, script).with("env", env).with("volumeMounts", mounts)
    }

    /// A container with a client of S3. Without keys it has the identity of its pod, which the client finds by itself, and
    /// then the store is Amazon's own, which the client finds by the region.
    fn client(&self, name: &'static str, script: &'static str) -> Map<'a> {
        let dump = self.dump;
        let mut env = vec![
            variable("WORK", WORK),
            // The client keeps a cache in its home.
            variable("HOME", WORK),
            variable("BUCKET", &dump.bucket_name),
            variable("PREFIX", names::dump_prefix(&self.scope.environment.key, &self.database.key)),
            variable("AWS_REGION", &dump.region),
        ];
        let Some(secret) = &dump.keys else {
            return step(name, &dump.client.value, script).with("env", env).with("volumeMounts", [work()]);
        };
        env.insert(2, variable("SECRETS", directory(secret)));
        env.extend([
            variable("AWS_ENDPOINT_URL_S3", &dump.endpoint),
            // Since 2.23 the client sends checksums that stores besides Amazon's own may refuse (aws/aws-cli issue 9214).
            variable("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"),
            variable("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required"),
        ]);
        let script = format!("{STRICT}{KEYS}{}", script.strip_prefix(STRICT).unwrap_or(script));
        step(name, &dump.client.value, script).with("env", env).with("volumeMounts", [files(secret), work()])
    }

    fn sized(container: Map<'a>, space: Bytes) -> Map<'a> {
        let amounts = |memory: u64| {
            map! { "memory" => Bytes(memory).to_string(), "ephemeral-storage" => space.to_string() }
        };
        let requests = map! { "cpu" => Cpu(sizing::DUMP_CPU).to_string() };
        let requests: Map<'a> =
            requests.into_entries().chain(amounts(sizing::DUMP_MEMORY).into_entries()).collect();
        let limits = map! { "memory" => Bytes(2 * sizing::DUMP_MEMORY).to_string() };
        container
            .with("resources", map! { "requests" => requests, "limits" => limits })
            .with("securityContext", container::security(true))
    }
}

fn step<'a>(name: &'static str, image: &'a str, script: impl Into<Data<'a>>) -> Map<'a> {
    let command: Vec<Data<'a>> = vec!["bash".into(), "-c".into(), script.into()];
    map! { "name" => name, "image" => image, "command" => command }
}

fn variable<'a>(name: &'static str, value: impl Into<std::borrow::Cow<'a, str>>) -> Map<'a> {
    map! { "name" => name, "value" => value.into() }
}

fn directory(secret: &str) -> String {
    [names::SECRET_MOUNT, secret].join("/")
}

fn files<'a>(secret: &str) -> Map<'a> {
    map! { "name" => container::secret_volume(secret), "mountPath" => directory(secret), "readOnly" => true }
}

fn work() -> Map<'static> {
    map! { "name" => "work", "mountPath" => WORK }
}
