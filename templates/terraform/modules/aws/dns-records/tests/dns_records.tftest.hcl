mock_provider "aws" {
  mock_resource "aws_route53_health_check" {
    defaults = { id = "check" }
  }
}

variables {
  zone_id = "Z1"
  records = {
    primary = {
      type         = "CNAME", name = "api.prognetwork.com", values = ["a.example.net"], ttl_seconds = 60, failover = "primary"
      health_check = { host = "a.example.net", path = "/health", interval_seconds = 10 }
    }
    secondary = { type = "CNAME", name = "api.prognetwork.com", values = ["b.example.net"], ttl_seconds = 60, failover = "secondary" }
    cdn       = { type = "A", name = "www.prognetwork.com", alias = { name = "d1.cloudfront.net", zone_id = "Z2FDTNDATAQYW2", evaluate_health = false } }
    text      = { type = "TXT", name = "prognetwork.com", values = ["v=spf1 -all"] }
  }
}

run "records" {
  command = apply

  assert {
    condition     = aws_route53_record.this["text"].records == toset(["v=spf1 -all"]) && aws_route53_record.this["text"].ttl == 300 && aws_route53_record.this["text"].set_identifier == null
    error_message = "A plain record has values and a TTL."
  }

  assert {
    condition     = aws_route53_record.this["cdn"].alias[0].name == "d1.cloudfront.net" && aws_route53_record.this["cdn"].ttl == null && !aws_route53_record.this["cdn"].alias[0].evaluate_target_health
    error_message = "An alias has no TTL."
  }

  assert {
    condition     = aws_route53_record.this["primary"].failover_routing_policy[0].type == "PRIMARY" && aws_route53_record.this["secondary"].failover_routing_policy[0].type == "SECONDARY" && aws_route53_record.this["primary"].set_identifier != aws_route53_record.this["secondary"].set_identifier
    error_message = "Two records stand in for each other."
  }

  assert {
    condition     = aws_route53_record.this["primary"].health_check_id == "check" && aws_route53_health_check.this["primary"].request_interval == 10 && aws_route53_health_check.this["primary"].resource_path == "/health" && output.health_check_ids == { primary = "check" }
    error_message = "The primary is watched."
  }
}

run "primary_without_check_is_refused" {
  command = plan

  variables {
    records = { a = { type = "A", name = "a.example.com", values = ["192.0.2.1"], failover = "primary" } }
  }

  expect_failures = [var.records]
}

run "values_and_alias_are_refused" {
  command = plan

  variables {
    records = { a = { type = "A", name = "a.example.com", values = ["192.0.2.1"], alias = { name = "x", zone_id = "Z" } } }
  }

  expect_failures = [var.records]
}

run "alias_of_a_text_is_refused" {
  command = plan

  variables {
    records = { a = { type = "TXT", name = "a.example.com", alias = { name = "x", zone_id = "Z" } } }
  }

  expect_failures = [var.records]
}

run "relative_dot_is_refused" {
  command = plan

  variables {
    records = { a = { type = "SPF", name = "a.example.com.", values = ["x"], failover = "third", health_check = { host = "x", interval_seconds = 20 } } }
  }

  expect_failures = [var.records]
}
