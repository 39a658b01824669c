//! Secrets.

use crate::model::scalars::{DataKey, Line, Name, RelativePath};
use crate::record;
use crate::source::Written;
use crate::words::{Calendar, Mount, SecretDelivery, SecretSource};

record! {
    /// Where secrets come from and how they reach the cluster.
    SecretStore as "secret store"; {
        /// Where they come from.
        source: Written<SecretSource> = needed "external";
        /// How they reach the cluster.
        delivery: Written<SecretDelivery> = needed "sealed-secrets";
        /// How services get them, unless a use says otherwise.
        mount: Written<Mount> = optional "file", "`file`";
        /// The folder of the sealed files, below the spec's: `<folder>/<environment>/<secret>.yaml`, and
        /// `<folder>/platform/<secret>.yaml` for what receivers of alerts need.
        files: Written<RelativePath> = optional "secrets/sealed", "`secrets/sealed`";
        /// The folder of the lists of secrets, below the output directory: one for each bundle.
        bundles: Written<RelativePath> = optional "infra/secrets/bundles", "`secrets/bundles`";
        /// How often secrets are changed, unless a secret says otherwise.
        rotate: Written<Calendar> = optional "quarterly", "nobody is reminded";
    }
}

record! {
    /// A secret of services: its name and keys, never its values.
    Secret as "secret"; {
        /// The keys that it has.
        keys: Vec<Written<DataKey>> = optional "[token]", "`[value]`";
        /// What it is, in words.
        purpose: Written<Line> = optional "Token of the model hub";
        /// The list that it stands in with others that are changed together.
        bundle: Written<Name> = optional "alerting", "`services`; `alerting` for what only receivers of alerts need";
        /// How often it is changed.
        rotate: Written<Calendar> = optional "yearly", "the secret store's";
    }
}
