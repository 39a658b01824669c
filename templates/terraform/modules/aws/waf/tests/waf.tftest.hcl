mock_provider "aws" {
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/prog/a", capacity = 925 }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-prog" }
  }
}

variables {
  log_kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/logs"
  name            = "prog-production"
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_cloudwatch_log_group.this[0].kms_key_id == var.log_kms_key_arn
    error_message = "The logs are encrypted with the key that is given for them."
  }

  assert {
    condition     = jsondecode(aws_wafv2_web_acl.this.rule_json)[*].Name == ["rate-limit", "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"]
    error_message = "The rate limit comes first, then AWS' groups."
  }

  assert {
    condition     = length(distinct(jsondecode(aws_wafv2_web_acl.this.rule_json)[*].Priority)) == 4 && jsondecode(aws_wafv2_web_acl.this.rule_json)[0].Statement.RateBasedStatement.Limit == 2000
    error_message = "Priorities are unique, and the limit is that of the variable."
  }

  assert {
    condition     = alltrue([for rule in slice(jsondecode(aws_wafv2_web_acl.this.rule_json), 1, 4) : can(rule.OverrideAction.None) && rule.Statement.ManagedRuleGroupStatement.VendorName == "AWS"])
    error_message = "The groups block."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this[0].name == "aws-waf-logs-prog-production" && aws_wafv2_web_acl_logging_configuration.this[0].logging_filter[0].default_behavior == "DROP" && toset([for field in aws_wafv2_web_acl_logging_configuration.this[0].redacted_fields : field.single_header[0].name]) == toset(["authorization", "cookie"])
    error_message = "The log has what was blocked, without sessions."
  }

  assert {
    condition     = output.arn == "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/prog/a" && output.capacity == 925
    error_message = "The outputs must lead to the ACL."
  }
}

run "on_trial" {
  command = plan

  variables {
    managed_rule_groups = [
      { name = "AWSManagedRulesCommonRuleSet", version = "Version_1.17", count_rules = ["SizeRestrictions_BODY"] },
      { name = "AWSManagedRulesSQLiRuleSet", count_only = true },
    ]
    rate_limit         = null
    resource_arns      = { lb = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/prog/a" }
    log_retention_days = null
  }

  assert {
    condition     = jsondecode(aws_wafv2_web_acl.this.rule_json)[0].Statement.ManagedRuleGroupStatement.Version == "Version_1.17" && jsondecode(aws_wafv2_web_acl.this.rule_json)[0].Statement.ManagedRuleGroupStatement.RuleActionOverrides[0].Name == "SizeRestrictions_BODY" && can(jsondecode(aws_wafv2_web_acl.this.rule_json)[1].OverrideAction.Count)
    error_message = "Version and counting got lost."
  }

  assert {
    condition     = aws_wafv2_web_acl_association.this["lb"].resource_arn == "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/prog/a" && length(aws_wafv2_web_acl_logging_configuration.this) == 0
    error_message = "The load balancer is guarded."
  }
}

run "association_of_a_distribution_is_refused" {
  command = plan

  variables {
    scope         = "CLOUDFRONT"
    resource_arns = { cdn = "arn:aws:cloudfront::123456789012:distribution/E1" }
  }

  expect_failures = [var.resource_arns]
}

run "values_are_checked" {
  command = plan

  variables {
    name                = "a b"
    scope               = "GLOBAL"
    managed_rule_groups = [{ name = "CommonRuleSet" }]
    rate_limit          = 1
    log_retention_days  = 8
    log_kms_key_arn     = "alias/logs"
  }

  expect_failures = [var.name, var.scope, var.managed_rule_groups, var.rate_limit, var.log_retention_days, var.log_kms_key_arn]
}
