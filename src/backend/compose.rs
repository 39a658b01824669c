//! Environments on people's own machines: a file for Docker Compose each (<https://github.com/compose-spec/compose-spec>), and an
//! example of the variables that it needs.
//!
//! Containers of stores are thrown away: their account is a constant that everybody may read. Values that only people have come from
//! variables, and are never written here. Every port is on the loopback address.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Backend;
use crate::catalog::{self, images};
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::map;
use crate::names;
use crate::plan::{
    Cache, CacheEngine, Database, LocalEnvironment, Mount, Plan, Service, Target, Volume, VolumeSource,
};
use crate::tree::FileTree;

/// The back end of environments on people's own machines.
pub(super) struct Compose;

const NAME: &str = "compose";
/// The account of stores that are thrown away.
const USER: &str = "app";
/// Its password: no secret, since nothing but this machine reaches it.
const PASSWORD: &str = "local-only";
/// The network of services and mocks.
const APPS: &str = "apps";
/// The network of stores, and of the services that use one.
const STORES: &str = "stores";
/// The profile of jobs.
const JOBS: &str = "jobs";
const DATABASE_PORT: u16 = 5432;

impl Backend for Compose {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        for environment in &plan.local {
            let directory = format!("{}/{}", plan.paths.compose.value, environment.key);
            let mut maker = Maker::new(plan, environment);
            let file = maker.file();
            let jobs = if environment.jobs.is_empty() {
                ""
            } else {
                "# Jobs run when somebody starts them, whatever their schedule: docker compose run --rm <job>\n"
            };
            let mut text = format!(
                "# {}\n# {} on this machine: cp .env.example .env, fill it in, then docker compose up --watch\n{jobs}\
                 # The password of the stores is a constant: they hold nothing that lasts, and only this machine reaches them.\n",
                names::BANNER,
                environment.key
            );
            yaml::document(&Data::Map(file), &mut text);
            tree.add(NAME, format!("{directory}/compose.yaml"), text, Some(environment.at));
            let mut text = format!(
                "# {}\n# Copy to .env and fill in what only people have. Never put .env into Git.\n",
                names::BANNER
            );
            for (variable, about) in &maker.asked {
                let _ = writeln!(text, "# {about}\n{variable}=");
            }
            tree.add(NAME, format!("{directory}/.env.example"), text, Some(environment.at));
        }
        tree
    }
}

struct Maker<'a> {
    plan: &'a Plan,
    environment: &'a LocalEnvironment,
    /// Ports of this machine that are taken.
    taken: BTreeSet<u16>,
    /// Constants that containers read from files.
    configs: BTreeMap<String, String>,
    /// Secrets that containers read from files, with the variable that each comes from.
    secrets: BTreeMap<String, String>,
    /// Variables that people fill in, with what they are.
    asked: BTreeMap<String, String>,
}

impl<'a> Maker<'a> {
    fn new(plan: &'a Plan, environment: &'a LocalEnvironment) -> Self {
        Self {
            plan,
            environment,
            taken: BTreeSet::new(),
            configs: BTreeMap::new(),
            secrets: BTreeMap::new(),
            asked: BTreeMap::new(),
        }
    }

