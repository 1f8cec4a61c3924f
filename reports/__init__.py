"""Reports that leave the house: selected from one release, validated, written with their manifest."""
