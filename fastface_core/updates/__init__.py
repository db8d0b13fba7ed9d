"""New versions of the program: asked for, signed, installed beside, and taken back if they do not open."""
