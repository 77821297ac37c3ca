"""The services that have corpora, a file each: what it asks them, and how it reads the answer."""
