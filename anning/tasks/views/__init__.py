"""Pages of tasks and approvals."""
