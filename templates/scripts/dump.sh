set -euo pipefail
PGHOST="$(cat "$SECRETS/host")"
PGPORT="$(cat "$SECRETS/port")"
PGDATABASE="$(cat "$SECRETS/database")"
PGUSER="$(cat "$SECRETS/username")"
PGPASSWORD="$(cat "$SECRETS/password")"
export PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD
pg_dump --no-password --format=custom --file="$WORK/dump"
# A table of contents that can be read is the least that a dump must have.
pg_restore --list "$WORK/dump" > "$WORK/contents"
test -s "$WORK/contents"
