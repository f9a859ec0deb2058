"""Official numbers."""

from django.db import models


class NumberSeries(models.Model):
    """The last official number (文号) taken in one series and year. Numbers are taken at signing and never reused."""

    prefix = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.year}: {self.last}"
