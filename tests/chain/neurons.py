"""Finds the activations of an ONNX graph: which values they are between, and which staircase or clipped ReLU they are."""

import numpy as np

ROUNDING = {"Floor", "Ceil", "Round"}
CLAMPS = {"Relu", "Clip", "Min", "Max", "LeakyRelu", "PRelu", "Where"}
COMPARISONS = {"Greater", "Less", "GreaterOrEqual", "LessOrEqual"}
LINEAR = {"Mul", "Div", "Add", "Sub", "Neg"}
HARMLESS = {"Identity", "Dropout", "Cast"}
RESHAPES = {"Reshape", "Flatten", "Squeeze", "Unsqueeze"}
MOVES = RESHAPES | {"Transpose", "Gather", "Slice", "Concat", "Split", "Pad"}
FAR = 2.0**20


class Activation:
    """Between two values of the graph, where a spiking neuron takes the place of a function of one number."""

    def __init__(self, start, end, nodes):
        self.start, self.end, self.nodes = start, end, nodes
        self.name = nodes[-1].name
        self.theta = None  # of a staircase, or the cap of a ReLU (infinity: none); shaped so that it broadcasts
        self.levels = 0  # 0: a ReLU
        self.shift = 0.5

    def __call__(self, x, constants):
        values = dict(constants)
        values[self.start] = x
        for node in self.nodes:
            node.evaluate(values)
        return np.broadcast_to(values[self.end], x.shape)


def dynamic_inputs(network, node):
    return [name for name in node.inputs if name and name not in network.constants]


def is_single(network, name):
    return name not in network.constants or network.constants[name].size == 1


def is_scalar_step(network, node):
    """Whether the node can be part of a staircase: a factor may belong to channels, what is added is one number (what is
    added to each channel is a bias)."""
    if node.op in ROUNDING | CLAMPS | HARMLESS | COMPARISONS:
        return True
    if node.op in ("Mul", "Div"):
        return len(dynamic_inputs(network, node)) == 1
    return node.op in LINEAR and all(is_single(network, name) for name in node.inputs)


def grown(network, start, limit=24):
    """Nodes behind `start` that are functions of it alone, in order of evaluation."""
    values, nodes = {start}, []
    for node in network.nodes:
        inputs = dynamic_inputs(network, node)
        if inputs and values.issuperset(inputs) and is_scalar_step(network, node) and len(nodes) < limit:
            values.update(node.outputs)
            nodes.append(node)
    return nodes


def leading_to(nodes, end):
    """Those of the nodes that `end` depends on."""
    wanted, kept = {end}, []
    for node in reversed(nodes):
        if wanted.intersection(node.outputs):
            wanted.update(node.inputs)
            kept.append(node)
    return kept[::-1]


def is_closed(network, nodes, end):
    """Whether nobody else reads what lies between start and end."""
    inside = {id(node) for node in nodes}
    between = {name for node in nodes for name in node.outputs} - {end}
    return end != network.output and all(id(reader) in inside for name in between for reader in network.readers.get(name, []))


