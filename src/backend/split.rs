//! Takes apart what the environments of an object share, and what each has besides.
//!
//! The shared part has nothing that an environment lacks, so what an environment has besides only ever adds: it never has
//! to remove or replace.

use std::borrow::Cow;

use crate::format::data::{Data, Map};
use crate::names;

/// Lists that strategic merge patches join by a key, by the list's own key: what Kubernetes declares for pods.
const MERGED_LISTS: [(&str, &str); 4] =
    [("containers", "name"), ("env", "name"), ("volumeMounts", "mountPath"), ("volumes", "name")];

/// Maps taken apart.
pub(super) struct Split<'a> {
    /// What all have.
    pub(super) shared: Map<'a>,
    /// What each has besides, in the order of the maps.
    pub(super) added: Vec<Map<'a>>,
}

/// How maps are taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    /// Whether lists that strategic merge patches join are taken apart, too; custom resources have no such lists.
    pub(super) lists: bool,
    /// Whether the label of the environment is in neither part, since whoever joins the parts sets it.
    pub(super) without_environment: bool,
}

impl How {
    fn leaves_out(self, of: &str, key: &str) -> bool {
        self.without_environment && is_label_of_environment(of, key)
    }

    fn value_of<'a>(self, key: &str, value: &Data<'a>) -> Data<'a> {
        if self.without_environment { value_of(key, value) } else { value.clone() }
    }
}

/// Takes maps apart.
pub(super) fn split<'a>(maps: &[&Map<'a>], how: How) -> Split<'a> {
    split_below("", maps, how)
}

/// The maps that are the values of a key.
fn split_below<'a>(of: &str, maps: &[&Map<'a>], how: How) -> Split<'a> {
    let mut parts = Split { shared: Map::new(), added: maps.iter().map(|_| Map::new()).collect() };
    let Some((first, rest)) = maps.split_first() else { return parts };
    let mut values: Vec<&Data<'a>> = Vec::with_capacity(maps.len());
    for (index, (key, value)) in first.entries().iter().enumerate() {
        if how.leaves_out(of, key) {
            continue;
        }
        values.clear();
        values.push(value);
        values.extend(rest.iter().filter_map(|map| at(map, key, index)));
        if values.len() == maps.len() && share(key.clone(), &values, how, &mut parts) {
            continue;
        }
        for (added, map) in parts.added.iter_mut().zip(maps) {
            if let Some(value) = at(map, key, index) {
                added.push(key.clone(), how.value_of(key, value));
            }
        }
    }
    for (added, map) in parts.added.iter_mut().skip(1).zip(rest) {
        for (index, (key, value)) in map.entries().iter().enumerate() {
            if at(first, key, index).is_none() && !how.leaves_out(of, key) {
                added.push(key.clone(), how.value_of(key, value));
            }
        }
    }
    parts
}

fn is_label_of_environment(of: &str, key: &str) -> bool {
    of == "labels" && key == names::ENVIRONMENT_LABEL
}

/// The value of a key, looked for first where the key stands in a similar map.
fn at<'m, 'a>(map: &'m Map<'a>, key: &str, index: usize) -> Option<&'m Data<'a>> {
    match map.entries().get(index) {
        Some((found, value)) if found == key => Some(value),
        _ => map.get(key),
    }
}

