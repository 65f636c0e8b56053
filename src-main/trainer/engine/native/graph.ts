import { protobuf } from './binding.ts';

export type DType = 'float32' | 'float64' | 'int16' | 'int32' | 'int64' | 'bool' | 'resource';

/** One output of a node of the graph being built. `ref` is what other nodes, feeds and fetches call it. */
export type Tensor = Readonly<{ ref: string; dtype: DType }>;

export type Attribute =
  | Readonly<{ int: number }>
  | Readonly<{ float: number }>
  | Readonly<{ bool: boolean }>
  | Readonly<{ text: string }>
  | Readonly<{ type: DType }>
  | Readonly<{ ints: readonly number[] }>
  /** -1 is an unknown size. */
  | Readonly<{ shape: readonly number[] }>
  | Readonly<{ constant: Constant }>;

export type Constant = Readonly<{
  dtype: 'float32' | 'int16' | 'int32' | 'int64' | 'bool';
  shape: readonly number[];
  values: readonly number[];
}>;

export type NodeOptions = Readonly<{
  attributes?: Readonly<Record<string, Attribute>>;
  /** One per output. */
  outputs: readonly DType[];
  /** An exact name for feeds and fetches; otherwise scope, operation and a number. */
  name?: string;
  /** Nodes that have to be done first. */
  after?: readonly Tensor[];
}>;

/** Collects nodes and writes them as TensorFlow's SavedModel. */
export type Graph = Readonly<{
  node: (operation: string, inputs: readonly Tensor[], options: NodeOptions) => readonly Tensor[];
  /** Names of the nodes made in `build` start with `name/`: the graph reads like the model in any viewer. */
  scope: <T>(name: string, build: () => T) => T;
  nodeCount: () => number;
  /** The bytes of a `saved_model.pb`, tagged `serve`. */
  serialize: () => Uint8Array;
}>;

export const dtypeNumbers = {
  float32: 1,
  float64: 2,
  int32: 3,
  int16: 5,
  int64: 9,
  bool: 10,
  resource: 20,
} as const;

export function createGraph(): Graph {
  const proto = protobuf() as Protobuf;
  const nodes: ProtoNode[] = [];
  const counts = new Map<string, number>();
  let prefix = '';

  function freshName(operation: string): string {
    const base = `${prefix}${operation}`;
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return `${base}_${count}`;
  }

  return {
    node(operation, inputs, { attributes = {}, outputs, name, after = [] }) {
      const node = new proto.NodeDef();
      const fullName = name ?? freshName(operation);
      node.setName(fullName);
      node.setOp(operation);
      node.setInputList([
        ...inputs.map((input) => input.ref),
        ...after.map((before) => `^${before.ref.split(':')[0] ?? ''}`),
      ]);
      for (const [key, attribute] of Object.entries(attributes)) {
        node.getAttrMap().set(key, attributeValue(proto, attribute));
      }
      nodes.push(node);
      // A node without outputs can still be waited for.
      if (outputs.length === 0) return [{ ref: fullName, dtype: 'bool' }];
      return outputs.map((dtype, index) => ({
        ref: index === 0 ? fullName : `${fullName}:${index}`,
        dtype,
      }));
    },
    scope(name, build) {
      const outer = prefix;
      prefix = `${outer}${name}/`;
      try {
        return build();
      } finally {
        prefix = outer;
      }
    },
    nodeCount: () => nodes.length,
    serialize() {
      const graph = new proto.GraphDef();
      graph.setNodeList(nodes);
      const versions = new proto.VersionDef();
      versions.setProducer(GRAPH_PRODUCER);
      graph.setVersions(versions);
      const info = new proto.MetaGraphDef.MetaInfoDef();
      info.setTagsList(['serve']);
      const meta = new proto.MetaGraphDef();
      meta.setMetaInfoDef(info);
      meta.setGraphDef(graph);
      // The loader wants one signature; runs name their nodes themselves.
      const signature = new proto.SignatureDef();
      signature.setMethodName('tensorflow/serving/predict');
      meta.getSignatureDefMap().set('serving_default', signature);
      const model = new proto.SavedModel();
      model.setSavedModelSchemaVersion(1);
      model.setMetaGraphsList([meta]);
      return model.serializeBinary();
    },
  };
}

