"""Models from and to this computer: imports, packs, copies, moves, maintenance."""
