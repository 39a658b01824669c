//! Sizes, versions and windows of an environment as variables, with their values in `terraform.tfvars`: the layout in
//! which a reviewer compares environments by one short file each.

use std::borrow::Cow;

use super::{Sheet, comment, expression};
use crate::format::hcl::{Block, Expr, Item};
use crate::provider::root::{Root, Value};
use crate::source::At;

/// Arguments of modules that differ between environments.
const ARGUMENTS: &[&str] = &[
    "availability_zones",
    "backup",
    "cidr",
    "engine_version",
    "instance_class",
    "instance_types",
    "kubernetes_version",
    "maintenance_window",
    "multi_az",
    "node_type",
    "nodes",
    "rate_limit",
    "replicas",
    "snapshots",
];

/// A value that has become a variable.
pub(super) struct Lifted {
    name: String,
    description: String,
    value: Value,
    origin: At,
}

/// Takes the values out of the calls of a root; the calls read variables instead.
pub(super) fn lift(root: &mut Root) -> Vec<Lifted> {
    let mut lifted = Vec::new();
    for call in &mut root.modules {
        for (argument, value) in &mut call.arguments {
            if !ARGUMENTS.contains(argument) || kind_of(value).is_none() {
                continue;
            }
            let name = format!("{}_{argument}", call.name);
            let value = std::mem::replace(value, Value::Given(name.clone()));
            let description = format!("{argument} of {}: see the module {}.", call.name, call.module);
            lifted.push(Lifted { name, description, value, origin: call.origin });
        }
    }
    lifted
}

/// The type of a value that refers to nothing; `None` for one that does.
fn kind_of(value: &Value) -> Option<Expr<'static>> {
    Some(match value {
        Value::Bool(_) => Expr::raw("bool"),
        Value::Int(_) => Expr::raw("number"),
        Value::Text(_) => Expr::raw("string"),
        Value::List(items) => items
            .iter()
            .all(|item| matches!(item, Value::Text(_)))
            .then(|| Expr::call("list", [Expr::raw("string")]))?,
        Value::Map(entries) => {
            let kinds: Option<Vec<_>> =
                entries.iter().map(|(key, value)| Some((Cow::Owned(key.clone()), kind_of(value)?))).collect();
            Expr::call("object", [Expr::Object(kinds?)])
        }
        _ => return None,
    })
}

/// The declarations.
pub(super) fn declare(sheet: &mut Sheet, lifted: &[Lifted]) {
    for value in lifted {
        let Some(kind) = kind_of(&value.value) else { continue };
        let block = Block::new("variable")
            .label(&value.name)
            .attr("description", &value.description)
            .attr("type", kind);
        sheet.push(&[block.into()], Some(value.origin));
    }
}

/// `terraform.tfvars`, which Terraform reads by itself.
pub(super) fn sheet(lifted: &[Lifted]) -> Sheet {
    let mut sheet = Sheet::new();
    sheet.push(&[comment("What differs between environments.")], None);
    for value in lifted {
        sheet.push(&[Item::attr(value.name.as_str(), expression(&value.value))], Some(value.origin));
    }
    sheet
}
