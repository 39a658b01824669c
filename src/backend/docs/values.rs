//! Where values come from that are known only after apply: outputs of Terraform's roots.

use super::Context;
use crate::plan::Environment;
use crate::provider::root::{Kind, Output, Root, Value};
use crate::provider::stores::Stores;
use crate::provider::{self, environment_path};
use crate::source::At;

/// An output, or a field of one, that has to be carried somewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carried<'c> {
    pub(super) root: &'c Root,
    pub(super) output: &'c Output,
    field: Option<&'c str>,
}

impl<'c> Context<'c> {
    /// The field of an output that tells about a thing of the spec, in an environment's root or in the platform's.
    pub(super) fn carried(&self, environment: &Environment, thing: At, field: &str) -> Option<Carried<'c>> {
        let here = environment_path(&environment.key);
        let roots = self.roots.iter();
        roots.filter(|root| root.path == here || root.kind == Kind::Platform).find_map(|root| {
            root.outputs.iter().filter(|output| output.origin == thing).find_map(|output| {
                let Value::Map(entries) = &output.value else { return None };
                let (name, _) = entries.iter().find(|(name, _)| name == field)?;
                Some(Carried { root, output, field: Some(name) })
            })
        })
    }

    /// The output of an earlier root that a variable of an environment's root is filled with: it has the same name.
    pub(super) fn source_of(&self, root: &Root, variable: &str) -> Option<Carried<'c>> {
        let (root, output) = provider::source_of(self.plan, self.roots, root, variable)?;
        Some(Carried { root, output, field: None })
    }

    /// What the cloud of an environment has for data.
    pub(super) fn stores(&self, environment: &Environment) -> &'static Stores {
        provider::of(self.plan.provider_of(environment)).stores()
    }

    /// The command that prints a value, and nothing else.
    pub(super) fn command(&self, carried: &Carried<'_>) -> String {
        let directory = self.directory(carried.root);
        let name = &carried.output.name;
        match carried.field {
            None => format!("terraform -chdir={directory} output -raw {name}"),
            Some(field) => format!("terraform -chdir={directory} output -json {name} | jq -j .{field}"),
        }
    }
}
