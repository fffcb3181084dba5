"""What is measured, against what: README.md lists it. Run from the project's folder: `python -m benchmarks.crash`."""
