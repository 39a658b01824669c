//! Every secret with the command that seals it or puts it into the secret manager, and the places that its values come from.

use std::collections::BTreeSet;

use super::values::Carried;
use super::{Context, environments, texts, workload};
use crate::backend::bundles::bundles;
use crate::backend::kubernetes::{AMQP_PORT, CACHE_PORT, POOLER_PORT};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{
    Bucket, Calendar, Cluster, Database, Dump, Environment, FileSystem, Kept, ManagedCache, Plan, Secret,
};
use crate::provider;
use crate::provider::root::Value;

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let environments = environments(context, |environment| {
        let mut sorted: Vec<&Secret> = environment.secrets.iter().collect();
        // The others of a cache read its password from the file that is made for this one.
        let is_read = |secret: &Secret| {
            environment.caches.iter().any(|cache| secret.name == names::cache_password_secret(&cache.key))
        };
        sorted.sort_by_key(|secret| !is_read(secret));
        let secrets: Vec<_> =
            sorted.into_iter().map(|secret| of_secret(context, environment, secret)).collect();
        (!secrets.is_empty()).then(|| map! { "secrets" => secrets, "folder" => &environment.key })
    });
    let environments: Vec<Map<'c>> = environments.into_iter().chain(of_clusters(context)).collect();
    let mut folders: Vec<Data<'c>> = environments.iter().filter_map(|it| it.get("folder").cloned()).collect();
    folders.dedup();
    let controllers: Vec<_> = context
        .plan
        .clusters
        .values()
        .filter(|cluster| context.plan.environments_of(&cluster.key).any(|it| !it.secrets.is_empty()))
        .map(|cluster| &cluster.name.value)
        .collect();
    map! {
        "folder" => context.plan.secrets.files.as_ref().map_or("", |files| &files.value),
        "folders" => folders,
        "rollouts" => workload::any_rollout(context),
        "bundles" => bundle_rows(context.plan),
        "bundle_folder" => &context.plan.secrets.bundles.value,
        "rotated" => context.plan.needed_secrets().any(|secret| secret.rotate.is_some()),
        "controllers" => texts(controllers),
        "databases" => databases(context),
        "extensions" => context
            .plan
            .environments
            .values()
            .flat_map(|environment| &environment.databases)
            .any(|database| !database.extensions.is_empty()),
        "environments" => environments,
        "poolers" => poolers(context),
        "in_state" => in_state(context),
        "kept" => kept(context.plan),
        "ids" => context.plan.environments.values().any(|environment| !environment.file_systems.is_empty()),
        "backups" => key_backups(context),
    }
}

/// What Terraform makes in the secret manager, by cluster: how many secrets, and who reads them.
fn kept(plan: &Plan) -> Vec<Map<'_>> {
    let clusters = plan.clusters.values();
    clusters
        .filter_map(|cluster| {
            let managed = provider::managed_secrets(plan, cluster)?;
            Some(map! {
                "cluster" => &cluster.name.value,
                "region" => managed.region,
                "count" => managed.secrets.len().to_string(),
                "reader" => [managed.namespace, managed.service_account].join("/"),
            })
        })
        .collect()
}

/// The secrets of clusters, as those of environments are shown: a section for each namespace.
fn of_clusters<'c>(context: &Context<'c>) -> Vec<Map<'c>> {
    let plan = context.plan;
    let mut sections = Vec::new();
    for cluster in plan.clusters.values() {
        let folder = if plan.clusters.len() == 1 {
            names::PLATFORM_DIRECTORY.to_owned()
        } else {
            format!("{}/{}", names::PLATFORM_DIRECTORY, cluster.key)
        };
        let mut namespaces: Vec<&str> =
            cluster.secrets.iter().map(|secret| secret.namespace.as_str()).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        for namespace in namespaces {
            let here = cluster.secrets.iter().filter(|secret| secret.namespace == namespace);
            let secrets: Vec<_> = here.map(|secret| of_cluster(context, cluster, secret)).collect();
            sections.push(map! {
                "key" => format!("{folder}/{namespace}"),
                "folder" => folder.clone(),
                "namespace" => namespace,
                "secrets" => secrets,
            });
        }
    }
    sections
}

