export * from '#core/wording/number-text.ts';
