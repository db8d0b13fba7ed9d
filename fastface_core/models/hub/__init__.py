"""Everything that reaches the hub: one client, resumable transfers, retries, offline, the request log."""