fn of_cluster<'c>(context: &Context<'c>, cluster: &'c Cluster, secret: &'c Secret) -> Map<'c> {
    let mut sorted: Vec<&String> = secret.keys.iter().collect();
    sorted.sort();
    let mut commands = String::new();
    let keys: Vec<_> = sorted
        .iter()
        .map(|key| {
            let from = backup_credentials(context, &secret.name, key)
                .unwrap_or_else(|| From::person("From whoever keeps it."));
            let by_hand = if from.fetch.is_empty() { file(&secret.name, key) } else { String::new() };
            if !from.fetch.is_empty() {
                commands.push_str(&[&from.fetch, " > ", &file(&secret.name, key), "\n"].concat());
            }
            map! { "key" => *key, "about" => from.about, "form" => from.form, "by_hand" => by_hand }
        })
        .collect();
    commands.push_str(&keep(context.plan, &cluster.region.value, secret, &sorted));
    let users = secret.users.iter().map(|user| match user.strip_prefix("addons/") {
        Some(addon) => format!("add-on {addon}"),
        None => format!("Alertmanager ({user})"),
    });
    map! {
        "name" => &secret.name,
        "purpose" => &secret.purpose,
        "file" => secret.place(),
        "users" => texts(users),
        "keys" => keys,
        "commands" => commands,
        "restart" => "",
    }
}

/// The keys of the bucket that backups of volumes go to, from Terraform's outputs.
fn backup_credentials<'c>(context: &Context<'c>, secret: &str, key: &str) -> Option<From<'c>> {
    if secret != names::BACKUP_CREDENTIALS || key != names::BACKUP_CREDENTIALS_KEY {
        return None;
    }
    let backups = context.plan.backups.as_ref()?;
    let bucket = context.plan.buckets.iter().find(|bucket| bucket.key == backups.bucket.value)?;
    let environment = context.plan.environments.values().next()?;
    let carried = context.carried(environment, bucket.at, "access_key")?;
    let (directory, output) = (context.directory(carried.root), &carried.output.name);
    let fetch = format!(
        "terraform -chdir={directory} output -json {output} \\\n  \
         | jq -r '\"[default]\\naws_access_key_id=\\(.access_key)\\naws_secret_access_key=\\(.secret_key)\"' \\\n "
    );
    let about = format!("Output {output} of {}, as a file of the AWS command line.", carried.root.path);
    Some(From { carried: Some(carried), ..From::printed(&about, fetch) })
}

/// The command that keeps a secret whose values are in files: by sealing it, or in the secret manager of a region.
fn keep(plan: &Plan, region: &str, secret: &Secret, keys: &[&String]) -> String {
    match &secret.kept {
        Kept::File(path) => seal(plan, secret, path, keys),
        Kept::Manager(name) => put(region, &secret.name, name, keys),
    }
}

/// The command that puts a secret into AWS Secrets Manager, as JSON with its keys. Values go through pipes and files only:
/// arguments of programs are seen by everybody on the machine, and kept in the shell's history.
fn put(region: &str, secret: &str, name: &str, keys: &[&String]) -> String {
    let mut command = "jq --null-input \\\n".to_owned();
    for key in keys {
        command.push_str(&["  --rawfile ", key, " ", &file(secret, key), " \\\n"].concat());
    }
    command.push_str("  '$ARGS.named' \\\n");
    command.push_str(&["  | aws secretsmanager put-secret-value --region ", region, " \\\n"].concat());
    command.push_str(&["  --secret-id ", name, " --secret-string file:///dev/stdin"].concat());
    command
}

