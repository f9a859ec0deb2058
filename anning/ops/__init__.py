"""Operations (运行): the processes and their supervisor, health, backup and restore, doctor."""
