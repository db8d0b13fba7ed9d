"""The protocol that judges settings: people x prompts, metrics with their own models, and what the numbers can bear."""
