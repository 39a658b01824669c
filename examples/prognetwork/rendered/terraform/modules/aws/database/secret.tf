# Only where RDS must not manage the password: Secrets Manager then holds what applications and people need.
resource "aws_secretsmanager_secret" "this" {
  count = local.own_secret ? 1 : 0

  name        = "${var.name}-administrator"
  description = "Administrator of the database ${var.name}"
  kms_key_id  = var.storage.kms_key_arn
}

resource "aws_secretsmanager_secret_version" "this" {
  count = local.own_secret ? 1 : 0

  secret_id = aws_secretsmanager_secret.this[0].id

  # The form that RDS itself and the rotation functions of Secrets Manager use.
  secret_string_wo = jsonencode({
    engine   = "postgres"
    host     = aws_db_instance.this.address
    port     = aws_db_instance.this.port
    dbname   = var.database_name
    username = aws_db_instance.this.username
    password = var.password
  })
  secret_string_wo_version = var.password_version
}
