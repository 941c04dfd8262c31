"""Who is told what when nobody is looking, by which way, and what could not be told."""

from pages.parts.marks import head
from pages.parts.notifying import notifying

head("Notifications")
notifying()
