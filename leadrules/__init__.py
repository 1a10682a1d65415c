"""Lead scoring as reviewed text."""