// TensorFlow 2.x's graph version; attributes left out get the defaults of that version.
const GRAPH_PRODUCER = 1087;

function attributeValue(proto: Protobuf, attribute: Attribute): ProtoAttr {
  const value = new proto.AttrValue();
  if ('int' in attribute) value.setI(attribute.int);
  else if ('float' in attribute) value.setF(attribute.float);
  else if ('bool' in attribute) value.setB(attribute.bool);
  else if ('text' in attribute) value.setS(Buffer.from(attribute.text).toString('base64'));
  else if ('type' in attribute) value.setType(dtypeNumbers[attribute.type]);
  else if ('shape' in attribute) value.setShape(shapeOf(proto, attribute.shape));
  else if ('constant' in attribute) value.setTensor(constantOf(proto, attribute.constant));
  else {
    const list = new proto.AttrValue.ListValue();
    list.setIList([...attribute.ints]);
    value.setList(list);
  }
  return value;
}

function shapeOf(proto: Protobuf, sizes: readonly number[]): unknown {
  const shape = new proto.TensorShape();
  shape.setDimList(
    sizes.map((size) => {
      const dim = new proto.TensorShape.Dim();
      dim.setSize(size);
      return dim;
    }),
  );
  return shape;
}

function constantOf(proto: Protobuf, { dtype, shape, values }: Constant): unknown {
  const tensor = new proto.Tensor();
  tensor.setDtype(dtypeNumbers[dtype]);
  tensor.setTensorShape(shapeOf(proto, shape));
  tensor.setTensorContent(Buffer.from(bytesOf(dtype, values)).toString('base64'));
  return tensor;
}

function bytesOf(dtype: Constant['dtype'], values: readonly number[]): Uint8Array<ArrayBuffer> {
  switch (dtype) {
    case 'float32':
      return new Uint8Array(new Float32Array(values).buffer);
    case 'int32':
      return new Uint8Array(new Int32Array(values).buffer);
    case 'int16':
      return new Uint8Array(new Int16Array(values).buffer);
    case 'int64':
      return new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer);
    case 'bool':
      return new Uint8Array(values);
  }
}

type ProtoMap = Readonly<{ set: (key: string, value: unknown) => void }>;
type ProtoAttr = Readonly<{
  setI: (value: number) => void;
  setF: (value: number) => void;
  setB: (value: boolean) => void;
  setS: (base64: string) => void;
  setType: (value: number) => void;
  setShape: (value: unknown) => void;
  setTensor: (value: unknown) => void;
  setList: (value: unknown) => void;
}>;
type ProtoNode = Readonly<{
  setName: (name: string) => void;
  setOp: (name: string) => void;
  setInputList: (names: string[]) => void;
  getAttrMap: () => ProtoMap;
}>;
type Protobuf = Readonly<{
  NodeDef: new () => ProtoNode;
  AttrValue: (new () => ProtoAttr) &
    Readonly<{ ListValue: new () => Readonly<{ setIList: (values: number[]) => void }> }>;
  TensorShape: (new () => Readonly<{ setDimList: (dims: unknown[]) => void }>) &
    Readonly<{ Dim: new () => Readonly<{ setSize: (size: number) => void }> }>;
  Tensor: new () => Readonly<{
    setDtype: (value: number) => void;
    setTensorShape: (value: unknown) => void;
    setTensorContent: (base64: string) => void;
  }>;
  GraphDef: new () => Readonly<{
    setNodeList: (nodes: ProtoNode[]) => void;
    setVersions: (versions: unknown) => void;
  }>;
  VersionDef: new () => Readonly<{ setProducer: (value: number) => void }>;
  SignatureDef: new () => Readonly<{ setMethodName: (name: string) => void }>;
  MetaGraphDef: (new () => Readonly<{
    setMetaInfoDef: (value: unknown) => void;
    setGraphDef: (value: unknown) => void;
    getSignatureDefMap: () => ProtoMap;
  }>) &
    Readonly<{ MetaInfoDef: new () => Readonly<{ setTagsList: (tags: string[]) => void }> }>;
  SavedModel: new () => Readonly<{
    setSavedModelSchemaVersion: (value: number) => void;
    setMetaGraphsList: (metas: unknown[]) => void;
    serializeBinary: () => Uint8Array;
  }>;
}>;
