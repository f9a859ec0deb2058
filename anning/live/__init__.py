"""The live tail (实时): one small ASGI application that pushes news of the journal to the screens that may see it."""
