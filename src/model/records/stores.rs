//! What keeps data.

use crate::model::decode::Named;
use crate::model::scalars::{
    Count, Flag, Host, Identifier, Image, Line, Name, Parameter, Schedule, Text, TimeZone, Version,
};
use crate::record;
use crate::source::Written;
use crate::units::{Bytes, Cpu, DailyWindow, Duration, WeeklyWindow};
use crate::words::{
    BucketAccess, BucketPurpose, BucketScope, CacheEngine, DatabaseEngine, Eviction, PoolMode, QueueEngine,
    QueueType, Topology,
};

record! {
    /// A database that the provider manages.
    Database as "database"; {
        /// The engine.
        engine: Written<DatabaseEngine> = needed "postgresql";
        /// The engine's version: the major one, or at AWS also a minor one that is then kept.
        version: Written<Version> = needed "\"17\"";
        /// The machine class of its nodes.
        r#type as "type": Written<Identifier> = needed "g6-dedicated-2";
        /// Its disk, where the machine class does not bring one: at AWS.
        storage: DatabaseStorage = optional "{size: 100Gi, max: 500Gi}", "none: the disk of the machine class";
        /// How many nodes: one, or one and its standbys. At AWS 2 are an instance and its standby in another zone.
        nodes: Written<Count> = optional "3", "with standbys in production: 3 on Linode, 2 at AWS; 1 elsewhere";
        /// The name that it really has, where it is not `<platform>-<environment>-<database>`.
        name: Written<Identifier> = optional "users", "`<platform>-<environment>-<database>`";
        /// What it holds, in words.
        purpose: Written<Line> = optional "Users and organisations";
        /// The team that answers for it: a label of its objects and alerts, which routes go by.
        owner: Written<Name> = optional "checkout-team", "that of the platform";
        /// Extensions that its users need.
        extensions: Vec<Written<Identifier>> = optional "[timescaledb]";
        /// The backups that it has.
        backup: Backup = optional "{every: 1d, keep: 14d, pointInTime: true}";
        /// Dumps that a job writes to a bucket, and that another restores to see whether they can be.
        dump: Dump = optional "{schedule: \"0 2 * * *\", bucket: dumps}", "none";
        /// A pooler that its users connect through.
        pooling: Pooling = optional "{mode: transaction, size: 20}";
        /// How much data it holds: what dumps and restores have to move.
        size: Written<Bytes> = optional "50Gi";
        /// When the provider may restart it, in UTC.
        maintenance: Written<WeeklyWindow> = optional "\"sun:04:00-sun:05:00\"", "`sun:03:00-sun:04:00` at AWS; elsewhere the provider's";
        /// Running copies of it that are read, or that take over when its region is lost. Each follows its writes, bad ones too.
        replicas: Named<Name, Replica> = optional "{standby: {in: recovery}}", "none";
        /// Parameters of the engine.
        parameters: Named<Parameter, Written<Text>> = optional "{log_connections: \"1\"}", "the provider's";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
    }
}

record! {
    /// The disk of a database.
    DatabaseStorage as "database storage"; {
        /// How large it is at first. It grows, and never shrinks.
        size: Written<Bytes> = needed "100Gi";
        /// How large it may become by itself.
        max: Written<Bytes> = optional "500Gi", "it does not grow by itself";
    }
}

record! {
    /// A running copy of a database.
    Replica as "replica"; {
        /// The cluster in whose network it is: that of the database for one that is only read, one in another region for one
        /// that takes over when the database's region is lost.
        r#in as "in": Written<Name> = needed "recovery";
        /// The machine class.
        r#type as "type": Written<Identifier> = optional "db.m6g.large", "that of the database";
        /// The name that it really has, where it is not `<database's name>-<replica>`.
        name: Written<Identifier> = optional "users-standby", "`<database's name>-<replica>`";
    }
}

record! {
    /// The backups of a database.
    Backup as "backup"; {
        /// The time between two backups.
        every: Written<Duration> = needed "1d";
        /// How long backups are kept.
        keep: Written<Duration> = optional "14d", "14d: what Linode keeps";
        /// Whether every point in time between backups can be restored.
        point_in_time as "pointInTime": Written<Flag> = optional "true", "false; true at AWS, where backups always can";
        /// When the daily backup is made, in UTC. It must not meet `maintenance`.
        window: Written<DailyWindow> = optional "\"02:00-03:00\"", "`02:00-02:30` at AWS; elsewhere the provider's";
        /// The cluster to whose region backups and log are copied.
        copy_to as "copyTo": Written<Name> = optional "recovery", "they stay in the region";
    }
}

