"""Sheets of pictures of what people see, in three languages, before and after a change."""
