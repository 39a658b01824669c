//! Secrets: what they are called, where they are kept, which list they stand in, how often they are changed, who uses them.
//!
//! A secret that platc derives stands in the list of its kind: what a store and its users share changes together.

use super::Resolver;
use crate::model::records;
use crate::model::settings_of;
use crate::names;
use crate::plan::{Calendar, Kept, Plan, Resolved, Secret};
use crate::source::At;

/// A secret as the user declares it.
pub(super) struct Declared {
    /// Its keys, never none.
    pub(super) keys: Vec<String>,
    /// What it is, in words.
    pub(super) purpose: String,
    /// The list that it is written to stand in.
    pub(super) bundle: Option<Resolved<String>>,
    /// How often it is changed.
    pub(super) rotate: Option<Resolved<Calendar>>,
}

/// A secret of the spec by its name, as it is without overrides.
pub(super) fn written(resolver: &mut Resolver<'_>, name: &str) -> Option<Declared> {
    let thing = resolver.platform.secrets.as_ref()?.entries.get(name)?;
    let document = &resolver.model.document;
    // No environment is called so: overrides of environments do not count here.
    let settings = settings_of::<records::Secret>(
        resolver.source,
        document,
        &[],
        thing,
        &[names::PLATFORM_DIRECTORY],
        resolver.sink,
    )?;
    Some(declared(resolver, name, settings))
}

/// A secret's settings, decoded, with what holds where they say nothing.
pub(super) fn declared(resolver: &Resolver<'_>, name: &str, settings: records::Secret) -> Declared {
    let purpose =
        settings.purpose.map_or_else(|| format!("the secret `{name}`"), |purpose| purpose.value.to_string());
    let keys = settings.keys.map(|keys| keys.into_iter().map(|key| key.value.0).collect::<Vec<_>>());
    Declared {
        keys: keys.filter(|keys| !keys.is_empty()).unwrap_or_else(|| vec!["value".to_owned()]),
        purpose,
        bundle: settings.bundle.map(|bundle| Resolved::written(bundle.value.0, bundle.at)),
        rotate: settings
            .rotate
            .map(|rotate| Resolved::written(rotate.value, rotate.at))
            .or_else(|| rotation(resolver)),
    }
}

/// How often secrets are changed that say nothing themselves.
pub(super) fn rotation(resolver: &Resolver<'_>) -> Option<Resolved<Calendar>> {
    let rotate = resolver.platform.secret_store.as_ref()?.rotate.as_ref()?;
    Some(Resolved::derived(rotate.value, "the secret store's", rotate.at))
}

/// The list of the secrets that platc derives for a kind of stores.
pub(super) fn bundle_of(kind: &str) -> Resolved<String> {
    Resolved::default(kind.to_owned(), "what stores of one kind and their users need")
}

/// Where a secret of an environment is kept.
pub(super) fn in_environment(plan: &Plan, environment: &str, secret: &str) -> Kept {
    match &plan.secrets.files {
        Some(files) => Kept::File(names::sealed_in_environment(&files.value, environment, secret)),
        None => Kept::Manager(names::managed_secrets(&plan.name.value, environment) + secret),
    }
}

/// Where a secret is kept that a cluster has in a namespace besides its environments.
pub(super) fn in_cluster(plan: &Plan, cluster: &str, namespace: &str, secret: &str) -> Kept {
    match &plan.secrets.files {
        Some(files) => {
            let cluster = (plan.clusters.len() > 1).then_some(cluster);
            Kept::File(names::sealed_for_cluster(&files.value, cluster, secret))
        }
        None => {
            Kept::Manager(names::managed_secrets_of_cluster(&plan.name.value, cluster, namespace) + secret)
        }
    }
}

/// Brings together what several users ask of the same secret, sorted by name; the first user's place stays.
pub(super) fn merge(secrets: &mut Vec<Secret>) {
    secrets.sort_by(|a, b| a.name.cmp(&b.name));
    secrets.dedup_by(|next, known| {
        let same = next.name == known.name;
        if same {
            for (from, to) in [(&mut next.keys, &mut known.keys), (&mut next.users, &mut known.users)] {
                for text in from.drain(..) {
                    if !to.contains(&text) {
                        to.push(text);
                    }
                }
            }
        }
        same
    });
    for secret in secrets {
        secret.users.sort();
    }
}

/// The secrets that caches and poolers themselves need; those of their users are there already.
pub(super) fn of_stores(resolver: &Resolver<'_>, plan: &mut Plan, environment: &str) {
    let rotate = rotation(resolver);
    let Some(there) = plan.environments.get(environment) else { return };
    let namespace = there.namespace.value.clone();
    let mut own = Vec::new();
    let mut add = |name: String, kind: &str, key: &str, keys: &[&str], purpose: String, at: At| {
        own.push(Secret {
            kept: in_environment(plan, environment, &name),
            name,
            at,
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
            purpose,
            namespace: namespace.clone(),
            bundle: bundle_of(kind),
            rotate,
            users: vec![format!("{kind}/{key}")],
        });
    };
    for cache in &there.caches {
        add(
            names::cache_password_secret(&cache.key),
            "caches",
            &cache.key,
            &["password"],
            format!("the password of the cache `{}`", cache.key),
            cache.at,
        );
    }
    for database in &there.databases {
        add(
            names::database_exporter_secret(&database.key),
            "databases",
            &database.key,
            &names::EXPORTER_KEYS,
            format!("where the exporter of `{}` finds the database, and its role", database.key),
            database.at,
        );
        if let Some(dump) = &database.dump {
            add(
                names::dump_secret(&database.key),
                "databases",
                &database.key,
                &names::DUMP_KEYS,
                format!("where dumps of `{}` find the database itself, and their role", database.key),
                dump.at,
            );
            if let Some(keys) = &dump.keys {
                add(
                    keys.clone(),
                    "buckets",
                    &dump.bucket.value,
                    &names::BUCKET_KEYS,
                    format!("the keys of the bucket `{}`", dump.bucket.value),
                    dump.at,
                );
            }
        }
        if database.pooling.is_some() {
            add(
                names::pooler_secret(&database.key),
                "databases",
                &database.key,
                &["databases.ini", "userlist.txt"],
                format!("where the pooler of `{}` finds the database, and its accounts", database.key),
                database.at,
            );
        }
    }
    for files in &there.file_systems {
        let name = names::files(&files.key);
        own.push(Secret {
            kept: in_environment(plan, environment, &name),
            name,
            at: files.at,
            keys: vec![names::FILES_KEY.to_owned()],
            purpose: format!("the id of the file system `{}`, which is no secret", files.key),
            namespace: namespace.clone(),
            bundle: bundle_of("file-systems"),
            // It stays as long as the file system.
            rotate: None,
            users: vec![format!("fileSystems/{}", files.key)],
        });
    }
    let Some(there) = plan.environments.get_mut(environment) else { return };
    there.secrets.append(&mut own);
    merge(&mut there.secrets);
}
