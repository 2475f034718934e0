"""``python -m fcextract``: the command line."""

from fcextract.cli import run

if __name__ == "__main__":
    run()
