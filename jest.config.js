/** Jest 30 strips the types itself; sources are ES modules, so it runs with --experimental-vm-modules. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  testTimeout: 90_000,
  maxWorkers: '100%', // tests wait for servers more than they compute
};
