"""Service records: who served when and for how long, confirmed by a second person."""
