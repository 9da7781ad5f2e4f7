"""What a release is: its version, what is in its wheel, what it is made of, and that it goes on from older ones."""
