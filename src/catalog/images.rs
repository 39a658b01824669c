//! Images that platc chooses where the spec names none. Pinned, so that the same spec gives the same pods.

/// `PgBouncer` as the `CloudNativePG` project builds it; runs as the user `pgbouncer` (998). The tag is in use in public
/// repositories of 2026 [verified]; that the registry still has it was not tried.
pub const PGBOUNCER: &str = "ghcr.io/cloudnative-pg/pgbouncer:1.25.2";

/// Redis as the opstree operator needs it. Its publisher deletes old tags now and then; v8.6.2 is in use in public
/// repositories of 2026 [verified].
pub const REDIS: &str = "quay.io/opstree/redis:v8.6.2";

/// Valkey, official image; 8.1.9 is the newest patch of a line with support until 2030 (endoflife.date, 2026-08-22).
pub const VALKEY: &str = "docker.io/valkey/valkey:8.1.9";

/// RabbitMQ, official image with the management plug-in; 4.3 is the only line with community support
/// (endoflife.date, 2026-08-22).
pub const RABBITMQ: &str = "docker.io/library/rabbitmq:4.3.5-management";

/// Elasticsearch, Kibana and Filebeat: the newest patch of the newest line (endoflife.date, 2026-08-22), which the manifests of
/// Filebeat's own repository name too [verified]. A line of 9 ends about when the second one after it comes [inferred from
/// the dates of the earlier ones], so no date is known.
pub const ELASTIC_STACK: &str = "9.5.2";

/// The image of Elasticsearch, which the operator takes for itself: it has a shell and curl (the operator's pre-stop hook
/// runs curl in it) [verified].
pub const ELASTICSEARCH: &str = "docker.elastic.co/elasticsearch/elasticsearch:9.5.2";

/// Redis' sentinel as the opstree operator needs it; the tags follow those of [`REDIS`]. v8.6.2 is in use in public
/// repositories of 2026 [verified].
pub const REDIS_SENTINEL: &str = "quay.io/opstree/redis-sentinel:v8.6.2";

/// The exporter of PostgreSQL: the release that the Prometheus community's chart 8.2.0 names, in the registry of its
/// values [verified]; the image needs no user of its own and writes nothing.
pub const POSTGRES_EXPORTER: &str = "quay.io/prometheuscommunity/postgres-exporter:v0.20.1";

/// `node_exporter`, whose collector of text files shows Prometheus what another container writes: the release that the Prometheus
/// community's chart 4.56.1 names, in the registry of its values [verified]. It runs as nobody.
pub const NODE_EXPORTER: &str = "quay.io/prometheus/node-exporter:v1.12.1";

/// The exporter of Redis and Valkey: the release that the Valkey operator takes by default (its source, 2026-08-18)
/// [verified].
pub const REDIS_EXPORTER: &str = "docker.io/oliver006/redis_exporter:v1.80.0";

/// `BusyBox`, official image: 1.37.0 is the newest release of the official image's list (docker-library, `library/busybox`)
/// [inferred: other images are built on it, its own list of tags was not read].
pub const BUSYBOX: &str = "docker.io/library/busybox:1.37.0";

/// A client of AWS and of stores like S3, with a shell: the official image of the AWS CLI. The tag is in use in a public repository of 2026, in a pod that
/// is as restricted as ours [verified]; that the registry still has it was not tried.
pub const AWS_CLI: &str = "docker.io/amazon/aws-cli:2.34.48";

/// `PostgreSQL`, official image on Debian, of a patch release: client tools, a server, and the extensions of the distribution. Its
/// user `postgres` is 999 (docker-library/postgres, Dockerfile-debian.template).
#[must_use]
pub fn postgresql(release: &str) -> String {
    format!("docker.io/library/postgres:{release}")
}

/// The extensions that the official image of PostgreSQL has: those of the distribution's `contrib`
/// (<https://www.postgresql.org/docs/17/contrib.html>) [recalled].
pub const POSTGRESQL_EXTENSIONS: [&str; 37] = [
    "amcheck",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plpgsql",
    "postgres_fdw",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "unaccent",
    "uuid-ossp",
    "xml2",
];

/// Redis, official image, for local environments: the newest patch of the line of [`REDIS`] (endoflife.date, 2026-08-22).
pub const REDIS_OFFICIAL: &str = "docker.io/library/redis:8.6.6";
