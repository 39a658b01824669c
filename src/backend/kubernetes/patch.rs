//! Changes of objects that the spec writes: JSON merge patches (RFC 7386).

use super::Object;
use crate::format::data::{Data, Map};
use crate::freeform::{Freeform, Value};
use crate::plan::Service;

/// Applies a service's patches to its objects.
pub(super) fn apply<'a>(service: &'a Service, objects: &mut [Object<'a>]) {
    for patch in &service.patches {
        for object in objects.iter_mut() {
            if patch.is_for(object.api.kind, object.name()) {
                merge(&mut object.data, &patch.change.value);
            }
        }
    }
}

/// RFC 7386, section 2: mappings merge, null removes, everything else replaces.
fn merge<'a>(target: &mut Data<'a>, patch: &'a Freeform) {
    let Value::Map(changes) = &patch.value else {
        *target = patch.into();
        return;
    };
    if !matches!(target, Data::Map(_)) {
        *target = Data::Map(Map::new());
    }
    let Data::Map(map) = target else { return };
    for (key, change) in changes {
        if change.value == Value::Null {
            map.remove(key);
        } else if let Some(value) = map.get_mut(key) {
            merge(value, change);
        } else {
            let mut value = Data::Null;
            merge(&mut value, change);
            map.push(key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::At;

    fn freeform(value: &serde_json::Value) -> Freeform {
        let value = match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(*flag),
            serde_json::Value::Number(number) => Value::Int(number.as_i64().expect("whole")),
            serde_json::Value::String(text) => Value::Text(text.clone()),
            serde_json::Value::Array(items) => Value::List(items.iter().map(freeform).collect()),
            serde_json::Value::Object(map) => {
                Value::Map(map.iter().map(|(key, value)| (key.clone(), freeform(value))).collect())
            }
        };
        Freeform { at: At::ROOT, value }
    }

    /// The examples of RFC 7386, appendix A.
    #[test]
    fn merging_is_what_the_rfc_says() {
        for (target, patch, result) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
            (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
            (r#"{"a":"foo"}"#, "null", "null"),
            (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ] {
            let read = |text: &str| freeform(&serde_json::from_str(text).expect("JSON"));
            let (target, patch, result) = (read(target), read(patch), read(result));
            let mut merged = Data::from(&target);
            merge(&mut merged, &patch);
            assert_eq!(merged, Data::from(&result));
        }
    }
}