record! {
    /// Dumps of a database: `pg_dump` in its custom format, in a bucket of its own choice. The bucket's `keep` says how long they stay.
    Dump as "dump"; {
        /// When a dump is taken: minute, hour, day of the month, month, weekday.
        schedule: Written<Schedule> = needed "\"0 2 * * *\"";
        /// The bucket that dumps go to, below the environment's name and the database's.
        bucket: Written<Name> = needed "dumps";
        /// When the newest dump is restored into a server in a pod, which is thrown away afterwards.
        test: Written<Schedule> = optional "\"0 6 * * sun\"", "`0 6 * * sun`: every Sunday morning";
        /// The time zone of both schedules.
        time_zone as "timeZone": Written<TimeZone> = optional "Europe/Berlin", "`Etc/UTC`";
        /// How long a dump or its restoring may take.
        timeout: Written<Duration> = optional "6h", "twice what the sums of recovery count for the database's `size`, an hour at least; 6h where it says none";
        /// An image with the database's PostgreSQL, its client tools and its extensions, in which the user 999 exists.
        image: Written<Image> = optional "\"docker.io/timescale/timescaledb-ha:pg17\"", "the official image of the major version";
    }
}

record! {
    /// A pooler in front of a database: PgBouncer, in the database's environment.
    Pooling as "pooler"; {
        /// What a connection belongs to.
        mode: Written<PoolMode> = optional "transaction", "`transaction`";
        /// Connections to the database, for each of its users.
        size: Written<Count> = needed "20";
        /// The pooler's image.
        image: Written<Image> = optional "\"ghcr.io/cloudnative-pg/pgbouncer:1.25.2\"", "a pinned PgBouncer";
    }
}

record! {
    /// A cache. An operator runs it in the cluster, unless `type` names machines of the provider's.
    Cache as "cache"; {
        /// The engine.
        engine: Written<CacheEngine> = needed "redis";
        /// The machine class of its nodes: the provider then runs it, outside the cluster.
        r#type as "type": Written<Identifier> = optional "cache.m6g.large", "an operator runs it in the cluster";
        /// The engine's version, for a cache that the provider runs.
        version: Written<Version> = optional "\"8.0\"", "that of the image; needed with `type`";
        /// The name that a cache of the provider's really has, where it is not `<platform>-<environment>-<cache>`.
        name: Written<Identifier> = optional "aiaas-sessions", "`<platform>-<environment>-<cache>` with `type`";
        /// How its nodes belong together.
        topology: Written<Topology> = optional "replicated", "`replicated` for redis, `cluster` for valkey";
        /// Nodes with the data: the leader and its replicas; in a cluster, for each share of the keys.
        replicas: Written<Count> = optional "3", "3, or 1 for `standalone`";
        /// Shares of the keys in a cluster.
        shards: Written<Count> = optional "3", "3";
        /// Memory of each node. Three quarters of it hold data; the rest is for copies while saving. Needed without `type`.
        memory: Written<Bytes> = optional "2Gi", "that of the machine class with `type`; needed without";
        /// The engine's image.
        image: Written<Image> = optional "\"quay.io/opstree/redis:v8.6.2\"", "the operator's own, pinned";
        /// Disk of each node, for what survives a restart. Absent: nothing does.
        persistence: Written<Bytes> = optional "10Gi";
        /// What it does when it is full.
        eviction: Written<Eviction> = optional "volatile-ttl", "`volatile-ttl`: keys with the nearest expiry go first";
        /// Daily copies of a cache that the provider runs.
        backup: CacheBackup = optional "{keep: 7d}", "none";
        /// When the provider may restart it, in UTC; with `type`.
        maintenance: Written<WeeklyWindow> = optional "\"sun:04:00-sun:05:00\"", "`sun:04:00-sun:05:00` at AWS";
        /// The logical databases that separate its users, by number.
        logical_databases as "logicalDatabases": Named<Name, Written<Count>> = optional "{sessions: 0, rate-limits: 1}";
        /// What it is for, in words.
        purpose: Written<Line> = optional "Sessions and rate limits";
        /// The team that answers for it: a label of its objects and alerts, which routes go by.
        owner: Written<Name> = optional "checkout-team", "that of the platform";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
    }
}

record! {
    /// Daily copies of a cache that the provider runs.
    CacheBackup as "cache backup"; {
        /// How long a copy is kept.
        keep: Written<Duration> = needed "7d";
        /// When it is made, in UTC. It must not meet `maintenance`.
        window: Written<DailyWindow> = optional "\"02:00-03:00\"", "`02:00-03:00` at AWS";
    }
}

