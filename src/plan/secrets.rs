//! Secrets: where each is kept, who reads it.

use serde::Serialize;

use super::{Calendar, Mount, Resolved, SecretDelivery};
use crate::source::At;

/// A secret that something in a cluster needs: its name and keys, never its values.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// The name of the Kubernetes Secret.
    pub name: String,
    /// The place that asks for it.
    #[serde(skip)]
    pub at: At,
    /// The keys that are used.
    pub keys: Vec<String>,
    /// What it is for, in words.
    pub purpose: String,
    /// Where its values are kept, which decides how they reach the cluster.
    #[serde(flatten)]
    pub kept: Kept,
    /// The namespace that it is for.
    pub namespace: String,
    /// The list that it stands in with others that are changed together.
    pub bundle: Resolved<String>,
    /// How often it is changed; `None` where nobody is reminded.
    pub rotate: Option<Resolved<Calendar>>,
    /// Who uses it, as references: `services/api`, `receivers/on-call`; sorted.
    pub users: Vec<String>,
}

/// Where the values of a secret are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kept {
    /// In a `SealedSecret` file of the user's, below the spec's folder; sealing binds it to name and namespace.
    File(String),
    /// In the secret manager under this name, as JSON with a property for each key.
    Manager(String),
}

/// How secrets reach services.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretStore {
    /// How they reach clusters.
    pub delivery: Resolved<SecretDelivery>,
    /// The folder of the sealed files, below the spec's; `None` where none are sealed.
    pub files: Option<Resolved<String>>,
    /// The folder of the lists of secrets, below the output directory.
    pub bundles: Resolved<String>,
    /// How services get them.
    pub mount: Resolved<Mount>,
}

/// A key of a secret in the namespace of monitoring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretKey {
    /// The name of the Kubernetes Secret.
    pub secret: String,
    /// The key in it.
    pub key: String,
}

impl Secret {
    /// Its sealed file, below the spec's folder; `None` where the secret manager keeps it.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        if let Kept::File(file) = &self.kept { Some(file) } else { None }
    }

    /// Its name in the secret manager; `None` where it is sealed.
    #[must_use]
    pub fn in_manager(&self) -> Option<&str> {
        if let Kept::Manager(name) = &self.kept { Some(name) } else { None }
    }

    /// Its sealed file, or its name in the secret manager.
    #[must_use]
    pub fn place(&self) -> &str {
        let (Kept::File(place) | Kept::Manager(place)) = &self.kept;
        place
    }

    /// Whether an add-on reads it, and not a receiver of alerts or a thing of an environment.
    #[must_use]
    pub fn is_of_addon(&self) -> bool {
        self.users.iter().any(|user| user.starts_with("addons/"))
    }
}
