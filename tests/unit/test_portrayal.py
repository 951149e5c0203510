"""How agents look: distinct markers by kind, colour and size by what they are."""

from agents.customs import CustomsDistrict
from agents.firm.state import SME
from agents.government import Government
from agents.market import Market
from agents.warehouse import OverseasWarehouse
from experiments import build, load_scenario
from viz.portrayal import CLOSED, SIZES_SHOWN, TIER_COLOURS, portray


def test_kinds_differ_by_marker_and_have_colour_and_size() -> None:
    model = build(load_scenario("toy"), seed=1)
    model.step()
    markers = {}
    for kind in (SME, CustomsDistrict, Market, OverseasWarehouse):
        looks = [portray(agent) for agent in model.agents_by_type[kind]]
        assert looks and all(set(look) == {"color", "size", "marker"} for look in looks)
        assert all(look["size"] > 0.0 and look["color"].startswith("#") and len(look["color"]) == 7 for look in looks)
        (markers[kind],) = {look["marker"] for look in looks}
    assert len(set(markers.values())) == 4
    assert portray(next(iter(model.agents_by_type[Government]))) == {}


def test_looks_follow_the_state() -> None:
    model = build(load_scenario("toy"), seed=1)
    model.step()
    firm = next(iter(model.agents_by_type[SME]))
    firm.tier, firm.size = 2, 3
    assert portray(firm) == {"color": TIER_COLOURS[2], "size": SIZES_SHOWN[3], "marker": "o"}
    firm.tier, firm.size = 0, 0
    assert portray(firm) == {"color": TIER_COLOURS[0], "size": SIZES_SHOWN[0], "marker": "o"}
    district = next(iter(model.agents_by_type[CustomsDistrict]))
    district.load = 0.5
    calm = portray(district)["color"]
    district.load = 1.5
    assert portray(district)["color"] != calm
    market = next(iter(model.agents_by_type[Market]))
    market.trust = 0.0
    pale = portray(market)["color"]
    market.trust = 1.0
    assert int(portray(market)["color"][1:], 16) < int(pale[1:], 16)
    house = next(iter(model.agents_by_type[OverseasWarehouse]))
    house.opened = model.month + 1
    assert portray(house)["color"] == CLOSED
    house.opened = model.month
    assert portray(house)["color"] != CLOSED
