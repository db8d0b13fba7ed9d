"""The values everything speaks in: requests, presets, people as numbers. No files, no heavy libraries."""
