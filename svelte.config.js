import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    // Every role may have it since ARIA 1.3; Svelte knows 1.2.
    warningFilter: ({ code, message }) =>
      !(code.startsWith('a11y_role_supports_aria') && message.includes('aria-description')),
  },
  vitePlugin: {
    // Runes everywhere, but in libraries that are written without them.
    dynamicCompileOptions: ({ filename }) =>
      filename.includes('node_modules') ? undefined : { runes: true },
  },
};
