set -euo pipefail
# Each line begins with the date and ends with the name.
newest="$(aws s3 ls "s3://$BUCKET/$PREFIX/" | sort | tail -n 1)"
newest="${newest##* }"
test -n "$newest"
aws s3 cp --only-show-errors "s3://$BUCKET/$PREFIX/$newest" "$WORK/dump"
echo "fetched $PREFIX/$newest"
