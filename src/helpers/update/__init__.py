"""The yearly update: exports in, records linked, screened and extracted, and merged as one.

There is no file of states. Where an update stands is worked out from its tables in ``data/updates/<update_id>/``, each
written whole or not at all, so that any step can be stopped at any moment and repeated.
"""
