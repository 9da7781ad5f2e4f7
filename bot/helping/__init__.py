"""The pages of docs/ in the terminal: `otc-bot help <word>`."""
