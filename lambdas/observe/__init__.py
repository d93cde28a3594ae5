"""Observe: every decision is told and counted, in words for people and as an event for programs."""
