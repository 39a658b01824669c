//! Volumes of pods: space of their own, or a file system that others write to as well.

use super::{Resolver, from_written, or};
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::model::records;
use crate::plan::{Plan, Resolved, Volume, VolumeKind, VolumeSource};
use crate::source::Written;

/// The volumes of a service or job, without those that cannot be made out.
pub(super) fn resolve(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    environment: &str,
    service: &str,
    settings: &records::Service,
) -> Vec<Volume> {
    let written = settings.volumes.iter().flat_map(|volumes| volumes.entries.iter());
    written
        .filter_map(|(name, (key, volume))| {
            let source = match &volume.file_system {
                Some(files) => shared(resolver, plan, environment, volume, files)?,
                None => own(resolver, service, (name, key.at), volume)?,
            };
            Some(Volume { name: name.clone(), path: from_written(&volume.path), source })
        })
        .collect()
}

/// Space of the pod's own; says so where it has no size.
fn own(
    resolver: &mut Resolver<'_>,
    service: &str,
    (name, at): (&str, crate::source::At),
    volume: &records::Volume,
) -> Option<VolumeSource> {
    let Some(size) = volume.size else {
        let finding = Diagnostic::new(
            &code::MISSING_FIELD,
            resolver.model.document.key_span(at),
            format!("the volume `{name}` of `{service}` needs `size`"),
        )
        .help("write how much it may hold, such as `size: 1Gi`, or name the `fileSystem` that it shows");
        resolver.sink.push(finding);
        resolver.incomplete = true;
        return None;
    };
    Some(VolumeSource::Own {
        size: Resolved::written(size.value, size.at),
        kind: or(volume.kind.as_ref(), |kind| kind, VolumeKind::Scratch, "space as long as the pod lives"),
    })
}

/// A file system of the environment; says so where there is none, and where the volume wants to decide what that decides.
fn shared(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    environment: &str,
    volume: &records::Volume,
    files: &Written<crate::model::scalars::Name>,
) -> Option<VolumeSource> {
    let document = &resolver.model.document;
    let span = document.span(files.at);
    let key = files.value.0.as_str();
    let foreign = [("size", volume.size.map(|it| it.at)), ("kind", volume.kind.as_ref().map(|it| it.at))];
    for (field, at) in foreign.into_iter().filter_map(|(field, at)| Some((field, at?))) {
        let finding = Diagnostic::new(
            &code::VOLUME_FIELD,
            document.key_span(at),
            format!("`{field}` is for space of a pod's own, and this volume shows the file system `{key}`"),
        )
        .related(span, "shown here")
        .help("remove one of the two: a file system has a size of its own, for all who use it");
        resolver.sink.push(finding);
    }
    if plan.environments.get(environment)?.file_system(key).is_none() {
        let things = resolver.platform.file_systems.as_ref();
        let finding = if let Some(thing) = things.and_then(|things| things.entries.get(key)) {
            Diagnostic::new(
                &code::NOT_IN_ENVIRONMENT,
                span,
                format!("the file system `{key}` does not exist in {environment}"),
            )
            .related(document.key_span(thing.name.at), "the file system")
            .help(format!("add `{environment}` to its `environments`, or remove the volume there"))
        } else {
            let known = things.into_iter().flat_map(|things| things.entries.keys().map(String::as_str));
            let mut finding =
                Diagnostic::new(&code::UNKNOWN_REFERENCE, span, format!("there is no file system `{key}`"));
            finding.help = did_you_mean(key, known.clone());
            match crate::catalog::nearest(key, known, 1)[..] {
                [near] => finding.edit(span, near),
                _ => finding,
            }
        };
        resolver.sink.push(finding);
        return None;
    }
    Some(VolumeSource::Shared { file_system: from_written(files) })
}
