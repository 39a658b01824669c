resource "aws_backup_vault" "this" {
  name          = var.name
  kms_key_arn   = var.kms_key_arn
  force_destroy = false
}

resource "aws_backup_vault_lock_configuration" "this" {
  count = var.lock == null ? 0 : 1

  backup_vault_name   = aws_backup_vault.this.name
  min_retention_days  = var.lock.min_days
  max_retention_days  = var.lock.max_days
  changeable_for_days = var.lock.cooling_off_days
}
