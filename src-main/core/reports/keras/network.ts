import { configField, configFieldNames, type LayerKind } from '#contract/config-fields.ts';
import type { RunConfig } from '#contract/run-config.ts';
import { embeddingBranches, hasCnn, hasLstm } from '#core/model/shapes.ts';
import { embeddingName } from '#core/model/weight-layout.ts';

/** The body of a Python function that builds a run's network from `c`, the run's configuration. */
export function networkLines(config: RunConfig): readonly string[] {
  const branches = embeddingBranches(config);
  const isBoth = config.branches === 'both';
  return [
    'ids = keras.Input((c["maxLength"],), dtype="int32", name="ids")',
    ...(branches.length > 1
      ? ['# Each branch has an embedding and a dropout mask of its own.']
      : []),
    ...branches.flatMap((branch) => {
      const name = branch === 'shared' ? 'words' : branch;
      return [
        `${name} = layers.Embedding(c["numWords"], c["embeddingDim"], name="embedding_${branch}")(ids)`,
        `${name} = layers.Dropout(c["embeddingDropout"])(${name})`,
      ];
    }),
    ...(branches[0] === 'shared'
      ? ['# One embedding and one dropout mask for both branches.', 'cnn, lstm = words, words']
      : []),
    ...(hasCnn(config) ? cnnLines(config) : []),
    ...(hasLstm(config) ? lstmLines : []),
    isBoth ? 'features = layers.Concatenate()([cnn, lstm])' : `features = ${config.branches}`,
    'logit = layers.Dense(1, name="output")(features)',
  ];
}

/** The names in weights.npz of each layer's weights, in Keras's order. */
export function layerWeights(config: RunConfig): Readonly<Record<string, readonly string[]>> {
  const lstm = ['forward', 'backward'].flatMap((direction) =>
    ['kernel', 'recurrent', 'bias'].map((name) => `lstm/${direction}/${name}`),
  );
  return {
    ...Object.fromEntries(
      embeddingBranches(config).map((branch) => [`embedding_${branch}`, [embeddingName(branch)]]),
    ),
    ...(hasCnn(config) ? { convolution: ['conv/kernel', 'conv/bias'] } : {}),
    ...(hasCnn(config) && config.cnnHead === 'dense'
      ? { cnn_dense: ['cnnDense/kernel', 'cnnDense/bias'] }
      : {}),
    ...(hasLstm(config) ? { bilstm: lstm } : {}),
    output: ['output/kernel', 'output/bias'],
  };
}

const cnnLines = ({ cnnHead }: RunConfig): readonly string[] => [
  '# Twofold adds the bias and applies ReLU after the maximum, which gives the same values. Where windows are equal (pads, without',
  '# dropout) Keras splits the gradient of the maximum among them, and Twofold gives it to one: its sum is the same.',
  'cnn = layers.Conv1D(',
  '    c["filters"], c["kernelSize"], padding=c["convPadding"], activation="relu", name="convolution"',
  ')(cnn)',
  'cnn = layers.GlobalMaxPooling1D()(cnn)',
  ...(cnnHead === 'dense'
    ? [
        'cnn = layers.Dense(c["hiddenUnits"], activation="relu", name="cnn_dense")(cnn)',
        'cnn = layers.Dropout(c["denseDropout"])(cnn)',
      ]
    : []),
];

const lstmLines: readonly string[] = [
  'lstm = layers.Bidirectional(',
  `    layers.LSTM(c["hiddenUnits"], ${argumentsOf('lstm')}return_sequences=True), name="bilstm"`,
  ')(lstm)',
  'lstm = layers.Flatten()(lstm)',
];

/** What the table of fields has for a layer: `activation=c["lstmActivation"], `. */
function argumentsOf(kind: LayerKind): string {
  return configFieldNames
    .flatMap((name) => {
      const { layer } = configField(name);
      return layer?.kind === kind && layer.keras !== undefined
        ? [`${layer.keras}=c["${name}"], `]
        : [];
    })
    .join('');
}
