import { readdirSync } from 'node:fs';

import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import parser from '@typescript-eslint/parser';

import svelteConfig from './svelte.config.js';

/** Screens: each of them a room that no other screen enters; what several need is in src-renderer/parts. */
const views = readdirSync(new URL('src-renderer/views', import.meta.url)).map((name) => [
  `view-${name}`,
  `src-renderer/views/${name}`,
]);
const viewTypes = views.map(([type]) => type);

/** Rooms of the house, the inner ones first: the first pattern that matches a file's folder names it. */
const elements = [
  ['contract', 'src-main/contract'],
  ['core', 'src-main/core'],
  ['db', 'src-main/db'],
  ['backup-child', 'src-main/features/backups/child'],
  ['features', 'src-main/features'],
  ['native', 'src-main/trainer/engine/native'],
  ['engine', 'src-main/trainer/engine'],
  ['trainer', 'src-main/trainer'],
  ['analysis', 'src-main/analysis'],
  ['channel', 'src-main/processes/child'],
  ['processes', 'src-main/processes'],
  ['setup', 'src-main/setup'],
  ['messages', 'messages'],
  ['electron-shell', 'src-main/shell/electron'],
  ['shell', 'src-main/shell'],
  ['cli', 'src-main/cli'],
  ['testing', 'src-main/testing'],
  ['main', 'src-main'],
  ['widgets', 'src-renderer/widgets'],
  ['charts', 'src-renderer/charts'],
  ['bridge', 'src-renderer/bridge'],
  ['state', 'src-renderer/state'],
  ['parts', 'src-renderer/parts'],
  ...views,
  ['renderer', 'src-renderer'],
].map(([type, pattern]) => ({ type, pattern }));

const seenByScreens = ['state', 'bridge', 'widgets', 'charts', 'messages', 'contract', 'core'];

/** Who may import whom (architecture: the table is the law; what is not named is refused). */
const mayImport = {
  messages: [],
  contract: ['contract', 'messages'],
  core: ['contract', 'core', 'messages'],
  db: ['db', 'contract', 'core', 'messages'],
  features: ['features', 'db', 'processes', 'contract', 'core', 'messages'],
  native: ['native', 'engine', 'contract', 'core', 'messages'],
  engine: ['engine', 'contract', 'core', 'messages'],
  trainer: ['trainer', 'native', 'engine', 'channel', 'contract', 'core', 'messages'],
  analysis: ['analysis', 'native', 'channel', 'contract', 'core', 'messages'],
  'backup-child': ['backup-child', 'features', 'channel', 'contract', 'core', 'messages'],
  channel: ['messages'],
  processes: ['processes', 'contract', 'core', 'messages'],
  setup: ['setup'],
  shell: ['shell', 'features', 'contract', 'core', 'messages'],
  'electron-shell': [
    'electron-shell',
    'shell',
    'features',
    'processes',
    'contract',
    'core',
    'messages',
  ],
  cli: ['cli', 'shell', 'features', 'contract', 'core', 'messages'],
  main: [
    'main',
    'shell',
    'electron-shell',
    'features',
    'db',
    'processes',
    'contract',
    'core',
    'cli',
  ],
  widgets: ['widgets', 'messages', 'core'],
  charts: ['charts', 'widgets', 'messages', 'contract', 'core'],
  bridge: ['bridge', 'messages', 'contract'],
  state: ['state', 'bridge', 'widgets', 'messages', 'contract', 'core'],
  parts: ['parts', ...seenByScreens],
  ...Object.fromEntries(viewTypes.map((view) => [view, [view, 'parts', ...seenByScreens]])),
  renderer: ['renderer', ...viewTypes, 'parts', ...seenByScreens],
};

