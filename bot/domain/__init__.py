"""The heart: values and rules of tickets, members and places. Standard library only, no I/O."""
