"""The practice broker: an exchange of our own on an invented market."""

from core.brokers.practice.broker import PracticeBroker

__all__ = ["PracticeBroker"]
