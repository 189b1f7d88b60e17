"""Are the pictures of today like those that the model was calibrated on? Counted, compared, told.

A profile counts what was measured and answered, in bins that never change; it holds no picture and no name.
Two profiles of one model are compared histogram by histogram.
"""
