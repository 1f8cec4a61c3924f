"""Admission: a file is found, copied, proved, unpacked and kept by its sha256 before anything reads it."""
