mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/backup" }
  }
  mock_resource "aws_backup_plan" {
    defaults = { id = "plan" }
  }
}

variables {
  name       = "prog-production"
  vault_name = "prog-production"
  tag        = { key = "backup", value = "daily" }
  rules = {
    daily = {
      schedule       = "cron(0 2 * * ? *)"
      retention_days = 35
      copies         = { recovery = { vault_arn = "arn:aws:backup:us-west-2:123456789012:backup-vault:prog", retention_days = 14 } }
    }
  }
}

run "plan_with_a_copy" {
  command = apply

  assert {
    condition     = one(aws_backup_plan.this.rule).schedule == "cron(0 2 * * ? *)" && one(aws_backup_plan.this.rule).lifecycle[0].delete_after == 35 && one(one(aws_backup_plan.this.rule).copy_action).destination_vault_arn == "arn:aws:backup:us-west-2:123456789012:backup-vault:prog" && one(one(aws_backup_plan.this.rule).copy_action).lifecycle[0].delete_after == 14
    error_message = "The rule, its days and its copy got lost."
  }

  assert {
    condition     = one(aws_backup_selection.this.selection_tag).value == "daily" && output.plan_id == "plan" && output.role_arn == "arn:aws:iam::123456789012:role/backup"
    error_message = "What carries the tag is backed up."
  }
}

run "nothing_selected_is_refused" {
  command = plan

  variables {
    tag = null
  }

  expect_failures = [var.tag]
}

run "values_are_checked" {
  command = plan

  variables {
    name          = "a b"
    resource_arns = ["*"]
    rules         = { a = { schedule = "daily", retention_days = 0, start_within_minutes = 10 } }
  }

  expect_failures = [var.name, var.resource_arns, var.rules]
}
