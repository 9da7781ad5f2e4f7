"""After how long something that does not work is left alone, by kind: days, so that no outage and no weekend loses any.

What is given up is said once in the log. All of it stays in the database, and `otc-bot export` has it.
"""

from datetime import timedelta

MESSAGE = timedelta(days=3)
"""A card, its edits or a reply, since the first failure in a row."""
RECEIPT = timedelta(days=7)
"""Since the end of its handover."""
DIGEST = timedelta(days=1)
"""Since the end of its day: then the next one comes."""
UNSURE = timedelta(days=3)
"""A digest that may have been posted and can't be looked up, since the end of its day."""
PICTURE = timedelta(days=3)
"""Since it was noted; before that, a few tries are all that one gets between two starts of the bot."""
