output "vpc_id" {
  description = "Id of the VPC."
  value       = linode_vpc.this.id
}

output "subnet_ids" {
  description = "Ids of the subnets, by label."
  value       = { for label, subnet in linode_vpc_subnet.this : label => subnet.id }
}
