"""What differs from one database to another: everything else of the store is said once, for all of them."""
