"""fcextract: filled scoresheets in, an audited table out."""

__version__ = "0.1.0"
