set -euo pipefail
AWS_ACCESS_KEY_ID="$(cat "$SECRETS/access-key")"
AWS_SECRET_ACCESS_KEY="$(cat "$SECRETS/secret-key")"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
name="$(date -u +%Y-%m-%dT%H%M%SZ).dump"
aws s3 cp --only-show-errors "$WORK/dump" "s3://$BUCKET/$PREFIX/$name"
echo "wrote $PREFIX/$name"
