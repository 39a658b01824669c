//! What every delivery of services needs: each service with its environments, and the parts of an image.

use indexmap::IndexMap;

use crate::plan::{Environment, Plan, Service};
use crate::tree::File;

/// Services that are worth a second thread.
const PARALLEL: usize = 32;

/// A service in one of its environments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instance<'a> {
    /// The environment.
    pub(super) environment: &'a Environment,
    /// The service as it is there.
    pub(super) service: &'a Service,
}

/// Paths and files.
pub(super) type Files = Vec<(String, File<'static>)>;

/// The files of all services, each of which `work` makes from the environments that the service exists in.
pub(super) fn of_each_service<'a>(
    plan: &'a Plan,
    work: impl Fn(&'a str, &[Instance<'a>], &mut Files) + Sync,
) -> Files {
    let mut services: IndexMap<&str, Vec<Instance<'_>>> = IndexMap::new();
    for environment in plan.environments.values() {
        for service in &environment.services {
            services.entry(&service.key).or_default().push(Instance { environment, service });
        }
    }
    let services: Vec<_> = services.into_iter().collect();
    let (one, other) = services.split_at(if services.len() < PARALLEL { 0 } else { services.len() / 2 });
    let files = |services: &[(&'a str, Vec<Instance<'a>>)]| {
        let mut files = Vec::with_capacity(services.len() * 8);
        for (name, instances) in services {
            work(name, instances, &mut files);
        }
        files
    };
    let (mut one, other) = std::thread::scope(|scope| {
        let one = (!one.is_empty()).then(|| scope.spawn(|| files(one)));
        let other = files(other);
        // A panic of the other thread goes on in this one.
        let one = one.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        (one.unwrap_or_default(), other)
    });
    one.extend(other);
    one
}

/// An image's name, tag and digest.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Image<'a> {
    /// Registry and repository.
    pub(super) name: &'a str,
    /// What follows the colon.
    pub(super) tag: Option<&'a str>,
    /// What follows the at sign.
    pub(super) digest: Option<&'a str>,
}

impl<'a> Image<'a> {
    /// Takes an image apart.
    pub(super) fn read(image: &'a str) -> Self {
        let (rest, digest) =
            image.split_once('@').map_or((image, None), |(rest, digest)| (rest, Some(digest)));
        // A colon before the last slash belongs to the registry's port.
        let path = rest.rfind('/').map_or(0, |slash| slash + 1);
        match rest[path..].find(':') {
            Some(colon) => {
                let (name, tag) = rest.split_at(path + colon);
                Self { name, tag: Some(&tag[1..]), digest }
            }
            None => Self { name: rest, tag: None, digest },
        }
    }
}
