/** What the exported script is tested with: the peers of the benchmark (setup/bench/bench-peers.mjs). */
export const testedVersions = { python: '3.11', tensorflow: '2.18.1', keras: '3.15.1' } as const;

const isSmallBuild = 'sys_platform == "linux" and platform_machine == "x86_64"';

/** A requirements.txt: the build of TensorFlow without GPU code where there is one. */
export const requirements = `tensorflow-cpu==${testedVersions.tensorflow}; ${isSmallBuild}
tensorflow==${testedVersions.tensorflow}; not (${isSmallBuild})
keras==${testedVersions.keras}
`;
