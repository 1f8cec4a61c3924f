"""Figures that decide something; each against a peer, in one run on one machine."""
