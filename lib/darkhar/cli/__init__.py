"""The `darkhar` command."""
