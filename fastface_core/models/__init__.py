"""Which models there are, and which of them are on this computer."""
