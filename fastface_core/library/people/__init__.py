"""People: photos with verdicts, permission, the lock, and forgetting."""
