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

/// What each may do in the directory is said, and tested, by the module.
#[test]
fn the_job_that_takes_dumps_and_the_one_that_restores_them_have_roles_for_the_directory_of_the_database() {
    let roots = roots(&plan());
    let call = |root: &str| {
        let root = roots.iter().find(|known| known.path == root).expect("a root");
        root.modules.iter().find(|call| call.module == "aws/database-dump")
    };
    let found = call("environments/production").expect("roles");
    let argument =
        |name: &str| found.arguments.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    assert_eq!(argument("bucket"), Some(&Value::text("shop-dumps")));
    assert_eq!(argument("prefix"), Some(&Value::text("production/users")));
    let accounts = [("dump", Value::text("users-dump")), ("test", Value::text("users-dump-test"))];
    assert_eq!(argument("service_accounts"), Some(&Value::map(accounts)));
    assert!(call("environments/staging").is_none(), "nothing is dumped there");
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
