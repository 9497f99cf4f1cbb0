"""`python -m darkhar` is the `darkhar` command."""

from darkhar.cli.main import main

if __name__ == "__main__":
    main()
