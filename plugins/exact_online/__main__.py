"""`python -m exact_online`."""

from exact_online.cli import main

if __name__ == "__main__":
    main()