/// The command that seals a secret from files.
fn seal(plan: &Plan, secret: &Secret, path: &str, keys: &[&String]) -> String {
    let mut command =
        format!("kubectl create secret generic {} --namespace {} \\\n", secret.name, secret.namespace);
    for key in keys {
        command.push_str(&["  --from-file=", key, "=", &file(&secret.name, key), " \\\n"].concat());
    }
    command.push_str("  --dry-run=client --output yaml \\\n");
    if secret.rotate.is_some() {
        command.push_str(&["  | ", names::NOTE_ROTATION, " \\\n"].concat());
    }
    let kubeseal = names::kubeseal(plan.sealed_secrets_namespace(secret));
    command.push_str(&["  | ", &kubeseal, " > \"$SPEC/", path, "\""].concat());
    command
}

/// The lists of secrets with what they hold.
fn bundle_rows(plan: &Plan) -> Vec<Map<'_>> {
    bundles(plan)
        .into_iter()
        .map(|(bundle, secrets)| {
            let mut names: Vec<&str> = secrets.iter().map(|secret| secret.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let intervals: BTreeSet<Calendar> =
                secrets.iter().filter_map(|secret| secret.rotate).map(|rotate| rotate.value).collect();
            map! {
                "name" => bundle,
                "file" => format!("{}/{bundle}.yaml", plan.secrets.bundles.value),
                "secrets" => texts(names),
                "every" => texts(intervals.into_iter().map(Calendar::word)),
            }
        })
        .collect()
}

/// For each cluster the command that saves the keys of its controller.
fn key_backups<'c>(context: &Context<'c>) -> Vec<Map<'c>> {
    let clusters = context.plan.clusters.values();
    clusters
        .filter_map(|cluster| {
            let namespace = &cluster.provider_of("sealed-secrets")?.namespace.value;
            let command = format!(
                "kubectl get secret --namespace {namespace} \\\n  \
                 --selector sealedsecrets.bitnami.com/sealed-secrets-key --output yaml > {}.sealing-keys.yaml",
                cluster.name.value
            );
            Some(map! { "cluster" => &cluster.name.value, "command" => command })
        })
        .collect()
}

