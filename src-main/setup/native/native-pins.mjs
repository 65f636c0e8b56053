// What the native backend is made of. One named wheel and hash per platform, whatever the local Python is.
// A change of any version or of the recipe changes the key, and with it the folder in the cache.

export const tfjsNodeVersion = '4.22.0';
export const tensorflowVersion = '2.18.1';
const recipe = 2;

/** Whose work is in the libraries, as their makers tell it. */
export const noticesName = 'THIRD_PARTY_NOTICES.txt';

const linuxLibraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

const wheels = {
  'linux-x64': {
    project: 'tensorflow-cpu',
    pipPlatform: 'manylinux_2_17_x86_64',
    sha256: '810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298',
    megabytes: 230,
    libraries: linuxLibraries,
  },
  'linux-arm64': {
    project: 'tensorflow',
    pipPlatform: 'manylinux_2_17_aarch64',
    sha256: '8a6485edd2148f70d011dbd1d8dc2c775e91774a5a159466e83d0d1f21580944',
    megabytes: 232,
    libraries: linuxLibraries,
  },
  'darwin-arm64': {
    project: 'tensorflow',
    pipPlatform: 'macosx_12_0_arm64',
    sha256: '661029cd769b311db910b79a3a6ef50a5a61ecc947172228c777a49989722508',
    megabytes: 239,
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
  },
};

/** The wheel for a platform, null where there is none (Windows, macOS on Intel). */
export function wheelFor(platform, arch) {
  return wheels[`${platform}-${arch}`] ?? null;
}

/** Where tfjs-node's makers publish a finished binding. */
export function hasOfficialPrebuilt(platform, arch) {
  return arch === 'x64' && ['linux', 'darwin', 'win32'].includes(platform);
}

/** Name of the cache folder of one build. */
export function nativeKey(platform, arch) {
  return `tfjs-node-${tfjsNodeVersion}_tensorflow-${tensorflowVersion}_${platform}-${arch}_${recipe}`;
}

/** The headers of the wheel that the binding includes, directly or not. */
export function isNeededHeader(name) {
  return /^tensorflow\/include\/(tensorflow\/c\/|xla\/tsl\/c\/|(tensorflow\/core|tsl)\/platform\/ctstring).*\.h$/.test(
    name,
  );
}
