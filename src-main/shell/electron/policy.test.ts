import { describe, expect, it } from 'vitest';

import { releaseFuses, testFuses } from './fuses.ts';
import {
  appOrigin,
  isAllowedPermission,
  isExternalUrl,
  isOwnUrl,
  isPreviewUrl,
  isTrustedSender,
  manifestPath,
  schemePrivileges,
  webPreferences,
} from './policy.ts';

describe('addresses', () => {
  it('are ours by their parts, never by a prefix', () => {
    expect(isOwnUrl(`${appOrigin}/`)).toBe(true);
    expect(isOwnUrl(`${appOrigin}/#/runs`)).toBe(true);
    for (const url of [
      'twofold://app.evil.example/',
      'twofold://evil/',
      'twofold://app@evil/',
      'twofold://user:x@app/',
      'https://app/',
      'file:///app',
      'twofold:app',
      'data:text/html,x',
      'javascript:1',
      '',
      'app',
    ]) {
      expect(isOwnUrl(url), url).toBe(false);
    }
  });

  it('of the build tool are ours in development only', () => {
    expect(isOwnUrl('http://localhost:5173/')).toBe(false);
    expect(isOwnUrl('http://localhost:5173/x', 'http://localhost:5173')).toBe(true);
    expect(isOwnUrl('http://localhost:51730/', 'http://localhost:5173')).toBe(false);
    expect(isOwnUrl('http://localhost:5173.evil.example/', 'http://localhost:5173')).toBe(false);
  });

  it('give the path of the manifest', () => {
    expect(manifestPath(`${appOrigin}/assets/a.js?x#y`)).toBe('/assets/a.js');
    expect(manifestPath(`${appOrigin}/../../etc/passwd`)).toBe('/etc/passwd');
    expect(manifestPath('twofold://other/')).toBeUndefined();
  });

  it('of a preview are the only ones that a frame may show', () => {
    expect(isPreviewUrl(`${appOrigin}/report-preview/abc`)).toBe(true);
    for (const url of [
      `${appOrigin}/`,
      `${appOrigin}/report-preview`,
      `${appOrigin}/report-preview/../index.html`,
      'https://app/report-preview/abc',
      'twofold://evil/report-preview/abc',
      'about:blank',
    ]) {
      expect(isPreviewUrl(url), url).toBe(false);
    }
  });

  it('open outside by https to listed hosts only', () => {
    expect(isExternalUrl('https://ai.stanford.edu/~amaas/data/sentiment/')).toBe(true);
    for (const url of [
      'http://ai.stanford.edu/',
      'https://ai.stanford.edu.evil.example/',
      'https://evil.example/?https://ai.stanford.edu',
      'https://ai.stanford.edu@evil.example/',
      'https://user@ai.stanford.edu/',
      'https://ai.stanford.edu:8443/',
      'file:///bin/sh',
      'smb://ai.stanford.edu/',
      'nonsense',
    ]) {
      expect(isExternalUrl(url), url).toBe(false);
    }
  });
});

it('allows writing the clipboard from our own page, and nothing else', () => {
  expect(isAllowedPermission('clipboard-sanitized-write', `${appOrigin}/`)).toBe(true);
  expect(isAllowedPermission('clipboard-sanitized-write', 'https://evil.example/')).toBe(false);
  expect(isAllowedPermission('clipboard-sanitized-write', undefined)).toBe(false);
  for (const permission of [
    'clipboard-read',
    'media',
    'geolocation',
    'notifications',
    'midi',
    'openExternal',
    'fileSystem',
    'hid',
    'usb',
    'serial',
    'pointerLock',
    'fullscreen',
  ]) {
    expect(isAllowedPermission(permission, `${appOrigin}/`), permission).toBe(false);
  }
});

it('takes calls from the top frame of our own window on our own page', () => {
  const good = { frameUrl: `${appOrigin}/`, isMainFrame: true, isOwnWindow: true };
  expect(isTrustedSender(good)).toBe(true);
  expect(isTrustedSender({ ...good, frameUrl: 'https://evil.example/' })).toBe(false);
  expect(isTrustedSender({ ...good, frameUrl: null })).toBe(false);
  expect(isTrustedSender({ ...good, isMainFrame: false })).toBe(false);
  expect(isTrustedSender({ ...good, isOwnWindow: false })).toBe(false);
});

it('keeps the page apart from Node', () => {
  expect(webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
  expect(schemePrivileges).toMatchObject({ standard: true, secure: true, bypassCSP: false });
});

it('burns in what a release must not do', () => {
  expect(releaseFuses).toEqual({
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    GrantFileProtocolExtraPrivileges: false,
  });
  expect(testFuses).toEqual({ ...releaseFuses, EnableNodeCliInspectArguments: true });
});
