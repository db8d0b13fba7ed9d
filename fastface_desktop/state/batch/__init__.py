"""Batches in the window: many people, many looks, nobody watching."""
