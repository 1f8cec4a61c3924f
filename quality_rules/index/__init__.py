"""The data quality index (DQI): what every check of a release found, kept with it, and what that comes to.

gate results + what was kept out, did not come, does not agree → attachment of the release → Check → Score
"""
