"""Pure functions: model in, blocks out. Nothing here sends, reads or decides."""
