"""Networks that are known to break the chain, and why. Each is to be mended and taken out; one that is mended and stays here
fails the test."""

TWICE = "a step that is read twice, once times a constant, becomes two populations"

EXPECTED = {
    "step-with-two-readers": TWICE,
    "seed-184": TWICE,
}
