import type { Attribute, Constant, Graph, NodeOptions, Tensor } from './graph.ts';

/**
 * TensorFlow operations as functions on tensors, so that a model reads like its formulas. Each returns one tensor of the dtype of
 * its first input unless said otherwise; shapes are TensorFlow's business.
 */
export type Ops = ReturnType<typeof tensorOps>;

export function tensorOps(graph: Graph) {
  const constants = new Map<string, Tensor>();

  function one(operation: string, inputs: readonly Tensor[], options: NodeOptions): Tensor {
    return at(graph.node(operation, inputs, options), 0);
  }
  /** An operation whose inputs and output share the dtype `T`. */
  function same(
    operation: string,
    inputs: readonly Tensor[],
    attributes: Readonly<Record<string, Attribute>> = {},
    after: readonly Tensor[] = [],
  ): Tensor {
    const { dtype } = at(inputs, 0);
    return one(operation, inputs, {
      attributes: { T: { type: dtype }, ...attributes },
      outputs: [dtype],
      after,
    });
  }
  function constant(
    dtype: Constant['dtype'],
    shape: readonly number[],
    values: readonly number[],
  ): Tensor {
    const key = `${dtype}[${shape.join(',')}]${values.join(',')}`;
    const known = constants.get(key);
    if (known !== undefined) return known;
    const made = one('Const', [], {
      name: `constants/c${constants.size}`,
      attributes: { dtype: { type: dtype }, value: { constant: { dtype, shape, values } } },
      outputs: [dtype],
    });
    constants.set(key, made);
    return made;
  }
  const float = (value: number): Tensor => constant('float32', [], [value]);
  const int = (value: number): Tensor => constant('int32', [], [value]);
  const ints = (values: readonly number[]): Tensor => constant('int32', [values.length], values);
  const compare = (operation: string) => (a: Tensor, b: Tensor) =>
    one(operation, [a, b], { attributes: { T: { type: a.dtype } }, outputs: ['bool'] });
  const unary = (operation: string) => (x: Tensor) => same(operation, [x]);
  const binary = (operation: string) => (a: Tensor, b: Tensor) => same(operation, [a, b]);
  const reduce =
    (operation: string) =>
    (x: Tensor, axes: readonly number[], keepDims = false) =>
      same(operation, [x, ints(axes)], { keep_dims: { bool: keepDims } });

  return {
    graph,
    scope: graph.scope,
    float,
    int,
    ints,
    int16: (value: number) => constant('int16', [], [value]),
    int64: (value: number) => constant('int64', [], [value]),
    floats: (shape: readonly number[], values: readonly number[]) =>
      constant('float32', shape, values),
    zeros: (size: number) => constant('float32', [size], Array<number>(size).fill(0)),

    placeholder: (name: string, dtype: 'float32' | 'int32', shape: readonly number[]) =>
      one('Placeholder', [], {
        name,
        attributes: { dtype: { type: dtype }, shape: { shape } },
        outputs: [dtype],
      }),
    /** A variable that lives in the session; read it with `read`. */
    variable: (name: string, shape: readonly number[]) =>
      one('VarHandleOp', [], {
        name,
        attributes: { dtype: { type: 'float32' }, shape: { shape }, shared_name: { text: name } },
        outputs: ['resource'],
      }),
    read: (variable: Tensor, name?: string) =>
      one('ReadVariableOp', [variable], {
        attributes: { dtype: { type: 'float32' } },
        outputs: ['float32'],
        ...(name === undefined ? {} : { name }),
      }),
    /**
     * Ends with no output: wait for it with `after`. The copy matters: a fed tensor may be the memory of a JavaScript array, and
     * the optimiser would write into it.
     */
    assign: (variable: Tensor, value: Tensor) =>
      one('AssignVariableOp', [variable, same('DeepCopy', [value])], {
        attributes: { dtype: { type: 'float32' } },
        outputs: [],
      }),
    /** `x` under an exact name, once everything in `after` is done. */
    identity: (x: Tensor, after: readonly Tensor[] = [], name?: string) =>
      one('Identity', [x], {
        attributes: { T: { type: x.dtype } },
        outputs: [x.dtype],
        after,
        ...(name === undefined ? {} : { name }),
      }),
    /** A point that is reached when everything in `after` is done. */
    barrier: (after: readonly Tensor[]) => one('NoOp', [], { outputs: [], after }),

    add: binary('AddV2'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('RealDiv'),
    floorDiv: binary('FloorDiv'),
    pow: binary('Pow'),
    maximum: binary('Maximum'),
    minimum: binary('Minimum'),
    /**
     * For terms that nobody else reads, or only later: AddN starts with the first input whose memory it may take over, so with a
     * reader at the same time the order of the sum, and its last bits, would depend on who comes first.
     */
    addAll: (xs: readonly Tensor[]) =>
      xs.length === 1 ? at(xs, 0) : same('AddN', xs, { N: { int: xs.length } }),
    neg: unary('Neg'),
    abs: unary('Abs'),
    exp: unary('Exp'),
    log1p: unary('Log1p'),
    sqrt: unary('Sqrt'),
    square: unary('Square'),
    sigmoid: unary('Sigmoid'),
    relu: unary('Relu'),
    greater: compare('Greater'),
    greaterEqual: compare('GreaterEqual'),
    equal: compare('Equal'),
    select: (condition: Tensor, yes: Tensor, no: Tensor) =>
      one('SelectV2', [condition, yes, no], {
        attributes: { T: { type: yes.dtype } },
        outputs: [yes.dtype],
      }),
    sum: reduce('Sum'),
    mean: reduce('Mean'),
    max: reduce('Max'),
    product: reduce('Prod'),
    /** Half of the sum of squares, a scalar. */
    halfSquares: unary('L2Loss'),
    cast: (x: Tensor, dtype: 'float32' | 'int32') =>
      one('Cast', [x], {
        attributes: { SrcT: { type: x.dtype }, DstT: { type: dtype } },
        outputs: [dtype],
      }),

    matMul: (a: Tensor, b: Tensor, options: { transposeA?: boolean; transposeB?: boolean } = {}) =>
      same('MatMul', [a, b], {
        transpose_a: { bool: options.transposeA ?? false },
        transpose_b: { bool: options.transposeB ?? false },
      }),
    batchMatMul: (
      a: Tensor,
      b: Tensor,
      options: { transposeA?: boolean; transposeB?: boolean } = {},
    ) =>
      same('BatchMatMulV2', [a, b], {
        adj_x: { bool: options.transposeA ?? false },
        adj_y: { bool: options.transposeB ?? false },
      }),
    biasAdd: (x: Tensor, bias: Tensor) => same('BiasAdd', [x, bias]),
    /** Sum over all axes but the last. */
    biasGradient: (x: Tensor) => same('BiasAddGrad', [x]),
    /** [N, height, width, C] with [kh, kw, C, F], stride 1, no padding. */
    conv2d: (x: Tensor, filter: Tensor, after: readonly Tensor[] = []) =>
      same(
        'Conv2D',
        [x, filter],
        { strides: { ints: [1, 1, 1, 1] }, padding: { text: 'VALID' } },
        after,
      ),

    /** One int32 vector. */
    shapeOf: (x: Tensor) =>
      one('Shape', [x], {
        attributes: { T: { type: x.dtype }, out_type: { type: 'int32' } },
        outputs: ['int32'],
      }),
    reshape: (x: Tensor, shape: Tensor | readonly number[]) =>
      same('Reshape', [x, isTensor(shape) ? shape : ints(shape)], { Tshape: { type: 'int32' } }),
    transpose: (x: Tensor, order: readonly number[]) =>
      same('Transpose', [x, ints(order)], { Tperm: { type: 'int32' } }),
    /** Rows [begin, begin + size) of the first axis; whole rows share memory with `x`. -1 is the rest. */
    rows: (x: Tensor, begin: number, size: number, rank: number) =>
      same(
        'Slice',
        [
          x,
          ints([begin, ...Array<number>(rank - 1).fill(0)]),
          ints([size, ...Array<number>(rank - 1).fill(-1)]),
        ],
        { Index: { type: 'int32' } },
      ),
    /** The first `count` (int32 [1]) items of a vector; they share memory with `x`. */
    firstRows: (x: Tensor, count: Tensor) =>
      same('Slice', [x, ints([0]), count], { Index: { type: 'int32' } }),
    slice: (x: Tensor, begin: readonly number[], size: readonly number[]) =>
      same('Slice', [x, ints(begin), ints(size)], { Index: { type: 'int32' } }),
    /** One row of the first axis, which disappears. Negative counts from the end. */
    row: (x: Tensor, index: number) =>
      same('StridedSlice', [x, ints([index]), ints([index + 1]), ints([1])], {
        Index: { type: 'int32' },
        // The end of row -1 would be 0.
        end_mask: { int: index === -1 ? 1 : 0 },
        shrink_axis_mask: { int: 1 },
      }),
    unstack: (x: Tensor, count: number) =>
      graph.node('Unpack', [x], {
        attributes: { num: { int: count }, T: { type: x.dtype }, axis: { int: 0 } },
        outputs: Array<Tensor['dtype']>(count).fill(x.dtype),
      }),
    stack: (xs: readonly Tensor[], axis = 0) =>
      same('Pack', xs, { N: { int: xs.length }, axis: { int: axis } }),
    concat: (xs: readonly Tensor[], axis: number) =>
      xs.length === 1
        ? at(xs, 0)
        : one('ConcatV2', [...xs, int(axis)], {
            attributes: {
              N: { int: xs.length },
              T: { type: at(xs, 0).dtype },
              Tidx: { type: 'int32' },
            },
            outputs: [at(xs, 0).dtype],
          }),
    split: (x: Tensor, count: number, axis: number) =>
      graph.node('Split', [int(axis), x], {
        attributes: { num_split: { int: count }, T: { type: x.dtype } },
        outputs: Array<Tensor['dtype']>(count).fill(x.dtype),
      }),
    gather: (x: Tensor, indices: Tensor) =>
      one('GatherV2', [x, indices, int(0)], {
        attributes: {
          Tparams: { type: x.dtype },
          Tindices: { type: 'int32' },
          Taxis: { type: 'int32' },
        },
        outputs: [x.dtype],
      }),
    /** Sums the rows of `x` that have the same segment: [rows, ...] -> [count, ...]. */
    segmentSum: (x: Tensor, segments: Tensor, count: Tensor) =>
      same('UnsortedSegmentSum', [x, segments, count], {
        Tindices: { type: 'int32' },
        Tnumsegments: { type: 'int32' },
      }),
    fill: (shape: Tensor, value: Tensor) =>
      one('Fill', [shape, value], {
        attributes: { T: { type: value.dtype }, index_type: { type: 'int32' } },
        outputs: [value.dtype],
      }),
    range: (start: Tensor, limit: Tensor) =>
      one('Range', [start, limit, int(1)], {
        attributes: { Tidx: { type: 'int32' } },
        outputs: ['int32'],
      }),
    /** `counts` holds the copies by axis. */
    tile: (x: Tensor, counts: Tensor) =>
      same('Tile', [x, counts], { Tmultiples: { type: 'int32' } }),
    pad: (x: Tensor, paddings: readonly (readonly [number, number])[]) =>
      same('PadV2', [x, constant('int32', [paddings.length, 2], paddings.flat()), float(0)], {
        Tpaddings: { type: 'int32' },
      }),
    /** Any int32 with the same chance, decided by the two numbers of `seed` alone. */
    statelessInts: (shape: Tensor, seed: Tensor) =>
      one('StatelessRandomUniformFullInt', [shape, seed], {
        attributes: { dtype: { type: 'int32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } },
        outputs: ['int32'],
      }),
    /** The same memory seen as pairs: int32 [n] -> int16 [n, 2]. */
    halves: (x: Tensor) =>
      one('Bitcast', [x], {
        attributes: { T: { type: 'int32' }, type: { type: 'int16' } },
        outputs: ['int16'],
      }),
  };
}

function isTensor(value: Tensor | readonly number[]): value is Tensor {
  return !Array.isArray(value);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`No item ${index} in a list of ${list.length}.`);
  return item;
}
