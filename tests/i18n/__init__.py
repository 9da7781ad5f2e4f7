"""The languages: what is said goes through gettext, and all of it can be said in Hindi."""
