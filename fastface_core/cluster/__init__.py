"""Orders on the computers of a Ray cluster: the studio stays here, its engines are there. Alone imports Ray."""
