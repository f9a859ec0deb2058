"""The journal as people see it (日志与实时): list, verification, signed heads, and the tail that pushes news."""
