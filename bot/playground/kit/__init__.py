"""Block Kit as Slack accepts it: shapes, limits and what may stand where (docs.slack.dev/reference/block-kit)."""
