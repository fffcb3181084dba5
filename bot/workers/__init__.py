"""What goes on by itself: sending posts, keeping pictures, minding the clock."""
