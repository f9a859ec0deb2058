"""The office (综合办): the books everybody keeps (areas, organisations, people, posts, documents, agreements), journal reading, system pages."""
