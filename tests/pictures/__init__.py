"""The pictures of docs/: made by a script, so that they can be made anew when what they show has changed."""
