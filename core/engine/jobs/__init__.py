"""The family of background jobs."""

from core.engine.jobs.base import Job
from core.family import Family

JOBS: Family[Job] = Family("core.engine.jobs", Job)
