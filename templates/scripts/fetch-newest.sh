set -euo pipefail
AWS_ACCESS_KEY_ID="$(cat "$SECRETS/access-key")"
AWS_SECRET_ACCESS_KEY="$(cat "$SECRETS/secret-key")"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
# Each line begins with the date and ends with the name.
newest="$(aws s3 ls "s3://$BUCKET/$PREFIX/" | sort | tail -n 1)"
newest="${newest##* }"
test -n "$newest"
aws s3 cp --only-show-errors "s3://$BUCKET/$PREFIX/$newest" "$WORK/dump"
echo "fetched $PREFIX/$newest"
