//! What stores data: RDS, `ElastiCache`, EFS and S3, with what leaves the region.
//!
//! What is copied to another region is made in the root of the original, with that region's provider, so that it is there
//! even where nothing else stands. A running copy of a database needs a network: it is made by the root of the environment
//! that stands in for the original's, which gets the original's ARN.

use super::foundation::Base;
use super::{call_name, module, one_line, output};
use crate::catalog;
use crate::names;
use crate::plan::{
    self, Bucket, Cluster, CopyTo, Database, Environment, FileSystem, ManagedCache, Plan, Replica, Resolved,
};
use crate::provider::root::{
    Ephemeral, ModuleCall, ProviderAlias, ProviderBlock, Root, Type, Value, Variable,
};
use crate::units::{Bytes, Duration};

/// ARNs of databases, by key: an output of the root of the originals, a variable of the root of the copies.
pub(super) const ORIGINALS: &str = "originals";

/// Ids of copies of file systems, by key: an output of the root of the originals, a variable of the root of what stands in.
const FILE_COPIES: &str = "file_system_copies";

/// Buckets that exist once.
pub(super) fn of_platform(root: &mut Root, plan: &Plan) {
    for found in plan.buckets.iter().filter(|bucket| bucket.provider == plan::Provider::Aws) {
        add_bucket(root, found);
    }
    if let Some(audit) = &plan.audit {
        root.modules.push(ModuleCall {
            name: "audit".to_owned(),
            module: module("audit"),
            comment: Some("One for the account: every call to the API, in all regions.".to_owned()),
            arguments: vec![
                ("name", Value::text(&audit.name.value)),
                ("bucket_name", Value::text(&audit.bucket.value)),
                ("retention_days", days(&audit.keep)),
            ],
            origin: audit.at,
            ..ModuleCall::default()
        });
    }
    if let Some(registry) = &plan.registry {
        let names = registry.repositories.iter().map(|name| name.value.as_str());
        let mut arguments =
            vec![("repositories", Value::texts(names)), ("keep_images", registry.keep.value.into())];
        if let Some(to) = &registry.copy_to {
            arguments.push(("replication_regions", Value::texts([to.region.as_str()])));
        }
        let urls = Value::Output("registry".to_owned(), "repository_urls");
        output(root, "repository_urls", "Where images are pushed to, by repository.", urls, registry.at);
        root.modules.push(ModuleCall {
            name: "registry".to_owned(),
            module: module("registry"),
            arguments,
            origin: registry.at,
            ..ModuleCall::default()
        });
    }
}

/// What an environment stores.
pub(super) fn of_environment(
    root: &mut Root,
    plan: &Plan,
    cluster: &Cluster,
    environment: &Environment,
    base: &Base,
) {
    for database in &environment.databases {
        if database.copy_of.is_some() {
            copy(root, plan, environment, database, base);
        } else {
            original(root, plan, cluster, environment, database, base);
        }
    }
    hand_out_originals(root, cluster, environment);
    for found in &environment.managed_caches {
        cache(root, plan, environment, found, base);
    }
    for files in &environment.file_systems {
        file_system(root, plan, environment, files, base);
    }
    hand_out_file_copies(root, environment);
    // The copy of a bucket is made with its original.
    let buckets = environment.buckets.iter().filter(|bucket| bucket.copy_of.is_none());
    for found in buckets.filter(|bucket| bucket.provider == plan::Provider::Aws) {
        add_bucket(root, found);
    }
}

