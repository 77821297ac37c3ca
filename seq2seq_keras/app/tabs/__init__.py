"""One file a tab; each builds its part of the page and connects its events."""
