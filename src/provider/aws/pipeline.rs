//! How pipelines log in: by who they are, and without a key.

use super::home_region;
use crate::plan::Plan;
use crate::provider::{Login, LoginInput};

/// The variable of GitHub with the role of an environment.
const ROLE: &str = "AWS_ROLE_ARN";

const ABOUT: &str = "GitHub says who a job is, and AWS gives it a role for an hour: no key is kept anywhere. The role of \
                     an environment trusts the jobs of that environment and no other; the one of `read-only` can read, and \
                     use the state.";

/// Sources: GitHub, "Configuring `OpenID` Connect in Amazon Web Services"; README of configure-aws-credentials.
const SETUP: &str = r#"ENVIRONMENT=read-only ROLE=NAME_OF_THE_ROLE
REPOSITORY=$(gh repo view --json nameWithOwner --jq .nameWithOwner)
ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
aws iam create-open-id-connect-provider --client-id-list sts.amazonaws.com \
  --url https://token.actions.githubusercontent.com    # once for the account
aws iam create-role --role-name "$ROLE" --assume-role-policy-document "$(cat <<EOF
{"Version": "2012-10-17", "Statement": [{
  "Effect": "Allow",
  "Action": "sts:AssumeRoleWithWebIdentity",
  "Principal": {"Federated": "arn:aws:iam::$ACCOUNT:oidc-provider/token.actions.githubusercontent.com"},
  "Condition": {"StringEquals": {
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": "repo:$REPOSITORY:environment:$ENVIRONMENT"
  }}
}]}
EOF
)"
gh variable set AWS_ROLE_ARN --env "$ENVIRONMENT" --body "arn:aws:iam::$ACCOUNT:role/$ROLE""#;

/// Inputs: `action.yml` of the action. The region is where the role is asked for; roots name their own.
pub(super) fn login(plan: &Plan) -> Option<Login> {
    let of_state = || plan.state.as_ref().map(|bucket| bucket.region.value.as_str());
    let region = home_region(plan).or_else(of_state)?;
    Some(Login {
        action: "aws-actions/configure-aws-credentials",
        inputs: vec![
            ("role-to-assume", LoginInput::Variable(ROLE)),
            ("aws-region", LoginInput::Text(region.to_owned())),
        ],
        about: ABOUT,
        setup: SETUP,
    })
}
