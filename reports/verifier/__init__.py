"""The program that stands in every bundle: it imports nothing of ours."""
