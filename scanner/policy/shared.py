"""One spot may be a place of several contracts: the room in which the work of all of them is done. A verdict names one of them; here
it is looked at from another."""

from __future__ import annotations

from scanner.policy.models import Contract, Place, Policy


def spot(place: Place) -> tuple[str | None, ...]:
    """What says where a place is."""
    return place.path, place.host, place.volume, place.unc


def seen_from(policy: Policy, contract: Contract) -> dict[str, Place]:
    """Places of other contracts (``B/store``) that lie at the very spot of a place of this one → that place of this one."""
    mine = {spot(place): place for place in contract.place}
    return {
        f"{other.id}/{place.id}": mine[spot(place)]
        for other in policy.contract
        if other.id != contract.id
        for place in other.place
        if spot(place) in mine
    }
