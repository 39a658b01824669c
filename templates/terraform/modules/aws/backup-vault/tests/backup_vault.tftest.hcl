mock_provider "aws" {
  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:us-west-2:123456789012:backup-vault:prog-recovery" }
  }
}

variables {
  name        = "prog-recovery"
  kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/k"
}

run "vault" {
  command = apply

  assert {
    condition     = aws_backup_vault.this.kms_key_arn == "arn:aws:kms:us-west-2:123456789012:key/k" && !aws_backup_vault.this.force_destroy && length(aws_backup_vault_lock_configuration.this) == 0
    error_message = "The vault is encrypted, and not deleted with its points."
  }

  assert {
    condition     = output.name == "prog-recovery" && output.arn == "arn:aws:backup:us-west-2:123456789012:backup-vault:prog-recovery"
    error_message = "The outputs must lead to the vault."
  }
}

run "locked" {
  command = plan

  variables {
    lock = { min_days = 14, max_days = 365, cooling_off_days = 3 }
  }

  assert {
    condition     = aws_backup_vault_lock_configuration.this[0].min_retention_days == 14 && aws_backup_vault_lock_configuration.this[0].max_retention_days == 365 && aws_backup_vault_lock_configuration.this[0].changeable_for_days == 3
    error_message = "The lock got lost."
  }
}

run "hasty_lock_is_refused" {
  command = plan

  variables {
    lock = { cooling_off_days = 1 }
  }

  expect_failures = [var.lock]
}

run "values_are_checked" {
  command = plan

  variables {
    name        = "a b"
    kms_key_arn = "k"
    lock        = { min_days = 30, max_days = 7 }
  }

  expect_failures = [var.name, var.kms_key_arn, var.lock]
}
