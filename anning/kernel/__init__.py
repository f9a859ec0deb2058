"""The foundation: pure code that knows no Django. It may read packaged rule files and, once, the environment."""
