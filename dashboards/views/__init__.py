"""One module per page: load, shape, draw.

Not called `pages`: a folder of that name beside app.py makes Streamlit serve each file as a page of its own,
and the first session of a server then loses what the language switch was set to.
"""
