"""`python -m idp.cli`, the same as `mgen-connect`."""

from idp.cli import main

if __name__ == "__main__":
    main(prog_name="mgen-connect")
