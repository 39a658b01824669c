//! What Argo CD must not delete by itself: data goes with these objects.

use super::Object;
use crate::format::data::{Data, Map};
use crate::names;
use crate::plan::Plan;

/// Asks a person before the object is deleted, whether it left Git or its application goes. `confirm` and not `false`:
/// an object that is never pruned stays, unseen, when it is meant to go.
/// Source: Argo CD, user guide, sync options, "Resource Pruning With Confirmation".
const CONFIRM: &str = "Delete=confirm,Prune=confirm";

/// Kinds that hold data, or whose deletion deletes what holds data. A namespace takes everything in it along, a Queue
/// its messages.
const HOLDS_DATA: [&str; 8] = [
    "Namespace",
    "PersistentVolumeClaim",
    "Redis",
    "RedisReplication",
    "RedisCluster",
    "ValkeyCluster",
    "RabbitmqCluster",
    "Queue",
];

/// Marks the objects that hold data, where Argo CD delivers them.
pub(super) fn protect(plan: &Plan, objects: &mut [Object<'_>]) {
    if plan.delivery.gitops.is_none() {
        return;
    }
    for object in objects.iter_mut().filter(|object| HOLDS_DATA.contains(&object.api.kind)) {
        let metadata = object.data.as_map_mut().and_then(|map| map.get_mut("metadata"));
        let Some(metadata) = metadata.and_then(Data::as_map_mut) else { continue };
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Data::as_map_mut) {
            annotations.push(names::SYNC_OPTIONS_ANNOTATION, CONFIRM);
        } else {
            metadata.push("annotations", Map::new().with(names::SYNC_OPTIONS_ANNOTATION, CONFIRM));
        }
    }
}
