"""Small widgets that know nothing of FastFace."""
