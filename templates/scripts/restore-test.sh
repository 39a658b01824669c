set -euo pipefail
# A server of its own, which nobody reaches but by a socket in this pod: the real one is not touched.
export PGDATA="$WORK/data" PGHOST="$WORK" PGUSER=postgres
initdb --username=postgres --auth=trust --no-sync > "$WORK/initdb.log"
pg_ctl start --wait --log="$WORK/server.log" \
  --options="-c listen_addresses='' -c unix_socket_directories='$WORK' -c fsync=off"
createdb restored
pg_restore --dbname=restored --exit-on-error --no-owner --no-privileges "$WORK/dump"
tables="$(psql --dbname=restored --tuples-only --no-align --command="select count(*) from pg_catalog.pg_stat_user_tables")"
pg_ctl stop --mode=immediate
echo "restored $tables tables"
test "$tables" -gt 0
