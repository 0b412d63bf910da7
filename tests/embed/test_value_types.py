"""Value types as Python sees them: immutable classes, in every position of a signature."""

from __future__ import annotations

import gc

import pytest

import beskid

PROGRAM = """
[Value]
pub type Point {
    i64 x,
    i64 y,

    pub i64 Sum() => x + y;
}

/// A place.
[Value]
pub type Place { string name, Point at, u8 flag, f32 weight, string[] notes }

[Value]
pub type Nothing { }

pub type Holder { bool used, Place place }

pub enum Event { Moved(Point to), Named(Place place) }

pub Place Moved(Place place, Point by) => Place {
    name: place.name + "!",
    at: Point { x: place.at.x + by.x, y: place.at.y + by.y },
    flag: place.flag + 1,
    weight: -place.weight,
    notes: place.notes,
};

pub Point[] Turned(Point[] points) {
    let turned = [Point { x: 0, y: 0 }, Point { x: 0, y: 0 }];
    for i in range(2) { turned[i] = Point { x: points[i].y, y: points[i].x }; }
    return turned;
}

pub Place[] Both(Place a, Place b) => [a, b];
pub Option<Point> Find(Point[] points, i64 x) {
    for point in points { if point.x == x { return Option::Some(point); } }
    return Option::None;
}
pub Event Renamed(Event event, Point to) => match event {
    Event::Moved(_) => Event::Moved(to),
    Event::Named(place) => Event::Named(Moved(place, to)),
};
pub Point Apply(Point(Point, i64) f, Point p) => f(p, 3);
pub Nothing Same(Nothing n) => n;
pub unit Double(ref Point p) { p = Point { x: p.x * 2, y: p.y * 2 }; }
"""


@pytest.fixture(scope="module")
def module() -> beskid.Module:
    return beskid.compile(PROGRAM)


def test_a_value_is_an_immutable_object_of_its_class(module: beskid.Module) -> None:
    point = module.Point(1, y=-2)
    assert (point.x, point.y, repr(point), point.Sum()) == (1, -2, "Point(x=1, y=-2)", -1)
    assert point == module.Point(1, -2)
    assert hash(point) == hash(module.Point(1, -2))
    assert point != module.Point(1, 2)
    assert module.Place.__doc__ == "A place."
    with pytest.raises(AttributeError, match="cannot assign to `x`"):
        point.x = 3
    match point:
        case module.Point(x, y):
            assert (x, y) == (1, -2)


def test_values_are_passed_and_returned(module: beskid.Module) -> None:
    place = module.Place("home", module.Point(3, 4), 255, 1.5, ["a", "b"])
    moved = module.Moved(place, module.Point(-10, 20))
    assert moved == module.Place("home!", module.Point(-7, 24), 0, -1.5, ["a", "b"])
    assert module.Turned([module.Point(1, 2), module.Point(3, 4)]) == [module.Point(2, 1), module.Point(4, 3)]
    assert module.Both(place, moved) == [place, moved]
    assert module.Find([module.Point(1, 2), module.Point(-3, 4)], -3) == module.Point(-3, 4)
    assert module.Find([], 3) is None
    assert module.Same(module.Nothing()) is module.Nothing()
    assert module.Double(module.Point(2, 3)) == (module.Point(4, 6),)


def test_values_in_objects_enums_and_functions(module: beskid.Module) -> None:
    place = module.Place("home", module.Point(3, 4), 1, 0.5, [])
    holder = module.Holder(True, place)
    assert holder.place == place
    holder.place = module.Moved(holder.place, module.Point(1, 1))
    gc.collect()
    assert (holder.used, holder.place.name, holder.place.at) == (True, "home!", module.Point(4, 5))
    assert module.Renamed(module.Event.Moved(module.Point(1, 1)), module.Point(2, 2)).to == module.Point(2, 2)
    assert module.Renamed(module.Event.Named(place), module.Point(2, 2)).place.at == module.Point(5, 6)
    assert module.Apply(lambda p, n: module.Point(p.y, n), module.Point(7, 8)) == module.Point(8, 3)


def test_a_value_of_another_class_is_refused(module: beskid.Module) -> None:
    with pytest.raises(TypeError, match="Point"):
        module.Moved(module.Place("home", module.Point(3, 4), 1, 0.5, []), (1, 2))
    with pytest.raises(TypeError):
        module.Point(1)
