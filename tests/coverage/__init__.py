"""How often intervals hold the truth: the study, its stored results, and the page they make."""