/// A file system, or what is around the copy of one, which was made with the original. Its id is found by the driver in the
/// Secret that pods' claims name.
fn file_system(root: &mut Root, plan: &Plan, environment: &Environment, files: &FileSystem, base: &Base) {
    let name = files_call(&files.key);
    let mut arguments = vec![("name", Value::text(&files.name.value))];
    if let Some(of) = &files.copy_of {
        let id = copied_file_system(root, environment, files, of);
        arguments.push(("copy", Value::map([("id", id)])));
    } else {
        arguments.push(("kms_key_arn", base.key.clone()));
    }
    arguments.extend(place(base));
    if !files.backup.value {
        arguments.push(("automatic_backups", Value::Bool(false)));
    }
    if let Some(to) = &files.copy_to {
        let key = key_of_copies(root, plan, environment, to);
        let replica = [("region", Value::text(&to.region)), ("kms_key_arn", key)];
        arguments.push(("replica", Value::map(replica)));
    }
    let of = |output: &'static str| (output, Value::Output(name.clone(), output));
    let about = "The file system: the driver of the cluster mounts it by its id.";
    output(root, &name, about, Value::map([of("id"), of("arn")]), files.at);
    let purpose = files.purpose.as_ref().map(|purpose| one_line(&purpose.value));
    let comment = match &files.copy_of {
        Some(of) => Some(format!(
            "The copy of {} of {of}, which only reads until the replication is deleted: see the runbook.",
            files.key
        )),
        None => purpose,
    };
    root.modules.push(ModuleCall {
        name,
        module: module("file-storage"),
        comment,
        arguments,
        origin: files.at,
        ..ModuleCall::default()
    });
}

/// The id of the copy of a file system, from the root of the original.
fn copied_file_system(root: &mut Root, environment: &Environment, files: &FileSystem, of: &str) -> Value {
    if !root.variables.iter().any(|variable| variable.name == FILE_COPIES) {
        let path = super::environment_path(of);
        root.variables.push(Variable {
            name: FILE_COPIES,
            kind: Type::TextMap,
            description: format!(
                "Ids of the copies of file systems: terraform -chdir=../../{path} output -json {FILE_COPIES}."
            ),
            default: None,
            example: Value::map([(files.key.as_str(), Value::text("fs-0123456789abcdef0"))]),
            origin: environment.at,
        });
    }
    Value::Element(FILE_COPIES, files.key.clone())
}

/// The ids of the copies of file systems, for the root of what stands in.
fn hand_out_file_copies(root: &mut Root, environment: &Environment) {
    let copied = environment.file_systems.iter().filter(|files| files.copy_to.is_some());
    let ids: Vec<(&str, Value)> = copied
        .map(|files| (files.key.as_str(), Value::Output(files_call(&files.key), "replica_id")))
        .collect();
    if !ids.is_empty() {
        let about = "Ids of the copies of file systems: a variable of the root of what stands in there.";
        output(root, FILE_COPIES, about, Value::map(ids), environment.at);
    }
}

/// The call that makes a file system.
pub(super) fn files_call(key: &str) -> String {
    call_name("file_system", key)
}

fn gibibytes(size: &Resolved<Bytes>) -> Value {
    Value::Int(i64::try_from(size.value.gibibytes()).unwrap_or(i64::MAX))
}

fn days(span: &Resolved<Duration>) -> Value {
    Value::Int(i64::try_from(span.value.0.div_ceil(Duration::DAY.0)).unwrap_or(i64::MAX))
}

