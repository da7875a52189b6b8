"""The results page: one module a tab, listed in ``tabs.TABS``."""
