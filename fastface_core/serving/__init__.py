"""Orders from other programs of this computer, over HTTP on the loopback alone."""
