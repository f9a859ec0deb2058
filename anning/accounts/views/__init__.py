"""Pages of accounts that are more than a record: sign-in, one's own account, the security administrator's desk."""