/// What a secret belongs to.
enum Owner<'c> {
    Database(&'c Database),
    Pooler(&'c Database),
    Exporter(&'c Database),
    Dump(&'c Database),
    CachePassword(&'c str),
    /// The key, the address with the number of the logical database.
    Cache(&'c str, String),
    /// The cache, the number of the logical database.
    ManagedCache(&'c ManagedCache, u32),
    /// The key and the name of the broker, the service.
    Broker((&'c str, &'c str), &'c str),
    Bucket(&'c Bucket),
    FileSystem(&'c FileSystem),
    Person,
}

fn owner<'c>(context: &Context<'c>, environment: &'c Environment, name: &str) -> Owner<'c> {
    for database in &environment.databases {
        if name == names::database_secret(&database.key) {
            return Owner::Database(database);
        }
        if name == names::pooler_secret(&database.key) {
            return Owner::Pooler(database);
        }
        if name == names::database_exporter_secret(&database.key) {
            return Owner::Exporter(database);
        }
        if name == names::dump_secret(&database.key) {
            return Owner::Dump(database);
        }
    }
    for cache in &environment.caches {
        if name == names::cache_password_secret(&cache.key) {
            return Owner::CachePassword(&cache.key);
        }
        let host = names::cache_service(&cache.name.value, cache.engine.value, cache.topology.value);
        let address = |number: u32| format!("redis://:PASSWORD@{host}:{CACHE_PORT}/{number}");
        if name == names::cache_secret(&cache.key, None) {
            return Owner::Cache(&cache.key, address(0));
        }
        for (logical, number) in &cache.logical_databases {
            if name == names::cache_secret(&cache.key, Some(logical)) {
                return Owner::Cache(&cache.key, address(number.value));
            }
        }
    }
    for cache in &environment.managed_caches {
        if name == names::cache_secret(&cache.key, None) {
            return Owner::ManagedCache(cache, 0);
        }
        for (logical, number) in &cache.logical_databases {
            if name == names::cache_secret(&cache.key, Some(logical)) {
                return Owner::ManagedCache(cache, number.value);
            }
        }
    }
    for broker in &environment.queues {
        if let Some(user) = broker.users.iter().find(|user| user.secret == name) {
            return Owner::Broker((&broker.key, &broker.name.value), &user.service);
        }
    }
    if let Some(files) = environment.file_systems.iter().find(|files| name == names::files(&files.key)) {
        return Owner::FileSystem(files);
    }
    let mut buckets = environment.buckets.iter().chain(&context.plan.buckets);
    buckets.find(|bucket| name == names::bucket_secret(&bucket.key)).map_or(Owner::Person, Owner::Bucket)
}

/// Where the value of a key comes from.
#[derive(Default)]
struct From<'c> {
    /// In words.
    about: String,
    /// The value's form, or the value.
    form: String,
    /// The commands that print it.
    fetch: String,
    /// The root and the output that it is read from.
    carried: Option<Carried<'c>>,
}

impl From<'_> {
    fn person(about: impl Into<String>) -> Self {
        Self { about: about.into(), ..Self::default() }
    }

    fn form(about: &str, form: impl Into<String>) -> Self {
        Self { about: about.to_owned(), form: form.into(), ..Self::default() }
    }

    fn printed(about: &str, fetch: String) -> Self {
        Self { about: about.to_owned(), fetch, ..Self::default() }
    }
}

/// The outputs that values of sealed secrets are read from, each with its root's path.
pub(super) fn sealed_outputs<'c>(context: &Context<'c>) -> BTreeSet<(&'c str, &'c str)> {
    let mut found = BTreeSet::new();
    let of_backups = backup_credentials(context, names::BACKUP_CREDENTIALS, names::BACKUP_CREDENTIALS_KEY);
    if let Some(carried) = of_backups.and_then(|from| from.carried) {
        found.insert((carried.root.path.as_str(), carried.output.name.as_str()));
    }
    for environment in context.plan.environments.values() {
        for secret in &environment.secrets {
            let owner = owner(context, environment, &secret.name);
            let values = secret.keys.iter().map(|key| value(context, environment, &owner, key));
            found.extend(
                values
                    .filter_map(|from| from.carried)
                    .map(|carried| (carried.root.path.as_str(), carried.output.name.as_str())),
            );
        }
    }
    found
}

/// The file that holds a value on its way.
fn file(secret: &str, key: &str) -> String {
    format!("\"$VALUES/{secret}.{key}\"")
}

fn of_secret<'c>(context: &Context<'c>, environment: &'c Environment, secret: &'c Secret) -> Map<'c> {
    let owner = owner(context, environment, &secret.name);
    let mut fetch: Vec<String> = Vec::new();
    let mut keys: Vec<Map<'c>> = Vec::new();
    // An address is made from the password before it.
    let mut sorted: Vec<&String> = secret.keys.iter().collect();
    sorted.sort();
    for &key in &sorted {
        let from = value(context, environment, &owner, key);
        if !from.fetch.is_empty() {
            fetch.push(format!("{} > {}", from.fetch, file(&secret.name, key)));
        }
        let is_there = from.fetch.is_empty() && !written_by_terraform(&owner, secret);
        let by_hand = if is_there { file(&secret.name, key) } else { String::new() };
        keys.push(map! { "key" => key, "about" => from.about, "form" => from.form, "by_hand" => by_hand });
    }
    let region = context.plan.clusters.get(&environment.cluster.value).map_or("", |c| &c.region.value);
    fetch.push(match secret.in_manager() {
        Some(name) if written_by_terraform(&owner, secret) => {
            format!("aws secretsmanager describe-secret --region {region} --secret-id {name} --query LastChangedDate")
        }
        _ => keep(context.plan, region, secret, &sorted),
    });
    let restart = match &owner {
        Owner::Pooler(database) => database.pooling.as_ref().map_or("", |pooling| &pooling.name),
        Owner::Exporter(database) => &database.exporter.name,
        _ => "",
    };
    map! {
        "name" => &secret.name,
        "purpose" => &secret.purpose,
        "file" => secret.place(),
        "users" => texts(users(environment, secret, &owner)),
        "keys" => keys,
        "commands" => fetch.join("\n"),
        "restart" => restart,
    }
}

/// Whether the root of the environment writes the value into the secret manager itself: an id is no secret.
const fn written_by_terraform(owner: &Owner<'_>, secret: &Secret) -> bool {
    matches!((owner, &secret.kept), (Owner::FileSystem(_), Kept::Manager(_)))
}

/// Who reads a secret.
fn users(environment: &Environment, secret: &Secret, owner: &Owner<'_>) -> Vec<String> {
    let services = environment
        .pods()
        .filter(|service| service.secret_env.iter().any(|variable| variable.secret == secret.name))
        .map(|service| format!("{} {}", service.workload.component(), service.key));
    let other = match owner {
        Owner::Pooler(database) => {
            database.pooling.as_ref().map(|pooling| format!("pooler {}", pooling.name))
        }
        Owner::Exporter(database) => Some(format!("exporter {}", database.exporter.name)),
        Owner::Dump(database) => database.dump.as_ref().map(|dump| format!("job {}", dump.name)),
        Owner::Bucket(bucket) => {
            let of = |dump: &Dump| dump.bucket.value == bucket.key;
            let dumps = environment.databases.iter().filter_map(|database| database.dump.as_ref());
            let jobs: Vec<String> = dumps
                .filter(|dump| of(dump))
                .map(|dump| format!("jobs {} and {}", dump.name, dump.test_name))
                .collect();
            (!jobs.is_empty()).then(|| jobs.join(", "))
        }
        Owner::CachePassword(cache) => Some(format!("cache {cache}")),
        Owner::FileSystem(_) => Some("driver of file systems".to_owned()),
        Owner::Broker((_, broker), _) => {
            Some(format!("topology operator of RabbitMQ (the account at {broker})"))
        }
        _ => None,
    };
    other.into_iter().chain(services).collect()
}

fn value<'c>(context: &Context<'c>, environment: &'c Environment, owner: &Owner<'c>, key: &str) -> From<'c> {
    match owner {
        Owner::Database(database) => of_database(context, environment, database, key),
        Owner::Pooler(database) => of_pooler(context, environment, database, key),
        Owner::Exporter(database) => of_exporter(context, environment, database, key),
        Owner::Dump(database) => match key {
            "username" | "password" => From::person(
                "Of a role of the database that may read all of it, a member of `pg_read_all_data`.",
            ),
            _ => {
                let field = if key == "database" { "database_name" } else { key };
                context.carried(environment, database.at, field).map_or_else(
                    || From::person("From whoever keeps the database."),
                    |carried| fetched(context, carried),
                )
            }
        },
        Owner::CachePassword(_) => generated(),
        Owner::Cache(cache, address) => {
            let password = file(&names::cache_password_secret(cache), names::PASSWORD_KEY);
            let about = format!("The password of {}", names::cache_password_secret(cache));
            match key {
                "url" => {
                    let format = address.replace("PASSWORD", "%s");
                    let fetch = format!("printf '{format}' \"$(cat {password})\"");
                    From { form: address.clone(), ..From::printed(&format!("{about}, in:"), fetch) }
                }
                _ => From::printed(&format!("{about}."), format!("cat {password}")),
            }
        }
        Owner::ManagedCache(cache, number) => of_managed_cache(context, environment, cache, *number, key),
        Owner::Broker(broker, service) => {
            let password = file(&names::broker_secret(broker.0, service), names::PASSWORD_KEY);
            match key {
                "username" => known(service),
                "password" => generated(),
                _ => {
                    let form = format!("amqp://{service}:PASSWORD@{}:{AMQP_PORT}/%2F", broker.1);
                    let format = form.replace('%', "%%").replace("PASSWORD", "%s");
                    let fetch = format!("printf '{format}' \"$(cat {password})\"");
                    From { form, ..From::printed("With the password:", fetch) }
                }
            }
        }
        Owner::Bucket(bucket) => {
            let carried = context.carried(environment, bucket.at, &key.replace('-', "_"));
            carried.map_or_else(
                || From::person("From whoever keeps the bucket."),
                |carried| fetched(context, carried),
            )
        }
        Owner::FileSystem(_) if context.plan.secrets.files.is_none() => {
            From::person("Terraform writes it, since an id is no secret. The command says when.")
        }
        Owner::FileSystem(files) => context.carried(environment, files.at, "id").map_or_else(
            || From::person("From whoever keeps the file system."),
            |carried| fetched(context, carried),
        ),
        Owner::Person => From::person("From whoever keeps it."),
    }
}

fn generated<'c>() -> From<'c> {
    From::printed("A new password, as below.", "openssl rand -hex 32 | tr -d '\\n'".to_owned())
}

fn fetched<'c>(context: &Context<'c>, carried: Carried<'c>) -> From<'c> {
    let about = format!("Output {} of {}.", carried.output.name, carried.root.path);
    From { carried: Some(carried), ..From::printed(&about, context.command(&carried)) }
}

/// The address of a managed cache: TLS, and no password.
fn of_managed_cache<'c>(
    context: &Context<'c>,
    environment: &'c Environment,
    cache: &'c ManagedCache,
    number: u32,
    key: &str,
) -> From<'c> {
    let Some(carried) = context.carried(environment, cache.at, "host") else {
        return From::person("From whoever keeps the cache.");
    };
    if key == "host" {
        return fetched(context, carried);
    }
    let form = format!("rediss://HOST:{}/{number}", names::CACHE_PORT);
    let about = format!("Output {} of {}, in:", carried.output.name, carried.root.path);
    let fetch = format!("printf '{}' \"$({})\"", form.replace("HOST", "%s"), context.command(&carried));
    From { carried: Some(carried), form, ..From::printed(&about, fetch) }
}

