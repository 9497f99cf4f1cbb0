"""Which models under which protocols."""
