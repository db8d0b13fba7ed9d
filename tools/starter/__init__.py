"""Makes the starter model that ships with the app, from nothing but this folder."""
