import pytest

from anning.kernel.geo import distance_m
from anning.kernel.projection import from_gauss_kruger, meridian_of


def test_the_length_of_the_meridian_to_45_degrees():
    longitude, latitude = from_gauss_kruger(500_000, 4_984_944.378, 117)

    assert longitude == 117 and latitude == pytest.approx(45, abs=1e-8)


def test_a_published_position_in_utm():
    """Source: the manual of GeoConvert (GeographicLib): 33.3 44.4 is 38n 444140.54 3684706.36."""
    found = from_gauss_kruger(444_140.54, 3_684_706.36, 45, scale=0.9996)

    assert distance_m(found, (44.4, 33.3)) < 0.01


def test_distances_away_from_the_meridian_stretch_as_the_projection_says():
    """Source: scale 1 + y²/2R² of the Gauss-Krüger projection, with R² = MN at 39°."""
    y, mean_m = 100_000.0, 6_369_700.0
    west, east = (from_gauss_kruger(500_000 + y + d, 4_320_000, 117) for d in (-500, 500))

    assert 1000 / distance_m(west, east) == pytest.approx(1 + y**2 / (2 * mean_m**2), abs=2e-7)


@pytest.mark.parametrize(
    ("easting", "meridian"), [(39_554_321.1, 117), (20_554_321.1, 117), (554_321.1, None), (40_500_000, 120)]
)
def test_an_easting_with_a_zone_names_its_meridian(easting, meridian):
    assert meridian_of(easting) == meridian


def test_the_zone_is_taken_off():
    assert from_gauss_kruger(39_554_321.1, 4_356_789.2, 117) == pytest.approx(
        from_gauss_kruger(554_321.1, 4_356_789.2, 117), abs=1e-12
    )
