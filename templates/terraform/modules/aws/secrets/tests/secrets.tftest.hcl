mock_provider "aws" {
  override_during = plan
}

variables {
  secrets = {
    "shop/production/payments" = "API key of the payment service"
    "shop/production/mail"     = "account at the mail server"
  }
}

run "places_without_values" {
  command = plan

  assert {
    condition     = length(aws_secretsmanager_secret.this) == 2 && aws_secretsmanager_secret.this["shop/production/mail"].name == "shop/production/mail"
    error_message = "A secret is made for each name."
  }

  assert {
    condition     = aws_secretsmanager_secret.this["shop/production/mail"].description == "account at the mail server"
    error_message = "A secret says what it opens."
  }

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : secret.recovery_window_in_days == 30])
    error_message = "A secret that was deleted can be brought back."
  }

  assert {
    condition     = length(output.arns) == 2
    error_message = "Whoever reads them needs their ARNs."
  }
}

run "the_key_encrypts_all_of_them" {
  command = plan

  variables {
    kms_key_arn          = "arn:aws:kms:us-east-1:123456789012:key/k"
    recovery_window_days = 7
  }

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : secret.kms_key_id == var.kms_key_arn && secret.recovery_window_in_days == 7])
    error_message = "Key and window hold for every secret."
  }
}

run "ids_are_put_in" {
  command = plan

  variables {
    ids = { "shop/production/mail" = { fileSystemId = "fs-0123456789abcdef0" } }
  }

  assert {
    condition     = length(aws_secretsmanager_secret_version.ids) == 1 && jsondecode(aws_secretsmanager_secret_version.ids["shop/production/mail"].secret_string).fileSystemId == "fs-0123456789abcdef0"
    error_message = "A controller finds the id under its key."
  }
}

run "what_is_no_id_is_not_put_in" {
  command = plan

  variables {
    ids = { "shop/production/mail" = { password = "correct horse" } }
  }

  expect_failures = [var.ids]
}

run "ids_belong_to_secrets" {
  command = plan

  variables {
    ids = { "shop/production/other" = { fileSystemId = "fs-0123456789abcdef0" } }
  }

  expect_failures = [var.ids]
}

run "no_secret_is_fine" {
  command = plan

  variables {
    secrets = {}
  }

  assert {
    condition     = length(output.arns) == 0
    error_message = "Nothing is made for nothing."
  }
}

run "names_are_checked" {
  command = plan

  variables {
    secrets = { "shop payments" = "a space" }
  }

  expect_failures = [var.secrets]
}

run "descriptions_are_checked" {
  command = plan

  variables {
    secrets = { "shop/payments" = "" }
  }

  expect_failures = [var.secrets]
}

run "other_values_are_checked" {
  command = plan

  variables {
    kms_key_arn          = "k"
    recovery_window_days = 0
  }

  expect_failures = [var.kms_key_arn, var.recovery_window_days]
}
