"""The page People: whom pictures are made of, their photos, their permission, and the lock on all of it."""
