//! What opens buckets at AWS: the identity of pods, each of which may do what it is there for.

use platc::backend;
use platc::plan::Plan;
use platc::provider::root::{Root, Value};
use platc::provider::roots;

use crate::compiled;

const SPEC: &str = include_str!("secrets.yaml");

fn plan() -> Plan {
    compiled(SPEC)
}

/// What the role of an account may do, as text.
fn may(roots: &[Root], path: &str, account: &str) -> Option<String> {
    let root = roots.iter().find(|root| root.path == path)?;
    let is_of = |value: &Value| format!("{value:?}").contains(&format!("(\"name\", Text({account:?}))"));
    let call = root.modules.iter().find(|call| {
        call.module == "aws/workload-identity"
            && call.arguments.iter().any(|(name, value)| *name == "service_account" && is_of(value))
    })?;
    let statements = call.arguments.iter().find(|(name, _)| *name == "statements")?;
    Some(format!("{:?}", statements.1))
}

#[test]
fn a_job_opens_a_bucket_by_its_role_as_a_service_does() {
    let roots = roots(&plan());
    for environment in ["staging", "production"] {
        let report = may(&roots, &format!("environments/{environment}"), "report").expect("a role");
        assert!(report.contains(&format!("arn:aws:s3:::shop-{environment}-reports/*")), "{report}");
        assert!(report.contains("s3:PutObject") && report.contains("s3:GetObject"), "{report}");
    }
}

#[test]
fn the_job_that_takes_dumps_reads_none_and_the_one_that_restores_them_writes_none() {
    let roots = roots(&plan());
    let take = may(&roots, "environments/production", "users-dump").expect("a role");
    let test = may(&roots, "environments/production", "users-dump-test").expect("a role");
    let objects = "arn:aws:s3:::shop-dumps/production/users/*";
    assert!(take.contains(objects) && take.contains("s3:PutObject"), "{take}");
    assert!(["s3:Get", "s3:List", "s3:Delete"].iter().all(|one| !take.contains(one)), "{take}");
    assert!(test.contains(objects) && test.contains("s3:GetObject"), "{test}");
    assert!(test.contains("s3:prefix") && test.contains("\"production/users/\""), "{test}");
    assert!(["s3:Put", "s3:Delete"].iter().all(|one| !test.contains(one)), "{test}");
    assert_eq!(may(&roots, "environments/staging", "users-dump"), None, "nothing is dumped there");
}

#[test]
fn dumps_at_aws_ask_for_no_keys_and_reach_the_agent_that_gives_identities() {
    let plan = plan();
    let mut secrets = plan.needed_secrets();
    assert!(secrets.all(|secret| !secret.name.starts_with("bucket-")));
    let tree = backend::emit(&plan, &["kustomize".to_owned()]);
    let texts = tree.iter().map(|(_, file)| file.text().into_owned());
    let of_dumps: Vec<String> = texts.filter(|text| text.contains("users-dump")).collect();
    let all = of_dumps.join("\n---\n");
    assert!(all.contains("kind: CronJob") && all.contains("pg_dump"), "{all}");
    for wrong in ["access-key", "secret-key", "ACCESS_KEY", "AWS_ENDPOINT_URL", "bucket-dumps"] {
        assert!(!all.contains(wrong), "{wrong} in {all}");
    }
    assert_eq!(all.matches("name: AWS_REGION").count(), 2, "{all}");
    assert!(all.contains("169.254.170.23/32"), "{all}");
}
