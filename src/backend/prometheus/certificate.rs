//! Rules about the certificates of the hosts that services are reached at.

use super::conventions::{CERTIFICATE_LATE, CERTIFICATE_URGENT, LASTING};
use super::expr::{SPAN, Selector};
use super::forms;
use super::metrics::{CERTIFICATE_EXPIRATION, CERTIFICATE_READY};
use super::rule::{Group, Scope, Urgency};
use super::story::{GONE, Reading, Story, fires, healthy, near, series, vanished};
use crate::names;
use crate::plan::Service;
use crate::units::Duration;

/// The rules of the certificate of a service's host, if it has one.
pub(super) fn group<'p>(scope: Scope<'p>, service: &'p Service) -> Option<Group<'p>> {
    let route = service.route.as_ref()?;
    let ingress = scope.plan.ingress.as_ref()?;
    ingress.tls.as_ref()?;
    if !std::ptr::eq(ingress.certificate_of(scope.environment, service)?, service) {
        return None;
    }
    let subject = scope
        .subject("certificate", &service.key)
        .labelled("service")
        .bound_to(service.tier.as_ref())
        .owned_by(&service.owner);
    let (environment, host) = (scope.key(), &route.host.value);
    let certificate = names::certificate_secret(&service.key);
    let labels = [("namespace=", scope.namespace()), ("name=", certificate.as_str())];
    let expiry = Selector(CERTIFICATE_EXPIRATION, labels);
    let unready = Selector(CERTIFICATE_READY, [labels[0], labels[1], ("condition!=", "True")]);
    let left = |limit: Duration| format!("{} < {}", forms::certificate_left(&labels), limit.0);
    let story = |limit: Duration| {
        let left = limit.exact();
        Story::new(
            [
                healthy("it was renewed"),
                near("just as much time is left as must be"),
                fires("less is left", left - 1.).on("name", certificate.clone()),
                near("it was never issued, which is another alert"),
            ],
            [series(CERTIFICATE_EXPIRATION, &labels, &[]).told([
                Reading::Ago(-2. * left),
                Reading::Ago(-left),
                Reading::Ago(1. - left),
                Reading::Is(0.),
            ])],
        )
    };
    let rules = vec![
        subject.rule(
            "CertificateExpiringSoon",
            Urgency::Soon,
            Duration::HOUR,
            left(CERTIFICATE_LATE),
            "A certificate was not renewed.",
            format!(
                "The certificate of {host} in {environment} expires in {SPAN}; it should have been renewed."
            ),
        )
.proved(|| story(CERTIFICATE_LATE)),
        subject.rule(
            "CertificateExpiringCritical",
            Urgency::Now,
            Duration(300),
            left(CERTIFICATE_URGENT),
            "A certificate is about to expire.",
            format!("The certificate of {host} in {environment} expires in {SPAN}."),
        )
.proved(|| story(CERTIFICATE_URGENT)),
        subject.rule(
            "CertificateNotReady",
            Urgency::Now,
            LASTING,
            format!("max by (namespace, name) ({unready}) == 1\n  or absent({expiry})"),
            "A host has no valid certificate.",
            format!(
                "The certificate {certificate} of {host} in {environment} is not ready, or does not exist."
            ),
        )
.proved(|| Story::new(
            [
                healthy("it is ready"),
                near("that of another host is not"),
                fires("it is not ready", 1.0).on("name", certificate.clone()),
                healthy("it is ready again"),
                vanished("it is gone", 1.0).on("name", certificate.clone()),
            ],
            [
                series(CERTIFICATE_EXPIRATION, &labels, &[]).ago([-86_400., -86_400., -86_400., -86_400., GONE]),
                series(CERTIFICATE_READY, &labels, &[("condition=", "True")]).is([1., 1., 0., 1., GONE]),
                series(CERTIFICATE_READY, &labels, &[("condition=", "False")]).is([0., 0., 1., 0., GONE]),
                series(CERTIFICATE_READY, &[labels[0], ("name=", "other")], &[("condition=", "False")])
                    .is([0., 1., 0., 0., 0.]),
            ],
        )),
    ];
    Some(subject.group(service.at, rules))
}
