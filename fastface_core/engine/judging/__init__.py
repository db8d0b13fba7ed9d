"""The models that judge pictures: they never take part in making one."""
