"""How everything looks: tokens, the style sheet made from them, and the theme that applies it."""
