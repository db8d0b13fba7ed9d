"""Making pictures of somebody and keeping them: the one use case behind commands, window, comparisons and batches."""
