"""The pages of docs/: that they say what is so, and that the site can be made of them."""
