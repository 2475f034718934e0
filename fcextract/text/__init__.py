"""Cells and header fields to text."""
