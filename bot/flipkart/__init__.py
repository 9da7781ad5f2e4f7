"""Flipkart's Returns V3 API: the client, its errors, its token and its hourly budget."""
