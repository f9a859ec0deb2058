"""Who and what is inside a shape: positions held in memory-mapped arrays, cut by scope, answered in milliseconds."""
