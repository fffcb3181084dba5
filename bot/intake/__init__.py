"""From words to commands: pure functions over a message, its window and the tickets that stand."""
