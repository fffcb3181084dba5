"""The program as a process: killed, starved, lied to."""
