# Both windows as minutes, to see whether they meet. The backup window comes every day, the other one every week.
locals {
  backup_start   = 60 * tonumber(substr(var.backup.window, 0, 2)) + tonumber(substr(var.backup.window, 3, 2))
  backup_end     = 60 * tonumber(substr(var.backup.window, 6, 2)) + tonumber(substr(var.backup.window, 9, 2))
  backup_minutes = (local.backup_end - local.backup_start + 1440) % 1440

  days = { mon = 0, tue = 1, wed = 2, thu = 3, fri = 4, sat = 5, sun = 6 }
  maintenance_ends = [
    for end in split("-", lower(var.maintenance_window)) :
    1440 * local.days[substr(end, 0, 3)] + 60 * tonumber(substr(end, 4, 2)) + tonumber(substr(end, 7, 2))
  ]
  maintenance_minutes = (local.maintenance_ends[1] - local.maintenance_ends[0] + 10080) % 10080
  maintenance_start   = local.maintenance_ends[0] % 1440

  # Yesterday's backup may run into the day of the maintenance, and a long maintenance into the next days.
  windows_overlap = anytrue([
    for day in range(-1, 8) :
    local.backup_start + 1440 * day < local.maintenance_start + local.maintenance_minutes
    && local.maintenance_start < local.backup_start + 1440 * day + local.backup_minutes
  ])
}
