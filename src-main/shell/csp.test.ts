import { expect, it } from 'vitest';

import { contentSecurityPolicy, previewHeaders, securityHeaders } from './csp.ts';

it('is the policy that the screens were tried with', () => {
  expect(contentSecurityPolicy).toBe(
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
      "frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
      "require-trusted-types-for 'script'; trusted-types svelte-trusted-html",
  );
  expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|data:|blob:|https?:/);
  expect(securityHeaders['Content-Security-Policy']).toBe(contentSecurityPolicy);
});

it('keeps a preview apart from the window that frames it', () => {
  const policy = previewHeaders()['Content-Security-Policy'];
  expect(policy).toBe("sandbox allow-scripts allow-modals; frame-ancestors 'self'");
  expect(previewHeaders()['Cross-Origin-Resource-Policy']).toBe('same-origin');
});