/// A database, what of it is copied, and its copies in its own region.
fn original(
    root: &mut Root,
    plan: &Plan,
    cluster: &Cluster,
    environment: &Environment,
    database: &Database,
    base: &Base,
) {
    let name = call_name("database", &database.key);
    let mut storage = Vec::new();
    if let Some(disk) = &database.storage {
        storage.push(("size_gib", gibibytes(&disk.size)));
        storage.extend(disk.max.as_ref().map(|max| ("max_gib", gibibytes(max))));
    }
    storage.push(("kms_key_arn", base.key.clone()));
    let mut arguments = vec![
        ("name", Value::text(&database.name.value)),
        ("engine_version", Value::text(&database.version.value)),
        ("instance_class", Value::text(&database.machine.value)),
        ("database_name", Value::Text(names::identifier(&database.key))),
        ("storage", Value::map(storage)),
        ("log_kms_key_arn", base.key.clone()),
    ];
    if !database.replicas.is_empty() {
        let password = own_password(root, database);
        arguments.push(("password", password));
        arguments.push(("password_version", Value::Int(1)));
    }
    if database.nodes.value < 2 {
        arguments.push(("multi_az", Value::Bool(false)));
    }
    arguments.extend(place(base));
    if let Some(backup) = &database.backup {
        let mut settings = vec![("retention_days", days(&backup.keep))];
        settings
            .extend(backup.window.as_ref().map(|window| ("window", Value::Text(window.value.to_string()))));
        arguments.push(("backup", Value::map(settings)));
    }
    arguments.extend(shared(database));
    if is_unprotected(database) {
        arguments.push(("deletion_protection", Value::Bool(false)));
        arguments.push(("final_snapshot", Value::Bool(false)));
    }
    let of = |output: &'static str| (output, Value::Output(name.clone(), output));
    let place = Value::map([of("host"), of("port"), of("database_name")]);
    output(root, &name, "Where the database is.", place, database.at);
    let account = Value::map([("username", Value::text("administrator")), of("secret_arn")]);
    let about =
        "The administrator's account; the secret holds its password: aws secretsmanager get-secret-value.";
    output(root, &format!("admin_{name}"), about, account, database.at);
    root.modules.push(ModuleCall {
        name: name.clone(),
        module: module("database"),
        comment: about_database(database),
        arguments,
        origin: database.at,
        ..ModuleCall::default()
    });
    for replica in database.replicas.iter().filter(|replica| replica.cluster.value == cluster.key) {
        beside(root, database, replica, base);
    }
    if let Some(backup) = &database.backup
        && let Some(to) = &backup.copy_to
    {
        let key = key_of_copies(root, plan, environment, to);
        let provider = in_region(root, &to.region);
        root.modules.push(ModuleCall {
            name: format!("{name}_backups"),
            module: module("database-backup-copy"),
            comment: Some(format!("Backups and log, in {}.", to.region)),
            provider,
            arguments: vec![
                ("source_arn", Value::Output(name, "arn")),
                ("kms_key_arn", key),
                ("retention_days", days(&backup.keep)),
            ],
            origin: backup.at,
            ..ModuleCall::default()
        });
    }
}

