"""What was computed once, kept by what it depends on."""
