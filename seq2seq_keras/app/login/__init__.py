"""Logging in: the page, the cookie, how often one may try, and who is let in."""
