"""Create: from photos and a sentence to portraits."""
