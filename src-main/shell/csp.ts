/** The same policy in both shells: nothing inline, nothing from elsewhere, no markup from strings but Svelte's own templates. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  // Of our own pages only previews can be framed: all others say `frame-ancestors 'none'`.
  "frame-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');

/** Sent with every answer of either shell, refusals included. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
};

/**
 * Of a report that the window shows in a frame. Its own policy, which allows its one script and style by their hashes and nothing from
 * anywhere, is in the page as in an exported file; here stands what a page cannot say of itself: it has an origin of its own,
 * wherever it is opened, so that it reaches neither window nor services, and only our window may frame it.
 */
export const previewHeaders = (frameAncestor = "'self'"): Readonly<Record<string, string>> => ({
  ...securityHeaders,
  'Content-Security-Policy': `sandbox allow-scripts allow-modals; frame-ancestors ${frameAncestor}`,
  'X-Frame-Options': 'SAMEORIGIN',
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
});
