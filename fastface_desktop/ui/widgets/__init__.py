"""What more than one page shows or uses."""
