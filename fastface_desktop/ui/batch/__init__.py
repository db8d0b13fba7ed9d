"""The sheet for batches, which lies over whichever page is in view."""
