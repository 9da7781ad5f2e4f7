"""What happens by itself: looking at Flipkart, and keeping house."""