/// What a user of a database needs: its own address, or that of the pooler in front of it.
fn of_database<'c>(
    context: &Context<'c>,
    environment: &'c Environment,
    database: &'c Database,
    key: &str,
) -> From<'c> {
    let field = if key == "database" { "database_name" } else { key };
    let carried = |field: &str| context.carried(environment, database.at, field);
    match (key, &database.pooling) {
        ("username" | "password", _) => From::person("Of a role of the database."),
        ("host", Some(pooling)) => known(&pooling.name),
        ("port", Some(_)) => known(&POOLER_PORT.to_string()),
        ("url", Some(pooling)) => {
            let carried = carried("database_name");
            let about = carried.as_ref().map_or_else(
                || "With a role and the name of the database; the pooler takes no TLS:".to_owned(),
                |from| {
                    let (output, root) = (&from.output.name, &from.root.path);
                    format!("With a role, and database_name of output {output} of {root}; the pooler takes no TLS:")
                },
            );
            let host = &pooling.name;
            let form =
                format!("postgresql://USERNAME:PASSWORD@{host}:{POOLER_PORT}/DATABASE?sslmode=disable");
            From { carried, ..From::form(&about, form) }
        }
        ("url", None) => {
            let carried = carried("host");
            let about = carried.as_ref().map_or_else(
                || "With a role:".to_owned(),
                |from| format!("With a role, and output {} of {}:", from.output.name, from.root.path),
            );
            let form = "postgresql://USERNAME:PASSWORD@HOST:PORT/DATABASE?sslmode=require";
            From { carried, ..From::form(&about, form) }
        }
        ("ca", _) => carried("ca_cert").map_or_else(
            || match context.stores(environment).database.authority {
                Some(address) => From::printed(
                    "The certificates of the provider's authority.",
                    format!("curl --fail --silent --show-error {address}"),
                ),
                None => From::person("The certificate of the database's authority."),
            },
            |carried| {
                let mut from = fetched(context, carried);
                from.fetch.push_str(" | base64 -d");
                from
            },
        ),
        _ => carried(field).map_or_else(
            || From::person("From whoever keeps the database."),
            |carried| fetched(context, carried),
        ),
    }
}

