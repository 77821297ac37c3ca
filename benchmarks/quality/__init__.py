"""How well the default recipe translates: the studies behind the README's table of BLEU."""
