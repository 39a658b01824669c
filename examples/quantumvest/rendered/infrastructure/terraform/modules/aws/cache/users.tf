resource "aws_elasticache_user" "this" {
  for_each = var.users

  # IAM wants id and name to be the same.
  user_id       = each.key
  user_name     = each.key
  engine        = var.engine
  access_string = each.value

  authentication_mode {
    type = "iam"
  }
}

# Redis OSS asks every group for a user of the name default, who is whoever does not log in: switched off.
resource "aws_elasticache_user" "default" {
  count = length(var.users) > 0 && var.engine == "redis" ? 1 : 0

  user_id       = "${trimsuffix(substr(var.name, 0, 32), "-")}-default"
  user_name     = "default"
  engine        = var.engine
  access_string = "off ~* -@all"

  authentication_mode {
    type = "no-password-required"
  }
}

resource "aws_elasticache_user_group" "this" {
  count = length(var.users) > 0 ? 1 : 0

  user_group_id = var.name
  engine        = var.engine
  user_ids      = concat(values(aws_elasticache_user.this)[*].user_id, aws_elasticache_user.default[*].user_id)
}
