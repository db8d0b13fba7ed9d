"""Hundreds of portraits without anybody watching: rows of a table become orders for the studio."""
