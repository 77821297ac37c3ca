"""A public demo: many visitors, each with a workspace of their own and a fair share."""
