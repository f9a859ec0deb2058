"""The office (综合办): areas, organisations, people, posts, documents, agreements and the liaison directory."""