def staircase(network, activation, shape):
    """Fills in theta, levels and shift; says whether the function is a staircase as high as wide that begins at 0."""
    lowest, top = (activation(np.full(shape, x), network.constants) for x in (-FAR, FAR))
    if np.any(lowest != 0) or np.any(top <= 0) or np.any(top >= FAR / 2):
        return False
    low, high = np.full(shape, -FAR), np.full(shape, FAR)
    for _ in range(80):
        middle = (low + high) / 2
        is_above = activation(middle, network.constants) > 0
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    height = activation(high, network.constants)
    levels = int(np.rint((top / height).max()))
    for k in {0, 1, levels // 2, levels - 1} & set(range(levels)):
        for part in (0.01, 0.99):
            if not np.allclose(activation(high + (k + part) * height, network.constants), (k + 1) * height, rtol=1e-5, atol=0):
                return False
    shift = 1 - high / height
    nearest = np.rint(shift * 2**20) / 2**20
    activation.shift = np.where(abs(shift - nearest) < 1e-6, nearest, shift)
    activation.theta, activation.levels = top, levels
    return True


def starts_before(network, rounding):
    """Where a chain of single numbers that ends at a rounding node may begin, the farthest first."""
    start = dynamic_inputs(network, rounding)[0]
    starts = [start]
    while start in network.producer:
        node = network.producer[start]
        inputs = dynamic_inputs(network, node)
        if not is_scalar_step(network, node) or len(set(inputs)) != 1:
            break
        start = inputs[0]
        starts.append(start)
    return starts[::-1]


def rounding_activation(network, rounding, shapes):
    """The staircase around a rounding node: the longest chain before it and the shortest behind it that make one."""
    for start in starts_before(network, rounding):
        nodes, found = grown(network, start), None
        for node in nodes:
            part = leading_to(nodes, node.outputs[0])
            if rounding not in part or not is_closed(network, part, node.outputs[0]):
                continue
            activation = Activation(start, node.outputs[0], part)
            if not staircase(network, activation, (1,) + shapes[start][1:]):
                continue
            if activation.levels > 1:
                return activation
            found = activation  # a single step is as wide as one likes: all that is multiplied with it belongs to it
        if found is not None:
            return found
    raise ValueError(f"{rounding.name}: no staircase found around this node")


def clamp_activation(network, first, shapes):
    """A ReLU, clipped or not, that may be written with several clamps."""
    start = dynamic_inputs(network, first)[0]
    nodes = [n for n in grown(network, start) if n.op in CLAMPS | HARMLESS | COMPARISONS]
    best = None
    for node in nodes:
        part = leading_to(nodes, node.outputs[0])
        outside = {name for n in part for name in dynamic_inputs(network, n)} - {start} - {o for n in part for o in n.outputs}
        if node.op in CLAMPS and first in part and not outside and is_closed(network, part, node.outputs[0]):
            best = Activation(start, node.outputs[0], part)
    if best is None:
        raise ValueError(f"{first.name}: no clamp found")
    shape = (1,) + shapes[start][1:]
    cap = best(np.full(shape, FAR), network.constants)
    if np.any(best(np.full(shape, -FAR), network.constants) != 0) or np.any(best(np.full(shape, cap.min() / 4), network.constants) != cap.min() / 4):
        raise ValueError(f"{best.name}: not a ReLU")
    best.theta = np.where(cap == FAR, np.inf, cap)
    best.shift = np.full(shape, 0.5)
    return best


def activations(network, shapes):
    """All of them, in order of evaluation. `shapes` are those of a dry run, of every value."""
    found, covered = [], set()
    rounding = [n for n in network.nodes if n.op in ROUNDING]
    for node in rounding + [n for n in network.nodes if n.op in CLAMPS]:
        if id(node) in covered:
            continue
        find = rounding_activation if node.op in ROUNDING else clamp_activation
        activation = find(network, node, shapes)
        covered.update(id(n) for n in activation.nodes)
        found.append(activation)
    order = {id(node): i for i, node in enumerate(network.nodes)}
    return sorted(found, key=lambda a: order[id(a.nodes[-1])])


def add_order(orders, order, shape):
    if not any(np.array_equal(order, known) for known, _ in orders):
        orders.append((order, shape))


def layouts(network, start, values):
    """Orders in which a converter may number the neurons of an activation at `start`: for each neuron, its place in the
    flattened tensor. Operators that only move elements may have been applied before or behind the activation."""
    orders = []
    name = start
    moves = []
    while True:
        size = int(np.prod(values[name].shape[1:]))
        places = np.arange(size, dtype=np.float64).reshape((1,) + values[name].shape[1:])
        replay = dict(network.constants)
        replay[name] = places
        for node in reversed(moves):
            if node.op in RESHAPES:
                replay[node.outputs[0]] = replay[node.inputs[0]].reshape((1,) + values[node.outputs[0]].shape[1:])
            elif node.op in MOVES:
                node.evaluate(replay)
            else:
                replay[node.outputs[0]] = replay[dynamic_inputs(network, node)[0]]
        reached = np.asarray(replay[start]).reshape(-1).astype(int)
        if reached.size != size or np.unique(reached).size != size:
            break
        node = network.producer.get(name)
        order = np.argsort(reached)
        add_order(orders, order, values[name].shape[1:])
        if node is not None and node.op == "MatMul":  # a layer at every position: its outputs may be numbered as channels
            outputs = values[name].shape[-1]
            add_order(orders, order.reshape(-1, outputs).T.reshape(-1), (outputs, size // outputs))
        is_passed = node is not None and (node.op in MOVES | LINEAR | HARMLESS or node.op in CLAMPS | ROUNDING)
        if not is_passed or node.op in ("Concat", "Split") or not dynamic_inputs(network, node):
            break
        moves.append(node)
        name = dynamic_inputs(network, node)[0]
    return orders
