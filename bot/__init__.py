"""楼事通 (loushi): a bot in the chat groups of residential buildings that hears issues and closes the loop."""

__version__ = "0.1.0"
