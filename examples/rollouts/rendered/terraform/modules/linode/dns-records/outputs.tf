output "record_ids" {
  description = "Ids of the records, by key."
  value       = { for key, record in linode_domain_record.this : key => record.id }
}