/** Pure npm libraries that the pure rooms may use. */
const pureLibraries = { contract: ['zod'], core: ['@stdlib/*', 'entities', 'ml-matrix', 'zod'] };
/** Sentences are in messages/en, not in the code. */
const words = '/[A-Za-z]{2}/';
const sql = 'SELECT|INSERT|UPDATE|DELETE|CREATE|FROM|WHERE|VALUES|JOIN|SET|ON|AND';
const severalWords = `/^(?![^]*\\b(${sql})\\b)[^]*[A-Za-z]{2,},? [a-z]+,? [a-z]{2,}/`;
const sentencesInCode = [
  `NewExpression[callee.name='AppError'] > :matches(Literal, TemplateLiteral):nth-child(2)`,
  `Property[key.name=/^(message|reason)$/] > Literal[value=${words}]`,
  `Property[key.name=/^(message|reason)$/] > TemplateLiteral > TemplateElement[value.raw=${words}]`,
  `CallExpression[callee.property.name=/^(line|note|status)$/] > Literal[value=${words}]`,
  // What a plain Error says is for us alone.
  `Literal[value=${severalWords}]:not(NewExpression[callee.name='Error'] *)`,
  `TemplateElement[value.raw=${severalWords}]:not(NewExpression[callee.name='Error'] *)`,
].map((selector) => ({
  selector,
  message: 'A sentence that a person reads comes from the message catalogue (#messages).',
}));

const tensorLibraries = ['@tensorflow/*', '@tensorflow/**'];

const policies = [
  ...Object.entries(mayImport).map(([from, to]) => ({
    from: { element: { type: from } },
    allow: { to: { element: { types: { anyOf: to } } } },
  })),
  // Node and npm are open to every room but the pure ones and the renderer's.
  ...[
    'db',
    'features',
    'native',
    'engine',
    'trainer',
    'analysis',
    'backup-child',
    'channel',
    'processes',
    'setup',
    'shell',
    'electron-shell',
    'cli',
    'main',
    'testing',
  ].map((from) => ({
    from: { element: { type: from } },
    allow: { to: { module: { origin: ['external', 'core'] } } },
  })),
  ...['widgets', 'charts', 'bridge', 'state', 'parts', ...viewTypes, 'renderer'].map((from) => ({
    from: { element: { type: from } },
    allow: { to: { module: { origin: 'external' } } },
  })),
  ...Object.entries(pureLibraries).map(([from, libraries]) => ({
    from: { element: { type: from } },
    allow: { to: { module: { origin: 'external', source: libraries } } },
  })),
  // Tensors live in the training child alone; tfjs-node in trainer/engine/native alone.
  {
    from: { element: { type: '!(native|engine|trainer)' } },
    disallow: { to: { module: { origin: 'external', source: tensorLibraries } } },
  },
  {
    from: { element: { type: '(engine|trainer)' } },
    disallow: {
      to: {
        module: {
          origin: 'external',
          source: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node/**'],
        },
      },
    },
  },
];

/**
 * What oxlint (.oxlintrc.json) cannot see: who imports whom, sentences in the code, and the templates of components. Nothing here needs
 * types, which oxlint and svelte-check read.
 */
export default [
  {
    ignores: ['**/messages/compiled/', '**/*.test.{ts,mjs}', '**/testing/', '**/fixtures/'],
  },
  // Directives are oxlint's.
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  { files: ['**/*.ts'], languageOptions: { parser } },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser, svelteConfig },
    },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      // It takes the reason after the code for codes.
      'svelte/no-unused-svelte-ignore': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "SvelteElement[kind='html'] > SvelteStartTag > SvelteAttribute[key.name='style']",
          message:
            'A style attribute breaks the content security policy; a style: directive does not.',
        },
      ],
      // Plain maps and sets are meant: what is drawn is derived from state beside them.
      'svelte/prefer-svelte-reactivity': 'off',
      // Routes are our own hashes.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['src-main/**/*.{ts,mjs}', 'src-renderer/**/*.{ts,svelte}'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      'boundaries/include': ['src-main/**', 'src-renderer/**'],
      'import/resolver': { typescript: { project: 'tsconfig.web.json' }, node: true },
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        { default: 'disallow', checkAllOrigins: true, policies },
      ],
    },
  },
  {
    files: ['src-main/**/*.ts'],
    // What reports/keras writes is a program in Python, and what completion writes are programs of shells.
    ignores: [
      'src-main/core/reports/keras/*.ts',
      'src-main/cli/nouns/completion.ts',
      // Titles of works are not translated.
      'src-main/core/reports/sections/references.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...sentencesInCode] },
  },
];
