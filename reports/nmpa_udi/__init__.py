"""What the NMPA UDI database is told and what it publishes: pre-check, requests, template, differences."""
