/** What the start address of a browser window has behind its `#`, before the key of its session. */
export const sessionMark = 'session=';
