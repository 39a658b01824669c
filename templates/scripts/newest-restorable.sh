set -euo pipefail
trap 'exit 0' TERM
file="$WORK/restorable.prom"
# The newest point in seconds since 1970; RDS says `None` as long as there is no backup.
newest() {
  local answer
  answer="$(aws rds describe-db-instances --db-instance-identifier "$DATABASE" \
    --cli-connect-timeout 10 --cli-read-timeout 20 \
    --query 'DBInstances[0].LatestRestorableTime' --output text)" || return
  if [ -z "$answer" ] || [ "$answer" = None ]; then
    echo "$DATABASE has no restorable point" >&2
    return 1
  fi
  date -d "$answer" +%s
}
# What a container left that was killed is old.
rm -f "$file"
while true; do
  if seconds="$(newest)"; then
    printf '# HELP %s The newest point to which the database can be restored.\n# TYPE %s gauge\n%s %s\n' \
      "$METRIC" "$METRIC" "$METRIC" "$seconds" > "$file.new"
    # Whoever reads at this moment finds the one or the other, whole.
    mv "$file.new" "$file"
  else
    # An old answer would pass for a new one.
    rm -f "$file"
  fi
  touch "$WORK/asked"
  sleep 30 &
  wait $!
done