record! {
    /// A message broker and its queues, run by an operator in the cluster.
    Queue as "message broker"; {
        /// The broker.
        engine: Written<QueueEngine> = needed "rabbitmq";
        /// How many nodes.
        nodes: Written<Count> = optional "3", "3 in production, 1 elsewhere";
        /// The broker's image.
        image: Written<Image> = optional "\"docker.io/library/rabbitmq:4.3.5-management\"", "a pinned RabbitMQ 4";
        /// Memory of each node.
        memory: Written<Bytes> = optional "2Gi", "2Gi";
        /// CPU of each node.
        cpu: Written<Cpu> = optional "500m", "500m";
        /// Disk of each node.
        storage: Written<Bytes> = needed "20Gi";
        /// Whether the stream plug-in is on.
        streams: Written<Flag> = optional "true", "false";
        /// The queues.
        queues: Named<Name, MessageQueue> = needed "{usage: {type: quorum, deadLetter: true}}";
        /// What it is for, in words.
        purpose: Written<Line> = optional "Usage events";
        /// The team that answers for it: a label of its objects and alerts, which routes go by.
        owner: Written<Name> = optional "checkout-team", "that of the platform";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
    }
}

record! {
    /// One durable queue.
    MessageQueue as "queue"; {
        /// How it keeps its messages.
        r#type as "type": Written<QueueType> = optional "quorum", "`quorum`";
        /// Whether messages that nobody could handle go to a queue of their own, `<queue>.dead-letter`.
        dead_letter as "deadLetter": Written<Flag> = optional "true", "true, but not for a stream";
        /// How often a message is delivered before it counts as one that nobody could handle.
        delivery_limit as "deliveryLimit": Written<Count> = optional "20", "20";
        /// How long a message is kept. For a stream: how long the log is.
        keep: Written<Duration> = optional "7d";
    }
}

record! {
    /// A bucket of object storage.
    Bucket as "bucket" fixed &["scope", "for"]; {
        /// The name that it really has, where it is not `<platform>-<environment>-<bucket>`.
        name: Written<Identifier> = optional "aiaas-exports", "`<platform>-<environment>-<bucket>`";
        /// One for each environment, or one for the platform.
        scope: Written<BucketScope> = optional "platform", "`environment`";
        /// What it is for: `state` makes it the bucket of Terraform's state.
        r#for as "for": Written<BucketPurpose> = optional "state", "`data`";
        /// Who reads its objects.
        access: Written<BucketAccess> = optional "presigned", "`private`";
        /// The region that it is in.
        region: Written<Identifier> = optional "fr-par", "the cluster's region";
        /// How long objects are kept.
        keep: Written<Duration> = optional "90d", "for ever";
        /// Whether overwritten and deleted objects are kept, for 30 days.
        versioning: Written<Flag> = optional "true", "true for state and with `copyTo`, else false";
        /// The cluster to whose region its objects are copied.
        copy_to as "copyTo": Written<Name> = optional "recovery", "they are in one region";
        /// Serves its objects to everybody by a content delivery network, at AWS by `CloudFront`. The bucket itself stays closed.
        cdn: Cdn = optional "{host: static}", "nobody outside reads it without a key";
        /// What it holds, in words.
        purpose: Written<Line> = optional "Exports of analytics";
    }
}

record! {
    /// A file system that several pods write to at a time, in all zones of its region. At AWS: EFS.
    FileSystem as "file system"; {
        /// How much it is to hold. It grows by itself and is paid by use: quotas and the sums of recovery count with this. It may be raised, not lowered.
        size: Written<Bytes> = needed "20Gi";
        /// The number of the user that all of its files belong to, whoever writes them: pods of any user read and write them.
        user: Written<Count> = optional "10001", "10001";
        /// Whether it is copied every day; a copy is kept for 35 days.
        backup: Written<Flag> = optional "false", "true";
        /// The cluster to whose region its files are copied as they change. What stands in for the environment there has the copy, and
        /// only reads it until it takes over.
        copy_to as "copyTo": Written<Name> = optional "recovery", "they are in one region";
        /// The name that it really has, where it is not `<platform>-<environment>-<file system>`.
        name: Written<Identifier> = optional "aiaas-shared", "`<platform>-<environment>-<file system>`";
        /// What it holds, in words.
        purpose: Written<Line> = optional "Documents that users upload";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
    }
}

record! {
    /// A content delivery network in front of a bucket. With `copyTo` the copy serves where the bucket does not; an environment that
    /// stands in for another one has none of its own, since it is not bound to a region.
    Cdn as "content delivery network"; {
        /// The host that serves the objects, relative to the domain of the environment, or of the platform for a bucket with `scope: platform`;
        /// `@` is the domain itself.
        host: Written<Host> = needed "static";
    }
}
