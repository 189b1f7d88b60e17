"""One trainer for teachers, students and ablations, and what it is made of.

settings.py      everything that decides a run
augmentation.py  what is done to a batch of views
losses.py        from logits and targets to one number
schedule.py      the learning rate along a run
parallel.py      several processes that learn together
records.py       log, curves and checkpoints of a run
trainer.py       the loop
teachers.py      large networks that the student learns from, and what they say together
"""

from __future__ import annotations

from hybrid_logo.training.learning.judging import predict
from hybrid_logo.training.learning.settings import TrainingSettings
from hybrid_logo.training.learning.trainer import train

__all__ = ["TrainingSettings", "predict", "train"]