/// A value that is known before anything is applied.
fn known<'c>(value: &str) -> From<'c> {
    From { form: value.to_owned(), ..From::printed("Always:", format!("printf %s {value}")) }
}

fn of_pooler<'c>(
    context: &Context<'c>,
    environment: &'c Environment,
    database: &'c Database,
    key: &str,
) -> From<'c> {
    if key != names::POOLER_DATABASES_KEY {
        return From::form("One line for each role of the database:", "\"USERNAME\" \"PASSWORD\"");
    }
    let carried = context.carried(environment, database.at, "host");
    carried.map_or_else(
        || From::person("The section [databases] of PgBouncer's configuration."),
        |carried| {
            let directory = context.directory(carried.root);
            let output = &carried.output.name;
            let about = format!("Output {output} of {}, as below.", carried.root.path);
            let fetch = format!(
                "terraform -chdir={directory} output -json {output} \\\n  \
                 | jq -r '\"[databases]\\n\\(.database_name) = host=\\(.host) port=\\(.port) dbname=\\(.database_name)\"' \\\n "
            );
            From { carried: Some(carried), ..From::printed(&about, fetch) }
        },
    )
}

fn of_exporter<'c>(
    context: &Context<'c>,
    environment: &'c Environment,
    database: &'c Database,
    key: &str,
) -> From<'c> {
    let [uri, ..] = names::EXPORTER_KEYS;
    if key != uri {
        return From::person("Of the database's role for monitoring.");
    }
    let carried = context.carried(environment, database.at, "host");
    carried.map_or_else(
        || From::form("With the address of the database:", "HOST:PORT/DATABASE?sslmode=require"),
        |carried| {
            let directory = context.directory(carried.root);
            let output = &carried.output.name;
            let about = format!("Output {output} of {}, as an address that demands TLS.", carried.root.path);
            let fetch = format!(
                "terraform -chdir={directory} output -json {output} \\\n  \
                 | jq -r '\"\\(.host):\\(.port)/\\(.database_name)?sslmode=require\"' \\\n "
            );
            From { carried: Some(carried), ..From::printed(&about, fetch) }
        },
    )
}

