"""The evidence ledger: an RFC 6962 log of every act, its signed checkpoints, and who countersigns them."""
