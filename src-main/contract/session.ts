/** The protocol of the window's socket; the session's key is offered behind it, since a page can give a socket no header of its own. */
export const bridgeProtocol = 'twofold';

/** What the start address of a browser window has behind its `#`, before the key of its session. */
export const sessionMark = 'session=';
