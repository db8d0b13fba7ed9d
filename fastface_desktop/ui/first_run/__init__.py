"""The first run: what this computer can do, which models to get, and a first picture."""