/// Where databases, caches and file systems are, and who connects to them.
fn place(base: &Base) -> [(&'static str, Value); 3] {
    [
        ("vpc_id", base.vpc_id.clone()),
        ("subnet_ids", base.data_subnets.clone()),
        ("allowed_security_groups", base.clients()),
    ]
}

/// What a database and its copies have alike.
fn shared(database: &Database) -> Vec<(&'static str, Value)> {
    let mut arguments = Vec::new();
    if let Some(window) = &database.maintenance {
        arguments.push(("maintenance_window", Value::Text(window.value.to_string())));
    }
    if !database.parameters.is_empty() {
        let parameters = database.parameters.iter().map(|(name, value)| {
            let mut parameter = vec![("value", Value::text(&value.value))];
            if catalog::needs_restart(name) {
                parameter.push(("restart", Value::Bool(true)));
            }
            (name.as_str(), Value::map(parameter))
        });
        arguments.push(("parameters", Value::map(parameters)));
    }
    arguments
}

fn is_unprotected(database: &Database) -> bool {
    database.protected.as_ref().is_some_and(|protected| !protected.value)
}

fn about_database(database: &Database) -> Option<String> {
    let extensions: Vec<&str> =
        database.extensions.iter().map(|extension| extension.value.as_str()).collect();
    let extensions = (!extensions.is_empty()).then(|| {
        format!(
            "Terraform does not make extensions. Its users need, by CREATE EXTENSION: {}.",
            extensions.join(", ")
        )
    });
    let password = (!database.replicas.is_empty()).then(|| {
        "RDS makes no copies of a database whose password it manages. To change this one, raise password_version.".to_owned()
    });
    let purpose = database.purpose.as_ref().map(|purpose| one_line(&purpose.value));
    let lines: Vec<String> = purpose.into_iter().chain(extensions).chain(password).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A password that Terraform makes anew in every run and gives away once: it is in no state and no plan.
fn own_password(root: &mut Root, database: &Database) -> Value {
    let name = names::identifier(&database.key);
    root.ephemerals.push(Ephemeral {
        kind: RANDOM_PASSWORD,
        name: name.clone(),
        // RDS refuses `/`, `@`, quotes and blanks: 32 letters and digits have no less to guess.
        settings: vec![("password_length", Value::Int(32)), ("exclude_punctuation", Value::Bool(true))],
        origin: database.at,
    });
    Value::Ephemeral(RANDOM_PASSWORD, name, "random_password")
}

/// An ephemeral value of the AWS provider, so that no further provider is needed.
const RANDOM_PASSWORD: &str = "aws_secretsmanager_random_password";

/// A running copy in the network of its original, for reading.
fn beside(root: &mut Root, database: &Database, replica: &Replica, base: &Base) {
    let original = call_name("database", &database.key);
    let name = format!("{original}_{}", names::identifier(&replica.key));
    let mut arguments = vec![
        ("name", Value::text(&replica.name.value)),
        ("source_database", Value::Output(original, "name")),
        ("engine_version", Value::text(&database.version.value)),
        ("instance_class", Value::text(&replica.machine.value)),
        ("log_kms_key_arn", base.key.clone()),
        ("vpc_id", base.vpc_id.clone()),
        ("allowed_security_groups", base.clients()),
    ];
    arguments.extend(shared(database));
    if is_unprotected(database) {
        arguments.push(("deletion_protection", Value::Bool(false)));
    }
    let of = |output: &'static str| (output, Value::Output(name.clone(), output));
    let about = "Where the copy is that is only read; accounts are those of the original.";
    output(root, &name, about, Value::map([of("host"), of("port")]), replica.at);
    root.modules.push(ModuleCall {
        name,
        module: module("database-replica"),
        comment: Some(format!("A running copy of {}, for reading.", database.key)),
        arguments,
        origin: replica.at,
        ..ModuleCall::default()
    });
}

/// A running copy of a database of another region, in the network of the environment that stands in for it.
fn copy(root: &mut Root, plan: &Plan, environment: &Environment, database: &Database, base: &Base) {
    let Some(of) = &database.copy_of else { return };
    let name = call_name("database", &database.key);
    if !root.variables.iter().any(|variable| variable.name == ORIGINALS) {
        let path = super::environment_path(&of.environment);
        root.variables.push(Variable {
            name: ORIGINALS,
            kind: Type::TextMap,
            description: format!(
                "ARNs of the databases that are copied here: terraform -chdir=../../{path} output -json {ORIGINALS}."
            ),
            default: None,
            example: Value::map([(
                database.key.as_str(),
                Value::Text(format!("arn:aws:rds:us-east-1:123456789012:db:{}", names::in_environment(&plan.name.value, &of.environment, &database.key))),
            )]),
            origin: environment.at,
        });
    }
    let mut arguments = vec![
        ("name", Value::text(&database.name.value)),
        ("source_database", Value::Element(ORIGINALS, database.key.clone())),
        ("engine_version", Value::text(&database.version.value)),
        ("instance_class", Value::text(&database.machine.value)),
        ("kms_key_arn", base.key.clone()),
        ("log_kms_key_arn", base.key.clone()),
    ];
    arguments.extend(place(base));
    if let Some(max) = database.storage.as_ref().and_then(|disk| disk.max.as_ref()) {
        arguments.push(("max_storage_gib", gibibytes(max)));
    }
    if let Some(backup) = &database.backup {
        arguments.push(("backup_retention_days", days(&backup.keep)));
    }
    arguments.extend(shared(database));
    let of_call = |output: &'static str| (output, Value::Output(name.clone(), output));
    let database_name = ("database_name", Value::Text(names::identifier(&database.key)));
    let place = Value::map([of_call("host"), of_call("port"), database_name]);
    output(root, &name, "Where the copy is; accounts are those of the original.", place, database.at);
    root.modules.push(ModuleCall {
        name,
        module: module("database-replica"),
        comment: Some(format!(
            "A running copy of {} of {}. To let it take writes, set source_database to null: see the runbook.",
            database.key, of.environment
        )),
        arguments,
        origin: database.at,
        ..ModuleCall::default()
    });
}

/// The ARNs of the databases with a copy in another cluster, for the root that makes the copies.
fn hand_out_originals(root: &mut Root, cluster: &Cluster, environment: &Environment) {
    let copied = environment.databases.iter().filter(|database| {
        database.copy_of.is_none()
            && database.replicas.iter().any(|replica| replica.cluster.value != cluster.key)
    });
    let arns: Vec<(&str, Value)> = copied
        .map(|database| (database.key.as_str(), Value::Output(call_name("database", &database.key), "arn")))
        .collect();
    if !arns.is_empty() {
        let about =
            "ARNs of databases that have running copies elsewhere: a variable of the root with the copies.";
        output(root, ORIGINALS, about, Value::map(arns), environment.at);
    }
}

/// The key for copies in another region, made once for a root.
fn key_of_copies(root: &mut Root, plan: &Plan, environment: &Environment, to: &CopyTo) -> Value {
    let name = call_name("key", &to.region);
    if !root.modules.iter().any(|call| call.name == name) {
        let real = names::in_environment(&plan.name.value, &environment.key, "copies");
        let provider = in_region(root, &to.region);
        root.modules.push(ModuleCall {
            name: name.clone(),
            module: module("encryption-key"),
            comment: Some(format!("Encrypts what is copied to {}.", to.region)),
            provider,
            arguments: vec![
                ("name", Value::Text(real)),
                ("description", Value::Text(format!("Copies of data of {}", environment.key))),
            ],
            origin: environment.at,
            ..ModuleCall::default()
        });
    }
    Value::Output(name, "arn")
}

/// The provider of another region: `None` where it is the root's own.
pub(super) fn in_region(root: &mut Root, region: &str) -> Option<ProviderAlias> {
    let own = root.providers.iter().find(|provider| provider.name == "aws" && provider.alias.is_none())?;
    let is_here = own.settings.iter().any(|(name, value)| *name == "region" && *value == Value::text(region));
    if is_here {
        return None;
    }
    let alias = names::identifier(region);
    if !root.providers.iter().any(|provider| provider.alias.as_ref() == Some(&alias)) {
        let other = ProviderBlock {
            about: format!("The same account, in {region}."),
            settings: vec![("region", Value::text(region))],
            alias: Some(alias.clone()),
            ..own.clone()
        };
        root.providers.push(other);
    }
    Some(ProviderAlias { name: "aws", alias })
}

/// A cache.
fn cache(root: &mut Root, plan: &Plan, environment: &Environment, cache: &ManagedCache, base: &Base) {
    let name = call_name("cache", &cache.key);
    let about = cache.purpose.as_ref().map_or_else(
        || format!("{} of {} in {}", cache.key, plan.name.value, environment.key),
        |purpose| one_line(&purpose.value),
    );
    let mut arguments = vec![
        ("name", Value::text(&cache.name.value)),
        ("description", Value::Text(about.chars().take(255).collect())),
        ("engine", Value::text(cache.engine.value.word())),
        ("engine_version", Value::text(&cache.version.value)),
        ("node_type", Value::text(&cache.machine.value)),
        ("replicas", cache.replicas.value.saturating_sub(1).into()),
    ];
    if let Some(shards) = &cache.shards {
        arguments.push(("shards", shards.value.into()));
    }
    arguments.extend(["kms_key_arn", "log_kms_key_arn"].map(|argument| (argument, base.key.clone())));
    arguments.extend(place(base));
    let eviction = Value::text(cache.eviction.value.word());
    arguments.push(("parameters", Value::map([("maxmemory-policy", eviction)])));
    let snapshots = match &cache.backup {
        Some(backup) => vec![
            ("retention_days", days(&backup.keep)),
            ("window", Value::Text(backup.window.value.to_string())),
        ],
        None => vec![("retention_days", Value::Int(0))],
    };
    arguments.push(("snapshots", Value::map(snapshots)));
    arguments.push(("maintenance_window", Value::Text(cache.maintenance.value.to_string())));
    if !cache.protected.value {
        arguments.push(("final_snapshot", Value::Bool(false)));
    }
    let of = |output: &'static str| (output, Value::Output(name.clone(), output));
    let place = Value::map([of("host"), of("reader_host"), of("port")]);
    output(root, &name, "Where the cache is; connections need TLS.", place, cache.at);
    root.modules.push(ModuleCall {
        name,
        module: module("cache"),
        comment: Some("No password: whatever runs in the cluster's pods may connect.".to_owned()),
        arguments,
        origin: cache.at,
        ..ModuleCall::default()
    });
}

fn add_bucket(root: &mut Root, found: &Bucket) {
    let call = bucket_call(root, found);
    let of = |output: &'static str| (output, Value::Output(call.name.clone(), output));
    output(root, &call.name, "Where the bucket is.", Value::map([of("name"), of("region")]), found.at);
    root.modules.push(call);
}

/// The call of a bucket, after that of its copy in another region.
pub(super) fn bucket_call(root: &mut Root, found: &Bucket) -> ModuleCall {
    let mut call = bucket(found);
    call.provider = in_region(root, &found.region.value);
    if let Some(to) = &found.copy_to {
        let mut copy = bucket(found);
        copy.name = copy_call(&call.name);
        copy.comment = Some(format!("The objects of {}, in {}.", found.key, to.region));
        copy.provider = in_region(root, &to.region);
        if let Some((_, name)) = copy.arguments.first_mut() {
            *name = Value::Text(names::copy_of(&found.name.value, &to.cluster.value));
        }
        let arn = Value::Output(copy.name.clone(), "arn");
        call.arguments.push(("replication", Value::map([("bucket_arn", arn)])));
        root.modules.push(copy);
    }
    call
}

/// The call of a bucket's copy, by that of the bucket.
pub(super) fn copy_call(original: &str) -> String {
    format!("{original}_copy")
}

/// A bucket.
fn bucket(bucket: &Bucket) -> ModuleCall {
    let mut arguments = vec![("name", Value::text(&bucket.name.value))];
    if !bucket.versioning.value {
        arguments.push(("versioning", Value::Bool(false)));
    }
    let mut rule = Vec::new();
    if let Some(keep) = &bucket.keep {
        rule.push(("expire_after_days", days(keep)));
    }
    if bucket.versioning.value {
        rule.push(("noncurrent_expire_after_days", Value::Int(OLD_VERSIONS_DAYS)));
    }
    if !rule.is_empty() {
        arguments.push(("lifecycle_rules", Value::map([("objects", Value::map(rule))])));
    }
    ModuleCall {
        name: call_name("bucket", &bucket.key),
        module: module("bucket"),
        comment: bucket.purpose.as_ref().map(|purpose| one_line(&purpose.value)),
        arguments,
        origin: bucket.at,
        ..ModuleCall::default()
    }
}

/// Days for which overwritten and deleted objects are kept, as the language says.
const OLD_VERSIONS_DAYS: i64 = 30;
