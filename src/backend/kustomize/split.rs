//! Takes apart what the environments of an object share, and what each has besides.
//!
//! The label of the environment is in neither part: kustomize sets it. The shared part has nothing that an environment lacks, so a patch only ever adds: it never has to remove or replace.

use crate::format::data::{Data, Map};
use crate::names;

/// Lists that strategic merge patches join by a key, by the list's own key: what Kubernetes declares for pods.
const MERGED_LISTS: [(&str, &str); 4] =
    [("containers", "name"), ("env", "name"), ("volumeMounts", "mountPath"), ("volumes", "name")];

/// What several objects share. With `merge` some lists are taken apart, too; custom resources have no such lists.
pub(super) fn shared<'a>(objects: &[&Data<'a>], merge: bool) -> Data<'a> {
    match objects {
        [] => Data::Null,
        [Data::Map(first), rest @ ..] => {
            let maps: Vec<&Map<'a>> =
                std::iter::once(first).chain(rest.iter().filter_map(|data| data.as_map())).collect();
            Data::Map(shared_map("", &maps, merge))
        }
        [first, ..] => (*first).clone(),
    }
}

/// The map of a key, without what kustomize sets: the same label may also select nodes, which it leaves alone.
fn shared_map<'a>(of: &str, maps: &[&Map<'a>], merge: bool) -> Map<'a> {
    let [first, rest @ ..] = maps else { return Map::new() };
    let mut shared = Map::new();
    let mut values: Vec<&Data<'a>> = Vec::with_capacity(maps.len());
    'keys: for (index, (key, value)) in first.entries().iter().enumerate() {
        if is_set_by_kustomize(of, key) {
            continue;
        }
        values.clear();
        values.push(value);
        for map in rest {
            match at(map, key, index) {
                Some(value) => values.push(value),
                None => continue 'keys,
            }
        }
        if let Some(value) = shared_value(key, &values, merge) {
            shared.push(key.clone(), value);
        }
    }
    shared
}

fn is_set_by_kustomize(of: &str, key: &str) -> bool {
    of == "labels" && key == names::ENVIRONMENT_LABEL
}

/// The value of a key, tried first where the key stands in a similar map.
fn at<'m, 'a>(map: &'m Map<'a>, key: &str, index: usize) -> Option<&'m Data<'a>> {
    match map.entries().get(index) {
        Some((found, value)) if found == key => Some(value),
        _ => map.get(key),
    }
}

fn shared_value<'a>(key: &str, values: &[&Data<'a>], merge: bool) -> Option<Data<'a>> {
    let (first, rest) = values.split_first()?;
    match first {
        Data::Map(map) => {
            let mut maps = Vec::with_capacity(values.len());
            maps.push(map);
            for value in rest {
                maps.push(value.as_map()?);
            }
            let shared = shared_map(key, &maps, merge);
            // An empty mapping means something of its own, so it is shared only if all are empty.
            (!shared.is_empty() || maps.iter().all(|map| map.is_empty())).then_some(Data::Map(shared))
        }
        _ if rest.iter().all(|value| value == first) => Some((*first).clone()),
        Data::List(_) if merge => {
            let by = merge_key(key, values)?;
            let shared = shared_items(by, values, merge)?;
            (!shared.is_empty()).then_some(Data::List(shared))
        }
        _ => None,
    }
}

/// The key by which kustomize joins the items of a list.
fn merge_key(key: &str, values: &[&Data<'_>]) -> Option<&'static str> {
    let (_, by) = MERGED_LISTS.iter().find(|(list, _)| *list == key)?;
    // Variables that are made of others must come after them, and joining does not keep the order.
    let ordered = *key == *"env" && values.iter().any(|value| refers_to_variables(value));
    (!ordered).then_some(by)
}

fn refers_to_variables(list: &Data<'_>) -> bool {
    let items = list.as_list().unwrap_or_default();
    items.iter().filter_map(|item| item.as_map()?.get("value")?.as_text()).any(|text| text.contains("$("))
}

fn shared_items<'a>(by: &str, values: &[&Data<'a>], merge: bool) -> Option<Vec<Data<'a>>> {
    let (first, rest) = values.split_first()?;
    let mut shared = Vec::new();
    'items: for item in first.as_list()? {
        let name = item.as_map()?.get(by)?;
        let mut maps = vec![item.as_map()?];
        for value in rest {
            match item_of(value.as_list()?, by, name) {
                Some(map) => maps.push(map),
                None => continue 'items,
            }
        }
        let common = shared_map("", &maps, merge);
        // An item of which only the name is left is no item yet; a container is a container all the same.
        if common.len() > 1 || maps.iter().all(|map| map.len() == 1) {
            shared.push(Data::Map(common));
        }
    }
    Some(shared)
}

fn item_of<'m, 'a>(items: &'m [Data<'a>], by: &str, name: &Data<'_>) -> Option<&'m Map<'a>> {
    items.iter().filter_map(Data::as_map).find(|map| map.get(by) == Some(name))
}

/// What an object has besides what is shared; empty if there is nothing.
pub(super) fn added<'a>(object: &Map<'a>, shared: &Map<'a>, merge: bool) -> Map<'a> {
    added_map("", object, shared, merge)
}

fn added_map<'a>(of: &str, object: &Map<'a>, shared: &Map<'a>, merge: bool) -> Map<'a> {
    let mut added = Map::new();
    for (index, (key, value)) in object.entries().iter().enumerate() {
        if is_set_by_kustomize(of, key) {
            continue;
        }
        match (value, at(shared, key, index)) {
            (_, None) => added.push(key.clone(), value_of(key, value)),
            (Data::Map(value), Some(Data::Map(shared))) => {
                let inner = added_map(key, value, shared, merge);
                if !inner.is_empty() {
                    added.push(key.clone(), inner);
                }
            }
            (Data::List(value), Some(Data::List(shared))) if merge && value != shared => {
                let items = added_items(key, value, shared);
                if !items.is_empty() {
                    added.push(key.clone(), Data::List(items));
                }
            }
            _ => {}
        }
    }
    added
}

fn added_items<'a>(key: &str, items: &[Data<'a>], shared: &[Data<'a>]) -> Vec<Data<'a>> {
    let Some((_, by)) = MERGED_LISTS.iter().find(|(list, _)| *list == key) else { return Vec::new() };
    let mut added = Vec::new();
    for item in items.iter().filter_map(Data::as_map) {
        let Some(name) = item.get(by) else { continue };
        match item_of(shared, by, name) {
            None => added.push(Data::Map(item.clone())),
            Some(shared) => {
                let inner = self::added(item, shared, true);
                if !inner.is_empty() {
                    let mut whole = Map::new().with(*by, name.clone());
                    for (key, value) in inner.into_entries() {
                        whole.push(key, value);
                    }
                    added.push(Data::Map(whole));
                }
            }
        }
    }
    added
}

/// An object without the label that kustomize sets.
pub(super) fn without_environment<'a>(object: &Data<'a>) -> Data<'a> {
    value_of("", object)
}

fn value_of<'a>(of: &str, value: &Data<'a>) -> Data<'a> {
    let Data::Map(map) = value else { return value.clone() };
    let kept = map.entries().iter().filter(|(key, _)| !is_set_by_kustomize(of, key));
    kept.map(|(key, value)| (key.clone(), value_of(key, value))).collect::<Map<'a>>().into()
}
