"""Papers for people: what is printed, sent up or hung on a wall. Built as plain values, then laid out."""
