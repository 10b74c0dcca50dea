#!/bin/sh
# Sends a todo to Bida and waits until it is proven to be there. Needs curl 7.52 or newer, and no jq.
#
#   BIDA_URL=http://127.0.0.1:8080 BIDA_KEY=bida_… sh examples/curl/send-todo.sh oa-leave-1
set -eu
: "${BIDA_URL:=http://127.0.0.1:8080}"
: "${BIDA_KEY:?is needed: bida key new oa --role producer --account yzj}"

# The key belongs to the todo and not to the call: repeating the call never sends the todo twice.
SOURCE_ID="${1:-oa-leave-$(date +%s)-$$}"

# Both calls are safe to repeat. curl repeats them after 429, 5xx and lost connections.
bida() {
  curl --silent --show-error --retry 5 --retry-connrefused --write-out '\n%{http_code}' \
    --header "Authorization: Bearer $BIDA_KEY" "$@"
}

# A refusal names every wrong field.
body_of() {
  case "${1##*
}" in
  2*) printf '%s\n' "${1%
*}" ;;
  *) printf '%s\n' "$1" >&2 && return 1 ;;
  esac
}

# 202, or 200 if Bida has it already: it is in Redis now.
ANSWER=$(
  bida --max-time 10 --header "Idempotency-Key: $SOURCE_ID" --header 'Content-Type: application/json' \
    --data @- "$BIDA_URL/v1/deliveries" <<JSON
{
  "account": "yzj",
  "operation": "todo.create",
  "payload": {
    "sourceId": "$SOURCE_ID",
    "appId": "500041933",
    "title": "请假审批",
    "itemtitle": "请假审批",
    "content": "成建蒋的请假单据需要您审批",
    "headImg": "https://www.yunzhijia.com/space/c/photo/load?id=5a2f7ad750f8dd7810e79981",
    "url": "https://oa.example.com/form/leave?id=$SOURCE_ID",
    "params": [{ "openId": "5a9090be44963150c2c059e6", "status": { "DO": 0, "READ": 0 } }]
  }
}
JSON
)
BODY=$(body_of "$ANSWER")
ID=$(printf '%s' "$BODY" | sed 's/^.*"id":"\([^"]*\)".*$/\1/')

# The answer comes when the delivery has ended, or after 30 seconds: then ask again.
while :; do
  ANSWER=$(bida --max-time 40 "$BIDA_URL/v1/deliveries/$ID?wait=30")
  BODY=$(body_of "$ANSWER")
  STATUS=$(printf '%s' "$BODY" | sed -n 's/^.*"status":"\([a-z]*\)","reason".*$/\1/p')
  case "$STATUS" in
  confirmed)
    echo "$ID is confirmed"
    exit 0
    ;;
  queued | sending | retrying | confirming) echo "$ID is $STATUS" ;;
  # Dead, discarded or cancelled: the answer says why.
  *)
    printf '%s\n' "$BODY" >&2
    exit 1
    ;;
  esac
done
