"""Who is who (账号): areas, organisations, people, posts, roles; what each may see and do."""
