set -euo pipefail
name="$(date -u +%Y-%m-%dT%H%M%SZ).dump"
aws s3 cp --only-show-errors "$WORK/dump" "s3://$BUCKET/$PREFIX/$name"
echo "wrote $PREFIX/$name"