    fn file(&mut self) -> Map<'a> {
        let environment = self.environment;
        let mut services: BTreeMap<String, Map<'a>> = BTreeMap::new();
        let mut volumes = Map::new();
        for database in &environment.databases {
            services.insert(database.key.clone(), self.database(database));
            volumes.push(database.key.clone(), Map::new());
        }
        for cache in &environment.caches {
            services.insert(cache.key.clone(), self.cache(cache));
            if cache.persistence.is_some() {
                volumes.push(cache.key.clone(), Map::new());
            }
        }
        for files in &environment.file_systems {
            let name = names::files(&files.key);
            volumes.push(name.clone(), Map::new());
            services.insert(name.clone(), opened(&name));
        }
        for service in &environment.services {
            for (name, mock) in Self::mocks(service) {
                services.insert(name, mock);
            }
            services.insert(service.key.clone(), self.service(service));
        }
        for job in environment.jobs.iter().map(|job| &job.pod) {
            for (name, mock) in Self::mocks(job) {
                services.insert(name, mock);
            }
            // Left alone by `up`, and started with what it depends on by `run`.
            services.insert(job.key.clone(), self.service(job).with("profiles", [JOBS]));
        }
        let networks: Map<'a> =
            [APPS, STORES].into_iter().map(|name| (name, Data::Map(Map::new()))).collect();
        let configs = self
            .configs
            .iter()
            .map(|(name, content)| (name.clone(), Data::Map(map! { "content" => escaped(content) })));
        let configs: Map<'a> = configs.collect();
        let secrets = self
            .secrets
            .iter()
            .map(|(name, variable)| (name.clone(), Data::Map(map! { "environment" => variable.clone() })));
        let secrets: Map<'a> = secrets.collect();
        map! {
            "name" => format!("{}-{}", self.plan.name.value, environment.key),
            "services" => services.into_iter().map(|(name, one)| (name, Data::Map(one))).collect::<Map<'a>>(),
            "networks" => networks,
        }
        .with_filled("volumes", volumes)
        .with_filled("configs", configs)
        .with_filled("secrets", secrets)
    }

    /// A port of this machine, the container's own where it is free, on the loopback address.
    fn publish(&mut self, container: u16) -> String {
        let mut port = container.max(1024);
        while !self.taken.insert(port) {
            port = port.checked_add(1).unwrap_or(1024);
        }
        format!("127.0.0.1:{port}:{container}")
    }

    fn database(&mut self, database: &'a Database) -> Map<'a> {
        let version = database.version.value.as_str();
        let release = catalog::eol("postgresql", version).map_or(version, |cycle| cycle.latest);
        // Since 18 the image keeps data in a directory of the version (docker-library/postgres, pull request 1259).
        let is_old = version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok())
            .is_some_and(|major: u32| major < 18);
        let data = if is_old { "/var/lib/postgresql/data" } else { "/var/lib/postgresql" };
        let name = database_name(database);
        map! {
            "image" => images::postgresql(release),
            "environment" => map! {
                "POSTGRES_USER" => USER, "POSTGRES_PASSWORD" => PASSWORD, "POSTGRES_DB" => name.clone(),
            },
            "healthcheck" => healthy(&["CMD", "pg_isready", "--username", USER, "--dbname", &name]),
            "ports" => [self.publish(DATABASE_PORT)],
            "networks" => [STORES],
            "volumes" => [format!("{}:{data}", database.key)],
        }
    }

    fn cache(&mut self, cache: &'a Cache) -> Map<'a> {
        let (image, server, client) = match cache.engine.value {
            CacheEngine::Redis => (images::REDIS_OFFICIAL, "redis-server", "redis-cli"),
            CacheEngine::Valkey => (images::VALKEY, "valkey-server", "valkey-cli"),
        };
        let mut command = vec![server.to_owned(), "--requirepass".to_owned(), PASSWORD.to_owned()];
        if cache.persistence.is_some() {
            command.extend(["--appendonly", "yes"].map(str::to_owned));
        }
        let service = map! {
            "image" => image,
            "command" => command,
            "healthcheck" => healthy(&["CMD", client, "--no-auth-warning", "-a", PASSWORD, "ping"]),
            "ports" => [self.publish(super::kubernetes::CACHE_PORT)],
            // Services know it by the name that it has in a cluster.
            "networks" => map! { STORES => map! { "aliases" => [host(cache)] } },
        };
        let volumes: Vec<String> = cache.persistence.iter().map(|_| format!("{}:/data", cache.key)).collect();
        service.with_filled("volumes", volumes)
    }

    fn mocks(service: &'a Service) -> Vec<(String, Map<'a>)> {
        let mocks = service.egress.iter().filter_map(|egress| Some((egress, egress.mock.as_ref()?)));
        mocks
            .map(|(egress, mock)| {
                let one = map! { "image" => escaped(&mock.image.value), "networks" => [APPS] };
                (egress.name.clone(), one)
            })
            .collect()
    }

    fn service(&mut self, service: &'a Service) -> Map<'a> {
        let mut one = Map::new();
        match &service.build {
            Some(path) => {
                let context = format!("${{SPEC:?the folder of platform.yaml}}/{}", path.value);
                self.asked
                    .insert("SPEC".to_owned(), "The folder of platform.yaml, as seen from here.".to_owned());
                one.push("build", map! { "context" => context.clone() });
                one.push("develop", map! { "watch" => [map! { "action" => "rebuild", "path" => context }] });
            }
            None => one.push("image", escaped(&service.image.value)),
        }
        let texts = |texts: &[crate::plan::Resolved<String>]| -> Vec<String> {
            texts.iter().map(|text| escaped(&text.value)).collect()
        };
        one = one
            .with_filled("entrypoint", texts(&service.command))
            .with_filled("command", texts(&service.args));
        let mut environment: Vec<(String, String)> =
            service.env.iter().map(|(name, value)| (name.clone(), escaped(&value.value))).collect();
        let (mut configs, mut secrets): (Vec<Map<'a>>, Vec<String>) = (Vec::new(), Vec::new());
        for variable in &service.secret_env {
            let file = format!("{}-{}", variable.secret, variable.key);
            let known = constant(self.environment, &variable.secret, &variable.key);
            let value = match (known, variable.mount.value) {
                (Some(value), Mount::Env) => escaped(&value),
                (Some(value), Mount::File) => {
                    let target = [names::SECRET_MOUNT, &variable.secret, &variable.key].join("/");
                    self.configs.insert(file.clone(), value);
                    configs.push(map! { "source" => file, "target" => target.clone() });
                    target
                }
                (None, mount) => {
                    let asked = file.to_uppercase().replace(['-', '.'], "_");
                    let about = format!("The key {} of the secret {}.", variable.key, variable.secret);
                    self.asked.insert(asked.clone(), about);
                    if mount == Mount::Env {
                        format!("${{{asked}:?it is in .env}}")
                    } else {
                        self.secrets.insert(file.clone(), asked);
                        let path = format!("/run/secrets/{file}");
                        secrets.push(file);
                        path
                    }
                }
            };
            environment.push((variable.variable.value.clone(), value));
        }
        for (egress, mock) in service.egress.iter().filter_map(|one| Some((one, one.mock.as_ref()?))) {
            for (variable, output) in &mock.variables {
                let value = match output.value.as_str() {
                    "host" => egress.name.clone(),
                    "port" => mock.port.value.to_string(),
                    _ => format!("http://{}:{}", egress.name, mock.port.value),
                };
                environment.push((variable.clone(), value));
            }
        }
        let environment: Map<'a> = environment.into_iter().collect();
        one = one
            .with_filled("environment", environment)
            .with_filled("configs", configs)
            .with_filled("secrets", secrets)
            .with_filled("depends_on", depends_on(self.environment, service));
        if let Some(port) = &service.port {
            one.push("ports", [self.publish(port.container.value)]);
        }
        let uses_store = service.edges.iter().any(|edge| {
            matches!(edge.target, Target::Database { .. } | Target::Pooler { .. } | Target::Cache { .. })
        });
        one.push("networks", if uses_store { vec![APPS, STORES] } else { vec![APPS] });
        // What holds for its pods holds here: what works is not refused later.
        let user = service.user.value;
        one.push("user", format!("{user}:{user}"));
        one.push("read_only", service.read_only.value);
        one.push("cap_drop", ["ALL"]);
        one.push("security_opt", ["no-new-privileges:true"]);
        let (mut scratch, mut shared) = (Vec::new(), Vec::new());
        for volume in &service.volumes {
            let path = &volume.path.value;
            match &volume.source {
                VolumeSource::Own { size, .. } => {
                    scratch.push(format!("{path}:size={},mode=1777", size.value.0));
                }
                VolumeSource::Shared { file_system } => {
                    shared.push(format!("{}:{path}", names::files(file_system)));
                }
            }
        }
        one.with_filled("tmpfs", scratch).with_filled("volumes", shared)
    }
}

fn database_name(database: &Database) -> String {
    database.key.replace('-', "_")
}

/// The name by which services know a cache.
fn host(cache: &Cache) -> String {
    names::cache_service(&cache.name, cache.engine.value, cache.topology.value)
}

/// Lets every user write to a volume, which is root's when it is made; the file systems of clouds give all files to one user.
fn opened(volume: &str) -> Map<'static> {
    map! {
        "image" => images::BUSYBOX,
        "command" => ["chmod", "1777", "/files"],
        "volumes" => [format!("{volume}:/files")],
        "network_mode" => "none",
        "read_only" => true,
        "cap_drop" => ["ALL"],
        "security_opt" => ["no-new-privileges:true"],
    }
}

fn healthy(test: &[&str]) -> Map<'static> {
    let test: Vec<String> = test.iter().map(|&word| word.to_owned()).collect();
    map! { "test" => test, "interval" => "5s", "timeout" => "3s", "retries" => 12 }
}

