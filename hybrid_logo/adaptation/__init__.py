"""Types of the user's own, learned from a few pictures each on what rules and student say of them.

Neither rules nor student change: their numbers are frozen, and a small linear model is fitted to them. The
four types of the release stay what they are; the user's type comes beside them.
"""
