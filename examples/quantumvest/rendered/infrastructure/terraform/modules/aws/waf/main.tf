locals {
  # The rules as the API takes them: the blocks of the resource nest without end, which schema tools cannot follow.
  rate_rules = [for limit in var.rate_limit[*] : {
    Name     = "rate-limit"
    Priority = 0
    Action   = { Block = {} }
    Statement = {
      RateBasedStatement = { Limit = limit, AggregateKeyType = "IP", EvaluationWindowSec = 300 }
    }
    VisibilityConfig = { CloudWatchMetricsEnabled = true, SampledRequestsEnabled = true, MetricName = "${var.name}-rate-limit" }
  }]

  group_rules = [for index, group in var.managed_rule_groups : {
    Name           = group.name
    Priority       = 10 + index
    OverrideAction = group.count_only ? { Count = {} } : { None = {} }
    Statement = {
      ManagedRuleGroupStatement = merge(
        { VendorName = "AWS", Name = group.name },
        group.version == null ? {} : { Version = group.version },
        length(group.count_rules) == 0 ? {} : {
          RuleActionOverrides = [for rule in group.count_rules : { Name = rule, ActionToUse = { Count = {} } }]
        },
      )
    }
    VisibilityConfig = { CloudWatchMetricsEnabled = true, SampledRequestsEnabled = true, MetricName = "${var.name}-${group.name}" }
  }]
}

resource "aws_wafv2_web_acl" "this" {
  name        = var.name
  description = "Managed rules and rate limit of ${var.name}"
  scope       = var.scope
  rule_json   = jsonencode(concat(local.rate_rules, local.group_rules))

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
    metric_name                = var.name
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  for_each = var.resource_arns

  resource_arn = each.value
  web_acl_arn  = aws_wafv2_web_acl.this.arn
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.log_retention_days == null ? 0 : 1

  # WAF logs to groups of this prefix only.
  name              = "aws-waf-logs-${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count = var.log_retention_days == null ? 0 : 1

  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.this[0].arn]

  # Tokens and sessions do not belong into logs.
  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }

      condition {
        action_condition {
          action = "COUNT"
        }
      }
    }
  }
}
