export * from '#core/number-text.ts';
