/** Switches that packaging burns into Electron's program: the names of @electron/fuses' FuseV1Options. */
export type Fuses = Readonly<{
  RunAsNode: boolean;
  EnableCookieEncryption: boolean;
  EnableNodeOptionsEnvironmentVariable: boolean;
  EnableNodeCliInspectArguments: boolean;
  EnableEmbeddedAsarIntegrityValidation: boolean;
  OnlyLoadAppFromAsar: boolean;
  GrantFileProtocolExtraPrivileges: boolean;
}>;

export const releaseFuses: Fuses = {
  // Training children are utility processes: none needs Electron to act as Node.
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
};

/** The build that end-to-end tests drive: they attach through the inspector. */
export const testFuses: Fuses = { ...releaseFuses, EnableNodeCliInspectArguments: true };
