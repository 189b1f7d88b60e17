"""Model releases, one folder each; hybrid_logo.bundle finds, verifies and loads them."""
