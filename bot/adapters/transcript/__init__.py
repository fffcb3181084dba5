"""Chat files as a platform: transcripts to replay, and exported histories to import."""
