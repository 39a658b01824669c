use super::*;
use crate::words::Feature;

#[test]
fn every_directory_has_a_definition_that_can_be_read() {
    for name in templates::addons() {
        assert!(read(name).is_ok(), "{name}: {:?}", read(name).err());
    }
    assert_eq!(all().len(), templates::addons().len());
}

#[test]
fn a_definition_that_is_wrong_is_refused() {
    assert!(read("no-such-add-on").is_err());
}

#[test]
fn an_add_on_is_a_chart_or_a_manifest_with_a_namespace_and_a_source() {
    for addon in all() {
        let (name, definition) = (addon.name, &addon.definition);
        assert!(definition.chart.is_some() != definition.manifest.is_some(), "{name}: a chart or a manifest");
        assert!(definition.namespace.is_some() != definition.place.is_some(), "{name}: where it runs");
        assert!(!definition.provides.is_empty() && !definition.sources.is_empty(), "{name}");
        if let Some(chart) = &definition.chart {
            let repository = &chart.repository.value.0;
            assert!(repository.starts_with("https://") || repository.starts_with("oci://"), "{name}");
            assert!(templates::exists(&templates::of_addon(name, "values.yaml.j2")), "{name}: values");
            assert!(addon.keys().is_some(), "{name}: keys.txt");
        }
        if let Some(manifest) = &definition.manifest {
            assert!(manifest.url.value.0.contains(&*manifest.version.value.0), "{name}: a pinned address");
            assert!(definition.kubernetes.is_some() || definition.uncertain.is_some(), "{name}");
        }
    }
}

#[test]
fn what_is_needed_is_provided_by_an_add_on() {
    for addon in all() {
        for need in addon.definition.needs.iter().flat_map(|needs| needs.entries.keys()) {
            let provided =
                |other: &Addon| other.definition.provides.iter().any(|provided| provided.0 == *need);
            assert!(all().iter().any(provided), "{}: nothing provides `{need}`", addon.name);
        }
    }
}

#[test]
fn a_need_is_installed_before_those_that_need_it() {
    for addon in all() {
        for need in addon.definition.needs.iter().flat_map(|needs| needs.entries.keys()) {
            let provides =
                |other: &&Addon| other.definition.provides.iter().any(|provided| provided.0 == *need);
            for other in all().iter().filter(provides) {
                let (before, after) = (other.definition.wave.value.0, addon.definition.wave.value.0);
                assert!(before <= after, "{} needs {}, which comes later", addon.name, other.name);
            }
        }
    }
}

#[test]
fn add_ons_that_the_same_feature_brings_in_do_different_jobs() {
    for (word, _) in Feature::WORDS {
        let of_feature = |addon: &&Addon| addon.definition.r#for.as_ref().is_some_and(|f| f.word() == *word);
        let mut provided = std::collections::BTreeSet::new();
        for addon in all().iter().filter(of_feature) {
            for what in &addon.definition.provides {
                assert!(provided.insert(what.0.clone()), "{word}: {} is provided twice", what.0);
            }
        }
    }
}