/// Takes apart what all maps have under a key. Says whether anything could be shared.
fn share<'a>(key: Cow<'a, str>, values: &[&Data<'a>], how: How, parts: &mut Split<'a>) -> bool {
    let Some((first, rest)) = values.split_first() else { return false };
    match first {
        // A single environment's label is in what is equal, too.
        Data::Map(_) if rest.is_empty() || rest.iter().any(|value| value != first) => {
            let Some(maps) = values.iter().map(|value| value.as_map()).collect::<Option<Vec<_>>>() else {
                return false;
            };
            let inner = split_below(&key, &maps, how);
            // An empty mapping means something of its own, so it is shared only if all are empty.
            if inner.shared.is_empty() && maps.iter().any(|map| !map.is_empty()) {
                return false;
            }
            parts.shared.push(key.clone(), inner.shared);
            for (added, inner) in parts.added.iter_mut().zip(inner.added) {
                if !inner.is_empty() {
                    added.push(key.clone(), inner);
                }
            }
            true
        }
        _ if rest.iter().all(|value| value == first) => {
            parts.shared.push(key, (*first).clone());
            true
        }
        Data::List(_) if how.lists => {
            let Some(by) = merge_key(&key, values) else { return false };
            let lists: Vec<&[Data<'a>]> = values.iter().filter_map(|value| value.as_list()).collect();
            if lists.len() < values.len() {
                return false;
            }
            let (shared, added) = split_items(by, &lists, how);
            if shared.is_empty() {
                return false;
            }
            parts.shared.push(key.clone(), Data::List(shared));
            for (into, items) in parts.added.iter_mut().zip(added) {
                if !items.is_empty() {
                    into.push(key.clone(), Data::List(items));
                }
            }
            true
        }
        _ => false,
    }
}

/// The key by which kustomize joins the items of a list.
fn merge_key(key: &str, values: &[&Data<'_>]) -> Option<&'static str> {
    let (_, by) = MERGED_LISTS.iter().find(|(list, _)| *list == key)?;
    // A patch may have written items that nothing names.
    if !values.iter().all(|value| are_named(value, by)) {
        return None;
    }
    // Variables that are made of others must come after them, and joining does not keep the order.
    let ordered = key == "env" && values.iter().any(|value| refers_to_variables(value));
    (!ordered).then_some(by)
}

/// Whether each item of a list has a name of its own.
fn are_named(list: &Data<'_>, by: &str) -> bool {
    let items = list.as_list().unwrap_or_default();
    let names: Vec<Option<&str>> =
        items.iter().map(|item| item.as_map().and_then(|map| map.get(by)?.as_text())).collect();
    names.iter().enumerate().all(|(index, name)| name.is_some() && !names[..index].contains(name))
}

fn refers_to_variables(list: &Data<'_>) -> bool {
    let items = list.as_list().unwrap_or_default();
    items.iter().filter_map(|item| item.as_map()?.get("value")?.as_text()).any(|text| text.contains("$("))
}

/// Takes lists apart whose items are named by a key: the shared items, and those of each list.
fn split_items<'a>(by: &'static str, lists: &[&[Data<'a>]], how: How) -> (Vec<Data<'a>>, Vec<Vec<Data<'a>>>) {
    let mut shared = Vec::new();
    let mut added: Vec<Vec<Data<'a>>> = lists.iter().map(|_| Vec::new()).collect();
    let Some((first, rest)) = lists.split_first() else { return (shared, added) };
    for item in *first {
        let Some(name) = item.as_map().and_then(|map| map.get(by)) else { continue };
        let same: Vec<Option<&Map<'a>>> = lists.iter().map(|items| item_of(items, by, name)).collect();
        let parts = same.iter().copied().collect::<Option<Vec<_>>>().map(|maps| split(&maps, how));
        // An item of which only the name is shared is no item yet.
        let parts = parts.filter(|parts| parts.shared.len() > 1 || parts.added.iter().all(Map::is_empty));
        let Some(parts) = parts else {
            for (added, map) in added.iter_mut().zip(same) {
                added.extend(map.cloned().map(Data::Map));
            }
            continue;
        };
        shared.push(Data::Map(parts.shared));
        for (added, inner) in added.iter_mut().zip(parts.added) {
            if !inner.is_empty() {
                let mut named = Map::new().with(by, name.clone());
                inner.into_entries().for_each(|(key, value)| named.push(key, value));
                added.push(Data::Map(named));
            }
        }
    }
    for (added, list) in added.iter_mut().skip(1).zip(rest) {
        for item in *list {
            let name = item.as_map().and_then(|map| map.get(by));
            if name.is_some_and(|name| item_of(first, by, name).is_none()) {
                added.push(item.clone());
            }
        }
    }
    (shared, added)
}

fn item_of<'m, 'a>(items: &'m [Data<'a>], by: &str, name: &Data<'_>) -> Option<&'m Map<'a>> {
    items.iter().filter_map(Data::as_map).find(|map| map.get(by) == Some(name))
}

/// An object without the label of the environment.
pub(super) fn without_environment<'a>(object: &Data<'a>) -> Data<'a> {
    value_of("", object)
}

fn value_of<'a>(of: &str, value: &Data<'a>) -> Data<'a> {
    let Data::Map(map) = value else { return value.clone() };
    let kept = map.entries().iter().filter(|(key, _)| !is_label_of_environment(of, key));
    kept.map(|(key, value)| (key.clone(), value_of(key, value))).collect::<Map<'a>>().into()
}
