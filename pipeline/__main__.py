"""Run `outturn` as `python -m pipeline`."""

import sys

if __name__ == "__main__":
    try:
        from pipeline.cli import main
    except ModuleNotFoundError as error:
        sys.exit(
            f"{error.name} is not installed for {sys.executable}. Run 'python run.py report', or put .venv first: "
            "'. .venv/bin/activate' (Windows: .venv\\Scripts\\activate)."
        )
    sys.exit(main())
