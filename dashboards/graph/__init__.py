"""The interactive genealogy: what it shows, where the boxes stand, and the component that draws it."""
