"""Areas: the tree of places, the departments that serve them, and the calendar their deadlines follow."""
