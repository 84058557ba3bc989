"""A second, small Exact, written from the facts about Exact alone.

It shares nothing with `simulator/`.

It is for shapes: what an Exact that answers a little otherwise would do to a night. It checks
little, and knows neither limits nor crashes.
"""
