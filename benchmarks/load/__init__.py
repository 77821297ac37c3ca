"""Many people at once, for long: how long they wait, and what the server needs for it."""
