"""The widgets: the shell around the pages, one package a page, and what they share."""
