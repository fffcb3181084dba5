"""Everything that outlives a restart: database, repositories, picture files. Knows the domain and nothing else."""
