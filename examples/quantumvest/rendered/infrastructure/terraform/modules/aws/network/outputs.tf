output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "IPv4 range of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "availability_zones" {
  description = "Zones in the order of the lists of subnets."
  value       = var.availability_zones
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, in the order of the zones: for load balancers."
  value       = [for zone in var.availability_zones : aws_subnet.public[zone].id]
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, in the order of the zones: for the cluster and its nodes."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].id]
}

output "data_subnet_ids" {
  description = "Ids of the data subnets, in the order of the zones: for databases, caches and file systems."
  value       = [for zone in var.availability_zones : aws_subnet.data[zone].id]
}

output "private_route_table_ids" {
  description = "Ids of the private route tables, in the order of the zones: for routes to peers."
  value       = [for zone in var.availability_zones : aws_route_table.private[zone].id]
}

output "data_route_table_id" {
  description = "Id of the route table of the data subnets."
  value       = aws_route_table.data.id
}

output "nat_public_ips" {
  description = "Public addresses that the private subnets are seen with, for the allow lists of others."
  value       = [for zone in var.availability_zones : aws_eip.nat[zone].public_ip if contains(local.nat_zones, zone)]
}
