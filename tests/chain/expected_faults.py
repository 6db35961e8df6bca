"""Networks that are known to break the chain, and why. Each is to be mended and taken out; one that is mended and stays here
fails the test."""

TWICE = "a step that is read twice, once times a constant, becomes two populations"

EXPECTED = {
    "step-with-two-readers": TWICE,
    "seed-184": TWICE,
    "padded-layer-on-one-pixel": "a kernel of one pixel with padding on a map of one pixel loses its padding when it is compiled",
}
