"""Presets, their editor and what a draft does."""
