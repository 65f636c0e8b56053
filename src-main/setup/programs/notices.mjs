import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import standardLicences from 'spdx-license-list/full.js';
import { tensorflowVersion } from '../native/native-pins.mjs';

/**
 * @typedef {{name: string, version: string, licence: string, texts: number[]}} Part
 * @typedef {{parts: Part[], texts: string[]}} Notices `texts` of a part are indices: many parts share one
 */

/** What a packaged Twofold holds besides npm packages; their full texts come with Electron itself. */
const otherParts = [
  { name: 'TensorFlow', version: tensorflowVersion, licence: 'Apache-2.0' },
  { name: 'SQLite', version: 'in better-sqlite3', licence: 'blessing' },
];

/**
 * A plugin of the build of the screens: writes `notices.json`, the licence of every part that is handed on: packages whose
 * modules are in the screens, and those that main loads, with all that these need.
 * @param {string} projectRoot
 */
export function notices(projectRoot) {
  return {
    name: 'twofold-notices',
    /** @this {{getModuleIds: () => Iterable<string>, emitFile: (file: object) => string}} */
    generateBundle(_options, bundle) {
      // Fonts come by styles: they are assets, and no modules.
      const assets = Object.values(bundle)
        .flatMap(({ originalFileNames }) => originalFileNames ?? [])
        .map((name) => path.resolve(projectRoot, 'src-renderer', name));
      const folders = new Set([
        ...packagesOfModules([...this.getModuleIds(), ...assets]),
        ...packagesOfMain(projectRoot),
      ]);
      this.emitFile({
        type: 'asset',
        fileName: 'notices.json',
        source: JSON.stringify(collectNotices(folders)),
      });
    },
  };
}

/** The folders of the packages that modules of a bundle come from. */
export function packagesOfModules(ids) {
  const folders = new Set();
  for (const id of ids) {
    const match = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/?]+)\//.exec(id.replaceAll('\\', '/'));
    if (match !== null && existsSync(path.join(match[1], 'package.json'))) folders.add(match[1]);
  }
  return folders;
}

/** The folders of what main needs at run time, by the lock file; Node itself, which Electron replaces, is not among them. */
export function packagesOfMain(projectRoot) {
  const { packages } = JSON.parse(
    readFileSync(path.join(projectRoot, 'package-lock.json'), 'utf8'),
  );
  return Object.entries(packages)
    .filter(([name, entry]) => name !== '' && !entry.dev && !entry.devOptional && !isNode(name))
    .map(([name]) => path.join(projectRoot, name))
    .filter((folder) => existsSync(folder));
}

/**
 * @param {Iterable<string>} folders
 * @returns {Notices}
 */
export function collectNotices(folders) {
  const texts = [];
  const indexOf = (text) => {
    const known = texts.indexOf(text);
    return known >= 0 ? known : texts.push(text) - 1;
  };
  const parts = new Map();
  for (const folder of folders) {
    const facts = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const own = licenceFiles(folder);
    const licence = licenceOf(facts) ?? licenceCalled(own[0] ?? '') ?? 'unknown';
    const found = own.length > 0 ? own : standardTexts(licence, holderOf(facts));
    parts.set(`${facts.name} ${facts.version}`, {
      name: facts.name,
      version: facts.version,
      licence,
      texts: found.map(indexOf),
    });
  }
  for (const part of otherParts)
    parts.set(part.name, { ...part, texts: standardTexts(part.licence, part.name).map(indexOf) });
  const byName = (a, b) =>
    a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en');
  return { parts: [...parts.values()].sort(byName), texts };
}

function licenceFiles(folder) {
  return readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim());
}

/** The text of each licence of an SPDX expression (spdx.org/licenses), where a package brings none of its own. */
function standardTexts(expression, holder) {
  return (expression.match(/[\w.+-]+/g) ?? [])
    .map((id) => standardLicences[id]?.licenseText)
    .filter((text) => text !== undefined)
    .map((text) =>
      text
        .replace(/^Copyright \(c\) <year> <copyright holders>/m, `Copyright (c) ${holder}`)
        .trim(),
    );
}

const isNode = (name) => /^node_modules\/node-(linux|win|darwin)-/.test(name);

/** Old packages write an object, or a list of them. */
function licenceOf({ license, licenses }) {
  const found = license ?? licenses?.map(({ type }) => type).join(' OR ');
  return typeof found === 'object' ? found.type : found;
}

/** The licence that a text names in its first line. */
function licenceCalled(text) {
  const [title = ''] = text.split('\n');
  return Object.keys(standardLicences).find(
    (id) => standardLicences[id].name === title.replace(/^The /, '').trim(),
  );
}

function holderOf({ author, name }) {
  const written = typeof author === 'string' ? author.replace(/\s*[<(].*$/, '') : author?.name;
  return written || `the authors of ${name}`;
}