/// What a store's secret holds here; `None` for what only people have.
fn constant(environment: &LocalEnvironment, secret: &str, key: &str) -> Option<String> {
    let mut databases = environment.databases.iter();
    if let Some(database) = databases.find(|one| names::database_secret(&one.key) == secret) {
        let (host, name) = (&database.key, database_name(database));
        return Some(match key {
            "host" => host.clone(),
            "port" => DATABASE_PORT.to_string(),
            "username" => USER.to_owned(),
            names::PASSWORD_KEY => PASSWORD.to_owned(),
            "database" => name,
            "ca" => "There is no TLS here.\n".to_owned(),
            _ => format!("postgresql://{USER}:{PASSWORD}@{host}:{DATABASE_PORT}/{name}"),
        });
    }
    for cache in &environment.caches {
        let logical =
            cache.logical_databases.iter().map(|(name, number)| (Some(name.as_str()), number.value));
        for (part, number) in logical.chain([(None, 0)]) {
            if names::cache_secret(&cache.key, part) == secret {
                if key == names::PASSWORD_KEY {
                    return Some(PASSWORD.to_owned());
                }
                let port = super::kubernetes::CACHE_PORT;
                return Some(format!("redis://:{PASSWORD}@{}:{port}/{number}", host(cache)));
            }
        }
    }
    None
}