/// Whether a pooler is there at all, and so the form of its files.
fn poolers(context: &Context<'_>) -> bool {
    let environments = context.plan.environments.values();
    environments.flat_map(|environment| &environment.databases).any(|database| database.pooling.is_some())
}

/// Databases with the outputs that say where they are and who administrates them, and what Terraform does not make.
fn databases<'c>(context: &Context<'c>) -> Vec<Map<'c>> {
    let databases =
        context.plan.environments.values().flat_map(|environment| {
            environment.databases.iter().map(move |database| (environment, database))
        });
    databases
        .map(|(environment, database)| {
            let output = |field: &str| {
                let carried = context.carried(environment, database.at, field);
                carried.map_or_else(String::new, |carried| {
                    let directory = context.directory(carried.root);
                    format!("terraform -chdir={directory} output -json {}", carried.output.name)
                })
            };
            let extensions = database.extensions.iter().map(|extension| &extension.value);
            map! {
                "name" => &database.name.value,
                "place" => output("host"),
                "administrator" => output("username"),
                "extensions" => texts(extensions),
            }
        })
        .collect()
}

/// What Terraform's state holds that is secret, and where that state is.
fn in_state<'c>(context: &Context<'c>) -> Vec<Map<'c>> {
    let mut rows = Vec::new();
    for root in context.roots {
        let place = match &root.state {
            None => format!("{}/terraform.tfstate", context.directory(root)),
            Some(state) => {
                let setting = |wanted: &str| {
                    state.settings.iter().find_map(|(name, value)| match value {
                        Value::Text(text) if *name == wanted => Some(text.as_str()),
                        _ => None,
                    })
                };
                [setting("bucket").unwrap_or_default(), setting("key").unwrap_or_default()].join("/")
            }
        };
        let outputs: Vec<&str> =
            root.outputs.iter().filter(|output| output.sensitive).map(|o| o.name.as_str()).collect();
        if !outputs.is_empty() {
            rows.push(map! {
                "root" => &root.path,
                "outputs" => texts(outputs),
                "place" => place,
                "local" => root.state.is_none(),
            });
        }
    }
    rows
}
