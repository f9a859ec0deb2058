"""Files beside any record: checked by content, kept by hash, cut by the record's own scope, journaled."""
