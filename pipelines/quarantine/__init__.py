"""The quarantine of one lake as people work it: what was kept out, its fields, decisions, sheets."""
