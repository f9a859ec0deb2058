"""Tasks (任务): who must do what by when; acknowledgement clocks, escalation, approvals, the to-do."""