/// What has to be there before a service starts.
fn depends_on(environment: &LocalEnvironment, service: &Service) -> Map<'static> {
    let mut needed: BTreeMap<String, &'static str> = BTreeMap::new();
    for edge in &service.edges {
        match &edge.target {
            Target::Database { key } | Target::Pooler { key, .. } | Target::Cache { key, .. } => {
                needed.insert(key.clone(), "service_healthy");
            }
            Target::Service { environment: there, key, .. } if *there == environment.key => {
                needed.insert(key.clone(), "service_started");
            }
            _ => {}
        }
    }
    for egress in service.egress.iter().filter(|egress| egress.mock.is_some()) {
        needed.insert(egress.name.clone(), "service_started");
    }
    for files in service.volumes.iter().filter_map(Volume::file_system) {
        needed.insert(names::files(files), "service_completed_successfully");
    }
    needed.into_iter().map(|(key, condition)| (key, Data::Map(map! { "condition" => condition }))).collect()
}

/// Text as Compose takes it: it replaces variables in every text.
fn escaped(text: &str) -> String {
    text.replace('$', "$$")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixture;

    const SPEC: &str = r#"apiVersion: platc/v1
name: shop
owner: web
clusters:
  main: {provider: linode, region: fr-par, kubernetes: "1.35", controlPlane: {allow: [203.0.113.0/24]}}
environments:
  development: {role: development, local: compose}
  staging: {role: staging, cluster: main, after: development}
nodePools:
  apps: {type: g6-standard-4, nodes: 3, environments: [staging]}
secretStore: {source: external, delivery: sealed-secrets}
secrets:
  token: {}
databases:
  orders: {engine: postgresql, version: "17", type: g6-dedicated-2, backup: {every: 1d}, pooling: {size: 10}}
caches:
  sessions: {engine: redis, memory: 1Gi, persistence: 5Gi, logicalDatabases: {users: 1}}
services:
  api:
    image: registry.example.com/api:1.0.0
    build: services/api
    port: {container: 8080, service: 80}
    requests: {cpu: 100m, memory: 128Mi}
    env: {PRICE: "5$"}
    health: {ready: /ready}
    volumes: {tmp: {path: /tmp, size: 64Mi}}
    egress: {stripe: {ports: [443], mock: {image: "stripe/stripe-mock:v0.203.0", port: 12111, as: {STRIPE_API_BASE: url}}}}
    uses:
      databases/orders: {as: {DATABASE_URL: url}, mount: env}
      caches/sessions/users: {as: {REDIS_URL_FILE: url}}
      secrets/token: {as: {TOKEN_FILE: value}}
  web:
    image: registry.example.com/web:1.0.0
    port: 8080
    requests: {cpu: 100m, memory: 128Mi}
    uses: {services/api: {as: {API_URL: url}}, secrets/token: {as: {TOKEN: value}, mount: env}}
"#;

    const JOB: &str = r#"jobs:
  cleanup:
    image: registry.example.com/cleanup:1.0.0
    schedule: "0 3 * * *"
    command: [cleanup]
    requests: {cpu: 100m, memory: 128Mi}
    egress: {mail: {ports: [443], mock: {image: "axllent/mailpit:v1.21", port: 1025, as: {SMTP_HOST: host}}}}
    uses: {databases/orders: {as: {DATABASE_URL: url}, mount: env}}
"#;

    /// The services of the local environment's file.
    fn services(spec: &str) -> (serde_yaml::Value, String) {
        let tree = Compose.emit(&fixture::plan(spec));
        let text = tree.get("compose/development/compose.yaml").expect("the file").text().into_owned();
        let file: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
        (file["services"].clone(), text)
    }

    #[test]
    fn a_job_is_there_and_runs_only_when_somebody_starts_it() {
        let (services, text) = services(&format!("{SPEC}{JOB}"));
        let job = &services["cleanup"];
        assert_eq!(job["profiles"][0], "jobs");
        assert_eq!(job["depends_on"]["orders"]["condition"], "service_healthy");
        assert_eq!(job["environment"]["SMTP_HOST"], "mail");
        assert_eq!(job["cap_drop"][0], "ALL", "what holds for its pod holds here");
        assert!(text.contains("docker compose run --rm <job>"), "{text}");
        let with_profile =
            services.as_mapping().expect("a map").iter().filter(|(_, one)| !one["profiles"].is_null());
        assert_eq!(with_profile.count(), 1, "what it depends on is started without a profile");
    }

    #[test]
    fn a_file_system_is_a_volume_that_every_user_may_write_to_before_the_first_one_starts() {
        let spec = SPEC.replace(
            "tmp: {path: /tmp, size: 64Mi}",
            "tmp: {path: /tmp, size: 64Mi}, up: {fileSystem: shared, path: /up}",
        ) + "fileSystems:\n  shared: {size: 5Gi, environments: [development]}\n";
        let spec = spec
            .replace("  api:\n", "  api:\n    environments: [development]\n")
            .replace("  web:\n", "  web:\n    environments: [development]\n");
        let (services, text) = services(&spec);
        let api = &services["api"];
        assert_eq!(api["volumes"][0], "files-shared:/up");
        assert_eq!(api["tmpfs"][0], "/tmp:size=67108864,mode=1777");
        assert_eq!(api["depends_on"]["files-shared"]["condition"], "service_completed_successfully");
        let opened = &services["files-shared"];
        assert_eq!(opened["command"][1], "1777");
        assert_eq!((&opened["network_mode"], &opened["cap_drop"][0]), (&"none".into(), &"ALL".into()));
        assert!(services["web"]["volumes"].is_null(), "only who mounts it");
        assert!(text.contains("\nvolumes:\n") && text.contains("\n  files-shared: {}"), "{text}");
    }

    #[test]
    fn nothing_is_said_of_jobs_where_there_are_none() {
        let (services, text) = services(SPEC);
        assert!(!text.contains("docker compose run"), "{text}");
        assert!(services.as_mapping().expect("a map").iter().all(|(_, one)| one["profiles"].is_null()));
    }

    #[test]
    fn a_local_environment_is_one_file_with_ports_on_the_loopback_address_and_no_secret() {
        let plan = fixture::plan(SPEC);
        let tree = Compose.emit(&plan);
        let text =
            |name: &str| tree.get(&format!("compose/development/{name}")).expect(name).text().into_owned();
        insta::assert_snapshot!("compose", text("compose.yaml"));
        insta::assert_snapshot!("example_of_variables", text(".env.example"));
    }

    #[test]
    fn nothing_else_knows_a_local_environment() {
        let plan = fixture::plan(SPEC);
        assert!(plan.environments.keys().eq(["staging"]) && plan.local.len() == 1);
        assert!(plan.environments["staging"].after.is_none());
        for (path, file) in crate::backend::emit(&plan, &[]).iter() {
            let is_own = path.starts_with("compose/");
            assert!(is_own || !path.contains("development"), "{path}");
            assert!(is_own || !file.text().contains("environment: development"), "{path}");
        }
    }
}
